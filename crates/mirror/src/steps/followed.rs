use knowledge::runs::{self, Phase, Run};
use knowledge::{attachments as files, audiences, groups as known_groups};
use ports::World;

use super::{counts, groups};
use crate::StepError;
use crate::session::Session;
use crate::step::Step;
use crate::{allowance, pace};

/// What was edited can be read by now. Goes on to list spaces whole if that is due, or was asked for.
pub(crate) async fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let is_asked = runs::is_asked_whole(database, run)?;
    if groups::read_due(session, run, is_asked).await? {
        audiences::narrow(database, run.connection_id)?;
        runs::unsettle_outdated(database, run)?;
        return Ok(Step::Followed);
    }
    runs::followed(database, run, now)?;
    let known = runs::known_spaces(database, run)?;
    let mut spaces = runs::unsettled_spaces(database, run)?;
    let edits = run.tally.pages_seen;
    run.phase = Phase::Whole;
    let left = allowance::left(run, session.spent, session.points_per_hour());
    let wanted: Vec<String> = if is_asked {
        known.iter().map(|space| space.space_id.clone()).collect()
    } else {
        let mut wanted = pace::due(&known, session.settings.background_points(), now);
        // An idle look is two requests: that for the edits, and by turns one for the files or one that counts.
        let (_, looked_for_files) = files::looked(database, run, now)?;
        if edits > 0 || !looked_for_files {
            wanted.extend(counts::suspects(session, run).await?);
        }
        wanted
    };
    // What must be listed is, and waits for the hour if need be; the rest as far as this hour reaches.
    spaces.extend(pace::affordable(&known, &wanted, left, session.points_per_hour()));
    if spaces.is_empty() {
        run.phase = Phase::Changes;
        return Ok(Step::Finish);
    }
    known_groups::ask_again(database, run)?;
    runs::go_on_with(database, run, &spaces, now)?;
    run.tally.pages_seen = 0;
    Ok(Step::Spaces)
}
