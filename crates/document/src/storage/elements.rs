//! The elements of XHTML and of Confluence's own namespaces.

use super::Reader;
use crate::{
    article::{Origin, Outcome},
    markup::{NONE, NodeId},
    tree::{Block, Inline, Leaf, Marks, Style},
};

impl Reader<'_, '_, '_> {
    pub(super) fn element(&mut self, node: NodeId) {
        let name = self.markup.name(node);
        match name {
            "p" => self.block(node, Block::Paragraph),
            "br" => self.cx.builder.inline(Inline::Break, Style::default()),
            "strong" | "b" => self.marked(node, Marks::STRONG),
            "em" | "i" | "cite" | "dfn" | "var" => self.marked(node, Marks::EM),
            "code" | "tt" | "kbd" | "samp" => self.marked(node, Marks::CODE),
            "u" | "ins" => self.marked(node, Marks::UNDERLINE),
            "s" | "del" | "strike" => self.marked(node, Marks::STRIKE),
            "sub" => self.marked(node, Marks::SUB),
            "sup" => self.marked(node, Marks::SUP),
            "small" => self.marked(node, Marks::SMALL),
            "span" | "font" => self.span(node),
            "a" => self.html_link(node),
            "ul" => self.block(node, Block::List),
            "ol" => {
                let start = self.attribute(node, "start").and_then(|start| start.trim().parse().ok());
                self.block(node, Block::Numbered(start.unwrap_or(1)));
            }
            "li" => self.block(node, Block::Item),
            "table" => self.block(node, Block::Table),
            "tr" => self.block(node, Block::Row),
            "td" | "th" => self.cell(node, name == "th"),
            "tbody" | "thead" | "tfoot" => self.children(node),
            "colgroup" | "col" | "wbr" => {}
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(node, name.as_bytes()[1] - b'0'),
            "blockquote" => self.block(node, Block::Quote),
            "pre" => self.preformatted(node),
            "hr" => self.cx.builder.leaf(Leaf::Rule),
            "img" => self.html_image(node),
            "time" => self.time(node),
            "dl" => self.block(node, Block::Terms),
            "dt" => self.block(node, Block::Term),
            "dd" => self.block(node, Block::Description),
            "details" => {
                self.summary = self.markup.child_named(node, "summary");
                let title = self.summary.map(|summary| self.words(summary));
                let title = self.cx.builder.keep_line(title.as_deref().unwrap_or_default());
                self.block(node, Block::Expand { title });
            }
            // Read as the title already.
            "summary" if self.summary == Some(node) => {}
            "summary" => self.grouping(node),
            "figure" | "ac:figure" | "div" | "section" | "article" | "main" | "header" | "footer" | "nav"
            | "aside" | "center" | "address" | "figcaption" | "caption" | "fieldset" | "legend" | "form"
            | "hgroup" | "body" | "html" => self.grouping(node),
            "abbr" | "acronym" | "big" | "bdi" | "bdo" | "q" | "label" | "mark" | "ruby" | "rt" | "rp"
            | "data" | "output" | "noscript" | "nobr" | "button" => self.children(node),
            "script" | "style" | "template" | "head" | "title" | "object" | "applet" | "svg" | "math"
            | "select" | "textarea" | "canvas" | "dialog" => self.drop_unless_empty(node, name),
            "iframe" | "embed" | "video" | "audio" | "source" => self.html_embed(node, name),
            "input" | "link" | "meta" | "base" | "track" | "area" | "param" | "map" => {}
            _ if name.starts_with("ac:") || name.starts_with("ri:") || name.starts_with("at:") => {
                self.confluence_element(node, name);
            }
            // What Fabric, Confluence's editor, notes for itself.
            _ if name.starts_with("fab:") => {}
            _ => self.unknown_element(node, name),
        }
    }

    fn confluence_element(&mut self, node: NodeId, name: &str) {
        match name {
            "ac:structured-macro" | "ac:macro" => self.macro_call(node),
            "ac:link" => self.link(node),
            "ac:image" => self.image(node),
            "ac:emoticon" | "ac:emoji" | "ac:hipchat-emoticon" => self.emoticon(node),
            "ac:task-list" => self.block(node, Block::Tasks),
            "ac:task" => self.task(node),
            "ac:task-body" | "ac:link-body" | "ac:plain-text-link-body" | "ac:inline-comment-marker" => {
                self.children(node);
            }
            "ac:task-id" | "ac:task-uuid" | "ac:task-status" => {}
            "ac:layout" | "ac:layout-section" | "ac:layout-cell" | "ac:rich-text-body" | "ac:caption"
            | "ac:confluence" | "ac:adf-content" | "ac:adf-fallback" => self.grouping(node),
            "ac:plain-text-body" => self.preformatted(node),
            "ac:placeholder" => self.drop_with_words(node, name, Origin::Native),
            "ac:parameter"
            | "ac:default-parameter"
            | "ac:adf-mark"
            | "ac:adf-attribute"
            | "ac:adf-parameter"
            | "ac:adf-fragment-mark"
            | "ac:adf-fragment-mark-detail" => {}
            "ac:adf-extension" => self.adf_extension(node),
            "ac:adf-node" => self.adf_node(node),
            "ri:user" => self.user_mention(node),
            "ri:page" | "ri:blog-post" | "ri:content-entity" | "ri:space" | "ri:url" | "ri:attachment"
            | "ri:shortcut" => {
                self.resource_link(node, None, None);
            }
            _ => self.unknown_element(node, name),
        }
    }

    fn heading(&mut self, node: NodeId, level: u8) {
        if let Some(id) = self.owned(node, "id") {
            self.cx.builder.anchor(&id);
        }
        let token = self.cx.builder.open_heading(level);
        self.children_in(node, token);
    }

    /// Of all styles, only the line through words says something that is not there without it.
    fn span(&mut self, node: NodeId) {
        let struck = self.attribute(node, "style").is_some_and(|style| style.contains("line-through"));
        if struck {
            self.marked(node, Marks::STRIKE);
        } else {
            self.children(node);
        }
    }

    fn cell(&mut self, node: NodeId, header: bool) {
        let size = |name| {
            self.attribute(node, name)
                .and_then(|size| size.trim().parse::<u16>().ok())
                .unwrap_or(1)
                .clamp(1, 1000)
        };
        let (columns, rows) = (size("colspan"), size("rowspan"));
        self.block(node, Block::Cell { header, columns, rows });
    }

    /// Preformatted text; pages that a program wrote give the language to the `code` in it.
    fn preformatted(&mut self, node: NodeId) {
        let code = self.markup.child_named(node, "code");
        let language = code.and_then(|code| {
            let class = self.owned(code, "class").unwrap_or_default();
            let from_class = class.split_ascii_whitespace().find_map(|class| class.strip_prefix("language-"));
            self.owned(code, "data-lang").or_else(|| from_class.map(str::to_owned))
        });
        let text = self.markup.verbatim(node);
        self.cx.code(&text, language.as_deref().unwrap_or_default(), "");
        let mut images = Vec::new();
        let mut stack = vec![self.markup.child(node)];
        while let Some(at) = stack.pop() {
            if at == NONE {
                continue;
            }
            match self.markup.name(at) {
                "ac:image" | "img" => images.push(at),
                _ => {
                    stack.push(self.markup.next(at));
                    stack.push(self.markup.child(at));
                    continue;
                }
            }
            stack.push(self.markup.next(at));
        }
        for image in images {
            if self.markup.name(image) == "img" { self.html_image(image) } else { self.image(image) }
        }
    }

    fn time(&mut self, node: NodeId) {
        let date = self.attribute(node, "datetime").unwrap_or_default();
        let date = date.trim();
        self.cx.date(date);
        // Old pages hold the date once more as words.
        let words =
            self.markup.children(node).next().map(|first| self.markup.text(first)).unwrap_or_default();
        if !words.trim().is_empty() && words.trim() != date {
            self.cx.text(" ");
            self.children(node);
        }
    }

    fn task(&mut self, node: NodeId) {
        let mut status = String::new();
        if let Some(child) = self.markup.child_named(node, "ac:task-status") {
            status = self.markup.verbatim(child).trim().to_owned();
        }
        self.block(node, Block::Task { done: status.eq_ignore_ascii_case("complete") });
    }

    fn html_embed(&mut self, node: NodeId, name: &str) {
        let address = self
            .attribute(node, "src")
            .or_else(|| {
                self.markup.child_named(node, "source").and_then(|source| self.attribute(source, "src"))
            })
            .map(std::borrow::Cow::into_owned);
        match address {
            Some(address) if !address.trim().is_empty() => {
                let title = self.owned(node, "title").unwrap_or_else(|| address.clone());
                self.cx.embed(name, Origin::Markup, &title, &address);
            }
            _ => self.drop_unless_empty(node, name),
        }
    }

    /// An element that no version of Confluence is known to write: its content is kept.
    fn unknown_element(&mut self, node: NodeId, name: &str) {
        let lower = name.to_ascii_lowercase();
        if lower != name && self.upper_case_element(node, &lower) {
            return;
        }
        let name: String = lower.chars().take(60).collect();
        self.cx.builder.lose(&name, Origin::Markup, Outcome::Approximated, "");
        self.children(node);
    }

    /// HTML that was written in capitals, as imports of old pages have it.
    fn upper_case_element(&mut self, node: NodeId, lower: &str) -> bool {
        match lower {
            "p" => self.block(node, Block::Paragraph),
            "br" => self.cx.builder.inline(Inline::Break, Style::default()),
            "b" | "strong" => self.marked(node, Marks::STRONG),
            "i" | "em" => self.marked(node, Marks::EM),
            "ul" => self.block(node, Block::List),
            "ol" => self.block(node, Block::Numbered(1)),
            "li" => self.block(node, Block::Item),
            "table" => self.block(node, Block::Table),
            "tr" => self.block(node, Block::Row),
            "td" | "th" => self.cell(node, lower == "th"),
            "div" | "tbody" | "thead" => self.grouping(node),
            "script" | "style" => self.drop_unless_empty(node, lower),
            "iframe" | "object" | "embed" => self.html_embed(node, lower),
            "img" => self.html_image(node),
            "a" => self.html_link(node),
            "span" | "font" => self.children(node),
            _ => return false,
        }
        true
    }
}
