use confluence::pages::Kind;
use confluence::restrictions;
use confluence::{ApiError, MAX_LISTING_REQUESTS};
use knowledge::blog_posts;
use knowledge::runs::{self, Run, SweptPage};
use ports::World;

use crate::StepError;
use crate::readers::Found;
use crate::session::Session;
use crate::step::{Place, Step};

/// Reads the own restrictions of a space's pages, a hundred at a time.
///
/// The sweep is a short cut through the search index: where it does not go, the next step asks one by one.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    at: Option<Place>,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let place = match at {
        Some(place) => place,
        None => match runs::next_space_to_sweep(database, run)? {
            Some(space) => {
                run.doing = format!("Reading who may see the pages of {}.", space.name);
                let with_blog_posts = blog_posts::is_included(database, run.connection_id, &space.space_id)?;
                let next = restrictions::sweep(&space.key, with_blog_posts);
                Place { space_id: space.space_id, kind: Kind::Page, next, requests: 0 }
            }
            None => return Ok(Step::Restrictions { after: String::new() }),
        },
    };
    let swept = match restrictions::swept(&session.get(&place.next).await?, &place.next) {
        Ok(swept) => swept,
        Err(
            ApiError::Refused { .. }
            | ApiError::NotVisible { .. }
            | ApiError::Forbidden { .. }
            | ApiError::Paging { .. },
        ) => {
            runs::mark_swept(database, run, &place.space_id)?;
            return Ok(Step::Sweep { at: None });
        }
        Err(error) => return Err(error.into()),
    };
    let mut found = Found::default();
    let mut pages = Vec::with_capacity(swept.items.len());
    for page in swept.items {
        pages.push(SweptPage {
            own_restriction: page.restriction.map_or("unknown", |own| found.add(&page.id, own)),
            page_id: page.id,
            labels: page.labels.map(|labels| labels.join(" ")),
        });
    }
    found.keep(session, run)?;
    runs::swept_pages(database, run, &pages)?;
    match swept.next {
        Some(next) if place.requests < MAX_LISTING_REQUESTS => {
            Ok(Step::Sweep { at: Some(Place { next, requests: place.requests + 1, ..place }) })
        }
        _ => {
            runs::mark_swept(database, run, &place.space_id)?;
            Ok(Step::Sweep { at: None })
        }
    }
}
