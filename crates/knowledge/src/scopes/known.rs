use std::collections::HashMap;

use ports::{Database, DatabaseError, Row};

use super::{Node, Rule, Verdict, scope, verdicts};
use crate::blog_posts;

/// What rules would change, from what is known of a space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRun {
    /// How many pages of the space are known at all; none before its first listing.
    pub known: usize,
    pub stays: usize,
    /// The pages that would come, the first of them by title.
    pub comes: Moving,
    /// The pages that would go, the first of them by title, each with the rule's reason.
    pub goes: Moving,
}

/// Pages that would come or go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moving {
    pub total: usize,
    /// How many of their articles are published.
    pub published: usize,
    pub first: Vec<(String, Verdict)>,
}

/// A page that a search by title found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFound {
    pub page_id: String,
    pub title: String,
}

const FIRST: usize = 50;

/// The tree of a connection as we know it.
pub(super) fn known_nodes(database: &impl Database, connection: i64) -> Result<Vec<Node>, DatabaseError> {
    let rows = database
        .execute(
            "select page_id as id, parent_id, labels from pages where connection_id = ?1
             union all
             select content_id, parent_id, null from parents where connection_id = ?1
               and not exists (select 1 from pages where connection_id = ?1 and page_id = parents.content_id)",
            &[connection.into()],
        )?;
    rows.iter().map(read_node).collect()
}

pub(super) fn read_node(row: Row<'_>) -> Result<Node, DatabaseError> {
    Ok(Node { id: row.get("id")?, parent_id: row.get("parent_id")?, labels: row.get("labels")? })
}

/// What these rules would change in a space, without changing it.
pub fn dry_run(
    database: &impl Database,
    connection: i64,
    space_id: &str,
    rules: &[Rule],
) -> Result<DryRun, DatabaseError> {
    let nodes = known_nodes(database, connection)?;
    let said = verdicts(rules, &nodes);
    let said: HashMap<&str, Verdict> = nodes.iter().map(|node| node.id.as_str()).zip(said).collect();
    let is_left_out = blog_posts::is_left_out("?1", "p.page_id", "p.space_id");
    let statement = format!(
        "select p.page_id, p.title, p.source_state = 'current' as is_here,
               coalesce(a.status = 'published', 0) as is_published
             from pages p left join articles a on a.connection_id = p.connection_id and a.page_id = p.page_id
             where p.connection_id = ?1 and p.space_id = ?2 and p.source_state in ('current', 'not_chosen')
               and not {is_left_out}
             order by p.title collate nocase, p.page_id"
    );
    let rows = database.execute(&statement, &[connection.into(), space_id.into()])?;
    let mut found = DryRun { known: rows.len(), ..DryRun::default() };
    for row in rows.iter() {
        let page: String = row.get("page_id")?;
        let verdict = said.get(page.as_str()).cloned().unwrap_or(Verdict::In);
        let moving = match (row.get::<bool>("is_here")?, verdict.is_in()) {
            (false, true) => &mut found.comes,
            (true, false) => &mut found.goes,
            (true, true) => {
                found.stays += 1;
                continue;
            }
            (false, false) => continue,
        };
        moving.total += 1;
        moving.published += usize::from(row.get::<bool>("is_published")?);
        if moving.first.len() < FIRST {
            moving.first.push((row.get("title")?, verdict));
        }
    }
    Ok(found)
}

/// The pages of a space whose title holds these words, or the one of this id.
pub fn find_pages(
    database: &impl Database,
    connection: i64,
    space_id: &str,
    words: &str,
    limit: i64,
) -> Result<Vec<PageFound>, DatabaseError> {
    let rows = database.execute(
        "select page_id, title from pages
             where connection_id = ?1 and space_id = ?2 and source_state in ('current', 'not_chosen')
               and (page_id = ?3 or instr(lower(title), lower(?3)) > 0)
             order by page_id <> ?3, lower(title) <> lower(?3), title collate nocase, page_id limit ?4",
        &[connection.into(), space_id.into(), words.into(), limit.into()],
    )?;
    rows.iter().map(|row| Ok(PageFound { page_id: row.get("page_id")?, title: row.get("title")? })).collect()
}

