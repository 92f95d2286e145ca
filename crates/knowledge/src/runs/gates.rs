//! The gates of restricted nodes: whom they let through, as a run finds it.
//!
//! Who may no longer pass is taken off every gate of a node at once. Who may pass now and might not before gets
//! a new gate, which holds for what is written under it from then on.

use ports::{Database, DatabaseError};
use serde::Serialize;

use super::{FENCE, Phase, Run, json, mark_unsettled};

/// Somebody whom a restricted node names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeReader {
    pub node_id: String,
    /// `user` or `group`.
    pub kind: &'static str,
    /// An account id or a group id.
    pub subject_id: String,
    /// The name of a group, where it came along.
    pub name: String,
}

/// The node of a space.
#[must_use]
pub fn space_node(space_id: &str) -> String {
    format!("space:{space_id}")
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// Keeps whom nodes name, in the place of what this run knew of them; groups that are new are noted by their names.
pub fn readers_found(
    database: &impl Database,
    run: &Run,
    nodes: &[&str],
    readers: &[NodeReader],
) -> Result<(), DatabaseError> {
    let forget = format!(
        "delete from run_readers where run_id = ?1 and node_id in (select value from json_each(?3)) and {FENCE}"
    );
    database.execute(&forget, &[run.id.into(), holder(run), json(nodes).into()])?;
    if readers.is_empty() {
        return Ok(());
    }
    let keep = format!(
        "insert or ignore into run_readers (run_id, node_id, kind, subject_id)
         select ?1, value ->> 'node_id', value ->> 'kind', value ->> 'subject_id' from json_each(?3) where {FENCE}"
    );
    database.execute(&keep, &[run.id.into(), holder(run), json(readers).into()])?;
    let groups = format!(
        "insert into groups (connection_id, group_id, name)
         select ?4, value ->> 'subject_id', max(value ->> 'name') from json_each(?3)
         where value ->> 'kind' = 'group' and {FENCE} group by value ->> 'subject_id'
         on conflict (connection_id, group_id) do update set name = excluded.name where excluded.name <> ''"
    );
    let parameters = [run.id.into(), holder(run), json(readers).into(), run.connection_id.into()];
    database.execute(&groups, &parameters)?;
    Ok(())
}

/// Who may view a space, as a run found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpacePermission<'a> {
    /// `open`, `restricted` to the readers of the space's node, or `unknown`.
    pub state: &'a str,
    /// Why it is unknown.
    pub reason: Option<&'a str>,
    /// How many permissions were read.
    pub permissions: i64,
}

/// The spaces of the edited pages about whose viewers a run asks: always where that is cheap, and else when they
/// were last read before `before`.
pub fn viewers_to_ask(
    database: &impl Database,
    run: &Run,
    cheap: i64,
    before: i64,
) -> Result<Vec<String>, DatabaseError> {
    let rows = database
        .execute(
            "select distinct page.space_id from run_pages as page
             left join space_permissions as known on known.connection_id = ?2 and known.space_id = page.space_id
             where page.run_id = ?1 and (coalesce(known.permissions, 0) <= ?3 or known.checked_at <= ?4)
             order by page.space_id",
            &[run.id.into(), run.connection_id.into(), cheap.into(), before.into()],
        )?;
    rows.iter().map(|row| row.get("space_id")).collect()
}

/// Notes who may view a space. Where that is of another kind than what a look at the edits knew, it concerns every page
/// of the space, which is to be listed; that is noted first, for a worker may die in between.
pub fn space_permission(
    database: &impl Database,
    run: &Run,
    space_id: &str,
    found: SpacePermission<'_>,
    now: i64,
) -> Result<(), DatabaseError> {
    let known = "select state from space_permissions where connection_id = ?1 and space_id = ?2";
    let known = database.execute(known, &[run.connection_id.into(), space_id.into()])?;
    let is_as_known = match known.first() {
        Some(row) => row.get::<String>("state")? == found.state,
        None => false,
    };
    if !is_as_known && run.phase == Phase::Changes {
        mark_unsettled(database, run, &[space_id.to_owned()])?;
    }
    let statement = format!(
        "insert into space_permissions (connection_id, space_id, state, reason, permissions, checked_at)
         select ?3, ?4, ?5, ?6, ?7, ?8 where {FENCE}
         on conflict (connection_id, space_id) do update set state = excluded.state, reason = excluded.reason,
           permissions = excluded.permissions, checked_at = excluded.checked_at"
    );
    let parameters = [
        run.id.into(),
        holder(run),
        run.connection_id.into(),
        space_id.into(),
        found.state.into(),
        found.reason.into(),
        found.permissions.into(),
        now.into(),
    ];
    database.execute(&statement, &parameters)?;
    Ok(())
}

