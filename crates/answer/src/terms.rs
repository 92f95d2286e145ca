use knowledge::searching::Segment;

/// Where the terms occur in a text: the byte offset of each word that matches, and the index of its term.
pub(crate) fn occurring(text: &[Segment], terms: &[String]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut offset = 0;
    for segment in text {
        if segment.matched
            && let Some(term) = nearest(&segment.text.to_lowercase(), terms)
        {
            found.push((offset, term));
        }
        offset += segment.text.len();
    }
    found
}

/// The term that a matching word stands for. Both have the same stem, so they begin alike.
fn nearest(word: &str, terms: &[String]) -> Option<usize> {
    let alike = |term: &str| word.chars().zip(term.chars()).take_while(|(one, other)| one == other).count();
    let best = terms.iter().map(|term| alike(term)).max().filter(|alike| *alike > 0)?;
    terms.iter().position(|term| alike(term) == best)
}

/// A text without its marks.
pub(crate) fn plain(text: &[Segment]) -> String {
    text.iter().map(|segment| segment.text.as_str()).collect()
}
