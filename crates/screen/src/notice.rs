use http::{HeaderMap, HeaderValue};
use identity::session::cookie_value;
use identity::{Session, open, seal, set_cookie};
use serde::{Deserialize, Serialize};

use crate::Site;

const NAME: &str = "notice";
/// One minute, in milliseconds.
const LIFETIME: i64 = 60 * 1000;
/// Browsers drop a cookie of more than 4096 bytes without a word.
const MAX_COOKIE: usize = 3900;

/// One message for the next page: what was done, or why it was not.
///
/// It travels in a sealed cookie of one minute that is bound to the session, is shown once in the page's
/// status region, and is never read from an address: nobody can make a page of ours say something.
/// Send it with [`Site::redirect_with`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub tone: Tone,
    pub text: String,
    pub undo: Option<Undo>,
}

/// How a notice is meant; shown by an icon and a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    Done,
    Warning,
    Failed,
}

/// A form with one button that takes back what was done. `csrf` is added when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The words on the button, such as `Undo`.
    pub label: String,
    /// Where the form is posted to: a path of this site.
    pub action: String,
    /// The form's hidden fields.
    pub fields: Vec<(String, String)>,
}

impl Notice {
    #[must_use]
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Done, text: text.into(), undo: None }
    }

    #[must_use]
    pub fn warning(text: impl Into<String>) -> Self {
        Self { tone: Tone::Warning, text: text.into(), undo: None }
    }

    #[must_use]
    pub fn failed(text: impl Into<String>) -> Self {
        Self { tone: Tone::Failed, text: text.into(), undo: None }
    }

    /// Offers to take it back. An undo of more than about 2.5 kB is left out, for no cookie holds it.
    #[must_use]
    pub fn with_undo(mut self, action: impl Into<String>, fields: Vec<(String, String)>) -> Self {
        self.undo = Some(Undo { label: "Undo".to_owned(), action: action.into(), fields });
        self
    }

    /// The cookie that carries the notice to the session's next page.
    #[must_use]
    pub fn cookie(&self, site: &Site, session: Option<&Session>) -> HeaderValue {
        let sealed = |notice: &Self| {
            let json = serde_json::to_vec(notice).expect("a notice is plain data");
            let sealed = seal(&site.key, &purpose(session), &json);
            set_cookie(NAME, &sealed, "/", LIFETIME, site.is_secure())
        };
        let whole = sealed(self);
        if whole.len() <= MAX_COOKIE { whole } else { sealed(&Self { undo: None, ..self.clone() }) }
    }

    /// The notice that a request carries for this session.
    pub(crate) fn read(headers: &HeaderMap, site: &Site, session: Option<&Session>) -> Option<Self> {
        let sealed = cookie_value(headers, NAME)?;
        serde_json::from_slice(&open(&site.key, &purpose(session), &sealed).ok()?).ok()
    }

    pub(crate) fn cleared_cookie(site: &Site) -> HeaderValue {
        set_cookie(NAME, "", "/", 0, site.is_secure())
    }
}

impl Tone {
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Warning => "warn",
            Self::Failed => "bad",
        }
    }

    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Done => "circle-check",
            Self::Warning => "triangle-alert",
            Self::Failed => "circle-x",
        }
    }
}

/// Binds a notice to its session, so that one of another person's cannot be planted.
fn purpose(session: Option<&Session>) -> String {
    format!("notice:{}", session.map_or("", |session| session.id.as_str()))
}

#[cfg(test)]
mod tests {
    use identity::{Role, session};

    use super::*;
    use crate::frame::tests::site;

    fn carried(cookie: &HeaderValue) -> HeaderMap {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(http::header::COOKIE, HeaderValue::from_str(pair).unwrap())])
    }

    #[test]
    fn a_notice_reaches_the_next_page_of_its_own_session_only() {
        let mine = session::start("1", "a@acme.example", "A", Role::Agent, 0);
        let other = session::start("2", "b@acme.example", "B", Role::Agent, 0);
        let notice = Notice::done("3 articles published")
            .with_undo("/console/resources/articles/undo", vec![("ids".to_owned(), "1,2,3".to_owned())]);
        let headers = carried(&notice.cookie(&site(), Some(&mine)));
        assert_eq!(Notice::read(&headers, &site(), Some(&mine)), Some(notice));
        assert_eq!(Notice::read(&headers, &site(), Some(&other)), None);
        assert_eq!(Notice::read(&carried(&HeaderValue::from_static("notice=forged")), &site(), None), None);
    }

    #[test]
    fn a_notice_too_large_for_a_cookie_loses_its_undo_and_not_its_words() {
        let notice = Notice::done("Done").with_undo("/undo", vec![("ids".to_owned(), "9".repeat(5000))]);
        let headers = carried(&notice.cookie(&site(), None));
        assert_eq!(Notice::read(&headers, &site(), None), Some(Notice::done("Done")));
    }
}
