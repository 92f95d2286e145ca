use http::{Request, Response};
use identity::forgery::{self, ForgeryError};
use identity::{Role, Session};
use screen::{Fields, Frame, Notice};

use crate::config::Config;

/// One request of a signed-in person, with what answering it needs.
pub(crate) struct Visit<'a, D> {
    pub(crate) database: &'a D,
    pub(crate) config: &'a Config,
    pub(crate) request: &'a Request<Vec<u8>>,
    pub(crate) session: &'a Session,
    pub(crate) query: Fields,
    /// The fields of a posted form; empty of a page that is asked for.
    pub(crate) form: Fields,
    pub(crate) now: i64,
}

impl<D> Visit<'_, D> {
    /// The frame; every form of the console is posted to the address of a page, which is the place to be.
    pub(crate) fn frame(&self) -> Frame<'_> {
        let frame = Frame::new(&self.config.site, self.request, Some(self.session));
        Frame { path: self.address(), ..frame }
    }

    /// The address of this page, with its query.
    pub(crate) fn address(&self) -> &str {
        self.request.uri().path_and_query().map_or("/console", |path| path.as_str())
    }

    /// The frame with a message of this very request, where a form could not be accepted.
    pub(crate) fn frame_with(&self, notice: Option<Notice>) -> Frame<'_> {
        let frame = self.frame();
        let notice = notice.or_else(|| frame.notice.clone());
        Frame { notice, ..frame }
    }

    pub(crate) fn redirect_with(&self, location: &str, notice: &Notice) -> Response<Vec<u8>> {
        self.config.site.redirect_with(location, notice, Some(self.session))
    }

    /// Accepts the form if one of our pages sent it in this session; otherwise says what to tell.
    pub(crate) fn check_form(&self) -> Result<(), Notice> {
        let site = &self.config.site;
        let token = self.form.get("csrf");
        forgery::check(self.request.headers(), &site.key, self.session, &site.public_url, token).map_err(
            |error| {
                Notice::failed(match error {
                    ForgeryError::OtherSite => {
                        "Nothing was changed: the form was sent from another site. Send it from here."
                    }
                    ForgeryError::StaleToken => {
                        "Nothing was changed: the form had expired. Check it and send it again."
                    }
                })
            },
        )
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.session.role >= Role::Admin
    }
}
