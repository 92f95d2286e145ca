use ports::Value;

use super::{SourceState, Status};

/// What narrows the list of articles; the default narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleFilter {
    /// Words of the title or the text.
    pub text: String,
    pub status: Option<Status>,
    pub source: Option<SourceFilter>,
    /// The key of a space.
    pub space: String,
    /// A category; `Some("")` is the articles without one.
    pub category: Option<String>,
    /// Only articles that could not show all of their page.
    pub losses: bool,
    /// Only articles with an edit that waits for approval.
    pub edits: bool,
    pub order: Order,
}

/// Narrows by what Confluence says of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFilter {
    State(SourceState),
    /// Not everyone may read the page in Confluence.
    Restricted,
}

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    LatestFirst,
    OldestFirst,
    Title,
    TitleReversed,
    MostLosses,
}

impl Order {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::LatestFirst => "a.source_updated_at desc, a.id desc",
            Self::OldestFirst => "a.source_updated_at, a.id",
            Self::Title => "a.title collate nocase, a.id",
            Self::TitleReversed => "a.title collate nocase desc, a.id desc",
            Self::MostLosses => "a.losses desc, a.title collate nocase, a.id",
        }
    }
}

impl ArticleFilter {
    /// The conditions on `a` (articles) and `s` (its space), and their parameters from `?1` on.
    pub(super) fn conditions(&self, with_status: bool) -> (String, Vec<Value>) {
        let mut conditions = vec!["true".to_owned()];
        let mut parameters: Vec<Value> = Vec::new();
        let mut bind = |value: Value| {
            parameters.push(value);
            format!("?{}", parameters.len())
        };
        let text = self.text.trim();
        if !text.is_empty() {
            let title = format!("instr(lower(a.title), lower({})) > 0", bind(text.into()));
            conditions.push(match match_expression(text) {
                Some(expression) => format!(
                    "({title} or a.id in (select rowid from articles_fts where articles_fts match {}))",
                    bind(expression.into())
                ),
                None => title,
            });
        }
        if let Some(status) = self.status.filter(|_| with_status) {
            conditions.push(format!("a.status = {}", bind(status.word().into())));
        }
        match self.source {
            Some(SourceFilter::State(state)) => {
                conditions.push(format!("a.source_state = {}", bind(state.word().into())));
            }
            Some(SourceFilter::Restricted) => conditions.push("a.audience <> 'everyone'".to_owned()),
            None => {}
        }
        if !self.space.is_empty() {
            conditions.push(format!("s.key = {}", bind(self.space.as_str().into())));
        }
        match self.category.as_deref() {
            Some("") => conditions.push("a.category is null".to_owned()),
            Some(category) => conditions.push(format!("a.category = {}", bind(category.into()))),
            None => {}
        }
        if self.losses {
            conditions.push("a.losses > 0".to_owned());
        }
        if self.edits {
            conditions.push("a.edit_state = 'waiting'".to_owned());
        }
        (conditions.join(" and "), parameters)
    }
}

/// An FTS5 query that wants every word, the last one as a beginning; none where there is no word.
fn match_expression(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    if words.is_empty() { None } else { Some(format!("{} *", words.join(" "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_is_a_valid_search() {
        let cases = [
            ("vpn", Some("\"vpn\" *")),
            ("reset pass", Some("\"reset\" \"pass\" *")),
            ("a\"b OR (c", Some("\"a\" \"b\" \"OR\" \"c\" *")),
            ("?!", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(match_expression(typed).as_deref(), expected, "{typed}");
        }
    }
}
