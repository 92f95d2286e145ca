//! What a conversion gives: an article, and the report of what it could not show.

use serde::{Deserialize, Serialize};

/// A page as a knowledge base shows, searches and cites it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Safe HTML: no script, no inline style, headings from level 2 on.
    pub html: String,
    /// GitHub-flavoured Markdown.
    pub markdown: String,
    /// One or two sentences from the beginning.
    pub summary: String,
    /// Every word of the article as plain text, a block per line.
    pub text: String,
    /// The headings in order.
    pub outline: Vec<Heading>,
    /// The passages in order.
    pub passages: Vec<Passage>,
    /// The links in order.
    pub links: Vec<Link>,
    /// What the article depends on, each once, in the order of its first use.
    pub dependencies: Vec<Dependency>,
    /// What was lost.
    pub report: Report,
}

/// A heading of the article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The level in the article, 2 to 6: the page's title is its only level 1.
    pub level: u8,
    /// The words of the heading.
    pub text: String,
    /// The `id` that the heading has in the HTML, equal to the anchor that Confluence Cloud gives it.
    pub anchor: String,
}

/// A stretch of the article that is searched, shown and cited as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The headings that the passage stands under, outermost first, and long ones cut short. Empty before the first
    /// heading, and where the paths of a page that is little but headings would be longer than the page.
    pub heading_path: Vec<String>,
    /// The `id` of the innermost of these headings; none before the first heading.
    pub anchor: Option<String>,
    /// The words, with the table's header row repeated where a table was cut.
    pub text: String,
    /// Where the passage begins in [`Article::text`], in bytes.
    pub offset: u32,
    /// How many words `text` has.
    pub words: u32,
}

/// A link that the article holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it leads to.
    pub kind: LinkKind,
    /// The address as the HTML has it.
    pub address: String,
    /// The words that carry the link.
    pub text: String,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// A page or a blog post of Confluence.
    Page,
    /// A place in the same article.
    Anchor,
    /// A file that is attached to a page.
    Attachment,
    /// A space.
    Space,
    /// A person.
    User,
    /// An address outside of Confluence.
    External,
}

/// One thing that an article was made from, or needs, besides the body of its own page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dependency {
    /// What is needed.
    pub kind: DependencyKind,
    /// The page's title, the file's name, the account id, the space's key or the query.
    pub name: String,
    /// The content id or the file's media id, where the page gives it.
    pub id: Option<String>,
    /// The key of the space that `name` is in, where the page gives it.
    pub space_key: Option<String>,
}

/// What an article depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DependencyKind {
    /// A page that the article links to.
    Page,
    /// A page whose whole body is shown inside this one.
    IncludedPage,
    /// A page whose excerpt is shown inside this one.
    Excerpt,
    /// The child pages of a page are listed.
    Children,
    /// Pages that have a label, or that a query finds, are listed.
    Query,
    /// A file or an image.
    Attachment,
    /// A person who is mentioned.
    User,
    /// A space that the article links to.
    Space,
}

/// What was lost on the way from the page to the article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Every loss, in the order of the page.
    pub losses: Vec<Loss>,
    /// The byte of the body at which the markup is first broken; none in a well-formed body.
    pub malformed_at: Option<u64>,
}

impl Report {
    /// Whether the article shows everything that the page shows.
    pub fn is_empty(&self) -> bool {
        self.losses.is_empty() && self.malformed_at.is_none()
    }
}

/// Something that the article does not show as Confluence does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// What it is, in Confluence's own name: `jira`, `table`, `ac:placeholder`.
    pub name: String,
    /// Who made it.
    pub origin: Origin,
    /// What became of it.
    pub outcome: Outcome,
    /// How often it occurs at this place.
    pub count: u32,
    /// The headings that it stands under, as in [`Passage::heading_path`].
    pub place: Vec<String>,
    /// The `id` of the innermost of these headings, which is its anchor in Confluence too; none before the first
    /// heading, and in reports that were kept before there was such a thing.
    #[serde(default)]
    pub anchor: Option<String>,
    /// Where it stands in [`Article::text`], in bytes.
    pub offset: u32,
    /// The words it held that are not in the article; empty if none.
    pub words: String,
}

/// Who made the thing that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Confluence itself.
    Native,
    /// An app of the Marketplace that this crate knows.
    KnownApp,
    /// An app that this crate does not know.
    UnknownApp,
    /// The markup of the page: an element, a style or a fault.
    Markup,
}

/// What became of the thing that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Its words are in the article, in a plainer form.
    Approximated,
    /// The article has a link to it.
    Linked,
    /// It is not in the article.
    Dropped,
}
