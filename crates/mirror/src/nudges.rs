//! Looks at the pages that Confluence nudged us about: what may no longer be read is hidden at once, and
//! whatever else is new is left to a run, which is queued right away.

use confluence::pages::Page;
use confluence::restrictions::OwnRestriction;
use knowledge::audiences;
use knowledge::connections::{self, Connection};
use knowledge::nudges::{self, Hidden, KnownPage, Narrowed};
use ports::{DatabaseError, World};

use crate::readers::{Found as Readers, restrictions_of};
use crate::session::Session;
use crate::steps::removals::{look_for, state_of};
use crate::{Settings, StepError};

/// How many pages one look asks about: one request for their states, and one for the restrictions of each.
const BATCH: i64 = 60;

/// Looks at what is due, and queues the runs that this asks for. A look that fails is made again later.
pub(crate) async fn look<W: World>(world: &W, settings: &Settings) -> Result<(), DatabaseError> {
    let database = world.database();
    for id in nudges::connections(database, world.now())? {
        let Some(connection) = connections::connection(database, id)? else { continue };
        let site = connection.site_name.clone();
        match look_at(world, settings, connection).await {
            Ok(()) => {}
            Err(StepError::Database(error)) => return Err(error),
            // The nudges stay, and a run that meets the same trouble says so in its row.
            Err(error) => eprintln!("scheduled-sync: the nudged pages of {site} were not looked at: {error}"),
        }
    }
    nudges::queue_runs(database, world.now())
}

async fn look_at<W: World>(world: &W, settings: &Settings, connection: Connection) -> Result<(), StepError> {
    let (database, id, now) = (world.database(), connection.id, world.now());
    let ids = nudges::take(database, id, BATCH, now, now + settings.lease())?;
    if ids.is_empty() {
        return Ok(());
    }
    let mut session = Session::open(world, settings, connection).await?;
    let chosen = knowledge::spaces::chosen(database, id)?;
    let known = nudges::known(database, id, &ids)?;
    let seen = look_for(&mut session, ids.iter().map(String::as_str), "the nudged pages").await?;
    let mut found = Found::default();
    let mut to_ask = Vec::new();
    for content in &ids {
        let page = seen.iter().find(|page| page.id == *content);
        let ours = known.iter().find(|page| page.page_id == *content);
        match (page, ours) {
            // A folder, or a page that we never had: it matters if something of ours is below it.
            (None, None) => found.above.push(content.clone()),
            (None, Some(ours)) => {
                found.restrict(content, "The page could not be read any more.");
                found.unsettle(&ours.space_id);
            }
            (Some(page), _) => match state_of(Some(page), &chosen) {
                // Of a space that is not chosen, or gone: only what we have is to be hidden.
                Some(state) => found.gone(content, state, ours),
                None => {
                    found.wants_run |= ours.is_none_or(|ours| is_edited(page, ours));
                    // What came back or moved takes others along, which no feed of edits tells.
                    if ours.is_some_and(|ours| has_moved(page, ours)) {
                        found.unsettle(&page.space_id);
                        found.above.push(content.clone());
                    }
                    to_ask.push((page, ours));
                }
            },
        }
    }
    if seen.is_empty() {
        // Before an answer without any page is believed, it is made sure that the site is still ours to read.
        session.confirm_site().await?;
    }
    ask_restrictions(&mut session, to_ask, &mut found).await?;

    let parents = nudges::known_parents(database, id, &found.above)?;
    let (parents, spaces): (Vec<_>, Vec<_>) = parents.into_iter().unzip();
    found.unsettled.extend(spaces);
    found.wants_run |= !parents.is_empty() || !found.unsettled.is_empty();
    nudges::hide(database, id, &found.hidden, now)?;
    nudges::queue_below(database, id, &parents, now)?;
    nudges::list_again(database, id, &found.unsettled)?;
    if found.wants_run {
        nudges::want_run(database, id, now)?;
    }
    nudges::looked_at(database, id, &ids, now)?;
    Ok(())
}

/// What a look found.
#[derive(Default)]
struct Found {
    hidden: Vec<Hidden>,
    /// What may have pages below it that are to be looked at too.
    above: Vec<String>,
    /// Spaces in which more than single pages are concerned.
    unsettled: Vec<String>,
    wants_run: bool,
}

impl Found {
    fn restrict(&mut self, page: &str, reason: &'static str) {
        self.hidden.push(Hidden { page_id: page.to_owned(), source_state: None, reason: Some(reason) });
    }

    fn unsettle(&mut self, space_id: &str) {
        self.unsettled.push(space_id.to_owned());
    }

    fn gone(&mut self, page: &str, state: &'static str, ours: Option<&KnownPage>) {
        if ours.is_some_and(|ours| ours.source_state == "current") {
            self.hidden.push(Hidden { page_id: page.to_owned(), source_state: Some(state), reason: None });
            self.above.push(page.to_owned());
        }
    }
}

fn is_edited(page: &Page, ours: &KnownPage) -> bool {
    ours.version_number != page.version.number || ours.version_created_at != page.version.created_at
}

fn has_moved(page: &Page, ours: &KnownPage) -> bool {
    // What the rules of its space leave out is not here, and stays so until it moves.
    !matches!(ours.source_state.as_str(), "current" | "not_chosen")
        || ours.parent_id != page.parent_id
        || ours.space_id != page.space_id
}

/// Hides what is restricted by now, or cannot be asked; what is open by now is for a run to show.
async fn ask_restrictions<W: World>(
    session: &mut Session<'_, W>,
    pages: Vec<(&Page, Option<&KnownPage>)>,
    found: &mut Found,
) -> Result<(), StepError> {
    let ids = pages.iter().map(|(page, _)| page.id.clone()).collect();
    let asked = restrictions_of(session, ids).await?;
    for ((page, ours), (_, own)) in pages.into_iter().zip(asked) {
        let word = match &own {
            Some(OwnRestriction::Open) => "open",
            Some(OwnRestriction::Restricted(_)) => "restricted",
            None => "unknown",
        };
        // A page that is new to us comes with the run, which asks for itself.
        let Some(ours) = ours else { continue };
        if ours.own_restriction == word {
            if let Some(own @ OwnRestriction::Restricted(_)) = own
                && narrow(session, &page.id, own)?.more
            {
                found.unsettle(&page.space_id);
            }
            continue;
        }
        found.unsettle(&page.space_id);
        match word {
            "restricted" => found.restrict(&page.id, "The page is restricted in Confluence."),
            "unknown" => found.restrict(&page.id, "The restrictions of the page could not be read."),
            _ => {}
        }
    }
    Ok(())
}

/// Takes away at once whom a restricted page or folder no longer names.
pub(crate) fn narrow<W: World>(
    session: &Session<'_, W>,
    node: &str,
    own: OwnRestriction,
) -> Result<Narrowed, DatabaseError> {
    let (database, connection) = (session.world.database(), session.connection.id);
    let mut readers = Readers::default();
    readers.add(node, own);
    let narrowed = nudges::only_these_readers(database, connection, node, readers.readers())?;
    audiences::narrow(database, connection)?;
    Ok(narrowed)
}
