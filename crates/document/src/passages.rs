//! Cuts the text of an article into passages to be searched and cited.

use crate::{
    article::Passage,
    lines::{Lines, Unit},
    text::{beginning, count_words},
    tree::Document,
};

/// A passage shorter than this takes in what follows, if that stands under the same heading.
const LEAST: u32 = 80;
/// No passage is longer than this, unless it is one unit that cannot be cut.
const MOST: u32 = 220;
/// The longest summary, in bytes.
const SUMMARY: usize = 300;

struct Open {
    first: usize,
    last: usize,
    words: u32,
}

/// Cuts at headings and between units, so that a passage has 80 to 220 words where the text allows it.
pub(crate) fn cut(document: &Document, lines: &Lines) -> Vec<Passage> {
    let counts: Vec<u32> =
        lines.units.iter().map(|unit| count_words(&lines.text[unit.start..unit.end])).collect();
    let mut passages = Vec::new();
    let mut open: Option<Open> = None;
    let mut at = 0;
    while at < lines.units.len() {
        let unit = &lines.units[at];
        // A group that fits stays together: look how long the rest of it is.
        let begins_group = at == 0 || lines.units[at - 1].group != unit.group;
        let group_words = if begins_group {
            let mut sum = 0;
            for (next, count) in lines.units[at..].iter().zip(&counts[at..]) {
                if next.group != unit.group || next.heading != unit.heading || sum > MOST {
                    break;
                }
                sum += count;
            }
            sum
        } else {
            counts[at]
        };
        if let Some(current) = &mut open {
            let same_heading = lines.units[current.first].heading == unit.heading;
            let needed = if group_words <= MOST { group_words } else { counts[at] };
            let fits = current.words + needed <= MOST
                || (current.words < LEAST / 2 && counts[at] + current.words <= MOST);
            let wanted =
                current.words < LEAST || !begins_group || current.words + needed <= (LEAST + MOST) / 2;
            if same_heading && fits && wanted && !unit.is_heading {
                current.words += counts[at];
                current.last = at;
                at += 1;
                continue;
            }
            let done = open.take();
            passages.extend(done.and_then(|done| finish(document, lines, &done)));
        }
        open = Some(Open { first: at, last: at, words: counts[at] });
        at += 1;
    }
    passages.extend(open.and_then(|done| finish(document, lines, &done)));
    passages
}

/// A heading without text under it is no passage: its words are in the paths of others and in the outline.
fn finish(document: &Document, lines: &Lines, open: &Open) -> Option<Passage> {
    let units = &lines.units[open.first..=open.last];
    let body: &[Unit] = if units[0].is_heading { &units[1..] } else { units };
    let (first, last) = (body.first()?, body.last()?);
    let mut text = String::new();
    if let Some((start, end)) = first.table_header
        && start < first.start
    {
        text.push_str(&lines.text[start..end]);
        text.push('\n');
    }
    text.push_str(&lines.text[first.start..last.end]);
    let words = count_words(&text);
    let heading = first.heading;
    Some(Passage {
        heading_path: document.path(heading),
        anchor: heading.map(|index| document.headings[index as usize].anchor.clone()),
        text,
        offset: first.start as u32,
        words,
    })
}

/// One or two sentences from the beginning of the article.
pub(crate) fn summary(lines: &Lines) -> String {
    let mut words = String::new();
    for unit in lines.units.iter().filter(|unit| !unit.is_heading && unit.table_header.is_none()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&lines.text[unit.start..unit.end]);
        if words.len() > SUMMARY {
            break;
        }
    }
    beginning(&words, SUMMARY)
}
