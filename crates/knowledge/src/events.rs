//! What people and surfaces did with articles.

use ports::{Database, DatabaseError, Row};
use serde::Serialize;
use serde_json::Value;

/// What was done; the names are those of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Published,
    Unpublished,
    Retired,
    Restored,
    Categorised,
    ReviewChanged,
    EditApproved,
    EditKept,
    EditReopened,
    Opened,
    Searched,
    /// A question was put.
    Asked,
    /// It got a cited answer.
    Answered,
    /// It got none.
    Refused,
    /// A reader says that the article helped.
    Helped,
    /// A reader says that it did not.
    Failed,
}

impl Kind {
    const ALL: [Self; 16] = [
        Self::Published,
        Self::Unpublished,
        Self::Retired,
        Self::Restored,
        Self::Categorised,
        Self::ReviewChanged,
        Self::EditApproved,
        Self::EditKept,
        Self::EditReopened,
        Self::Opened,
        Self::Searched,
        Self::Asked,
        Self::Answered,
        Self::Refused,
        Self::Helped,
        Self::Failed,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Unpublished => "unpublished",
            Self::Retired => "retired",
            Self::Restored => "restored",
            Self::Categorised => "categorised",
            Self::ReviewChanged => "review_changed",
            Self::EditApproved => "edit_approved",
            Self::EditKept => "edit_kept",
            Self::EditReopened => "edit_reopened",
            Self::Opened => "opened",
            Self::Searched => "searched",
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Helped => "helped",
            Self::Failed => "failed",
        }
    }
}

/// Where it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Surface {
    Portal,
    Console,
    Api,
}

/// One thing that happened, to be recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Milliseconds since 1970.
    pub at: i64,
    pub kind: Kind,
    pub article_id: Option<i64>,
    /// The `sub` of the person; none where it does not matter who.
    pub actor: Option<String>,
    pub surface: Surface,
    /// A JSON object, its shape by kind.
    pub detail: Value,
}

impl Event {
    /// An event without an article, a person or a detail.
    #[must_use]
    pub fn new(at: i64, kind: Kind, surface: Surface) -> Self {
        Self {
            at,
            kind,
            article_id: None,
            actor: None,
            surface,
            detail: Value::Object(serde_json::Map::new()),
        }
    }
}

/// Records events in one statement; one about an article that is gone is kept without it.
pub fn append(database: &impl Database, events: &[Event]) -> Result<(), DatabaseError> {
    if events.is_empty() {
        return Ok(());
    }
    let events = serde_json::to_string(events).expect("an event is plain data");
    database.execute(
        "insert into events (at, kind, article_id, actor, surface, detail)
             select value ->> 'at', value ->> 'kind',
               (select id from articles where id = value ->> 'article_id'),
               value ->> 'actor', value ->> 'surface', value -> 'detail'
             from json_each(?1)",
        &[events.into()],
    )?;
    Ok(())
}

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub id: i64,
    pub at: i64,
    pub kind: Kind,
    pub article_id: Option<i64>,
    pub actor: Option<String>,
    pub detail: Value,
}

impl Recorded {
    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        let kind: String = row.get("kind")?;
        let detail: String = row.get("detail")?;
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            kind: Kind::ALL.into_iter().find(|known| known.as_str() == kind).ok_or_else(|| {
                DatabaseError::Statement(format!(
                    "an event has the kind `{kind}`, which this version does not know"
                ))
            })?,
            article_id: row.get("article_id")?,
            actor: row.get("actor")?,
            detail: serde_json::from_str(&detail).unwrap_or(Value::Null),
        })
    }
}

/// The last events of some kinds since a time, the newest first.
pub fn latest(
    database: &impl Database,
    kinds: &[Kind],
    since: i64,
    limit: i64,
) -> Result<Vec<Recorded>, DatabaseError> {
    let kinds = serde_json::to_string(kinds).expect("a list of names is plain data");
    let rows = database.execute(
        "select id, at, kind, article_id, actor, detail from events
             where kind in (select value from json_each(?1)) and at >= ?2
             order by at desc, id desc limit ?3",
        &[kinds.into(), since.into(), limit.max(0).into()],
    )?;
    rows.iter().map(Recorded::from_row).collect()
}

/// The last events about one article, the newest first: what an undo looks at.
pub fn of_article(
    database: &impl Database,
    article_id: i64,
    limit: i64,
) -> Result<Vec<Recorded>, DatabaseError> {
    let rows = database.execute(
        "select id, at, kind, article_id, actor, detail from events
             where article_id = ?1 order by at desc, id desc limit ?2",
        &[article_id.into(), limit.max(0).into()],
    )?;
    rows.iter().map(Recorded::from_row).collect()
}

