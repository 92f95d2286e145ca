use ports::{Database, DatabaseError, Row};

/// A space to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    pub id: String,
    pub key: String,
    pub name: String,
    /// Confluence's word: `global`, `collaboration`, `knowledge_base`, `personal`, …
    pub kind: String,
    /// Confluence's word: `current` or `archived`.
    pub status: String,
    pub chosen: bool,
    pub pages: i64,
    pub articles: i64,
    pub published: i64,
}

/// What narrows the list of spaces; empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpaceFilter {
    pub text: String,
    pub kind: String,
    pub chosen_only: bool,
}

const SPACES: &str = "select s.space_id, s.key, s.name, s.kind, s.status, s.chosen,
    (select count(*) from pages p where p.connection_id = s.connection_id and p.space_id = s.space_id
      and p.source_state = 'current') as pages,
    (select count(*) from articles a where a.connection_id = s.connection_id and a.space_id = s.space_id)
      as articles,
    (select count(*) from articles a where a.connection_id = s.connection_id and a.space_id = s.space_id
      and a.status = 'published' and a.source_state = 'current') as published
  from spaces s where s.connection_id = ?1";

/// The spaces of a connection that pass the filter: chosen ones first, personal and archived ones last.
pub fn spaces(
    database: &impl Database,
    connection: i64,
    filter: &SpaceFilter,
) -> Result<Vec<Space>, DatabaseError> {
    let statement = format!(
        "{SPACES} and (?2 = '' or instr(lower(s.name), lower(?2)) > 0 or instr(lower(s.key), lower(?2)) > 0)
           and (?3 = '' or s.kind = ?3) and (?4 = 0 or s.chosen = 1)
         order by s.chosen desc, s.status <> 'current', s.kind = 'personal', s.name collate nocase, s.key"
    );
    let parameters = [
        connection.into(),
        filter.text.trim().into(),
        filter.kind.as_str().into(),
        filter.chosen_only.into(),
    ];
    database.execute(&statement, &parameters)?.iter().map(read_space).collect()
}

/// The kinds of space that the site has, for the filter.
pub fn space_kinds(database: &impl Database, connection: i64) -> Result<Vec<String>, DatabaseError> {
    let rows = database.execute(
        "select distinct kind from spaces where connection_id = ?1 order by kind",
        &[connection.into()],
    )?;
    rows.iter().map(|row| row.get("kind")).collect()
}

/// The chosen spaces that a choice would leave out, of those that the form showed.
pub fn unchoosing(
    database: &impl Database,
    connection: i64,
    shown: &[String],
    chosen: &[String],
) -> Result<Vec<Space>, DatabaseError> {
    let statement = format!(
        "{SPACES} and s.chosen = 1 and s.space_id in (select value from json_each(?2))
           and s.space_id not in (select value from json_each(?3)) order by s.name collate nocase"
    );
    let parameters = [connection.into(), json(shown).into(), json(chosen).into()];
    database.execute(&statement, &parameters)?.iter().map(read_space).collect()
}

/// Records which of the spaces that the form showed are wanted, and says how many are now chosen or no longer.
///
/// A space that the form did not show (a filter was on) keeps what it has. The articles of an unchosen
/// space are hidden by a trigger in the same write.
pub fn choose_spaces(
    database: &impl Database,
    connection: i64,
    shown: &[String],
    chosen: &[String],
    by: &str,
    now: i64,
) -> Result<(usize, usize), DatabaseError> {
    let rows = database.execute(
        "update spaces set chosen = space_id in (select value from json_each(?3)),
               chosen_at = ?4, chosen_by = ?5
             where connection_id = ?1 and space_id in (select value from json_each(?2))
               and chosen <> (space_id in (select value from json_each(?3)))
             returning chosen",
        &[connection.into(), json(shown).into(), json(chosen).into(), now.into(), by.into()],
    )?;
    let added = rows.iter().filter(|row| row.get("chosen") == Ok(true)).count();
    Ok((added, rows.len() - added))
}

fn read_space(row: Row<'_>) -> Result<Space, DatabaseError> {
    Ok(Space {
        id: row.get("space_id")?,
        key: row.get("key")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        status: row.get("status")?,
        chosen: row.get("chosen")?,
        pages: row.get("pages")?,
        articles: row.get("articles")?,
        published: row.get("published")?,
    })
}

fn json(ids: &[String]) -> String {
    serde_json::to_string(ids).expect("strings are always JSON")
}

#[cfg(test)]
mod tests {
    use super::super::sample::store;
    use super::*;

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn spaces_are_found_by_name_key_and_kind() {
        let database = store();
        let cases = [
            (SpaceFilter::default(), vec!["IT", "HR", "~ada"]),
            (SpaceFilter { text: " peop ".into(), ..Default::default() }, vec!["HR"]),
            (SpaceFilter { text: "it".into(), ..Default::default() }, vec!["IT"]),
            (SpaceFilter { kind: "personal".into(), ..Default::default() }, vec!["~ada"]),
            (SpaceFilter { chosen_only: true, ..Default::default() }, vec!["IT"]),
            (SpaceFilter { text: "nothing".into(), ..Default::default() }, vec![]),
        ];
        for (filter, expected) in cases {
            let found = spaces(&database, 1, &filter).unwrap();
            assert_eq!(
                found.iter().map(|space| space.key.as_str()).collect::<Vec<_>>(),
                expected,
                "{filter:?}"
            );
        }
    }

    #[test]
    fn a_space_that_the_form_did_not_show_keeps_its_choice() {
        let database = store();
        let changed = choose_spaces(&database, 1, &ids(&["11"]), &ids(&["11"]), "ada", 5).unwrap();
        assert_eq!(changed, (1, 0));
        let chosen = spaces(&database, 1, &SpaceFilter { chosen_only: true, ..Default::default() }).unwrap();
        assert_eq!(chosen.len(), 2);
        let again = choose_spaces(&database, 1, &ids(&["11"]), &ids(&["11"]), "ada", 6).unwrap();
        assert_eq!(again, (0, 0), "the same choice again changes nothing");
    }

    #[test]
    fn unchoosing_hides_the_articles_and_keeps_what_is_ours() {
        let database = store();
        let leaving = unchoosing(&database, 1, &ids(&["10", "11"]), &ids(&["11"])).unwrap();
        assert_eq!((leaving.len(), leaving[0].articles, leaving[0].published), (1, 1, 1));
        choose_spaces(&database, 1, &ids(&["10", "11"]), &ids(&["11"]), "ada", 5).unwrap();
        assert_eq!(crate::reading::article_count(&crate::Library::public(&database)).unwrap(), 0);
        let kept = database.execute("select status, category, source_state from articles", &[]).unwrap();
        let kept = kept.first().unwrap();
        assert_eq!(kept.get::<String>("source_state").unwrap(), "not_chosen");
        assert_eq!(kept.get::<String>("status").unwrap(), "published");
        assert_eq!(kept.get::<String>("category").unwrap(), "IT");
    }
}
