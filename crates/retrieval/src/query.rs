use knowledge::searching::Expression;

use crate::stop_words::is_stop_word;

/// The longest text that is looked at, in bytes; what follows is not read.
pub const MAX_QUERY: usize = 512;

/// The most terms of one query; what follows is not read.
const MAX_TERMS: usize = 32;

/// What someone typed, as terms to look for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The words that say what is meant, each once, in the order of the text.
    pub content: Vec<String>,
    /// The stop words, likewise.
    pub common: Vec<String>,
    /// The last word, if the text ends in it: someone may still be typing it.
    unfinished: Option<String>,
}

impl Query {
    /// Reads a text; nothing in it is syntax.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(MAX_QUERY)];
        let mut query = Self::default();
        for chunk in text.split(|character: char| !(is_word(character) || is_joiner(character))) {
            let chunk = chunk.trim_matches(is_joiner);
            let plain: String =
                chunk.chars().filter(|&character| is_word(character)).flat_map(char::to_lowercase).collect();
            if plain.is_empty() {
                continue;
            }
            if is_stop_word(&plain) {
                query.add_common(chunk.to_lowercase());
            } else if is_code(chunk) {
                query.add_content(chunk.to_lowercase());
            } else {
                for part in chunk.split(is_joiner).filter(|part| !part.is_empty()) {
                    let part = part.to_lowercase();
                    if is_stop_word(&part) { query.add_common(part) } else { query.add_content(part) }
                }
            }
        }
        if text.ends_with(is_word) {
            query.unfinished = text.rsplit(|character| !is_word(character)).next().map(str::to_lowercase);
        }
        query
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.content.is_empty() && self.common.is_empty()
    }

    /// What to match: the content words, or every word where there is none.
    ///
    /// A lone content word is still what is meant, but the words around it help to rank
    /// («who may use the VPN» and «where is the VPN» are two articles).
    #[must_use]
    pub fn expression(&self) -> Option<Expression> {
        let content = Expression::any(self.content.iter().map(String::as_str));
        match content {
            Some(content) if self.content.len() < 2 => {
                Some(content.preferring(self.common.iter().map(String::as_str)))
            }
            Some(content) => Some(content),
            None => self.any_word(),
        }
    }

    /// Every word, stop words too: the second try of a query whose content words match nothing.
    #[must_use]
    pub fn any_word(&self) -> Option<Expression> {
        Expression::any(self.content.iter().chain(&self.common).map(String::as_str))
    }

    /// What to match while the last word is still being typed.
    #[must_use]
    pub fn as_typed(&self) -> Option<Expression> {
        let Some(unfinished) = &self.unfinished else { return self.expression() };
        let finished = self.content.iter().filter(|word| *word != unfinished);
        Some(Expression::any_or_prefix(finished.map(String::as_str), unfinished))
    }

    /// The same with a shorter beginning of the last word, for «requestin» is no beginning of the
    /// stem «request» although «requesting» will be found again.
    #[must_use]
    pub fn as_typed_shortened(&self) -> Option<Expression> {
        let unfinished = self.unfinished.as_ref()?;
        let kept = unfinished.chars().count().checked_sub(3).filter(|kept| *kept >= 3)?;
        let shortened: String = unfinished.chars().take(kept).collect();
        let finished = self.content.iter().filter(|word| *word != unfinished);
        Some(Expression::any_or_prefix(finished.map(String::as_str), &shortened))
    }

    fn add_content(&mut self, word: String) {
        if self.content.len() + self.common.len() < MAX_TERMS && !self.content.contains(&word) {
            self.content.push(word);
        }
    }

    fn add_common(&mut self, word: String) {
        if self.content.len() + self.common.len() < MAX_TERMS && !self.common.contains(&word) {
            self.common.push(word);
        }
    }
}

/// What FTS5's tokenizer `unicode61` may take for a part of a word: it decides, we only must not cut it.
fn is_word(character: char) -> bool {
    character.is_alphanumeric()
        || (!character.is_ascii()
            && !character.is_whitespace()
            && !character.is_control()
            && !is_punctuation(character))
}

/// Punctuation beyond ASCII that people type: quotes, dashes, dots, marks of Spanish and CJK.
fn is_punctuation(character: char) -> bool {
    matches!(character, '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}')
        && !matches!(
            character,
            '\u{aa}' | '\u{b2}' | '\u{b3}' | '\u{b5}' | '\u{b9}' | '\u{ba}' | '\u{bc}'
                ..='\u{be}' | '\u{3005}'
        )
}

/// What holds the parts of one word or code together: `don't`, `sign-in`, `10.0.0.1`, `VPN_ERR-7`.
fn is_joiner(character: char) -> bool {
    matches!(character, '\'' | '’' | '-' | '.' | '_' | ':')
}

/// A version, an address, an error code: digits and parts, which only together mean something.
fn is_code(chunk: &str) -> bool {
    chunk.contains(is_joiner) && chunk.contains(|character: char| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_terms() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("How do I request VPN access?", &["request", "vpn", "access"], &["how", "do", "i"]),
            ("VPN vpn Vpn", &["vpn"], &[]),
            ("I can't sign-in", &["sign"], &["i", "can't", "in"]),
            ("John’s laptop", &["john", "laptop"], &["s"]),
            ("error 0x8007-0005 on 10.0.0.1.", &["error", "0x8007-0005", "10.0.0.1"], &["on"]),
            ("title:foo AND NEAR(a b) \"x*", &["title", "foo", "near", "b", "x"], &["and", "a"]),
            ("", &[], &[]),
            ("  ?! -- '' ", &[], &[]),
            ("¿Contraseña olvidada?", &["contraseña", "olvidada"], &[]),
        ];
        for (text, content, common) in cases {
            let query = Query::read(text);
            assert_eq!(query.content, *content, "{text}");
            assert_eq!(query.common, *common, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let query = Query::read(&"é ".repeat(400));
        assert_eq!(query.content, ["é"]);
        let many: String = (0..200).map(|number| format!("w{number} ")).collect();
        assert!(Query::read(&many).content.len() <= MAX_TERMS);
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        assert_eq!(Query::read("request vp").as_typed().unwrap().as_str(), "\"request\" OR \"vp\" *");
        assert_eq!(Query::read("request vpn ").as_typed().unwrap().as_str(), "\"request\" OR \"vpn\"");
        assert_eq!(Query::read("").as_typed(), None);
    }
}
