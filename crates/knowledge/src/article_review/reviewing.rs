use audience::{EVERYONE, NOBODY};
use ports::{Database, DatabaseError, Row, Value};

use super::{ArticleFilter, EditState, SourceState, Status};

/// An article as a row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleSummary {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub status: Status,
    pub category: Option<String>,
    pub losses: i64,
    pub source_state: SourceState,
    /// Why it is hidden from all employees, where Confluence restricts it.
    pub restriction: Option<String>,
    /// Whether some employees only can find and read it.
    pub is_for_some: bool,
    /// Whether an edit is held back.
    pub edit: Option<EditState>,
    pub source_url: String,
    pub source_updated_at: i64,
    pub space_key: String,
    pub space_name: String,
}

impl ArticleSummary {
    /// Whether employees can find and read it now: some of them, where Confluence restricts it.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.status == Status::Published
            && self.source_state == SourceState::Current
            && self.restriction.is_none()
    }
}

/// An article with all that a reviewer weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewedArticle {
    pub summary: ArticleSummary,
    pub connection_id: i64,
    pub site_name: String,
    pub page_id: String,
    pub html: String,
    /// The conversion's report of losses, as JSON.
    pub report: String,
    pub source_version: i64,
    pub synced_at: i64,
    pub words: i64,
    pub passages: i64,
    pub status_changed_at: i64,
    pub status_changed_by: Option<String>,
    /// Why the latest version is not shown, if it is not.
    pub failure: Option<String>,
    /// When it was posted, if it is a blog post.
    pub posted_at: Option<i64>,
    /// Whether its edits wait for approval; none leaves it to the category.
    pub reviews: Option<bool>,
    pub category_reviews: bool,
}

impl ReviewedArticle {
    /// Whether an edit of it would wait for approval, once it is published.
    #[must_use]
    pub fn is_reviewed(&self) -> bool {
        self.reviews.unwrap_or(self.category_reviews)
    }
}

/// How many articles have each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCounts {
    pub draft: i64,
    pub published: i64,
    pub retired: i64,
}

impl StatusCounts {
    #[must_use]
    pub fn all(&self) -> i64 {
        self.draft + self.published + self.retired
    }

    #[must_use]
    pub fn of(&self, status: Option<Status>) -> i64 {
        match status {
            None => self.all(),
            Some(Status::Draft) => self.draft,
            Some(Status::Published) => self.published,
            Some(Status::Retired) => self.retired,
        }
    }
}

/// A decision in an article's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEvent {
    pub at: i64,
    /// A status or category: `published`, `unpublished`, `retired`, `restored` or `categorised`; of edits:
    /// `review_changed`, `edit_approved`, `edit_kept` or `edit_reopened`.
    pub kind: String,
    pub actor: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// The version of the page, where it is about an edit.
    pub version: Option<i64>,
}

const FROM: &str =
    "articles a left join spaces s on s.connection_id = a.connection_id and s.space_id = a.space_id";
const SUMMARY: &str = "a.id, a.slug, a.title, a.status, a.category, a.losses, a.source_state, a.audience,
  a.audience_reason, a.edit_state, a.edit_audience, a.source_url, a.source_updated_at, coalesce(s.key, '') as space_key,
  coalesce(s.name, '') as space_name,
  a.audience not in ('everyone', 'restricted')
    and not exists (select 1 from audience_readers as who where who.audience = a.audience) as is_for_strangers";

/// A page of the articles that pass the filter.
pub fn articles(
    database: &impl Database,
    filter: &ArticleFilter,
    limit: i64,
    offset: i64,
) -> Result<Vec<ArticleSummary>, DatabaseError> {
    let (conditions, mut parameters) = filter.conditions(true);
    let order = filter.order.sql();
    let count = parameters.len();
    let statement = format!(
        "select {SUMMARY} from {FROM} where {conditions} order by {order} limit ?{} offset ?{}",
        count + 1,
        count + 2
    );
    parameters.extend([Value::from(limit), Value::from(offset)]);
    database.execute(&statement, &parameters)?.iter().map(read_summary).collect()
}

/// How many articles of each status pass the rest of the filter.
pub fn status_counts(
    database: &impl Database,
    filter: &ArticleFilter,
) -> Result<StatusCounts, DatabaseError> {
    let (conditions, parameters) = filter.conditions(false);
    let statement =
        format!("select a.status, count(*) as count from {FROM} where {conditions} group by a.status");
    let mut counts = StatusCounts::default();
    for row in database.execute(&statement, &parameters)?.iter() {
        let count = row.get("count")?;
        match Status::parse(&row.get::<String>("status")?) {
            Some(Status::Draft) => counts.draft = count,
            Some(Status::Published) => counts.published = count,
            Some(Status::Retired) => counts.retired = count,
            None => {}
        }
    }
    Ok(counts)
}

