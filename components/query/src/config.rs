use identity::Key;
use ports::{ConfigError, Configuration};

/// What the API is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variable `public_url`, without a slash at the end.
    pub(crate) public_url: String,
    /// The variable `session_key`.
    pub(crate) key: Key,
}

impl Config {
    /// Reads the component's variables.
    pub(crate) fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self {
            public_url: configuration.address("public_url")?,
            key: configuration.parse("session_key", Key::from_base64)?,
        })
    }
}