/// `restricted`: the nodes that this run found restricted. `staged`: whom they name, groups as they are now.
/// `renewed`: those of them that let through somebody whom their gate does not.
const FOUND: &str = "restricted (node_id) as materialized (
    select page_id from run_pages where run_id = ?1 and own_restriction = 'restricted'
    union select content_id from run_parents where run_id = ?1 and own_restriction = 'restricted'
    union select node_id from run_readers where run_id = ?1 and node_id glob 'space:*'),
  staged (node_id, kind, subject_id, edition) as materialized (
    select node_id, kind, subject_id, '' from run_readers
      where run_id = ?1 and kind = 'user' and node_id in (select node_id from restricted)
    union all
    select readers.node_id, readers.kind, readers.subject_id, iif(groups.everyone, '*', groups.edition)
      from run_readers as readers
      join groups on groups.connection_id = ?3 and groups.group_id = readers.subject_id
        and (groups.edition is not null or groups.everyone)
      where readers.run_id = ?1 and readers.kind = 'group'
        and readers.node_id in (select node_id from restricted)),
  renewed (node_id) as materialized (
    select node_id from restricted where node_id not in (select node_id from gates where connection_id = ?3)
    union
    select node_id from staged where not exists (
      select 1 from gates join node_readers as known on known.connection_id = ?3 and known.gate = gates.gate
        and known.kind = staged.kind and known.subject_id = staged.subject_id and known.edition = staged.edition
      where gates.connection_id = ?3 and gates.node_id = staged.node_id))";

/// Brings the gates of the nodes that this run found restricted up to date: takes off, then makes new ones.
pub fn renew_gates(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let take_off = format!(
        "with {FOUND}
         delete from node_readers where connection_id = ?3 and node_id in (select node_id from restricted)
           and not exists (select 1 from run_readers where run_id = ?1 and run_readers.node_id = node_readers.node_id
             and run_readers.kind = node_readers.kind and run_readers.subject_id = node_readers.subject_id)
           and {FENCE}"
    );
    database.execute(&take_off, &[run.id.into(), holder(run), run.connection_id.into()])?;
    // No run makes two gates of one node in the same phase, and no two runs have the same number.
    let mark = format!("@{}{}", run.id, if run.phase == Phase::Changes { "" } else { "w" });
    let let_through = format!(
        "with {FOUND}
         insert or ignore into node_readers (connection_id, gate, node_id, kind, subject_id, edition)
         select ?3, node_id || ?4, node_id, kind, subject_id, edition from staged
         where node_id in (select node_id from renewed) and {FENCE}"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), mark.as_str().into(), now.into()];
    database.execute(&let_through, &parameters[..4])?;
    let set_up = format!(
        "with {FOUND}
         insert into gates (connection_id, node_id, gate, made_at)
         select ?3, node_id, node_id || ?4, ?5 from renewed where {FENCE}
         on conflict (connection_id, node_id) do update set gate = excluded.gate, made_at = excluded.made_at"
    );
    database.execute(&set_up, &parameters)?;
    Ok(())
}

/// Works out the audience of each page: the gates of its space, of every ancestor and its own.
///
/// It is reckoned from the roots down, so that a parent which is missing, unreadable or its own ancestor
/// lets nobody through. What names the group of everybody restricts nothing.
///
/// The indexes are named, and the order of the joins is fixed by `cross`, because SQLite, left to itself, reads the
/// whole run for each page: more than a minute at 10,000.
pub fn computed_audiences(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let is_for_everyone = |node: &str| {
        format!(
            "exists (select 1 from run_readers as named join groups on groups.connection_id = ?3
               and groups.group_id = named.subject_id and groups.everyone
             where named.run_id = ?1 and named.kind = 'group' and named.node_id = {node})"
        )
    };
    let gate = |node: &str| {
        format!(
            "',' || json_quote(coalesce((select gate from gates where connection_id = ?3 and node_id = {node}),
               {node} || '@'))"
        )
    };
    let own = |node: &str, table: &str| {
        format!("iif({table}.own_restriction = 'open' or {}, '', {})", is_for_everyone(node), gate(node))
    };
    let page = own("page.page_id", "page");
    let parent = own("parent.content_id", "parent");
    let not_listed = "not exists (select 1 from run_pages where run_id = ?1 and page_id = parent.content_id)";
    let statement = format!(
        "with recursive chain (id, gates) as (
           select page.page_id, {page} from run_pages page
             where page.run_id = ?1 and page.parent_id is null and page.own_restriction <> 'unknown'
           union
           select parent.content_id, {parent} from run_parents parent
             where parent.run_id = ?1 and parent.parent_id is null and parent.own_restriction <> 'unknown' and {not_listed}
           union
           select page.page_id, chain.gates || {page} from chain
             cross join run_pages page indexed by run_pages_by_parent on page.run_id = ?1 and page.parent_id = chain.id
             where page.own_restriction <> 'unknown'
           union
           select parent.content_id, chain.gates || {parent} from chain
             cross join run_parents parent indexed by run_parents_by_parent on parent.run_id = ?1 and parent.parent_id = chain.id
             where parent.own_restriction <> 'unknown' and {not_listed}),
         space_gates (space_id, state, reason, gates) as materialized (
           select found.space_id, coalesce(known.state, 'unknown'), known.reason, case
             when known.state = 'open' or known.state = 'restricted' and known.everyone then ''
             when known.state = 'restricted' then {space_gate} end
           from (select distinct space_id from run_pages where run_id = ?1) as found
           left join (select *, {space_is_for_everyone} as everyone from space_permissions
             where connection_id = ?3) as known on known.space_id = found.space_id),
         found (page_id, own_restriction, chain, state, space_reason, gates) as materialized (
           select page.page_id, page.own_restriction, led.gates, space_gates.state, space_gates.reason,
             space_gates.gates || led.gates
           from (select id, gates from chain
               union all select page_id, null from run_pages
                 where run_id = ?1 and page_id not in (select id from chain)) as led
           cross join run_pages page on page.run_id = ?1 and page.page_id = led.id
           cross join space_gates on space_gates.space_id = page.space_id)
         update run_pages set
           audience = case when found.gates is null then 'restricted' when found.gates = '' then 'everyone'
             else '[' || ?3 || found.gates || ']' end,
           audience_reason = case
             when found.gates = '' then null
             when found.own_restriction = 'unknown' then 'The restrictions of the page could not be read.'
             when found.chain is null then 'A page or folder above it could not be read.'
             when found.state = 'unknown' then coalesce(found.space_reason, 'Who may see its space is not known yet.')
             when found.own_restriction = 'restricted' then 'The page is restricted in Confluence.'
             when found.chain <> '' then 'A page or folder above it is restricted in Confluence.'
             else 'Its space is for some people only in Confluence.' end
         from found where run_pages.run_id = ?1 and run_pages.page_id = found.page_id and {FENCE}
           -- What was taken up as it was last seen keeps the audience that it has.
           and (run_pages.own_restriction <> 'unknown' or run_pages.audience = 'restricted')",
        space_gate = gate("'space:' || found.space_id"),
        space_is_for_everyone = is_for_everyone_space(),
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    let keep = format!(
        "insert or ignore into audiences (audience, connection_id)
         select distinct audience, ?3 from run_pages
         where run_id = ?1 and audience not in ('everyone', 'restricted') and {FENCE}"
    );
    database.execute(&keep, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// Whether the gate of a space in `space_permissions` names the group of everybody; it may have been read by
/// an earlier run.
fn is_for_everyone_space() -> &'static str {
    "exists (select 1 from gates
       join node_readers as named on named.connection_id = ?3 and named.gate = gates.gate and named.kind = 'group'
       join groups on groups.connection_id = ?3 and groups.group_id = named.subject_id and groups.everyone
     where gates.connection_id = ?3 and gates.node_id = 'space:' || space_permissions.space_id)"
}

