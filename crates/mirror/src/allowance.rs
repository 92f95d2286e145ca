//! Whether a run may spend more of Confluence's hourly quota, which all customers of one app share.

use knowledge::budgets::{self, Spent};
use knowledge::runs::{Phase, Run};

/// The hundredths of our share that a run may use, and of everybody's quota that it has to leave.
struct Share {
    use_up_to: i64,
    leave: i64,
}

/// What was asked for may use the whole share. A listing that nobody asked for leaves something to Sync now, and
/// a look at the edits, which costs next to nothing, comes before it.
fn share(run: &Run) -> Share {
    match (run.was_asked, run.phase) {
        (true, _) => Share { use_up_to: 100, leave: 2 },
        (false, Phase::Changes) => Share { use_up_to: 95, leave: 5 },
        (false, Phase::Whole) => Share { use_up_to: 80, leave: 20 },
    }
}

/// Whether there are points left for a look at what somebody is about to read.
pub(crate) fn has_some_for_readers(spent: Spent, points_per_hour: i64, now: i64) -> bool {
    wait_for(Share { use_up_to: 90, leave: 5 }, spent, points_per_hour, now).is_none()
}

/// The points that a run may still spend in this hour, when `points_per_hour` is a connection's share.
pub(crate) fn left(run: &Run, spent: Spent, points_per_hour: i64) -> i64 {
    points_per_hour * share(run).use_up_to / 100 - spent.points
}

/// Until when a run has to wait, if it has to.
pub(crate) fn wait(run: &Run, spent: Spent, points_per_hour: i64, now: i64) -> Option<i64> {
    wait_for(share(run), spent, points_per_hour, now)
}

/// Until when a reader has to wait who opens a file; they may use what anybody who waits may.
pub(crate) fn wait_of_readers(spent: Spent, points_per_hour: i64, now: i64) -> Option<i64> {
    wait_for(Share { use_up_to: 100, leave: 2 }, spent, points_per_hour, now)
}

fn wait_for(share: Share, spent: Spent, points_per_hour: i64, now: i64) -> Option<i64> {
    if let (Some(remaining), Some(resets_at)) = (spent.remaining, spent.resets_at)
        && resets_at > now
        && remaining <= spent.quota.unwrap_or(65_000) * share.leave / 100
    {
        return Some(resets_at);
    }
    (points_per_hour * share.use_up_to / 100 <= spent.points).then(|| budgets::next_hour(now))
}

#[cfg(test)]
mod tests {
    use knowledge::runs::Tally;

    use super::*;

    fn run(was_asked: bool, phase: Phase) -> Run {
        Run {
            id: 1,
            connection_id: 1,
            phase,
            was_asked,
            step: String::new(),
            doing: String::new(),
            remarks: String::new(),
            lease_holder: String::new(),
            created_at: 0,
            attempts: 1,
            tally: Tally::default(),
        }
    }

    #[test]
    fn scheduled_work_yields_to_sync_now() {
        let waits = |was_asked, phase, points| {
            let spent = Spent { points, ..Spent::default() };
            wait(&run(was_asked, phase), spent, 1_000, 10)
        };
        assert_eq!(waits(false, Phase::Whole, 799), None);
        assert_eq!(waits(false, Phase::Whole, 800), Some(3_600_000));
        assert_eq!(waits(false, Phase::Changes, 800), None);
        assert_eq!(waits(true, Phase::Whole, 999), None);
        assert_eq!(waits(true, Phase::Whole, 1_000), Some(3_600_000));
    }

    #[test]
    fn what_confluence_says_is_left_comes_before_our_own_count() {
        let spent =
            Spent { remaining: Some(9_000), quota: Some(65_000), resets_at: Some(500), ..Spent::default() };
        assert_eq!(wait(&run(false, Phase::Whole), spent, 1_000, 10), Some(500));
        assert_eq!(wait(&run(true, Phase::Whole), spent, 1_000, 10), None);
        assert_eq!(wait(&run(false, Phase::Whole), spent, 1_000, 500), None, "it was reset");
    }
}
