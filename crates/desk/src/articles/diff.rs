//! What an edit changes, line by line and word by word.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// How long comparing may take; what is left then is shown as a whole.
const PATIENCE: Duration = Duration::from_millis(400);
/// How many unchanged lines stand before and after a change.
const AROUND: usize = 1;
/// Lines of which less than this share is the same are no rewording of one another.
const ALIKE: f64 = 0.25;
/// The longest line of which words are compared, in words.
const MOST_WORDS: usize = 4_000;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) is_changed: bool,
}

/// A row of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Same(String),
    /// Unchanged lines that are folded away.
    Folded(Vec<String>),
    Changed {
        before: Option<Vec<Span>>,
        after: Option<Vec<Span>>,
    },
}

/// The two versions side by side; nothing where no line differs.
pub(super) fn compare(before: &str, after: &str) -> Vec<Row> {
    let until = Instant::now() + PATIENCE;
    let (before, after) = (lines(before), lines(after));
    let operations = capture_diff_slices_deadline(Algorithm::Patience, &before, &after, Some(until));
    if operations.iter().all(|operation| matches!(operation, DiffOp::Equal { .. })) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    let last = operations.len() - 1;
    for (index, operation) in operations.iter().enumerate() {
        match *operation {
            DiffOp::Equal { old_index, len, .. } => {
                fold(&before[old_index..old_index + len], index > 0, index < last, &mut rows);
            }
            _ => changed(&before[operation.old_range()], &after[operation.new_range()], until, &mut rows),
        }
    }
    rows
}

/// The title in two versions, word by word.
pub(super) fn compare_line(before: &str, after: &str) -> (Vec<Span>, Vec<Span>) {
    words_apart(before, after, Instant::now() + PATIENCE).unwrap_or_else(|| (whole(before), whole(after)))
}

fn lines(markdown: &str) -> Vec<&str> {
    markdown.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect()
}

fn fold(lines: &[&str], has_before: bool, has_after: bool, rows: &mut Vec<Row>) {
    let head = if has_before { AROUND.min(lines.len()) } else { 0 };
    let tail = if has_after { AROUND.min(lines.len() - head) } else { 0 };
    let same = |range: Range<usize>| lines[range].iter().map(|line| Row::Same((*line).to_owned()));
    rows.extend(same(0..head));
    let folded = &lines[head..lines.len() - tail];
    match folded {
        [] => {}
        [one] => rows.push(Row::Same((*one).to_owned())),
        folded => rows.push(Row::Folded(folded.iter().map(|line| (*line).to_owned()).collect())),
    }
    rows.extend(same(lines.len() - tail..lines.len()));
}

fn changed(before: &[&str], after: &[&str], until: Instant, rows: &mut Vec<Row>) {
    for index in 0..before.len().max(after.len()) {
        let row = match (before.get(index), after.get(index)) {
            (Some(old), Some(new)) => match words_apart(old, new, until) {
                Some((old, new)) => Row::Changed { before: Some(old), after: Some(new) },
                None => Row::Changed { before: Some(whole(old)), after: Some(whole(new)) },
            },
            (old, new) => {
                Row::Changed { before: old.map(|line| whole(line)), after: new.map(|line| whole(line)) }
            }
        };
        rows.push(row);
    }
}

fn whole(line: &str) -> Vec<Span> {
    vec![Span { text: line.to_owned(), is_changed: true }]
}

/// Two wordings of one line; none where they have too little in common to be read as such.
fn words_apart(before: &str, after: &str, until: Instant) -> Option<(Vec<Span>, Vec<Span>)> {
    let (old, new) = (words(before), words(after));
    if old.len().max(new.len()) > MOST_WORDS {
        return None;
    }
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(until));
    let (mut left, mut right, mut same) = (Vec::new(), Vec::new(), 0);
    for operation in operations {
        let is_changed = !matches!(operation, DiffOp::Equal { .. });
        let (before, after) = (old[operation.old_range()].concat(), new[operation.new_range()].concat());
        if !is_changed {
            same += before.trim().len();
        }
        for (text, side) in [(before, &mut left), (after, &mut right)] {
            if !text.is_empty() {
                side.push(Span { text, is_changed });
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "lines are short")]
    let share = same as f64 / before.len().max(after.len()).max(1) as f64;
    (share >= ALIKE).then_some((left, right))
}

