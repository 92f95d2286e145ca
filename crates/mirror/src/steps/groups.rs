use confluence::groups;
use knowledge::groups::{self as known, GroupToRead};
use knowledge::runs::Run;
use ports::World;

use crate::StepError;
use crate::readers::{MOST_PARTS, said_to_us};
use crate::session::Session;
use crate::step::Step;

/// How many groups one step asks for.
const BATCH: i64 = 6;
/// Members that are taken out of a group are hidden from within this time, and later only where groups are so large
/// that asking would use up the points of more than [`POINTS`] an hour.
const SHORTEST: i64 = 15 * 60_000;
const LONGEST: i64 = 6 * 60 * 60_000;
const POINTS: i64 = 400;
const HOUR: i64 = 60 * 60_000;

/// Reads who is in the groups that the restrictions name.
pub(crate) async fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let groups = known::named(session.world.database(), run, BATCH)?;
    if groups.is_empty() {
        return Ok(Step::Audiences);
    }
    run.doing = "Reading who is in the groups.".into();
    read(session, run, groups).await?;
    Ok(Step::Groups)
}

/// Reads some of the groups whose time has come, or all if somebody asked; false when none is left.
pub(crate) async fn read_due<W: World>(
    session: &mut Session<'_, W>,
    run: &Run,
    is_asked: bool,
) -> Result<bool, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let cost = known::cost(database, run.connection_id)?;
    let interval = (cost.saturating_mul(HOUR) / POINTS).clamp(SHORTEST, LONGEST);
    let before = if is_asked { now } else { now - interval };
    let groups = known::due(database, run, before, BATCH)?;
    let some = !groups.is_empty();
    read(session, run, groups).await?;
    Ok(some)
}

async fn read<W: World>(
    session: &mut Session<'_, W>,
    run: &Run,
    groups: Vec<GroupToRead>,
) -> Result<(), StepError> {
    for group in groups {
        read_one(session, run, group).await?;
    }
    Ok(())
}

/// Reads a group to the end of its members. One that cannot be read whole lets nobody through.
async fn read_one<W: World>(
    session: &mut Session<'_, W>,
    run: &Run,
    group: GroupToRead,
) -> Result<(), StepError> {
    let database = session.world.database();
    let id = group.group_id.as_str();
    if group.name.is_empty() {
        let answer = session.get(&groups::by_id(id)).await?;
        let Some(name) = said_to_us(groups::name(&answer))? else {
            return Ok(known::unreadable(database, run, id, session.world.now())?);
        };
        known::found_name(database, run, id, &name)?;
        if audience::is_default_group(&name) {
            return Ok(());
        }
    }
    let (mut members, mut start) = (Vec::new(), 0);
    for _ in 0..MOST_PARTS {
        let answer = session.get(&groups::members(id, start)).await?;
        let Some(listed) = said_to_us(groups::listed(&answer))? else { break };
        members.extend(listed.accounts);
        let Some(further) = listed.further else {
            return Ok(known::found_members(database, run, id, &members, session.world.now())?);
        };
        start += further;
    }
    Ok(known::unreadable(database, run, id, session.world.now())?)
}
