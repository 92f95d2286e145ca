use http::{Response, StatusCode};
use identity::Key;
use ports::{ConfigError, Configuration};

/// What every component that shows pages is configured with.
#[derive(Debug, Clone)]
pub struct Site {
    /// Our origin, without a slash at the end (variable `public_url`).
    pub public_url: String,
    /// What people call the place (variable `portal_name`).
    pub portal_name: String,
    /// Seals sessions and notices (variable `session_key`).
    pub key: Key,
}

impl Site {
    /// Reads the variables `public_url`, `portal_name` and `session_key`.
    pub fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self {
            public_url: configuration.address("public_url")?,
            portal_name: configuration.text("portal_name")?,
            key: configuration.parse("session_key", Key::from_base64)?,
        })
    }

    /// Whether the site is served over HTTPS, so that its cookies may go over nothing else.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The page for a component without its variables, which has no frame to show one in.
    ///
    /// `part` begins the heading, such as `The console`.
    #[must_use]
    pub fn not_configured(part: &'static str) -> Response<Vec<u8>> {
        unframed(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Not configured",
            &format!("{part} is not configured"),
            "A variable of the application is missing or wrong. Its log names the variable and the cure.",
        )
    }

    /// The page for a component whose `store`, such as `The database`, could not be opened.
    #[must_use]
    pub fn not_available(part: &'static str, store: &'static str) -> Response<Vec<u8>> {
        unframed(
            StatusCode::SERVICE_UNAVAILABLE,
            "Not available",
            &format!("{part} is not available"),
            &format!("{store} could not be opened. Try again in a moment; the log names the cause."),
        )
    }
}

/// Takes our own words only, for they are not escaped.
fn unframed(status: StatusCode, title: &str, heading: &str, message: &str) -> Response<Vec<u8>> {
    crate::page(
        status,
        format!(
            "<!doctype html><html lang=\"en\"><title>{title}</title><h1>{heading}</h1><p>{message}</p></html>"
        ),
    )
}

#[cfg(test)]
mod tests {
    use ports::VariableError;

    use super::*;

    fn variable(name: &str) -> Result<String, VariableError> {
        match name {
            "public_url" => Ok("https://help.acme.example/".to_owned()),
            "portal_name" => Ok("Acme Help".to_owned()),
            "session_key" => Ok("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n".to_owned()),
            _ => Err(VariableError { name: name.to_owned(), reason: "undefined".to_owned() }),
        }
    }

    #[test]
    fn a_site_is_loaded_from_its_variables() {
        let site = Site::load(&Configuration::new(variable)).unwrap();
        assert_eq!(
            (site.public_url.as_str(), site.portal_name.as_str()),
            ("https://help.acme.example", "Acme Help")
        );
        assert!(site.is_secure());
    }

    #[test]
    fn a_wrong_key_is_named_with_its_cure_and_not_repeated() {
        let configuration = Configuration::new(|name| match name {
            "session_key" => Ok("c2VjcmV0".to_owned()),
            _ => variable(name),
        });
        let error = Site::load(&configuration).unwrap_err().to_string();
        assert!(error.contains("`session_key`") && error.contains("openssl rand -base64 32"), "{error}");
        assert!(!error.contains("c2VjcmV0"), "{error}");
    }

    #[test]
    fn a_part_that_cannot_work_says_so() {
        let response = Site::not_available("The console", "The database");
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let html = String::from_utf8(response.into_body()).unwrap();
        assert!(
            html.contains("<h1>The console is not available</h1><p>The database could not be opened."),
            "{html}"
        );
    }
}
