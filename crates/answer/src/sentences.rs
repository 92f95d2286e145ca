use knowledge::searching::Segment;
use unicode_segmentation::UnicodeSegmentation;

use crate::Sentence;
use crate::terms::{occurring, plain};

/// Cuts a passage into sentences and marks the one that has most of the question's meaning.
pub(crate) fn sentences(passage: &[Segment], terms: &[String], rarities: &[f64]) -> Vec<Sentence> {
    let text = plain(passage);
    let matches = occurring(passage, terms);
    let mut found: Vec<(Sentence, f64)> = Vec::new();
    let mut start = 0;
    // A line is a block of the article, a list item for instance: no sentence goes beyond it (UAX #29 would).
    for line in text.split_inclusive('\n') {
        for sentence in line.split_sentence_bounds() {
            let end = start + sentence.len();
            let mut seen: Vec<usize> = matches
                .iter()
                .filter(|(offset, _)| (start..end).contains(offset))
                .map(|(_, term)| *term)
                .collect();
            seen.sort_unstable();
            seen.dedup();
            let weight = seen.iter().filter_map(|&term| rarities.get(term)).sum();
            found.push((Sentence { text: sentence.to_owned(), marked: false }, weight));
            start = end;
        }
    }
    mark_best(&mut found);
    found.into_iter().map(|(sentence, _)| sentence).collect()
}

fn mark_best(sentences: &mut [(Sentence, f64)]) {
    let heaviest = sentences.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
    if heaviest <= 0.0 {
        return;
    }
    let Some(best) = sentences.iter().position(|(_, weight)| *weight >= heaviest) else { return };
    sentences[best].0.marked = true;
    // «Proceed as follows:» says nothing without what follows.
    if sentences[best].0.text.trim_end().ends_with(':')
        && let Some((next, _)) = sentences.get_mut(best + 1)
    {
        next.marked = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(marked: &str) -> Vec<Segment> {
        marked
            .split(['[', ']'])
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
            .map(|(index, text)| Segment { text: text.to_owned(), matched: index % 2 == 1 })
            .collect()
    }

    #[test]
    fn the_sentence_with_most_of_the_meaning_is_marked() {
        let terms = ["request".to_owned(), "vpn".to_owned(), "access".to_owned()];
        let cases = [
            (
                "The [VPN] is fast. [Requests] for [VPN] [access] go to IT. Wait.",
                vec!["Requests for VPN access go to IT. "],
            ),
            ("[Accessing] it:\nOpen the portal.\nWait.", vec!["Accessing it:\n", "Open the portal.\n"]),
            ("Nothing of it. At all.", vec![]),
            ("", vec![]),
        ];
        for (marked, expected) in cases {
            let passage = passage(marked);
            let found = sentences(&passage, &terms, &[1.0, 2.0, 1.5]);
            let text: String = found.iter().map(|sentence| sentence.text.as_str()).collect();
            assert_eq!(text, marked.replace(['[', ']'], ""), "no word is lost");
            let marked: Vec<&str> = found
                .iter()
                .filter(|sentence| sentence.marked)
                .map(|sentence| sentence.text.as_str())
                .collect();
            assert_eq!(marked, expected);
        }
    }
}
