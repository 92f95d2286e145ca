use askama::Template;
use http::{Response, StatusCode};
use knowledge::events::Kind;
use knowledge::reading::{self, Article, ArticleCard};
use ports::Database;
use screen::{Frame, Time, day, redirect_permanently};
use serde_json::json;

use crate::ask::{self, Reply};
use crate::category::category_address;
use crate::error::Error;
use crate::visit::Visit;

const RELATED: usize = 4;
/// What most people read in a minute of plain prose.
const WORDS_A_MINUTE: usize = 220;

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage<'a> {
    frame: &'a Frame<'a>,
    article: &'a Article,
    updated: Time,
    minutes: usize,
    trail: [(&'a str, String); 2],
    related: Vec<ArticleCard>,
    query: &'a str,
    reply: Option<Reply>,
}

/// The page of an article; `?ask=` has it answer a question (as JSON for programs).
pub(crate) async fn show<D: Database>(
    visit: &Visit<'_, D>,
    id: &str,
    slug: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let id: i64 = id.parse().map_err(|_| Error::NoSuchArticle)?;
    let article = reading::article(visit.database, id).await?.ok_or(Error::NoSuchArticle)?;
    if slug != article.card.slug {
        let query = visit.request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(redirect_permanently(&format!("{}{query}", article.location(""))));
    }
    let question = visit.query.get("ask");
    let reply = if question.is_empty() {
        visit.record(Kind::Opened, Some(id), json!({}));
        None
    } else {
        let outcome = answer::answer_from_article(visit.database, id, question).await?;
        let outcome = outcome.ok_or(Error::NoSuchArticle)?;
        ask::record(visit, question, Some(id), &outcome);
        if visit.wants_json() {
            return Ok(ask::json_of(&outcome));
        }
        Some(Reply::from(outcome))
    };
    let related = retrieval::related(visit.database, id, RELATED).await?;
    let frame = visit.frame();
    let category = article.card.category.as_str();
    let page = ArticlePage {
        frame: &frame,
        article: &article,
        updated: day(article.card.source_updated_at),
        minutes: article.markdown.split_whitespace().count().div_ceil(WORDS_A_MINUTE).max(1),
        trail: [("Home", "/".to_owned()), (category, category_address(category))],
        related,
        query: question,
        reply,
    };
    Ok(frame.page(StatusCode::OK, &page))
}
