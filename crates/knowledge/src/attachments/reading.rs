use ports::{Database, DatabaseError, Row};

use crate::Library;

/// A file of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: String,
    pub connection_id: i64,
    pub page_id: String,
    pub name: String,
    /// As Confluence says it, which is often nothing better than some bytes.
    pub media_type: String,
    /// In bytes, where it is known.
    pub size: Option<i64>,
    pub version: i64,
}

impl Attachment {
    /// Where it is opened, without the host.
    #[must_use]
    pub fn address(&self) -> String {
        attachment::address(self.connection_id, &self.page_id, &self.name)
    }

    /// What it is, and how large, for people.
    #[must_use]
    pub fn words(&self) -> String {
        let kind = attachment::kind(&self.name, &self.media_type);
        self.size.map_or_else(|| kind.to_owned(), |size| format!("{kind}, {}", attachment::size(size)))
    }

    /// Whether this HTML shows it as an image.
    #[must_use]
    pub fn is_shown_in(&self, html: &str) -> bool {
        html.contains(&format!("src=\"{}\"", self.address()))
    }

    fn from_row(row: Row<'_>) -> Result<Self, DatabaseError> {
        Ok(Self {
            id: row.get("attachment_id")?,
            connection_id: row.get("connection_id")?,
            page_id: row.get("page_id")?,
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size: row.get("size")?,
            version: row.get("version")?,
        })
    }
}

const COLUMNS: &str =
    "file.attachment_id, file.connection_id, file.page_id, file.name, file.media_type, file.size,
   file.version";

fn files_of(articles: &str) -> String {
    format!(
        "select {COLUMNS} from {articles} as a
         join attachments as file on file.connection_id = a.connection_id and file.page_id = a.page_id
         where a.id = ?1 order by file.name collate nocase, file.attachment_id"
    )
}

/// The files of an article's page, if the article may be read.
pub fn of_article(
    library: &Library<'_, impl Database>,
    article: i64,
) -> Result<Vec<Attachment>, DatabaseError> {
    let statement = files_of("readable_articles");
    library.execute(&statement, &[article.into()])?.iter().map(Attachment::from_row).collect()
}

/// The files of an article's page, for whoever decides about the article.
pub fn of_article_in_review(
    database: &impl Database,
    article: i64,
) -> Result<Vec<Attachment>, DatabaseError> {
    let statement = files_of("articles");
    database.execute(&statement, &[article.into()])?.iter().map(Attachment::from_row).collect()
}

/// The file of this name of a page, or of the page with this title in a space where `page` says so.
const NAMED: &str = "file.connection_id = ?1 and file.name = ?3 and (file.page_id = ?2
     or ?4 is not null and file.page_id in (select pages.page_id from spaces
       join pages on pages.connection_id = spaces.connection_id and pages.space_id = spaces.space_id
       where spaces.connection_id = ?1 and spaces.key = ?4 and pages.title = ?5))
   order by file.version desc, file.attachment_id limit 1";

/// A page, as the address of one of its files names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfPage<'a> {
    Id(&'a str),
    Title { space_key: &'a str, title: &'a str },
}

impl OfPage<'_> {
    fn parameters(self, connection: i64, name: &str) -> [ports::Value; 5] {
        let (id, space, title) = match self {
            Self::Id(id) => (Some(id), None, None),
            Self::Title { space_key, title } => (None, Some(space_key), Some(title)),
        };
        [connection.into(), id.into(), name.into(), space.into(), title.into()]
    }
}

/// The file of this name, if the article of its page may be read, or one that shows the words of its page.
pub fn open(
    library: &Library<'_, impl Database>,
    connection: i64,
    page: OfPage<'_>,
    name: &str,
) -> Result<Option<Attachment>, DatabaseError> {
    let statement = format!(
        "select {COLUMNS} from attachments as file
         where exists (select 1 from readable_articles as a
             where a.connection_id = file.connection_id and (a.page_id = file.page_id
               or a.page_id in (select showing.page_id from dependencies as showing
                 where showing.connection_id = file.connection_id and showing.found_id = file.page_id
                   and showing.kind in ('included_page', 'excerpt') and showing.state is not null)))
           and {NAMED}"
    );
    let rows = library.execute(&statement, &page.parameters(connection, name))?;
    rows.first().map(Attachment::from_row).transpose()
}

/// The file of this name, for whoever decides about the article of its page.
pub fn open_in_review(
    database: &impl Database,
    connection: i64,
    page: OfPage<'_>,
    name: &str,
) -> Result<Option<Attachment>, DatabaseError> {
    let statement = format!(
        "select {COLUMNS} from attachments as file
         where exists (select 1 from articles as a
             where a.connection_id = file.connection_id and a.page_id = file.page_id)
           and {NAMED}"
    );
    let rows = database.execute(&statement, &page.parameters(connection, name))?;
    rows.first().map(Attachment::from_row).transpose()
}