/// Why the rules of its space leave a page out, with those rules; nothing if they do not.
pub fn out_of_scope_because(
    database: &impl Database,
    connection: i64,
    space_id: &str,
    page_id: &str,
) -> Result<Option<(Verdict, Vec<Rule>)>, DatabaseError> {
    let Some(scope) = scope(database, connection, space_id)? else { return Ok(None) };
    let nodes = known_nodes(database, connection)?;
    let said = verdicts(&scope.rules, &nodes);
    let verdict = nodes.iter().zip(said).find(|(node, _)| node.id == page_id).map(|(_, verdict)| verdict);
    Ok(verdict.filter(|verdict| !verdict.is_in()).map(|verdict| (verdict, scope.rules)))
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::super::{Effect, Kind, apply, undo};
    use super::*;
    use crate::runs::tests::store;

    fn shelf() -> Sqlite {
        let database = store();
        for (id, parent, title, labels, status) in [
            ("1", None, "Home", Some(""), "published"),
            ("2", Some("1"), "Guides", Some("howto"), "published"),
            ("3", Some("2"), "VPN", Some("howto draft"), "published"),
            ("4", Some("f"), "Plans", None, "draft"),
        ] {
            for statement in [
                "insert into pages (connection_id, page_id, space_id, parent_id, title, labels, web_path, version_number,
                   version_created_at, first_seen_at, synced_at) values (1, ?1, '10', ?2, ?3, ?4, '/', 1, 'v', 0, 0)",
                "insert into articles (connection_id, page_id, space_id, source_url, source_version, source_updated_at,
                   audience, status, status_changed_at, created_at, updated_at, slug, title, summary, text, html,
                   markdown, outline, passages, report)
                 values (1, ?1, '10', coalesce(?2, ''), 1, 0, 'everyone', ?5, 0, 0, 0, coalesce(?4, ''), ?3, '', '', '',
                   '', '[]', '[]', '{}')",
            ] {
                let parameters = [id.into(), parent.into(), title.into(), labels.into(), status.into()];
                let count = if statement.contains("?5") { 5 } else { 4 };
                database.execute(statement, &parameters[..count]).unwrap();
            }
        }
        database
            .execute(
                "insert into parents (connection_id, content_id, parent_id, seen_at) values (1, 'f', '1', 0)",
                &[],
            )
            .unwrap();
        database
    }

    fn tree(effect: Effect, subject: &str) -> Rule {
        Rule { kind: Kind::Tree, effect, subject: subject.into(), title: String::new() }
    }

    fn readable(database: &Sqlite) -> Vec<String> {
        let rows =
            database.execute("select title from articles where status = 'published' and source_state = 'current' order by page_id", &[]).unwrap();
        rows.iter().map(|row| row.get("title").unwrap()).collect()
    }

    #[test]
    fn a_dry_run_says_what_applying_then_does_and_undo_takes_it_back() {
        let database = shelf();
        let rules = [tree(Effect::Never, "2")];
        let dry = dry_run(&database, 1, "10", &rules).unwrap();
        assert_eq!((dry.known, dry.stays, dry.comes.total), (4, 2, 0));
        assert_eq!((dry.goes.total, dry.goes.published), (2, 2));
        assert_eq!(dry.goes.first[0].0, "Guides");
        assert_eq!(readable(&database), ["Home", "Guides", "VPN"], "nothing has changed yet");

        apply(&database, 1, "10", &rules, "ada", 7).unwrap();
        assert_eq!(readable(&database), ["Home"]);
        let why = out_of_scope_because(&database, 1, "10", "3").unwrap().unwrap().0;
        assert_eq!(why, Verdict::InTree { subject: "2".into() });
        assert_eq!(out_of_scope_because(&database, 1, "10", "1").unwrap(), None);
        let statuses = database.execute("select status from articles where page_id = '3'", &[]).unwrap();
        assert_eq!(statuses.first().unwrap().get::<String>("status").unwrap(), "published");

        let dry = dry_run(&database, 1, "10", &[]).unwrap();
        assert_eq!((dry.stays, dry.comes.total, dry.goes.total), (2, 2, 0));
        assert!(!undo(&database, 1, "10", 6, "ada", 8).unwrap(), "not the last change");
        assert!(undo(&database, 1, "10", 7, "ada", 8).unwrap());
        assert_eq!(scope(&database, 1, "10").unwrap().unwrap().rules, []);
    }

    #[test]
    fn a_folder_is_a_tree_too_and_titles_find_pages() {
        let database = shelf();
        let dry = dry_run(&database, 1, "10", &[tree(Effect::Only, "f")]).unwrap();
        assert_eq!((dry.stays, dry.goes.total), (1, 3));
        assert_eq!(dry.goes.first[0], ("Guides".to_owned(), Verdict::OutsideTrees));
        let found = find_pages(&database, 1, "10", "gUI", 5).unwrap();
        assert_eq!((found.len(), found[0].title.as_str()), (1, "Guides"));
        assert_eq!(find_pages(&database, 1, "10", "3", 5).unwrap()[0].title, "VPN");
        assert!(find_pages(&database, 1, "11", "VPN", 5).unwrap().is_empty());
    }
}
