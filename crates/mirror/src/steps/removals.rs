use confluence::pages::{self, BATCH, Page, Status};
use knowledge::dependencies;
use knowledge::held_removals::{self, Candidate};
use knowledge::pages::Departure;
use knowledge::runs::Run;
use ports::World;

use crate::StepError;
use crate::kinds;
use crate::session::Session;
use crate::step::Step;

/// The state of a page of which nothing is said any more.
const NOT_VISIBLE: &str = "not_visible";
/// The most answers that the confirmation of one batch may come in.
const MOST_ANSWERS: u32 = 10;

/// Looks by id for pages that a whole listing no longer showed, and hides those that are really gone.
///
/// A page that can no longer be seen is hidden at once. Those that Confluence calls trashed, archived or moved
/// away go together at the end, or are held if they are unusually many; see [`held_removals`]. Where the listing of a space was empty, only what Confluence itself calls trashed, archived or moved goes.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    after: &str,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let missing = knowledge::pages::missing(database, run, after, BATCH as i64)?;
    let Some((last, _)) = missing.last().cloned() else { return settle(session, run) };
    run.doing = "Confirming which pages are gone.".into();
    let chosen = knowledge::spaces::chosen(database, run.connection_id)?;
    let seen = look_for(session, missing.iter().map(|(id, _)| id.as_str()), "the missing pages").await?;
    let (mut departures, mut candidates) = (Vec::new(), Vec::new());
    for (page_id, is_doubtful) in missing {
        let page = seen.iter().find(|page| page.id == page_id);
        match (page, state_of(page, &chosen)) {
            (None, _) if is_doubtful => {}
            (_, None) => {}
            (Some(page), Some(source_state)) if source_state != NOT_VISIBLE => {
                candidates.push(Candidate { page_id, source_state, space_id: page.space_id.clone() });
            }
            (_, Some(source_state)) => {
                departures.push(Departure { page_id, source_state, space_id: None });
            }
        }
    }
    held_removals::propose(database, run, &candidates)?;
    depart(session, run, departures, Step::Removals { after: last })
}

/// Takes away what goes, once all that is gone is known.
fn settle<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let going = held_removals::decide(database, run, now)?;
    let departures = going
        .into_iter()
        .map(|page| Departure {
            page_id: page.page_id,
            source_state: page.source_state,
            space_id: Some(page.space_id),
        })
        .collect();
    let next = depart(session, run, departures, Step::Counts { after: String::new() })?;
    held_removals::settle(database, run)?;
    Ok(next)
}

fn depart<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    departures: Vec<Departure>,
    next: Step,
) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    if !departures.is_empty() {
        knowledge::pages::departed(database, run, &departures, now)?;
        run.tally.pages_removed += i64::try_from(departures.len()).unwrap_or(i64::MAX);
        let shown_in = dependencies::follow(database, run, now)?;
        if shown_in > 0 {
            // Those articles are hidden until they are made again without the pages that went.
            run.tally.pages_to_do += i64::try_from(shown_in).unwrap_or(i64::MAX);
            return Ok(Step::Bodies { after: String::new(), batch: super::bodies::BATCH });
        }
    }
    Ok(next)
}

/// These pages in whatever state they are.
pub(crate) async fn look_for<W: World>(
    session: &mut Session<'_, W>,
    ids: impl Iterator<Item = &'_ str>,
    what: &str,
) -> Result<Vec<Page>, StepError> {
    kinds::read(session, &ids.collect::<Vec<_>>(), pages::in_any_state, MOST_ANSWERS, what).await
}

/// What a missing page has become; none if it is still there.
pub(crate) fn state_of(page: Option<&Page>, chosen: &[String]) -> Option<&'static str> {
    match page.map(|page| (&page.status, &page.space_id)) {
        Some((Status::Current, space)) if chosen.contains(space) => None,
        Some((Status::Current, _)) => Some("not_chosen"),
        Some((Status::Archived, _)) => Some("archived"),
        Some((Status::Trashed | Status::Deleted, _)) => Some("trashed"),
        Some((Status::Draft | Status::Historical | Status::Other(_), _)) | None => Some(NOT_VISIBLE),
    }
}
