//! The first phase of a run: which spaces' changes are followed, from when, and what came of it.

use ports::{Database, DatabaseError};

use super::tree::ListedPage;
use super::{FENCE, Run, json};

/// A space whose changes are to be read, and how far they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedSpace {
    pub space_id: String,
    /// Confluence's own time, in milliseconds since 1970; none if the space was never listed.
    pub followed_to: Option<i64>,
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// Notes the chosen spaces of a run, and the pages that could not be fetched when they were last tried.
pub fn begin(database: &impl Database, run: &Run, retries: i64) -> Result<(), DatabaseError> {
    let spaces = format!(
        "insert into run_spaces (run_id, space_id, key, name, state)
         -- Nothing of an archived space is followed; whether it still is one is looked at with the listings.
         select ?1, space_id, key, name, iif(status = 'archived', 'followed', 'to_follow') from spaces
         where connection_id = ?3 and chosen = 1 and {FENCE}
         on conflict (run_id, space_id) do nothing"
    );
    database.execute(&spaces, &[run.id.into(), holder(run), run.connection_id.into()])?;
    // Where somebody has approved removals, or nothing could be seen the last time, a listing tells more.
    let unsettled = format!(
        "update run_spaces set unsettled = 1 where run_id = ?1 and {FENCE} and space_id in (
           select space_id from held_removals where connection_id = ?3 and decision = 'remove'
           union select space_id from spaces where connection_id = ?3 and lost_since is not null)"
    );
    database.execute(&unsettled, &[run.id.into(), holder(run), run.connection_id.into()])?;
    let pages = format!(
        "insert into run_pages (run_id, page_id, space_id, parent_id, parent_type, title, web_path, position,
           version_number, version_created_at, live_step, version_key)
         select ?1, page_id, space_id, parent_id, parent_type, title, web_path, position, version_number,
           version_created_at, live_step, ''
         from pages where connection_id = ?3 and source_state = 'current' and failure is not null
           and failed_version is null and {FENCE}
           and exists (select 1 from spaces where connection_id = ?3 and spaces.space_id = pages.space_id
             and chosen = 1 and followed_to is not null)
         order by page_id limit ?4
         on conflict (run_id, page_id) do nothing"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), retries.into()];
    database.execute(&pages, &parameters)?;
    Ok(())
}

/// Up to `limit` spaces whose changes are still to be read: those that were listed before, or else the new ones.
pub fn spaces_to_follow(
    database: &impl Database,
    run: &Run,
    limit: i64,
) -> Result<Vec<FollowedSpace>, DatabaseError> {
    let rows = database.execute(
        "select spaces.space_id, spaces.followed_to from run_spaces
             join spaces on spaces.connection_id = ?2 and spaces.space_id = run_spaces.space_id
             where run_spaces.run_id = ?1 and run_spaces.state = 'to_follow'
             order by spaces.followed_to is null, spaces.space_id limit ?3",
        &[run.id.into(), run.connection_id.into(), limit.into()],
    )?;
    let mut spaces = rows
        .iter()
        .map(|row| Ok(FollowedSpace { space_id: row.get("space_id")?, followed_to: row.get("followed_to")? }))
        .collect::<Result<Vec<_>, DatabaseError>>()?;
    let is_known = spaces.first().is_some_and(|space| space.followed_to.is_some());
    spaces.retain(|space| space.followed_to.is_some() == is_known);
    Ok(spaces)
}

