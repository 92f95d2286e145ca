//! The cron trigger: calls a component at the times that its schedule names.
//!
//! It behaves as spinframework/spin-trigger-cron does: six fields, seconds first, in UTC; each tick has an
//! instance of its own; a tick does not wait for the one before it.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use chrono::{DateTime, SubsecRound as _, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds};

use crate::application::{Application, Callable};
use crate::bindings::cron::SpinCronPre;
use crate::bindings::cron::fermyon::spin_cron::cron_types::{Error, Metadata};
use crate::engine::Calls;
use crate::instance::InstanceState;
use crate::log;
use crate::manifest::CronTrigger;

/// One schedule and the component that it calls.
pub(crate) struct Schedule {
    cron: Cron,
    callable: Callable,
    handler: SpinCronPre<InstanceState>,
    calls: Calls,
}

impl Schedule {
    pub(crate) fn new(trigger: &CronTrigger, application: &Application, calls: Calls) -> Result<Self> {
        let callable = application.component(&trigger.component).clone();
        let cron = parse(&trigger.cron_expression)
            .with_context(|| format!("[[trigger.cron]] of component `{}`", trigger.component))?;
        let handler =
            SpinCronPre::new(callable.pre.clone()).map_err(anyhow::Error::from).with_context(|| {
                format!(
                    "component `{}` has a cron trigger, but does not export handle-cron-event",
                    trigger.component
                )
            })?;
        Ok(Self { cron, callable, handler, calls })
    }

    /// Ticks for as long as the host runs.
    pub(crate) async fn run(self) {
        // A start inside a matching second ticks at once, as in Spin.
        let mut next = following(&self.cron, Utc::now(), true);
        while let Some(time) = next {
            sleep_until(time).await;
            tokio::spawn(self.tick());
            next = following(&self.cron, time.max(Utc::now()), false);
        }
        log::component(
            &self.callable.settings.id,
            "its schedule has no next time; it will not be called again",
        );
    }

    fn tick(&self) -> impl Future<Output = ()> + use<> {
        let id = self.callable.settings.id.clone();
        let calls = self.calls.clone();
        let handler = self.handler.clone();
        let mut store = self.callable.store();
        let call = async move {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
            let instance = handler.instantiate_async(&mut store).await?;
            let metadata = Metadata { timestamp: now.as_secs() };
            match instance.call_handle_cron_event(&mut store, metadata).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(Error::Other(reason))) => Err(anyhow::anyhow!(reason)),
                Err(error) => Err(store.data().memory.explain(error)),
            }
        };
        async move {
            if let Err(error) = calls.run(call).await {
                log::component(&id, &format!("scheduled call failed: {error:#}"));
            }
        }
    }
}

fn parse(expression: &str) -> Result<Cron> {
    CronParser::builder().seconds(Seconds::Required).dom_and_dow(true).build().parse(expression).with_context(|| {
        format!("cron_expression {expression:?} is not a schedule of six fields: second minute hour day month weekday")
    })
}

/// The next time of a schedule, at the start of its second; with `inclusive`, the second of `from` counts.
fn following(cron: &Cron, from: DateTime<Utc>, inclusive: bool) -> Option<DateTime<Utc>> {
    cron.find_next_occurrence(&from.trunc_subsecs(0), inclusive).ok()
}

async fn sleep_until(time: DateTime<Utc>) {
    // In steps, so that a clock that is set or a machine that slept does not delay a tick for long.
    while let Ok(left) = (time - Utc::now()).to_std() {
        tokio::time::sleep(left.min(Duration::from_secs(30))).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, from: &str) -> String {
        let from: DateTime<Utc> = from.parse().unwrap();
        following(&parse(expression).unwrap(), from, false).unwrap().to_rfc3339()
    }

    #[test]
    fn schedules_have_six_fields_with_seconds_first_in_utc() {
        assert_eq!(next("*/10 * * * * *", "2026-11-23T02:00:01Z"), "2026-11-23T02:00:10+00:00");
        assert_eq!(next("0 */5 * * * *", "2026-11-23T02:00:00Z"), "2026-11-23T02:05:00+00:00");
        assert_eq!(next("1/2 * * * * *", "2026-11-23T02:00:01.5Z"), "2026-11-23T02:00:03+00:00");
        assert_eq!(next("0 0 3 * * *", "2026-12-31T03:00:00Z"), "2027-01-01T03:00:00+00:00");
    }

    #[test]
    fn other_forms_are_refused_with_the_cure() {
        for expression in ["* * * * *", "", "0 0 * * * MONTHLY", "61 * * * * *"] {
            let error = parse(expression).unwrap_err().to_string();
            assert!(error.contains("six fields"), "{expression}: {error}");
        }
    }
}
