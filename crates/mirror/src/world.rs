use document::{Article, ConversionError, Known};
use ports::{Database, HttpClient, KeyValue};

/// What a run works with: the ports, the converter and the clock.
pub trait World {
    type Database: Database;
    type KeyValue: KeyValue;
    type HttpClient: HttpClient;
    type Converter: Converter;

    fn database(&self) -> &Self::Database;
    fn key_value(&self) -> &Self::KeyValue;
    fn client(&self) -> &Self::HttpClient;
    fn converter(&self) -> &Self::Converter;
    /// Milliseconds since 1970.
    fn now(&self) -> i64;
    /// A name that nobody can guess, by which a worker is told from others.
    fn worker(&self) -> String {
        identity::random_token()
    }
}

/// Turns a page's body into an article, where nothing can be reached.
pub trait Converter {
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
