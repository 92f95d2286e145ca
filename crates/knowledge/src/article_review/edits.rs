//! Edits that wait for approval: the article's other version, and what is decided about it.
//!
//! Each decision is one statement. An approval swaps the two versions, so that undo can swap them back.

use ports::{Database, DatabaseError, Row};

use crate::article_writes::narrowed;
use crate::dependencies::shows_too_much;

/// What was decided about an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditState {
    /// Nobody has decided yet.
    Waiting,
    /// It was turned down, and what was published stays until the next edit.
    Kept,
}

impl EditState {
    /// The state of that word, if an edit is held back by it.
    #[must_use]
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "waiting" => Some(Self::Waiting),
            "kept" => Some(Self::Kept),
            _ => None,
        }
    }
}

/// What a reviewer decides about an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditDecision {
    /// It takes the place of what is published.
    Approve,
    /// What is published stays, until the next edit.
    Keep,
}

/// An edit beside what is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub state: EditState,
    /// When it came in; a decision names it.
    pub at: i64,
    pub decided_at: Option<i64>,
    pub decided_by: Option<String>,
    pub version: i64,
    pub updated_at: i64,
    pub title: String,
    pub html: String,
    pub markdown: String,
    pub losses: i64,
    /// The conversion's report of losses, as JSON.
    pub report: String,
    /// What is published, in Markdown.
    pub live_markdown: String,
}

impl Edit {
    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        Ok(Self {
            state: EditState::parse(&row.get::<String>("edit_state")?).unwrap_or(EditState::Waiting),
            at: row.get("edit_at")?,
            decided_at: row.get("edit_decided_at")?,
            decided_by: row.get("edit_decided_by")?,
            version: row.get("version")?,
            updated_at: row.get("updated")?,
            title: row.get("title")?,
            html: row.get("html")?,
            markdown: row.get("markdown")?,
            losses: row.get("losses")?,
            report: row.get("report")?,
            live_markdown: row.get("live_markdown")?,
        })
    }
}

/// The edit of an article that is held back, if there is one.
pub fn edit(database: &impl Database, id: i64) -> Result<Option<Edit>, DatabaseError> {
    let rows = database.execute(
        "select edit_state, edit_at, edit_decided_at, edit_decided_by, edit ->> 'source_version' as version,
               edit ->> 'source_updated_at' as updated, edit ->> 'title' as title, edit ->> 'html' as html,
               edit ->> 'markdown' as markdown, edit ->> 'losses' as losses, edit -> 'report' as report,
               markdown as live_markdown
             from articles where id = ?1 and edit_state in ('waiting', 'kept')",
        &[id.into()],
    )?;
    rows.first().map(Edit::from_row).transpose()
}

/// How many edits wait for somebody's decision.
pub fn waiting_edits(database: &impl Database) -> Result<i64, DatabaseError> {
    let statement = "select count(*) as edits from articles where edit_state = 'waiting'";
    database.execute(statement, &[])?.first().map_or(Ok(0), |row| row.get("edits"))
}

/// The columns that change places; those that hold JSON are taken out of it as JSON.
const SWAPPED: [(&str, bool); 14] = [
    ("slug", false),
    ("title", false),
    ("headings", false),
    ("text", false),
    ("summary", false),
    ("html", false),
    ("markdown", false),
    ("outline", true),
    ("passages", true),
    ("report", true),
    ("losses", false),
    ("source_version", false),
    ("source_updated_at", false),
    ("shows", true),
];

/// SQL that puts the edit into the article and the article into the edit.
fn swap() -> String {
    let taken = SWAPPED.map(|(column, is_json)| {
        format!("{column} = edit {} '{column}'", if is_json { "->" } else { "->>" })
    });
    let put = SWAPPED.map(|(column, is_json)| {
        if is_json { format!("'{column}', json({column})") } else { format!("'{column}', {column}") }
    });
    format!("{}, edit = json_object({}, 'audience', edit_audience)", taken.join(", "), put.join(", "))
}

/// Decides about the edits of articles that had come in by `seen`, and says of how many.
///
/// An edit that came in later was seen by nobody, and waits. `now` names the decision for [`undo`].
pub fn decide_edits(
    database: &impl Database,
    ids: &[i64],
    decision: EditDecision,
    seen: i64,
    actor: &str,
    now: i64,
) -> Result<usize, DatabaseError> {
    let ids = serde_json::to_string(ids).expect("numbers are always JSON");
    let statement = match decision {
        EditDecision::Approve => format!(
            "update articles set {}, edit_state = 'replaced', edit_audience = null, edit_decided_at = ?3,
               edit_decided_by = ?4, updated_at = ?3
             where id in (select value from json_each(?1)) and edit_state in ('waiting', 'kept') and edit_at <= ?2
             returning id",
            swap()
        ),
        EditDecision::Keep => "update articles set edit_state = 'kept', edit_decided_at = ?3, edit_decided_by = ?4
             where id in (select value from json_each(?1)) and edit_state = 'waiting' and edit_at <= ?2
             returning id"
            .to_owned(),
    };
    let parameters = [ids.into(), seen.into(), now.into(), actor.into()];
    Ok(database.execute(&statement, &parameters)?.len())
}

/// Puts edits back to where they waited, if this person decided about them at that time and nothing came since.
pub(super) fn undo(database: &impl Database, actor: &str, at: i64, now: i64) -> Result<usize, DatabaseError> {
    // What comes back may show other pages that are out of sight by now, which no run has looked at meanwhile.
    let approved = format!(
        "update articles set {}, edit_state = 'waiting', edit_decided_at = ?3, updated_at = ?3,
           edit_audience = iif({}, 'restricted', {})
         where edit_decided_at = ?2 and edit_decided_by = ?1 and edit_state = 'replaced'
         returning id",
        swap(),
        shows_too_much("articles", "articles.edit -> 'shows'"),
        narrowed("(edit ->> 'audience')", "audience")
    );
    let kept = "update articles set edit_state = 'waiting', edit_decided_at = ?3
       where edit_decided_at = ?2 and edit_decided_by = ?1 and edit_state = 'kept' returning id";
    let parameters = [actor.into(), at.into(), now.into()];
    let approved = database.execute(&approved, &parameters)?;
    let kept = database.execute(kept, &parameters)?;
    Ok(approved.len() + kept.len())
}
