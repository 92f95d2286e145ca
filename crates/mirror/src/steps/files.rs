//! What is attached to the pages: names, types and sizes. The bytes are fetched when somebody opens a file.
//!
//! Confluence lists the attachments of a whole site, those changed last first, so what changed since the last run
//! is a request. A change of an attachment moves neither the version nor the time of its page.

use confluence::attachments::{self, Attachment};
use confluence::ApiError;
use knowledge::attachments::{Feed, ListedFile};
use knowledge::dependencies;
use knowledge::pages;
use knowledge::runs::Run;

use super::bodies;
use crate::session::{JOINED, Session};
use crate::step::{FilesPlace, Step};
use crate::{StepError, World};

/// How many attachments one request asks for: few where seldom any has changed, for each costs a point.
const FEW: u32 = 10;
const MANY: u32 = 250;
/// The most requests that going through the whole list may take: fifty thousand attachments.
const MOST_REQUESTS: u32 = 200;
/// Up to so many new pages are asked one by one; for more the whole list is gone through.
const NEW_PAGES: usize = 24;
/// The whole list is gone through this often, for it alone shows what was removed.
const WALK: i64 = 24 * 3_600_000;
/// Changes are looked at again for so long, for their times are those of another clock.
const OVERLAP: i64 = 10 * 60_000;

/// Brings the list of files up to date. A site that does not let us read it has no files, and goes on.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    at: Option<FilesPlace>,
) -> Result<Step, StepError> {
    let step = match at {
        Some(place) => go_on(session, run, place).await,
        None => begin(session, run).await,
    };
    match step {
        Err(StepError::Api(
            ApiError::Forbidden { .. }
            | ApiError::ScopeMissing { .. }
            | ApiError::NotVisible { .. }
            | ApiError::Refused { .. },
        )) => done(session, run, 0).await,
        step => step,
    }
}

async fn begin<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let feed = knowledge::attachments::feed(database, run.connection_id).await?;
    let unknown = knowledge::attachments::unknown(database, run.connection_id, NEW_PAGES as i64 + 1).await?;
    let is_due = feed.walked_at + WALK <= now || unknown.len() > NEW_PAGES;
    if is_due && !feed.too_many {
        run.doing = "Looking at the attached files.".into();
        let next = attachments::by_change(MANY);
        let place = FilesPlace { next, requests: 0, since: 0, newest: 0, began: now, changed: 0 };
        return Ok(Step::Files { at: Some(place) });
    }
    if !unknown.is_empty() {
        return one_by_one(session, run, &unknown[..unknown.len().min(NEW_PAGES)]).await;
    }
    let since = (feed.watermark - OVERLAP).max(1);
    let next = attachments::by_change(FEW);
    let place = FilesPlace { next, requests: 0, since, newest: feed.watermark, began: now, changed: 0 };
    go_on(session, run, place).await
}

/// Takes a stretch of the list.
async fn go_on<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    mut place: FilesPlace,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let listed = attachments::listed(&session.get(&place.next).await?, &place.next)?;
    let files: Vec<ListedFile> = listed.items.iter().filter_map(file).collect();
    let oldest = listed.items.iter().map(modified_at).min().unwrap_or(i64::MAX);
    place.newest = listed.items.iter().map(modified_at).max().unwrap_or(0).max(place.newest);
    place.changed += knowledge::attachments::listed(database, run, &files, place.began).await?;
    place.requests += 1;
    let is_whole = place.since == 0;
    let next = listed.next.filter(|_| oldest >= place.since);
    if let Some(next) = next
        && place.requests < MOST_REQUESTS
    {
        return Ok(Step::Files { at: Some(FilesPlace { next, ..place }) });
    }
    let mut feed = knowledge::attachments::feed(database, run.connection_id).await?;
    feed.watermark = feed.watermark.max(place.newest);
    let was_cut_short = is_whole && place.requests >= MOST_REQUESTS;
    if is_whole {
        feed.walked_at = place.began;
        feed.too_many = was_cut_short;
    }
    // A list without a single attachment is no reason to believe that all of them are gone.
    if is_whole && !was_cut_short && place.newest > 0 {
        place.changed +=
            knowledge::attachments::forget_unseen(database, run, None, place.began).await?;
    }
    if is_whole && !was_cut_short {
        knowledge::attachments::known(database, run, None).await?;
    }
    knowledge::attachments::followed(database, run, feed).await?;
    done(session, run, place.changed).await
}

/// Looks at the files of pages that came since the list was gone through.
async fn one_by_one<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    pages: &[String],
) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let mut known = Vec::with_capacity(pages.len());
    let mut changed = 0;
    for pages in pages.chunks(JOINED) {
        let paths: Vec<_> = pages.iter().map(|page| attachments::of_page(page)).collect();
        let answers = session.get_all(&paths).await?;
        for ((page, path), answer) in pages.iter().zip(&paths).zip(answers) {
            known.push(page.clone());
            let listed = match attachments::listed(&answer?, path) {
                Ok(listed) => listed,
                // It went in the meantime; the removals look after it.
                Err(ApiError::NotVisible { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let files: Vec<ListedFile> = listed.items.iter().filter_map(file).collect();
            changed += knowledge::attachments::listed(database, run, &files, now).await?;
        }
    }
    knowledge::attachments::known(database, run, Some(&known)).await?;
    if changed > 0 {
        dependencies::follow(database, run, now).await?;
    }
    Ok(Step::Files { at: None })
}

/// Has the lists of files made again that changed, and goes on with the bodies.
async fn done<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    changed: usize,
) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    if changed > 0 {
        dependencies::follow(database, run, now).await?;
        run.tally.pages_to_do = pages::count_pending(database, run).await?;
    }
    run.doing = bodies::line(run);
    Ok(Step::Bodies { after: String::new(), batch: bodies::BATCH })
}

fn file(attachment: &Attachment) -> Option<ListedFile> {
    let is_current = attachment.status.is_empty() || attachment.status == "current";
    let page_id = attachment.container().filter(|_| is_current)?;
    Some(ListedFile {
        attachment_id: attachment.id.clone(),
        page_id: page_id.to_owned(),
        name: attachment.title.clone(),
        media_type: attachment.media_type.clone(),
        size: attachment.file_size,
        version: attachment.version.number,
        modified_at: modified_at(attachment),
    })
}

/// A time that cannot be read is taken for an old one.
fn modified_at(attachment: &Attachment) -> i64 {
    confluence::moment::timestamp(&attachment.version.created_at).unwrap_or_default()
}
