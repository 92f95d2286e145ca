//! Looks for the Atlassian accounts of people who have signed in: by the address for which both sides vouch, or
//! else accounts of like names for an admin to choose from.

use confluence::ApiError;
use confluence::people::{Account, found, named};
use knowledge::connections::{Connection, connection};
use knowledge::people::{self, Candidate, Unmapped};
use ports::{DatabaseError, World};

use crate::session::Session;
use crate::{Settings, StepError};

/// How many people one tick looks for, of each connection: one request each.
const BATCH: i64 = 5;
/// After this time it is looked again for whoever was not found.
const INTERVAL: i64 = 24 * 60 * 60_000;
/// How many accounts an admin is offered for one person.
const OFFERED: usize = 8;

/// Looks for some of those whose time has come. A look that fails is made again with the next tick.
pub(crate) async fn look<W: World>(world: &W, settings: &Settings) -> Result<(), DatabaseError> {
    for id in people::connections(world.database())? {
        let waiting = people::unmapped(world.database(), id, world.now() - INTERVAL, BATCH)?;
        if waiting.is_empty() {
            continue;
        }
        let Some(connection) = connection(world.database(), id)? else { continue };
        let site = connection.site_name.clone();
        match look_for(world, settings, connection, waiting).await {
            Ok(()) => {}
            Err(StepError::Database(error)) => return Err(error),
            Err(error) => eprintln!("scheduled-sync: accounts of {site} were not looked for: {error}"),
        }
    }
    Ok(())
}

async fn look_for<W: World>(
    world: &W,
    settings: &Settings,
    connection: Connection,
    waiting: Vec<Unmapped>,
) -> Result<(), StepError> {
    let (database, id) = (world.database(), connection.id);
    let mut session = Session::open(world, settings, connection).await?;
    for person in waiting {
        let accounts = match found(&session.get(&named(&person.name)).await?) {
            Ok(accounts) => accounts,
            // Nothing that a further look would change soon.
            Err(
                error @ (ApiError::ScopeMissing { .. }
                | ApiError::Forbidden { .. }
                | ApiError::Refused { .. }),
            ) => {
                people::searched(database, id, &person.subject, world.now())?;
                return Err(error.into());
            }
            Err(error) => return Err(error.into()),
        };
        let own = accounts.iter().find(|account| person.email.is_some() && address(account) == person.email);
        if let Some(Account { id: account, email: Some(email), .. }) = own
            && people::map_by_email(database, id, &person.subject, account, email, world.now())?
        {
            continue;
        }
        let candidates = candidates(&person.name, accounts);
        people::found(database, id, &person.subject, &candidates, world.now())?;
    }
    Ok(())
}

fn address(account: &Account) -> Option<String> {
    account.email.as_ref().map(|email| email.to_lowercase())
}

/// The accounts whose names are most like the person's.
fn candidates(name: &str, accounts: Vec<Account>) -> Vec<Candidate> {
    let mut accounts: Vec<_> =
        accounts.into_iter().map(|account| (audience::likeness(name, &account.name), account)).collect();
    accounts.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    accounts.truncate(OFFERED);
    accounts
        .into_iter()
        .map(|(_, account)| Candidate { account_id: account.id, name: account.name })
        .collect()
}
