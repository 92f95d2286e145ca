use std::time::Duration;

use document::{Article, ConversionError};
use mirror::{Converter, SourcePage, World};
use ports::spin::{SpinDatabase, SpinHttpClient, SpinKeyValue};

use crate::error::Unavailable;

/// How long Confluence or the media host may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(25);

/// The ports on Spin.
pub(crate) struct SpinWorld {
    database: SpinDatabase,
    key_value: SpinKeyValue,
    client: SpinHttpClient,
}

impl SpinWorld {
    pub(crate) fn open(max_file: usize) -> Result<Self, Unavailable> {
        Ok(Self {
            database: SpinDatabase::open()?,
            key_value: SpinKeyValue::open()?,
            client: SpinHttpClient { timeout: TIMEOUT, max_response: max_file },
        })
    }
}

/// No page is converted here.
pub(crate) struct NoConverter;

impl Converter for NoConverter {
    fn convert(&self, _: &SourcePage<'_>) -> Result<Article, ConversionError> {
        Err(ConversionError::NotADocument { reason: "no page is converted here".into(), offset: 0 })
    }
}

impl World for SpinWorld {
    type Database = SpinDatabase;
    type KeyValue = SpinKeyValue;
    type HttpClient = SpinHttpClient;
    type Converter = NoConverter;

    fn database(&self) -> &SpinDatabase {
        &self.database
    }
    fn key_value(&self) -> &SpinKeyValue {
        &self.key_value
    }
    fn client(&self) -> &SpinHttpClient {
        &self.client
    }
    fn converter(&self) -> &NoConverter {
        &NoConverter
    }
    fn now(&self) -> i64 {
        ports::spin::now()
    }
}
