//! What an address of Confluence names, in any of the forms in which people copy it.

use base64::Engine;
use base64::alphabet::Alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::{SiteError, SiteUrl};

/// An address of a Confluence site, and what it names there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAddress {
    pub site: SiteUrl,
    pub names: Named,
}

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A page, blog post or folder by its id, which no rename changes.
    Content(String),
    /// A page by the key of its space and its title, as old addresses do.
    Titled { space_key: String, title: String },
    /// A space, and no page of it.
    Space(String),
}

/// Why an address names nothing that could be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageAddressError {
    #[error(transparent)]
    Site(#[from] SiteError),
    #[error(
        "this short link cannot be read; open it in Confluence and paste the address that the browser then shows"
    )]
    ShortLink,
    #[error(
        "this address names no page; open the page in Confluence and paste the address that the browser then shows"
    )]
    NoPage,
}

impl PageAddress {
    /// Reads an address as it was copied.
    pub fn parse(typed: &str) -> Result<Self, PageAddressError> {
        let site = SiteUrl::parse(typed)?;
        let typed = typed.trim();
        let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
        let url = Url::parse(&whole).map_err(|_| PageAddressError::NoPage)?;
        let segments: Vec<String> = url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let segments = segments.strip_prefix(&["wiki"]).unwrap_or(&segments);
        let query = |wanted: &str| {
            url.query_pairs()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.into_owned())
        };
        Ok(Self { site, names: named(segments, query)? })
    }
}

fn named(segments: &[&str], query: impl Fn(&str) -> Option<String>) -> Result<Named, PageAddressError> {
    let content = |id: &str| is_id(id).then(|| Named::Content(id.to_owned())).ok_or(PageAddressError::NoPage);
    if let Some(id) = query("pageId").or_else(|| query("focusedCommentPageId")) {
        return content(&id);
    }
    match *segments {
        [
            "spaces",
            _,
            "pages" | "blog" | "folder" | "whiteboard" | "database",
            "edit-v2" | "edit",
            id,
            ..,
        ]
        | ["spaces", _, "pages" | "folder" | "whiteboard" | "database", id, ..] => content(id),
        ["spaces", _, "blog", .., id, _] if is_id(id) => content(id),
        ["x", code, ..] => tiny(code).map(Named::Content).ok_or(PageAddressError::ShortLink),
        ["display" | "d", key, title, ..] => {
            // In these addresses a plus is a space.
            let title = title.replace('+', " ");
            Ok(Named::Titled { space_key: key.to_owned(), title })
        }
        ["spaces" | "display", key] | ["spaces", key, "overview" | "pages"] => {
            Ok(Named::Space(key.to_owned()))
        }
        _ => match (query("spaceKey"), query("title")) {
            (Some(space_key), Some(title)) => Ok(Named::Titled { space_key, title }),
            _ => Err(PageAddressError::NoPage),
        },
    }
}

fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The id in a short link: its bytes, the lowest first, in base64 whose last letters `A` are left away.
fn tiny(code: &str) -> Option<String> {
    let alphabet = Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-").ok()?;
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireNone);
    // Eleven letters hold eight bytes and two bits that must be nothing.
    if code.len() > 11 {
        return None;
    }
    let padded = format!("{code:A<11}");
    let bytes = GeneralPurpose::new(&alphabet, config).decode(padded).ok()?;
    let id = u64::from_le_bytes(bytes.try_into().ok()?);
    (id > 0).then(|| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Result<Named, PageAddressError> {
        PageAddress::parse(&format!("https://acme.atlassian.net{path}")).map(|address| address.names)
    }

    #[test]
    fn every_form_of_an_address_names_its_page() {
        let content = |id: &str| Ok(Named::Content(id.into()));
        let titled =
            |key: &str, title: &str| Ok(Named::Titled { space_key: key.into(), title: title.into() });
        let cases = [
            ("/wiki/spaces/IT/pages/295083/Template+-+Project+plan", content("295083")),
            ("/wiki/spaces/IT/pages/295083", content("295083")),
            ("/wiki/spaces/~712020abc/pages/295083/x?atlOrigin=eyJ#Heading", content("295083")),
            ("/wiki/spaces/IT/pages/edit-v2/295083?draftShareId=1", content("295083")),
            ("/wiki/spaces/IT/blog/2026/03/19/98400/News", content("98400")),
            ("/wiki/spaces/IT/folder/777?atlOrigin=x", content("777")),
            ("/wiki/pages/viewpage.action?pageId=295083", content("295083")),
            ("/wiki/spaces/viewspace.action?key=IT&pageId=7", content("7")),
            // The id and the link of one recorded page.
            ("/wiki/x/q4AE", content("295083")),
            ("/wiki/display/IT/Reset+a+password", titled("IT", "Reset a password")),
            ("/display/IT/R%C3%A9sum%C3%A9%20%26%20more", titled("IT", "Résumé & more")),
            (
                "/wiki/pages/viewpage.action?spaceKey=IT&title=Reset+a+password",
                titled("IT", "Reset a password"),
            ),
            ("/wiki/spaces/IT/overview", Ok(Named::Space("IT".into()))),
            ("/wiki/spaces/IT", Ok(Named::Space("IT".into()))),
            ("/wiki/x/!!", Err(PageAddressError::ShortLink)),
            ("/wiki/x/q4AEq4AEq4AEq4AE", Err(PageAddressError::ShortLink)),
            ("/wiki/home", Err(PageAddressError::NoPage)),
            ("/wiki/pages/viewpage.action?pageId=7%20or%201", Err(PageAddressError::NoPage)),
            ("/", Err(PageAddressError::NoPage)),
        ];
        for (path, expected) in cases {
            assert_eq!(names(path), expected, "{path}");
        }
    }

    #[test]
    fn the_site_is_read_like_any_other() {
        let address = PageAddress::parse(" acme.atlassian.net/wiki/spaces/IT/pages/7 ").unwrap();
        assert_eq!(
            (address.site.as_str(), address.names),
            ("https://acme.atlassian.net", Named::Content("7".into()))
        );
        assert!(matches!(PageAddress::parse("Reset a password"), Err(PageAddressError::Site(_))));
        assert!(matches!(PageAddress::parse(""), Err(PageAddressError::Site(SiteError::Empty))));
    }
}
