use confluence::points::{self, Quota};
use confluence::{ApiError, Credential, Gateway, Listed, Path, sites};
use futures::future::join_all;
use http::Response;
use knowledge::budgets::{self, Spent, Told};
use knowledge::connections::Connection;
use ports::{DatabaseError, HttpClient, HttpError, World};

use crate::grants::{self, Access};
use crate::{GrantError, Settings, StepError};

/// How many requests are under way at once; Atlassian asks for at most five to ten.
pub(crate) const JOINED: usize = 6;

type Answer = Result<Response<Vec<u8>>, HttpError>;

/// A connection's way to Confluence during one tick: requests carry its token, which is renewed once at most.
pub(crate) struct Session<'w, W> {
    pub(crate) world: &'w W,
    pub(crate) settings: &'w Settings,
    pub(crate) connection: Connection,
    gateway: Gateway,
    access: Access,
    was_renewed: bool,
    /// How many requests were sent.
    pub(crate) requests: i64,
    /// What this hour cost so far, with the requests of other workers.
    pub(crate) spent: Spent,
}

impl<'w, W: World> Session<'w, W> {
    pub(crate) async fn open(
        world: &'w W,
        settings: &'w Settings,
        connection: Connection,
    ) -> Result<Self, GrantError> {
        let access = grants::access(world, settings, connection.id, None).await?;
        let gateway = access.gateway(&settings.api_url, &connection.cloud_id);
        let spent = budgets::spent(world.database(), connection.id, world.now())?;
        Ok(Self { world, settings, connection, gateway, access, was_renewed: false, requests: 0, spent })
    }

    /// How many points of Confluence's hourly quota may be used: requests with an API token do not count in it.
    pub(crate) fn points_per_hour(&self) -> i64 {
        match self.access {
            Access::Grant(_) => self.settings.points_per_hour,
            Access::Token(_) => i64::MAX / 1_000,
        }
    }

    /// A session for somebody who waits for a second: it never renews a token, for a renewal that is broken off may
    /// lose the grant. None while the token that we have is not good.
    pub(crate) fn open_briefly(
        world: &'w W,
        settings: &'w Settings,
        connection: Connection,
    ) -> Result<Option<Self>, GrantError> {
        let Some(access) = grants::present(world, settings, connection.id)? else { return Ok(None) };
        let gateway = access.gateway(&settings.api_url, &connection.cloud_id);
        let spent = budgets::spent(world.database(), connection.id, world.now())?;
        Ok(Some(Self { world, settings, connection, gateway, access, was_renewed: true, requests: 0, spent }))
    }

    pub(crate) async fn get(&mut self, path: &Path) -> Result<Response<Vec<u8>>, StepError> {
        let mut answers = self.get_all(std::slice::from_ref(path)).await?;
        Ok(answers.pop().expect("one request has one answer")?)
    }

    /// Reads a list from its first answer on, in `most` answers at the most, and says whether that was all of it. What
    /// came before a failure is in `items`.
    pub(crate) async fn read_list<T>(
        &mut self,
        mut path: Path,
        first: Answer,
        most: u32,
        read: impl Fn(&Response<Vec<u8>>, &Path) -> Result<Listed<T>, ApiError>,
        items: &mut Vec<T>,
    ) -> Result<bool, StepError> {
        let mut answer = first?;
        for part in 1.. {
            let listed = read(&answer, &path)?;
            items.extend(listed.items);
            match listed.next {
                None => return Ok(true),
                Some(_) if part >= most => break,
                Some(next) => path = next,
            }
            answer = self.get(&path).await?;
        }
        Ok(false)
    }

    /// Asks for several things, up to six at once; the answers come in the order of the paths.
    pub(crate) async fn get_all(
        &mut self,
        paths: &[Path],
    ) -> Result<Vec<Result<Response<Vec<u8>>, HttpError>>, StepError> {
        let mut answers = Vec::with_capacity(paths.len());
        for paths in paths.chunks(JOINED) {
            let mut joined = self.send(paths).await?;
            if joined.iter().any(is_rejected) {
                self.renew().await?;
                // Only what was refused is asked again.
                let refused: Vec<usize> = joined
                    .iter()
                    .enumerate()
                    .filter(|(_, answer)| is_rejected(answer))
                    .map(|(at, _)| at)
                    .collect();
                let again: Vec<Path> = refused.iter().map(|at| paths[*at].clone()).collect();
                for (at, answer) in refused.into_iter().zip(self.send(&again).await?) {
                    if is_rejected(&answer) {
                        return Err(GrantError::Rejected.into());
                    }
                    joined[at] = answer;
                }
            }
            answers.append(&mut joined);
        }
        Ok(answers)
    }

