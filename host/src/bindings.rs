//! Rust bindings of the interfaces in `wit/`, generated at build time.

wasmtime::component::bindgen!({
    path: "wit",
    world: "siit:host/spin",
    imports: { default: async | trappable },
    with: {
        "fermyon:spin/key-value.store": crate::key_value::OpenStore,
        "fermyon:spin/sqlite.connection": crate::sqlite::Connection,
    },
    require_store_data_send: true,
});

/// The world of a component that a cron trigger calls.
pub(crate) mod cron {
    wasmtime::component::bindgen!({
        path: "../wit/deps/spin-cron",
        world: "spin-cron",
        exports: { default: async },
        require_store_data_send: true,
    });
}
