//! Grants, their codes and their tokens.
//!
//! One grant per Atlassian account: a second consent overrides the scopes of the first. Every refresh gives a new
//! refresh token and retires the one sent; a retired one is still taken for ten minutes, after which its use
//! revokes the whole grant.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{random, site};

const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);
const ACCESS_LIFE: SignedDuration = SignedDuration::from_hours(1);
const REUSE_LEEWAY: SignedDuration = SignedDuration::from_mins(10);
const INACTIVITY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Stands among scopes for all of them.
pub(crate) const EVERY_SCOPE: &str = "*";

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Grants {
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    /// How often the API tokens were revoked.
    #[serde(default)]
    api_tokens_revoked: u32,
    /// Where they outlive the simulator, so that an application that was connected stays so.
    #[serde(skip)]
    file: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Code {
    account: String,
    scopes: Vec<String>,
    redirect_uri: String,
    expires: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Access {
    pub(crate) account: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
struct Refresh {
    account: String,
    scopes: Vec<String>,
    given: Timestamp,
    retired: Option<Timestamp>,
}

/// What the token endpoint hands out.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) expires_in: i64,
    pub(crate) scopes: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum GrantError {
    UnknownCode,
    WrongRedirect,
    /// Never given, revoked, or retired for longer than the leeway.
    UnknownRefresh,
    /// Not used for 90 days.
    ExpiredRefresh,
}

impl Grants {
    /// The grants that an earlier simulator kept in `file`, if there was one.
    pub(crate) fn kept_in(file: &Path) -> anyhow::Result<Self> {
        let kept = if file.exists() {
            let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            serde_json::from_slice(&text)
                .with_context(|| format!("{} holds no grants; delete it", file.display()))?
        } else {
            Self::default()
        };
        Ok(Self { file: Some(file.to_owned()), ..kept })
    }

    fn keep(&self) {
        let Some(file) = &self.file else { return };
        let text = serde_json::to_vec(self).expect("grants are plain data");
        if let Err(error) = std::fs::write(file, text) {
            eprintln!("the grants could not be kept in {}: {error}", file.display());
        }
    }

    pub(crate) fn consent(
        &mut self,
        account: &str,
        scopes: Vec<String>,
        redirect_uri: &str,
        now: Timestamp,
    ) -> String {
        self.codes.retain(|_, code| code.expires > now);
        let code = random::token(32);
        let (account, redirect_uri) = (account.to_owned(), redirect_uri.to_owned());
        self.codes.insert(code.clone(), Code { account, scopes, redirect_uri, expires: now + CODE_LIFE });
        code
    }

    pub(crate) fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Tokens, GrantError> {
        let code =
            self.codes.remove(code).filter(|code| code.expires > now).ok_or(GrantError::UnknownCode)?;
        if code.redirect_uri != redirect_uri {
            return Err(GrantError::WrongRedirect);
        }
        for access in self.access.values_mut().filter(|access| access.account == code.account) {
            access.scopes.clone_from(&code.scopes);
        }
        Ok(self.issue(&code.account, code.scopes, now))
    }

    pub(crate) fn refresh(&mut self, token: &str, now: Timestamp) -> Result<Tokens, GrantError> {
        let known = self.refresh.get(token).cloned().ok_or(GrantError::UnknownRefresh)?;
        if known.given + INACTIVITY < now {
            self.refresh.remove(token);
            return Err(GrantError::ExpiredRefresh);
        }
        if known.retired.is_some_and(|retired| retired + REUSE_LEEWAY < now) {
            self.revoke(&known.account);
            return Err(GrantError::UnknownRefresh);
        }
        if let Some(entry) = self.refresh.get_mut(token) {
            entry.retired.get_or_insert(now);
        }
        Ok(self.issue(&known.account, known.scopes, now))
    }

    /// What an API token allows that was sent in Basic authentication, to the site itself or through the gateway.
    ///
    /// Every account has `simulated-api-token`, and `simulated-scoped-api-token`, which the gateway alone takes.
    /// After the first revocation they end in `-1`, and so on.
    pub(crate) fn api_token(
        &self,
        email: &str,
        token: &str,
        at_site: bool,
        now: Timestamp,
    ) -> Option<Access> {
        let suffix = match self.api_tokens_revoked {
            0 => String::new(),
            times => format!("-{times}"),
        };
        let is_plain = token == format!("simulated-api-token{suffix}");
        let is_scoped = token == format!("simulated-scoped-api-token{suffix}");
        let account = site::accounts().iter().find(|account| account.email.eq_ignore_ascii_case(email))?;
        (is_plain || is_scoped && !at_site).then(|| Access {
            account: account.id.to_owned(),
            scopes: vec![EVERY_SCOPE.to_owned()],
            expires: now + ACCESS_LIFE,
        })
    }

    pub(crate) fn access(&self, token: &str, now: Timestamp) -> Option<&Access> {
        self.access.get(token).filter(|access| access.expires > now)
    }

    fn issue(&mut self, account: &str, scopes: Vec<String>, now: Timestamp) -> Tokens {
        self.access.retain(|_, access| access.expires > now);
        // The real ones are JWTs of about this length and shape, and opaque to an application.
        let access = format!("eyJ{}.{}.{}", random::token(60), random::token(700), random::token(256));
        self.access.insert(
            access.clone(),
            Access { account: account.to_owned(), scopes: scopes.clone(), expires: now + ACCESS_LIFE },
        );
        let refresh = scopes.iter().any(|scope| scope == "offline_access").then(|| {
            let token = format!("eyJ{}.{}.{}", random::token(60), random::token(500), random::token(256));
            let entry =
                Refresh { account: account.to_owned(), scopes: scopes.clone(), given: now, retired: None };
            self.refresh.insert(token.clone(), entry);
            token
        });
        self.keep();
        Tokens { access, refresh, expires_in: ACCESS_LIFE.as_secs(), scopes }
    }

    fn revoke(&mut self, account: &str) {
        self.access.retain(|_, access| access.account != account);
        self.refresh.retain(|_, refresh| refresh.account != account);
        self.keep();
    }

    /// As if every person had removed the application from their account.
    pub(crate) fn revoke_all(&mut self) {
        self.codes.clear();
        self.api_tokens_revoked += 1;
        self.access.clear();
        self.refresh.clear();
        self.keep();
    }

    /// As if an hour had passed for the access tokens alone.
    pub(crate) fn expire_access(&mut self) {
        self.access.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLBACK: &str = "http://127.0.0.1:3000/oauth/callback";

    fn grant(grants: &mut Grants, now: Timestamp) -> Tokens {
        let scopes = vec!["offline_access".to_owned(), "read:page:confluence".to_owned()];
        let code = grants.consent("a", scopes, CALLBACK, now);
        grants.redeem(&code, CALLBACK, now).unwrap()
    }

    #[test]
    fn a_code_works_once_soon_and_for_its_callback_only() {
        let mut grants = Grants::default();
        let now = Timestamp::UNIX_EPOCH;
        let code = grants.consent("a", vec![], CALLBACK, now);
        let tokens = grants.redeem(&code, CALLBACK, now).unwrap();
        assert!(tokens.refresh.is_none(), "offline_access was not asked for");
        assert_eq!(grants.redeem(&code, CALLBACK, now).err(), Some(GrantError::UnknownCode));
        let code = grants.consent("a", vec![], CALLBACK, now);
        assert_eq!(grants.redeem(&code, "http://evil.example", now).err(), Some(GrantError::WrongRedirect));
        let code = grants.consent("a", vec![], CALLBACK, now);
        assert_eq!(grants.redeem(&code, CALLBACK, now + CODE_LIFE).err(), Some(GrantError::UnknownCode));
    }

    #[test]
    fn a_refresh_token_may_be_reused_for_ten_minutes_then_revokes_the_family() {
        let mut grants = Grants::default();
        let now = Timestamp::UNIX_EPOCH;
        let first = grant(&mut grants, now).refresh.unwrap();
        let second = grants.refresh(&first, now).unwrap();
        assert_ne!(second.refresh.as_ref(), Some(&first));
        let again = grants.refresh(&first, now + REUSE_LEEWAY).unwrap();
        assert!(grants.access(&again.access, now).is_some());
        let late = now + REUSE_LEEWAY + SignedDuration::from_secs(1);
        assert_eq!(grants.refresh(&first, late).err(), Some(GrantError::UnknownRefresh));
        assert_eq!(grants.refresh(&second.refresh.unwrap(), late).err(), Some(GrantError::UnknownRefresh));
        assert!(grants.access(&again.access, late).is_none());
    }

    #[test]
    fn grants_that_are_kept_in_a_file_outlive_the_simulator() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("grants.json");
        let now = Timestamp::UNIX_EPOCH;
        let tokens = grant(&mut Grants::kept_in(&file).unwrap(), now);
        let mut next = Grants::kept_in(&file).unwrap();
        assert!(next.access(&tokens.access, now).is_some());
        assert!(next.refresh(&tokens.refresh.unwrap(), now).is_ok());
        std::fs::write(&file, "{").unwrap();
        assert!(Grants::kept_in(&file).is_err());
    }

    #[test]
    fn an_access_token_ends_after_an_hour_and_an_unused_refresh_token_after_ninety_days() {
        let mut grants = Grants::default();
        let now = Timestamp::UNIX_EPOCH;
        let tokens = grant(&mut grants, now);
        assert!(grants.access(&tokens.access, now + SignedDuration::from_mins(59)).is_some());
        assert!(grants.access(&tokens.access, now + ACCESS_LIFE).is_none());
        let late = now + INACTIVITY + SignedDuration::from_secs(1);
        assert_eq!(grants.refresh(&tokens.refresh.unwrap(), late).err(), Some(GrantError::ExpiredRefresh));
    }
}
