use askama::Template;
use http::{Response, StatusCode};
use screen::{Frame, address, redirect};

#[derive(Template)]
#[template(path = "sign-in.html")]
struct Welcome<'a> {
    frame: &'a Frame<'a>,
    start_address: String,
}

/// The page with the one link that begins; whoever is signed in goes on at once.
pub(crate) fn show(frame: &Frame<'_>, next: &str) -> Response<Vec<u8>> {
    if frame.session.is_some() {
        return redirect(next);
    }
    // The home page is where a sign-in ends anyway.
    let next = if next == "/" { "" } else { next };
    let start_address = address("/sign-in/start", &[("next", next)]);
    frame.page(StatusCode::OK, &Welcome { frame, start_address })
}
