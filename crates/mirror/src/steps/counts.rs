//! What is trashed, archived or moved away shows in no feed of edits, and a listing of everything is dear. So each look
//! asks the search how many pages there are, and a space of which that number changed is listed.
//!
//! The search lags behind and its number is an estimate: it has to be another one twice in a row, it is only compared
//! with itself, and a space in which it cried wolf is believed less and less often.

use confluence::ApiError;
use confluence::counts::{self, COUNTED_SPACES};
use knowledge::runs::{self, CountedSpace, NewCount, PageCount, Run};
use ports::World;

use crate::StepError;
use crate::session::Session;
use crate::step::Step;

/// How many listed spaces are counted by one step.
const BATCH: usize = 24;
/// Looks in a row with another number after which a space is listed.
const LOOKS: i64 = 2;
/// A space that was listed for nothing is not listed for it again before this time; twice as long each time.
const SHORTEST: i64 = 30 * 60_000;
const MOST_DOUBLINGS: i64 = 6;

/// The spaces to list because the search counts another number of pages than it did.
pub(crate) async fn suspects<W: World>(
    session: &mut Session<'_, W>,
    run: &Run,
) -> Result<Vec<String>, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    let spaces = runs::spaces_to_compare(database, run)?;
    // A space that could not be counted when it was listed has nothing to compare with until it is again.
    let known: Vec<(CountedSpace, PageCount)> =
        spaces.into_iter().filter_map(|space| space.count.map(|count| (space, count))).collect();
    let groups: Vec<_> = known.chunks(COUNTED_SPACES).collect();
    let paths: Vec<_> = groups
        .iter()
        .map(|group| counts::in_spaces(group.iter().map(|(space, _)| space.key.as_str())))
        .collect();
    let totals = totals(session, &paths).await?;
    let mut suspects = Vec::new();
    for (group, total) in groups.into_iter().zip(totals) {
        let expected: i64 = group.iter().map(|(space, count)| space.held + count.surplus).sum();
        match total {
            None => {}
            Some(total) if total == expected => settle(session, run, group)?,
            Some(_) => suspects.extend(look_closer(session, run, group, now).await?),
        }
    }
    Ok(suspects)
}

/// What was another number the last time was only late.
fn settle<W: World>(
    session: &Session<'_, W>,
    run: &Run,
    group: &[(CountedSpace, PageCount)],
) -> Result<(), StepError> {
    let settled: Vec<NewCount> = group
        .iter()
        .filter(|(_, count)| count.looks > 0)
        .map(|(space, count)| NewCount {
            space_id: space.space_id.clone(),
            surplus: count.surplus,
            looks: 0,
            suspected_at: None,
        })
        .collect();
    if settled.is_empty() {
        return Ok(());
    }
    Ok(runs::compared(session.world.database(), run, &settled)?)
}

/// Counts each space of a group by itself.
async fn look_closer<W: World>(
    session: &mut Session<'_, W>,
    run: &Run,
    group: &[(CountedSpace, PageCount)],
    now: i64,
) -> Result<Vec<String>, StepError> {
    let paths: Vec<_> = group.iter().map(|(space, _)| counts::in_spaces([space.key.as_str()])).collect();
    let totals = totals(session, &paths).await?;
    let mut suspects = Vec::new();
    let mut found = Vec::new();
    for ((space, count), total) in group.iter().zip(totals) {
        let Some(total) = total else { continue };
        let same = NewCount {
            space_id: space.space_id.clone(),
            surplus: count.surplus,
            looks: 0,
            suspected_at: None,
        };
        if total == space.held + count.surplus {
            if count.looks > 0 {
                found.push(same);
            }
            continue;
        }
        let looks = count.looks + 1;
        if looks < LOOKS {
            found.push(NewCount { looks, ..same });
        } else if now < space.reconciled_at + patience(*count) {
            // It cried wolf before: its new number is taken as it is, and the listing in turn tells.
            found.push(NewCount { surplus: total - space.held, ..same });
        } else {
            suspects.push(space.space_id.clone());
            found.push(NewCount { looks, suspected_at: Some(space.held), ..same });
        }
    }
    runs::compared(session.world.database(), run, &found)?;
    Ok(suspects)
}

fn patience(count: PageCount) -> i64 {
    if count.false_alarms == 0 { 0 } else { SHORTEST << (count.false_alarms - 1).min(MOST_DOUBLINGS) }
}

/// Counts what was just listed, which later looks are compared with.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    after: &str,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let spaces = runs::spaces_to_count(database, run, after, BATCH as i64)?;
    let Some(last) = spaces.last().map(|space| space.space_id.clone()) else {
        return Ok(Step::SpaceAttachments { at: None });
    };
    let paths: Vec<_> = spaces.iter().map(|space| counts::in_spaces([space.key.as_str()])).collect();
    let totals = totals(session, &paths).await?;
    let counted: Vec<(CountedSpace, i64)> =
        spaces.into_iter().zip(totals).filter_map(|(space, total)| Some((space, total?))).collect();
    runs::counted(database, run, &counted)?;
    Ok(Step::Counts { after: last })
}

/// The numbers, as far as they are told: where the search fails, nothing stops, for the listings in turn come too.
async fn totals<W: World>(
    session: &mut Session<'_, W>,
    paths: &[confluence::Path],
) -> Result<Vec<Option<i64>>, StepError> {
    let answers = session.get_all(paths).await?;
    let read = answers.into_iter().map(|answer| match answer.map(|answer| counts::total(&answer)) {
        Ok(Ok(total)) => Ok(Some(total)),
        // What concerns the connection, and not the number, is for the run to wait out.
        Ok(Err(
            error @ (ApiError::RateLimited { .. }
            | ApiError::CallerUnknown { .. }
            | ApiError::TokenRejected { .. }),
        )) => Err(error.into()),
        Ok(Err(_)) | Err(_) => Ok(None),
    });
    read.collect()
}
