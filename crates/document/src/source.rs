//! What a conversion takes: a body, its format, and what the caller knows about the rest of the site.

use thiserror::Error;

/// How the body of a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Confluence's storage format: `body.storage` of the REST API.
    Storage,
    /// Atlassian Document Format: `body.atlas_doc_format` of the REST API.
    AtlasDocFormat,
    /// Wiki markup: `bodyType` 0 of a space export.
    Wiki,
}

/// A page's body as Confluence returned it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// How `body` is written.
    pub format: Format,
    /// The body itself.
    pub body: &'a str,
}

/// What the caller decides.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Where links lead.
    pub addresses: &'a dyn Addresses,
    /// What other pulled data says.
    pub resolver: &'a dyn Resolver,
    /// What a body may cost.
    pub limits: Limits,
    /// Anchors that the surrounding page uses for itself; no heading gets one of them.
    pub reserved_anchors: &'a [&'a str],
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { addresses: &Unknown, resolver: &Unknown, limits: Limits::default(), reserved_anchors: &[] }
    }
}

/// What a body may cost. A page beyond `bytes`, `elements` or `steps` is refused; nesting beyond `depth` is flattened;
/// what would be shown from elsewhere beyond `includes` and `included` is a link instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes.
    pub bytes: usize,
    /// The most elements, runs of text and JSON values that a body may have.
    pub elements: usize,
    /// How deep blocks may nest in the article.
    pub depth: usize,
    /// How deep included pages may include others.
    pub includes: usize,
    /// The most bytes that a [`Resolver`] may bring into the article: whole bodies, and lists of pages, files and
    /// labels, each as often as it is shown. Where the next does not fit, nothing more is asked for, and the report
    /// counts what is a link instead.
    pub included: usize,
    /// The deadline, in steps rather than in seconds: this crate has no clock, and the same page always ends the same
    /// way. A step is a byte of a body that is read (the page's own and each that it shows inside itself), an element
    /// or a node of it, or a block or a run of text of the article for each form that the article is written in. A
    /// step takes some ten nanoseconds on a machine of 2024.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 << 20,
            elements: 2_000_000,
            depth: 48,
            includes: 4,
            included: 4 << 20,
            steps: 1 << 26,
        }
    }
}

/// A page that a link or a macro names. All empty means the page itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageTarget<'a> {
    /// The content id.
    pub id: Option<&'a str>,
    /// The title.
    pub title: Option<&'a str>,
    /// The key of the space; none means the space of the page itself.
    pub space_key: Option<&'a str>,
    /// The day of a blog post, as `2026/11/23`.
    pub posting_day: Option<&'a str>,
}

/// A file that a link, an image or a macro names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttachmentTarget<'a> {
    /// The name of the file.
    pub filename: Option<&'a str>,
    /// The media id (`fileId` of the attachment in the REST API), which is all that ADF gives.
    pub media_id: Option<&'a str>,
    /// The page that owns the file; all empty for the page itself.
    pub page: PageTarget<'a>,
}

/// A person, by whichever id the page gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UserTarget<'a> {
    /// The account id of Cloud.
    pub account_id: Option<&'a str>,
    /// The user key of Data Center.
    pub user_key: Option<&'a str>,
    /// The user name of old versions.
    pub username: Option<&'a str>,
}

/// An image of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageTarget<'a> {
    /// A file.
    Attachment(AttachmentTarget<'a>),
    /// An address elsewhere.
    External(&'a str),
}

/// How an image is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageAddress {
    /// As an image with this `src`.
    Shown(String),
    /// As a link to this address.
    Linked(String),
    /// As its description alone.
    Unknown,
}

