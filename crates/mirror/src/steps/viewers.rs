use confluence::space_viewers::{self, Viewers};
use confluence::{ApiError, MAX_LISTING_REQUESTS};
use knowledge::runs::{self, Phase, Run, SpacePermission, space_node};
use ports::World;

use crate::StepError;
use crate::readers::Found;
use crate::session::{JOINED, Session};
use crate::step::Step;

const ROLES: &str = "Confluence gives access to its space by roles, or to nobody who can be told, so its pages are hidden. \
    Give the groups or people who may read them the space's view permission.";
const UNREADABLE: &str = "The connected account may not read who may see its space, so its pages are hidden.";
const MISSING_SCOPE: &str = "The connection lacks the permission to read who may see spaces, so their pages are hidden; reconnect Confluence.";

/// So many permissions are read with each look at a space's edits.
const CHEAP: i64 = 60;
/// More of them are read so often.
const INTERVAL: i64 = 15 * 60_000;

/// Reads who may view the spaces that were listed, or in which something was edited.
///
/// It comes after the listing: a space that is closed in between must not show what was written since to those who
/// could view it before.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    after: &str,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let spaces = match run.phase {
        Phase::Whole => runs::spaces_listed(database, run)?,
        Phase::Changes => {
            let before = session.world.now() - INTERVAL;
            runs::viewers_to_ask(database, run, CHEAP, before)?
        }
    };
    let spaces: Vec<String> =
        spaces.into_iter().filter(|space| space.as_str() > after).take(JOINED).collect();
    let Some(last) = spaces.last().cloned() else { return Ok(Step::Groups) };
    run.doing = "Reading who may see the spaces.".into();
    let paths: Vec<_> = spaces.iter().map(|space| space_viewers::of_space(space)).collect();
    let answers = session.get_all(&paths).await?;
    for ((space, path), answer) in spaces.iter().zip(paths).zip(answers) {
        let mut named = Vec::new();
        let read =
            session.read_list(path, answer, MAX_LISTING_REQUESTS, space_viewers::listed, &mut named).await;
        let permissions = i64::try_from(named.len()).unwrap_or(i64::MAX);
        keep(session, run, space, read.map(|_| space_viewers::together(named)), permissions)?;
    }
    Ok(Step::Viewers { after: last })
}

/// Keeps who may view a space; where that cannot be told, it is nobody.
fn keep<W: World>(
    session: &mut Session<'_, W>,
    run: &Run,
    space: &str,
    viewers: Result<Option<Viewers>, StepError>,
    permissions: i64,
) -> Result<(), StepError> {
    let mut found = Found::default();
    let (state, reason) = match viewers {
        Ok(Some(Viewers::Everyone)) => {
            found.forget(&space_node(space));
            ("open", None)
        }
        Ok(Some(Viewers::Only(subjects))) => {
            found.add_readers(&space_node(space), subjects);
            ("restricted", None)
        }
        Ok(None) => ("unknown", Some(ROLES)),
        Err(StepError::Api(ApiError::ScopeMissing { .. })) => ("unknown", Some(MISSING_SCOPE)),
        Err(StepError::Api(
            ApiError::NotVisible { .. }
            | ApiError::Forbidden { .. }
            | ApiError::Refused { .. }
            | ApiError::Malformed { .. },
        )) => ("unknown", Some(UNREADABLE)),
        Err(error) => return Err(error),
    };
    if state == "unknown" {
        found.forget(&space_node(space));
    }
    found.keep(session, run)?;
    let found = SpacePermission { state, reason, permissions };
    Ok(runs::space_permission(session.world.database(), run, space, found, session.world.now())?)
}
