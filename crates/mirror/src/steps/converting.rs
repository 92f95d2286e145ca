//! Pages to articles, with what they show of other pages.
//!
//! The converter can reach nothing. So a first conversion tells which other pages a body names, we find what they
//! are and fetch the bodies that all readers may see, and a second conversion shows them. What an included body
//! includes in turn takes another round.

use std::collections::{BTreeMap, BTreeSet};

use confluence::pages::{self, Page, Status};
use document::{Article, DependencyKind, Format, FoundPage, Included, Known, Owner, PageName};
use knowledge::article_writes::ConvertedArticle;
use knowledge::dependencies::{self, Dependency, Kind, Wanted, included_state};
use knowledge::runs::Run;
use ports::HttpError;

use crate::Worker;
use crate::article::stored;
use crate::error::sentence;
use crate::kinds;
use crate::session::Session;
use crate::{Converter, SourcePage, StepError};

/// How many times a page is converted at most: as deep as included pages may include others, and once more.
const MOST_ROUNDS: usize = 6;
/// How many bodies one request asks for that are to be shown in others.
const BATCH: usize = 25;

/// A page that is to become an article.
pub(crate) struct Work {
    pub(crate) page: Page,
    pub(crate) space_key: String,
    /// What was found out about the pages that it names.
    dependencies: Vec<Dependency>,
}

impl Work {
    pub(crate) fn new(page: Page, space_key: String) -> Self {
        Self { page, space_key, dependencies: Vec::new() }
    }
}

/// What became of a page: the article with all that it shows of others, or why there is none.
pub(crate) struct Outcome {
    pub(crate) page: Page,
    pub(crate) result: Result<(ConvertedArticle, Vec<Dependency>), String>,
}

/// Bodies to be shown in others, by their pages' ids; none where there is nothing to show.
type Bodies = BTreeMap<String, Option<Page>>;

/// Converts pages; the outcomes come in any order.
pub(crate) async fn convert<W: Worker>(
    session: &mut Session<'_, W>,
    run: &Run,
    mut open: Vec<Work>,
) -> Result<Vec<Outcome>, StepError> {
    let mut outcomes = Vec::with_capacity(open.len());
    let mut bodies = Bodies::new();
    for round in 1..=MOST_ROUNDS {
        let (mut again, mut wanted) = (Vec::new(), Vec::new());
        for work in open {
            let article = match converted(session, &work, &bodies) {
                Ok(article) => article,
                Err(failure) => {
                    outcomes.push(Outcome { page: work.page, result: Err(failure) });
                    continue;
                }
            };
            let new = unknown(&work, &article);
            if new.is_empty() || round == MOST_ROUNDS {
                let slug = session.world.converter().slug(&work.page.title);
                let article = stored(&work.page, article, slug, &session.connection.site_url);
                outcomes.push(Outcome { page: work.page, result: Ok((article, work.dependencies)) });
            } else {
                wanted.extend(new);
                again.push(work);
            }
        }
        if again.is_empty() {
            break;
        }
        learn(session, run, &mut again, &wanted, &mut bodies).await?;
        open = again;
    }
    Ok(outcomes)
}

fn converted<W: Worker>(session: &Session<'_, W>, work: &Work, bodies: &Bodies) -> Result<Article, String> {
    let body = work.page.storage().unwrap_or_default();
    let limit = session.settings.max_body;
    if body.len() > limit {
        return Err(format!(
            "The page's body has {}, more than the {} that an article may have; split the page in Confluence.",
            megabytes(body.len()),
            megabytes(limit)
        ));
    }
    let source = SourcePage {
        connection: session.connection.id,
        id: &work.page.id,
        title: &work.page.title,
        space_key: &work.space_key,
        site_url: &session.connection.site_url,
        body,
        known: &known(&work.dependencies, bodies),
    };
    session.world.converter().convert(&source).map_err(|error| sentence(&error))
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1_000_000.0)
}

/// What the article names and nobody has looked up for it yet.
fn unknown(work: &Work, article: &Article) -> Vec<Wanted> {
    let wanted = article.dependencies.iter().filter_map(|dependency| {
        let kind = match dependency.kind {
            DependencyKind::IncludedPage => Kind::IncludedPage,
            DependencyKind::Excerpt => Kind::Excerpt,
            DependencyKind::Children => Kind::Children,
            // A link by id alone takes its words from the page that it leads to.
            DependencyKind::Page if dependency.name.is_empty() => Kind::Title,
            _ => return None,
        };
        Some(Wanted {
            page_id: work.page.id.clone(),
            kind,
            name: dependency.name.clone(),
            named_id: dependency.id.clone().unwrap_or_default(),
            space_key: dependency.space_key.clone().unwrap_or_default(),
        })
    });
    wanted.filter(|wanted| work.dependencies.iter().all(|known| known.wanted != *wanted)).collect()
}

