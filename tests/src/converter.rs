//! The converter by itself: the sealed component as a host runs it, and the same code natively.

#[path = "../../components/convert/src/addresses.rs"]
mod addresses;
#[path = "../../components/convert/src/article.rs"]
mod article;
#[path = "../../components/convert/src/conversion.rs"]
mod conversion;
#[path = "../../components/convert/src/known.rs"]
mod known;

use std::path::PathBuf;

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

pub use bindings::exports::siit::knowledge::converter::{
    Article, ChildPages, ConversionError, Format, FoundPage, IncludedPage, Known, Page, PageName,
};

use crate::application::root;

/// A host's types of `wit/knowledge.wit`.
mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "convert",
        additional_derives: [PartialEq],
    });
}

/// Far beyond what any test takes: the engine counts as our host's does, and nothing is interrupted.
const NEVER: u64 = u64::MAX >> 1;

/// An instance of `convert.wasm`, compiled as our host compiles it.
pub struct Converter {
    store: Store<()>,
    instance: bindings::Convert,
}

impl Converter {
    /// Compiles the component, and makes an instance that is given nothing.
    ///
    /// # Panics
    /// If it was not built, or asks for anything.
    #[must_use]
    pub fn start() -> Self {
        let engine = engine();
        let path = component();
        let component = Component::from_file(&engine, &path)
            .unwrap_or_else(|error| panic!("{}: {error:#}; run `make build`", path.display()));
        Self::instance(&engine, &component)
    }

    fn instance(engine: &Engine, component: &Component) -> Self {
        let mut store = store(engine, ());
        let instance = bindings::Convert::instantiate(&mut store, component, &Linker::new(engine))
            .expect("the sealed component asks for nothing");
        Self { store, instance }
    }

    /// Converts a page in the component.
    ///
    /// # Errors
    /// If the component trapped, which ends it.
    pub fn convert(
        &mut self,
        page: &Page,
        known: &Known,
    ) -> wasmtime::Result<Result<Article, ConversionError>> {
        self.instance.siit_knowledge_converter().call_convert(&mut self.store, page, known)
    }
}

/// An engine that compiles as our host's does.
///
/// # Panics
/// If this machine has none.
#[must_use]
pub fn engine() -> Engine {
    let mut config = Config::new();
    config.epoch_interruption(true);
    Engine::new(&config).expect("an engine")
}

/// A store in which nothing is interrupted.
#[must_use]
pub fn store<T>(engine: &Engine, data: T) -> Store<T> {
    let mut store = Store::new(engine, data);
    store.set_epoch_deadline(NEVER);
    store
}

/// Converts a page with the component's own code, built for this machine.
///
/// # Errors
/// If the page cannot be converted, as the component says it.
pub fn convert_natively(page: &Page, known: Known) -> Result<Article, ConversionError> {
    conversion::convert(page, known)
}

/// Nothing is known of the rest of the site.
#[must_use]
pub fn nothing_known() -> Known {
    Known { included: Vec::new(), children: Vec::new(), titles: Vec::new(), files: None }
}

/// A page of a made-up site.
#[must_use]
pub fn page(format: Format, body: String) -> Page {
    Page {
        connection: 1,
        id: "98765".to_owned(),
        title: "A page".to_owned(),
        space_key: "IT".to_owned(),
        site_url: "https://example.atlassian.net".to_owned(),
        format,
        body,
    }
}

/// Where `make build` puts the sealed component.
#[must_use]
pub fn component() -> PathBuf {
    root().join("target/wasm32-wasip2/release/convert.wasm")
}
