//! How states are told to people: one word, a reason, and what can be done.

use std::fmt;

use knowledge::article_review::{ArticleSummary, SourceState, Status};
use knowledge::scopes::{Effect, Kind, Rule, Verdict};

/// A word with a colour and a symbol, never a colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    pub(crate) word: &'static str,
    /// A class of the style sheet: `ok`, `warn`, `bad` or none.
    pub(crate) tone: &'static str,
    pub(crate) icon: &'static str,
}

impl Badge {
    pub(crate) const fn new(word: &'static str, tone: &'static str, icon: &'static str) -> Self {
        Self { word, tone, icon }
    }
}

/// `1 page`, `2 pages`, `1,204 pages`.
pub(crate) fn count(number: i64, thing: &str) -> String {
    let plural = match thing.strip_suffix('y') {
        _ if number == 1 => thing.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{thing}s"),
    };
    format!("{} {plural}", Grouped(number))
}

/// A number with a comma between thousands.
pub(crate) struct Grouped(pub(crate) i64);

impl fmt::Display for Grouped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        if self.0 < 0 {
            formatter.write_str("-")?;
        }
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                formatter.write_str(",")?;
            }
            write!(formatter, "{digit}")?;
        }
        Ok(())
    }
}

/// An error's text, which begins small and has no stop, as a sentence of its own.
pub(crate) fn sentence(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// How long something takes: `40 s`, `3 min`, `2 h`.
pub(crate) fn duration(milliseconds: i64) -> String {
    let seconds = (milliseconds / 1000).max(1);
    match seconds {
        ..90 => format!("{seconds} s"),
        90..5400 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h", (seconds + 1800) / 3600),
    }
}

pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Draft => "Draft",
        Status::Published => "Published",
        Status::Retired => "Retired",
    }
}

/// The status as employees meet it: a published article that they cannot see is never plainly “Published”.
pub(crate) fn status_badge(article: &ArticleSummary) -> Badge {
    match article.status {
        Status::Published if article.is_readable() && article.is_for_some => {
            Badge::new("Published to some", "ok", "users")
        }
        Status::Published if article.is_readable() => Badge::new("Published", "ok", "circle-check"),
        Status::Published => Badge::new("Published, but hidden", "warn", "lock"),
        Status::Draft => Badge::new("Draft", "", "file-text"),
        Status::Retired => Badge::new("Retired", "", "archive"),
    }
}

/// Why employees cannot see it whatever its status, as a sentence; nothing for an open page.
pub(crate) fn hidden_because(article: &ArticleSummary) -> Option<String> {
    let source = match article.source_state {
        SourceState::Current => return article.restriction.clone(),
        SourceState::Archived => "The page, or the whole space that it is in, is archived in Confluence.",
        SourceState::Trashed => "The page is deleted in Confluence.",
        SourceState::NotVisible => "The connected account no longer sees the page in Confluence.",
        SourceState::NotChosen => {
            "The page is in a space that is not chosen, or the rules of its space leave it out."
        }
    };
    Some(source.to_owned())
}

/// A rule of a space's scope as a sentence.
pub(crate) fn scope_rule(rule: &Rule) -> String {
    let name = subject_name(&rule.subject, &rule.title);
    match (rule.kind, rule.effect) {
        (Kind::Tree, Effect::Only) => format!("Only {name} and everything below it comes in."),
        (Kind::Tree, Effect::Never) => format!("{name} and everything below it stays out."),
        (Kind::Label, Effect::Only) => format!("Only pages with the label “{}” come in.", rule.subject),
        (Kind::Label, Effect::Never) => format!("Pages with the label “{}” stay out.", rule.subject),
    }
}

fn subject_name(subject: &str, title: &str) -> String {
    if title.is_empty() { format!("Number {subject}") } else { format!("“{title}”") }
}

/// Why rules leave a page out, as a sentence.
pub(crate) fn scope_verdict(verdict: &Verdict, rules: &[Rule]) -> String {
    match verdict {
        Verdict::In => "It comes in.".to_owned(),
        Verdict::OutsideTrees => "It is in none of the page trees that come in.".to_owned(),
        Verdict::WithoutLabel => "It has none of the labels that come in.".to_owned(),
        Verdict::InTree { subject } => {
            let title = rules.iter().find(|rule| rule.subject == *subject).map_or("", |rule| &rule.title);
            format!("It is, or lies below, {}, which stays out.", subject_name(subject, title))
        }
        Verdict::WithLabel { label } => format!("It has the label “{label}”, which stays out."),
        Verdict::LabelsUnknown => {
            "Its labels decide, and the next listing of the space reads them.".to_owned()
        }
    }
}

/// The word for a source state in the filter.
pub(crate) fn source_word(state: SourceState) -> &'static str {
    match state {
        SourceState::Current => "In Confluence",
        SourceState::Archived => "Archived in Confluence",
        SourceState::Trashed => "Deleted in Confluence",
        SourceState::NotVisible => "Not visible any more",
        SourceState::NotChosen => "Not chosen",
    }
}

/// Confluence's kinds of space, in words.
pub(crate) fn space_kind(kind: &str) -> &str {
    match kind {
        "global" => "Global",
        "collaboration" => "Collaboration",
        "knowledge_base" => "Knowledge base",
        "personal" => "Personal",
        "onboarding" => "Onboarding",
        "system" => "System",
        "xflow_sample_space" | "sample_space" => "Sample",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_people_write_them() {
        let cases = [
            (0, "0 pages"),
            (1, "1 page"),
            (2, "2 pages"),
            (999, "999 pages"),
            (1204, "1,204 pages"),
            (1_000_000, "1,000,000 pages"),
        ];
        for (number, words) in cases {
            assert_eq!(count(number, "page"), words);
        }
        assert_eq!(count(2, "category"), "2 categories");
        assert_eq!(count(2, "day"), "2 days");
    }

    #[test]
    fn durations_are_rounded_to_what_one_can_feel() {
        let cases = [(10, "1 s"), (40_000, "40 s"), (100_000, "2 min"), (7_200_000, "2 h")];
        for (milliseconds, words) in cases {
            assert_eq!(duration(milliseconds), words);
        }
    }
}
