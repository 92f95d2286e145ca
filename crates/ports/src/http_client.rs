use http::{Request, Response};

/// Sends requests to other hosts, with a limit on time and on the size of an answer.
pub trait HttpClient {
    /// Sends one request; any status is an `Ok`, for its meaning is the caller's to judge.
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError>;
}

impl<C: HttpClient> HttpClient for &C {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        (**self).send(request).await
    }
}

/// Why no whole answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("{host} did not answer within {seconds} seconds")]
    Timeout { host: String, seconds: u64 },
    #[error("the answer of {host} is larger than {limit} bytes")]
    TooLarge { host: String, limit: usize },
    #[error("{host} could not be reached: {reason}")]
    Unreachable { host: String, reason: String },
}
