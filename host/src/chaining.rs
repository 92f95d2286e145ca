//! Service chaining: a component calls another of the same application at `http://COMPONENT.spin.internal`, where its
//! `allowed_outbound_hosts` say so. The call goes from one instance to the other and never over the network.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use wasmtime_wasi_http::{Error, WasiBody};

use crate::engine::Calls;
use crate::http_trigger::Handler;

/// What the host of such an address ends with.
pub(crate) const SUFFIX: &str = ".spin.internal";

/// The components of the application that handle HTTP; empty until all of them are loaded.
#[derive(Clone, Default)]
pub(crate) struct Services(Arc<OnceLock<Table>>);

struct Table {
    handlers: BTreeMap<String, Arc<Handler>>,
    calls: Calls,
}

impl Services {
    /// Makes the components known to each other, once.
    pub(crate) fn publish(&self, handlers: BTreeMap<String, Arc<Handler>>, calls: Calls) {
        _ = self.0.set(Table { handlers, calls });
    }

    /// The component that a host names, if it is such an address at all.
    pub(crate) fn named(host: &str) -> Option<&str> {
        host.strip_suffix(SUFFIX)
    }

    /// Calls a component as its HTTP trigger would.
    pub(crate) async fn call(
        &self,
        component: &str,
        request: http::Request<WasiBody>,
    ) -> Result<http::Response<WasiBody>, Error> {
        let Some(table) = self.0.get() else { return Err(Error::DestinationUnavailable) };
        // As in Spin: a component without an HTTP trigger is not there.
        let Some(handler) = table.handlers.get(component) else { return Err(Error::DestinationNotFound) };
        Ok(handler.answer_chained(&table.calls, request).await)
    }
}
