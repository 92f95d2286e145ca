use identity::{Key, KeyError};
use screen::Site;

/// What the console is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
    /// The Atlassian app (variable `confluence_client_id`); empty until someone has made one.
    pub(crate) client_id: String,
    /// Where the consent is given (variable `atlassian_auth_url`).
    pub(crate) auth_url: String,
    /// How often a connection is looked at (variable `sync_interval_seconds`).
    pub(crate) sync_interval_seconds: u64,
}

/// A variable that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error(transparent)]
    Variable(#[from] ports::spin::VariableError),
    #[error("the variable `session_key` is not a key: {0}")]
    Key(#[from] KeyError),
    #[error("the variable `sync_interval_seconds` is not a number: {0}")]
    Interval(#[from] std::num::ParseIntError),
}

impl Config {
    /// Reads the variables with the function that is given.
    pub(crate) fn load(
        variable: impl Fn(&str) -> Result<String, ports::spin::VariableError>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            site: Site {
                public_url: variable("public_url")?.trim_end_matches('/').to_owned(),
                portal_name: variable("portal_name")?,
                key: Key::from_base64(&variable("session_key")?)?,
            },
            client_id: variable("confluence_client_id")?.trim().to_owned(),
            auth_url: variable("atlassian_auth_url")?.trim_end_matches('/').to_owned(),
            sync_interval_seconds: variable("sync_interval_seconds")?.trim().parse()?,
        })
    }

    /// Where Atlassian sends people back to; it must be registered with the app to the letter.
    pub(crate) fn callback_url(&self) -> String {
        format!("{}/oauth/callback", self.site.public_url)
    }
}
