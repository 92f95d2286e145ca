//! Runs in words.

use knowledge::connection_settings::{Cause, Run, RunState};

use crate::words::{Badge, Grouped, count, duration};

pub(crate) fn cause(run: &Run) -> &'static str {
    match run.cause {
        Cause::FirstImport => "First import",
        Cause::Schedule => "On schedule",
        Cause::SyncNow => "Sync now",
        Cause::Webhook => "Webhook",
    }
}

pub(crate) fn badge(run: &Run) -> Badge {
    match run.state {
        RunState::Queued => Badge::new("Queued", "", "clock"),
        RunState::Running => Badge::new("Running", "ok", "refresh-cw"),
        RunState::Waiting => Badge::new("Waiting", "warn", "clock"),
        RunState::Finished if run.pages_failed > 0 => {
            Badge::new("Finished with failures", "warn", "triangle-alert")
        }
        RunState::Finished => Badge::new("Finished", "ok", "circle-check"),
        RunState::Failed => Badge::new("Failed", "bad", "circle-x"),
    }
}

/// What a run does or what came of it, in one line.
pub(crate) fn outcome(run: &Run, now: i64) -> String {
    let mut outcome = outcome_alone(run, now);
    if run.state == RunState::Finished && !run.remarks.is_empty() {
        outcome = format!("{outcome} {}", run.remarks);
    }
    match run.deaths {
        0 => outcome,
        1 => format!("{outcome} Its worker was stopped once in between."),
        times => format!("{outcome} Its worker was stopped {times} times in between."),
    }
}

fn outcome_alone(run: &Run, now: i64) -> String {
    match run.state {
        RunState::Queued => "Starts within a few seconds.".to_owned(),
        RunState::Waiting if run.not_before > now => {
            let reason = run.failure.as_deref().unwrap_or(&run.doing).trim_end_matches('.');
            let wait = duration(run.not_before - now);
            if reason.is_empty() {
                format!("Goes on in {wait}.")
            } else {
                format!("{reason}. Goes on in {wait}.")
            }
        }
        RunState::Running | RunState::Waiting if run.doing.is_empty() => "Reading the site.".to_owned(),
        RunState::Running | RunState::Waiting => run.doing.clone(),
        RunState::Failed => run.failure.clone().unwrap_or_else(|| "It stopped without a reason.".to_owned()),
        RunState::Finished => {
            let mut parts = vec![match run.pages_done {
                0 => format!("{} seen, nothing to bring in", count(run.pages_seen, "page")),
                done => format!("{} of {} brought up to date", Grouped(done), count(run.pages_seen, "page")),
            }];
            if run.pages_with_losses > 0 {
                parts.push(format!("{} with losses", run.pages_with_losses));
            }
            if run.pages_failed > 0 {
                parts.push(format!("{} failed", run.pages_failed));
            }
            if run.pages_removed > 0 {
                parts.push(format!("{} gone from Confluence", run.pages_removed));
            }
            format!("{}.", parts.join(", "))
        }
    }
}

/// About how long the rest takes, once there is something to judge by.
pub(crate) fn time_left(run: &Run, now: i64) -> Option<String> {
    let started = run.started_at?;
    let done = run.pages_done + run.pages_failed;
    let left = run.pages_to_do - done;
    (run.state == RunState::Running && done >= 5 && left > 0)
        .then(|| format!("about {} left", duration((now - started).max(0) / done * left)))
}
