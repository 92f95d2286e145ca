//! Text and what stands in it, as HTML.

use super::{Writer, escape::escape, escape::escape_known};
use crate::tree::{Inline, LinkId, Marks, PictureAddress, Span, Style};

impl Writer<'_> {
    pub(super) fn inline(&mut self, inline: Inline) {
        match inline {
            Inline::Text(run, classes) => escape_known(&mut self.out, self.document.text(run), classes),
            Inline::Break => self.out.push_str("<br>\n"),
            Inline::Status { text, colour } => {
                self.put(&["<span class=\"status status-", colour.class(), "\">"]);
                escape(&mut self.out, self.document.str(text));
                self.out.push_str("</span>");
            }
            Inline::Date(date) => {
                self.out.push_str("<time");
                self.attribute("datetime", self.document.str(date));
                self.out.push('>');
                escape(&mut self.out, self.document.str(date));
                self.out.push_str("</time>");
            }
            Inline::Mention(name) => {
                self.out.push_str("<span class=\"mention\">");
                escape(&mut self.out, self.document.str(name));
                self.out.push_str("</span>");
            }
            Inline::Anchor(name) => {
                if !self.plain {
                    self.out.push_str("<span");
                    self.attribute("id", self.document.str(name));
                    self.out.push_str("></span>");
                }
            }
            Inline::Math(tex) => self.math(tex, false),
            Inline::Image(image) => self.picture(image, false),
        }
    }

    /// A formula; its TeX where it cannot be translated, and inside Markdown, whose readers know TeX.
    pub(super) fn math(&mut self, tex: Span, is_block: bool) {
        let known = if self.plain { None } else { super::mathml(self.document.str(tex), is_block) };
        if let Some(mathml) = known {
            self.out.push_str(&mathml);
            return;
        }
        self.out.push_str("<code class=\"math\">");
        escape(&mut self.out, self.document.str(tex));
        self.out.push_str("</code>");
    }

    pub(super) fn picture(&mut self, image: u32, is_block: bool) {
        let picture = &self.document.images[image as usize];
        let label = self.document.str(picture.label);
        if let PictureAddress::Shown(address) = picture.address {
            self.out.push_str("<img");
            self.attribute("src", self.document.str(address));
            self.attribute("alt", label);
            for (name, size) in [("width", picture.width), ("height", picture.height)] {
                if let Some(size) = size {
                    self.attribute(name, &size.to_string());
                }
            }
            self.out.push_str(" loading=\"lazy\">");
            return;
        }
        let (open, close) = if is_block {
            ("<p class=\"not-shown\">", "</p>")
        } else {
            ("<span class=\"not-shown\">", "</span>")
        };
        self.out.push_str(open);
        // A link must not hold another.
        let has_link = self.style.link != LinkId::NONE;
        match picture.address {
            PictureAddress::Linked(address) if !has_link => {
                self.out.push_str("<a");
                self.attribute("href", self.document.str(address));
                self.out.push_str(">Image: ");
                escape(&mut self.out, label);
                self.out.push_str("</a>");
            }
            _ => {
                self.out.push_str("Image: ");
                escape(&mut self.out, label);
            }
        }
        self.out.push_str(close);
    }

    /// Closes and opens marks so that what follows has a style; marks nest in one order only.
    pub(super) fn restyle(&mut self, style: Style) {
        if style == self.style {
            return;
        }
        let (old, new) = (self.style, style);
        self.style = new;
        // The marks of a link stand in it, so that all of them end with it.
        let shared = if old.link == new.link { old.marks.shared(new.marks) } else { Marks::default() };
        for mark in old.marks.without(shared).outwards() {
            self.out.push_str(tags(mark).1);
        }
        if old.link != new.link {
            if old.link != LinkId::NONE {
                self.out.push_str("</a>");
            }
            if let Some(index) = new.link.index() {
                self.out.push_str("<a");
                self.attribute("href", self.document.str(self.document.links[index].address));
                self.out.push('>');
            }
        }
        for mark in new.marks.without(shared).inwards() {
            self.out.push_str(tags(mark).0);
        }
    }
}

/// The start tag and the end tag of a mark.
fn tags(mark: Marks) -> (&'static str, &'static str) {
    match mark {
        Marks::STRONG => ("<strong>", "</strong>"),
        Marks::EM => ("<em>", "</em>"),
        Marks::UNDERLINE => ("<u>", "</u>"),
        Marks::STRIKE => ("<s>", "</s>"),
        Marks::SUB => ("<sub>", "</sub>"),
        Marks::SUP => ("<sup>", "</sup>"),
        Marks::SMALL => ("<small>", "</small>"),
        _ => ("<code>", "</code>"),
    }
}
