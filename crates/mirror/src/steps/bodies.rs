use confluence::ApiError;
use confluence::pages::{self, Page, Status, Version};
use http::Response;
use knowledge::article_writes::{self, ConvertedArticle};
use knowledge::dependencies::{self, Dependency};
use knowledge::pages::{FailedPage, PendingPage};
use knowledge::runs::{Phase, Run};
use ports::HttpError;

use super::converting::{self, Work};
use crate::StepError;
use crate::Worker;
use crate::article::version_key;
use crate::error::sentence;
use crate::kinds;
use crate::session::Session;
use crate::step::Step;

/// How many bodies one request asks for, at first: some hundred kilobytes of an ordinary site.
pub(crate) const BATCH: usize = 50;
/// How many such requests are under way at once; more would crowd the guest's memory.
const JOINED: usize = 3;
/// How much converted text is written by one statement, in bytes.
const WRITE: usize = 1_000_000;
/// How many bytes of bodies are converted before the articles are written.
const SETTLE: usize = 500_000;
/// From this attempt at the same pages on, each is marked before it is touched and written by itself: if it is
/// the one that ended the worker before, it is found by that, and the next attempt passes it by.
const CAREFUL: i64 = 2;

/// Fetches, converts and writes some of the pages that are new or changed.
pub(crate) async fn run<W: Worker>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    after: String,
    batch: usize,
) -> Result<Step, StepError> {
    let is_careful = run.attempts >= CAREFUL;
    let (batch, joined) = (batch.max(1), if is_careful { 1 } else { JOINED });
    let limit = i64::try_from(batch * joined).unwrap_or(i64::MAX);
    let pending = knowledge::pages::pending(session.world.database(), run, &after, limit)?;
    let Some(last) = pending.last().map(|page| page.page_id.clone()) else {
        return Ok(match run.phase {
            Phase::Changes => Step::SpaceAttachments { at: None },
            Phase::Whole => Step::Removals { after: String::new() },
        });
    };
    let mut batches = Vec::with_capacity(joined);
    for batch in pending.chunks(batch) {
        let ids: Vec<&str> = batch.iter().map(|page| page.page_id.as_str()).collect();
        let paths = kinds::together(session.world.database(), run.connection_id, &ids, pages::bodies)?;
        batches.push((batch, paths));
    }
    let paths: Vec<_> = batches.iter().flat_map(|(_, paths)| paths).cloned().collect();
    let mut answers = session.get_all(&paths).await?.into_iter();
    let mut done = after;
    for (batch, paths) in &batches {
        for (path, answer) in paths.iter().zip(&mut answers) {
            match read(answer, path) {
                Ok((found, next)) => {
                    take(session, run, batch, found, is_careful).await?;
                    take_rest(session, run, batch, next, is_careful).await?;
                }
                // A body may be what is too much, so fewer are asked for at once.
                Err(error) if is_too_much(&error) && batch.len() > 1 => {
                    return Ok(Step::Bodies { after: done, batch: batch.len().div_ceil(2) });
                }
                Err(error) if is_too_large(&error) || is_too_much(&error) && is_careful => {
                    refuse(session, run, &batch[0], &error)?;
                }
                Err(error) => return Err(error),
            }
        }
        done = batch.last().map_or(done, |page| page.page_id.clone());
    }
    run.doing = line(run);
    Ok(Step::Bodies { after: last, batch: (batch * 2).min(BATCH) })
}

/// The line for people while bodies are imported.
pub(crate) fn line(run: &Run) -> String {
    let tally = run.tally;
    format!("Importing pages: {} of {}.", tally.pages_done + tally.pages_failed, tally.pages_to_do)
}

fn read(
    answer: Result<Response<Vec<u8>>, HttpError>,
    path: &confluence::Path,
) -> Result<(Vec<Page>, Option<confluence::Path>), StepError> {
    let listed = pages::listed(&answer?, path)?;
    Ok((listed.items, listed.next))
}

/// What Confluence put off to further answers: it may give fewer pages at a time than were asked for.
async fn take_rest<W: Worker>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    batch: &[PendingPage],
    mut next: Option<confluence::Path>,
    is_careful: bool,
) -> Result<(), StepError> {
    for _ in 0..batch.len() {
        let Some(path) = next else { return Ok(()) };
        let (found, after) = read(Ok(session.get(&path).await?), &path)?;
        take(session, run, batch, found, is_careful).await?;
        next = after;
    }
    Ok(())
}

fn is_too_large(error: &StepError) -> bool {
    matches!(error, StepError::Http(HttpError::TooLarge { .. }))
}

fn is_too_much(error: &StepError) -> bool {
    matches!(
        error,
        StepError::Http(HttpError::TooLarge { .. } | HttpError::Timeout { .. })
            | StepError::Api(ApiError::Unavailable { retry_after: None, .. })
    )
}

