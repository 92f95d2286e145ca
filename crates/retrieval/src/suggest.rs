use knowledge::Library;
use knowledge::searching::{self, Suggestion};
use ports::{Database, DatabaseError};

use crate::Query;

/// Articles that someone who is still typing may mean; the last word counts as the beginning of one.
pub fn suggest(
    library: &Library<'_, impl Database>,
    text: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, DatabaseError> {
    let query = Query::read(text);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    for expression in [query.as_typed(), query.as_typed_shortened()].into_iter().flatten() {
        let found = searching::suggestions(library, &expression, limit)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}