/// How often each article had an event of this kind since a time, the most frequent first.
pub fn counts_by_article(
    database: &impl Database,
    kind: Kind,
    since: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, DatabaseError> {
    let rows = database.execute(
        "select article_id, count(*) as events from events
             where kind = ?1 and at >= ?2 and article_id is not null
             group by article_id order by events desc, article_id limit ?3",
        &[kind.as_str().into(), since.into(), limit.max(0).into()],
    )?;
    rows.iter().map(|row| Ok((row.get("article_id")?, row.get("events")?))).collect()
}

/// How often something was done since a time, whatever it was done to.
pub fn count(database: &impl Database, kind: Kind, since: i64) -> Result<i64, DatabaseError> {
    let rows = database.execute(
        "select count(*) as events from events where kind = ?1 and at >= ?2",
        &[kind.as_str().into(), since.into()],
    )?;
    rows.first().map_or(Ok(0), |row| row.get("events"))
}

/// What readers said of an article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Votes {
    pub helped: i64,
    pub failed: i64,
}

/// What readers said of an article; of each person only the last word counts.
pub fn votes(database: &impl Database, article_id: i64) -> Result<Votes, DatabaseError> {
    let rows = database.execute(
        "with words as (
               select kind, max(id) from events where article_id = ?1 and kind in ('helped', 'failed')
               group by coalesce(actor, id))
             select count(*) filter (where kind = 'helped') as helped,
               count(*) filter (where kind = 'failed') as failed from words",
        &[article_id.into()],
    )?;
    rows.first().map_or(Ok(Votes::default()), |row| {
        Ok(Votes { helped: row.get("helped")?, failed: row.get("failed")? })
    })
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;
    use serde_json::json;

    use super::*;
    use crate::migrations;
    use crate::samples::{Sample, shelve};

    fn store() -> Sqlite {
        let database = Sqlite::in_memory().unwrap();
        migrations::apply(&database).unwrap();
        shelve(&database, &[Sample::new(1, "VPN", "Words."), Sample::new(2, "Badges", "Words.")]).unwrap();
        database
    }

    fn event(at: i64, kind: Kind, article_id: i64, actor: &str) -> Event {
        let article_id = Some(article_id);
        Event { article_id, actor: Some(actor.to_owned()), ..Event::new(at, kind, Surface::Portal) }
    }

    #[test]
    fn what_is_appended_is_read_back() {
        let database = store();
        let asked = Event { detail: json!({ "question": "“VPN”?" }), ..event(5, Kind::Asked, 1, "ada") };
        append(&database, &[asked, event(7, Kind::Opened, 2, "ada")]).unwrap();
        append(&database, &[]).unwrap();
        let recorded = latest(&database, &[Kind::Asked, Kind::Opened], 0, 10).unwrap();
        assert_eq!(recorded.iter().map(|event| event.at).collect::<Vec<_>>(), [7, 5]);
        assert_eq!(
            (recorded[1].article_id, &recorded[1].detail),
            (Some(1), &json!({ "question": "“VPN”?" }))
        );
        assert_eq!(of_article(&database, 2, 10).unwrap().len(), 1);
        assert_eq!(counts_by_article(&database, Kind::Asked, 0, 10).unwrap(), [(1, 1)]);
        assert_eq!(count(&database, Kind::Asked, 6).unwrap(), 0);
    }

    #[test]
    fn an_event_outlives_its_article() {
        let database = store();
        append(&database, &[event(1, Kind::Opened, 99, "ada")]).unwrap();
        assert_eq!(latest(&database, &[Kind::Opened], 0, 10).unwrap()[0].article_id, None);
    }

    #[test]
    fn everybody_has_one_vote_and_may_change_it() {
        let database = store();
        let votes_cast = [
            (1, Kind::Helped, "ada"),
            (2, Kind::Failed, "ada"),
            (3, Kind::Helped, "bob"),
            (4, Kind::Helped, "bob"),
        ];
        for (at, kind, actor) in votes_cast {
            append(&database, &[event(at, kind, 1, actor)]).unwrap();
        }
        assert_eq!(votes(&database, 1).unwrap(), Votes { helped: 1, failed: 1 });
        assert_eq!(votes(&database, 2).unwrap(), Votes::default());
    }
}
