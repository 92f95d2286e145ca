use ports::{Database, DatabaseError};

/// A page whose article is to go and waits for somebody's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPage {
    pub title: String,
    pub url: String,
    pub space_name: String,
    /// `archived`, `trashed` or `not_chosen`.
    pub source_state: String,
    pub article_id: Option<i64>,
    pub is_published: bool,
    pub held_at: i64,
}

/// What an admin says of held pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldDecision {
    Remove,
    Keep,
}

/// The held pages that nobody has decided about, by space and title.
pub fn held_pages(
    database: &impl Database,
    connection: i64,
    limit: i64,
    offset: i64,
) -> Result<Vec<HeldPage>, DatabaseError> {
    let rows = database.execute(
        "select held.title, c.site_url, p.web_path, coalesce(s.name, '') as space_name, held.source_state,
               a.id as article_id, coalesce(a.status = 'published', 0) as is_published, held.held_at
             from held_removals held
             join connections c on c.id = held.connection_id
             join pages p on p.connection_id = held.connection_id and p.page_id = held.page_id
             left join spaces s on s.connection_id = held.connection_id and s.space_id = held.space_id
             left join articles a on a.connection_id = held.connection_id and a.page_id = held.page_id
             where held.connection_id = ?1 and held.decision is null
             order by space_name, held.title, held.page_id limit ?2 offset ?3",
        &[connection.into(), limit.into(), offset.into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(HeldPage {
                title: row.get("title")?,
                url: super::page_url(&row.get::<String>("site_url")?, &row.get::<String>("web_path")?),
                space_name: row.get("space_name")?,
                source_state: row.get("source_state")?,
                article_id: row.get("article_id")?,
                is_published: row.get("is_published")?,
                held_at: row.get("held_at")?,
            })
        })
        .collect()
}

/// Decides about the pages that were held up to `seen_at`, which are those that the admin was shown.
pub fn decide_held(
    database: &impl Database,
    connection: i64,
    decision: HeldDecision,
    seen_at: i64,
    by: &str,
    now: i64,
) -> Result<usize, DatabaseError> {
    let word = if decision == HeldDecision::Remove { "remove" } else { "keep" };
    let rows = database.execute(
        "update held_removals set decision = ?2, decided_at = ?5, decided_by = ?4
             where connection_id = ?1 and decision is null and held_at <= ?3 returning page_id",
        &[connection.into(), word.into(), seen_at.into(), by.into(), now.into()],
    )?;
    Ok(rows.len())
}
