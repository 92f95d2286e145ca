//! The application that a manifest describes, loaded and linked, ready to be called.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use wasmtime::component::{Component, HasSelf, InstancePre, Linker};
use wasmtime::{Engine, Store};

use crate::bindings::Spin;
use crate::chaining::Services;
use crate::composition::{self, Dependency};
use crate::instance::{InstanceState, Peak, Settings};
use crate::key_value::KeyValue;
use crate::log::GuestOutput;
use crate::manifest::{self, Manifest};
use crate::outbound::AllowedHosts;
use crate::variables::{ComponentVariables, Variables};

/// Every component that a trigger may call.
pub(crate) struct Application {
    components: BTreeMap<String, Callable>,
    peaks: BTreeMap<String, Peak>,
    services: Services,
}

/// A component linked with all that it imports.
#[derive(Clone)]
pub(crate) struct Callable {
    pub(crate) settings: Arc<Settings>,
    pub(crate) pre: InstancePre<InstanceState>,
}

/// What an application is loaded from, and what its instances share.
pub(crate) struct Loader<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) manifest: &'a Manifest,
    /// The folder that the manifest's paths start from.
    pub(crate) folder: &'a Path,
    /// Where Spin keeps an application's databases and logs: `.spin` beside the manifest.
    pub(crate) state: &'a Path,
    pub(crate) variables: &'a Variables,
    /// The most memory, in bytes, that one instance may have.
    pub(crate) memory: usize,
}

impl Application {
    /// Compiles and links each component that a trigger names.
    pub(crate) fn load(loader: &Loader<'_>) -> Result<Self> {
        let logs = loader.state.join("logs");
        std::fs::create_dir_all(&logs).with_context(|| format!("cannot create {}", logs.display()))?;
        let triggers = &loader.manifest.trigger;
        let called = triggers.http.iter().map(|trigger| &trigger.component);
        let called = called.chain(triggers.cron.iter().map(|trigger| &trigger.component));
        let mut application =
            Self { components: BTreeMap::new(), peaks: BTreeMap::new(), services: Services::default() };
        let mut key_value = None;
        for id in called {
            if !application.components.contains_key(id) {
                let callable = loader
                    .callable(id, &logs, &mut key_value, &mut application.peaks, &application.services)
                    .with_context(|| format!("component `{id}`"))?;
                application.components.insert(id.clone(), callable);
            }
        }
        Ok(application)
    }

    /// How much memory the largest instance of each component had that was called at all, in bytes.
    pub(crate) fn peaks(&self) -> impl Iterator<Item = (&str, usize)> {
        let peaks = self.peaks.iter().map(|(id, peak)| (id.as_str(), peak.bytes()));
        peaks.filter(|(_, bytes)| *bytes > 0)
    }

    /// What lets the components call each other.
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    /// The component that a trigger names.
    pub(crate) fn component(&self, id: &str) -> &Callable {
        self.components.get(id).expect("every component that a trigger names was loaded")
    }
}

impl Callable {
    pub(crate) fn store(&self) -> Store<InstanceState> {
        InstanceState::store(self.pre.engine(), &self.settings)
    }
}

impl Loader<'_> {
    fn callable(
        &self,
        id: &str,
        logs: &Path,
        key_value: &mut Option<KeyValue>,
        peaks: &mut BTreeMap<String, Peak>,
        services: &Services,
    ) -> Result<Callable> {
        let component = &self.manifest.component[id];
        if !component.key_value_stores.is_empty() && key_value.is_none() {
            *key_value = Some(KeyValue::open(&self.state.join("sqlite_key_value.db"))?);
        }
        let settings = Settings {
            id: id.to_owned(),
            environment: component.environment.clone().into_iter().collect(),
            variables: ComponentVariables::expand(id, &component.variables, self.variables)?,
            allowed_hosts: AllowedHosts::parse(&component.allowed_outbound_hosts, self.variables)?,
            services: services.clone(),
            key_value: if component.key_value_stores.is_empty() { None } else { key_value.clone() },
            sqlite: (!component.sqlite_databases.is_empty()).then(|| self.state.join("sqlite_db.db")),
            stdout: GuestOutput::open(logs, id, "stdout")?,
            stderr: GuestOutput::open(logs, id, "stderr")?,
            memory: self.memory,
            peak: peaks.entry(id.to_owned()).or_default().clone(),
        };
        Ok(Callable { settings: Arc::new(settings), pre: self.link(component, logs, peaks)? })
    }

    fn link(
        &self,
        component: &manifest::Component,
        logs: &Path,
        peaks: &mut BTreeMap<String, Peak>,
    ) -> Result<InstancePre<InstanceState>> {
        let wasm = self.compile(component)?;
        let mut linker = Linker::new(self.engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        Spin::add_to_linker::<_, HasSelf<InstanceState>>(&mut linker, |state| state)?;
        for (slot, (name, dependency)) in component.dependencies.iter().enumerate() {
            let id = &dependency.component;
            let sandboxed = Dependency {
                id: id.clone(),
                component: self.compile(&self.manifest.component[id])?,
                slot,
                memory: self.memory,
                peak: peaks.entry(id.clone()).or_default().clone(),
                stderr: GuestOutput::open(logs, id, "stderr")?,
            };
            composition::link(&mut linker, &wasm, name, dependency.export.as_deref(), sandboxed)
                .with_context(|| format!("dependency {name:?}"))?;
        }
        linker
            .instantiate_pre(&wasm)
            .map_err(anyhow::Error::from)
            .context("it imports what this host does not offer (see host/README.md)")
    }

    fn compile(&self, component: &manifest::Component) -> Result<Component> {
        let path: PathBuf = self.folder.join(&component.source);
        let wasm = std::fs::read(&path).with_context(|| {
            let cure = match &component.build {
                Some(build) => build.command(),
                None => "make build".to_owned(),
            };
            format!("cannot read {}; build it with `{cure}`", path.display())
        })?;
        Component::new(self.engine, wasm)
            .map_err(anyhow::Error::from)
            .with_context(|| format!("{} is not a WebAssembly component", path.display()))
    }
}
