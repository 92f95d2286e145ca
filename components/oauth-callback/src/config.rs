use confluence::oauth::App;
use identity::{Key, KeyError};
use screen::Site;

/// What the callback is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
    /// The variables `atlassian_auth_url`, `confluence_client_id` and `confluence_client_secret`.
    pub(crate) app: App,
    /// Atlassian's API (variable `atlassian_api_url`), without a slash at the end.
    pub(crate) api_url: String,
    /// Seals the grants at rest (variable `sealing_key`).
    pub(crate) sealing_key: Key,
}

/// A variable that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error(transparent)]
    Variable(#[from] ports::spin::VariableError),
    #[error("the variable `{name}` is not a key: {source}")]
    Key { name: &'static str, source: KeyError },
}

impl Config {
    /// Reads the variables with the function that is given.
    pub(crate) fn load(
        variable: impl Fn(&str) -> Result<String, ports::spin::VariableError>,
    ) -> Result<Self, ConfigError> {
        let address = |name: &str| variable(name).map(|value| value.trim().trim_end_matches('/').to_owned());
        let key = |name: &'static str| {
            Key::from_base64(&variable(name)?).map_err(|source| ConfigError::Key { name, source })
        };
        Ok(Self {
            site: Site {
                public_url: address("public_url")?,
                portal_name: variable("portal_name")?,
                key: key("session_key")?,
            },
            app: App {
                auth_url: address("atlassian_auth_url")?,
                client_id: variable("confluence_client_id")?.trim().to_owned(),
                client_secret: variable("confluence_client_secret")?.trim().to_owned(),
            },
            api_url: address("atlassian_api_url")?,
            sealing_key: key("sealing_key")?,
        })
    }

    /// Where Atlassian sends people back to; it must be registered with the app to the letter.
    pub(crate) fn callback_url(&self) -> String {
        format!("{}/oauth/callback", self.site.public_url)
    }
}
