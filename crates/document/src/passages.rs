//! Cuts the text of an article into passages to be searched and cited.

use crate::{
    article::Passage,
    lines::Lines,
    places::Places,
    text::{WordCount, beginning},
};

/// A passage shorter than this takes in what follows, if that stands under the same heading.
const LEAST: u32 = 80;
/// No passage is longer than this, unless it is one unit that cannot be cut.
const MOST: u32 = 220;
/// The longest summary, in bytes.
const SUMMARY: usize = 300;

/// The longest header row that is repeated, in bytes: a longer one would take more of a passage than its rows do.
const HEADER: usize = 600;

struct Open {
    first: usize,
    last: usize,
    words: u32,
}

/// Cuts at headings and between units, so that a passage has 80 to 220 words where the text allows it.
pub(crate) fn cut(lines: &Lines, places: &mut Places<'_>) -> Vec<Passage> {
    let units = &lines.units;
    let mut passages = Vec::new();
    let mut open: Option<Open> = None;
    for at in 0..units.len() {
        let words = units.words(at).words();
        let heading = units.heading(at);
        // A group that fits stays together: look how long the rest of it is.
        let begins_group = !units.continues_group(at);
        let mut group_words = words;
        if begins_group {
            for next in at + 1..units.len() {
                if !units.continues_group(next) || units.heading(next) != heading || group_words > MOST {
                    break;
                }
                group_words += units.words(next).words();
            }
        }
        if let Some(current) = &mut open {
            let same_heading = units.heading(current.first) == heading;
            let needed = if group_words <= MOST { group_words } else { words };
            let fits = current.words + needed <= MOST
                || (current.words < LEAST / 2 && words + current.words <= MOST);
            let wanted =
                current.words < LEAST || !begins_group || current.words + needed <= (LEAST + MOST) / 2;
            if same_heading && fits && wanted && !units.is_heading(at) {
                current.words += words;
                current.last = at;
                continue;
            }
            crate::text::grow(&mut passages);
            passages.extend(finish(lines, places, current));
        }
        open = Some(Open { first: at, last: at, words });
    }
    passages.extend(open.and_then(|done| finish(lines, places, &done)));
    passages
}

/// A heading without text under it is no passage: its words are in the paths of others and in the outline.
fn finish(lines: &Lines, places: &mut Places<'_>, open: &Open) -> Option<Passage> {
    let units = &lines.units;
    let first = open.first + usize::from(units.is_heading(open.first));
    if first > open.last {
        return None;
    }
    let (start, end) = (units.start(first), units.end(open.last));
    let mut count = (first..=open.last).fold(WordCount::default(), |sum, unit| sum.and(units.words(unit)));
    let body = &lines.text[start..end];
    let header = units.table_header(first).filter(|&header| header < first);
    let header = header.map(|header| (header, &lines.text[units.start(header)..units.end(header)]));
    let text = match header.filter(|(_, words)| words.len() <= HEADER) {
        Some((header, words)) => {
            count = count.and(units.words(header));
            [words, body].join("\n")
        }
        None => body.to_owned(),
    };
    let heading = units.heading(first);
    Some(Passage {
        heading_path: places.path(heading),
        anchor: places.anchor(heading).map(str::to_owned),
        text,
        offset: start as u32,
        words: count.words(),
    })
}

/// One or two sentences from the beginning of the article.
pub(crate) fn summary(lines: &Lines) -> String {
    let units = &lines.units;
    let mut words = String::with_capacity(SUMMARY * 2);
    for unit in (0..units.len()).filter(|&unit| !units.is_heading(unit) && units.table_header(unit).is_none())
    {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&lines.text[units.start(unit)..units.end(unit)]);
        if words.len() > SUMMARY {
            break;
        }
    }
    if words.len() <= SUMMARY { words } else { beginning(&words, SUMMARY) }
}

#[cfg(test)]
mod tests {
    use crate::{Article, Format, Options, Source, convert};

    fn article(body: &str) -> Article {
        convert(&Source { format: Format::Storage, body }, &Options::default()).unwrap()
    }

    #[test]
    fn a_row_with_headings_is_in_a_passage_under_the_heading_that_it_begins_with() {
        let article = article(
            "<table><tr><td><pre>code</pre><h1>One</h1></td></tr><tr><td><h1>Two</h1>words</td><td><h1>Three</h1></td></tr></table><p>after</p>",
        );
        let passages: Vec<_> = article
            .passages
            .iter()
            .map(|passage| (passage.anchor.as_deref(), passage.text.as_str()))
            .collect();
        assert_eq!(
            passages,
            [(None, "code One"), (Some("Two"), "Two words | Three"), (Some("Three"), "after")]
        );
    }

    #[test]
    fn what_is_lost_among_spaces_at_the_end_of_a_line_stands_at_its_end() {
        let article = article("<p>word &nbsp; <ac:placeholder>hint</ac:placeholder></p>");
        assert_eq!((article.text.as_str(), article.report.losses[0].offset), ("word\n", 4));
    }
}
