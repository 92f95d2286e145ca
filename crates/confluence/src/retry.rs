//! When to ask again after a refusal.

use http::HeaderMap;

use crate::moment;
use crate::points::Quota;

/// What a refusal says of the time to wait: `Retry-After` (RFC 9110 §10.2.3), else the limit's reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many milliseconds from now.
    Milliseconds(i64),
    /// At this time, in milliseconds since 1970.
    At(i64),
}

/// The first wait without other advice, in milliseconds; it doubles with each attempt.
const FIRST_WAIT: i64 = 4_000;
/// The longest wait without other advice.
const LONGEST_OWN_WAIT: i64 = 5 * 60_000;
/// An advice of no wait at all would turn a limit into a storm.
const SHORTEST_WAIT: i64 = 2_000;
/// Atlassian's hourly quota is the longest wait that makes sense; what asks for more is looked at again then.
const LONGEST_WAIT: i64 = 65 * 60_000;

impl RetryAfter {
    /// Reads the headers of a refusal; none where they say nothing that can be read.
    #[must_use]
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        let header = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        if let Some(value) = header("retry-after") {
            if let Ok(seconds) = value.parse::<f64>()
                && seconds.is_finite()
                && seconds >= 0.0
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a float saturates, and the wait is capped"
                )]
                return Some(Self::Milliseconds((seconds * 1_000.0) as i64));
            }
            if let Some(time) = moment::http_date(value) {
                return Some(Self::At(time));
            }
        }
        if let Some(time) = header("x-ratelimit-reset").and_then(moment::timestamp) {
            return Some(Self::At(time));
        }
        let quota = Quota::read(headers).filter(|quota| quota.remaining == 0)?;
        Some(Self::Milliseconds(quota.resets_in))
    }
}

/// When to try again, in milliseconds since 1970: the advice is a minimum, and nothing asks at once or never.
///
/// `attempt` counts the failures so far, from 1; `spread` between 0 and 1 keeps workers apart.
#[must_use]
pub fn not_before(advice: Option<RetryAfter>, attempt: u32, now: i64, spread: f64) -> i64 {
    let doubled = FIRST_WAIT.saturating_mul(1 << attempt.saturating_sub(1).min(10));
    let own = doubled.min(LONGEST_OWN_WAIT);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a wait of minutes")]
    let jittered = (own as f64 * (0.7 + 0.6 * spread.clamp(0.0, 1.0))) as i64;
    let wait = match advice {
        Some(RetryAfter::Milliseconds(wait)) => wait,
        Some(RetryAfter::At(time)) => time.saturating_sub(now),
        None => jittered,
    };
    now + wait.clamp(SHORTEST_WAIT, LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Option<RetryAfter> {
        RetryAfter::read(
            &headers
                .iter()
                .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect(),
        )
    }

    #[test]
    fn advice_is_a_number_a_date_or_a_reset() {
        assert_eq!(read(&[("retry-after", "30")]), Some(RetryAfter::Milliseconds(30_000)));
        assert_eq!(read(&[("retry-after", "0")]), Some(RetryAfter::Milliseconds(0)));
        assert_eq!(
            read(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]),
            Some(RetryAfter::At(784_111_777_000))
        );
        assert_eq!(
            read(&[("x-ratelimit-reset", "2026-03-26T16:00Z")]),
            Some(RetryAfter::At(1_774_540_800_000))
        );
        assert_eq!(
            read(&[("ratelimit", "\"global-app-quota\";r=0;t=600")]),
            Some(RetryAfter::Milliseconds(600_000))
        );
        assert_eq!(read(&[("ratelimit", "\"global-app-quota\";r=11000;t=600")]), None);
        assert_eq!(read(&[("retry-after", "soon")]), None);
        assert_eq!(read(&[("retry-after", "-5")]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn no_advice_leads_to_a_storm_or_to_silence() {
        let wait = |advice, attempt| not_before(advice, attempt, 1_000_000, 0.5) - 1_000_000;
        assert_eq!(wait(Some(RetryAfter::Milliseconds(0)), 1), 2_000);
        assert_eq!(wait(Some(RetryAfter::At(0)), 1), 2_000);
        assert_eq!(wait(Some(RetryAfter::Milliseconds(3_600_000)), 1), 3_600_000);
        assert_eq!(wait(Some(RetryAfter::Milliseconds(i64::MAX)), 1), 65 * 60_000);
        assert_eq!([1, 2, 3].map(|attempt| wait(None, attempt)), [4_000, 8_000, 16_000]);
        assert_eq!(wait(None, 60), 5 * 60_000);
    }
}
