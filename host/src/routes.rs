//! Which component answers a path: Spin's rules for `route`, on the matcher that Spin uses.

use anyhow::{Result, bail, ensure};

/// The routes of an application; `T` is what a route leads to.
pub(crate) struct Routes<T>(routefinder::Router<Route<T>>);

pub(crate) struct Route<T> {
    /// The route as the manifest writes it.
    pub(crate) pattern: String,
    pub(crate) target: T,
}

/// A route that matched a path, with what its wildcards captured.
pub(crate) struct Match<'a, T> {
    pub(crate) route: &'a Route<T>,
    /// What `/...` stands for, with its leading slash; empty where there is nothing.
    pub(crate) path_info: String,
    /// What each `:name` stands for.
    pub(crate) named: Vec<(String, String)>,
}

impl<T> Routes<T> {
    pub(crate) fn build(routes: impl IntoIterator<Item = (String, T)>) -> Result<Self> {
        let mut router = routefinder::Router::new();
        let mut seen = std::collections::HashSet::new();
        for (pattern, target) in routes {
            ensure!(pattern.starts_with('/'), "route {pattern:?} must begin with a slash");
            let sanitized = pattern.strip_suffix('/').unwrap_or(&pattern);
            if !seen.insert(sanitized.to_owned()) {
                bail!("two triggers have the route {pattern:?}; only one could ever be called");
            }
            let spec = match sanitized.strip_suffix("/...") {
                Some(prefix) => format!("{prefix}/*"),
                None => sanitized.to_owned(),
            };
            let route = Route { pattern: pattern.clone(), target };
            if let Err(error) = router.add(spec, route) {
                bail!("route {pattern:?} cannot be parsed: {error}");
            }
        }
        Ok(Self(router))
    }

    /// The most specific route wins: exact over `:name` over `/...`, segment by segment.
    pub(crate) fn find(&self, path: &str) -> Option<Match<'_, T>> {
        let found = self.0.best_match(path)?;
        let captures = found.captures();
        let path_info = match captures.wildcard() {
            None => String::new(),
            // The matcher drops a trailing slash, which Spin has always kept.
            Some("") if path.ends_with('/') => "/".to_owned(),
            Some("") => String::new(),
            Some(rest) if path.ends_with('/') => format!("/{rest}/"),
            Some(rest) => format!("/{rest}"),
        };
        let named = captures.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Some(Match { path_info, named, route: found.handler() })
    }

    /// Every route, the most specific first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Route<T>> {
        self.0.iter().map(|(_, route)| route)
    }
}

impl<T> Route<T> {
    /// The route without its trailing wildcard.
    pub(crate) fn prefix(&self) -> &str {
        self.pattern.strip_suffix("/...").unwrap_or(&self.pattern)
    }

    /// The route as Spin prints it on start.
    pub(crate) fn shown(&self) -> String {
        match self.pattern.strip_suffix("/...") {
            Some(prefix) => format!("{prefix} (wildcard)"),
            None => self.pattern.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(patterns: &[&'static str]) -> Routes<&'static str> {
        Routes::build(patterns.iter().map(|pattern| ((*pattern).to_owned(), *pattern))).unwrap()
    }

    #[test]
    fn the_most_specific_route_wins_in_any_order() {
        let patterns =
            ["/...", "/admin/...", "/admin/spaces/:space", "/admin/spaces/new", "/oauth/callback", "/"];
        let cases = [
            ("/", Some("/")),
            ("/articles/vpn", Some("/...")),
            ("/admin", Some("/admin/...")),
            ("/admin/", Some("/admin/...")),
            ("/admin/spaces", Some("/admin/...")),
            ("/admin/spaces/new", Some("/admin/spaces/new")),
            ("/admin/spaces/IT", Some("/admin/spaces/:space")),
            ("/admin/spaces/IT/pages", Some("/admin/...")),
            ("/oauth/callback", Some("/oauth/callback")),
            ("/oauth/callback/", Some("/oauth/callback")),
            ("/oauth/callback/x", Some("/...")),
            ("/administrator", Some("/...")),
        ];
        let reversed: Vec<_> = patterns.iter().rev().copied().collect();
        for order in [patterns.to_vec(), reversed] {
            let routes = routes(&order);
            for (path, expected) in cases {
                assert_eq!(routes.find(path).map(|found| found.route.target), expected, "{path}");
            }
        }
    }

    #[test]
    fn a_path_without_a_route_matches_nothing() {
        let routes = routes(&["/portal/..."]);
        assert!(routes.find("/").is_none());
        assert!(routes.find("/portals").is_none());
        assert!(routes.find("*").is_none());
    }

    #[test]
    fn captures_keep_the_trailing_slash_as_spin_does() {
        let routes = routes(&["/foo/..."]);
        for (path, expected) in
            [("/foo", ""), ("/foo/", "/"), ("/foo/bar", "/bar"), ("/foo/bar/", "/bar/"), ("/foo/b/c", "/b/c")]
        {
            assert_eq!(routes.find(path).unwrap().path_info, expected, "{path}");
        }
    }

    #[test]
    fn named_segments_are_captured() {
        let routes = routes(&["/spaces/:space/pages/:page"]);
        let found = routes.find("/spaces/IT/pages/42").unwrap();
        assert_eq!(found.named, [("space".into(), "IT".into()), ("page".into(), "42".into())]);
        assert_eq!(found.path_info, "");
    }

    #[test]
    fn routes_are_shown_as_spin_shows_them() {
        let routes = routes(&["/whee/...", "/exact"]);
        let mut shown: Vec<_> = routes.iter().map(Route::shown).collect();
        shown.sort();
        assert_eq!(shown, ["/exact", "/whee (wildcard)"]);
    }

    #[test]
    fn routes_that_cannot_work_are_refused() {
        let build =
            |patterns: [&str; 2]| Routes::build(patterns.map(|pattern| (pattern.to_owned(), ()))).err();
        assert!(build(["/a", "/a/"]).unwrap().to_string().contains("two triggers"));
        assert!(build(["/a", "b"]).unwrap().to_string().contains("slash"));
    }
}
