use ports::{Database, DatabaseError};

use super::known::{known_nodes, read_node};
use super::{Node, Rule, verdicts};
use crate::runs::{FENCE, Run, json};

/// The rules of a space, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub rules: Vec<Rule>,
    pub changed_at: i64,
    pub changed_by: String,
}

/// The rules of a space; none where it comes in whole and always did.
pub fn scope(
    database: &impl Database,
    connection: i64,
    space_id: &str,
) -> Result<Option<Scope>, DatabaseError> {
    let rows = database.execute(
        "select rules, changed_at, changed_by from scopes where connection_id = ?1 and space_id = ?2",
        &[connection.into(), space_id.into()],
    )?;
    rows.first()
        .map(|row| {
            let rules: String = row.get("rules")?;
            Ok(Scope {
                // Rules that cannot be read are written by no version of ours.
                rules: serde_json::from_str(&rules).unwrap_or_default(),
                changed_at: row.get("changed_at")?,
                changed_by: row.get("changed_by")?,
            })
        })
        .transpose()
}

/// Gives a space these rules. What they leave out is hidden at once; what they take in comes with the next run.
pub fn apply(
    database: &impl Database,
    connection: i64,
    space_id: &str,
    rules: &[Rule],
    by: &str,
    now: i64,
) -> Result<(), DatabaseError> {
    database
        .execute(
            "insert into scopes (connection_id, space_id, rules, changed_at, changed_by) values (?1, ?2, ?3, ?4, ?5)
             on conflict do update set rules_before = scopes.rules, rules = excluded.rules,
               changed_at = excluded.changed_at, changed_by = excluded.changed_by",
            &[connection.into(), space_id.into(), json(rules).into(), now.into(), by.into()],
        )?;
    hide_left_out(database, connection, space_id, rules, now)
}

/// Takes back the change that was made at that time; false if the rules were changed again since.
pub fn undo(
    database: &impl Database,
    connection: i64,
    space_id: &str,
    at: i64,
    by: &str,
    now: i64,
) -> Result<bool, DatabaseError> {
    let rows = database.execute(
        "update scopes set rules = rules_before, rules_before = rules, changed_at = ?5, changed_by = ?4
             where connection_id = ?1 and space_id = ?2 and changed_at = ?3 returning rules",
        &[connection.into(), space_id.into(), at.into(), by.into(), now.into()],
    )?;
    let Some(row) = rows.first() else { return Ok(false) };
    let rules: Vec<Rule> = serde_json::from_str(&row.get::<String>("rules")?).unwrap_or_default();
    hide_left_out(database, connection, space_id, &rules, now)?;
    Ok(true)
}

/// Hides what rules leave out, as far as we know the tree; its status and category are kept.
fn hide_left_out(
    database: &impl Database,
    connection: i64,
    space_id: &str,
    rules: &[Rule],
    now: i64,
) -> Result<(), DatabaseError> {
    let nodes = known_nodes(database, connection)?;
    let out = left_out(rules, &nodes);
    for (table, time) in [("articles", "updated_at"), ("pages", "synced_at")] {
        let statement = format!(
            "update {table} set source_state = 'not_chosen', {time} = ?4
             where connection_id = ?1 and space_id = ?2 and source_state = 'current'
               and page_id in (select value from json_each(?3))"
        );
        database.execute(&statement, &[connection.into(), space_id.into(), json(&out).into(), now.into()])?;
    }
    Ok(())
}

fn left_out<'a>(rules: &[Rule], nodes: &'a [Node]) -> Vec<&'a str> {
    let said = verdicts(rules, nodes);
    nodes.iter().zip(said).filter(|(_, said)| !said.is_in()).map(|(node, _)| node.id.as_str()).collect()
}

/// Decides which of the pages that a run has listed are in scope; without rules all of them are.
pub fn settle(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let holder = || run.lease_holder.as_str().into();
    let remember = format!(
        "insert into parents (connection_id, content_id, parent_id, seen_at)
         select ?3, content_id, parent_id, ?4 from run_parents
         where run_id = ?1 and parent_id is not content_id and {FENCE}
         on conflict do update set parent_id = excluded.parent_id, seen_at = excluded.seen_at"
    );
    let parameters = [run.id.into(), holder(), run.connection_id.into(), run.created_at.into()];
    database.execute(&remember, &parameters)?;
    let scopes = database.execute(
        "select space_id, rules from scopes where connection_id = ?1 and rules <> '[]'",
        &[run.connection_id.into()],
    )?;
    if scopes.is_empty() {
        return Ok(());
    }
    let nodes = listed_nodes(database, run)?;
    for row in scopes.iter() {
        let rules: Vec<Rule> = serde_json::from_str(&row.get::<String>("rules")?).unwrap_or_default();
        let statement = format!(
            "update run_pages set in_scope = page_id not in (select value from json_each(?3))
             where run_id = ?1 and space_id = ?4 and {FENCE}"
        );
        let out = json(&left_out(&rules, &nodes));
        let space: String = row.get("space_id")?;
        database.execute(&statement, &[run.id.into(), holder(), out.into(), space.into()])?;
    }
    Ok(())
}

/// The tree as a run sees it: what it listed, and what we knew of the rest.
fn listed_nodes(database: &impl Database, run: &Run) -> Result<Vec<Node>, DatabaseError> {
    let rows = database
        .execute(
            "select listed.page_id as id, listed.parent_id, coalesce(listed.labels, pages.labels) as labels
             from run_pages listed
             left join pages on pages.connection_id = ?2 and pages.page_id = listed.page_id
             where listed.run_id = ?1
             union all
             select content_id, parent_id, null from run_parents where run_id = ?1
             union all
             select page_id, parent_id, labels from pages where connection_id = ?2
               and not exists (select 1 from run_pages where run_id = ?1 and page_id = pages.page_id)
             union all
             select content_id, parent_id, null from parents where connection_id = ?2
               and not exists (select 1 from run_parents where run_id = ?1 and content_id = parents.content_id)
               and not exists (select 1 from run_pages where run_id = ?1 and page_id = parents.content_id)
               and not exists (select 1 from pages where connection_id = ?2 and page_id = parents.content_id)",
            &[run.id.into(), run.connection_id.into()],
        )?;
    rows.iter().map(read_node).collect()
}
