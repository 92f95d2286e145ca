use knowledge::runs::{self, Run, RunSpace, SpaceState, Tally};
use knowledge::{article_writes, attachments, connections, held_removals, spaces};
use ports::World;

use crate::StepError;
use crate::session::Session;

/// A space that is not seen is looked at again before anything is concluded, and hidden if it is still not seen
/// after this time. The next look follows sooner.
const GRACE: i64 = 4 * 60_000;

/// Writes the last line of a run: what it did, and from which spaces it removed nothing.
pub(crate) fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<(), StepError> {
    let database = session.world.database();
    article_writes::categorised(database, run.connection_id, run.created_at)?;
    let now = session.world.now();
    runs::followed(database, run, now)?;
    connections::synced(database, run.connection_id, now)?;
    article_writes::hide_lost(database, run, now - GRACE, now)?;
    runs::forget_gates(database, run)?;
    let unlisted = runs::unlisted_spaces(database, run)?;
    let mut remarks = remarks(&unlisted);
    let held = held_removals::undecided(database, run.connection_id)?;
    if held > 0 {
        remarks.push(format!(
            "{} left Confluence in unusual numbers, so the articles are kept until you decide about them.",
            counted(held)
        ));
    }
    for space in spaces::archived(database, run.connection_id)? {
        remarks.push(format!(
            "The space {space} is archived in Confluence, so its articles are hidden while that lasts."
        ));
    }
    for (space, failure) in attachments::unlisted_spaces(database, run.connection_id)? {
        remarks.push(format!(
            "The attachments of {space} could not be listed, and are tried again within two hours: {failure}"
        ));
    }
    let followed = runs::known_spaces(database, run)?.len();
    if run.was_asked && followed > 0 {
        // Somebody asked for everything and did not get it.
        let spaces = if followed == 1 { "1 space was".into() } else { format!("{followed} spaces were") };
        remarks.push(format!(
            "{spaces} looked at for edits only, because this hour's share of Confluence's limit did not reach for more."
        ));
    }
    run.remarks = remarks.join(" ");
    run.doing = format!("{} {}", summary(run.tally), run.remarks).trim_end().to_owned();
    Ok(())
}

fn summary(tally: Tally) -> String {
    let mut parts = vec![format!("{} checked", counted(tally.pages_seen))];
    for (count, words) in [
        (tally.pages_done, "brought up to date"),
        (tally.pages_with_losses, "with losses"),
        (tally.pages_failed, "not converted"),
        (tally.pages_removed, "removed"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    format!("{}.", parts.join(", "))
}

/// What is to be said of the spaces of which nothing was seen.
fn remarks(unlisted: &[(RunSpace, SpaceState)]) -> Vec<String> {
    unlisted
        .iter()
        .map(|(space, state)| match state {
            SpaceState::NotVisible => format!(
                "The space {} ({}) can no longer be seen by the connected account, so nothing of it was removed; \
                 its articles are hidden while that lasts. Give the account access again or take the space out of the selection.",
                space.name, space.key
            ),
            _ => format!(
                "The space {} ({}) showed no page at all, so nothing was removed that Confluence does not call \
                 trashed, archived or moved; its articles are hidden while that lasts. Check that the connected account may \
                 still see its pages.",
                space.name, space.key
            ),
        })
        .collect()
}

fn counted(pages: i64) -> String {
    if pages == 1 { "1 page".into() } else { format!("{pages} pages") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_says_what_was_done_and_what_was_left() {
        let tally = Tally { pages_seen: 120, pages_done: 5, pages_removed: 1, ..Tally::default() };
        assert_eq!(summary(tally), "120 pages checked, 5 brought up to date, 1 removed.");
        let space = RunSpace { space_id: "10".into(), key: "HR".into(), name: "People".into() };
        let words = remarks(&[(space, SpaceState::NotVisible)]).join(" ");
        assert!(
            words.contains("People (HR) can no longer be seen") && words.contains("Give the account access")
        );
    }
}
