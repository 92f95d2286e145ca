//! Component dependencies: an import of one component, fulfilled by another that is given nothing.
//!
//! Spin fuses the two into one component whose inner half is denied every capability.
//! Here the dependency gets a store of its own with an empty WASI context, and calls are forwarded to it.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use semver::Version;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{
    Component, ComponentExportIndex, Instance, InstancePre, Linker, ResourceTable, Val,
};
use wasmtime::{Engine, Store, StoreContextMut};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::instance::{InstanceState, MemoryLimit, Peak, yield_to_other_calls};
use crate::log::GuestOutput;

/// The state of a dependency's instance: no environment, no files, no network, no store.
pub(crate) struct Sandbox {
    wasi: WasiCtx,
    table: ResourceTable,
    memory: MemoryLimit,
}

impl WasiView for Sandbox {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// An instance of a dependency; it lives as long as the instance that called it.
pub(crate) struct Sandboxed {
    store: Store<Sandbox>,
    instance: Instance,
}

/// A dependency as one component uses it.
pub(crate) struct Dependency {
    /// The component's id.
    pub(crate) id: String,
    pub(crate) component: Component,
    /// Its place in [`InstanceState::dependencies`].
    pub(crate) slot: usize,
    pub(crate) memory: usize,
    pub(crate) peak: Peak,
    /// Where a panic's message goes.
    pub(crate) stderr: GuestOutput,
}

struct Link {
    dependency: Dependency,
    pre: InstancePre<Sandbox>,
}

/// Fulfils the imports that `name` stands for by the exports of the dependency.
pub(crate) fn link(
    linker: &mut Linker<InstanceState>,
    component: &Component,
    name: &str,
    export: Option<&str>,
    dependency: Dependency,
) -> Result<()> {
    let engine = linker.engine().clone();
    let mut sandbox = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut sandbox)?;
    let pre =
        sandbox.instantiate_pre(&dependency.component).map_err(anyhow::Error::from).with_context(|| {
            format!(
                "component `{}` imports what a dependency is not given; it may import WASI alone",
                dependency.id
            )
        })?;
    let link = Arc::new(Link { dependency, pre });

    let mut matched = false;
    for (import, item) in component.component_type().imports(&engine) {
        if !matches_import(name, import)? {
            continue;
        }
        let ComponentItem::ComponentInstance(interface) = item.ty else {
            bail!("import {import:?} is not an interface");
        };
        matched = true;
        let mut instance = linker.instance(import)?;
        for (function, item) in interface.exports(&engine) {
            match item.ty {
                ComponentItem::ComponentFunc(ty) => {
                    let index = link.find(&engine, export.unwrap_or(import), function, &ty)?;
                    let link = link.clone();
                    instance.func_new_async(function, move |store, _, arguments, results| {
                        Box::new(forward(link.clone(), index, store, arguments, results))
                    })?;
                }
                ComponentItem::Resource(_) => {
                    bail!("{import:?} has the resource `{function}`; this host forwards values only")
                }
                _ => {}
            }
        }
    }
    ensure!(matched, "it matches no import of the component");
    Ok(())
}

impl Link {
    fn find(
        &self,
        engine: &Engine,
        interface: &str,
        function: &str,
        expected: &ComponentFunc,
    ) -> Result<ComponentExportIndex> {
        let component = &self.dependency.component;
        let (item, instance) = component
            .get_export(None, interface)
            .with_context(|| format!("component `{}` does not export {interface:?}", self.dependency.id))?;
        let ComponentItem::ComponentInstance(exported) = item else {
            bail!("export {interface:?} is not an interface");
        };
        let exported = match exported.get_export(engine, function).map(|item| item.ty) {
            Some(ComponentItem::ComponentFunc(exported)) => exported,
            _ => bail!("{interface:?} of component `{}` has no function `{function}`", self.dependency.id),
        };
        let same = expected.params().map(|(_, ty)| ty).eq(exported.params().map(|(_, ty)| ty))
            && expected.results().eq(exported.results());
        ensure!(
            same,
            "`{function}` of {interface:?} has one type in the component and another in `{}`; build both again",
            self.dependency.id
        );
        component.get_export_index(Some(&instance), function).context("the function has just been seen")
    }

