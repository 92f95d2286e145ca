use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, poll_fn, select};
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use spin_executor::{CancelOnDropToken, push_waker_and_get_token};
use spin_sdk::http::IncomingResponse;
use wasi::clocks::monotonic_clock;

use crate::{HttpClient, HttpError};

/// Outbound HTTP, to the hosts that the manifest allows.
///
/// Spin itself waits up to ten minutes a phase and caps nothing, so both limits are ours.
#[derive(Debug, Clone, Copy)]
pub struct SpinHttpClient {
    pub timeout: Duration,
    /// The largest answer that is read, in bytes.
    pub max_response: usize,
}

impl Default for SpinHttpClient {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(30), max_response: 32 << 20 }
    }
}

impl HttpClient for SpinHttpClient {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let host = request.uri().authority().map_or_else(String::new, ToString::to_string);
        let answer = pin!(self.exchange(request, &host));
        let limit = pin!(elapsed(self.timeout));
        match select(answer, limit).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => {
                Err(HttpError::Timeout { host: host.clone(), seconds: self.timeout.as_secs() })
            }
        }
    }
}

impl SpinHttpClient {
    async fn exchange(&self, request: Request<Vec<u8>>, host: &str) -> Result<Response<Vec<u8>>, HttpError> {
        let incoming: IncomingResponse = spin_sdk::http::send(request)
            .await
            .map_err(|error| HttpError::Unreachable { host: host.to_owned(), reason: error.to_string() })?;
        let mut response = Response::builder().status(incoming.status());
        for (name, value) in incoming.headers().entries() {
            response = response.header(name, value);
        }
        let length = response
            .headers_ref()
            .and_then(|headers| headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > self.max_response) {
            return Err(HttpError::TooLarge { host: host.to_owned(), limit: self.max_response });
        }
        // A body that grows chunk by chunk takes up to three times its size.
        let mut body = Vec::with_capacity(length.unwrap_or_default());
        let mut chunks = incoming.take_body_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| HttpError::Unreachable {
                host: host.to_owned(),
                reason: format!("the answer broke off: {}", error.to_debug_string()),
            })?;
            if body.len() + chunk.len() > self.max_response {
                return Err(HttpError::TooLarge { host: host.to_owned(), limit: self.max_response });
            }
            body.extend_from_slice(&chunk);
        }
        response
            .body(body)
            .map_err(|error| HttpError::Unreachable { host: host.to_owned(), reason: error.to_string() })
    }
}

/// Ends after `duration`.
async fn elapsed(duration: Duration) {
    let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    let deadline = monotonic_clock::now().saturating_add(nanoseconds);
    let mut waiting: Option<CancelOnDropToken> = None;
    poll_fn(|context| {
        if monotonic_clock::now() >= deadline {
            drop(waiting.take());
            return Poll::Ready(());
        }
        let pollable = monotonic_clock::subscribe_instant(deadline);
        waiting = Some(push_waker_and_get_token(pollable, context.waker().clone()).into());
        Poll::Pending
    })
    .await;
}
