//! What is attached to pages (API v2 lists, the v1 search, and the v1 way to the bytes).

use http::{Response, Uri};
use serde::Deserialize;

use crate::pages::{Kind, Version};
use crate::paging::Envelope;
use crate::response::{read, refusal};
use crate::restrictions::quoted;
use crate::{ApiError, Listed, Path};

/// A file of a page or blog post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// As Confluence writes it, `att123`.
    pub id: String,
    pub page_id: String,
    pub name: String,
    pub media_type: String,
    /// In bytes; none where Confluence does not say.
    pub size: Option<i64>,
    pub version: Version,
}

/// The files of one page or blog post that are current.
#[must_use]
pub fn of_page(kind: Kind, id: &str) -> Path {
    let query = [("status", "current"), ("limit", "250")];
    Path::new(&["api", "v2", kind.segment(), id, "attachments"], &query)
}

/// The files of the whole site, the last changed first.
#[must_use]
pub fn feed(limit: usize) -> Path {
    let limit = limit.min(250).to_string();
    let query = [("status", "current"), ("sort", "-modified-date"), ("limit", limit.as_str())];
    Path::new(&["api", "v2", "attachments"], &query)
}

/// Reads a stretch of files, of a page or of the feed. What hangs on neither a page nor a blog post is left out.
pub fn listed(response: &Response<Vec<u8>>, asked: &Path) -> Result<Listed<Attachment>, ApiError> {
    const WHAT: &str = "the attachments";
    let listed = read::<Envelope<Row>>(WHAT, response)?.listed(WHAT, asked)?;
    Ok(Listed { items: listed.items.into_iter().filter_map(Row::read).collect(), next: listed.next })
}

/// The files of all pages of a space, through the search, whose index lags behind: no list for one space is known.
#[must_use]
pub fn in_space(space_key: &str) -> Path {
    let cql = format!("space={} and type=attachment", quoted(space_key));
    Path::new(
        &["rest", "api", "content", "search"],
        &[("cql", cql.as_str()), ("limit", "250"), ("expand", "version,container")],
    )
}

/// Reads a stretch of the search for the files of a space.
pub fn found(response: &Response<Vec<u8>>, asked: &Path) -> Result<Listed<Attachment>, ApiError> {
    const WHAT: &str = "the attachments of a space";
    let mut listed = read::<Envelope<Hit>>(WHAT, response)?.listed(WHAT, asked)?;
    // Seen in the wild: a link to go on beside no results, for ever.
    if listed.items.is_empty() {
        listed.next = None;
    }
    Ok(Listed { items: listed.items.into_iter().filter_map(Hit::read).collect(), next: listed.next })
}

/// The way to the bytes of a file, which is a redirect.
#[must_use]
pub fn download(page_id: &str, id: &str) -> Path {
    Path::new(&["rest", "api", "content", page_id, "child", "attachment", id, "download"], &[])
}

/// Where the bytes are, as the answer to [`download`] says: an address on the media host.
///
/// `media_url` is that host's origin. The address is followed without our token, and nowhere else.
pub fn location(response: &Response<Vec<u8>>, media_url: &str) -> Result<Uri, ApiError> {
    const WHAT: &str = "the file";
    if !response.status().is_redirection() {
        return Err(match refusal(WHAT, response) {
            // An answer that is no redirect and no refusal is none that we know.
            ApiError::Refused { what, status, .. } if status.is_success() => {
                ApiError::Malformed { what, reason: "it is no redirect to the media host".into() }
            }
            error => error,
        });
    }
    let elsewhere = || ApiError::Malformed {
        what: WHAT.into(),
        reason: "it leads to another host than Atlassian's media host".into(),
    };
    let location = response.headers().get(http::header::LOCATION).ok_or_else(elsewhere)?;
    let address: Uri = location.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(elsewhere)?;
    let allowed: Uri = media_url.parse().map_err(|_| elsewhere())?;
    let is_same = address.scheme() == allowed.scheme()
        && address.host().is_some()
        && address.host() == allowed.host()
        && address.port_u16() == allowed.port_u16()
        && address.authority().is_none_or(|authority| !authority.as_str().contains('@'));
    if is_same { Ok(address) } else { Err(elsewhere()) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    #[serde(default)]
    status: String,
    title: String,
    #[serde(default)]
    page_id: Option<String>,
    #[serde(default)]
    blog_post_id: Option<String>,
    #[serde(default)]
    media_type: Option<String>,
    #[serde(default)]
    file_size: Option<i64>,
    version: Version,
}

impl Row {
    fn read(self) -> Option<Attachment> {
        let page_id = self.page_id.or(self.blog_post_id)?;
        (self.status == "current").then_some(Attachment {
            id: self.id,
            page_id,
            name: self.title,
            media_type: self.media_type.unwrap_or_default(),
            size: self.file_size,
            version: self.version,
        })
    }
}

#[derive(Deserialize)]
struct Hit {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    status: String,
    title: String,
    #[serde(default)]
    version: Option<HitVersion>,
    #[serde(default)]
    container: Option<Container>,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Deserialize)]
