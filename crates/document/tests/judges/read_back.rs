//! Whether Markdown says what the HTML says, as another parser reads it.

use super::{markdown_to_html, shape, visible_text, word_counts, words};

/// Words that stand for what only one of the forms shows: labels of callouts, the table of contents.
const LABELS: [&str; 14] = [
    "info",
    "note",
    "tip",
    "warning",
    "caution",
    "success",
    "panel",
    "details",
    "contents",
    "decision",
    "undecided",
    "image",
    "done",
    "do",
];

/// The same blocks in the same order, and every word.
pub(crate) fn read_back(html: &str, markdown: &str) -> Result<(), String> {
    let again = markdown_to_html(markdown);
    let (ours, theirs) = (shape(html), shape(&again));
    if ours != theirs {
        let at = ours.iter().zip(&theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
        let around =
            |shape: &[String]| shape[at.min(shape.len())..].iter().take(3).cloned().collect::<Vec<_>>();
        return Err(format!(
            "other blocks\n  html     {:?}\n  markdown {:?}",
            around(&ours),
            around(&theirs)
        ));
    }
    if html.contains("<nav") {
        return Ok(());
    }
    let mut have = word_counts(&visible_text(&again));
    // An address that is followed by markup as text is linked together with some of it.
    let anywhere = word_counts(markdown);
    let missing: Vec<_> = words(&visible_text(html))
        .filter(|word| match have.get_mut(word) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => !LABELS.contains(&word.as_str()) && !anywhere.contains_key(word),
        })
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("Markdown lacks {:?}", &missing[..missing.len().min(10)]))
    }
}
