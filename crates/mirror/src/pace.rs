//! How often spaces are listed whole: the larger a site and the smaller its budget, the longer the interval.

use knowledge::runs::KnownSpace;

/// No space is listed more often without a reason: Confluence's own changes of access arrive within this time.
const SHORTEST: i64 = 15 * 60_000;
/// No space is listed less often, whatever that costs: only a listing shows every move and every restriction.
const LONGEST: i64 = 24 * 60 * 60_000;
const HOUR: i64 = 60 * 60_000;

/// What it costs to list spaces whole, in points: each page once for its place and once for its restriction, and
/// each permission twice; and a count.
pub(crate) fn cost(spaces: &[KnownSpace]) -> i64 {
    spaces.iter().map(|space| 7 + 2 * space.pages + space.pages / 100 + 2 * space.permissions).sum()
}

/// The time between two listings of the same space, when `points_per_hour` may be spent on listings.
fn interval(spaces: &[KnownSpace], points_per_hour: i64) -> i64 {
    (cost(spaces).saturating_mul(HOUR) / points_per_hour.max(1)).clamp(SHORTEST, LONGEST)
}

/// The spaces to list whole now, where `spaces` begin with the one that was listed longest ago.
///
/// Spaces that were listed together part, so that the load spreads evenly over the interval.
pub(crate) fn due(spaces: &[KnownSpace], points_per_hour: i64, now: i64) -> Vec<String> {
    let interval = interval(spaces, points_per_hour);
    let Some(latest) = spaces.iter().map(|space| space.reconciled_at).max() else { return Vec::new() };
    let count = i64::try_from(spaces.len()).unwrap_or(i64::MAX);
    let turns = (now - latest) / (interval / count).max(1);
    spaces
        .iter()
        .enumerate()
        .filter(|(at, space)| {
            let is_its_turn =
                i64::try_from(*at).is_ok_and(|at| at < turns) && now - space.reconciled_at >= SHORTEST;
            is_its_turn || now - space.reconciled_at >= interval
        })
        .map(|(_, space)| space.space_id.clone())
        .collect()
}

/// Those of the wanted spaces whose listing fits into what is left of the hour.
///
/// A space that no hour can hold is listed all the same, and its run waits from hour to hour.
pub(crate) fn affordable(
    spaces: &[KnownSpace],
    wanted: &[String],
    left: i64,
    points_per_hour: i64,
) -> Vec<String> {
    let mut left = left;
    let mut fitting = Vec::new();
    for space in spaces.iter().filter(|space| wanted.contains(&space.space_id)) {
        let cost = cost(std::slice::from_ref(space));
        if cost <= left || cost > points_per_hour / 2 && left > points_per_hour / 2 {
            left -= cost;
            fitting.push(space.space_id.clone());
        }
    }
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spaces(count: usize, pages: i64, reconciled_at: i64) -> Vec<KnownSpace> {
        (0..count)
            .map(|id| KnownSpace { space_id: id.to_string(), reconciled_at, pages, permissions: 0 })
            .collect()
    }

    #[test]
    fn a_small_site_is_listed_often_and_a_large_one_within_its_points() {
        assert_eq!(interval(&spaces(2, 20, 0), 833), SHORTEST);
        let large = spaces(20, 500, 0);
        assert!(interval(&large, 833) > 20 * HOUR);
        assert!(cost(&large) * HOUR / interval(&large, 833) <= 850, "points an hour");
        assert_eq!(interval(&spaces(100, 2_000, 0), 833), LONGEST);
        assert!(interval(&large, 10_000) < interval(&large, 833), "a larger budget");
    }

    #[test]
    fn spaces_that_were_listed_together_part() {
        let mut spaces = spaces(20, 500, 0);
        let interval = interval(&spaces, 833);
        let mut most = 0;
        let mut listed = 0;
        let mut now = 0;
        while now < 2 * interval {
            now += 300_000;
            spaces.sort_by_key(|space| space.reconciled_at);
            let due = due(&spaces, 833, now);
            most = most.max(due.len());
            listed += due.len();
            for space in spaces.iter_mut().filter(|space| due.contains(&space.space_id)) {
                space.reconciled_at = now;
            }
        }
        assert!(most <= 2, "{most} at once");
        assert!((38..=42).contains(&listed), "each about twice: {listed}");
    }

    #[test]
    fn an_hour_holds_what_it_can() {
        let known = spaces(3, 500, 0);
        let all: Vec<String> = known.iter().map(|space| space.space_id.clone()).collect();
        assert_eq!(affordable(&known, &all, 25_000, 25_000), all);
        assert_eq!(affordable(&known, &all, 2_500, 25_000), ["0", "1"]);
        assert!(affordable(&known, &all, 900, 25_000).is_empty());
        let huge = spaces(1, 60_000, 0);
        assert_eq!(affordable(&huge, &["0".into()], 20_000, 25_000), ["0"]);
        assert!(affordable(&huge, &["0".into()], 10_000, 25_000).is_empty());
    }

    #[test]
    fn many_small_spaces_are_due_together_and_none_too_often() {
        let small = spaces(20, 1, 0);
        assert!(due(&small, 833, SHORTEST - 1).is_empty());
        assert_eq!(due(&small, 833, SHORTEST).len(), 20);
    }
}
