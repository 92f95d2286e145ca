use identity::openid::{Client, Groups};
use ports::{ConfigError, Configuration};
use screen::Site;

/// What the sign-in is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
    /// The variables `oidc_issuer`, `oidc_client_id` and `oidc_client_secret`.
    pub(crate) client: Client,
    /// The variables `oidc_groups_claim`, `agent_group` and `admin_group`.
    pub(crate) groups: Groups,
}

impl Config {
    /// Reads the component's variables.
    pub(crate) fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        let site = Site::load(configuration)?;
        Ok(Self {
            client: Client {
                // Not trimmed of a slash: an issuer is compared to the letter.
                issuer: configuration.text("oidc_issuer")?,
                id: configuration.text("oidc_client_id")?,
                secret: configuration.text("oidc_client_secret")?,
                redirect_address: format!("{}/sign-in/callback", site.public_url),
            },
            groups: Groups {
                claim: configuration.text("oidc_groups_claim")?,
                agent: configuration.text("agent_group")?,
                admin: configuration.text("admin_group")?,
            },
            site,
        })
    }
}
