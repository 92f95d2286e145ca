use identity::{Key, KeyError};
use ports::spin::VariableError;
use screen::Site;

/// What the Portal is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
}

/// A variable that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error(transparent)]
    Variable(#[from] VariableError),
    #[error("the variable `session_key` is not a key: {0}")]
    Key(#[from] KeyError),
}

impl Config {
    /// Reads the variables with the function that is given.
    pub(crate) fn load(
        variable: impl Fn(&str) -> Result<String, VariableError>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            site: Site {
                public_url: variable("public_url")?.trim_end_matches('/').to_owned(),
                portal_name: variable("portal_name")?,
                key: Key::from_base64(&variable("session_key")?)?,
            },
        })
    }
}
