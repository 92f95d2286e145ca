//! The style sheet, the script, the icons: each named after its content, so that a browser keeps it for good.

use std::fmt;

use askama::filters::HtmlSafe;
use http::{HeaderValue, Response, StatusCode, header};

/// Concatenated in the order of the cascade; the layers are declared in the first file.
const STYLE_SOURCE: &str = concat!(
    include_str!("../static/css/tokens.css"),
    include_str!("../static/css/base.css"),
    include_str!("../static/css/layout.css"),
    include_str!("../static/css/frame.css"),
    include_str!("../static/css/controls.css"),
    include_str!("../static/css/components.css"),
    include_str!("../static/css/search.css"),
    include_str!("../static/css/article.css"),
    include_str!("../static/css/console.css"),
    include_str!("../static/css/media.css"),
);
static STYLE_BYTES: [u8; compact_length(STYLE_SOURCE)] = compact(STYLE_SOURCE);
const STYLE_TEXT: &str = match str::from_utf8(&STYLE_BYTES) {
    Ok(text) => text,
    Err(_) => panic!("spaces are whole characters"),
};
const SCRIPT_TEXT: &str = include_str!("../static/ui.js");
const ICONS_TEXT: &str = include_str!("../static/icons.svg");
const ICON_TEXT: &str = include_str!("../static/favicon.svg");

/// The style sheet of all pages.
pub const STYLE: Asset = Asset { stem: "app", extension: "css", digest: digest(STYLE_TEXT) };
/// The script of all pages; each page works without it.
pub const SCRIPT: Asset = Asset { stem: "ui", extension: "js", digest: digest(SCRIPT_TEXT) };
/// The symbols that [`crate::icon`] shows.
pub const ICONS: Asset = Asset { stem: "icons", extension: "svg", digest: digest(ICONS_TEXT) };
/// The icon of a browser's tab.
pub const ICON: Asset = Asset { stem: "favicon", extension: "svg", digest: digest(ICON_TEXT) };

/// A static file; it shows itself as its address.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    stem: &'static str,
    extension: &'static str,
    digest: u64,
}

impl fmt::Display for Asset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "/static/{}.{:016x}.{}", self.stem, self.digest, self.extension)
    }
}

impl HtmlSafe for Asset {}

/// Answers a request for a static file; none for an address that is not (or no longer) one of them.
#[must_use]
pub fn serve(path: &str) -> Option<Response<Vec<u8>>> {
    let files = [
        (STYLE, STYLE_TEXT, "text/css; charset=utf-8"),
        (SCRIPT, SCRIPT_TEXT, "text/javascript; charset=utf-8"),
        (ICONS, ICONS_TEXT, "image/svg+xml"),
        (ICON, ICON_TEXT, "image/svg+xml"),
    ];
    let (_, text, kind) = files.into_iter().find(|(asset, _, _)| asset.to_string() == path)?;
    let mut response = Response::new(text.as_bytes().to_vec());
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(response)
}

/// Whether the icon sprite holds a symbol.
#[cfg(test)]
pub(crate) fn has_symbol(name: &str) -> bool {
    ICONS_TEXT.contains(&format!("id=\"{name}\""))
}

/// FNV-1a, for it runs at compile time; it tells versions apart and guards nothing.
const fn digest(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

/// The text without line breaks and indents, which are for the readers of the source.
const fn compact<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let bytes = text.as_bytes();
    let mut kept = [0; LENGTH];
    let (mut from, mut to) = (0, 0);
    while from < bytes.len() {
        if is_kept(bytes, from) {
            kept[to] = bytes[from];
            to += 1;
        }
        from += 1;
    }
    kept
}

const fn compact_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut index, mut length) = (0, 0);
    while index < bytes.len() {
        if is_kept(bytes, index) {
            length += 1;
        }
        index += 1;
    }
    length
}

/// No line break matters, and no space at the beginning of a line, before a block, or after a colon or comma.
const fn is_kept(bytes: &[u8], index: usize) -> bool {
    match bytes[index] {
        b'\n' => false,
        b' ' => {
            let mut before = index;
            while before > 0 && bytes[before - 1] == b' ' {
                before -= 1;
            }
            let needless = before == 0 || matches!(bytes[before - 1], b'\n' | b':' | b',');
            let before_block = index + 1 < bytes.len() && bytes[index + 1] == b'{';
            !needless && !before_block
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_served_for_good_under_the_name_of_its_content() {
        let response = serve(&STYLE.to_string()).unwrap();
        assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
        assert_eq!(response.body(), STYLE_TEXT.as_bytes());
        assert!(serve("/static/app.0000000000000000.css").is_none());
        assert!(serve("/static/../templates/base.html").is_none());
    }

    #[test]
    fn the_digest_is_fnv_1a() {
        // The vector of the hash's own reference page: isthe.com/chongo/tech/comp/fnv.
        assert_eq!(digest("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn no_line_of_the_style_needs_its_line_break() {
        for line in STYLE_SOURCE.lines().map(str::trim).filter(|line| !line.is_empty()) {
            assert!(line.ends_with(['{', '}', ';', ',', '/']), "{line}");
        }
        let words = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(words(STYLE_TEXT), words(STYLE_SOURCE));
    }

    #[test]
    fn style_and_script_stay_within_their_budgets() {
        assert!(STYLE_TEXT.len() <= 26_000, "the style sheet has {} bytes", STYLE_TEXT.len());
        assert!(SCRIPT_TEXT.len() <= 12_000, "the script has {} bytes", SCRIPT_TEXT.len());
    }

    #[test]
    fn the_style_reaches_for_nothing_outside() {
        for forbidden in ["@import", "url(http", "url(//"] {
            assert!(!STYLE_TEXT.contains(forbidden), "{forbidden}");
        }
    }
}
