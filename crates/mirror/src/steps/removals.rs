use confluence::pages::{self, BATCH, Page, Status};
use knowledge::dependencies;
use knowledge::pages::Departure;
use knowledge::runs::Run;

use crate::session::Session;
use crate::step::Step;
use crate::{StepError, World};

/// The most answers that the confirmation of one batch may come in.
const MOST_ANSWERS: usize = 10;

/// Looks by id for pages that a whole listing no longer showed, and hides those that are really gone.
///
/// Where the listing of a space was empty, only what Confluence itself calls trashed, archived or moved goes.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    after: &str,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let now = session.world.now();
    let missing = knowledge::pages::missing(database, run, after, BATCH as i64).await?;
    let Some((last, _)) = missing.last().cloned() else { return Ok(Step::Finish) };
    run.doing = "Confirming which pages are gone.".into();
    let chosen = knowledge::spaces::chosen(database, run.connection_id).await?;
    let seen = look_for(session, &missing).await?;
    let departures: Vec<Departure> = missing
        .into_iter()
        .filter_map(|(page_id, is_doubtful)| {
            let page = seen.iter().find(|page| page.id == page_id);
            if page.is_none() && is_doubtful {
                return None;
            }
            let source_state = state_of(page, &chosen)?;
            Some(Departure { page_id, source_state, space_id: page.map(|page| page.space_id.clone()) })
        })
        .collect();
    if !departures.is_empty() {
        knowledge::pages::departed(database, run, &departures, now).await?;
        run.tally.pages_removed += i64::try_from(departures.len()).unwrap_or(i64::MAX);
        let shown_in = dependencies::follow(database, run, now).await?;
        if shown_in > 0 {
            // Those articles are hidden until they are made again without the pages that went.
            run.tally.pages_to_do += i64::try_from(shown_in).unwrap_or(i64::MAX);
            return Ok(Step::Bodies { after: String::new(), batch: super::bodies::BATCH });
        }
    }
    Ok(Step::Removals { after: last })
}

/// The answers whole: a page counts as absent only when every one of them has come.
async fn look_for<W: World>(
    session: &mut Session<'_, W>,
    missing: &[(String, bool)],
) -> Result<Vec<Page>, StepError> {
    let mut path = pages::in_any_state(missing.iter().map(|(id, _)| id.as_str()));
    let mut seen = Vec::new();
    for _ in 0..MOST_ANSWERS {
        let listed = pages::listed(&session.get(&path).await?, &path)?;
        seen.extend(listed.items);
        match listed.next {
            Some(next) => path = next,
            None => return Ok(seen),
        }
    }
    let source = confluence::PagingError::TooLong;
    Err(confluence::ApiError::Paging { what: "the missing pages".into(), source }.into())
}

/// What a missing page has become; none if it is still there.
fn state_of(page: Option<&Page>, chosen: &[String]) -> Option<&'static str> {
    match page.map(|page| (&page.status, &page.space_id)) {
        Some((Status::Current, space)) if chosen.contains(space) => None,
        Some((Status::Current, _)) => Some("not_chosen"),
        Some((Status::Archived, _)) => Some("archived"),
        Some((Status::Trashed | Status::Deleted, _)) => Some("trashed"),
        Some((Status::Draft | Status::Historical | Status::Other(_), _)) | None => Some("not_visible"),
    }
}
