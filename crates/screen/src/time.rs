use std::fmt;

use askama::filters::HtmlSafe;
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment for people, which shows itself as a `<time>` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    stamp: String,
    words: String,
    exact: String,
}

/// The day of a moment: `20 Nov 2026`.
#[must_use]
pub fn day(at: i64) -> Time {
    let moment = moment(at);
    let words = format!("{} {:.3} {}", moment.day(), moment.month().to_string(), moment.year());
    let exact = format!("{words}, {:02}:{:02} UTC", moment.hour(), moment.minute());
    Time { stamp: rfc3339(at), words, exact }
}

/// A moment for programs: `2026-11-20T02:00:00Z`.
#[must_use]
pub(crate) fn rfc3339(at: i64) -> String {
    moment(at).format(&Rfc3339).unwrap_or_default()
}

/// How long ago a moment was: `2 hours ago`; its day when it is more than a week away.
#[must_use]
pub fn ago(at: i64, now: i64) -> Time {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let words = |count: i64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    let words = match now - at {
        elapsed if elapsed < -MINUTE => return day(at),
        elapsed if elapsed < MINUTE => "just now".to_owned(),
        elapsed if elapsed < HOUR => words(elapsed / MINUTE, "minute"),
        elapsed if elapsed < DAY => words(elapsed / HOUR, "hour"),
        elapsed if elapsed < 7 * DAY => words(elapsed / DAY, "day"),
        _ => return day(at),
    };
    Time { words, ..day(at) }
}

fn moment(at: i64) -> UtcDateTime {
    let nanoseconds = i128::from(at) * 1_000_000;
    UtcDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(UtcDateTime::UNIX_EPOCH)
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<time datetime=\"{}\" title=\"{}\">{}</time>", self.stamp, self.exact, self.words)
    }
}

// All three parts are digits, letters and marks that we write ourselves.
impl HtmlSafe for Time {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_as_people_tell_it() {
        let at = 1_795_140_000_000; // 2026-11-20T02:00:00Z
        let cases = [
            (0, "just now"),
            (59_999, "just now"),
            (60_000, "1 minute ago"),
            (7_200_000, "2 hours ago"),
            (86_400_000, "1 day ago"),
            (8 * 86_400_000, "20 Nov 2026"),
            (-3_600_000, "20 Nov 2026"),
        ];
        for (elapsed, words) in cases {
            assert_eq!(ago(at, at + elapsed).words, words);
        }
        assert_eq!(
            day(at).to_string(),
            "<time datetime=\"2026-11-20T02:00:00Z\" title=\"20 Nov 2026, 02:00 UTC\">20 Nov 2026</time>"
        );
    }
}
