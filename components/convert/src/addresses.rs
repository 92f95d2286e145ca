//! Where the links of an article lead: to the Portal's own pages where it has them, else to Confluence.

use document::{Addresses, AttachmentTarget, ImageAddress, ImageTarget, PageTarget, UserTarget};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::bindings::exports::siit::knowledge::converter::Page;

/// What stays as it is in a query or a path segment (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The addresses that an article of the Portal uses.
pub(crate) struct Portal<'a> {
    connection: i64,
    page_id: &'a str,
    space_key: &'a str,
    /// The site's address with `/wiki`.
    wiki: String,
    site: &'a str,
}

impl<'a> Portal<'a> {
    pub(crate) fn of(page: &'a Page) -> Self {
        let site = page.site_url.trim_end_matches('/').trim_end_matches("/wiki");
        Self {
            connection: page.connection,
            page_id: &page.id,
            space_key: &page.space_key,
            wiki: format!("{site}/wiki"),
            site,
        }
    }
}

/// What a path of Confluence begins with, where a page names it without the site: old macros and imported pages do.
const PATHS: [&str; 5] = ["display/", "download/", "pages/", "plugins/", "rest/"];

impl Portal<'_> {
    /// An address of the site that is not of a page, with the site, if the page left it out: alone it would lead into
    /// the Portal.
    fn completed(&self, address: &str) -> Option<String> {
        if address.starts_with('/') && !address.starts_with("//") {
            return Some(format!("{}{address}", self.site));
        }
        PATHS.iter().any(|path| address.starts_with(path)).then(|| format!("{}/{address}", self.wiki))
    }
}

fn encode(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, UNRESERVED)
}

impl Addresses for Portal<'_> {
    /// `/pages/{id}?connection=N`, else `/pages/by-title?…`: the Portal leads on to its article, or to Confluence.
    fn page(&self, page: &PageTarget<'_>) -> Option<String> {
        if let Some(id) = page.id {
            return Some(format!("/pages/{}?connection={}", encode(id), self.connection));
        }
        let title = page.title?;
        let space = page.space_key.unwrap_or(self.space_key);
        Some(format!(
            "/pages/by-title?space={}&title={}&connection={}",
            encode(space),
            encode(title),
            self.connection
        ))
    }

    fn space(&self, key: &str) -> Option<String> {
        Some(format!("{}/spaces/{}", self.wiki, encode(key)))
    }

    /// No profile: who is mentioned is shown, not where they are to be found.
    fn user(&self, _user: &UserTarget<'_>) -> Option<String> {
        None
    }

    /// `/files/…`: the application gives them to whoever may read the article.
    fn attachment(&self, attachment: &AttachmentTarget<'_>) -> Option<String> {
        let page = &attachment.page;
        let Some(name) = attachment.filename.filter(|name| !name.is_empty()) else {
            return match (page.id, page.title) {
                (None, None) => self.original(),
                _ => self.page(page),
            };
        };
        Some(match (page.id, page.title) {
            (Some(id), _) => attachment::address(self.connection, id, name),
            (None, None) => attachment::address(self.connection, self.page_id, name),
            (None, Some(title)) => {
                let space = page.space_key.unwrap_or(self.space_key);
                attachment::address_by_title(self.connection, space, title, name)
            }
        })
    }

    fn image(&self, image: &ImageTarget<'_>) -> ImageAddress {
        match image {
            ImageTarget::External(url) => ImageAddress::Linked((*url).to_owned()),
            ImageTarget::Attachment(file) => match self.attachment(file) {
                Some(address) if file.filename.is_some_and(attachment::is_picture) => {
                    ImageAddress::Shown(address)
                }
                Some(address) => ImageAddress::Linked(address),
                None => ImageAddress::Unknown,
            },
        }
    }

    fn issue(&self, key: &str) -> Option<String> {
        Some(format!("{}/browse/{}", self.site, encode(key)))
    }

    /// Addresses of pages of the same site become the Portal's.
    fn url(&self, url: &str) -> Option<String> {
        let path = match url.strip_prefix(self.site) {
            Some(path) if !self.site.is_empty() => path,
            _ => url,
        };
        let Some(path) = path.strip_prefix("/wiki/") else {
            return self.completed(url);
        };
        let (path, fragment) =
            path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut segments = path.split('/');
        let id = match (segments.next(), segments.next()) {
            (Some("spaces"), Some(_)) if segments.next() == Some("pages") => segments.next(),
            (Some("pages"), Some("viewpage.action")) => {
                query.split('&').find_map(|pair| pair.strip_prefix("pageId="))
            }
            _ => None,
        };
        let local = match id.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())) {
            Some(id) => format!("/pages/{id}?connection={}", self.connection),
            // Another place of the site: complete the address if the page left the site out.
            None if url.starts_with('/') => return Some(format!("{}{url}", self.site)),
            None => return None,
        };
        Some(match fragment {
            Some(fragment) => format!("{local}#{fragment}"),
            None => local,
        })
    }

    fn original(&self) -> Option<String> {
        Some(format!("{}/pages/viewpage.action?pageId={}", self.wiki, encode(self.page_id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_page_leads_to_the_portal_and_any_other_of_the_site_to_confluence() {
        const SITE: &str = "https://acme.atlassian.net";
        let portal =
            Portal { connection: 3, page_id: "7", space_key: "IT", wiki: format!("{SITE}/wiki"), site: SITE };
        for (address, expected) in [
            ("/wiki/spaces/IT/pages/42/VPN#Ask", Some("/pages/42?connection=3#Ask".to_owned())),
            (
                "https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=42",
                Some("/pages/42?connection=3".into()),
            ),
            ("/wiki/display/IT", Some(format!("{SITE}/wiki/display/IT"))),
            ("/plugins/servlet/gadgets", Some(format!("{SITE}/plugins/servlet/gadgets"))),
            ("plugins/servlet/gadgets", Some(format!("{SITE}/wiki/plugins/servlet/gadgets"))),
            ("//elsewhere.example/x", None),
            ("https://elsewhere.example/wiki/display/IT", None),
        ] {
            assert_eq!(portal.url(address), expected, "{address}");
        }
    }
}