    async fn send(&mut self, paths: &[Path]) -> Result<Vec<Answer>, StepError> {
        let requests = i64::try_from(paths.len()).unwrap_or(i64::MAX);
        self.requests += requests;
        let (client, credential) = (self.world.client(), self.access.credential());
        let answers =
            join_all(paths.iter().map(|path| client.send(self.gateway.request(path, &credential)))).await;
        self.count(requests, &answers)?;
        Ok(answers)
    }

    /// Counts what the answers cost before anything is made of them, so that no death forgets it.
    fn count(&mut self, requests: i64, answers: &[Answer]) -> Result<(), DatabaseError> {
        let now = self.world.now();
        let points = answers.iter().map(|answer| answer.as_ref().map_or(1, points::cost)).sum();
        let quotas = answers.iter().flatten().filter_map(|answer| Quota::read(answer.headers()));
        let told = quotas.min_by_key(|quota| quota.remaining).map(|quota| Told {
            remaining: quota.remaining,
            quota: quota.size,
            resets_at: now + quota.resets_in,
        });
        self.spent = budgets::spend(self.world.database(), self.connection.id, points, requests, told, now)?;
        Ok(())
    }

    async fn renew(&mut self) -> Result<(), StepError> {
        if self.was_renewed {
            return Err(GrantError::Rejected.into());
        }
        self.was_renewed = true;
        if let Access::Token(_) = self.access {
            // There is nothing to renew, and one answer is not enough to give a token up.
            return self.confirm_account().await;
        }
        let rejected = self.access.credential();
        let access = grants::access(self.world, self.settings, self.connection.id, Some(&rejected)).await?;
        // An admin may have reconnected in another way meanwhile.
        self.gateway = access.gateway(&self.settings.api_url, &self.connection.cloud_id);
        self.access = access;
        Ok(())
    }

    /// Whether the grant still reaches the site; asked before an answer that knows nothing of us is believed.
    pub(crate) async fn confirm_site(&mut self) -> Result<(), StepError> {
        if let Access::Token(_) = self.access {
            return self.confirm_account().await;
        }
        let mut response = self.ask_for_sites().await?;
        if is_rejected(&Ok(response.clone())) {
            self.renew().await?;
            response = self.ask_for_sites().await?;
        }
        let sites = match sites::response(&response) {
            Err(ApiError::TokenRejected { .. }) => return Err(GrantError::Rejected.into()),
            sites => sites?,
        };
        if sites.confluence.iter().any(|site| site.cloud_id == self.connection.cloud_id) {
            return Ok(());
        }
        Err(GrantError::SiteGone { site: self.connection.site_url.clone() }.into())
    }

    /// Whether the site still knows whose API token it is.
    async fn confirm_account(&mut self) -> Result<(), StepError> {
        self.requests += 1;
        let request = self.gateway.request(&sites::current_user(), &self.access.credential());
        match sites::current_user_account(&self.world.client().send(request).await?) {
            Ok(Some(_)) => Ok(()),
            Ok(None) | Err(ApiError::TokenRejected { .. } | ApiError::CallerUnknown { .. }) => {
                Err(GrantError::TokenRefused.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn ask_for_sites(&mut self) -> Result<Response<Vec<u8>>, HttpError> {
        self.requests += 1;
        let Credential::Bearer(token) = self.access.credential() else {
            unreachable!("a token's account is asked for instead")
        };
        let request = sites::request(&self.settings.api_url, &token);
        self.world.client().send(request).await
    }
}

fn is_rejected(answer: &Answer) -> bool {
    answer.as_ref().is_ok_and(confluence::is_token_rejected)
}
