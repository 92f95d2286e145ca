//! What the sync writes of articles: content with its audience in one statement, never status or category.

use ports::{Database, DatabaseError};
use serde::Serialize;

use crate::runs::{FENCE, Run, json};

/// An article as a page was converted to it.
#[derive(Debug, Clone, Serialize)]
pub struct ConvertedArticle {
    pub page_id: String,
    pub slug: String,
    pub title: String,
    pub headings: String,
    pub text: String,
    pub summary: String,
    pub html: String,
    pub markdown: String,
    pub outline: Vec<document::Heading>,
    pub passages: Vec<StoredPassage>,
    pub report: document::Report,
    pub losses: i64,
    pub source_url: String,
    pub source_version: i64,
    pub source_updated_at: i64,
}

/// A passage as the trigger on `articles` takes it.
#[derive(Debug, Clone, Serialize)]
pub struct StoredPassage {
    pub title: String,
    pub heading: String,
    pub anchor: String,
    pub text: String,
    pub offset: u32,
    pub words: u32,
}

/// Writes articles whole, each with the audience that this run worked out for it.
///
/// Status and category are set at the first import only: a draft, under the name of its space.
pub async fn write(
    database: &impl Database,
    run: &Run,
    articles: &[ConvertedArticle],
    now: i64,
) -> Result<(), DatabaseError> {
    // `cross join` keeps SQLite from walking every listed page for each article.
    let statement = format!(
        "insert into articles (connection_id, page_id, space_id, slug, title, headings, labels, text, summary, html,
           markdown, outline, passages, report, losses, source_url, source_version, source_updated_at, source_state,
           audience, audience_reason, status, status_changed_at, category, created_at, updated_at)
         select ?4, listed.page_id, listed.space_id, made.value ->> 'slug', made.value ->> 'title',
           made.value ->> 'headings', coalesce(listed.labels, ''), made.value ->> 'text', made.value ->> 'summary',
           made.value ->> 'html', made.value ->> 'markdown', made.value -> 'outline', made.value -> 'passages',
           made.value -> 'report', made.value ->> 'losses', made.value ->> 'source_url',
           made.value ->> 'source_version', made.value ->> 'source_updated_at', 'current', listed.audience,
           listed.audience_reason, 'draft', ?5, spaces.name, ?5, ?5
         from json_each(?3) as made
         cross join run_pages listed on listed.run_id = ?1 and listed.page_id = made.value ->> 'page_id'
           and listed.in_scope = 1
         cross join pages on pages.connection_id = ?4 and pages.page_id = listed.page_id
           and pages.source_state = 'current'
         cross join spaces on spaces.connection_id = ?4 and spaces.space_id = listed.space_id and spaces.chosen = 1
         where {FENCE}
         on conflict (connection_id, page_id) do update set space_id = excluded.space_id, slug = excluded.slug,
           title = excluded.title, headings = excluded.headings, text = excluded.text,
           -- Only the sweep tells labels.
           labels = coalesce((select labels from run_pages where run_id = ?1 and page_id = excluded.page_id), articles.labels),
           summary = excluded.summary, html = excluded.html, markdown = excluded.markdown,
           outline = excluded.outline, passages = excluded.passages, report = excluded.report,
           losses = excluded.losses, source_url = excluded.source_url, source_version = excluded.source_version,
           source_updated_at = excluded.source_updated_at, source_state = excluded.source_state,
           audience = excluded.audience, audience_reason = excluded.audience_reason,
           updated_at = excluded.updated_at"
    );
    let parameters =
        [run.id.into(), holder(run), json(articles).into(), run.connection_id.into(), now.into()];
    database.execute(&statement, &parameters).await?;
    Ok(())
}

fn holder(run: &Run) -> ports::Value {
    run.lease_holder.as_str().into()
}

/// Takes away at once whoever may not read an article by what this run found, whether or not its content changed too.
///
/// From then on its readers have to pass the gates that it had and those that were found. Whoever may read it now
/// and might not before waits until it is written anew: an old body must not be shown because the new one may be.
pub async fn restrict(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "update articles set updated_at = ?4, audience_reason = listed.audience_reason, audience = case
           when listed.audience = 'restricted' or articles.audience = 'restricted' then 'restricted'
           when articles.audience = 'everyone' then listed.audience
           when listed.audience = 'everyone' then articles.audience
           when not exists (select 1 from json_each(articles.audience) as gate
             where gate.value not in (select value from json_each(listed.audience))) then listed.audience
           else (select json_group_array(value) from (
             select value from json_each(articles.audience)
             union all select value from json_each(listed.audience)
               where value not in (select value from json_each(articles.audience)))) end
         from run_pages listed
         where listed.run_id = ?1 and articles.connection_id = ?3 and articles.page_id = listed.page_id and {FENCE}
           and (articles.audience <> listed.audience
             or listed.audience = 'restricted' and articles.audience_reason is not listed.audience_reason)"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), now.into()];
    database.execute(&statement, &parameters).await?;
    // Those that the listing of a space passed by are in it still, until it is certain where they went. The page is
    // marked too, for an article that is made again in the meantime has its page's audience.
    for (table, marks) in [
        ("pages", "audience = 'restricted'"),
        (
            "articles",
            "audience = 'restricted', updated_at = ?4, audience_reason = 'It is being found out who may see the page.'",
        ),
    ] {
        let unlisted = format!(
            "update {table} set {marks}
             where connection_id = ?3 and source_state = 'current' and audience <> 'restricted' and {FENCE}
               and space_id in (select found.space_id from run_spaces found
                 join space_permissions known on known.connection_id = ?3 and known.space_id = found.space_id
                 where found.run_id = ?1 and found.state in ('listed', 'empty') and known.state <> 'open'
                   and not exists (select 1 from gates join node_readers named on named.connection_id = ?3
                     and named.gate = gates.gate and named.edition = '*'
                     where gates.connection_id = ?3 and gates.node_id = 'space:' || found.space_id)
                   and (known.state = 'unknown' or {table}.audience = 'everyone' or not exists (
                     select 1 from json_each({table}.audience) as gate
                     where gate.value glob 'space:' || found.space_id || '@*')))
               and page_id not in (select page_id from run_pages where run_id = ?1)"
        );
        let used = if table == "pages" { &parameters[..3] } else { &parameters };
        database.execute(&unlisted, used).await?;
    }
    let keep = format!(
        "insert or ignore into audiences (audience, connection_id)
         select distinct audience, ?3 from articles
         where connection_id = ?3 and audience not in ('everyone', 'restricted') and {FENCE}"
    );
    database.execute(&keep, &parameters[..3]).await?;
    Ok(())
}

