use confluence::oauth::App;
use identity::{Key, KeyError};
use mirror::Settings;
use screen::Site;

/// What the sync is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
    /// The variables `confluence_*`, `atlassian_*`, `sealing_key` and `sync_*`.
    pub(crate) settings: Settings,
}

/// A variable that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error(transparent)]
    Variable(#[from] ports::spin::VariableError),
    #[error("the variable `{name}` is not a key: {source}")]
    Key { name: &'static str, source: KeyError },
    #[error("the variable `{name}` is `{value}`, which is not a number of seconds from 1 to 86400")]
    Seconds { name: &'static str, value: String },
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
        let milliseconds = |name: &'static str| {
            let value = variable(name)?;
            match value.trim().parse::<i64>() {
                Ok(seconds @ 1..=86_400) => Ok(seconds * 1_000),
                _ => Err(ConfigError::Seconds { name, value }),
            }
        };
        Ok(Self {
            site: Site {
                public_url: address("public_url")?,
                portal_name: variable("portal_name")?,
                key: key("session_key")?,
            },
            settings: Settings {
                app: App {
                    auth_url: address("atlassian_auth_url")?,
                    client_id: variable("confluence_client_id")?.trim().to_owned(),
                    client_secret: variable("confluence_client_secret")?.trim().to_owned(),
                },
                api_url: address("atlassian_api_url")?,
                sealing_key: key("sealing_key")?,
                interval: milliseconds("sync_interval_seconds")?,
                tick: milliseconds("sync_tick_seconds")?,
                max_body: Settings::MAX_BODY,
            },
        })
    }
}
