use http::{Request, Response, header};
use screen::{Fields, Site, Theme, local_path, redirect};

/// Remembers light, dark or automatic in a cookie, and leads back.
///
/// It takes no token: the worst that another site could do is to change the colours.
pub(crate) fn remember(site: &Site, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let form = Fields::of_form(request);
    let mut response = redirect(local_path(form.get("next")).unwrap_or("/"));
    if let Some(theme) = Theme::named(form.get("theme")) {
        response.headers_mut().append(header::SET_COOKIE, theme.cookie(site.is_secure()));
    }
    response
}

#[cfg(test)]
mod tests {
    use identity::Role;

    use crate::sample::Portal;

    #[test]
    fn a_theme_is_remembered_signed_in_or_not_and_leads_back_to_this_site() {
        let portal = Portal { session: None, ..Portal::with(Role::Employee, &[]) };
        let dark = portal.post("/theme", "theme=dark&next=%2Fsign-in");
        assert_eq!(dark.header("location"), "/sign-in");
        assert!(dark.header("set-cookie").starts_with("theme=dark;"));
        let elsewhere = portal.post("/theme", "theme=pink&next=https%3A%2F%2Fevil.example");
        assert_eq!(elsewhere.header("location"), "/");
        assert_eq!(elsewhere.header("set-cookie"), "");
    }
}
