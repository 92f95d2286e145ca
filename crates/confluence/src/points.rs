//! What requests cost: Atlassian counts points by the hour, and says at times how many are left.

use http::{HeaderMap, Response};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What an answer cost, as Atlassian counts: a point for the request, one for each object in the answer, and two
/// for each user, group or permission. What it names in expanded restrictions is not counted apart.
#[must_use]
pub fn cost(response: &Response<Vec<u8>>) -> i64 {
    if !response.status().is_success() {
        return 1;
    }
    let counted: Counted = serde_json::from_slice(response.body()).unwrap_or_default();
    let objects = counted.results.map_or(1, |results| results.iter().map(Object::points).sum());
    let named = [counted.restrictions.user, counted.restrictions.group];
    let named: usize = named.into_iter().flatten().map(|named| 2 * named.results.len()).sum();
    1 + i64::try_from(objects + named).unwrap_or(i64::MAX - 1)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counted {
    results: Option<Vec<Object>>,
    restrictions: Restrictions,
}

/// An object of a list; what names somebody counts twice.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Object {
    account_id: Option<IgnoredAny>,
    principal: Option<IgnoredAny>,
}

impl Object {
    fn points(&self) -> usize {
        1 + usize::from(self.account_id.is_some() || self.principal.is_some())
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Restrictions {
    user: Option<Named>,
    group: Option<Named>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    results: Vec<IgnoredAny>,
}

/// How much of an hourly quota is left, as the answer's headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The points of a whole window; none where the answer does not say.
    pub size: Option<i64>,
    pub remaining: i64,
    /// In so many milliseconds the window begins anew.
    pub resets_in: i64,
}

impl Quota {
    /// Reads `RateLimit` and `RateLimit-Policy`; of several quotas, the one of which the least is left.
    ///
    /// The same headers with `Beta-` in front tell of a limit that is not enforced yet, and are passed over.
    #[must_use]
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        let policies = entries(headers, "ratelimit-policy");
        entries(headers, "ratelimit")
            .into_iter()
            .filter_map(|(name, parameters)| {
                let remaining = parameter(&parameters, "r")?.max(0);
                // Without a time it is the top of the hour at the latest.
                let seconds = parameter(&parameters, "t").unwrap_or(3_600).clamp(0, 3_900);
                let policy = policies.iter().find(|(other, _)| *other == name);
                let size = policy.and_then(|(_, parameters)| parameter(parameters, "q"));
                Some(Self { size, remaining, resets_in: seconds * 1_000 })
            })
            .min_by_key(|quota| quota.remaining)
    }
}

type Entry = (String, Vec<(String, String)>);

/// The entries of a list header such as `"global-app-quota";q=65000;w=3600, "other";q=1`.
fn entries(headers: &HeaderMap, name: &str) -> Vec<Entry> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().trim_matches('"').to_owned();
            let parameters = parts
                .filter_map(|part| part.split_once('='))
                .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
                .collect();
            (name, parameters)
        })
        .collect()
}

fn parameter(parameters: &[(String, String)], name: &str) -> Option<i64> {
    parameters.iter().find(|(other, _)| other == name)?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;
    use crate::response::json;

    fn quota(headers: &[(&'static str, &'static str)]) -> Option<Quota> {
        let header = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        Quota::read(&headers.iter().map(header).collect())
    }

    #[test]
    fn an_answer_costs_by_what_it_holds() {
        assert_eq!(cost(&json(200, r#"{"results":[{"id":"1"},{"id":"2"}],"_links":{}}"#)), 3);
        assert_eq!(cost(&json(200, r#"{"results":[{"accountId":"a"},{"principal":{}}]}"#)), 5);
        assert_eq!(cost(&json(200, r#"{"results":[]}"#)), 1);
        assert_eq!(cost(&json(200, r#"{"id":"7"}"#)), 2);
        let restriction =
            r#"{"operation":"read","restrictions":{"user":{"results":[{},{}]},"group":{"results":[{}]}}}"#;
        assert_eq!(cost(&json(200, restriction)), 8);
        assert_eq!(cost(&json(404, "{}")), 1);
        assert_eq!(cost(&json(200, "<html>")), 2);
    }

    #[test]
    fn the_tightest_quota_counts() {
        let policy =
            ("ratelimit-policy", r#""tenant-app-quota";q=100000;w=3600, "global-app-quota";q=65000;w=3600"#);
        assert_eq!(
            quota(&[
                policy,
                ("ratelimit", r#""global-app-quota";r=11000;t=600, "tenant-app-quota";r=50000;t=600"#)
            ]),
            Some(Quota { size: Some(65_000), remaining: 11_000, resets_in: 600_000 })
        );
        assert_eq!(
            quota(&[("ratelimit", r#""global-app-quota";r=0"#)]),
            Some(Quota { size: None, remaining: 0, resets_in: 3_600_000 })
        );
    }

    #[test]
    fn what_is_not_enforced_or_not_said_limits_nothing() {
        assert_eq!(quota(&[("beta-ratelimit", r#""global-app-quota";r=0;t=600"#)]), None);
        assert_eq!(quota(&[("ratelimit", "nonsense;;=,")]), None);
        assert_eq!(quota(&[]), None);
    }
}
