//! The engine that compiles and runs Wasm, and the bounds that every call runs within.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::Semaphore;
use wasmtime::{Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How often a busy guest hands its thread back.
const TICK: Duration = Duration::from_millis(10);
/// How many calls run at a time; the others wait for their turn.
const MOST_CALLS: u32 = 64;

/// Makes an engine whose compiled code is kept in `cache`, so that the next start need not compile.
pub(crate) fn engine(cache: &Path, memory: usize) -> Result<Engine> {
    let mut config = Config::new();
    config.epoch_interruption(true);
    std::fs::create_dir_all(cache)
        .with_context(|| format!("cannot create the cache folder {}", cache.display()))?;
    let folder = cache.canonicalize()?;
    config.cache(Some(Cache::new(CacheConfig::new().with_directory(folder).clone())?));

    // A call needs a slot for its own component and may need one for a dependency and one for a component it calls.
    let slots = MOST_CALLS * 3;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots * 8)
        .total_memories(slots)
        .total_tables(slots * 4)
        .total_stacks(slots)
        .max_memory_size(memory)
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(64 << 10);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    let engine = match Engine::new(&config) {
        Ok(engine) => engine,
        // The pool reserves half a terabyte of address space, which not every machine gives.
        Err(_) => {
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            config.memory_reservation(memory as u64).memory_guard_size(64 << 10);
            Engine::new(&config)?
        }
    };
    tick(&engine)?;
    Ok(engine)
}

/// Advances the engine's clock for as long as the engine lives.
fn tick(engine: &Engine) -> Result<()> {
    let engine = engine.weak();
    std::thread::Builder::new().name("epoch".to_owned()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::park_timeout(TICK);
        }
    })?;
    Ok(())
}

/// Bounds calls in number and in time.
#[derive(Clone)]
pub(crate) struct Calls {
    slots: Arc<Semaphore>,
    deadline: Duration,
}

impl Calls {
    pub(crate) fn new(deadline: Duration) -> Self {
        Self { slots: Arc::new(Semaphore::new(MOST_CALLS as usize)), deadline }
    }

    /// Runs one call when its turn comes, and abandons it at its deadline.
    pub(crate) async fn run(&self, call: impl Future<Output = Result<()>>) -> Result<()> {
        let _slot = self.slots.acquire().await.context("the host is shutting down")?;
        self.run_within(call).await
    }

    /// Runs a call that another one waits for, in that one's slot, and abandons it at its deadline.
    pub(crate) async fn run_within(&self, call: impl Future<Output = Result<()>>) -> Result<()> {
        match tokio::time::timeout(self.deadline, call).await {
            Ok(result) => result,
            Err(_) => anyhow::bail!(
                "stopped at its deadline of {} s (--deadline raises it)",
                self.deadline.as_secs_f32()
            ),
        }
    }

    /// Resolves once no call runs.
    pub(crate) async fn finish(&self) {
        // The semaphore is never closed, so this cannot fail.
        _ = self.slots.acquire_many(MOST_CALLS).await;
    }

    /// How many calls run now.
    pub(crate) fn running(&self) -> usize {
        MOST_CALLS as usize - self.slots.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_is_abandoned_at_its_deadline() {
        let calls = Calls::new(Duration::from_millis(20));
        let error = calls.run(std::future::pending()).await.unwrap_err();
        assert!(error.to_string().contains("deadline"), "{error}");
        assert_eq!(calls.running(), 0);
    }

    #[tokio::test]
    async fn finishing_waits_for_the_calls_that_run() {
        let calls = Calls::new(Duration::from_secs(5));
        let running = calls.clone();
        let call = tokio::spawn(async move {
            let call = async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok(())
            };
            running.run(call).await
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(calls.running(), 1);
        tokio::time::timeout(Duration::from_secs(4), calls.finish()).await.unwrap();
        assert_eq!(calls.running(), 0);
        call.await.unwrap().unwrap();
    }
}
