use confluence::oauth::App;
use identity::Key;
use ports::{ConfigError, Configuration};

/// Our Atlassian app, from the variables `atlassian_auth_url`, `confluence_client_id` and `confluence_client_secret`.
pub fn app(configuration: &Configuration) -> Result<App, ConfigError> {
    Ok(App {
        auth_url: configuration.address("atlassian_auth_url")?,
        client_id: configuration.text("confluence_client_id")?,
        client_secret: configuration.text("confluence_client_secret")?,
    })
}

/// What an installation decides about the mirror.
#[derive(Debug, Clone)]
pub struct Settings {
    /// None where no grant is ever renewed: such a component holds no client secret.
    pub app: Option<App>,
    /// Atlassian's API, without a slash at the end.
    pub api_url: String,
    /// Seals the grants at rest.
    pub sealing_key: Key,
    /// How often each connection is looked at, in milliseconds.
    pub interval: i64,
    /// How long one tick may work, in milliseconds.
    pub tick: i64,
    /// The largest body that becomes an article, in bytes.
    pub max_body: usize,
    /// How many points of Confluence's hourly quota one connection may use.
    pub points_per_hour: i64,
}

impl Settings {
    /// The largest body by default: four million bytes are more than a thousand printed pages.
    pub const MAX_BODY: usize = 4_000_000;

    /// Reads what every component is told that reaches Confluence: the variables `atlassian_api_url`, `sealing_key` and
    /// `sync_points_per_hour`. The interval and the tick are in milliseconds.
    pub fn load(
        configuration: &Configuration,
        app: Option<App>,
        interval: i64,
        tick: i64,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            app,
            api_url: configuration.address("atlassian_api_url")?,
            sealing_key: configuration.parse("sealing_key", Key::from_base64)?,
            interval,
            tick,
            max_body: Self::MAX_BODY,
            points_per_hour: configuration.parse("sync_points_per_hour", str::parse::<i64>)?,
        })
    }

    /// The points of an hour that go into listing spaces again without anybody asking.
    #[must_use]
    pub fn background_points(&self) -> i64 {
        self.points_per_hour / 50
    }

    /// How long a worker may be silent before its run is taken over: a little longer than a tick.
    #[must_use]
    pub fn lease(&self) -> i64 {
        self.tick + 10_000
    }
}
