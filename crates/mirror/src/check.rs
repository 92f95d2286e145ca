//! Asks Confluence about articles that are about to be shown: what may no longer be read is hidden at once.
//!
//! Between two looks of the schedule nothing tells of a restriction, so articles are shown on a fresh word where that
//! can be had within a second. Where it cannot, what is stored stands.

use std::collections::BTreeMap;

use confluence::pages::{self, Page, Status};
use confluence::restrictions::{self, OwnRestriction, Part};
use knowledge::checks::{self, Checked, Shown};
use knowledge::connections::{self, Connection};
use knowledge::nudges::{self, Hidden};
use ports::{DatabaseError, World};

use crate::kinds;
use crate::nudges::narrow;
use crate::readers::{restrictions_of, said};
use crate::session::{JOINED, Session};
use crate::steps::removals::state_of;
use crate::{Settings, StepError, allowance};

/// The most contents that are asked about at once, which is what one answer of the search holds. A page of a list
/// with more, under whatever folders, is checked to that extent, and the rest by the next reader.
const MOST: usize = 100;

/// Checks articles, and says whether anything was hidden for it.
///
/// What was checked a few minutes ago is not asked about again, nor is anything when the hour's points run low.
pub async fn check<W: World>(
    world: &W,
    settings: &Settings,
    articles: &[i64],
    shown: Shown,
) -> Result<bool, StepError> {
    let database = world.database();
    let mut by_connection: BTreeMap<i64, Vec<Checked>> = BTreeMap::new();
    for content in checks::take(database, articles, shown, world.now())? {
        by_connection.entry(content.connection_id).or_default().push(content);
    }
    let mut has_hidden = false;
    for (id, mut contents) in by_connection {
        let Some(connection) = connections::connection(database, id)? else { continue };
        contents.truncate(MOST);
        has_hidden |= look(world, settings, connection, &contents).await?;
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
    if !connection.is_connected() {
        return Ok(false);
    }
    let Some(mut session) = Session::open_briefly(world, settings, connection)? else {
        return Ok(false);
    };
    if !allowance::has_some_for_readers(session.spent, session.points_per_hour(), now) {
        return Ok(false);
    }
    let chosen = knowledge::spaces::chosen(database, id)?;
    let mut seen = see(&mut session, contents).await?;
    let mut found = Found::default();
    for content in contents {
        let page = seen.pages.iter().find(|page| page.id == content.content_id);
        if page.is_some() || content.page.is_none() || seen.is_whole {
            let own = seen.restrictions.get(&content.content_id).and_then(Option::as_ref);
            found.judge(content, page, own, &chosen);
        }
    }
    if seen.pages.is_empty() && !found.hidden.is_empty() {
        // Before an answer without any page is believed, it is made sure that the site is still ours to read.
        session.confirm_site().await?;
    }
    nudges::hide(database, id, &found.hidden, now)?;
    let mut has_hidden = !found.hidden.is_empty();
    for content in contents {
        let own = seen.restrictions.remove(&content.content_id).flatten();
        if let Some(own @ OwnRestriction::Restricted(_)) = own {
            has_hidden |= restrict(&session, content, own, &mut found)?;
        }
    }
    if found.has_folder {
        let shown = contents.iter().filter(|content| content.is_shown);
        found.unsettled.extend(shown.filter_map(|content| Some(content.page.as_ref()?.space_id.clone())));
    }
    nudges::queue(database, id, &found.to_look_at, now)?;
    nudges::list_again(database, id, &found.unsettled)?;
    let ids: Vec<&str> = contents.iter().map(|content| content.content_id.as_str()).collect();
    checks::checked(database, id, &ids, now)?;
    Ok(has_hidden)
}

/// What Confluence says of some contents.
#[derive(Default)]
struct Seen {
    pages: Vec<Page>,
    /// Whether a page that is not among them is not to be seen.
    is_whole: bool,
    /// None where it could not be read.
    restrictions: BTreeMap<String, Option<OwnRestriction>>,
}

/// Asks for the states of all pages and for the restrictions of each content: by itself where one round is enough, and
/// through the search where there are more.
async fn see<W: World>(session: &mut Session<'_, W>, contents: &[Checked]) -> Result<Seen, StepError> {
    let pages = contents.iter().filter(|content| content.page.is_some());
    let ids: Vec<&str> = pages.map(|content| content.content_id.as_str()).collect();
    let (database, connection) = (session.world.database(), session.connection.id);
    let states = kinds::together(database, connection, &ids, pages::in_any_state)?;
    let is_few = states.len() + contents.len() <= JOINED;
    let search = (!is_few && !ids.is_empty()).then(|| restrictions::of_pages(ids.into_iter()));
    let by_themselves = contents.iter().filter(|content| is_few || content.page.is_none());
    let by_themselves: Vec<_> = by_themselves.map(|content| content.content_id.as_str()).collect();
    let mut paths: Vec<_> = states.iter().chain(&search).cloned().collect();
    paths.extend(by_themselves.iter().map(|id| restrictions::of_content(id, 0)));
    let mut answers = session.get_all(&paths).await?.into_iter();

    let mut seen = Seen { is_whole: true, ..Seen::default() };
    for path in &states {
        let listed = pages::listed(&answers.next().expect("an answer for each path")?, path)?;
        seen.is_whole &= listed.next.is_none();
        seen.pages.extend(listed.items);
    }
    if let Some(path) = &search {
        let swept = restrictions::swept(&answers.next().expect("an answer for each path")?, path)?.items;
        seen.restrictions
            .extend(swept.into_iter().filter_map(|page| Some((page.id, Some(page.restriction?)))));
    }
    for (id, answer) in by_themselves.into_iter().zip(answers) {
        match said(restrictions::restriction(&answer?, id))? {
            Some(Part { further: Some(_), .. }) => {}
            part => _ = seen.restrictions.insert(id.to_owned(), part.map(|part| part.restriction)),
        }
    }
    // What the search does not know yet, and lists that were cut short.
    let rest = contents.iter().map(|content| &content.content_id);
    let rest = rest.filter(|id| !seen.restrictions.contains_key(*id)).cloned().collect();
    seen.restrictions.extend(restrictions_of(session, rest).await?);
    Ok(seen)
}

/// Leaves a restricted node to those whom it names, and says whether anybody lost it.
fn restrict<W: World>(
    session: &Session<'_, W>,
    node: &Checked,
    own: OwnRestriction,
    found: &mut Found,
) -> Result<bool, DatabaseError> {
    let (database, connection) = (session.world.database(), session.connection.id);
    let narrowed = narrow(session, &node.content_id, own)?;
    let was_hidden = nudges::hide_ungated(database, connection, &node.content_id, session.world.now())?;
    if was_hidden || narrowed.more {
        // Who may read it by now is for a run to find out.
        found.unsettle(node);
    }
    Ok(was_hidden || narrowed.fewer)
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
    /// Draws the conclusion for one page or folder, of which we let somebody read all until now.
    fn judge(
        &mut self,
        content: &Checked,
        page: Option<&Page>,
        own: Option<&OwnRestriction>,
        chosen: &[String],
    ) {
        let hide =
            |source_state, reason| Hidden { page_id: content.content_id.clone(), source_state, reason };
        match (&content.page, page) {
            (Some(_), None) => {
                self.hidden.push(hide(None, Some("The page could not be read any more.")));
                self.unsettle(content);
            }
            (Some(_), Some(page)) if page.status != Status::Current => {
                let gone = state_of(Some(page), chosen).filter(|_| content.is_shown);
                self.hidden.extend(gone.map(|state| hide(Some(state), None)));
                // What is below it may have gone along or moved up, which its own look tells.
                self.to_look_at.push(content.content_id.clone());
            }
            (ours, page) => {
                if let (Some(ours), Some(page)) = (ours, page)
                    && (page.parent_id != ours.parent_id
                        || page.space_id != ours.space_id
                        || own == Some(&OwnRestriction::Open) && ours.own_restriction != "open")
                {
                    self.to_look_at.push(content.content_id.clone());
                }
                if own.is_none() {
                    self.hidden.push(hide(None, Some("The restrictions of the page could not be read.")));
                    self.unsettle(content);
                }
            }
        }
    }

    /// Has the space of a content listed again. A folder's is that of the pages below it.
    fn unsettle(&mut self, content: &Checked) {
        match &content.page {
            Some(ours) => self.unsettled.push(ours.space_id.clone()),
            None => self.has_folder = true,
        }
    }
}
