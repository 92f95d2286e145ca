use confluence::spaces::{self, BATCH};
use knowledge::runs::{self, Run};
use ports::World;

use crate::StepError;
use crate::listing::source_space;
use crate::session::Session;
use crate::step::Step;

/// Looks which of the spaces to list can still be seen; one that cannot loses nothing.
pub(crate) async fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    run.doing = "Looking at the spaces.".into();
    let database = session.world.database();
    let to_list = runs::spaces_to_list(database, run)?;
    let mut visible = Vec::new();
    for ids in to_list.chunks(BATCH) {
        let path = spaces::by_ids(ids.iter().map(String::as_str));
        visible.extend(spaces::listed(&session.get(&path).await?, &path)?.items);
    }
    let ids: Vec<String> = visible.iter().map(|space| space.id.clone()).collect();
    let archived: Vec<String> =
        visible.iter().filter(|space| space.is_archived()).map(|space| space.id.clone()).collect();
    let found: Vec<_> = visible.into_iter().map(source_space).collect();
    knowledge::spaces::record(database, run.connection_id, &found, session.world.now())?;
    runs::begin_spaces(database, run, &ids)?;
    runs::archive_spaces(database, run, &archived, session.world.now())?;
    Ok(Step::Listing { at: None })
}
