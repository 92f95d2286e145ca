use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

use crate::Credential;

/// What is encoded in a segment; a hyphen stands in the names of resources.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');

/// What to ask of a site: an absolute path below `/wiki/` with its query.
///
/// It is kept between two ticks, so it holds no host and no credential.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub(crate) String);

impl Path {
    /// A path of the API from its segments and its query, each encoded.
    pub(crate) fn new(segments: &[&str], query: &[(&str, &str)]) -> Self {
        let mut path = "/wiki".to_owned();
        for segment in segments {
            path.push('/');
            path.extend(utf8_percent_encode(segment, ENCODED));
        }
        if !query.is_empty() {
            path.push('?');
            path.push_str(&Serializer::new(String::new()).extend_pairs(query).finish());
        }
        Self(path)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The way to a site's API: for an app `https://api.atlassian.com/ex/confluence/{cloudId}` alone.
#[derive(Debug, Clone)]
pub struct Gateway {
    base: String,
}

impl Gateway {
    /// The gateway of one site; `api_url` is Atlassian's API without a slash at the end.
    #[must_use]
    pub fn new(api_url: &str, cloud_id: &str) -> Self {
        Self { base: format!("{}/ex/confluence/{cloud_id}", api_url.trim_end_matches('/')) }
    }

    /// The site's own host, which takes API tokens without scopes.
    #[must_use]
    pub(crate) fn at_site(site: &str) -> Self {
        Self { base: site.trim_end_matches('/').to_owned() }
    }

    /// The request for a path, with the credential that it carries to this gateway and nowhere else.
    #[must_use]
    pub fn request(&self, path: &Path, credential: &Credential) -> Request<Vec<u8>> {
        get(&format!("{}{}", self.base, path.0), Some(credential))
    }
}

pub(crate) fn get(address: &str, credential: Option<&Credential>) -> Request<Vec<u8>> {
    let mut request = Request::new(Vec::new());
    // An address that is no URI is sent nowhere: the HTTP client refuses the empty one.
    if let Ok(uri) = address.parse() {
        *request.uri_mut() = uri;
    }
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(value) = credential.and_then(Credential::header) {
        headers.insert(AUTHORIZATION, value);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_through_the_gateway_and_hides_its_token() {
        let gateway = Gateway::new("https://api.atlassian.com/", "cloud-1");
        let path = Path::new(&["rest", "api", "content", "a/../b"], &[("cql", "space=\"~x\" & more")]);
        let request = gateway.request(&path, &Credential::Bearer("token-1".into()));
        assert_eq!(
            request.uri().to_string(),
            "https://api.atlassian.com/ex/confluence/cloud-1/wiki/rest/api/content/a%2F%2E%2E%2Fb?cql=space%3D%22%7Ex%22+%26+more"
        );
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer token-1");
        assert!(!format!("{request:?}").contains("token-1"));
    }
}
