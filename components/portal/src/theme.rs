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
