//! One instance of a component: what its calls to the host work on, and what bounds it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wasmtime::component::ResourceTable;
use wasmtime::{Engine, ResourceLimiter, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::chaining::Services;
use crate::composition::Sandboxed;
use crate::key_value::KeyValue;
use crate::log::GuestOutput;
use crate::outbound::{AllowedHosts, Outbound};
use crate::variables::ComponentVariables;

/// What the manifest grants to one component, the same for each of its instances.
pub(crate) struct Settings {
    pub(crate) id: String,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) variables: ComponentVariables,
    pub(crate) allowed_hosts: AllowedHosts,
    /// The other components of the application, where `allowed_hosts` let this one call them.
    pub(crate) services: Services,
    pub(crate) key_value: Option<KeyValue>,
    pub(crate) sqlite: Option<PathBuf>,
    pub(crate) stdout: GuestOutput,
    pub(crate) stderr: GuestOutput,
    /// The most memory, in bytes, that an instance may have.
    pub(crate) memory: usize,
    pub(crate) peak: Peak,
}

/// The state of one instance; a store holds it for the length of one call.
pub(crate) struct InstanceState {
    pub(crate) component: Arc<Settings>,
    pub(crate) table: ResourceTable,
    pub(crate) memory: MemoryLimit,
    /// The instances of this one's dependencies, made when they are first called.
    pub(crate) dependencies: Vec<Option<Sandboxed>>,
    pub(crate) open_stores: u32,
    pub(crate) open_connections: u32,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl InstanceState {
    pub(crate) fn store(engine: &Engine, component: &Arc<Settings>) -> Store<Self> {
        let wasi = WasiCtx::builder()
            .envs(&component.environment)
            .stdout(component.stdout.clone())
            .stderr(component.stderr.clone())
            .build();
        let state = Self {
            component: component.clone(),
            table: ResourceTable::new(),
            memory: MemoryLimit::new(component.memory, component.peak.clone()),
            dependencies: Vec::new(),
            open_stores: 0,
            open_connections: 0,
            wasi,
            http: WasiHttpCtx::new(),
            outbound: Outbound { component: component.clone() },
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.memory);
        yield_to_other_calls(&mut store);
        store
    }
}

/// Lets a busy guest hand its thread back at each tick of the engine's clock; a call's deadline takes effect there.
pub(crate) fn yield_to_other_calls<T>(store: &mut Store<T>) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_async_yield_and_update(1);
}

impl WasiView for InstanceState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for InstanceState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}

/// The most memory, in bytes, that any instance of a component has had so far.
#[derive(Clone, Default)]
pub(crate) struct Peak(Arc<AtomicUsize>);

impl Peak {
    pub(crate) fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Refuses growth beyond a limit, and remembers that it did, so that the log can say why a guest died.
pub(crate) struct MemoryLimit {
    limit: usize,
    reached: bool,
    /// What all memories of the instance have together.
    held: usize,
    peak: Peak,
}

impl MemoryLimit {
    pub(crate) fn new(limit: usize, peak: Peak) -> Self {
        Self { limit, reached: false, held: 0, peak }
    }

    /// Says in one line why a call failed; a guest that is refused memory dies of something else.
    pub(crate) fn explain(&self, error: wasmtime::Error) -> anyhow::Error {
        let reason = anyhow::anyhow!("{}", error.root_cause());
        if !self.reached {
            return reason;
        }
        let limit = self.limit >> 20;
        reason.context(format!(
            "its memory limit of {limit} MiB was reached (SPIN_MAX_INSTANCE_MEMORY raises it)"
        ))
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let allowed = desired <= self.limit;
        self.reached |= !allowed;
        if allowed {
            self.held += desired.saturating_sub(current);
            self.peak.0.fetch_max(self.held, Ordering::Relaxed);
        }
        Ok(allowed)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        // Tables of Rust guests do not grow; the pooling allocator bounds them in any case.
        Ok(true)
    }
}
