use http::uri::PathAndQuery;

/// `next` if it leads to a page of this site, so that a link cannot use us to send people elsewhere.
///
/// Browsers read `//host` and `/\host` as another site, and drop tabs and line breaks before they look.
#[must_use]
pub fn local_path(next: &str) -> Option<&str> {
    let leads_here = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    (leads_here && next.parse::<PathAndQuery>().is_ok()).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_pass() {
        for good in ["/", "/articles/12/vpn?ask=how#top", "/search?q=%2F%2Fevil", "/a//b"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "articles",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/a b",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }
}
