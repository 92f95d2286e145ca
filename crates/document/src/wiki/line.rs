//! A line of wiki markup: marks, links, images.

use super::call;
use crate::{
    context::Context,
    macros::call::carry_out,
    resource::Resource,
    tree::{Inline, Marks, Style},
};

/// Reads a line to where the builder stands.
pub(super) fn read(cx: &mut Context<'_>, line: &str) {
    let outer = cx.style;
    let mut marks = Marks::default();
    let mut text = String::new();
    let mut at = 0;
    let bytes = line.as_bytes();
    while at < bytes.len() {
        let rest = &line[at..];
        let before = line[..at].chars().next_back();
        let special = special(cx, rest, before, &mut text, &mut marks, outer);
        match special {
            Some(length) => at += length,
            None => {
                let character = rest.chars().next().unwrap_or(' ');
                text.push(character);
                at += character.len_utf8();
            }
        }
    }
    flush(cx, &mut text, marks, outer);
    cx.style = outer;
}

fn flush(cx: &mut Context<'_>, text: &mut String, marks: Marks, outer: Style) {
    cx.style = Style { marks: outer.marks.with(marks), ..outer };
    cx.text(&crate::markup::decode(text));
    text.clear();
}

/// Reads what is not a character of text. How long it was.
fn special(
    cx: &mut Context<'_>,
    rest: &str,
    before: Option<char>,
    text: &mut String,
    marks: &mut Marks,
    outer: Style,
) -> Option<usize> {
    let bytes = rest.as_bytes();
    let after_space = before.is_none_or(|before| !before.is_alphanumeric());
    match bytes[0] {
        b'\\' if bytes.get(1) == Some(&b'\\') => {
            flush(cx, text, *marks, outer);
            cx.builder.inline(Inline::Break, Style::default());
            Some(2)
        }
        b'\\' if bytes.get(1).is_some_and(u8::is_ascii_punctuation) => {
            text.push(bytes[1] as char);
            Some(2)
        }
        b'{' if rest.starts_with("{{") => {
            let end = within(rest, "}}")?;
            flush(cx, text, *marks, outer);
            cx.style.marks = cx.style.marks.with(Marks::CODE);
            cx.text(&rest[2..end]);
            Some(end + 2)
        }
        b'{' => {
            let end = within(rest, "}")?;
            let (name, parameters) = rest[1..end].split_once(':').unwrap_or((&rest[1..end], ""));
            if name == "color" {
                return Some(end + 1);
            }
            if !matches!(name, "status" | "anchor") {
                return None;
            }
            flush(cx, text, *marks, outer);
            carry_out(cx, &call(name, parameters));
            Some(end + 1)
        }
        b'[' => {
            let end = within(rest, "]").filter(|&end| end > 1)?;
            flush(cx, text, *marks, outer);
            link(cx, &rest[1..end]);
            Some(end + 1)
        }
        b'!' if after_space && bytes.get(1).is_some_and(|next| !next.is_ascii_whitespace()) => {
            let end = within(&rest[1..], "!").map(|end| end + 1)?;
            let (address, settings) = rest[1..end].split_once('|').unwrap_or((&rest[1..end], ""));
            if !address.contains('.') || address.contains(char::is_whitespace) {
                return None;
            }
            flush(cx, text, *marks, outer);
            let alt = settings.split(',').find_map(|setting| setting.trim().strip_prefix("alt="));
            let resource = if address.contains("://") {
                Resource::Url { address: address.to_owned() }
            } else {
                Resource::Attachment { filename: address.to_owned(), media_id: None, page: None }
            };
            let picture = cx.picture(Some(&resource), alt, (None, None));
            cx.builder.inline(Inline::Image(picture), cx.style);
            Some(end + 1)
        }
        mark @ (b'*' | b'_' | b'+' | b'^' | b'~' | b'-') => {
            let wanted = match mark {
                b'*' => Marks::STRONG,
                b'_' => Marks::EM,
                b'+' => Marks::UNDERLINE,
                b'^' => Marks::SUP,
                b'~' => Marks::SUB,
                _ => Marks::STRIKE,
            };
            if marks.has(wanted) {
                flush(cx, text, *marks, outer);
                marks.0 &= !wanted.0;
                return Some(1);
            }
            let opens = after_space
                && bytes.get(1).is_some_and(|next| !next.is_ascii_whitespace() && *next != mark)
                && within(&rest[1..], std::str::from_utf8(&bytes[..1]).ok()?).is_some();
            if !opens {
                return None;
            }
            flush(cx, text, *marks, outer);
            *marks = marks.with(wanted);
            Some(1)
        }
        _ => None,
    }
}

/// How far a mark may be from its end; it keeps long lines linear.
const REACH: usize = 2_000;

fn within(rest: &str, end: &str) -> Option<usize> {
    let limit = (0..=rest.len().min(REACH)).rev().find(|&limit| rest.is_char_boundary(limit))?;
    rest[..limit].find(end)
}

/// `words|target|tooltip` or `target`.
fn link(cx: &mut Context<'_>, inside: &str) {
    let mut parts = inside.split('|');
    let first = parts.next().unwrap_or_default().trim();
    let (words, target) = match parts.next() {
        Some(target) => (Some(first), target.trim()),
        None => (None, first),
    };
    let (link, own_words) = if let Some(user) = target.strip_prefix('~') {
        let user = Resource::User { account_id: None, user_key: None, username: Some(user.to_owned()) };
        if words.is_none() {
            cx.mention(&user, None);
            return;
        }
        cx.resolve(&user, None)
    } else if let Some(file) = target.strip_prefix('^') {
        cx.resolve(&Resource::Attachment { filename: file.to_owned(), media_id: None, page: None }, None)
    } else if let Some(anchor) = target.strip_prefix('#') {
        (cx.anchor_link(anchor), anchor.to_owned())
    } else if target.contains("://") || target.starts_with("mailto:") || target.starts_with('/') {
        (cx.url_link(target), target.to_owned())
    } else {
        let (page, anchor) =
            target.split_once('#').map_or((target, None), |(page, anchor)| (page, Some(anchor)));
        match Resource::page_from_words(page) {
            Some(page) => cx.resolve(&page, anchor),
            None => (crate::tree::LinkId::NONE, target.to_owned()),
        }
    };
    let style = cx.linked(link);
    cx.builder.text(words.filter(|words| !words.is_empty()).unwrap_or(&own_words), style);
}

/// Where a cell of a table ends: at a bar that is not part of a link.
pub(super) fn end_of_cell(content: &str) -> usize {
    let mut in_link = false;
    for (at, c) in content.char_indices() {
        match c {
            '[' => in_link = true,
            ']' => in_link = false,
            '|' if !in_link => return at,
            _ => {}
        }
    }
    content.len()
}
