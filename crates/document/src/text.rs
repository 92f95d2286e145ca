//! Words: cleaning, collapsing, counting.

/// Whether HTML refuses a character even as a reference: controls, noncharacters (HTML Standard §13.2.3.5).
fn is_refused(c: char) -> bool {
    let code = c as u32;
    (c.is_control() && c != '\n' && c != '\t') || (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Appends a text without the characters that HTML refuses; `\r\n` and `\r` become `\n`.
pub(crate) fn push_clean(out: &mut String, text: &str) {
    if !is_suspicious(text) {
        out.push_str(text);
        return;
    }
    push_filtered(out, text);
}

/// Whether there may be a character that HTML refuses. All bytes are looked at, without a branch, many at a time.
pub(crate) fn is_suspicious(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| {
        found
            | ((byte < 0x20) & (byte != b'\n') & (byte != b'\t'))
            | (byte == 0x7F)
            | (byte == 0xC2)
            | (byte >= 0xEF)
    })
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
    for word in text.split_whitespace() {
        if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Whether a character is of a script that is written without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x2FFFF | 0x0E00..=0x0E7F)
}

/// Counts words: what stands between spaces, and two characters of a script without spaces as one.
pub(crate) fn count_words(text: &str) -> u32 {
    if text.is_ascii() {
        return text.split_ascii_whitespace().count() as u32;
    }
    let mut words = 0;
    let mut unspaced = 0;
    for word in text.split_whitespace() {
        if word.is_ascii() {
            words += 1;
            continue;
        }
        let count = word.chars().filter(|&c| is_unspaced(c)).count() as u32;
        unspaced += count;
        if count == 0 {
            words += 1;
        }
    }
    words + unspaced.div_ceil(2)
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
    let word = cut.rfind(char::is_whitespace).unwrap_or(end);
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

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(count_words("one two  three"), 3);
        assert_eq!(count_words("사용자 메뉴로"), 2);
        assert_eq!(count_words("設定を開く"), 3);
    }

    #[test]
    fn a_beginning_ends_with_a_sentence() {
        assert_eq!(beginning("One two. Three four five six.", 12), "One two.");
        assert_eq!(beginning("One two three four", 9), "One two…");
    }
}
