use document::{Article, ConversionError, Known};
use ports::World;

/// Somebody who works through runs: a world with a converter.
pub trait Worker: World {
    type Converter: Converter;

    fn converter(&self) -> &Self::Converter;
    /// A name that nobody can guess, by which the leases of one shift are told from those of others.
    fn name(&self) -> String {
        identity::random_token()
    }
}

/// Turns a page's body into an article, where nothing can be reached.
pub trait Converter {
    /// The readable part of an article's address; empty where its title has no plain letter.
    fn slug(&self, title: &str) -> String;
    fn convert(&self, page: &SourcePage<'_>) -> Result<Article, ConversionError>;
}

/// A page in storage format, with what its links are relative to.
#[derive(Debug, Clone, Copy)]
pub struct SourcePage<'a> {
    /// The number of the connection, which the addresses of pages and files carry.
    pub connection: i64,
    pub id: &'a str,
    pub title: &'a str,
    pub space_key: &'a str,
    pub site_url: &'a str,
    pub body: &'a str,
    /// What is to be shown of other pages.
    pub known: &'a Known,
}
