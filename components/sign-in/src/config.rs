use identity::openid::{Client, Groups};
use identity::{Key, KeyError};
use ports::spin::VariableError;
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

/// A variable that is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error(transparent)]
    Variable(#[from] VariableError),
    #[error("the variable `session_key` is not a key: {0}")]
    Key(#[from] KeyError),
}

impl Config {
    /// Reads the variables with the function that is given.
    pub(crate) fn load(
        variable: impl Fn(&str) -> Result<String, VariableError>,
    ) -> Result<Self, ConfigError> {
        let public_url = variable("public_url")?.trim_end_matches('/').to_owned();
        Ok(Self {
            client: Client {
                // Not trimmed of a slash: an issuer is compared to the letter.
                issuer: variable("oidc_issuer")?.trim().to_owned(),
                id: variable("oidc_client_id")?.trim().to_owned(),
                secret: variable("oidc_client_secret")?.trim().to_owned(),
                redirect_address: format!("{public_url}/sign-in/callback"),
            },
            groups: Groups {
                claim: variable("oidc_groups_claim")?.trim().to_owned(),
                agent: variable("agent_group")?.trim().to_owned(),
                admin: variable("admin_group")?.trim().to_owned(),
            },
            site: Site {
                portal_name: variable("portal_name")?,
                key: Key::from_base64(&variable("session_key")?)?,
                public_url,
            },
        })
    }
}