struct HitVersion {
    number: i64,
    #[serde(default)]
    when: String,
}

#[derive(Deserialize)]
struct Container {
    id: Id,
}

/// v1 writes ids as text or as numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Extensions {
    media_type: Option<String>,
    file_size: Option<i64>,
}

impl Hit {
    fn read(self) -> Option<Attachment> {
        let (version, container) = (self.version?, self.container?);
        (self.kind == "attachment" && self.status == "current").then_some(Attachment {
            id: self.id,
            page_id: match container.id {
                Id::Text(id) => id,
                Id::Number(id) => id.to_string(),
            },
            name: self.title,
            media_type: self.extensions.media_type.unwrap_or_default(),
            size: self.extensions.file_size,
            version: Version { number: version.number, created_at: version.when, ncs_step_version: None },
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::response::json;

    #[test]
    fn files_are_read_with_their_page() {
        let body = r#"{"results":[
            {"id":"att295053","status":"current","title":"angie.svg","createdAt":"2026-03-19T14:26:50.123Z","pageId":"295028",
             "mediaType":"image/svg+xml","mediaTypeDescription":null,"comment":"","fileId":"d1","fileSize":4807,
             "version":{"number":2,"createdAt":"2026-03-19T14:26:50.123Z"},"_links":{}},
            {"id":"att2","status":"trashed","title":"old.png","pageId":"295028","version":{"number":1}},
            {"id":"att3","status":"current","title":"news.png","blogPostId":"7","version":{"number":1}},
            {"id":"att4","status":"current","title":"x","customContentId":"9","version":{"number":1}}],
            "_links":{"next":"/wiki/api/v2/attachments?cursor=a&limit=5"}}"#;
        let listed = listed(&json(200, body), &feed(5)).unwrap();
        let told: Vec<_> = listed
            .items
            .iter()
            .map(|file| (&*file.name, &*file.page_id, file.size, file.version.number))
            .collect();
        assert_eq!(told, [("angie.svg", "295028", Some(4807), 2), ("news.png", "7", None, 1)]);
        assert!(listed.next.is_some());
    }

    #[test]
    fn the_search_tells_the_page_by_the_container() {
        let body = r#"{"results":[
            {"id":"att1","type":"attachment","status":"current","title":"a.pdf","version":{"number":3,"when":"2026-03-19T14:26:50.123Z"},
             "container":{"id":295028,"type":"page"},"extensions":{"mediaType":"application/pdf","fileSize":12}},
            {"id":"7","type":"page","status":"current","title":"A page","version":{"number":1}},
            {"id":"att2","type":"attachment","status":"current","title":"b.pdf"}],"_links":{}}"#;
        let found = found(&json(200, body), &in_space("IT")).unwrap();
        assert_eq!(found.items.len(), 1, "what does not tell its page is asked for by its page");
        assert_eq!((&*found.items[0].page_id, found.items[0].version.number), ("295028", 3));
        assert!(in_space("~a\"b").as_str().contains("cql=space%3D%22%7Ea%5C%22b%22+and+type%3Dattachment"));
    }

    fn redirect(to: &str) -> Response<Vec<u8>> {
        let mut response = json(302, "");
        response.headers_mut().insert("location", HeaderValue::from_str(to).unwrap());
        response
    }

    #[test]
    fn bytes_come_from_the_media_host_alone() {
        const MEDIA: &str = "https://api.media.atlassian.com";
        let good = "https://api.media.atlassian.com/file/d1/binary?token=t&name=a.png";
        assert_eq!(location(&redirect(good), MEDIA).unwrap().to_string(), good);
        for bad in [
            "http://api.media.atlassian.com/file/d1/binary",
            "https://api.media.atlassian.com.evil.example/file",
            "https://api.media.atlassian.com@evil.example/file",
            "https://evil@api.media.atlassian.com/file",
            "https://api.media.atlassian.com:8443/file",
            "https://169.254.169.254/latest",
            "//evil.example/file",
            "/wiki/download/attachments/1/a.png",
            "",
        ] {
            assert!(matches!(location(&redirect(bad), MEDIA), Err(ApiError::Malformed { .. })), "{bad}");
        }
        assert!(matches!(location(&json(200, "{}"), MEDIA), Err(ApiError::Malformed { .. })));
        let gone = json(404, r#"{"statusCode":404,"message":"No attachment att1"}"#);
        assert!(matches!(location(&gone, MEDIA), Err(ApiError::NotVisible { .. })));
    }
}
