use confluence::ApiError;
use confluence::attachments::{self, Attachment};
use http::Response;
use knowledge::attachments as files;
use knowledge::runs::Run;
use ports::{HttpError, World};

use crate::attachments::{done, is_passed_over, source_attachment};
use crate::kinds;
use crate::session::{JOINED, Session};
use crate::step::Step;
use crate::{StepError, allowance};

/// How many pages one step asks for.
const BATCH: usize = 4 * JOINED;
/// What a page is taken to cost, in points.
const COST: i64 = 4;
/// The most answers that the files of one page may come in.
const MOST_ANSWERS: u32 = 20;

/// Lists the files of single pages: those that were edited, and those of which a list of the space lacked some.
///
/// Only such a list, read to its end, says that a file is gone.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    after: &str,
) -> Result<Step, StepError> {
    let (database, now) = (session.world.database(), session.world.now());
    if after.is_empty() {
        files::touched_pages(database, run)?;
    }
    let ids = files::pages_to_list(database, run, after, BATCH as i64)?;
    let Some(last) = ids.last().cloned() else { return Ok(done(run)) };
    let left = allowance::left(run, session.spent, session.points_per_hour());
    if left < COST * ids.len() as i64 {
        let all = files::pages_to_list(database, run, after, i64::MAX)?;
        files::unsettle(database, run, &all, now)?;
        return Ok(done(run));
    }
    run.doing = "Looking at the attachments of edited pages.".into();
    let paths = kinds::one_by_one(database, run.connection_id, &ids, attachments::of_page)?;
    let answers = session.get_all(&paths).await?;
    let (mut listed, mut found, mut unsettled) = (Vec::new(), Vec::new(), Vec::new());
    for ((id, path), answer) in ids.into_iter().zip(&paths).zip(answers) {
        match read(session, path, answer).await {
            Ok(files) => {
                found.extend(files.into_iter().map(source_attachment));
                listed.push(id);
            }
            // Among them are pages that seem to be gone, which is for the lists of pages to tell.
            Err(error) if is_passed_over(&error) => unsettled.push(id),
            Err(error) => return Err(error),
        }
    }
    files::recorded_pages(database, run, &listed, &found)?;
    if !unsettled.is_empty() {
        files::unsettle(database, run, &unsettled, now)?;
    }
    Ok(Step::PageAttachments { after: last })
}

/// All files of one page.
async fn read<W: World>(
    session: &mut Session<'_, W>,
    path: &confluence::Path,
    answer: Result<Response<Vec<u8>>, HttpError>,
) -> Result<Vec<Attachment>, StepError> {
    let mut files = Vec::new();
    if session.read_list(path.clone(), answer, MOST_ANSWERS, attachments::listed, &mut files).await? {
        return Ok(files);
    }
    let source = confluence::PagingError::TooLong;
    Err(ApiError::Paging { what: "the attachments of a page".into(), source }.into())
}
