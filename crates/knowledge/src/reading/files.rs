use ports::{Database, DatabaseError, Row};

use crate::Library;

/// A file that is attached to the page of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub connection_id: i64,
    pub page_id: String,
    /// Confluence's id; it begins with `att`.
    pub attachment_id: String,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    pub version: i64,
}

impl File {
    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        Ok(Self {
            connection_id: row.get("connection_id")?,
            page_id: row.get("page_id")?,
            attachment_id: row.get("attachment_id")?,
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size: row.get("size")?,
            version: row.get("version")?,
        })
    }
}

/// The files of the page of an article, if the article may be read.
pub async fn files_of_article(library: &Library<'_, impl Database>, id: i64) -> Result<Vec<File>, DatabaseError> {
    let rows = library
        .execute(
            "select attachments.* from readable_articles as a
             join attachments on attachments.connection_id = a.connection_id and attachments.page_id = a.page_id
             where a.id = ?1 order by attachments.name collate nocase, attachments.attachment_id",
            &[id.into()],
        )
        .await?;
    rows.iter().map(File::from_row).collect()
}

/// The page that a file is named on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilePage<'a> {
    Id(&'a str),
    Title { space_key: &'a str, title: &'a str },
}

/// A file, if an article that shows it may be read: that of its own page, or one that its page is shown in.
///
/// Whoever reviews (`is_reviewing`) sees the files of drafts too, of pages that they may read in Confluence.
pub async fn file(
    library: &Library<'_, impl Database>,
    connection: i64,
    page: FilePage<'_>,
    name: &str,
    is_reviewing: bool,
) -> Result<Option<File>, DatabaseError> {
    const READABLE: &str = "(exists (select 1 from readable_articles as a
          where a.connection_id = ?1 and a.page_id = attachments.page_id)
        or exists (select 1 from dependencies
          join readable_articles as a on a.connection_id = ?1 and a.page_id = dependencies.page_id
          where dependencies.connection_id = ?1 and dependencies.found_id = attachments.page_id
            and dependencies.kind in ('included_page', 'excerpt') and dependencies.state is not null)
        or (?3 and exists (select 1 from articles
          where articles.connection_id = ?1 and articles.page_id = attachments.page_id
            and articles.source_state = 'current'
            and articles.audience in (select audience from audiences_of_reader))))";
    let (named, space_key) = match page {
        FilePage::Id(id) => (id, None),
        FilePage::Title { space_key, title } => (title, Some(space_key)),
    };
    let statement = format!(
        "select attachments.* from attachments
         where attachments.connection_id = ?1 and attachments.name = ?2
           and attachments.page_id = iif(?5 is null, ?4, (select pages.page_id from spaces
             join pages on pages.connection_id = ?1 and pages.space_id = spaces.space_id and pages.title = ?4
             where spaces.connection_id = ?1 and spaces.key = ?5 order by pages.page_id limit 1))
           and {READABLE}
         order by attachments.modified_at desc limit 1"
    );
    let parameters =
        [connection.into(), name.into(), is_reviewing.into(), named.into(), space_key.into()];
    library.execute(&statement, &parameters).await?.first().map(File::from_row).transpose()
}
