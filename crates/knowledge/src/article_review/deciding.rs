use ports::{Database, DatabaseError};

use super::{SourceState, Status, edits};

/// What a reviewer decides about articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Status(Status),
    /// `None` takes the category away.
    Category(Option<String>),
    /// Whether edits wait for approval; `None` leaves it to the category.
    Review(Option<bool>),
}

/// What came of a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// The articles that were changed.
    pub changed: usize,
    /// Those of them that employees cannot see although they are published.
    pub hidden: usize,
}

/// Decides about articles; those that are so already stay untouched.
///
/// `now` names the decision: it is what [`undo_decision`] takes.
pub fn decide(
    database: &impl Database,
    ids: &[i64],
    decision: &Decision,
    actor: &str,
    now: i64,
) -> Result<Decided, DatabaseError> {
    let ids = serde_json::to_string(ids).expect("numbers are always JSON");
    let (statement, value) = match decision {
        Decision::Status(status) => (
            "update articles set status = ?2, status_changed_at = ?3, status_changed_by = ?4
             where id in (select value from json_each(?1)) and status <> ?2
             returning status, source_state, audience, edit_audience",
            status.word().into(),
        ),
        Decision::Category(category) => (
            "update articles set category = ?2, category_changed_at = ?3, category_changed_by = ?4
             where id in (select value from json_each(?1)) and category is not ?2
               and (?2 is null or exists (select 1 from categories where name = ?2))
             returning status, source_state, audience, edit_audience",
            category.as_deref().into(),
        ),
        Decision::Review(review) => (
            "update articles set review_edits = ?2, review_changed_at = ?3, review_changed_by = ?4
             where id in (select value from json_each(?1)) and review_edits is not ?2
             returning status, source_state, audience, edit_audience",
            review.map(i64::from).into(),
        ),
    };
    let changed = database.execute(statement, &[ids.into(), value, now.into(), actor.into()])?;
    let mut hidden = 0;
    for row in changed.iter() {
        let published = row.get::<String>("status")? == Status::Published.word();
        let audience = row.get::<String>("audience")?;
        let open = row.get::<String>("source_state")? == SourceState::Current.word()
            && audience != "restricted"
            && row
                .get::<Option<String>>("edit_audience")?
                .is_none_or(|most| most == "everyone" || most == audience);
        hidden += usize::from(published && !open);
    }
    Ok(Decided { changed: changed.len(), hidden })
}