/// Keeps those of the pages that are not as we have them: another version, title or place, or gone before.
///
/// What a page was converted from is compared and not what was last seen of it, so that nothing is lost with a
/// run that saw it and came no further. The answer is the number of pages that differ.
pub fn changed_pages(
    database: &impl Database,
    run: &Run,
    pages: &[ListedPage],
) -> Result<i64, DatabaseError> {
    let rows = database
        .execute(
            "select value ->> 'page_id' as page_id from json_each(?2)
             where not exists (select 1 from pages where pages.connection_id = ?1
               and pages.page_id = value ->> 'page_id' and pages.source_state = 'current'
               and (pages.converted_version = value ->> 'version_key' or pages.failed_version = value ->> 'version_key')
               and pages.space_id = value ->> 'space_id' and pages.parent_id is (value ->> 'parent_id')
               and pages.title = value ->> 'title')
             -- What the rules of its space leave out is known by its place, and never converted.
             and not exists (select 1 from pages join scopes on scopes.connection_id = pages.connection_id
                 and scopes.space_id = pages.space_id and scopes.rules <> '[]'
               where pages.connection_id = ?1 and pages.page_id = value ->> 'page_id'
               and pages.source_state = 'not_chosen' and pages.version_created_at = value ->> 'version_created_at'
               and pages.version_number = value ->> 'version_number' and pages.live_step is (value ->> 'live_step')
               and pages.space_id = value ->> 'space_id' and pages.parent_id is (value ->> 'parent_id')
               and pages.title = value ->> 'title')",
            &[run.connection_id.into(), json(pages).into()],
        )?;
    let changed = rows.iter().map(|row| row.get("page_id")).collect::<Result<Vec<String>, _>>()?;
    let listed: Vec<ListedPage> =
        pages.iter().filter(|page| changed.contains(&page.page_id)).cloned().collect();
    if !listed.is_empty() {
        super::listed_pages(database, run, &listed)?;
    }
    Ok(i64::try_from(listed.len()).unwrap_or(i64::MAX))
}

/// How many pages the run holds: those that changed, or those that it listed.
pub fn count_pages(database: &impl Database, run: &Run) -> Result<i64, DatabaseError> {
    let rows = database.execute("select count(*) as n from run_pages where run_id = ?1", &[run.id.into()])?;
    rows.first().map_or(Ok(0), |row| row.get("n"))
}

/// Notes that the changes of these spaces are read, as they stood at `feed_head` of Confluence's own time.
///
/// A space that was never listed is to be listed now.
pub fn mark_followed(
    database: &impl Database,
    run: &Run,
    spaces: &[String],
    feed_head: Option<i64>,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "update run_spaces set feed_head = ?4, state = iif((select followed_to from spaces
             where connection_id = ?5 and spaces.space_id = run_spaces.space_id) is null, 'to_list', 'followed')
         where run_id = ?1 and space_id in (select value from json_each(?3)) and {FENCE}"
    );
    let parameters =
        [run.id.into(), holder(run), json(spaces).into(), feed_head.into(), run.connection_id.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Hands spaces that changed more than can be followed page by page over to the listing.
pub fn mark_unsettled(database: &impl Database, run: &Run, spaces: &[String]) -> Result<(), DatabaseError> {
    for statement in [
        "update run_spaces set unsettled = 1",
        // In this order, for the second must be repeated if the process dies between the two.
        "delete from run_pages",
    ] {
        let statement = format!(
            "{statement} where run_id = ?1 and space_id in (select value from json_each(?3)) and {FENCE}"
        );
        database.execute(&statement, &[run.id.into(), holder(run), json(spaces).into()])?;
    }
    Ok(())
}

/// Marks the spaces in which a restriction or a move concerns more than the changed pages themselves.
///
/// It has to come before the articles and pages take over what the run found, for it looks at the difference.
pub fn unsettle_descendants(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "update run_spaces set unsettled = 1 where run_id = ?1 and {FENCE} and space_id in (
           select listed.space_id from run_pages listed
             join articles on articles.connection_id = ?3 and articles.page_id = listed.page_id
             where listed.run_id = ?1 and articles.audience <> listed.audience
               and exists (select 1 from pages child where child.connection_id = ?3
                 and child.parent_id = listed.page_id and child.source_state = 'current')
           union
           select pages.space_id from run_parents above
             join pages on pages.connection_id = ?3 and pages.page_id = above.content_id
             where above.run_id = ?1 and pages.source_state = 'current'
               and (pages.own_restriction <> above.own_restriction or pages.parent_id is not above.parent_id))"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// The spaces of a run that its changes left to a whole listing.
pub fn unsettled_spaces(database: &impl Database, run: &Run) -> Result<Vec<String>, DatabaseError> {
    let statement =
        "select space_id from run_spaces where run_id = ?1 and (state = 'to_list' or unsettled = 1)
         order by space_id";
    let rows = database.execute(statement, &[run.id.into()])?;
    rows.iter().map(|row| row.get("space_id")).collect()
}

/// Whether somebody asked for the run to list every space; it may have been asked after the run was leased.
pub fn is_asked_whole(database: &impl Database, run: &Run) -> Result<bool, DatabaseError> {
    let rows =
        database.execute("select kind = 'whole' as whole from runs where id = ?1", &[run.id.into()])?;
    rows.first().map_or(Ok(false), |row| row.get("whole"))
}

/// A followed space, when it was last listed whole, and how many current pages of it we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSpace {
    pub space_id: String,
    pub reconciled_at: i64,
    pub pages: i64,
    /// How many permissions it has.
    pub permissions: i64,
}

