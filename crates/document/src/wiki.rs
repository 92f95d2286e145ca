//! Reads wiki markup, as pages from before Confluence 4 still hold it in space exports.
//!
//! The notation is that of Atlassian's page "Confluence Wiki Markup". Macros are carried out as in the other formats.

mod line;

use crate::{
    context::Context,
    macros::{
        call::{Body, Call, Parameter, carry_out},
        find,
    },
    tree::{Block, Leaf, Token},
};

/// Reads a body to where the context's builder stands.
pub(crate) fn read(cx: &mut Context<'_>, body: &str) {
    let mut reader =
        Reader { cx, lists: Vec::new(), table: None, macros: Vec::new(), without_end: Vec::new() };
    reader.cx.builder.reserve(body.lines().map(operations).sum());
    let mut rest = body;
    while !rest.is_empty() && reader.cx.spend(1) {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = reader.line(line.trim_end_matches('\r'), after);
    }
    reader.end_blocks();
    while let Some((_, token)) = reader.macros.pop() {
        reader.cx.builder.close(token);
    }
}

/// How many operations a line becomes as a rule: an item with its words, or a row of such cells.
fn operations(line: &str) -> usize {
    match line.as_bytes().first() {
        None => 0,
        Some(b'|') => 3 * memchr::memchr_iter(b'|', line.as_bytes()).count() + 2,
        Some(_) => 3,
    }
}

struct Reader<'c, 'o> {
    cx: &'c mut Context<'o>,
    /// The marks of the open lists, and what closes each.
    lists: Vec<(char, Token)>,
    table: Option<Token>,
    /// Macros that are open, by name.
    macros: Vec<(String, Token)>,
    /// Macros that no tag ends from here on.
    without_end: Vec<String>,
}

