//! What the host gives and calls besides HTTP: the converter, and the schedule.

/// The types of `wit/knowledge.wit`.
pub(crate) mod knowledge {
    wit_bindgen::generate!({ path: "../../wit", world: "siit:knowledge/scheduled-sync", generate_all });
}

/// The types of `wit/deps/spin-cron`.
pub(crate) mod cron {
    wit_bindgen::generate!({ path: "../../wit/deps/spin-cron", world: "spin-cron", pub_export_macro: true });
}
