//! Which addresses may be written into a link.

use std::{
    borrow::Cow,
    net::{Ipv4Addr, Ipv6Addr},
};

/// The schemes that a link may have; everything else that has a scheme is refused.
const ALLOWED: [&str; 8] = ["http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "ssh"];

/// The address without the white space and control characters that browsers ignore, if it may be linked to.
///
/// As in the URL Standard's basic parser, leading and trailing C0 controls and spaces, and all tabs and line breaks, do
/// not count. Stricter than there, everything before a colon counts as a scheme, whatever characters it has.
pub(crate) fn allowed(address: &str) -> Option<Cow<'_, str>> {
    let trimmed = address.trim_matches(|c: char| c <= ' ');
    // C1 controls are the bytes C2 80 to C2 9F.
    let is_clean = trimmed.bytes().all(|byte| byte > b' ' && byte != 0x7F && byte != 0xC2);
    let cleaned = if is_clean {
        Cow::Borrowed(trimmed)
    } else {
        let cleaned: String = trimmed.chars().filter(|c| !c.is_control()).collect();
        Cow::Owned(cleaned.replace(' ', "%20"))
    };
    if cleaned.is_empty() {
        return None;
    }
    // What stands before a colon is a scheme or pretends to be one: a relative address has a `/`, `?` or `#` first.
    let first = cleaned.bytes().position(|byte| matches!(byte, b':' | b'/' | b'?' | b'#'));
    if let Some(end) = first.filter(|&at| cleaned.as_bytes()[at] == b':') {
        let scheme = ALLOWED.iter().find(|allowed| cleaned[..end].eq_ignore_ascii_case(allowed))?;
        if !matches!(*scheme, "mailto" | "tel") && !has_host(&cleaned[end + 1..]) {
            return None;
        }
    }
    Some(cleaned)
}

/// Whether what follows a scheme names a host, as far as its characters tell: a browser opens nothing else.
fn has_host(rest: &str) -> bool {
    // As many slashes as there are, of both kinds, lead to the host in a browser.
    let rest = rest.trim_start_matches(['/', '\\']);
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_port = |port: &str| {
        port.is_empty() || port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
    };
    if let Some(host) = host.strip_prefix('[') {
        let Some((host, port)) = host.split_once(']') else { return false };
        return host.parse::<Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    if !is_port(port) || !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_')) {
        return false;
    }
    // A name whose last part is a number is an address of IPv4, or nothing.
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_number =
        last.starts_with("0x") || last.starts_with("0X") || last.bytes().all(|b| b.is_ascii_digit());
    !is_number || host.parse::<Ipv4Addr>().is_ok()
}

/// The title in the address of a page of Confluence: `…/wiki/spaces/KEY/pages/123/The+Title`.
pub(crate) fn page_title(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    let (_, after) = path.split_once("/wiki/spaces/")?;
    let mut segments = after.split('/');
    let (_key, pages, id, title) = (segments.next()?, segments.next()?, segments.next()?, segments.next()?);
    let is_page = matches!(pages, "pages" | "blog") && !id.is_empty() && !title.is_empty();
    is_page.then(|| percent_decode(&title.replace('+', " "))).filter(|title| !title.contains('\u{fffd}'))
}

/// Decodes `%XX`; what is not UTF-8 afterwards becomes U+FFFD.
pub(crate) fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn only_known_schemes_pass() {
        for address in [
            "https://a/b?c#d",
            "HTTP://a",
            "mailto:a@b",
            "/pages/1",
            "#x",
            "a:b/../c".trim_start_matches("a:"),
            "?q",
            "//a",
            "https://a.example:8443/x",
            "https://user@a.example/",
            "http://[::1]:80/",
            "http://127.0.0.1/",
            "https://bücher.example/",
            "https:a",
        ] {
            assert!(allowed(address).is_some(), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            " \u{1}java\tscript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///x",
            "",
            " ",
            "https://",
            "https:///?q",
            "https://a b/",
            "https://a\u{fffd}.example",
            "https://a|b.example",
            "https://a%00b/",
            "https://a:port/",
            "https://a:99999/",
            "https://[::1/",
            "https://[x]/",
            "https://1.2.3/",
            "https://1.2.3.4.5/",
        ] {
            assert_eq!(allowed(address), None, "{address}");
        }
    }

    #[test]
    fn spaces_are_encoded() {
        assert_eq!(allowed(" https://a/b c\n").as_deref(), Some("https://a/b%20c"));
    }
}
