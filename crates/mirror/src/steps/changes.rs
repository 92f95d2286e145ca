use confluence::pages::{self, Kind, Page, Status};
use confluence::{ApiError, MAX_LISTING_REQUESTS, PagingError, Path, server_time};
use knowledge::blog_posts;
use knowledge::runs::{self, ListedPage, Run};
use ports::World;

use super::listing::{listed_page, record_kind};
use crate::StepError;
use crate::session::Session;
use crate::step::{Feed, Step};

/// How many pages are asked for at first, and then as long as all of them turn out to be recent. An idle site
/// so costs a handful of points for each look.
pub(super) const LIMITS: [usize; 3] = [5, 50, 250];
/// How far before the watermark the feed is read: what was saved earlier may become visible later.
pub(super) const OVERLAP: i64 = 10 * 60_000;
/// How far Confluence's `Date` may run ahead of the times of its versions.
pub(super) const SKEW: i64 = 30 * 60_000;
/// More changed pages than this are listed with their spaces, for each costs a few requests of its own.
const MOST_CHANGES: i64 = 200;
/// How many pages that could not be fetched are tried again by one run.
const RETRIES: i64 = 50;

/// Reads a stretch of the feed of what was edited, across up to a hundred spaces at once.
///
/// Times are compared with Confluence's own only, and versions for being the same.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    at: Option<Feed>,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let feed = match at {
        Some(feed) => feed,
        None => {
            run.doing = "Looking for edited pages.".into();
            knowledge::pages::left_unchosen(database, run, session.world.now())?;
            runs::begin(database, run, RETRIES)?;
            match next_feed(session, run)? {
                Some(feed) => feed,
                None => return end(session, run),
            }
        }
    };
    if feed.requests >= MAX_LISTING_REQUESTS {
        return Err(ApiError::Paging { what: "the edited pages".into(), source: PagingError::TooLong }.into());
    }
    let response = session.get(&feed.next).await?;
    let listed = match pages::listed(&response, &feed.next) {
        // One of the spaces may be gone, which a look at each of them tells.
        Err(ApiError::NotVisible { .. } | ApiError::Forbidden { .. } | ApiError::Refused { .. }) => {
            runs::mark_unsettled(database, run, &feed.space_ids)?;
            runs::mark_followed(database, run, &feed.space_ids, None)?;
            return Ok(Step::Changes { at: None });
        }
        listed => listed?,
    };
    let feed = Feed {
        requests: feed.requests + 1,
        head: feed.head.or_else(|| head(&response, &listed.items)),
        ..feed
    };
    let Some(followed_to) = feed.followed_to else { return close(session, run, &feed) };

    record_kind(session, run, feed.kind, &listed.items)?;
    let count = listed.items.len();
    let is_all_recent =
        listed.items.iter().all(|page| page.version.time().is_none_or(|time| time > followed_to - OVERLAP));
    let is_overlap =
        listed.items.iter().all(|page| page.version.time().is_some_and(|time| time <= followed_to));
    let current: Vec<ListedPage> = listed
        .items
        .into_iter()
        .filter(|page| page.status == Status::Current && feed.space_ids.contains(&page.space_id))
        .map(listed_page)
        .collect();
    let changed = runs::changed_pages(database, run, &current)?;
    if runs::count_pages(database, run)? > MOST_CHANGES {
        runs::mark_unsettled(database, run, &feed.space_ids)?;
        return close(session, run, &feed);
    }
    // After a mass edit the overlap is full of what is known; a stretch of nothing else is where it ends.
    let is_settled = is_overlap && changed == 0 && count >= LIMITS[1];
    let Some(next) = listed.next.filter(|_| is_all_recent && !is_settled) else {
        return close(session, run, &feed);
    };
    // The feed moves while it is read, so a larger stretch begins at its head again.
    let larger = LIMITS.into_iter().find(|limit| *limit > feed.limit);
    let (next, limit) = match larger {
        Some(limit) => match head_of(session, run, feed.kind, &feed.space_ids, limit)? {
            Some(head) => (head, limit),
            None => return close(session, run, &feed),
        },
        None => (next, feed.limit),
    };
    Ok(Step::Changes { at: Some(Feed { next, limit, ..feed }) })
}

/// The feed of the spaces that are to be followed next.
fn next_feed<W: World>(session: &Session<'_, W>, run: &Run) -> Result<Option<Feed>, StepError> {
    let limit = i64::try_from(pages::FEED_SPACES).unwrap_or(i64::MAX);
    let spaces = runs::spaces_to_follow(session.world.database(), run, limit)?;
    if spaces.is_empty() {
        return Ok(None);
    }
    let followed_to = spaces.iter().filter_map(|space| space.followed_to).min();
    // Of a space that is listed afterwards the time of its last edit is wanted alone.
    let limit = if followed_to.is_some() { LIMITS[0] } else { 1 };
    let space_ids: Vec<String> = spaces.into_iter().map(|space| space.space_id).collect();
    let next = pages::feed(Kind::Page, space_ids.iter().map(String::as_str), limit);
    Ok(Some(Feed { space_ids, kind: Kind::Page, followed_to, head: None, limit, next, requests: 0 }))
}

/// The head of the feed of a kind; none where no space includes its blog posts.
fn head_of<W: World>(
    session: &Session<'_, W>,
    run: &Run,
    kind: Kind,
    space_ids: &[String],
    limit: usize,
) -> Result<Option<Path>, StepError> {
    let included;
    let space_ids = match kind {
        Kind::Page => space_ids,
        Kind::BlogPost => {
            included = blog_posts::including(session.world.database(), run.connection_id, space_ids)?;
            &included
        }
    };
    let head = || pages::feed(kind, space_ids.iter().map(String::as_str), limit);
    Ok((!space_ids.is_empty()).then(head))
}

/// Confluence's time at the head of the feed: that of its last edit, or shortly before its answer.
///
/// The second lets the watermark go on while nothing is edited, so that the overlap empties.
fn head(response: &http::Response<Vec<u8>>, pages: &[Page]) -> Option<i64> {
    let edited = pages.iter().filter_map(|page| page.version.time()).max();
    edited.max(server_time(response).map(|time| time - SKEW))
}

/// Notes that the feed was read down to what is known, and goes on with the blog posts of the same spaces or with the
/// next spaces.
fn close<W: World>(session: &mut Session<'_, W>, run: &mut Run, feed: &Feed) -> Result<Step, StepError> {
    if feed.kind == Kind::Page
        && feed.followed_to.is_some()
        && let Some(next) = head_of(session, run, Kind::BlogPost, &feed.space_ids, LIMITS[0])?
    {
        let feed = Feed { kind: Kind::BlogPost, limit: LIMITS[0], next, requests: 0, ..feed.clone() };
        return Ok(Step::Changes { at: Some(feed) });
    }
    // The watermark never goes back.
    let head = feed.head.max(feed.followed_to);
    runs::mark_followed(session.world.database(), run, &feed.space_ids, head)?;
    match next_feed(session, run)? {
        Some(feed) => Ok(Step::Changes { at: Some(feed) }),
        None => end(session, run),
    }
}

fn end<W: World>(session: &Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    run.tally.pages_seen = runs::count_pages(session.world.database(), run)?;
    Ok(Step::AttachmentFeed { at: None })
}