    async fn instantiate(&self, engine: &Engine) -> wasmtime::Result<Sandboxed> {
        let wasi = WasiCtx::builder().stderr(self.dependency.stderr.clone()).build();
        let memory = MemoryLimit::new(self.dependency.memory, self.dependency.peak.clone());
        let mut store = Store::new(engine, Sandbox { wasi, table: ResourceTable::new(), memory });
        store.limiter(|sandbox| &mut sandbox.memory);
        yield_to_other_calls(&mut store);
        let instance = self.pre.instantiate_async(&mut store).await?;
        Ok(Sandboxed { store, instance })
    }
}

async fn forward(
    link: Arc<Link>,
    function: ComponentExportIndex,
    mut caller: StoreContextMut<'_, InstanceState>,
    arguments: &[Val],
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let slot = link.dependency.slot;
    let known = caller.data_mut().dependencies.get_mut(slot).and_then(Option::take);
    let mut callee = match known {
        Some(callee) => callee,
        None => link.instantiate(caller.engine()).await?,
    };
    let function = callee
        .instance
        .get_func(&mut callee.store, function)
        .ok_or_else(|| wasmtime::Error::msg("a dependency lost an export"))?;
    if let Err(error) = function.call_async(&mut callee.store, arguments, results).await {
        let reason = callee.store.data().memory.explain(error);
        return Err(wasmtime::Error::msg(format!("in its dependency `{}`: {reason:#}", link.dependency.id)));
    }
    let dependencies = &mut caller.data_mut().dependencies;
    if dependencies.len() <= slot {
        dependencies.resize_with(slot + 1, || None);
    }
    dependencies[slot] = Some(callee);
    Ok(())
}

/// Spin's rule: a dependency's name stands for every import of that package, interface and version,
/// where it names them.
fn matches_import(name: &str, import: &str) -> Result<bool> {
    let (name, import) = (ImportName::parse(name)?, ImportName::parse(import)?);
    Ok(name.package == import.package
        && (name.interface.is_none() || name.interface == import.interface)
        && (name.version.is_none() || name.version == import.version))
}

struct ImportName<'a> {
    package: &'a str,
    interface: Option<&'a str>,
    version: Option<Version>,
}

impl<'a> ImportName<'a> {
    fn parse(name: &'a str) -> Result<Self> {
        let (path, version) = match name.split_once('@') {
            Some((path, version)) => {
                let version =
                    Version::parse(version).with_context(|| format!("invalid version in {name:?}"))?;
                (path, Some(version))
            }
            None => (name, None),
        };
        let (package, interface) = match path.split_once('/') {
            Some((package, interface)) => (package, Some(interface)),
            None => (path, None),
        };
        Ok(Self { package, interface, version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_imports_as_in_spin() {
        let cases = [
            ("foo:bar/baz@0.1.0", "foo:bar/baz@0.1.0", true),
            ("foo:bar/baz", "foo:bar/baz@0.1.0", true),
            ("foo:bar/baz", "foo:bar/baz", true),
            ("foo:bar", "foo:bar/baz@0.1.0", true),
            ("foo:bar@0.1.0", "foo:bar/baz@0.1.0", true),
            ("foo:bar/baz@0.1.0", "foo:bar/baz", false),
            ("foo:bar/baz", "foo:bar/bub@0.1.0", false),
            ("foo:bar", "foo:bub/bib", false),
            ("foo:bar@0.1.0", "foo:bar/baz", false),
        ];
        for (name, import, expected) in cases {
            assert_eq!(matches_import(name, import).unwrap(), expected, "{name} {import}");
        }
        assert!(matches_import("foo:bar/baz@one", "foo:bar/baz").is_err());
    }
}
