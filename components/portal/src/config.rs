use ports::{ConfigError, Configuration};
use screen::Site;

/// What the Portal is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
}

impl Config {
    /// Reads the component's variables.
    pub(crate) fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self { site: Site::load(configuration)? })
    }
}