/// The numbers of all articles that pass the filter, for a decision about all of them.
pub fn matching_ids(database: &impl Database, filter: &ArticleFilter) -> Result<Vec<i64>, DatabaseError> {
    let (conditions, parameters) = filter.conditions(true);
    let statement = format!("select a.id from {FROM} where {conditions} order by a.id");
    database.execute(&statement, &parameters)?.iter().map(|row| row.get("id")).collect()
}

/// The spaces that have articles, as key and name, for the filter.
pub fn space_options(database: &impl Database) -> Result<Vec<(String, String)>, DatabaseError> {
    let statement = format!(
        "select distinct s.key, s.name from {FROM} where s.key is not null order by s.name collate nocase"
    );
    database.execute(&statement, &[])?.iter().map(|row| Ok((row.get("key")?, row.get("name")?))).collect()
}

/// One article, if there is one of that number.
pub fn article(database: &impl Database, id: i64) -> Result<Option<ReviewedArticle>, DatabaseError> {
    let statement = format!(
        "select {SUMMARY}, a.connection_id, c.site_name, a.page_id, a.html, a.report, a.source_version,
           a.updated_at, a.status_changed_at, a.status_changed_by, p.failure,
           a.review_edits, coalesce((select review_edits from categories where name = a.category), 0) as category_reviews,
           (select posted_at from blog_posts where connection_id = a.connection_id and page_id = a.page_id) as posted_at,
           (select count(*) from passages where article_id = a.id) as passages,
           (select coalesce(sum(words), 0) from passages where article_id = a.id) as words
         from {FROM} join connections c on c.id = a.connection_id
         left join pages p on p.connection_id = a.connection_id and p.page_id = a.page_id where a.id = ?1"
    );
    database.execute(&statement, &[id.into()])?.first().map(read_article).transpose()
}

/// The decisions about an article, the latest first.
pub fn status_events(
    database: &impl Database,
    id: i64,
    limit: i64,
) -> Result<Vec<StatusEvent>, DatabaseError> {
    let rows = database
        .execute(
            "select at, kind, actor, cast(detail ->> 'from' as text) as former,
               cast(detail ->> 'to' as text) as later, detail ->> 'version' as version from events
             where article_id = ?1 and kind in ('published', 'unpublished', 'retired', 'restored', 'categorised',
               'review_changed', 'edit_approved', 'edit_kept', 'edit_reopened')
             order by at desc, id desc limit ?2",
            &[id.into(), limit.into()],
        )?;
    rows.iter()
        .map(|row| {
            Ok(StatusEvent {
                at: row.get("at")?,
                kind: row.get("kind")?,
                actor: row.get("actor")?,
                from: row.get("former")?,
                to: row.get("later")?,
                version: row.get("version")?,
            })
        })
        .collect()
}

/// Why the published version is out of sight while the page is not.
const WITHHELD: &str = "The page was edited while not everyone could read it, or what it shows of another page is out of \
  sight now, so that the published version may say too much. Approve the edit to show the article again.";

const FOR_STRANGERS: &str = "Confluence shows the page to some people only, and none of them has signed in here with an \
  account that could be found; see People in the settings of the connection.";

