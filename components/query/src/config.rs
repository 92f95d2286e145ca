use identity::{Key, KeyError};
use ports::spin::VariableError;

/// What the API is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variable `public_url`, without a slash at the end.
    pub(crate) public_url: String,
    /// The variable `session_key`.
    pub(crate) key: Key,
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
            public_url: variable("public_url")?.trim_end_matches('/').to_owned(),
            key: Key::from_base64(&variable("session_key")?)?,
        })
    }
}
