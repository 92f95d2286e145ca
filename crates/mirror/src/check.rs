//! Asks Confluence about articles that are about to be read or cited: what may no longer be read is hidden at once.
//!
//! Between two looks of the schedule nothing tells of a restriction, so those who read are let in on a fresh word where
//! that can be had within a second. Where it cannot, what is stored stands.

use std::collections::BTreeMap;

use confluence::ApiError;
use confluence::pages::{self, Page, Status};
use confluence::restrictions::{self, OwnRestriction};
use knowledge::checks::{self, Checked};
use knowledge::connections::{self, Connection};
use knowledge::nudges::{self, Hidden};

use crate::session::Session;
use crate::steps::removals::state_of;
use crate::{Settings, StepError, World, allowance};

/// More than this is not asked about at once: an answer cites three articles, and folders are seldom deep.
const MOST: usize = 40;

/// Checks articles, and says whether anything was hidden for it.
///
/// What was checked a few minutes ago is not asked about again, nor is anything when the hour's points run low.
pub async fn check<W: World>(world: &W, settings: &Settings, articles: &[i64]) -> Result<bool, StepError> {
    let database = world.database();
    let mut by_connection: BTreeMap<i64, Vec<Checked>> = BTreeMap::new();
    for content in checks::take(database, articles, world.now())? {
        by_connection.entry(content.connection_id).or_default().push(content);
    }
    let mut has_hidden = false;
    for (id, contents) in by_connection {
        let Some(connection) = connections::connection(database, id)? else { continue };
        match look(world, settings, connection, &contents).await {
            Ok(found) => has_hidden |= found,
            Err(error) => {
                let ids: Vec<String> = contents.into_iter().map(|content| content.content_id).collect();
                checks::failed(database, id, &ids, world.now())?;
                return Err(error);
            }
        }
    }
    Ok(has_hidden)
}

async fn look<W: World>(
    world: &W,
    settings: &Settings,
    connection: Connection,
    contents: &[Checked],
) -> Result<bool, StepError> {
    let (database, id, now) = (world.database(), connection.id, world.now());
    if !connection.is_connected() || contents.len() > MOST {
        return Ok(false);
    }
    let Some(mut session) = Session::open_briefly(world, settings, connection).await? else {
        return Ok(false);
    };
    if !allowance::has_some_for_readers(session.spent, session.points_per_hour(), now) {
        return Ok(false);
    }
    let chosen = knowledge::spaces::chosen(database, id)?;

    // One round: the restrictions of each, and the states of all pages.
    let ids: Vec<&str> = contents
        .iter()
        .filter(|content| content.page.is_some())
        .map(|content| content.content_id.as_str())
        .collect();
    let mut paths: Vec<_> =
        contents.iter().map(|content| restrictions::of_content(&content.content_id, 0)).collect();
    let states = (!ids.is_empty()).then(|| pages::in_any_state(ids.iter().copied()));
    paths.extend(states.clone());
    let mut answers = session.get_all(&paths).await?;
    let (states, is_whole) = match states.zip(answers.pop_if(|_| paths.len() > contents.len())) {
        Some((path, answer)) => {
            let listed = pages::listed(&answer?, &path)?;
            (listed.items, listed.next.is_none())
        }
        None => (Vec::new(), true),
    };
    let mut found = Found::default();
    for (content, answer) in contents.iter().zip(answers) {
        let own = restrictions::restriction(&answer?, &content.content_id).map(|part| part.restriction);
        let word = match own {
            Ok(OwnRestriction::Open) => None,
            Ok(OwnRestriction::Restricted(_)) => Some("The page is restricted in Confluence."),
            Err(ApiError::NotVisible { .. } | ApiError::Forbidden { .. } | ApiError::Malformed { .. }) => {
                Some("The restrictions of the page could not be read.")
            }
            Err(error) => return Err(error.into()),
        };
        let page = states.iter().find(|page| page.id == content.content_id);
        if page.is_none() && content.page.is_some() && !is_whole {
            continue;
        }
        found.judge(content, page, word, &chosen);
    }
    if found.has_folder {
        let shown = contents.iter().filter(|content| content.is_shown);
        found.unsettled.extend(shown.filter_map(|content| Some(content.page.as_ref()?.space_id.clone())));
    }
    if states.is_empty() && !found.hidden.is_empty() {
        // Before an answer without any page is believed, it is made sure that the site is still ours to read.
        session.confirm_site().await?;
    }
    nudges::hide(database, id, &found.hidden, now)?;
    nudges::queue(database, id, &found.to_look_at, now)?;
    nudges::list_again(database, id, &found.unsettled)?;
    Ok(!found.hidden.is_empty())
}

/// What a check found.
#[derive(Default)]
struct Found {
    hidden: Vec<Hidden>,
    /// What concerns more than the pages that are shown, for the next tick to look at.
    to_look_at: Vec<String>,
    /// Spaces to list again.
    unsettled: Vec<String>,
    has_folder: bool,
}

impl Found {
    /// Draws the conclusion for one page or folder, of which everybody could read all until now.
    fn judge(
        &mut self,
        content: &Checked,
        page: Option<&Page>,
        restriction: Option<&'static str>,
        chosen: &[String],
    ) {
        let hide =
            |source_state, reason| Hidden { page_id: content.content_id.clone(), source_state, reason };
        let Some(ours) = &content.page else {
            // A folder: what is below it goes with it, and the next listing tells the rest.
            self.has_folder |= restriction.is_some();
            self.hidden.extend(restriction.map(|reason| hide(None, Some(reason))));
            return;
        };
        match page {
            None => {
                self.hidden.push(hide(None, Some("The page could not be read any more.")));
                self.unsettled.push(ours.space_id.clone());
            }
            Some(page) if page.status != Status::Current => {
                let gone = state_of(Some(page), chosen).filter(|_| content.is_shown);
                self.hidden.extend(gone.map(|state| hide(Some(state), None)));
                // What is below it may have gone along or moved up, which its own look tells.
                self.to_look_at.push(content.content_id.clone());
            }
            Some(page) => {
                if page.parent_id != ours.parent_id || page.space_id != ours.space_id {
                    self.to_look_at.push(content.content_id.clone());
                }
                if ours.own_restriction == "open"
                    && let Some(reason) = restriction
                {
                    self.hidden.push(hide(None, Some(reason)));
                    self.unsettled.push(ours.space_id.clone());
                }
            }
        }
    }
}
