//! Words: cleaning, collapsing, counting.

/// Makes room for one more value; not for twice as many, as a `Vec` would, because a page may have one of these for
/// every three bytes.
pub(crate) fn grow<T>(values: &mut Vec<T>) {
    if values.len() == values.capacity() {
        values.reserve_exact(values.len() / 4 + 16);
    }
}

/// Whether room for so many bytes is so much more than is needed that it is given back.
pub(crate) fn is_roomy(capacity: usize, needed: usize) -> bool {
    const MUCH: usize = 16 << 10;
    capacity - needed > needed / 8 + MUCH
}

/// Makes room for the next few words of a long output; not for twice as many.
pub(crate) fn grow_output(out: &mut String) {
    const LONG: usize = 64 << 10;
    const WORDS: usize = 1 << 10;
    if out.len() > LONG && out.capacity() - out.len() < WORDS {
        out.reserve_exact(out.len() / 8 + WORDS);
    }
}

/// What a byte of text may mean to those who write it, a bit each: one look at each byte tells every writer whether
/// it has to look at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes(u8);

impl Classes {
    /// White space, as HTML counts it.
    pub(crate) const WHITE: Self = Self(1);
    /// What HTML may refuse even as a reference; see [`push_clean`].
    pub(crate) const SUSPICIOUS: Self = Self(2);
    /// What is escaped in HTML.
    pub(crate) const HTML: Self = Self(4);
    /// What may be escaped in Markdown.
    pub(crate) const MARKDOWN: Self = Self(8);
    /// A byte of a no-break space, and of some letters.
    pub(crate) const NO_BREAK: Self = Self(16);

    const OF: [Self; 256] = {
        let mut of = [Self(0); 256];
        let mut byte = 0;
        while byte < 256 {
            let letter = byte as u8;
            let mut classes = 0;
            if letter.is_ascii_whitespace() {
                classes |= Self::WHITE.0;
            }
            if (letter < 0x20 && letter != b'\n' && letter != b'\t')
                || letter == 0x7F
                || letter == 0xC2
                || letter >= 0xEF
            {
                classes |= Self::SUSPICIOUS.0;
            }
            // U+00A0 is the bytes C2 A0.
            if matches!(letter, b'&' | b'<' | b'>' | 0xA0) {
                classes |= Self::HTML.0;
            }
            if matches!(letter, b'\\' | b'`' | b'*' | b'[' | b']' | b'<' | b'~' | b'$' | b'_' | b'|' | b'&') {
                classes |= Self::MARKDOWN.0;
            }
            if letter == 0xA0 {
                classes |= Self::NO_BREAK.0;
            }
            of[byte] = Self(classes);
            byte += 1;
        }
        of
    };

    /// The classes of one byte.
    pub(crate) fn of(byte: u8) -> Self {
        Self::OF[usize::from(byte)]
    }

    /// The classes of all bytes of a text.
    pub(crate) fn of_text(text: &str) -> Self {
        text.bytes().fold(Self(0), |all, byte| all.with(Self::of(byte)))
    }

