use http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use url::form_urlencoded::{self, Serializer};

use crate::{ApiError, Path};

/// The most requests that one listing may take: a million items at 250 each.
pub const MAX_LISTING_REQUESTS: u32 = 4_000;

/// A stretch of a list, and where the next one is; none at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub next: Option<Path>,
}

/// Why a list has no believable end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PagingError {
    #[error("the link to the next part leads to another place ({0})")]
    Elsewhere(String),
    #[error("the link to the next part leads to the same part again")]
    Repeated,
    #[error("it has more than {MAX_LISTING_REQUESTS} parts")]
    TooLong,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Envelope<T> {
    pub(crate) results: Vec<T>,
    #[serde(default, rename = "_links")]
    links: Links,
}

#[derive(Debug, Default, Deserialize)]
struct Links {
    #[serde(default)]
    next: Option<String>,
}

impl<T> Envelope<T> {
    /// The items and the way on, where `asked` is the path that brought them.
    pub(crate) fn listed(self, what: &str, asked: &Path) -> Result<Listed<T>, ApiError> {
        let next = self.links.next.map(|link| follow(&link, asked)).transpose();
        let next = next.map_err(|source| ApiError::Paging { what: what.to_owned(), source })?;
        Ok(Listed { items: self.results, next })
    }
}

/// The path behind a `next` link: in v2 it begins with `/wiki`, in v1 it is relative to that context.
///
/// The link is a stranger's word: it may lead to the API of the same site only. Parameters that Confluence
/// forgets to repeat (v1 drops some) are taken over from the request before.
fn follow(link: &str, asked: &Path) -> Result<Path, PagingError> {
    let elsewhere = || PagingError::Elsewhere(link.chars().take(120).collect());
    let path = if link.starts_with("/wiki/") { link.to_owned() } else { format!("/wiki{link}") };
    let next: PathAndQuery = path.parse().map_err(|_| elsewhere())?;
    let is_api = ["/wiki/api/v2/", "/wiki/rest/api/"].iter().any(|prefix| next.path().starts_with(prefix));
    let climbs = next.path().split(['/', '\\']).any(|segment| {
        let segment = percent_decode_str(segment).decode_utf8_lossy();
        segment.starts_with('.') || segment.contains(['/', '\\'])
    });
    if !is_api || climbs || !link.starts_with('/') {
        return Err(elsewhere());
    }
    let parameters = |path: &str| -> Vec<(String, String)> {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    };
    let (present, before) = (parameters(&path), parameters(&asked.0));
    let cursor = |parameters: &[(String, String)]| {
        parameters.iter().find(|(name, _)| name == "cursor").map(|(_, value)| value.clone())
    };
    if cursor(&present).is_some() && cursor(&present) == cursor(&before) {
        return Err(PagingError::Repeated);
    }
    let forgotten: Vec<_> = before
        .iter()
        .filter(|(name, _)| {
            name != "cursor" && name != "start" && present.iter().all(|(other, _)| other != name)
        })
        .collect();
    if forgotten.is_empty() {
        return Ok(Path(next.as_str().to_owned()));
    }
    let mut query = Serializer::new(next.query().unwrap_or_default().to_owned());
    for (name, value) in forgotten {
        query.append_pair(name, value);
    }
    Ok(Path(format!("{}?{}", next.path(), query.finish())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str) -> Path {
        Path(path.to_owned())
    }

    #[test]
    fn links_of_both_apis_are_followed() {
        let v2 = follow("/wiki/api/v2/pages?limit=250&cursor=abc", &asked("/wiki/api/v2/pages?limit=250"))
            .unwrap();
        assert_eq!(v2.as_str(), "/wiki/api/v2/pages?limit=250&cursor=abc");
        let v1 = follow(
            "/rest/api/content/search?next=true&cursor=_t_W&limit=100&start=100&cql=type%3Dpage",
            &asked("/wiki/rest/api/content/search?cql=type%3Dpage&limit=100&expand=restrictions.read"),
        );
        assert_eq!(
            v1.unwrap().as_str(),
            "/wiki/rest/api/content/search?next=true&cursor=_t_W&limit=100&start=100&cql=type%3Dpage&expand=restrictions.read"
        );
    }

    #[test]
    fn a_link_to_another_place_is_never_followed() {
        for link in [
            "https://evil.example/wiki/api/v2/pages?cursor=a",
            "//evil.example/wiki/api/v2/pages",
            "/wiki/../../oauth/token",
            "/wiki/api/v2/../../admin",
            "/\\evil.example/api/v2/pages",
            "wiki/api/v2/pages",
            "/wiki/spaces/IT",
        ] {
            assert!(
                matches!(follow(link, &asked("/wiki/api/v2/pages")), Err(PagingError::Elsewhere(_))),
                "{link}"
            );
        }
    }

    #[test]
    fn a_repeated_cursor_is_an_error_and_no_end() {
        let path = "/wiki/api/v2/pages?limit=250&cursor=abc";
        assert_eq!(follow(path, &asked(path)), Err(PagingError::Repeated));
        assert_eq!(follow("/api/v2/pages?cursor=abc", &asked(path)), Err(PagingError::Repeated));
    }
}
