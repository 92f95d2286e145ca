use knowledge::reading::{ArticleCard, location};
use knowledge::searching::{PassageMatch, TermStatistics};

use crate::evidence::{rarities, weigh};
use crate::sentences::sentences;
use crate::terms::plain;
use crate::{Answer, Citation, Evidence, Excerpt, Outcome, Reason, Sentence, Thresholds};

/// The best excerpt alone is right too seldom: the next two are shown beside it.
const EXCERPTS: usize = 3;

/// How many articles are offered where there is no answer.
const RELATED: usize = 3;

/// Decides what the passages, one for each article and the best first, amount to.
pub(crate) fn outcome(
    terms: &[String],
    statistics: &TermStatistics,
    passages: Vec<PassageMatch>,
    thresholds: &Thresholds,
) -> Outcome {
    let weighed = weighed(terms, statistics, passages);
    if let Some(answer) = answered(terms, statistics, &weighed, thresholds) {
        return Outcome::Answered(answer);
    }
    let reason = reason(terms, statistics, weighed.first());
    let articles: Vec<ArticleCard> = weighed
        .into_iter()
        .filter(|(_, evidence)| evidence.coverage >= thresholds.related)
        .map(|(passage, _)| ArticleCard {
            id: passage.article_id,
            slug: passage.slug,
            title: plain(&passage.title),
            summary: passage.summary,
            category: passage.category,
            source_updated_at: passage.source_updated_at,
        })
        .take(RELATED)
        .collect();
    if articles.is_empty() { Outcome::Unknown { reason } } else { Outcome::Related { reason, articles } }
}

/// Decides what the passages of one article amount to: it is already open, so it is not offered as related.
pub(crate) fn outcome_within(
    terms: &[String],
    statistics: &TermStatistics,
    passages: Vec<PassageMatch>,
) -> Outcome {
    let thresholds = Thresholds::within_article();
    let weighed = weighed(terms, statistics, passages);
    match answered(terms, statistics, &weighed, &thresholds) {
        Some(answer) => Outcome::Answered(answer),
        None => Outcome::Unknown { reason: reason(terms, statistics, weighed.first()) },
    }
}

fn weighed(
    terms: &[String],
    statistics: &TermStatistics,
    passages: Vec<PassageMatch>,
) -> Vec<(PassageMatch, Evidence)> {
    let rarities = rarities(statistics);
    passages
        .into_iter()
        .map(|passage| {
            let evidence = weigh(&passage, terms, statistics, &rarities);
            (passage, evidence)
        })
        .collect()
}

fn answered(
    terms: &[String],
    statistics: &TermStatistics,
    weighed: &[(PassageMatch, Evidence)],
    thresholds: &Thresholds,
) -> Option<Answer> {
    let (_, evidence) = weighed.first().filter(|(_, evidence)| thresholds.allow(evidence))?;
    let rarities = rarities(statistics);
    let mut answer = Answer { excerpts: Vec::new(), citations: Vec::new(), evidence: *evidence };
    let supporting = weighed
        .iter()
        .filter(|(_, evidence)| thresholds.allow(evidence))
        .map(|(passage, _)| (passage, sentences(&passage.text, terms, &rarities)))
        .filter(|(passage, sentences)| !only_points_to_another(passage, sentences, weighed))
        .take(EXCERPTS);
    for (number, (passage, sentences)) in (1..).zip(supporting) {
        answer.excerpts.push(Excerpt { citation: number, sentences });
        answer.citations.push(Citation {
            number,
            article_id: passage.article_id,
            title: plain(&passage.title),
            heading: plain(&passage.heading),
            category: passage.category.clone(),
            location: location(passage.article_id, &passage.slug, &passage.anchor),
            source_url: passage.source_url.clone(),
            source_updated_at: passage.source_updated_at,
        });
    }
    (!answer.excerpts.is_empty()).then_some(answer)
}

/// Whether all that a passage says of the question is the title of another article that was found: a list of links
/// is no answer beside the article that it leads to.
fn only_points_to_another(
    passage: &PassageMatch,
    sentences: &[Sentence],
    weighed: &[(PassageMatch, Evidence)],
) -> bool {
    let mut telling = sentences.iter().filter(|sentence| sentence.marked).peekable();
    telling.peek().is_some()
        && telling.all(|sentence| {
            weighed.iter().any(|(other, _)| {
                other.article_id != passage.article_id && bare(&plain(&other.title)) == bare(&sentence.text)
            })
        })
}

/// A line without the sign of its list item and its final punctuation.
fn bare(line: &str) -> &str {
    line.trim_matches(|letter: char| !letter.is_alphanumeric())
}

fn reason(terms: &[String], statistics: &TermStatistics, best: Option<&(PassageMatch, Evidence)>) -> Reason {
    let unknown: Vec<String> = terms
        .iter()
        .zip(&statistics.terms)
        .filter(|(_, frequency)| frequency.articles == 0)
        .map(|(term, _)| term.clone())
        .collect();
    if !unknown.is_empty() {
        return Reason::UnknownWords { words: unknown };
    }
    let missing: Vec<String> = (0..)
        .zip(terms)
        .filter(|(index, _)| {
            best.is_none_or(|(passage, _)| passage.terms.iter().all(|found| found.term != *index))
        })
        .map(|(_, term)| term.clone())
        .collect();
    if missing.is_empty() { Reason::TooWeak } else { Reason::NotCovered { words: missing } }
}
