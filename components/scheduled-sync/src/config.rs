use identity::Key;
use mirror::Settings;
use ports::{ConfigError, Configuration};

/// What the sync is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `confluence_*`, `atlassian_*`, `sealing_key` and `sync_*`.
    pub(crate) settings: Settings,
}

impl Config {
    /// Reads the component's variables.
    pub(crate) fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self {
            settings: Settings {
                app: Some(mirror::app(configuration)?),
                api_url: configuration.address("atlassian_api_url")?,
                sealing_key: configuration.parse("sealing_key", Key::from_base64)?,
                interval: configuration.seconds("sync_interval_seconds")?,
                tick: configuration.seconds("sync_tick_seconds")?,
                max_body: Settings::MAX_BODY,
                points_per_hour: configuration.parse("sync_points_per_hour", str::parse::<i64>)?,
            },
        })
    }
}
