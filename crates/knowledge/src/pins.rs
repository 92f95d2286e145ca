//! Articles that admins put first: on the Portal's home page, and in their category.

use ports::{Database, DatabaseError};

/// Who pinned an article, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub at: i64,
    pub by: String,
}

/// Pins an article; false if it was pinned already or is not there.
pub fn pin(database: &impl Database, article: i64, by: &str, now: i64) -> Result<bool, DatabaseError> {
    let rows = database.execute(
        "insert into pins (article_id, pinned_at, pinned_by) select id, ?2, ?3 from articles where id = ?1
             on conflict do nothing returning article_id",
        &[article.into(), now.into(), by.into()],
    )?;
    Ok(!rows.is_empty())
}

/// Takes a pin away; false if there was none.
pub fn unpin(database: &impl Database, article: i64) -> Result<bool, DatabaseError> {
    let statement = "delete from pins where article_id = ?1 returning article_id";
    Ok(!database.execute(statement, &[article.into()])?.is_empty())
}

/// The pin of an article, for the console.
pub fn pin_of(database: &impl Database, article: i64) -> Result<Option<Pin>, DatabaseError> {
    let statement = "select pinned_at, pinned_by from pins where article_id = ?1";
    let rows = database.execute(statement, &[article.into()])?;
    rows.first().map(|row| Ok(Pin { at: row.get("pinned_at")?, by: row.get("pinned_by")? })).transpose()
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::samples::{Sample, shelve};
    use crate::{migrations, reading};

    #[test]
    fn pinned_articles_come_first_as_far_as_they_may_be_read() {
        let database = Sqlite::in_memory().unwrap();
        migrations::apply(&database).unwrap();
        let samples = [
            Sample::new(1, "Badges", "Words.").category("IT"),
            Sample::new(2, "VPN", "Words.").category("IT"),
            Sample { status: "draft", ..Sample::new(3, "Draft", "Words.").category("IT") },
        ];
        shelve(&database, &samples).unwrap();
        assert!(pin(&database, 3, "ada", 5).unwrap() && pin(&database, 2, "ada", 6).unwrap());
        assert!(!pin(&database, 2, "bo", 7).unwrap(), "it stays the first one's pin");
        assert!(!pin(&database, 77, "ada", 8).unwrap(), "there is no such article");
        let titles = |cards: Vec<reading::ArticleCard>| -> Vec<String> {
            cards.into_iter().map(|card| card.title).collect()
        };
        assert_eq!(titles(reading::pinned(&crate::Library::public(&database), 10).unwrap()), ["VPN"]);
        let category =
            reading::articles_in_category(&crate::Library::public(&database), "IT", 10, 0).unwrap();
        assert_eq!(titles(category.cards), ["VPN", "Badges"]);
        assert_eq!(pin_of(&database, 2).unwrap(), Some(Pin { at: 6, by: "ada".into() }));
        assert!(unpin(&database, 2).unwrap() && !unpin(&database, 2).unwrap());
        let category =
            reading::articles_in_category(&crate::Library::public(&database), "IT", 10, 0).unwrap();
        assert_eq!(titles(category.cards), ["Badges", "VPN"]);
    }
}
