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
        let app = mirror::app(configuration)?;
        let interval = configuration.seconds("sync_interval_seconds")?;
        let tick = configuration.seconds("sync_tick_seconds")?;
        Ok(Self { settings: Settings::load(configuration, Some(app), interval, tick)? })
    }
}
