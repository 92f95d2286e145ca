use confluence::{ApiError, attachments};
use http::{Request, Response, StatusCode, Uri};
use knowledge::attachments::Attachment;
use knowledge::connections::Connection;
use ports::{HttpClient, World};

use crate::session::Session;
use crate::{Settings, StepError, allowance};

/// How often the media host may send us on to another of its own addresses.
const MOST_REDIRECTS: usize = 2;

/// The bytes of a file, for a reader who waits.
///
/// Confluence answers with an address on the media host, which carries its own permission. It is asked by a new
/// request that bears nothing of ours, on that host alone.
pub async fn download<W: World>(
    world: &W,
    settings: &Settings,
    connection: Connection,
    media_url: &str,
    file: &Attachment,
) -> Result<Vec<u8>, StepError> {
    let mut session = Session::open(world, settings, connection).await?;
    if let Some(until) = allowance::wait_of_readers(session.spent, session.points_per_hour(), world.now()) {
        return Err(StepError::OverBudget { until });
    }
    let answer = session.get(&attachments::download(&file.page_id, &file.id)).await?;
    let mut address = attachments::location(&answer, media_url)?;
    for _ in 0..=MOST_REDIRECTS {
        let answer = world.client().send(bare(address)).await?;
        if answer.status().is_redirection() {
            address = attachments::location(&answer, media_url)?;
            continue;
        }
        return read(answer);
    }
    Err(ApiError::Malformed { what: WHAT.into(), reason: "the media host sends it round in circles".into() }
        .into())
}

const WHAT: &str = "the file";

/// A request without any credential.
fn bare(address: Uri) -> Request<Vec<u8>> {
    let mut request = Request::new(Vec::new());
    *request.uri_mut() = address;
    request
}

fn read(answer: Response<Vec<u8>>) -> Result<Vec<u8>, StepError> {
    let status = answer.status();
    match status {
        StatusCode::OK => Ok(answer.into_body()),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(ApiError::NotVisible { what: WHAT.into() }.into()),
        _ => Err(ApiError::Unavailable { what: WHAT.into(), status, retry_after: None }.into()),
    }
}
