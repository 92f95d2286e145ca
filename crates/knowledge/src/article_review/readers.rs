use ports::{Database, DatabaseError};

/// What of Confluence stands between people and an article, and whom it lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restricting {
    /// The page, folder or space, in words.
    pub node: String,
    pub groups: Vec<String>,
    /// People who have signed in here, by their names.
    pub people: Vec<String>,
    /// How many accounts are named whose people have not signed in here.
    pub others: i64,
}

/// Who may read an article that is not for everyone: whoever passes all of these. Nothing for one that is.
pub fn restricting(database: &impl Database, article: i64) -> Result<Vec<Restricting>, DatabaseError> {
    let rows = database
        .execute(
            "with gates_of (place, connection_id, gate, node_id) as materialized (
               select gate.key, a.connection_id, gate.value,
                 substr(gate.value, 1, instr(gate.value, '@') - 1)
               from articles as a, json_each(iif(json_valid(a.audience), a.audience, '[]')) as gate
               where a.id = ?1 and gate.key > 0)
             select coalesce(
                 case when pages.page_id = a.page_id then 'This page' end, 'The page “' || pages.title || '”',
                 'The space ' || spaces.name, 'A folder above it') as node,
               (select json_group_array(distinct iif(groups.name = '', 'A group without a name', groups.name))
                 from node_readers as named join groups on groups.connection_id = named.connection_id
                   and groups.group_id = named.subject_id
                 where named.connection_id = g.connection_id and named.gate = g.gate and named.kind = 'group') as in_groups,
               (select json_group_array(distinct people.name)
                 from node_readers as named join person_accounts as own on own.connection_id = named.connection_id
                   and own.account_id = named.subject_id
                 join people on people.subject = own.subject
                 where named.connection_id = g.connection_id and named.gate = g.gate and named.kind = 'user') as named_people,
               (select count(*) from node_readers as named
                 where named.connection_id = g.connection_id and named.gate = g.gate and named.kind = 'user'
                   and not exists (select 1 from person_accounts as own where own.connection_id = named.connection_id
                     and own.account_id = named.subject_id)) as others
             from gates_of as g
             join articles as a on a.id = ?1
             left join pages on pages.connection_id = g.connection_id and pages.page_id = g.node_id
             left join spaces on spaces.connection_id = g.connection_id and 'space:' || spaces.space_id = g.node_id
             order by g.place",
            &[article.into()],
        )?;
    let names = |text: String| serde_json::from_str(&text).unwrap_or_default();
    rows.iter()
        .map(|row| {
            Ok(Restricting {
                node: row.get("node")?,
                groups: names(row.get("in_groups")?),
                people: names(row.get("named_people")?),
                others: row.get("others")?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::store;
    use super::*;

    #[test]
    fn the_readers_of_an_article_are_told_gate_by_gate() {
        let database = store();
        let rows = database.execute("select id, page_id from articles order by id limit 1", &[]).unwrap();
        let (id, page): (i64, String) =
            (rows.first().unwrap().get("id").unwrap(), rows.first().unwrap().get("page_id").unwrap());
        assert!(restricting(&database, id).unwrap().is_empty());
        for statement in [
                format!("update articles set audience = '[1,\"space:10@1\",\"{page}@2w\"]' where id = {id}"),
                format!("insert or ignore into pages (connection_id, page_id, space_id, title, web_path, version_number,
                   version_created_at, first_seen_at, synced_at) values (1, '{page}', '10', 'T', '', 1, '', 0, 0)"),
                "insert into people values ('s', 'Hana Okafor', '', 0, 0, 0)".to_owned(),
                "insert into person_accounts values ('s', 1, 'a-hana', 'admin', 'ada', 0)".to_owned(),
                "insert into groups (connection_id, group_id, name) values (1, 'g', 'security-team')".to_owned(),
                format!("insert into node_readers values (1, 'space:10@1', 'space:10', 'group', 'g', 'g@1'),
                   (1, '{page}@2w', '{page}', 'user', 'a-hana', ''), (1, '{page}@2w', '{page}', 'user', 'a-leo', '')"),
            ] {
                database.execute(&statement, &[]).unwrap();
            }
        let told = restricting(&database, id).unwrap();
        assert!(told[0].node.starts_with("The space ") && told[0].groups == ["security-team"], "{told:?}");
        assert_eq!(told[1].node, "This page");
        assert_eq!((told[1].people.as_slice(), told[1].others), (&["Hana Okafor".to_owned()][..], 1));
    }
}
