/// An FTS5 query that was built from words, so that nobody's text is ever read as query syntax.
///
/// <https://sqlite.org/fts5.html#full_text_query_syntax>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression(String);

impl Expression {
    /// Matches what has at least one of the terms; none if there is no term.
    #[must_use]
    pub fn any<'a>(terms: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let terms: Vec<String> = terms.into_iter().map(quoted).collect();
        (!terms.is_empty()).then(|| Self(terms.join(" OR ")))
    }

    /// Matches what has at least one of the terms or a word that begins as `prefix` does.
    #[must_use]
    pub fn any_or_prefix<'a>(terms: impl IntoIterator<Item = &'a str>, prefix: &str) -> Self {
        let mut alternatives: Vec<String> = terms.into_iter().map(quoted).collect();
        alternatives.push(format!("{} *", quoted(prefix)));
        Self(alternatives.join(" OR "))
    }

    /// Matches what this one matches, and ranks higher what has one of the terms besides.
    #[must_use]
    pub fn preferring<'a>(self, terms: impl IntoIterator<Item = &'a str>) -> Self {
        match Self::any(terms) {
            // What `preferred` matches is a part of what `self` matches: the set stays the same.
            Some(preferred) => Self(format!("({0}) OR (({0}) AND ({1}))", self.0, preferred.0)),
            None => self,
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A term as an FTS5 string: quotes doubled, and nothing in it that would end the statement's text.
pub(super) fn quoted(term: &str) -> String {
    let term: String = term.chars().filter(|character| !character.is_control()).collect();
    format!("\"{}\"", term.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_quoted() {
        let cases = [
            (&["vpn"][..], "\"vpn\""),
            (&["vpn", "NEAR(a b)"], "\"vpn\" OR \"NEAR(a b)\""),
            (&["say \"hi\" *"], "\"say \"\"hi\"\" *\""),
            (&["title:x", "a\0b"], "\"title:x\" OR \"ab\""),
        ];
        for (terms, expected) in cases {
            assert_eq!(Expression::any(terms.iter().copied()).unwrap().as_str(), expected);
        }
        assert_eq!(Expression::any([]), None);
        assert_eq!(Expression::any_or_prefix(["request"], "vp").as_str(), "\"request\" OR \"vp\" *");
    }
}
