//! Escaping, as browsers do when they serialize.

/// An anchor as the fragment of an address.
pub(crate) fn fragment(anchor: &str) -> String {
    let mut out = String::with_capacity(anchor.len());
    for c in anchor.chars() {
        if matches!(c, ' ' | '"' | '<' | '>' | '`' | '%' | '#' | '\\' | '^' | '{' | '|' | '}' | '[' | ']') {
            out.push_str(&format!("%{:02X}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// Escapes text as browsers serialize it (HTML Standard §13.3, "escaping a string").
pub(super) fn escape(out: &mut String, text: &str) {
    // U+00A0 is the bytes C2 A0, and no other character ends in A0 after C2.
    let is_plain = !text
        .bytes()
        .fold(false, |found, byte| found | (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == 0xA0));
    if is_plain {
        out.push_str(text);
        return;
    }
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            0xA0 if at > 0 && text.as_bytes()[at - 1] == 0xC2 => {
                out.push_str(&text[from..at - 1]);
                out.push_str("&nbsp;");
                from = at + 1;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(reference);
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Escapes the value of an attribute as browsers serialize it.
pub(super) fn escape_attribute(out: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            _ => out.push(c),
        }
    }
}
