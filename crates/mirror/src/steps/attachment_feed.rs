use confluence::attachments::{self, Attachment};
use confluence::pages::Kind;
use confluence::server_time;
use knowledge::attachments as files;
use knowledge::runs::{self, Run};
use ports::World;

use super::changes::{LIMITS, OVERLAP, SKEW};
use crate::StepError;
use crate::attachments::{is_passed_over, source_attachment};
use crate::error::sentence;
use crate::session::Session;
use crate::step::{Feed, Step};

/// Where nothing was edited, files are looked at so often: their turn is the second request of such a look, which
/// counts the pages the other times.
const INTERVAL: i64 = 15 * 60_000;
/// After so many parts the spaces' own lists tell more for less.
const MOST_PARTS: u32 = 4;

/// Reads a stretch of the feed of what was attached or replaced, on the whole site.
///
/// Files change without their page: no version, no date of the page tells it. A feed that cannot be read keeps its
/// place, so that nothing is lost, and holds up no page.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    at: Option<Feed>,
) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let feed = match at {
        Some(feed) => feed,
        None => {
            let is_idle = !run.was_asked && run.tally.pages_seen == 0;
            let (was_looked_at, _) = files::looked(database, run, now - INTERVAL)?;
            if is_idle && (was_looked_at || runs::is_recount_due(database, run.connection_id)?) {
                return Ok(next(run));
            }
            files::mark_looked(database, run, now)?;
            let followed_to = files::followed_to(database, run.connection_id)?;
            // Before the first look the time of the last change is wanted alone.
            let limit = if followed_to.is_some() { LIMITS[0] } else { 1 };
            let next = attachments::feed(limit);
            Feed {
                space_ids: Vec::new(),
                kind: Kind::Page,
                followed_to,
                head: None,
                limit,
                next,
                requests: 0,
            }
        }
    };
    let (listed, time) = match read(session, &feed).await {
        Ok(read) => read,
        Err(error) if is_passed_over(&error) => {
            eprintln!("scheduled-sync: the feed of attachments was passed over: {}", sentence(&error));
            return Ok(next(run));
        }
        Err(error) => return Err(error),
    };
    let changed = listed.items.iter().filter_map(|file| file.version.time()).max();
    let head = feed.head.or_else(|| changed.max(time.map(|time| time - SKEW)));
    let feed = Feed { requests: feed.requests + 1, head, ..feed };
    if let Some(followed_to) = feed.followed_to {
        let count = listed.items.len();
        let is_all = |wanted: &dyn Fn(i64) -> bool| {
            listed.items.iter().all(|file: &Attachment| file.version.time().is_none_or(wanted))
        };
        let is_recent = is_all(&|time| time > followed_to - OVERLAP);
        // After a mass upload the overlap is full of what is known; a stretch of nothing else is where it ends.
        let is_settled = count >= LIMITS[1] && is_all(&|time| time <= followed_to);
        let recorded: Vec<_> = listed.items.into_iter().map(source_attachment).collect();
        files::record(database, run, &recorded)?;
        if let Some(path) = listed.next.filter(|_| is_recent && !is_settled) {
            if feed.requests < MOST_PARTS {
                let larger = LIMITS.into_iter().find(|limit| *limit > feed.limit);
                let limit = larger.unwrap_or(feed.limit);
                // Another size is another list, which is begun anew.
                let next = if larger.is_some() { attachments::feed(limit) } else { path };
                return Ok(Step::AttachmentFeed { at: Some(Feed { next, limit, ..feed }) });
            }
            files::unsettle_all(database, run)?;
        }
    }
    files::mark_followed(database, run, feed.head.unwrap_or_default())?;
    Ok(next(run))
}

async fn read<W: World>(
    session: &mut Session<'_, W>,
    feed: &Feed,
) -> Result<(confluence::Listed<Attachment>, Option<i64>), StepError> {
    let response = session.get(&feed.next).await?;
    let listed = attachments::listed(&response, &feed.next)?;
    Ok((listed, server_time(&response)))
}

/// What was edited is brought over, if anything was.
fn next(run: &Run) -> Step {
    if run.tally.pages_seen == 0 { Step::SpaceAttachments { at: None } } else { Step::Parents }
}
