//! Confluence's REST API v2, under `/ex/confluence/{cloudId}/wiki/api/v2` and at the site.

mod attachments;
mod folders;
mod links;
mod pages;
mod spaces;
mod tree;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::gateway::{ApiError, Caller, Page, Query};
use crate::site::{Content, Site};
use crate::state::Simulator;
pub(crate) use links::{tiny, webui};

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    let api = Router::new()
        .route("/spaces", get(spaces::list).fallback(unknown))
        .route("/spaces/{id}", get(spaces::one).fallback(unknown))
        .route("/spaces/{id}/pages", get(pages::in_space).fallback(unknown))
        .route("/spaces/{id}/permissions", get(spaces::permissions).fallback(unknown))
        .route("/spaces/{id}/blogposts", get(pages::blog_posts_in_space).fallback(unknown))
        .route("/pages", get(pages::list).fallback(unknown))
        .route("/pages/{id}", get(pages::one).fallback(unknown))
        .route("/pages/{id}/labels", get(pages::labels).fallback(unknown))
        .route("/pages/{id}/attachments", get(attachments::of_page).fallback(unknown))
        .route("/pages/{id}/ancestors", get(tree::page_ancestors).fallback(unknown))
        .route("/pages/{id}/direct-children", get(tree::page_children).fallback(unknown))
        .route("/folders/{id}", get(folders::one).fallback(unknown))
        .route("/folders/{id}/ancestors", get(tree::folder_ancestors).fallback(unknown))
        .route("/folders/{id}/direct-children", get(tree::folder_children).fallback(unknown))
        .route("/attachments", get(attachments::list).fallback(unknown))
        .route("/attachments/{id}", get(attachments::one).fallback(unknown))
        .route("/blogposts", get(pages::blog_posts).fallback(unknown))
        .route("/blogposts/{id}", get(pages::one_blog_post).fallback(unknown))
        .route("/blogposts/{id}/labels", get(pages::blog_post_labels).fallback(unknown))
        .route("/blogposts/{id}/attachments", get(attachments::of_blog_post).fallback(unknown))
        .route("/data-policies/metadata", get(spaces::data_policies).fallback(unknown))
        .route("/users-bulk", post(users::bulk).fallback(unknown))
        .fallback(unknown);
    // The site itself takes API tokens; consents and tokens with scopes go through the gateway.
    Router::new().nest("/ex/confluence/{cloud}/wiki/api/v2", api.clone()).nest("/wiki/api/v2", api)
}

/// A path that this site does not serve, or a write, for which no read-only token has the scope.
async fn unknown(method: Method, caller: Caller) -> Response {
    let error = if method == Method::GET { ApiError::not_found() } else { ApiError::SCOPE };
    caller.tag(error.into_response())
}

/// A listing with its links, in the body and in the header.
fn listing(caller: &Caller, simulator: &Simulator, path: &str, query: &Query, page: Page<Value>) -> Response {
    let base = format!("{}/wiki", simulator.url);
    let mut links = json!({"base": base});
    let mut header = format!("<{base}>; rel=\"base\"");
    if let Some(cursor) = page.next {
        let next = format!("/wiki/api/v2{path}?{}", query.with_cursor(&cursor));
        header = format!("<{next}>; rel=\"next\", {header}");
        links["next"] = next.into();
    }
    let mut response = caller.reply(&json!({"results": page.rows, "_links": links}));
    if let Ok(value) = HeaderValue::from_str(&header) {
        response.headers_mut().insert("link", value);
    }
    response
}

impl<T> Page<T> {
    fn map(self, describe: impl FnMut(T) -> Value) -> Page<Value> {
        Page { rows: self.rows.into_iter().map(describe).collect(), next: self.next }
    }
}

/// An id in a path; what is not a number is answered like an unknown content.
fn id(text: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::bad_parameter(
            format!("Provided value {{{text}}} for 'id' is not the correct type. Expected type is Long."),
            "",
        )
    })
}

/// The blog post of an id, if the caller sees it.
fn visible_blog_post<'a>(site: &'a Site, caller: &Caller, id: u64) -> Result<&'a Content, ApiError> {
    site.blog_post(id)
        .filter(|post| site.sees(caller.id(), post))
        .ok_or_else(|| ApiError::no_content(format!("Cannot find a blog post with id [{id}]")))
}

/// The page of an id, if the caller sees it.
fn visible_page<'a>(site: &'a Site, caller: &Caller, id: u64) -> Result<&'a Content, ApiError> {
    site.page(id)
        .filter(|page| site.sees(caller.id(), page))
        .ok_or_else(|| ApiError::no_content(format!("Cannot find a page with id [{id}]")))
}