/// Marks the spaces with pages behind gates that are no longer their nodes', or that know a group as it was before:
/// there may be more readers by now, whom a whole listing lets in.
pub fn unsettle_outdated(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "with outdated (gate, since) as materialized (
           select known.gate, gates.made_at from node_readers as known
             join gates on gates.connection_id = ?3 and gates.node_id = known.node_id and gates.gate <> known.gate
             where known.connection_id = ?3
           union
           select known.gate, groups.edition_at from node_readers as known
             join groups on groups.connection_id = ?3 and groups.group_id = known.subject_id
               and groups.edition is not known.edition and not groups.everyone
             where known.connection_id = ?3 and known.kind = 'group'),
         concerned (audience, since) as materialized (
           select audiences.audience, outdated.since from audiences, json_each(audiences.audience) as gate
             join outdated on outdated.gate = gate.value
             where audiences.connection_id = ?3)
         update run_spaces set unsettled = 1
         where run_id = ?1 and unsettled = 0 and {FENCE} and space_id in (
           select pages.space_id from concerned
             join pages on pages.connection_id = ?3 and pages.audience = concerned.audience
               and pages.source_state = 'current'
             join spaces on spaces.connection_id = ?3 and spaces.space_id = pages.space_id
             where concerned.since > coalesce(spaces.reconciled_at, 0))"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    Ok(())
}

/// Forgets gates, readers and audiences that nothing is behind any more.
pub fn forget_gates(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    for statement in [
        "delete from audiences where connection_id = ?3
           and audience not in (select audience from articles where connection_id = ?3)
           and audience not in (select audience from pages where connection_id = ?3)",
        "delete from audience_readers where connection_id = ?3 and audience not in (select audience from audiences)",
        "delete from node_readers where connection_id = ?3
           and gate not in (select gate from gates where connection_id = ?3)
           and gate not in (select gate.value from audiences, json_each(audiences.audience) as gate
             where connection_id = ?3 and gate.key > 0)",
        "delete from group_members where connection_id = ?3
           and edition not in (select edition from groups where connection_id = ?3 and edition is not null)
           and edition not in (select edition from node_readers where connection_id = ?3)",
    ] {
        let statement = format!("{statement} and {FENCE}");
        database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()])?;
    }
    Ok(())
}
