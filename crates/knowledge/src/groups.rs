//! Groups of Confluence and who is in them. What a run reads takes people out at once; whoever is new comes in
//! with a new edition, which holds for gates that are made from then on.

use ports::{Database, DatabaseError, Row};

use crate::runs::{FENCE, Run, json};

/// A group to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupToRead {
    pub group_id: String,
    /// Empty until it is known.
    pub name: String,
    /// Whether it stands for everyone, so that nobody asks who is in it.
    pub is_everyone: bool,
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

fn read(row: Row<'_>) -> Result<GroupToRead, DatabaseError> {
    Ok(GroupToRead {
        group_id: row.get("group_id")?,
        name: row.get("name")?,
        is_everyone: row.get::<Option<bool>>("everyone")?.unwrap_or_default(),
    })
}

/// The groups that this run found named and has not asked for yet.
pub fn named(database: &impl Database, run: &Run, limit: i64) -> Result<Vec<GroupToRead>, DatabaseError> {
    let statement = "select group_id, name, everyone from groups
       where connection_id = ?2 and checked_in is not ?1 and not (everyone and name <> '')
         and group_id in (select subject_id from run_readers where run_id = ?1 and kind = 'group')
       order by group_id limit ?3";
    let rows = database.execute(statement, &[run.id.into(), run.connection_id.into(), limit.into()])?;
    rows.iter().map(read).collect()
}

/// The groups behind gates that were last asked for before `before`, and not by this run.
pub fn due(
    database: &impl Database,
    run: &Run,
    before: i64,
    limit: i64,
) -> Result<Vec<GroupToRead>, DatabaseError> {
    let statement = "select group_id, name, everyone from groups
       where connection_id = ?2 and checked_in is not ?1 and checked_at <= ?3 and not everyone
         and exists (select 1 from node_readers where connection_id = ?2 and kind = 'group'
           and subject_id = groups.group_id)
       order by group_id limit ?4";
    let parameters = [run.id.into(), run.connection_id.into(), before.into(), limit.into()];
    let rows = database.execute(statement, &parameters)?;
    rows.iter().map(read).collect()
}

/// Has the run ask for its groups once more: somebody may have left one after it was read, and what is listed from now
/// on may be newer than that.
pub fn ask_again(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "update groups set checked_in = null where connection_id = ?3 and checked_in = ?1 and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// What it costs to ask for every group behind gates once, in points.
pub fn cost(database: &impl Database, connection: i64) -> Result<i64, DatabaseError> {
    let statement = "select coalesce(sum(2 + 2 * members), 0) as cost from groups
       where connection_id = ?1 and not everyone and exists (select 1 from node_readers
         where connection_id = ?1 and kind = 'group' and subject_id = groups.group_id)";
    let rows = database.execute(statement, &[connection.into()])?;
    rows.first().map_or(Ok(0), |row| row.get("cost"))
}

/// Keeps a group's name.
pub fn found_name(database: &impl Database, run: &Run, group: &str, name: &str) -> Result<(), DatabaseError> {
    let statement =
        format!("update groups set name = ?5 where connection_id = ?3 and group_id = ?4 and {FENCE}");
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), group.into(), name.into()];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// Keeps who is in a group. Whoever is not any more is taken out first, of every edition.
pub fn found_members(
    database: &impl Database,
    run: &Run,
    group: &str,
    members: &[String],
    now: i64,
) -> Result<(), DatabaseError> {
    let take_out = format!(
        "delete from group_members where connection_id = ?3 and group_id = ?4
           and account_id not in (select value from json_each(?5)) and {FENCE}"
    );
    let edition = format!("{group}@{}", run.id);
    let members_json = json(members);
    let parameters = [
        run.id.into(),
        holder(run),
        run.connection_id.into(),
        group.into(),
        members_json.as_str().into(),
        edition.as_str().into(),
        now.into(),
    ];
    database.execute(&take_out, &parameters[..5])?;
    const IS_NEW: &str = "exists (select 1 from json_each(?5) as member where member.value not in (
       select known.account_id from groups join group_members as known
         on known.connection_id = ?3 and known.edition = groups.edition
       where groups.connection_id = ?3 and groups.group_id = ?4))";
    let come_in = format!(
        "insert or ignore into group_members (connection_id, group_id, edition, account_id)
         select ?3, ?4, ?6, value from json_each(?5) where {IS_NEW} and {FENCE}"
    );
    database.execute(&come_in, &parameters[..6])?;
    let note = format!(
        "update groups set state = 'read', members = json_array_length(?5), checked_at = ?7, checked_in = ?1,
           edition_at = iif(edition is null or {IS_NEW}, ?7, edition_at),
           edition = iif(edition is null or {IS_NEW}, ?6, edition)
         where connection_id = ?3 and group_id = ?4 and {FENCE}"
    );
    database.execute(&note, &parameters)?;
    Ok(())
}

/// Notes that nobody can tell who is in a group, so that it lets nobody through.
pub fn unreadable(database: &impl Database, run: &Run, group: &str, now: i64) -> Result<(), DatabaseError> {
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), group.into(), now.into()];
    let take_out =
        format!("delete from group_members where connection_id = ?3 and group_id = ?4 and {FENCE}");
    database.execute(&take_out, &parameters[..4])?;
    let note = format!(
        "update groups set state = 'unreadable', edition = null, members = 0, checked_at = ?5, checked_in = ?1
         where connection_id = ?3 and group_id = ?4 and {FENCE}"
    );
    database.execute(&note, &parameters)?;
    Ok(())
}
