use std::time::Duration;

use mirror::Worker;
use ports::World;
use ports::spin::{SpinDatabase, SpinHttpClient, SpinKeyValue, SpinWorld, Unavailable};

use crate::converter::ComposedConverter;

/// The largest answer of Confluence that is read: several of them fit into the guest's memory at once.
const MAX_RESPONSE: usize = 8 << 20;
/// How long Confluence may take for an answer; less than a lease, so that a slow answer loses no run.
const TIMEOUT: Duration = Duration::from_secs(25);

/// A worker on Spin.
pub(crate) struct SpinWorker(SpinWorld);

impl SpinWorker {
    pub(crate) fn open() -> Result<Self, Unavailable> {
        SpinWorld::open(TIMEOUT, MAX_RESPONSE).map(Self)
    }
}

impl World for SpinWorker {
    type Database = SpinDatabase;
    type KeyValue = SpinKeyValue;
    type HttpClient = SpinHttpClient;

    fn database(&self) -> &SpinDatabase {
        self.0.database()
    }
    fn key_value(&self) -> &SpinKeyValue {
        self.0.key_value()
    }
    fn client(&self) -> &SpinHttpClient {
        self.0.client()
    }
    fn now(&self) -> i64 {
        self.0.now()
    }
}

impl Worker for SpinWorker {
    type Converter = ComposedConverter;

    fn converter(&self) -> &ComposedConverter {
        &ComposedConverter
    }
}