fn read_summary(row: Row<'_>) -> Result<ArticleSummary, DatabaseError> {
    let audience: String = row.get("audience")?;
    let (open, is_for_strangers): (bool, bool) = (audience != NOBODY, row.get("is_for_strangers")?);
    let reason: Option<String> = row.get("audience_reason")?;
    let edit: Option<String> = row.get("edit_state")?;
    let at_most: Option<String> = row.get("edit_audience")?;
    let is_withheld = at_most.is_some_and(|at_most| ![EVERYONE, &audience].contains(&at_most.as_str()));
    let unknown = || "Who may read the page in Confluence is not known yet.".to_owned();
    Ok(ArticleSummary {
        id: row.get("id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
        status: Status::parse(&row.get::<String>("status")?).unwrap_or(Status::Draft),
        category: row.get("category")?,
        losses: row.get("losses")?,
        source_state: SourceState::parse(&row.get::<String>("source_state")?),
        restriction: match (open, is_withheld) {
            (false, _) => Some(reason.unwrap_or_else(unknown)),
            (true, true) => Some(WITHHELD.to_owned()),
            (true, false) => is_for_strangers.then(|| FOR_STRANGERS.to_owned()),
        },
        is_for_some: open && !is_withheld && !is_for_strangers && audience != EVERYONE,
        edit: edit.as_deref().and_then(EditState::parse),
        source_url: row.get("source_url")?,
        source_updated_at: row.get("source_updated_at")?,
        space_key: row.get("space_key")?,
        space_name: row.get("space_name")?,
    })
}

fn read_article(row: Row<'_>) -> Result<ReviewedArticle, DatabaseError> {
    Ok(ReviewedArticle {
        summary: read_summary(row)?,
        connection_id: row.get("connection_id")?,
        site_name: row.get("site_name")?,
        page_id: row.get("page_id")?,
        html: row.get("html")?,
        report: row.get("report")?,
        source_version: row.get("source_version")?,
        synced_at: row.get("updated_at")?,
        words: row.get("words")?,
        passages: row.get("passages")?,
        status_changed_at: row.get("status_changed_at")?,
        status_changed_by: row.get("status_changed_by")?,
        posted_at: row.get("posted_at")?,
        failure: row.get("failure")?,
        reviews: row.get("review_edits")?,
        category_reviews: row.get("category_reviews")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::store;
    use super::super::{Order, SourceFilter};
    use super::*;

    fn titles(filter: ArticleFilter) -> Vec<String> {
        let database = store();
        let found = articles(&database, &filter, 50, 0).unwrap();
        found.into_iter().map(|article| article.title).collect()
    }

    #[test]
    fn articles_are_found_by_every_filter() {
        let all = ArticleFilter { order: Order::Title, ..Default::default() };
        let cases = [
            (all.clone(), vec!["Old phones", "Reset your password", "Salary bands"]),
            (ArticleFilter { text: "password".into(), ..all.clone() }, vec!["Reset your password"]),
            (ArticleFilter { text: "expire".into(), ..all.clone() }, vec!["Reset your password"]),
            (ArticleFilter { text: "pass wo".into(), ..all.clone() }, vec![]),
            (ArticleFilter { text: "%".into(), ..all.clone() }, vec![]),
            (ArticleFilter { status: Some(Status::Published), ..all.clone() }, vec!["Salary bands"]),
            (
                ArticleFilter { source: Some(SourceFilter::State(SourceState::Archived)), ..all.clone() },
                vec!["Old phones"],
            ),
            (ArticleFilter { source: Some(SourceFilter::Restricted), ..all.clone() }, vec!["Salary bands"]),
            (ArticleFilter { space: "HR".into(), ..all.clone() }, vec!["Salary bands"]),
            (ArticleFilter { category: Some("IT".into()), ..all.clone() }, vec!["Reset your password"]),
            (
                ArticleFilter { category: Some(String::new()), ..all.clone() },
                vec!["Old phones", "Salary bands"],
            ),
            (ArticleFilter { losses: true, ..all.clone() }, vec!["Reset your password"]),
        ];
        for (filter, expected) in cases {
            assert_eq!(titles(filter.clone()), expected, "{filter:?}");
        }
    }

    #[test]
    fn the_order_is_as_asked() {
        let orders = [
            (Order::LatestFirst, "Salary bands"),
            (Order::OldestFirst, "Reset your password"),
            (Order::TitleReversed, "Salary bands"),
            (Order::MostLosses, "Reset your password"),
        ];
        for (order, first) in orders {
            assert_eq!(titles(ArticleFilter { order, ..Default::default() })[0], first, "{order:?}");
        }
    }

    #[test]
    fn counts_ignore_the_status_filter_and_ids_keep_it() {
        let database = store();
        let filter = ArticleFilter { status: Some(Status::Draft), ..Default::default() };
        let counts = status_counts(&database, &filter).unwrap();
        assert_eq!(counts, StatusCounts { draft: 1, published: 1, retired: 1 });
        assert_eq!(matching_ids(&database, &filter).unwrap(), [1]);
    }

    #[test]
    fn a_published_restricted_article_is_not_readable_and_says_why() {
        let database = store();
        let found = article(&database, 2).unwrap().unwrap();
        assert_eq!(found.summary.status, Status::Published);
        assert!(!found.summary.is_readable());
        assert_eq!(found.summary.restriction.as_deref(), Some("only 2 people may read it"));
        assert_eq!((found.passages, found.words), (0, 0));
        let gates = "update articles set audience = '[1,\"2@1\"]' where id = 2";
        database.execute(gates, &[]).unwrap();
        let found = article(&database, 2).unwrap().unwrap();
        assert!(found.summary.restriction.unwrap().contains("none of them has signed in"));
        for statement in [
            "insert into audiences values ('[1,\"2@1\"]', 1)",
            "insert into audience_readers values ('[1,\"2@1\"]', 1, 'mia')",
        ] {
            database.execute(statement, &[]).unwrap();
        }
        let found = article(&database, 2).unwrap().unwrap();
        assert!(found.summary.is_readable() && found.summary.is_for_some);
        assert!(article(&database, 99).unwrap().is_none());
    }
}
