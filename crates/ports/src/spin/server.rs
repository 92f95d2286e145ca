use futures::{SinkExt, StreamExt};
use http::{Method, Request, Response, StatusCode};
use spin_sdk::http::{Fields, IncomingRequest, OutgoingResponse, ResponseOutparam};

/// The largest request body that is read, in bytes: forms and small JSON only.
const MAX_REQUEST: usize = 1 << 20;

/// Reads a request, has it handled and sends the response.
pub async fn serve<F: Future<Output = Response<Vec<u8>>>>(
    request: IncomingRequest,
    outparam: ResponseOutparam,
    handler: impl FnOnce(Request<Vec<u8>>) -> F,
) {
    let response = match receive(request).await {
        Ok(request) => handler(request).await,
        Err(refusal) => refusal,
    };
    respond(outparam, response).await;
}

/// Reads a request whole, or says why it is refused.
pub async fn receive(request: IncomingRequest) -> Result<Request<Vec<u8>>, Response<Vec<u8>>> {
    let method = Method::from_bytes(request.method().to_string().as_bytes())
        .map_err(|_| refusal(StatusCode::BAD_REQUEST, "The request's method is not one of HTTP's."))?;
    let mut builder =
        Request::builder().method(method).uri(request.path_with_query().unwrap_or_else(|| "/".to_owned()));
    for (name, value) in request.headers().entries() {
        builder = builder.header(name, value);
    }
    let mut body = Vec::new();
    let mut chunks = request.into_body_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk
            .map_err(|_| refusal(StatusCode::BAD_REQUEST, "The request's body broke off; send it again."))?;
        if body.len() + chunk.len() > MAX_REQUEST {
            return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, "The request's body is larger than 1 MiB."));
        }
        body.extend_from_slice(&chunk);
    }
    builder
        .body(body)
        .map_err(|_| refusal(StatusCode::BAD_REQUEST, "The request's address or headers are malformed."))
}

/// Sends a response to its end; what the component does afterwards keeps no one waiting.
pub async fn respond(outparam: ResponseOutparam, response: Response<Vec<u8>>) {
    let (parts, body) = response.into_parts();
    let headers: Vec<(String, Vec<u8>)> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect();
    let headers = Fields::from_list(&headers).unwrap_or_else(|_| Fields::new());
    let outgoing = OutgoingResponse::new(headers);
    if outgoing.set_status_code(parts.status.as_u16()).is_err() {
        eprintln!("the status {} cannot be sent", parts.status);
    }
    let mut sink = outgoing.take_body();
    outparam.set(outgoing);
    if !body.is_empty()
        && let Err(error) = sink.send(body).await
    {
        // The reader has gone; there is nobody left to tell.
        eprintln!("a response was not read to its end: {error}");
    }
}

fn refusal(status: StatusCode, reason: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(reason.as_bytes().to_vec());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
