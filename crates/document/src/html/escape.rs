//! Escaping, as browsers do when they serialize.

use crate::text::Classes;

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
    escape_known(out, text, Classes::of_text(text));
}

/// Escapes text of which it is known what may be in it.
pub(super) fn escape_known(out: &mut String, text: &str, classes: Classes) {
    if !classes.has(Classes::HTML) {
        out.push_str(text);
        return;
    }
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !Classes::of(byte).has(Classes::HTML) {
            continue;
        }
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            // No other character ends in A0 after C2.
            _ if at > 0 && text.as_bytes()[at - 1] == 0xC2 => {
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
    let mut from = 0;
    for (at, byte) in value.bytes().enumerate() {
        if byte == b'"' {
            escape(out, &value[from..at]);
            out.push_str("&quot;");
            from = at + 1;
        }
    }
    escape(out, &value[from..]);
}
