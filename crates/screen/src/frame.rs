use askama::Template;
use http::{Request, Response, StatusCode, header};
use identity::{Role, Session, forgery};

use crate::{Notice, Site, Theme, page};

/// What `base.html` shows around a page: who is signed in, where they are, and what just happened.
#[derive(Debug)]
pub struct Frame<'a> {
    pub site: &'a Site,
    /// None on the pages of the sign-in itself.
    pub session: Option<&'a Session>,
    /// The address of this page with its query.
    pub path: &'a str,
    pub theme: Theme,
    /// For the hidden field `csrf` of every form; empty where nobody is signed in.
    pub csrf: String,
    pub notice: Option<Notice>,
}

impl<'a> Frame<'a> {
    #[must_use]
    pub fn new(site: &'a Site, request: &'a Request<Vec<u8>>, session: Option<&'a Session>) -> Self {
        // A page that answers a form has no address to come back to.
        let path = match request.uri().path_and_query() {
            Some(path) if request.method().is_safe() => path.as_str(),
            _ => "/",
        };
        Self {
            site,
            session,
            path,
            theme: Theme::of(request.headers()),
            csrf: session.map(|session| forgery::token(&site.key, session)).unwrap_or_default(),
            notice: Notice::read(request.headers(), site, session),
        }
    }

    /// Renders a page, and sees to it that its notice is not shown again.
    pub fn page(&self, status: StatusCode, template: &impl Template) -> Response<Vec<u8>> {
        let mut response = match template.render() {
            Ok(html) => page(status, html),
            Err(error) => {
                eprintln!("the page {} could not be rendered: {error}", self.path);
                page(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "This page could not be shown. Load it again.".to_owned(),
                )
            }
        };
        if self.notice.is_some() {
            response.headers_mut().append(header::SET_COOKIE, Notice::cleared_cookie(self.site));
        }
        response
    }

    /// Whether this is the page at `path`.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        self.path.split('?').next() == Some(path)
    }

    /// Whether this page is at `path` or below it.
    #[must_use]
    pub fn is_under(&self, path: &str) -> bool {
        self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }

    /// Whether the person may open the console.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.session.is_some_and(|session| session.role >= Role::Agent)
    }

    /// Whether the person may change settings.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.session.is_some_and(|session| session.role == Role::Admin)
    }

    /// The role as the account menu names it.
    #[must_use]
    pub fn role_name(&self) -> &'static str {
        match self.session.map(|session| session.role) {
            Some(Role::Admin) => "Admin",
            Some(Role::Agent) => "Agent",
            Some(Role::Employee) | None => "Employee",
        }
    }

    /// The first letters of the first and the last name.
    #[must_use]
    pub fn initials(&self) -> String {
        let words = self.session.map_or("", |session| session.name.as_str()).split_whitespace();
        let letters: Vec<char> = words.filter_map(|word| word.chars().next()).collect();
        let ends = [letters.first(), letters.last().filter(|_| letters.len() > 1)];
        ends.into_iter().flatten().flat_map(|letter| letter.to_uppercase()).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use http::HeaderValue;
    use identity::{Key, session};

    use super::*;
    use crate::ErrorPage;

    pub(crate) fn site() -> Site {
        Site {
            public_url: "http://127.0.0.1:3000".to_owned(),
            portal_name: "Acme Help".to_owned(),
            key: Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap(),
        }
    }

    fn request(path: &str) -> Request<Vec<u8>> {
        Request::get(path).body(Vec::new()).unwrap()
    }

    fn shown(frame: &Frame<'_>) -> String {
        let response = ErrorPage::new(StatusCode::NOT_FOUND, "Nothing here", "", "").response(frame);
        String::from_utf8(response.into_body()).unwrap()
    }

    #[test]
    fn the_navigation_follows_the_role_and_marks_the_place() {
        let (site, request) = (site(), request("/console/resources/articles?status=draft"));
        let person = |role| session::start("1", "ada@acme.example", "Ada Byron Lovelace", role, 0);
        let (employee, agent) = (person(Role::Employee), person(Role::Agent));
        let frame = Frame::new(&site, &request, Some(&employee));
        assert!(!shown(&frame).contains("href=\"/console\""));
        assert_eq!(frame.initials(), "AL");
        let frame = Frame::new(&site, &request, Some(&agent));
        assert!(shown(&frame).contains("<a href=\"/console\" aria-current=\"true\">"));
        let html = shown(&Frame::new(&site, &request, None));
        assert!(!html.contains("Sign out") && !html.contains("aria-label=\"Main\""));
    }

    #[test]
    fn what_comes_from_outside_is_encoded() {
        let (site, request) = (site(), request("/search?q='a'&b=%3Cscript%3E"));
        let person = session::start("1", "<b>@acme.example", "<img src=x>", Role::Employee, 0);
        let html = shown(&Frame::new(&site, &request, Some(&person)));
        assert!(!html.contains("<img src=x>") && !html.contains("'a'"), "{html}");
    }

    #[test]
    fn no_page_has_script_or_style_inside_it() {
        let (site, request) = (site(), request("/"));
        let html = shown(&Frame::new(&site, &request, None));
        assert!(!html.contains("style=") && !html.contains("<style") && !html.contains(" on"), "{html}");
        assert_eq!(html.matches("<script").count(), html.matches("<script src=").count());
    }

    #[test]
    fn a_notice_is_shown_once_with_its_undo() {
        let site = site();
        let person = session::start("1", "ada@acme.example", "Ada", Role::Agent, 0);
        let notice =
            Notice::done("Published <b>").with_undo("/undo", vec![("ids".to_owned(), "7".to_owned())]);
        let cookie = notice.cookie(&site, Some(&person));
        let mut request = request("/console");
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(pair).unwrap());
        let frame = Frame::new(&site, &request, Some(&person));
        let html = shown(&frame);
        assert!(html.contains("Published &#60;b&#62;"), "{html}");
        assert!(html.contains("name=\"ids\" value=\"7\""), "{html}");
        let response = ErrorPage::new(StatusCode::OK, "", "", "").response(&frame);
        assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    }
}
