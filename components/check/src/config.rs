use mirror::Settings;
use ports::{ConfigError, Configuration};

/// How long a check may take, in milliseconds.
const PATIENCE: i64 = 1_000;

/// What this component is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `atlassian_api_url`, `sealing_key` and `sync_points_per_hour`.
    pub(crate) settings: Settings,
}

impl Config {
    /// Reads the component's variables.
    pub(crate) fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self { settings: Settings::load(configuration, None, PATIENCE, PATIENCE)? })
    }
}
