//! Cursor paging: a cursor names the last row that was given, so that edits between two pages shift nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ApiError, Query};

/// A position in a listing, opaque to the caller.
#[derive(Deserialize, Serialize)]
struct Cursor {
    /// A digest of the listing and its parameters: a cursor continues the listing that it came from.
    of: String,
    key: String,
    id: u64,
}

pub(crate) struct Page<T> {
    pub(crate) rows: Vec<T>,
    /// The cursor of the next page.
    pub(crate) next: Option<String>,
}

/// Cuts the page that the query asks for out of a listing.
///
/// `key` gives what the listing is sorted by, and the row's id, which breaks ties.
pub(crate) fn page<T>(
    path: &str,
    query: &Query,
    default_limit: usize,
    descending: bool,
    mut rows: Vec<T>,
    key: impl Fn(&T) -> (String, u64),
) -> Result<Page<T>, ApiError> {
    let limit = query.limit(default_limit)?;
    let of = listing(path, query);
    let after =
        query.get("cursor").map(|cursor| Cursor::read(cursor, &of).ok_or_else(invalid_cursor)).transpose()?;
    rows.sort_by_cached_key(|row| key(row));
    if descending {
        rows.reverse();
    }
    let start = after.map_or(0, |after| {
        let last = (after.key, after.id);
        rows.partition_point(|row| if descending { key(row) >= last } else { key(row) <= last })
    });
    let more = rows.len().saturating_sub(start) > limit;
    let rows: Vec<T> = rows.into_iter().skip(start).take(limit).collect();
    let next = rows.last().filter(|_| more).map(|row| {
        let (key, id) = key(row);
        Cursor { of, key, id }.write()
    });
    Ok(Page { rows, next })
}

impl Cursor {
    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("a cursor is plain data"))
    }

    fn read(text: &str, of: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&bytes).ok().filter(|cursor: &Self| cursor.of == of)
    }
}

/// A digest of the path and the parameters other than the cursor and the limit.
fn listing(path: &str, query: &Query) -> String {
    let mut hash = Sha256::new();
    hash.update(path);
    let mut parameters: Vec<_> =
        query.0.iter().filter(|(name, _)| !matches!(name.as_str(), "cursor" | "limit")).collect();
    parameters.sort();
    for (name, value) in parameters {
        hash.update([0]);
        hash.update(name);
        hash.update([1]);
        hash.update(value);
    }
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..9])
}

fn invalid_cursor() -> ApiError {
    ApiError::bad_parameter(
        "Provided value for 'cursor' is not the correct type. Expected type is Cursor.".to_owned(),
        "The provided cursor was not valid. Take it from the link to the next page, with the other parameters unchanged.",
    )
}
