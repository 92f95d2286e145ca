//! Which sites a grant reaches, and as whom.

use http::{Request, Response};
use serde::Deserialize;

use crate::gateway::get;
use crate::response::read;
use crate::{ApiError, Credential, Path, SiteUrl};

/// A Confluence site that the grant reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub cloud_id: String,
    pub name: String,
    pub url: String,
}

impl Site {
    /// Whether this is the site that an admin typed.
    #[must_use]
    pub fn is_at(&self, site: &SiteUrl) -> bool {
        SiteUrl::parse(&self.url).is_ok_and(|own| own == *site)
    }
}

/// What a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessibleSites {
    pub confluence: Vec<Site>,
    /// Sites of other products only, such as a Jira site without Confluence.
    pub without_confluence: Vec<Site>,
}

/// Asks which sites the grant reaches (`accessible-resources`).
#[must_use]
pub fn request(api_url: &str, access_token: &str) -> Request<Vec<u8>> {
    let address = format!("{}/oauth/token/accessible-resources", api_url.trim_end_matches('/'));
    get(&address, Some(&Credential::Bearer(access_token.to_owned())))
}

/// Reads the sites. Jira and Confluence of one site are two entries with the same id; the scopes tell them apart.
pub fn response(response: &Response<Vec<u8>>) -> Result<AccessibleSites, ApiError> {
    let resources: Vec<Resource> = read("the list of sites", response)?;
    let (confluence, others): (Vec<_>, Vec<_>) = resources
        .into_iter()
        .partition(|resource| resource.scopes.iter().any(|scope| scope.contains("confluence")));
    let confluence = distinct(confluence);
    let mut without_confluence = distinct(others);
    without_confluence.retain(|site| confluence.iter().all(|other| other.cloud_id != site.cloud_id));
    Ok(AccessibleSites { confluence, without_confluence })
}

#[derive(Deserialize)]
struct Resource {
    id: String,
    #[serde(default)]
    name: String,
    url: String,
    #[serde(default)]
    scopes: Vec<String>,
}

fn distinct(resources: Vec<Resource>) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::with_capacity(resources.len());
    for Resource { id, name, url, .. } in resources {
        if sites.iter().all(|site| site.cloud_id != id) {
            sites.push(Site { cloud_id: id, name, url });
        }
    }
    sites
}

/// The Atlassian account behind a grant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    pub account_id: String,
    #[serde(default)]
    pub name: String,
}

/// Asks whose grant it is (User Identity API, scope `read:me`).
#[must_use]
pub fn account_request(api_url: &str, access_token: &str) -> Request<Vec<u8>> {
    let address = format!("{}/me", api_url.trim_end_matches('/'));
    get(&address, Some(&Credential::Bearer(access_token.to_owned())))
}

/// Reads whose grant it is.
pub fn account(response: &Response<Vec<u8>>) -> Result<Account, ApiError> {
    read("the connected account", response)
}

/// Asks a site for its id (`tenant_info`), which it tells to anybody.
#[must_use]
pub fn tenant_request(site: &SiteUrl) -> Request<Vec<u8>> {
    get(&format!("{site}/_edge/tenant_info"), None)
}

/// Reads a site's id.
pub fn tenant(response: &Response<Vec<u8>>) -> Result<String, ApiError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Tenant {
        cloud_id: String,
    }
    let Tenant { cloud_id } = read("the site's id", response)?;
    // It becomes a part of addresses.
    if cloud_id.is_empty() || !cloud_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(ApiError::Malformed { what: "the site's id".into(), reason: "it is not an id".into() });
    }
    Ok(cloud_id)
}

/// Asks a site whose credential it was sent.
#[must_use]
pub fn current_user() -> Path {
    Path::new(&["rest", "api", "user", "current"], &[])
}

/// Reads whose credential was sent; none if the site takes the sender for a visitor.
pub fn current_user_account(response: &Response<Vec<u8>>) -> Result<Option<Account>, ApiError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct User {
        #[serde(rename = "type", default)]
        kind: String,
        account_id: Option<String>,
        #[serde(default)]
        display_name: String,
    }
    let user: User = read("the connected account", response)?;
    let is_somebody = user.kind != "anonymous";
    Ok(user
        .account_id
        .filter(|id| is_somebody && !id.is_empty())
        .map(|account_id| Account { account_id, name: user.display_name }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn only_sites_with_confluence_can_be_connected() {
        let body = r#"[
            {"id":"c-1","name":"acme","url":"https://acme.atlassian.net","scopes":["read:jira-work"],"avatarUrl":"x"},
            {"id":"c-1","name":"acme","url":"https://acme.atlassian.net","scopes":["read:page:confluence"]},
            {"id":"c-2","name":"tracker","url":"https://tracker.atlassian.net","scopes":["read:jira-work"]}]"#;
        let sites = response(&json(200, body)).unwrap();
        assert_eq!(sites.confluence.len(), 1);
        assert!(sites.confluence[0].is_at(&SiteUrl::parse("ACME.atlassian.net/wiki").unwrap()));
        assert!(!sites.confluence[0].is_at(&SiteUrl::parse("tracker.atlassian.net").unwrap()));
        assert_eq!(sites.without_confluence[0].name, "tracker");
    }

    #[test]
    fn no_site_at_all_is_an_empty_list() {
        assert!(response(&json(200, "[]")).unwrap().confluence.is_empty());
    }

    #[test]
    fn the_account_has_an_id_and_may_hide_its_name() {
        let seen =
            account(&json(200, r#"{"account_id":"712020:1","name":"Sync","email":"sync@acme.example"}"#))
                .unwrap();
        assert_eq!((seen.account_id.as_str(), seen.name.as_str()), ("712020:1", "Sync"));
        assert_eq!(account(&json(200, r#"{"account_id":"712020:1"}"#)).unwrap().name, "");
    }

    #[test]
    fn a_site_tells_its_id_and_who_asks() {
        assert_eq!(tenant(&json(200, r#"{"cloudId":"c-1"}"#)).unwrap(), "c-1");
        for body in [r#"{"cloudId":"c/../1"}"#, r#"{"cloudId":""}"#, "{}"] {
            assert!(tenant(&json(200, body)).is_err(), "{body}");
        }
        let known = r#"{"type":"known","accountId":"712020:1","displayName":"Sync"}"#;
        let account = current_user_account(&json(200, known)).unwrap().unwrap();
        assert_eq!((account.account_id.as_str(), account.name.as_str()), ("712020:1", "Sync"));
        let visitor = r#"{"type":"anonymous","displayName":"Anonymous"}"#;
        assert_eq!(current_user_account(&json(200, visitor)).unwrap(), None);
    }
}
