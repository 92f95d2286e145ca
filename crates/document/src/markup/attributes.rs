//! The attributes of an element.

use memchr::memchr;

/// Reads names and values, still encoded, from what stands behind an element's name.
pub(super) struct Attributes<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        let before = bytes.iter().take_while(|&&byte| byte.is_ascii_whitespace() || byte == b'/').count();
        let rest = &self.rest[before..];
        if rest.is_empty() {
            return None;
        }
        let name_end = rest
            .bytes()
            .position(|byte| byte == b'=' || byte == b'/' || byte.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let name = &rest[..name_end];
        // The way in which nearly all attributes are written.
        if let Some(value) = rest[name_end..].strip_prefix("=\"")
            && let Some(end) = memchr(b'"', value.as_bytes())
        {
            self.rest = &value[end + 1..];
            return Some((name, &value[..end]));
        }
        let after = rest[name_end..].trim_start();
        let Some(value) = after.strip_prefix('=') else {
            // A stray character such as a quote must not stop the iteration.
            self.rest = if name.is_empty() { rest.get(1..).unwrap_or("") } else { after };
            return Some((name, ""));
        };
        let value = value.trim_start();
        let (value, rest) = match value.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => match memchr(quote, &value.as_bytes()[1..]) {
                Some(end) => (&value[1..=end], &value[end + 2..]),
                None => (&value[1..], ""),
            },
            _ => {
                let end = value.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(value.len());
                value.split_at(end)
            }
        };
        self.rest = rest;
        Some((name, value))
    }
}
