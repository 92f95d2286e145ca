use knowledge::Library;
use knowledge::reading::{self, ArticleCard};
use knowledge::searching;
use ports::{Database, DatabaseError};

use crate::Query;
use crate::ranking::ordered;

/// Of how many articles, the best by themselves, the passages count too.
const LEADING: i64 = 50;

/// Articles about the same things as this one, judged by its title and labels; none if it may not be read.
pub fn related(
    library: &Library<'_, impl Database>,
    article_id: i64,
    limit: usize,
) -> Result<Vec<ArticleCard>, DatabaseError> {
    let Some(article) = reading::article(library, article_id)? else { return Ok(Vec::new()) };
    let query = Query::read(&format!("{} {}", article.card.title, article.labels));
    let Some(expression) = query.expression() else { return Ok(Vec::new()) };
    let matches = searching::matches(library, &expression, None, LEADING)?;
    let ids: Vec<i64> = ordered(matches.candidates)
        .into_iter()
        .map(|candidate| candidate.article_id)
        .filter(|id| *id != article_id)
        .take(limit)
        .collect();
    reading::cards(library, &ids)
}
