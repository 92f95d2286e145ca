use ureq::Agent;
use ureq::http::Request;
use url::Url;

use crate::Page;
use crate::page::Filling;

/// Somebody with a browser that has cookies and no scripts.
pub struct Person {
    agent: Agent,
    home: Url,
    page: Option<Page>,
    filled: Vec<(String, Filling)>,
}

impl Person {
    pub(crate) fn new(home: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build();
        Self {
            agent: config.into(),
            home: Url::parse(home).expect("an address"),
            page: None,
            filled: Vec::new(),
        }
    }

    /// The page that is open.
    #[must_use]
    pub fn page(&self) -> &Page {
        self.page.as_ref().expect("a page was opened")
    }

    /// Opens an address of the application, or a whole URL.
    pub fn open(&mut self, address: &str) -> &Page {
        let url = self.home.join(address).expect("an address");
        self.go("GET", url, Vec::new())
    }

    /// Whether the page is one of the application and not of another site that it led to.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.page().url.origin() == self.home.origin()
    }

    /// Follows the link with this text.
    pub fn click(&mut self, link: &str) -> &Page {
        let page = self.page();
        let url =
            page.link(link).unwrap_or_else(|| panic!("no link {link:?} on {}:\n{}", page.url, page.text()));
        self.go("GET", url, Vec::new())
    }

    /// Types into the field with this label.
    pub fn fill(&mut self, label: &str, text: &str) -> &mut Self {
        self.filled.push((label.to_owned(), Filling::Text(text.to_owned())));
        self
    }

    /// Ticks the box with this label.
    pub fn tick(&mut self, label: &str) -> &mut Self {
        self.filled.push((label.to_owned(), Filling::Checked(true)));
        self
    }

    /// Clears the box with this label.
    pub fn untick(&mut self, label: &str) -> &mut Self {
        self.filled.push((label.to_owned(), Filling::Checked(false)));
        self
    }

    /// Presses the button with this text and sends its form.
    pub fn press(&mut self, button: &str) -> &Page {
        let page = self.page();
        let submission = page
            .submission(button, &self.filled)
            .unwrap_or_else(|| panic!("no button {button:?} on {}:\n{}", page.url, page.text()));
        let mut url = submission.action;
        if submission.method == "GET" {
            url.query_pairs_mut().clear().extend_pairs(&submission.fields);
            return self.go("GET", url, Vec::new());
        }
        self.go("POST", url, submission.fields)
    }

    /// Sends a form that no page offered, as a forger would.
    pub fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> &Page {
        let url = self.home.join(address).expect("an address");
        self.go("POST", url, fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    /// Fails unless the page says `text`.
    #[track_caller]
    pub fn sees(&self, text: &str) -> &Self {
        let page = self.page();
        let shown = page.text();
        assert!(shown.contains(text), "{text:?} is not on {} ({}):\n{shown}", page.url, page.status);
        self
    }

    /// Fails if the page says `text`.
    #[track_caller]
    pub fn does_not_see(&self, text: &str) -> &Self {
        let page = self.page();
        let shown = page.text();
        assert!(!shown.contains(text), "{text:?} is on {} ({}):\n{shown}", page.url, page.status);
        self
    }

    fn go(&mut self, method: &str, url: Url, fields: Vec<(String, String)>) -> &Page {
        self.filled.clear();
        let origin = self.page.as_ref().map_or_else(|| self.home.origin(), |page| page.url.origin());
        let (mut method, mut url, mut fields) = (method.to_owned(), url, fields);
        for _ in 0..10 {
            let mut request = Request::builder().method(method.as_str()).uri(url.as_str());
            let mut body = String::new();
            if method == "POST" {
                request = request
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("origin", origin.ascii_serialization());
                body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            }
            let request = request.body(body).expect("a valid request");
            let mut response =
                self.agent.run(request).unwrap_or_else(|error| panic!("{method} {url}: {error}"));
            let status = response.status().as_u16();
            let location = response.headers().get("location").and_then(|value| value.to_str().ok());
            if let Some(location) = location.filter(|_| (300..400).contains(&status)) {
                url = url.join(location).expect("a redirect to an address");
                if matches!(status, 301..=303) {
                    method = "GET".to_owned();
                    fields.clear();
                }
                continue;
            }
            let headers = response.headers().clone();
            let bytes =
                response.body_mut().with_config().limit(64 << 20).read_to_vec().expect("a whole answer");
            let html = String::from_utf8_lossy(&bytes).into_owned();
            return self.page.insert(Page { url, status, headers, html });
        }
        panic!("more than ten redirects, the last to {url}");
    }
}
