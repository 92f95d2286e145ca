//! All that the simulated site remembers.

use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::atlassian::Grants;
use crate::clock::Clock;
use crate::faults::Fault;
use crate::oidc::Provider;
use crate::options::Options;
use crate::request_log::Entry;
use crate::site::Site;

pub(crate) struct Simulator {
    pub(crate) options: Options,
    /// The address under which the site is reached, without a slash at the end.
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) oidc: Provider,
    app_url: RwLock<String>,
    site: RwLock<Site>,
    grants: Mutex<Grants>,
    faults: Mutex<Vec<Fault>>,
    requests: Mutex<Vec<Entry>>,
}

const POISONED: &str = "no holder of this lock panics";

impl Simulator {
    pub(crate) fn new(options: Options, url: &str) -> anyhow::Result<Self> {
        let url = url.trim_end_matches('/').to_owned();
        let clock = Clock::default();
        let mut site = Site::empty();
        site.add_sample(&url)?;
        if let Some(folder) = &options.pages {
            site.add_files(&options.pages_space, folder, clock.now())?;
        }
        if options.synthetic > 0 {
            site.add_synthetic(options.synthetic, options.synthetic_spaces)
                .map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        let grants = match &options.grants {
            Some(file) => Grants::kept_in(file)?,
            None => Grants::default(),
        };
        Ok(Self {
            app_url: RwLock::new(options.app_url.trim_end_matches('/').to_owned()),
            oidc: Provider::new(),
            options,
            url,
            clock,
            site: RwLock::new(site),
            grants: Mutex::new(grants),
            faults: Mutex::default(),
            requests: Mutex::default(),
        })
    }

    pub(crate) fn site(&self) -> RwLockReadGuard<'_, Site> {
        self.site.read().expect(POISONED)
    }

    pub(crate) fn site_mut(&self) -> RwLockWriteGuard<'_, Site> {
        self.site.write().expect(POISONED)
    }

    pub(crate) fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().expect(POISONED)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().expect(POISONED)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.requests.lock().expect(POISONED)
    }

    pub(crate) fn set_app_url(&self, url: &str) {
        *self.app_url.write().expect(POISONED) = url.trim_end_matches('/').to_owned();
    }

    /// The callback registered with Atlassian.
    pub(crate) fn oauth_callback(&self) -> String {
        format!("{}/oauth/callback", self.app_url.read().expect(POISONED))
    }

    /// The callback registered with the identity provider.
    pub(crate) fn sign_in_callback(&self) -> String {
        format!("{}/sign-in/callback", self.app_url.read().expect(POISONED))
    }
}
