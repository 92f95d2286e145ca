use confluence::{ApiError, labels};
use http::Response;
use knowledge::runs::{self, Run};
use ports::{HttpError, World};

use crate::StepError;
use crate::kinds;
use crate::readers::{Found, restrictions_of};
use crate::session::{JOINED, Session};
use crate::step::Step;

/// How many pages and folders one step asks for.
const BATCH: usize = 4 * JOINED;
/// The most answers that the labels of one page may come in.
const MOST_ANSWERS: u32 = 21;

/// Asks one by one for the restrictions that the sweep did not tell; what cannot be read stays unknown, and hidden.
pub(crate) async fn run<W: World>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    after: &str,
) -> Result<Step, StepError> {
    let database = session.world.database();
    let ids = runs::restrictions_to_ask(database, run, after, BATCH as i64)?;
    let Some(last) = ids.last().cloned() else { return Ok(Step::Viewers { after: String::new() }) };
    run.doing = "Reading who may see single pages and folders.".into();
    let mut readers = Found::default();
    let mut found = Vec::with_capacity(ids.len());
    for (id, own) in restrictions_of(session, ids).await? {
        if let Some(own) = own {
            let word = readers.add(&id, own);
            found.push((id, word));
        }
    }
    readers.keep(session, run)?;
    ask_labels(session, run, &found).await?;
    runs::restrictions_found(database, run, &found)?;
    Ok(Step::Restrictions { after: last })
}

/// Asks for the labels of the pages that the sweep passed by, which it would have told besides, and of those that the
/// feed of edits brought for the first time.
async fn ask_labels<W: World>(
    session: &mut Session<'_, W>,
    run: &Run,
    asked: &[(String, &'static str)],
) -> Result<(), StepError> {
    let database = session.world.database();
    let asked: Vec<&str> = asked.iter().map(|(id, _)| id.as_str()).collect();
    let ids = runs::without_labels(database, run, &asked)?;
    let paths = kinds::one_by_one(database, run.connection_id, &ids, labels::of_page)?;
    let answers = session.get_all(&paths).await?;
    let mut found = Vec::with_capacity(ids.len());
    for ((id, path), answer) in ids.into_iter().zip(&paths).zip(answers) {
        match names(session, &id, path, answer).await {
            Ok(names) => found.push((id, names.join(" "))),
            Err(StepError::Api(
                ApiError::NotVisible { .. } | ApiError::Forbidden { .. } | ApiError::Malformed { .. },
            )) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(runs::labels_found(database, run, &found)?)
}

/// The labels of one page. Confluence allows a thousand, and may give fewer of them at a time than were asked for.
async fn names<W: World>(
    session: &mut Session<'_, W>,
    id: &str,
    path: &confluence::Path,
    answer: Result<Response<Vec<u8>>, HttpError>,
) -> Result<Vec<String>, StepError> {
    let mut names = Vec::new();
    let read = |answer: &Response<Vec<u8>>, path: &confluence::Path| labels::names(answer, path, id);
    session.read_list(path.clone(), answer, MOST_ANSWERS, read, &mut names).await?;
    Ok(names)
}
