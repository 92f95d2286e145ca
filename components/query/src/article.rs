use freshness::Shown;
use http::Response;
use knowledge::reading::{self, Heading};
use ports::Database;
use serde::Serialize;

use crate::error::Error;
use crate::reply::{revalidated, revalidated_json, time};
use crate::visit::Visit;

/// What `/api/articles/{id}` answers.
#[derive(Serialize)]
struct Whole<'a> {
    id: i64,
    title: &'a str,
    summary: &'a str,
    category: &'a str,
    labels: Vec<&'a str>,
    url: String,
    source: Source<'a>,
    outline: &'a [Heading],
    html: &'a str,
    markdown: &'a str,
}

/// The page in Confluence that the article mirrors.
#[derive(Serialize)]
struct Source<'a> {
    name: &'static str,
    url: &'a str,
    space_key: &'a str,
    space_name: &'a str,
    version: i64,
    updated_at: String,
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let id: i64 = id.parse().map_err(|_| Error::NoSuchArticle)?;
    let article = visit.fresh(Shown::Whole, || reading::article(&visit.library(), id), |_| vec![id]).await?;
    let article = article.ok_or(Error::NoSuchArticle)?;
    match visit.parameters.get("format") {
        "" | "json" => Ok(revalidated_json(
            visit.headers,
            &Whole {
                id,
                title: &article.card.title,
                summary: &article.card.summary,
                category: &article.card.category,
                labels: article.labels.split_whitespace().collect(),
                url: visit.url(&article.location("")),
                source: Source {
                    name: "Confluence",
                    url: &article.source_url,
                    space_key: &article.space_key,
                    space_name: &article.space_name,
                    version: article.source_version,
                    updated_at: time(article.card.source_updated_at),
                },
                outline: &article.outline,
                html: &article.html,
                markdown: &article.markdown,
            },
        )),
        "markdown" => {
            let text = format!("# {}\n\n{}\n", article.card.title, article.markdown.trim_end());
            Ok(revalidated(visit.headers, "text/markdown; charset=utf-8", text.into_bytes()))
        }
        "html" => Ok(revalidated(visit.headers, "text/html; charset=utf-8", article.html.into_bytes())),
        other => Err(Error::Parameter {
            name: "format",
            reason: format!("“{other}” is none of json, markdown and html."),
        }),
    }
}