/// Words, the spaces between them, and each sign and each letter of scripts without spaces by itself.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut former = None;
    for (at, letter) in line.char_indices() {
        let kind = Kind::of(letter);
        if former.is_some_and(|former| former != kind || kind == Kind::Alone) {
            words.push(&line[start..at]);
            start = at;
        }
        former = Some(kind);
    }
    if start < line.len() {
        words.push(&line[start..]);
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Space,
    Alone,
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            _ if letter.is_whitespace() => Self::Space,
            // From here on stand the scripts of East Asia, which write no spaces.
            '\u{2e80}'.. => Self::Alone,
            // Marks of combined letters belong to their word.
            _ if letter.is_alphanumeric() || !letter.is_ascii() => Self::Word,
            _ => Self::Alone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row as one reads it: `[…]` around what changed.
    fn read(row: &Row) -> String {
        let side = |spans: &Option<Vec<Span>>| match spans {
            None => "-".to_owned(),
            Some(spans) => spans
                .iter()
                .map(|span| if span.is_changed { format!("[{}]", span.text) } else { span.text.clone() })
                .collect(),
        };
        match row {
            Row::Same(line) => line.clone(),
            Row::Folded(lines) => format!("({})", lines.len()),
            Row::Changed { before, after } => format!("{} => {}", side(before), side(after)),
        }
    }

    fn rows(before: &str, after: &str) -> Vec<String> {
        compare(before, after).iter().map(read).collect()
    }

    #[test]
    fn a_changed_word_is_marked_in_its_line_and_the_rest_is_folded() {
        let before = "# VPN\n\nOne\n\nTwo\n\nThree\n\nCall 4711 for help.\n\nFour\n\nFive\n\nSix";
        let after = "# VPN\n\nOne\n\nTwo\n\nThree\n\nCall 4712 for help.\n\nFour\n\nFive\n\nSix";
        assert_eq!(
            rows(before, after),
            ["(3)", "Three", "Call [4711] for help. => Call [4712] for help.", "Four", "(2)"]
        );
    }

    #[test]
    fn what_came_went_or_was_written_anew_stands_as_a_whole() {
        assert_eq!(rows("a\nb", "a\nb\nc"), ["a", "b", "- => [c]"]);
        assert_eq!(rows("a\nb", "b"), ["[a] => -", "b"]);
        assert_eq!(
            rows("Go to the office.", "Nothing else matters"),
            ["[Go to the office.] => [Nothing else matters]"]
        );
        assert_eq!(rows("", "new"), ["- => [new]"]);
    }

    #[test]
    fn the_same_lines_are_no_difference() {
        assert!(compare("a\n\nb  \n", "a\nb").is_empty());
        assert!(compare("", "").is_empty());
    }

    #[test]
    fn scripts_without_spaces_are_compared_letter_by_letter() {
        assert_eq!(
            rows("请联系服务台电话", "请联系服务台邮件"),
            ["请联系服务台[电话] => 请联系服务台[邮件]"]
        );
        assert_eq!(words("e\u{301}té à la"), ["e\u{301}té", " ", "à", " ", "la"]);
    }

    #[test]
    fn a_huge_edit_is_compared_though_there_is_no_time_for_all_of_it() {
        let text =
            |seed: usize| (0..60_000).map(|line| format!("line {}\n", line * seed)).collect::<String>();
        assert!(!compare(&text(7), &text(13)).is_empty());
    }
}
