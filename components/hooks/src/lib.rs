//! Where Confluence tells us that a page changed: `POST /sync/hooks/{connection}`, with the connection's secret.
//!
//! Whoever knows the secret can make us look at pages a little earlier, and nothing else: this component reaches
//! no other host, holds no grant and no key, and notes ids that the mirror looks at by itself.

#![expect(unsafe_code, reason = "`http_component` exports a function to the host")]

mod routes;

use ports::spin::{SpinDatabase, now, serve};
use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

#[http_component]
async fn hooks(request: IncomingRequest, outparam: ResponseOutparam) {
    serve(request, outparam, |request| async move {
        match SpinDatabase::open() {
            Ok(database) => routes::handle(&database, &request, now()),
            Err(error) => routes::unavailable(&error),
        }
    })
    .await;
}
