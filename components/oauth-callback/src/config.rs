use confluence::oauth::App;
use identity::Key;
use ports::{ConfigError, Configuration};
use screen::Site;

/// What the callback is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
    /// The variables `atlassian_auth_url`, `confluence_client_id` and `confluence_client_secret`.
    pub(crate) app: App,
    /// Atlassian's API (variable `atlassian_api_url`), without a slash at the end.
    pub(crate) api_url: String,
    /// Seals the grants at rest (variable `sealing_key`).
    pub(crate) sealing_key: Key,
}

impl Config {
    /// Reads the component's variables.
    pub(crate) fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self {
            site: Site::load(configuration)?,
            app: mirror::app(configuration)?,
            api_url: configuration.address("atlassian_api_url")?,
            sealing_key: configuration.parse("sealing_key", Key::from_base64)?,
        })
    }

    /// Where Atlassian sends people back to; it must be registered with the app to the letter.
    pub(crate) fn callback_url(&self) -> String {
        format!("{}/oauth/callback", self.site.public_url)
    }
}
