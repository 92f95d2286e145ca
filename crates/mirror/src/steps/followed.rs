use knowledge::runs::{self, Phase, Run};

use crate::pace;
use crate::session::Session;
use crate::step::Step;
use crate::{StepError, World};

/// What was edited can be read by now. Goes on to list spaces whole if that is due, or was asked for.
pub(crate) async fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    runs::followed(database, run, now).await?;
    let known = runs::known_spaces(database, run).await?;
    let mut spaces = runs::unsettled_spaces(database, run).await?;
    if runs::is_asked_whole(database, run).await? {
        spaces.extend(known.into_iter().map(|space| space.space_id));
    } else {
        spaces.extend(pace::due(&known, session.settings.background_points(), now));
    }
    if spaces.is_empty() {
        return Ok(Step::Finish);
    }
    runs::go_on_with(database, run, &spaces).await?;
    run.phase = Phase::Whole;
    run.tally.pages_seen = 0;
    Ok(Step::Spaces)
}
