use std::fmt;

use url::{Host, Url};

/// The origin of a Confluence site, without a slash at the end: `https://acme.atlassian.net`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrl(String);

/// Why a text is not the address of a Confluence site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    #[error(
        "the site URL is empty; enter the address of your Confluence site, such as yourcompany.atlassian.net"
    )]
    Empty,
    #[error(
        "`{0}` is not a web address; enter the address of your Confluence site, such as yourcompany.atlassian.net"
    )]
    NotAnAddress(String),
    #[error("`{0}` is not the address of a site; enter it in full, such as {0}.atlassian.net")]
    NoDomain(String),
    #[error("`{0}` belongs to Atlassian itself; enter your own site, such as yourcompany.atlassian.net")]
    Atlassian(String),
    #[error("the site URL must begin with https://, not {0}://; Confluence Cloud answers over HTTPS only")]
    NotHttps(String),
    #[error(
        "the site URL must not hold a user name or a password; enter the plain address, such as yourcompany.atlassian.net"
    )]
    Credentials,
}

impl SiteUrl {
    /// Reads what an admin types: a bare host or any address of the site, with or without `https://`.
    pub fn parse(typed: &str) -> Result<Self, SiteError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(SiteError::Empty);
        }
        let refused = || SiteError::NotAnAddress(shortened(typed));
        let url = if typed.contains("://") { Url::parse(typed) } else { Url::parse(&assumed_scheme(typed)) }
            .map_err(|_| refused())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SiteError::Credentials);
        }
        let host = url.host().ok_or_else(refused)?;
        match (url.scheme(), is_local(&host)) {
            ("https", _) | ("http", true) => {}
            // An address that was copied long ago still names the site.
            ("http", false) if url.port().is_none() => {
                return Self::parse(&typed.replacen("http", "https", 1));
            }
            (scheme, _) => return Err(SiteError::NotHttps(scheme.to_owned())),
        }
        if let Host::Domain(name) = &host
            && !is_local(&host)
        {
            let name = name.trim_end_matches('.');
            if !name.contains('.') {
                return Err(SiteError::NoDomain(name.to_owned()));
            }
            const OWN: [&str; 7] = ["www", "api", "auth", "id", "admin", "start", "home"];
            let own = name.strip_suffix(".atlassian.com").is_some_and(|label| OWN.contains(&label));
            if own || ["atlassian.net", "atlassian.com", "api.atlassian.net"].contains(&name) {
                return Err(SiteError::Atlassian(name.to_owned()));
            }
        } else if !is_local(&host) {
            return Err(refused());
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a simulated site on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.starts_with("http://")
    }

    /// The site's name as people say it: `acme.atlassian.net`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or(self.0.as_str(), |(_, host)| host)
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A simulated site on this machine speaks plain HTTP; every other one HTTPS.
fn assumed_scheme(typed: &str) -> String {
    let host = typed.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let scheme = if ["localhost", "127.0.0.1"].contains(&host) { "http" } else { "https" };
    format!("{scheme}://{}", typed.trim_start_matches('/'))
}

fn is_local(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_admin_types_becomes_the_origin() {
        for (typed, origin) in [
            ("yourcompany.atlassian.net", "https://yourcompany.atlassian.net"),
            (" YourCompany.Atlassian.net/ ", "https://yourcompany.atlassian.net"),
            ("https://acme.atlassian.net/wiki/spaces/IT/pages/1/VPN?x=1#y", "https://acme.atlassian.net"),
            ("http://acme.atlassian.net/wiki", "https://acme.atlassian.net"),
            ("acme.atlassian.net:443", "https://acme.atlassian.net"),
            ("wiki.acme.example", "https://wiki.acme.example"),
            ("xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("http://127.0.0.1:4100/wiki", "http://127.0.0.1:4100"),
            ("127.0.0.1:4100", "http://127.0.0.1:4100"),
            ("localhost:4100/", "http://localhost:4100"),
        ] {
            assert_eq!(SiteUrl::parse(typed).as_ref().map(SiteUrl::as_str), Ok(origin), "{typed}");
        }
        assert_eq!(SiteUrl::parse("acme.atlassian.net").unwrap().host(), "acme.atlassian.net");
    }

    #[test]
    fn nonsense_is_named_with_the_cure() {
        for (typed, words) in [
            ("", "is empty"),
            ("   ", "is empty"),
            ("our wiki", "not a web address"),
            ("https://", "not a web address"),
            ("acme", "acme.atlassian.net"),
            ("ftp://acme.atlassian.net", "not ftp://"),
            ("http://acme.atlassian.net:8080", "begin with https://"),
            ("javascript:alert(1)", "not a web address"),
            ("javascript://acme.atlassian.net", "not javascript://"),
            ("https://ada:secret@acme.atlassian.net", "must not hold a user name"),
            ("https://10.0.0.7/wiki", "not a web address"),
            ("api.atlassian.com", "belongs to Atlassian itself"),
            ("https://atlassian.net", "belongs to Atlassian itself"),
            ("😀😀", "😀"),
        ] {
            let error = SiteUrl::parse(typed).unwrap_err().to_string();
            assert!(error.contains(words) || error.contains("xn--"), "{typed}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