/// Has the articles written anew that this run found to be for more people than they are shown to.
pub async fn write_for_more(database: &impl Database, run: &Run) -> Result<(), DatabaseError> {
    let statement = format!(
        "update pages set converted_version = null
         where connection_id = ?3 and converted_version is not null and {FENCE} and page_id in (
           select listed.page_id from run_pages listed
             join articles on articles.connection_id = ?3 and articles.page_id = listed.page_id
             where listed.run_id = ?1 and listed.in_scope = 1 and listed.audience <> 'restricted'
               and articles.audience <> listed.audience)"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into()]).await?;
    Ok(())
}

/// Hides the articles of spaces that were not seen since before `lost_before`, in more than one healthy look.
///
/// Nothing of them is removed, for a policy or a slip of somebody's hand looks the same. But a space that is made
/// private looks the same too, so that who may see its pages is not known any more.
pub async fn hide_lost(
    database: &impl Database,
    run: &Run,
    lost_before: i64,
    now: i64,
) -> Result<(), DatabaseError> {
    let statement = format!(
        "update articles set audience = 'restricted', updated_at = ?4,
           audience_reason = 'The connected account can no longer see the pages of this space in Confluence.'
         where connection_id = ?3 and source_state = 'current' and audience <> 'restricted' and {FENCE}
           and space_id in (select space_id from spaces where connection_id = ?3 and lost_since <= ?5)"
    );
    let parameters = [run.id.into(), holder(run), run.connection_id.into(), now.into(), lost_before.into()];
    database.execute(&statement, &parameters).await?;
    Ok(())
}

/// Hides what this run found out of its space's scope.
pub async fn leave_out(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    let statement = format!(
        "update articles set source_state = 'not_chosen', space_id = listed.space_id, updated_at = ?4
         from run_pages listed
         where listed.run_id = ?1 and listed.in_scope = 0 and articles.connection_id = ?3
           and articles.page_id = listed.page_id and articles.source_state <> 'not_chosen' and {FENCE}"
    );
    database.execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), now.into()]).await?;
    Ok(())
}

/// Brings what surrounds an unchanged page up to date: place, address, state, labels.
pub async fn follow(database: &impl Database, run: &Run, now: i64) -> Result<(), DatabaseError> {
    const UNCHANGED: &str = "from run_pages listed
       join pages on pages.connection_id = ?3 and pages.page_id = listed.page_id
       join spaces on spaces.connection_id = ?3 and spaces.space_id = listed.space_id and spaces.chosen = 1
       join connections on connections.id = ?3
       where listed.run_id = ?1 and listed.in_scope = 1 and pages.converted_version = listed.version_key
         and articles.connection_id = ?3 and articles.page_id = listed.page_id";
    let address = "rtrim(connections.site_url, '/') || '/wiki' || listed.web_path";
    let surroundings = format!(
        "update articles set space_id = listed.space_id, source_url = {address}, source_state = 'current',
           audience_reason = listed.audience_reason, updated_at = ?4
         {UNCHANGED} and {FENCE} and articles.audience = listed.audience
           and (articles.space_id <> listed.space_id or articles.source_url <> {address}
             or articles.source_state <> 'current' or articles.audience_reason is not listed.audience_reason)"
    );
    // Apart from the rest, for a change of labels rewrites the search index.
    let labels = format!(
        "update articles set labels = listed.labels, updated_at = ?4
         {UNCHANGED} and {FENCE} and listed.labels is not null and articles.labels <> listed.labels"
    );
    for statement in [surroundings, labels] {
        database
            .execute(&statement, &[run.id.into(), holder(run), run.connection_id.into(), now.into()])
            .await?;
    }
    Ok(())
}

/// Gives every category that a first import used a place among the categories.
pub async fn categorised(database: &impl Database, connection: i64, since: i64) -> Result<(), DatabaseError> {
    database
        .execute(
            "insert or ignore into categories (name)
             select distinct category from articles
             where connection_id = ?1 and created_at >= ?2 and category is not null",
            &[connection.into(), since.into()],
        )
        .await?;
    Ok(())
}
