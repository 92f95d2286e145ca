//! The types of `wit/knowledge.wit`.

wit_bindgen::generate!({
    path: "../../wit",
    world: "convert",
    pub_export_macro: true,
});
