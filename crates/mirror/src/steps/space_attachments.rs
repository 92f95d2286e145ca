use confluence::attachments;
use confluence::pages::Kind;
use confluence::{ApiError, MAX_LISTING_REQUESTS, PagingError};
use knowledge::attachments as files;
use knowledge::runs::Run;
use ports::World;

use crate::attachments::{is_passed_over, source_attachment};
use crate::error::sentence;
use crate::session::Session;
use crate::step::{Place, Step};
use crate::{StepError, allowance};

/// The files of a space are not listed more often, and not less.
const SHORTEST: i64 = 60 * 60_000;
const LONGEST: i64 = 7 * 24 * SHORTEST;

/// Lists a stretch of a space's files: 250 at a time, where a request for each page would take sixty times as many.
///
/// It is done once for each space, and then at an interval that the number of files sets, for the feed tells what
/// is new and the pages themselves tell what is gone. Where the hour's share does not reach, it waits for a later run.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    at: Option<Place>,
) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let pages = Step::PageAttachments { after: String::new() };
    let left = allowance::left(run, session.spent, session.points_per_hour());
    let place = match at {
        Some(place) if left > 0 => place,
        // What was listed so far is kept; a later run begins anew.
        Some(_) => return Ok(pages),
        None => {
            let count = files::count(database, run.connection_id)?;
            let points = session.settings.background_points().max(1);
            let interval = (count * SHORTEST / points).clamp(SHORTEST, LONGEST);
            let interval = if run.was_asked { 0 } else { interval };
            match files::space_to_list(database, run, interval, now)? {
                Some(space) if space.known + 20 <= left => {
                    run.doing = format!("Listing the attachments of {}.", space.name);
                    let next = attachments::in_space(&space.key);
                    Place { space_id: space.space_id, kind: Kind::Page, next, requests: 0 }
                }
                _ => return Ok(pages),
            }
        }
    };
    let listed = match read(session, &place).await {
        Ok(listed) => listed,
        Err(error) if is_passed_over(&error) => {
            let failure = sentence(&error);
            files::mark_listed(database, run, &place.space_id, Some(&failure), now)?;
            return Ok(Step::SpaceAttachments { at: None });
        }
        Err(error) => return Err(error),
    };
    let recorded: Vec<_> = listed.items.into_iter().map(source_attachment).collect();
    files::record(database, run, &recorded)?;
    if let Some(next) = listed.next {
        let requests = place.requests + 1;
        return Ok(Step::SpaceAttachments { at: Some(Place { next, requests, ..place }) });
    }
    files::unseen_pages(database, run, &place.space_id)?;
    files::mark_listed(database, run, &place.space_id, None, now)?;
    Ok(Step::SpaceAttachments { at: None })
}

async fn read<W: World>(
    session: &mut Session<'_, W>,
    place: &Place,
) -> Result<confluence::Listed<attachments::Attachment>, StepError> {
    if place.requests >= MAX_LISTING_REQUESTS {
        let source = PagingError::TooLong;
        return Err(ApiError::Paging { what: "the attachments of a space".into(), source }.into());
    }
    Ok(attachments::found(&session.get(&place.next).await?, &place.next)?)
}
