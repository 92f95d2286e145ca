use std::time::Duration;

use mirror::World;
use ports::spin::{SpinDatabase, SpinHttpClient, SpinKeyValue};

use crate::converter::ComposedConverter;
use crate::error::Unavailable;

/// The largest answer of Confluence that is read: several of them fit into the guest's memory at once.
const MAX_RESPONSE: usize = 8 << 20;
/// How long Confluence may take for an answer; less than a lease, so that a slow answer loses no run.
const TIMEOUT: Duration = Duration::from_secs(25);

/// How long it may take while a reader waits, who then gets what is stored.
const BRIEFLY: Duration = Duration::from_millis(800);

/// What a run works with on Spin.
pub(crate) struct SpinWorld {
    database: SpinDatabase,
    key_value: SpinKeyValue,
    client: SpinHttpClient,
}

impl SpinWorld {
    /// What a run works with.
    pub(crate) fn open() -> Result<Self, Unavailable> {
        Self::patient(TIMEOUT)
    }

    /// The same for somebody who waits for a page.
    pub(crate) fn open_briefly() -> Result<Self, Unavailable> {
        Self::patient(BRIEFLY)
    }

    fn patient(timeout: Duration) -> Result<Self, Unavailable> {
        Ok(Self {
            database: SpinDatabase::open()?,
            key_value: SpinKeyValue::open()?,
            client: SpinHttpClient { timeout, max_response: MAX_RESPONSE },
        })
    }
}

impl World for SpinWorld {
    type Database = SpinDatabase;
    type KeyValue = SpinKeyValue;
    type HttpClient = SpinHttpClient;
    type Converter = ComposedConverter;

    fn database(&self) -> &SpinDatabase {
        &self.database
    }
    fn key_value(&self) -> &SpinKeyValue {
        &self.key_value
    }
    fn client(&self) -> &SpinHttpClient {
        &self.client
    }
    fn converter(&self) -> &ComposedConverter {
        &ComposedConverter
    }
    fn now(&self) -> i64 {
        ports::spin::now()
    }
}