/// Finds what the pages name and fetches the bodies that are to be shown.
async fn learn<W: Worker>(
    session: &mut Session<'_, W>,
    run: &Run,
    open: &mut [Work],
    wanted: &[Wanted],
    bodies: &mut Bodies,
) -> Result<(), StepError> {
    let mut found = dependencies::look_up(session.world.database(), run, wanted)?;
    let is_included = |dependency: &Dependency| {
        matches!(dependency.wanted.kind, Kind::IncludedPage | Kind::Excerpt) && dependency.state.is_some()
    };
    let missing: BTreeSet<String> = found
        .iter()
        .filter(|dependency| is_included(dependency))
        .filter_map(|dependency| dependency.found_id.clone())
        .filter(|id| !bodies.contains_key(id))
        .collect();
    fetch(session, &missing.into_iter().collect::<Vec<_>>(), bodies).await?;
    for dependency in &mut found {
        if is_included(dependency) {
            // Who may read it is known of the version that was listed; a later one may be for fewer, and waits.
            let id = dependency.found_id.clone().unwrap_or_default();
            if let Some(Some(page)) = bodies.get(&id) {
                let version = &page.version;
                let (number, step) = (version.number, version.ncs_step_version.as_deref());
                let fetched = included_state(&id, number, &version.created_at, step);
                dependency.state = dependency.state.take().filter(|listed| *listed == fetched);
            }
        }
        if let Some(work) = open.iter_mut().find(|work| work.page.id == dependency.wanted.page_id) {
            work.dependencies.push(dependency.clone());
        }
    }
    // A page that is itself not known to the store has nothing to show of others.
    for wanted in wanted {
        if let Some(work) = open.iter_mut().find(|work| work.page.id == wanted.page_id)
            && work.dependencies.iter().all(|known| known.wanted != *wanted)
        {
            let nothing = Dependency {
                wanted: wanted.clone(),
                found_id: None,
                found_space: String::new(),
                state: None,
            };
            work.dependencies.push(nothing);
        }
    }
    Ok(())
}

/// Fetches bodies; one that is too large to come is not shown, and its link stays.
async fn fetch<W: Worker>(
    session: &mut Session<'_, W>,
    ids: &[String],
    bodies: &mut Bodies,
) -> Result<(), StepError> {
    let mut batches: Vec<&[String]> = ids.chunks(BATCH).rev().collect();
    while let Some(batch) = batches.pop() {
        let pages: Vec<&str> = batch.iter().map(String::as_str).collect();
        // Each answer brings a page at least, and one more may say that there are no others.
        let most = u32::try_from(batch.len() + 1).unwrap_or(u32::MAX);
        match kinds::read(session, &pages, pages::bodies, most, "the pages to include").await {
            Ok(answer) => {
                bodies.extend(batch.iter().map(|id| (id.clone(), None)));
                bodies.extend(
                    answer
                        .into_iter()
                        .filter(|page| page.status == Status::Current && batch.contains(&page.id))
                        .map(|page| (page.id.clone(), Some(page))),
                );
            }
            Err(StepError::Http(HttpError::TooLarge { .. })) if batch.len() > 1 => {
                batches.extend(batch.chunks(1));
            }
            Err(StepError::Http(HttpError::TooLarge { .. })) => {
                bodies.insert(batch[0].clone(), None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What the converter is told about the pages that a body names.
fn known(dependencies: &[Dependency], bodies: &Bodies) -> Known {
    let mut known = Known::default();
    for dependency in dependencies {
        let (Some(state), wanted) = (&dependency.state, &dependency.wanted) else { continue };
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let name = PageName {
            id: some(&wanted.named_id),
            title: some(&wanted.name),
            space_key: some(&wanted.space_key),
        };
        match wanted.kind {
            Kind::IncludedPage | Kind::Excerpt => {
                let page = dependency.found_id.as_ref().and_then(|id| bodies.get(id)?.as_ref());
                if let Some(page) = page
                    && known.included.iter().all(|(other, _)| *other != name)
                {
                    let owner = Owner { page_id: page.id.clone(), space_key: dependency.found_space.clone() };
                    let body = page.storage().unwrap_or_default().to_owned();
                    known
                        .included
                        .push((name, Included { format: Format::Storage, body, owner: Some(owner) }));
                }
            }
            Kind::Children => {
                let listed: Vec<(String, String)> = serde_json::from_str(state).unwrap_or_default();
                let listed = listed.into_iter().map(|(id, title)| FoundPage { id, title }).collect();
                known.children.push((name, listed));
            }
            Kind::Title => known.titles.push((name, state.clone())),
        }
    }
    known
}