impl Reader<'_, '_> {
    /// Reads a line, and more if it opens something that is read as it stands; gives what is left.
    fn line<'t>(&mut self, line: &str, after: &'t str) -> &'t str {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.end_blocks();
            return after;
        }
        if let Some((name, parameters, content)) = macro_tag(trimmed) {
            return self.macro_line(name, parameters, content, after);
        }
        if let Some((level, words)) = heading(trimmed) {
            self.end_blocks();
            let token = self.cx.builder.open_heading(level);
            line::read(self.cx, words);
            self.cx.builder.close(token);
        } else if let Some(words) = trimmed.strip_prefix("bq. ") {
            self.end_blocks();
            let token = self.cx.builder.open(Block::Quote);
            line::read(self.cx, words);
            self.cx.builder.close(token);
        } else if trimmed.len() >= 4 && trimmed.bytes().all(|byte| byte == b'-') {
            self.end_blocks();
            self.cx.builder.leaf(Leaf::Rule);
        } else if let Some((marks, words)) = list_item(trimmed) {
            self.item(marks, words);
        } else if trimmed.starts_with('|') {
            self.row(trimmed);
        } else {
            // A line goes on with the item or the paragraph before it, on a line of its own.
            self.end_table();
            self.cx.builder.inline(crate::tree::Inline::Break, crate::tree::Style::default());
            line::read(self.cx, trimmed);
        }
        after
    }

    fn end_table(&mut self) {
        if let Some(table) = self.table.take() {
            self.cx.builder.close(table);
        }
    }

    fn end_blocks(&mut self) {
        self.end_table();
        if let Some(&(_, outermost)) = self.lists.first() {
            self.cx.builder.close(outermost);
            self.lists.clear();
        }
        self.cx.builder.boundary();
    }

    fn item(&mut self, marks: &str, words: &str) {
        self.end_table();
        if self.lists.is_empty() {
            self.cx.builder.boundary();
        }
        let shared =
            self.lists.iter().zip(marks.chars()).take_while(|((open, _), mark)| open == mark).count();
        if let Some(&(_, first)) = self.lists.get(shared) {
            self.cx.builder.close(first);
            self.lists.truncate(shared);
        }
        for mark in marks.chars().skip(shared) {
            let token = self.cx.builder.open(if mark == '#' { Block::Numbered(1) } else { Block::List });
            self.lists.push((mark, token));
        }
        self.cx.builder.open(Block::Item);
        line::read(self.cx, words);
    }

    fn row(&mut self, line: &str) {
        if self.table.is_none() {
            self.end_blocks();
            self.table = Some(self.cx.builder.open(Block::Table));
        }
        let row = self.cx.builder.open(Block::Row);
        let mut rest = line;
        while let Some(after) = rest.strip_prefix('|') {
            let header = after.starts_with('|');
            let content = after.strip_prefix('|').unwrap_or(after);
            let end = line::end_of_cell(content);
            if end == content.len() && content.trim().is_empty() {
                break;
            }
            let cell = self.cx.builder.open(Block::Cell { header, columns: 1, rows: 1 });
            line::read(self.cx, content[..end].trim());
            self.cx.builder.close(cell);
            rest = &content[end..];
        }
        self.cx.builder.close(row);
    }

    /// Whether a macro that is known has an end tag. A name that was looked for in vain is not looked for again.
    fn is_closed(&mut self, name: &str, after: &str) -> bool {
        if find(name).is_none() || self.without_end.iter().any(|known| known == name) {
            return false;
        }
        let is_closed = after.contains(&format!("{{{name}}}"));
        if !is_closed {
            self.without_end.push(name.to_owned());
        }
        is_closed
    }

    fn macro_line<'t>(&mut self, name: &str, parameters: &str, content: &str, after: &'t str) -> &'t str {
        self.end_table();
        if let Some(at) = self.macros.iter().rposition(|(open, _)| open == name) {
            // The same tag ends what it began.
            self.end_blocks();
            let (_, token) = self.macros.swap_remove(at);
            self.macros.truncate(at);
            self.cx.builder.close(token);
            if !content.trim().is_empty() {
                line::read(self.cx, content);
            }
            return after;
        }
        let mut call = call(name, parameters);
        if matches!(name, "code" | "noformat") {
            // Its text goes to the next tag of the same name, on this line or a later one.
            let end = format!("{{{name}}}");
            if let Some((text, rest)) = content.split_once(&end) {
                call.plain = Some(text.into());
                carry_out(self.cx, &call);
                line::read(self.cx, rest);
                return after;
            }
            let (text, rest) = after.split_once(&end).unwrap_or((after, ""));
            call.plain =
                Some(format!("{content}{}{text}", if content.is_empty() { "" } else { "\n" }).into());
            carry_out(self.cx, &call);
            return rest;
        }
        call.has_rich_body = self.is_closed(name, after);
        let body = carry_out(self.cx, &call);
        match body {
            Body::In(token) if call.has_rich_body => self.macros.push((name.to_owned(), token)),
            Body::In(token) => self.cx.builder.close(token),
            Body::Included { body, key, excerpt } => self.cx.include(&body, key, excerpt),
            _ => {}
        }
        if !content.trim().is_empty() {
            line::read(self.cx, content);
        }
        after
    }
}

/// `h2. Words`.
fn heading(line: &str) -> Option<(u8, &str)> {
    let level = line.strip_prefix('h')?.bytes().next().filter(|byte| (b'1'..=b'6').contains(byte))? - b'0';
    line[2..].strip_prefix(". ").map(|words| (level, words))
}

/// `*# words`: the marks of the item's lists, and its words.
fn list_item(line: &str) -> Option<(&str, &str)> {
    let (marks, words) = line.split_once(' ')?;
    let is_marks = !marks.is_empty()
        && marks.len() <= 12
        && marks.bytes().all(|byte| matches!(byte, b'*' | b'#' | b'-'));
    // Two and three hyphens are dashes.
    (is_marks && !(marks.len() > 1 && marks.starts_with("--"))).then_some((marks, words))
}

/// `{name:parameters}` at the beginning of a line, and what follows it.
fn macro_tag(line: &str) -> Option<(&str, &str, &str)> {
    let inside = line.strip_prefix('{')?;
    let (tag, content) = inside.split_once('}')?;
    let (name, parameters) = tag.split_once(':').unwrap_or((tag, ""));
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // These belong into a line.
    (is_name && !matches!(name, "color" | "status" | "anchor")).then_some((name, parameters, content))
}

/// `title=A title|java`.
pub(crate) fn call<'a>(name: &'a str, parameters: &'a str) -> Call<'a> {
    let parameters = parameters
        .split('|')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let (name, text) = parameter.split_once('=').unwrap_or(("", parameter));
            Parameter { name: name.trim().into(), text: text.into(), resource: None }
        })
        .collect();
    Call { name: name.into(), parameters, plain: None, has_rich_body: false, label: None }
}