/// Says which address each kind of link gets. `None` leaves the words without a link.
///
/// Every address is still checked against the allowed schemes before it is written.
pub trait Addresses {
    /// The address of a page.
    fn page(&self, _page: &PageTarget<'_>) -> Option<String> {
        None
    }
    /// The address of a space.
    fn space(&self, _key: &str) -> Option<String> {
        None
    }
    /// The address of a person's profile.
    fn user(&self, _user: &UserTarget<'_>) -> Option<String> {
        None
    }
    /// The address of a file.
    fn attachment(&self, _attachment: &AttachmentTarget<'_>) -> Option<String> {
        None
    }
    /// The address of an image, and whether it is shown or linked.
    fn image(&self, image: &ImageTarget<'_>) -> ImageAddress {
        match image {
            ImageTarget::External(url) => ImageAddress::Linked((*url).to_owned()),
            ImageTarget::Attachment(attachment) => {
                self.attachment(attachment).map_or(ImageAddress::Unknown, ImageAddress::Linked)
            }
        }
    }
    /// The address of an issue in Jira.
    fn issue(&self, _key: &str) -> Option<String> {
        None
    }
    /// Another address for a URL that the page spells out, for instance of another page of the same site.
    fn url(&self, _url: &str) -> Option<String> {
        None
    }
    /// Where the page itself can be read in Confluence, for what cannot be shown here.
    fn original(&self) -> Option<String> {
        None
    }
}

/// A page that a resolver found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundPage {
    /// The content id.
    pub id: String,
    /// The title.
    pub title: String,
}

/// The body of a page that is to be shown inside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// How `body` is written.
    pub format: Format,
    /// The body itself.
    pub body: String,
    /// The page that the body is of; none for a part of the page itself.
    pub owner: Option<Owner>,
}

/// The page of an included body: files, pages and child pages that the body names without more are of this page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The content id.
    pub page_id: String,
    /// The key of the space that the page is in.
    pub space_key: String,
}

/// What other pulled data says. Every answer may be `None`: the article then has a link and a line in its report.
pub trait Resolver {
    /// The display name of a person.
    fn user_name(&self, _user: &UserTarget<'_>) -> Option<String> {
        None
    }
    /// The title of a page that is known by its id.
    fn page_title(&self, _page: &PageTarget<'_>) -> Option<String> {
        None
    }
    /// The title of what an address leads to, as a smart link shows it.
    fn url_title(&self, _url: &str) -> Option<String> {
        None
    }
    /// The file name of a media id.
    fn file_name(&self, _media_id: &str) -> Option<String> {
        None
    }
    /// The names of the files that are attached to the page.
    fn attachments(&self) -> Option<Vec<String>> {
        None
    }
    /// The child pages of a page.
    fn children(&self, _page: &PageTarget<'_>) -> Option<Vec<FoundPage>> {
        None
    }
    /// The pages that a query in CQL finds.
    fn query(&self, _cql: &str) -> Option<Vec<FoundPage>> {
        None
    }
    /// The labels of the page.
    fn labels(&self) -> Option<Vec<String>> {
        None
    }
    /// The body of a page that is shown inside this one, if its readers may all see it.
    fn included(&self, _page: &PageTarget<'_>) -> Option<Included> {
        None
    }
    /// The summary of an issue, for instance of `IT-42`.
    fn issue(&self, _key: &str) -> Option<String> {
        None
    }
}

/// Knows no address and no other data.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unknown;

impl Addresses for Unknown {}
impl Resolver for Unknown {}

/// Why a body could not be converted at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConversionError {
    /// The body has more bytes than [`Limits::bytes`].
    #[error("the body has {actual} bytes, more than the limit of {limit}; split the page in Confluence")]
    TooLarge {
        /// The body's length.
        actual: usize,
        /// The limit.
        limit: usize,
    },
    /// The body has more parts than [`Limits::elements`].
    #[error("the body has more than {limit} elements; split the page in Confluence")]
    TooManyElements {
        /// The limit.
        limit: usize,
    },
    /// The conversion takes more steps than [`Limits::steps`].
    #[error(
        "the page takes more than {limit} steps to convert; split it in Confluence, or include less in it"
    )]
    TooMuchWork {
        /// The limit.
        limit: u64,
    },
    /// The body is not a document of its format.
    #[error("the body is not a document ({reason} at byte {offset}); publish the page again in Confluence")]
    NotADocument {
        /// What is wrong.
        reason: String,
        /// Where it was seen.
        offset: usize,
    },
}
