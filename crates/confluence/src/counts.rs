//! How many pages the search index counts (API v1): one cheap request for many spaces.
//!
//! What is trashed, archived or moved away is noticed by it, which no feed of edits tells. The number is an estimate
//! and lags behind for a minute or so, so it is compared with itself, and a listing decides.

use http::Response;
use serde::Deserialize;

use crate::response::read;
use crate::restrictions::quoted;
use crate::{ApiError, Path};

/// The most spaces that are counted by one request; their keys have to fit into an address.
pub const COUNTED_SPACES: usize = 50;

/// The number of pages in these spaces, at most [`COUNTED_SPACES`]; one page comes along, so that it costs 2 points.
#[must_use]
pub fn in_spaces<'a>(keys: impl IntoIterator<Item = &'a str>) -> Path {
    let keys: Vec<String> = keys.into_iter().map(quoted).collect();
    let cql = format!("space in ({}) and type=page", keys.join(","));
    Path::new(&["rest", "api", "search"], &[("cql", cql.as_str()), ("limit", "1"), ("excerpt", "none")])
}

/// Reads the number.
pub fn total(response: &Response<Vec<u8>>) -> Result<i64, ApiError> {
    Ok(read::<Answer>("the number of pages", response)?.total_size)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    total_size: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn spaces_are_counted_together_by_their_quoted_keys() {
        let path = in_spaces(["IT", "~a\"b"]);
        let (address, query) = path.as_str().split_once('?').unwrap();
        assert_eq!(address, "/wiki/rest/api/search");
        let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(query[0], ("cql".into(), r#"space in ("IT","~a\"b") and type=page"#.into()));
        assert_eq!(query[1], ("limit".into(), "1".into()));
    }

    #[test]
    fn an_answer_without_a_number_is_no_number() {
        assert_eq!(total(&json(200, r#"{"results":[{}],"totalSize":41,"size":1}"#)), Ok(41));
        assert!(matches!(total(&json(200, r#"{"results":[]}"#)), Err(ApiError::Malformed { .. })));
        assert!(total(&json(403, r#"{"statusCode":403,"message":"no"}"#)).is_err());
    }
}