    /// The classes of all bytes of a text, and whether its white space is nothing but single spaces; without a branch,
    /// for nobody can foresee where words end.
    pub(crate) fn of_words(text: &str) -> (Self, bool) {
        let mut all = 0;
        let mut irregular = 0;
        let mut before = 0;
        for byte in text.bytes() {
            let classes = Self::of(byte).0;
            let white = classes & Self::WHITE.0;
            all |= classes;
            irregular |= white & (before | u8::from(byte != b' '));
            before = white;
        }
        (Self(all), irregular == 0)
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// How many bytes of a text are more than one in HTML.
pub(crate) fn escapes(text: &str) -> usize {
    text.bytes().filter(|&byte| (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == 0xA0)).count()
}

/// Whether HTML refuses a character even as a reference: controls, noncharacters (HTML Standard §13.2.3.5).
fn is_refused(c: char) -> bool {
    let code = c as u32;
    (c.is_control() && c != '\n' && c != '\t') || (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Appends a text without the characters that HTML refuses; `\r\n` and `\r` become `\n`.
pub(crate) fn push_clean(out: &mut String, text: &str) {
    if Classes::of_text(text).has(Classes::SUSPICIOUS) {
        push_filtered(out, text);
    } else {
        out.push_str(text);
    }
}

fn push_filtered(out: &mut String, text: &str) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '\r' {
            if characters.peek() != Some(&'\n') {
                out.push('\n');
            }
        } else if !is_refused(c) {
            out.push(c);
        }
    }
}

/// Appends words with single spaces between them and to what is there.
pub(crate) fn append_words(out: &mut String, text: &str) {
    append_words_from(out, 0, text);
}

/// Appends words with single spaces between them and to what is there from `start` on.
fn append_words_from(out: &mut String, start: usize, text: &str) {
    for word in text.split_whitespace() {
        if out.len() > start && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Appends a text as one line: words with single spaces between them, without the characters that HTML refuses.
pub(crate) fn push_line(out: &mut String, text: &str) {
    if Classes::of_text(text).has(Classes::SUSPICIOUS) {
        let mut line = String::with_capacity(text.len());
        append_words(&mut line, text);
        push_filtered(out, &line);
    } else {
        let start = out.len();
        append_words_from(out, start, text);
    }
}

/// Whether a character is of a script that is written without spaces between words.
fn is_unspaced(c: char) -> bool {
    c as u32 >= 0x0E00
        && matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x2FFFF | 0x0E00..=0x0E7F)
}

/// How many words a text has, such that the counts of two lines add up to the count of both.
///
/// It is kept in half words: two characters of a script without spaces count as a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordCount(u32);

impl WordCount {
    pub(crate) fn of(text: &str) -> Self {
        if let Some(words) = ascii_spaced_words(text.as_bytes()) {
            return Self(2 * words);
        }
        let mut halves = 0;
        let mut in_word = false;
        // The characters without spaces that the word has so far.
        let mut unspaced = 0;
        let of_word = |unspaced| if unspaced == 0 { 2 } else { unspaced };
        for c in text.chars() {
            if c <= ' ' || (c >= '\u{80}' && c.is_whitespace()) {
                halves += if in_word { of_word(std::mem::take(&mut unspaced)) } else { 0 };
                in_word = false;
            } else {
                in_word = true;
                unspaced += u32::from(c >= '\u{E00}' && is_unspaced(c));
            }
        }
        Self(halves + if in_word { of_word(unspaced) } else { 0 })
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    pub(crate) fn words(self) -> u32 {
        self.0.div_ceil(2)
    }
}

/// Counts the beginnings of words between spaces, without a branch, many at a time. None if there may be other white
/// space than that of ASCII, or a script without spaces: both are in the blocks that begin with the bytes looked for.
fn ascii_spaced_words(bytes: &[u8]) -> Option<u32> {
    let is_beyond = |byte: u8| (byte == 0xC2) | (byte >= 0xE0);
    let Some((&first, rest)) = bytes.split_first() else { return Some(0) };
    let mut words = u32::from(first > b' ');
    let mut beyond = is_beyond(first);
    // The sum of a chunk fits into a byte.
    for (before, chunk) in bytes.chunks(255).zip(rest.chunks(255)) {
        let mut begun = 0_u8;
        let mut found = 0_u8;
        for (&before, &byte) in before.iter().zip(chunk) {
            begun += u8::from((before <= b' ') & (byte > b' '));
            found |= u8::from(is_beyond(byte));
        }
        words += u32::from(begun);
        beyond |= found != 0;
    }
    (!beyond).then_some(words)
}

/// The beginning of a text, at most `limit` bytes long, cut after a sentence or else after a word.
pub(crate) fn beginning(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    let cut = &text[..end];
    let sentence = cut
        .char_indices()
        .filter(|&(at, c)| {
            matches!(c, '。' | '！' | '？')
                || (matches!(c, '.' | '!' | '?') && cut[at + 1..].starts_with(char::is_whitespace))
        })
        .map(|(at, c)| at + c.len_utf8())
        .next_back();
    if let Some(sentence) = sentence.filter(|&sentence| sentence >= limit / 3) {
        return cut[..sentence].to_owned();
    }
    cut_after_word(cut)
}

/// The beginning of a text, at most `limit` bytes long and a mark that there is more, cut after a word.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    cut_after_word(&text[..end])
}

fn cut_after_word(cut: &str) -> String {
    let word = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    format!("{}…", cut[..word].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_html_refuses_is_left_out() {
        let mut out = String::new();
        push_clean(&mut out, "a\u{0}b\r\nc\rd\u{fffe}e\u{85}é\u{1F600}");
        assert_eq!(out, "ab\nc\nde\u{e9}\u{1F600}");
    }

    fn words(text: &str) -> u32 {
        WordCount::of(text).words()
    }

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(words("one two  three"), 3);
        assert_eq!(words("사용자 메뉴로"), 2);
        assert_eq!(words("設定を開く"), 3);
    }

    #[test]
    fn a_beginning_ends_with_a_sentence() {
        assert_eq!(beginning("One two. Three four five six.", 12), "One two.");
        assert_eq!(beginning("One two three four", 9), "One two…");
        assert_eq!(shortened("One. Two three four", 9), "One. Two…");
        assert_eq!(shortened("ééé", 3), "é…");
    }
}
