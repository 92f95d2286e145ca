use confluence::pages::{self, Kind, Page, Status};
use confluence::{ApiError, MAX_LISTING_REQUESTS, PagingError};
use knowledge::blog_posts::{self, BlogPost};
use knowledge::runs::{self, ListedPage, Run, SpaceState};
use ports::World;

use crate::StepError;
use crate::article::version_key;
use crate::session::Session;
use crate::step::{Place, Step};

/// Lists a stretch of a space's pages. Only a list that was followed to its end counts as whole.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    at: Option<Place>,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let place = match at {
        Some(place) => place,
        None => match runs::next_space_to_list(database, run)? {
            Some(space) => {
                run.doing = format!("Listing the pages of {}.", space.name);
                let next = pages::in_space(Kind::Page, &space.space_id);
                Place { space_id: space.space_id, kind: Kind::Page, next, requests: 0 }
            }
            None => {
                run.tally.pages_seen = runs::count_pages(database, run)?;
                return Ok(Step::Parents);
            }
        },
    };
    if place.requests >= MAX_LISTING_REQUESTS {
        return Err(ApiError::Paging { what: "the pages".into(), source: PagingError::TooLong }.into());
    }
    let listed = pages::listed(&session.get(&place.next).await?, &place.next)?;
    record_kind(session, run, place.kind, &listed.items)?;
    // The listing asks for current pages; what comes along all the same is not believed.
    let current: Vec<ListedPage> =
        listed.items.into_iter().filter(|page| page.status == Status::Current).map(listed_page).collect();
    runs::listed_pages(database, run, &current)?;
    run.tally.pages_seen = runs::count_pages(database, run)?;
    if let Some(next) = listed.next {
        return Ok(Step::Listing { at: Some(Place { next, requests: place.requests + 1, ..place }) });
    }
    if place.kind == Kind::Page && blog_posts::is_included(database, run.connection_id, &place.space_id)? {
        let next = pages::in_space(Kind::BlogPost, &place.space_id);
        return Ok(Step::Listing { at: Some(Place { kind: Kind::BlogPost, next, requests: 0, ..place }) });
    }
    let (seen, known) = runs::pages_listed_in(database, run, &place.space_id)?;
    let state = if seen == 0 && known > 0 { SpaceState::Empty } else { SpaceState::Listed };
    runs::mark_space(database, run, &place.space_id, state)?;
    Ok(Step::Listing { at: None })
}

/// Notes which of our pages are blog posts, before these stand among them.
pub(crate) fn record_kind<W: World>(
    session: &Session<'_, W>,
    run: &Run,
    kind: Kind,
    listed: &[Page],
) -> Result<(), StepError> {
    let (database, connection) = (session.world.database(), run.connection_id);
    match kind {
        Kind::Page => {
            let pages: Vec<&str> = listed.iter().map(|page| page.id.as_str()).collect();
            blog_posts::forget(database, connection, &pages)?;
        }
        Kind::BlogPost => {
            let post = |post: &Page| BlogPost { page_id: post.id.clone(), posted_at: post.posted_at() };
            blog_posts::record(database, connection, &listed.iter().map(post).collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

pub(crate) fn listed_page(page: Page) -> ListedPage {
    ListedPage {
        web_path: page.web_path(),
        version_key: version_key(&page.version),
        page_id: page.id,
        space_id: page.space_id,
        parent_id: page.parent_id,
        parent_type: page.parent_type,
        title: page.title,
        position: page.position,
        version_number: page.version.number,
        version_created_at: page.version.created_at,
        live_step: page.version.ncs_step_version,
    }
}
