use identity::Key;
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
        Ok(Self {
            settings: Settings {
                app: None,
                api_url: configuration.address("atlassian_api_url")?,
                sealing_key: configuration.parse("sealing_key", Key::from_base64)?,
                interval: PATIENCE,
                tick: PATIENCE,
                max_body: Settings::MAX_BODY,
                points_per_hour: configuration.parse("sync_points_per_hour", str::parse::<i64>)?,
            },
        })
    }
}
