//! The files attached to pages: what they are (API v2), and their bytes (API v1, then the media host).

use http::header::LOCATION;
use http::{Request, Response, StatusCode, Uri};
use serde::Deserialize;

use crate::pages::Version;
use crate::paging::Envelope;
use crate::response::{read, refusal};
use crate::{ApiError, Listed, Path};

/// An attachment, as lists give it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Begins with `att`.
    pub id: String,
    #[serde(default)]
    pub status: String,
    /// The name of the file.
    pub title: String,
    #[serde(default)]
    pub page_id: Option<String>,
    #[serde(default)]
    pub blog_post_id: Option<String>,
    /// Often `application/octet-stream`, whatever the file is.
    #[serde(default)]
    pub media_type: String,
    #[serde(default)]
    pub file_size: i64,
    pub version: Version,
}

impl Attachment {
    /// The page or blog post that it is attached to.
    #[must_use]
    pub fn container(&self) -> Option<&str> {
        self.page_id.as_deref().or(self.blog_post_id.as_deref())
    }
}

/// The attachments of a site, those changed last first; `limit` at a time.
#[must_use]
pub fn by_change(limit: u32) -> Path {
    let limit = limit.to_string();
    let query = [("status", "current"), ("sort", "-modified-date"), ("limit", limit.as_str())];
    Path::new(&["api", "v2", "attachments"], &query)
}

/// The attachments of a page.
#[must_use]
pub fn of_page(page_id: &str) -> Path {
    Path::new(&["api", "v2", "pages", page_id, "attachments"], &[("status", "current"), ("limit", "250")])
}

/// Reads a stretch of attachments.
pub fn listed(response: &Response<Vec<u8>>, asked: &Path) -> Result<Listed<Attachment>, ApiError> {
    const WHAT: &str = "the attachments";
    read::<Envelope<Attachment>>(WHAT, response)?.listed(WHAT, asked)
}

/// The bytes of an attachment, which come by way of [`location`].
#[must_use]
pub fn download(page_id: &str, attachment_id: &str) -> Path {
    let segments = ["rest", "api", "content", page_id, "child", "attachment", attachment_id, "download"];
    Path::new(&segments, &[])
}

/// Where the bytes are, if that is at `media_url`, the one host that they are fetched from.
///
/// The address holds a token of its own: it is neither kept nor logged.
pub fn location(response: &Response<Vec<u8>>, media_url: &str) -> Result<Uri, ApiError> {
    const WHAT: &str = "the file";
    let elsewhere = |message: &str| ApiError::Refused {
        what: WHAT.to_owned(),
        status: response.status(),
        message: message.to_owned(),
    };
    if !response.status().is_redirection() {
        // A file that came at once would have come from where our credentials go.
        let is_success = response.status().is_success();
        return Err(if is_success { elsewhere("no redirect to the media host") } else { refusal(WHAT, response) });
    }
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let target = location.and_then(|location| url::Url::parse(location).ok());
    let media = url::Url::parse(media_url).ok();
    match (target, media) {
        (Some(target), Some(media))
            if target.origin() == media.origin()
                && target.origin().is_tuple()
                && target.username().is_empty()
                && target.password().is_none() =>
        {
            target.as_str().parse().map_err(|_| elsewhere("the redirect leads to no address"))
        }
        _ => Err(elsewhere("the redirect leads to another host than the media host")),
    }
}

/// The request for the bytes themselves: without our credentials, which are for Confluence alone.
#[must_use]
pub fn bytes(location: Uri) -> Request<Vec<u8>> {
    let mut request = Request::new(Vec::new());
    *request.uri_mut() = location;
    request
}

/// The bytes, if they came.
pub fn arrived(response: Response<Vec<u8>>) -> Result<Vec<u8>, ApiError> {
    match response.status() {
        StatusCode::OK => Ok(response.into_body()),
        _ => Err(refusal("the file", &response)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    const MEDIA: &str = "https://api.media.atlassian.com";

    #[test]
    fn attachments_are_asked_for_and_read() {
        assert_eq!(
            by_change(10).as_str(),
            "/wiki/api/v2/attachments?status=current&sort=%2Dmodified%2Ddate&limit=10".replace("%2D", "-")
        );
        assert_eq!(
            download("295028", "att295053").as_str(),
            "/wiki/rest/api/content/295028/child/attachment/att295053/download"
        );
        let body = r#"{"results":[{"id":"att295053","status":"current","title":"angie.svg","createdAt":"2026-04-28T10:00:00.000Z",
            "pageId":"295028","mediaType":"image/svg+xml","mediaTypeDescription":null,"comment":"","fileId":"d1b2ca3e","fileSize":4807,
            "version":{"number":2,"message":"","createdAt":"2026-04-29T10:00:00.000Z"}},
            {"id":"att7","title":"x","blogPostId":"9","version":{"number":1}}],"_links":{}}"#;
        let listed = listed(&json(200, body), &of_page("295028")).unwrap();
        assert_eq!((listed.items[0].container(), listed.items[0].file_size), (Some("295028"), 4807));
        assert_eq!(listed.items[1].container(), Some("9"));
    }

    #[test]
    fn bytes_are_fetched_from_the_media_host_alone_and_without_our_token() {
        let redirect = |location: &str| {
            Response::builder().status(302).header(LOCATION, location).body(Vec::new()).unwrap()
        };
        let good = redirect("https://api.media.atlassian.com/file/d1b2/binary?token=t&client=c");
        let request = bytes(location(&good, MEDIA).unwrap());
        assert_eq!(request.uri().host(), Some("api.media.atlassian.com"));
        assert!(request.headers().is_empty());
        for elsewhere in [
            "https://evil.example/file/d1b2/binary",
            "http://api.media.atlassian.com/file",
            "https://api.media.atlassian.com:8443/file",
            "https://api.media.atlassian.com@evil.example/file",
            "https://x:y@api.media.atlassian.com/file",
            "/file/d1b2",
            "",
        ] {
            assert!(matches!(location(&redirect(elsewhere), MEDIA), Err(ApiError::Refused { .. })), "{elsewhere}");
        }
        assert!(matches!(location(&json(200, "{}"), MEDIA), Err(ApiError::Refused { .. })));
        let missing = r#"{"statusCode":404,"message":"No attachment att7"}"#;
        assert!(matches!(location(&json(404, missing), MEDIA), Err(ApiError::NotVisible { .. })));
    }
}