/// Converts and writes the pages of one answer. A page that did not come is gone, and left to the removals.
async fn take<W: Worker>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    batch: &[PendingPage],
    found: Vec<Page>,
    is_careful: bool,
) -> Result<(), StepError> {
    let mut work = Vec::with_capacity(found.len());
    for page in found {
        // Between listing and fetching it may have been archived.
        let pending = batch.iter().find(|pending| pending.page_id == page.id);
        let (Some(pending), Status::Current) = (pending, &page.status) else { continue };
        // Who may read it was asked after the version that was listed; a later one may be for fewer, and waits.
        let listed = (pending.version_number, &pending.version_created_at, &pending.live_step);
        let Version { number, created_at, ncs_step_version, .. } = &page.version;
        if listed != (*number, created_at, ncs_step_version) {
            continue;
        }
        work.push(Work::new(page, pending.space_key.clone()));
    }
    if !is_careful {
        // Bodies and articles are in memory together, so few large ones are settled at a time.
        while !work.is_empty() {
            let mut bytes = 0;
            let end = work.iter().position(|work: &Work| {
                bytes += work.page.storage().map_or(0, str::len);
                bytes > SETTLE
            });
            let rest = work.split_off(end.map_or(work.len(), |end| end + 1));
            settle(session, run, work).await?;
            work = rest;
        }
        return Ok(());
    }
    for work in work {
        let failure =
            "The page was too much for the conversion, which broke off; split the page in Confluence.";
        let version_key = version_key(&work.page.version);
        fail(session, run, &work.page.id, Some(version_key), failure.into())?;
        settle(session, run, vec![work]).await?;
    }
    Ok(())
}

/// Converts pages and writes what they became.
async fn settle<W: Worker>(
    session: &mut Session<'_, W>,
    run: &mut Run,
    work: Vec<Work>,
) -> Result<(), StepError> {
    let mut written = Written::default();
    for outcome in converting::convert(session, run, work).await? {
        let version_key = version_key(&outcome.page.version);
        match outcome.result {
            Ok((article, dependencies)) => written.add(article, dependencies, version_key),
            Err(failure) => {
                fail(session, run, &outcome.page.id, Some(version_key), failure)?;
                run.tally.pages_failed += 1;
            }
        }
        if written.bytes >= WRITE {
            written.write(session, run)?;
        }
    }
    written.write(session, run)
}

/// A body that cannot even be fetched: it is tried again in the next run, for nothing was seen of it.
fn refuse<W: Worker>(
    session: &Session<'_, W>,
    run: &mut Run,
    page: &PendingPage,
    error: &StepError,
) -> Result<(), StepError> {
    let failure = if is_too_large(error) {
        "The page is larger than can be fetched; split the page in Confluence.".to_owned()
    } else {
        sentence(error)
    };
    run.tally.pages_failed += 1;
    fail(session, run, &page.page_id, None, failure)
}

fn fail<W: Worker>(
    session: &Session<'_, W>,
    run: &Run,
    page_id: &str,
    version_key: Option<String>,
    failure: String,
) -> Result<(), StepError> {
    let page = FailedPage { page_id: page_id.to_owned(), version_key, failure };
    let now = session.world.now();
    Ok(knowledge::pages::failed(session.world.database(), run, &[page], now)?)
}

/// Articles on their way into the store.
#[derive(Default)]
struct Written {
    articles: Vec<ConvertedArticle>,
    dependencies: Vec<Dependency>,
    versions: Vec<(String, String, bool)>,
    bytes: usize,
}

impl Written {
    fn add(&mut self, mut article: ConvertedArticle, dependencies: Vec<Dependency>, version_key: String) {
        self.bytes += article.html.len() + article.markdown.len() + 2 * article.text.len();
        article.shows = dependencies.iter().filter_map(Dependency::shown).collect();
        self.versions.push((article.page_id.clone(), version_key, article.losses > 0));
        self.articles.push(article);
        self.dependencies.extend(dependencies);
    }

    /// What they show of others first, so that they can be hidden for it; then the articles, then the versions that
    /// they were made from: after a death in between, the same pages are converted again to the same articles.
    fn write<W: Worker>(&mut self, session: &Session<'_, W>, run: &mut Run) -> Result<(), StepError> {
        if self.articles.is_empty() {
            return Ok(());
        }
        let database = session.world.database();
        dependencies::record(database, run, &self.dependencies)?;
        article_writes::write(database, run, &self.articles, session.world.now())?;
        let pages: Vec<&str> = self.articles.iter().map(|article| article.page_id.as_str()).collect();
        dependencies::forget_others(database, run, &pages, &self.dependencies)?;
        knowledge::pages::converted(database, run, &self.versions)?;
        let with_losses = self.articles.iter().filter(|article| article.losses > 0).count();
        run.tally.pages_done += i64::try_from(self.articles.len()).unwrap_or(i64::MAX);
        run.tally.pages_with_losses += i64::try_from(with_losses).unwrap_or(i64::MAX);
        *self = Self::default();
        Ok(())
    }
}