/// Takes back what this person decided at that time, and says of how many articles.
///
/// An article that was decided about again since keeps the later decision.
pub fn undo_decision(
    database: &impl Database,
    actor: &str,
    at: i64,
    now: i64,
) -> Result<usize, DatabaseError> {
    let parameters = [actor.into(), at.into(), now.into()];
    let statuses = database.execute(
        "update articles set status_changed_at = ?3, status_changed_by = ?1,
               status = (select detail ->> 'from' from events where article_id = articles.id and at = ?2
                 and actor = ?1 and kind in ('published', 'unpublished', 'retired', 'restored'))
             where status_changed_at = ?2 and status_changed_by = ?1 and id in (select article_id from events
               where at = ?2 and actor = ?1 and kind in ('published', 'unpublished', 'retired', 'restored'))
             returning id",
        &parameters,
    )?;
    let categories = database
        .execute(
            "update articles set category_changed_at = ?3, category_changed_by = ?1,
               category = (select detail ->> 'from' from events where article_id = articles.id and at = ?2
                 and actor = ?1 and kind = 'categorised')
             where category_changed_at = ?2 and category_changed_by = ?1 and id in (select article_id from events
               where at = ?2 and actor = ?1 and kind = 'categorised')
             returning id",
            &parameters,
        )?;
    let reviews = database.execute(
        "update articles set review_changed_at = ?3, review_changed_by = ?1,
               review_edits = (select detail ->> 'from' from events where article_id = articles.id and at = ?2
                 and actor = ?1 and kind = 'review_changed')
             where review_changed_at = ?2 and review_changed_by = ?1 and id in (select article_id from events
               where at = ?2 and actor = ?1 and kind = 'review_changed')
             returning id",
        &parameters,
    )?;
    let edits = edits::undo(database, actor, at, now)?;
    Ok(statuses.len() + categories.len() + reviews.len() + edits)
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::super::sample::store;
    use super::super::{ReviewedArticle, article, status_events};
    use super::*;

    fn look(database: &Sqlite, id: i64) -> ReviewedArticle {
        article(database, id).unwrap().unwrap()
    }

    #[test]
    fn publishing_is_recorded_and_can_be_undone() {
        let database = store();
        let publish = Decision::Status(Status::Published);
        let changed = decide(&database, &[1, 2, 3, 77], &publish, "ada", 100).unwrap();
        // The published one and the unknown one are left alone; the archived one stays hidden.
        assert_eq!(changed, Decided { changed: 2, hidden: 1 });

        assert_eq!(undo_decision(&database, "ada", 100, 200).unwrap(), 2);
        assert_eq!(look(&database, 1).summary.status, Status::Draft);
        assert_eq!(look(&database, 3).summary.status, Status::Retired);
        assert_eq!(look(&database, 2).summary.status, Status::Published);
        let kinds: Vec<String> =
            status_events(&database, 3, 9).unwrap().into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["retired", "published"]);
        assert_eq!(undo_decision(&database, "ada", 100, 300).unwrap(), 0, "undo twice changes nothing");
    }

    #[test]
    fn undo_keeps_what_someone_decided_since() {
        let database = store();
        decide(&database, &[1], &Decision::Status(Status::Published), "ada", 100).unwrap();
        decide(&database, &[1], &Decision::Status(Status::Retired), "bo", 150).unwrap();
        assert_eq!(undo_decision(&database, "ada", 100, 200).unwrap(), 0);
        assert_eq!(look(&database, 1).summary.status, Status::Retired);
    }

    #[test]
    fn nobody_undoes_another_persons_decision() {
        let database = store();
        decide(&database, &[1], &Decision::Status(Status::Published), "ada", 100).unwrap();
        assert_eq!(undo_decision(&database, "bo", 100, 200).unwrap(), 0);
    }

    #[test]
    fn a_category_is_set_taken_away_and_undone() {
        let database = store();
        let hr = Decision::Category(Some("HR".into()));
        assert_eq!(decide(&database, &[1, 2], &hr, "ada", 100).unwrap().changed, 2);
        assert_eq!(look(&database, 1).summary.category.as_deref(), Some("HR"));
        assert_eq!(undo_decision(&database, "ada", 100, 200).unwrap(), 2);
        assert_eq!(look(&database, 1).summary.category.as_deref(), Some("IT"));
        assert_eq!(look(&database, 2).summary.category, None);
        assert_eq!(decide(&database, &[1], &Decision::Category(None), "ada", 300).unwrap().changed, 1);
        let unknown = Decision::Category(Some("Nope".into()));
        assert_eq!(decide(&database, &[1], &unknown, "ada", 400).unwrap().changed, 0);
    }

    #[test]
    fn renaming_or_removing_a_category_carries_its_articles_and_makes_no_event() {
        use crate::categories::{CategoryForm, change_category, remove_category};
        let database = store();
        decide(&database, &[2], &Decision::Category(Some("IT".into())), "ada", 100).unwrap();
        let form = CategoryForm { name: "Tech".into(), ..Default::default() };
        change_category(&database, "IT", &form).unwrap();
        assert_eq!(look(&database, 2).summary.category.as_deref(), Some("Tech"));
        remove_category(&database, "Tech").unwrap();
        assert_eq!(look(&database, 2).summary.category, None);
        assert_eq!(status_events(&database, 2, 9).unwrap().len(), 1);
    }
}