/// The followed spaces of a run, the one that was listed longest ago first.
pub fn known_spaces(database: &impl Database, run: &Run) -> Result<Vec<KnownSpace>, DatabaseError> {
    let rows = database
        .execute(
            "select spaces.space_id, coalesce(spaces.reconciled_at, 0) as reconciled_at,
               (select count(*) from pages where pages.connection_id = ?2 and pages.space_id = spaces.space_id
                 and pages.source_state = 'current') as pages,
               coalesce((select permissions from space_permissions as known
                 where known.connection_id = ?2 and known.space_id = spaces.space_id), 0) as permissions
             from run_spaces join spaces on spaces.connection_id = ?2 and spaces.space_id = run_spaces.space_id
             where run_spaces.run_id = ?1 and run_spaces.state = 'followed'
             order by 2, 1",
            &[run.id.into(), run.connection_id.into()],
        )?;
    rows.iter()
        .map(|row| {
            Ok(KnownSpace {
                space_id: row.get("space_id")?,
                reconciled_at: row.get("reconciled_at")?,
                pages: row.get("pages")?,
                permissions: row.get("permissions")?,
            })
        })
        .collect()
}

/// Sets the spaces that the run lists whole, and says so in its kind.
pub fn go_on_with(
    database: &impl Database,
    run: &Run,
    spaces: &[String],
    now: i64,
) -> Result<(), DatabaseError> {
    let begin = format!(
        "update run_spaces set state = 'to_list', begun_at = ?4
         where run_id = ?1 and space_id in (select value from json_each(?3))
           and state in ('followed', 'to_list') and {FENCE}"
    );
    let whole =
        format!("update runs set kind = 'whole' where id = ?1 and json_array_length(?3) > 0 and {FENCE}");
    let parameters = [run.id.into(), holder(run), json(spaces).into(), now.into()];
    database.execute(&begin, &parameters)?;
    database.execute(&whole, &parameters[..3])?;
    Ok(())
}

/// Moves the watermark of every space that this run followed, and notes when it listed which whole.
///
/// What counts is when a listing began: a run may have rested for hours since, and knows nothing of them. A space that is left to a listing keeps its watermark until it was listed.
pub fn followed(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "update spaces set
           followed_to = iif(found.state = 'not_visible', spaces.followed_to,
             coalesce(found.feed_head, spaces.followed_to, 0)),
           reconciled_at = iif(found.state = 'followed', spaces.reconciled_at, coalesce(found.begun_at, ?4)),
           lost_since = case found.state when 'followed' then spaces.lost_since when 'listed' then null
             else coalesce(spaces.lost_since, ?4) end
         from run_spaces found
         where found.run_id = ?1 and found.space_id = spaces.space_id and spaces.connection_id = ?3
           and (found.state in ('listed', 'empty', 'not_visible') or found.state = 'followed' and found.unsettled = 0)
           and {FENCE}"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), now.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}
