use ports::{ConfigError, Configuration};
use screen::Site;

/// What the console is configured with.
#[derive(Debug)]
pub struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub site: Site,
    /// The Atlassian app (variable `confluence_client_id`); empty until someone has made one.
    pub client_id: String,
    /// Where the consent is given (variable `atlassian_auth_url`).
    pub auth_url: String,
    /// How often a connection is looked at (variable `sync_interval_seconds`).
    pub sync_interval_seconds: u64,
}

impl Config {
    /// Reads the component's variables.
    pub fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self {
            site: Site::load(configuration)?,
            client_id: configuration.text("confluence_client_id")?,
            auth_url: configuration.address("atlassian_auth_url")?,
            sync_interval_seconds: configuration.parse("sync_interval_seconds", str::parse)?,
        })
    }

    /// Where Atlassian sends people back to; it must be registered with the app to the letter.
    pub fn callback_url(&self) -> String {
        format!("{}/oauth/callback", self.site.public_url)
    }
}
