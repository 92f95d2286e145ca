//! Times as Atlassian writes them, in milliseconds since 1970.

use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::{OffsetDateTime, UtcDateTime};

/// A time of an answer's body or of a reset header (RFC 3339, at times without seconds); none if it is none.
#[must_use]
pub fn timestamp(text: &str) -> Option<i64> {
    if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339) {
        return milliseconds(time);
    }
    let with_seconds = format!("{}:00Z", text.strip_suffix('Z')?);
    milliseconds(OffsetDateTime::parse(&with_seconds, &Rfc3339).ok()?)
}

/// A time of an HTTP header (RFC 9110 §5.6.7).
pub(crate) fn http_date(text: &str) -> Option<i64> {
    milliseconds(OffsetDateTime::parse(text, &Rfc2822).ok()?)
}

/// The time of day of a moment, as people read it: `14:00 UTC`.
#[must_use]
pub fn clock(milliseconds: i64) -> String {
    let time =
        UtcDateTime::from_unix_timestamp(milliseconds.div_euclid(1_000)).unwrap_or(UtcDateTime::UNIX_EPOCH);
    format!("{:02}:{:02} UTC", time.hour(), time.minute())
}

fn milliseconds(time: OffsetDateTime) -> Option<i64> {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_write_a_time_is_read() {
        assert_eq!(timestamp("2026-03-19T14:26:50.123Z"), Some(1_773_930_410_123));
        assert_eq!(timestamp("2026-03-19T15:26:50.123+01:00"), Some(1_773_930_410_123));
        assert_eq!(timestamp("2026-03-26T16:00Z"), Some(1_774_540_800_000));
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        for nonsense in ["", "Z", "soon", "2026-03-19", "2026-13-19T14:26:50Z"] {
            assert_eq!((timestamp(nonsense), http_date(nonsense)), (None, None), "{nonsense}");
        }
    }

    #[test]
    fn a_clock_shows_hours_and_minutes() {
        assert_eq!(clock(1_774_540_859_999), "16:00 UTC");
        assert_eq!(clock(i64::MAX), "00:00 UTC");
    }
}
