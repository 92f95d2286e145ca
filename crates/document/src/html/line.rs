//! Text and what stands in it, as HTML.

use super::{Writer, escape::escape};
use crate::{
    source::ImageAddress,
    tree::{Inline, LinkId, Marks, Span, Style},
};

impl Writer<'_> {
    pub(super) fn inline(&mut self, inline: Inline) {
        match inline {
            Inline::Text(span) => escape(&mut self.out, self.document.str(span)),
            Inline::Break => self.out.push_str("<br>\n"),
            Inline::Status { text, colour } => {
                self.out.push_str(&format!("<span class=\"status status-{}\">", colour.class()));
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
            Inline::Math(tex) => self.math(tex),
            Inline::Image(image) => self.picture(image, false),
        }
    }

    pub(super) fn math(&mut self, tex: Span) {
        self.out.push_str("<code class=\"math\">");
        escape(&mut self.out, self.document.str(tex));
        self.out.push_str("</code>");
    }

    pub(super) fn picture(&mut self, image: u32, is_block: bool) {
        let picture = &self.document.images[image as usize];
        if let ImageAddress::Shown(address) = &picture.address {
            self.out.push_str("<img");
            self.attribute("src", address);
            self.attribute("alt", &picture.label);
            for (name, size) in [("width", picture.width), ("height", picture.height)] {
                if let Some(size) = size {
                    self.attribute(name, &size.to_string());
                }
            }
            self.attribute("loading", "lazy");
            self.out.push('>');
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
        match &picture.address {
            ImageAddress::Linked(address) if !has_link => {
                self.out.push_str("<a");
                self.attribute("href", address);
                self.out.push_str(">Image: ");
                escape(&mut self.out, &picture.label);
                self.out.push_str("</a>");
            }
            _ => {
                self.out.push_str("Image: ");
                escape(&mut self.out, &picture.label);
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
        let shared = if old.link == new.link {
            Marks::ORDER.iter().take_while(|&&mark| old.marks.has(mark) == new.marks.has(mark)).count()
        } else {
            0
        };
        for &mark in Marks::ORDER[shared..].iter().rev() {
            if old.marks.has(mark) {
                self.out.push_str("</");
                self.out.push_str(element_of(mark));
                self.out.push('>');
            }
        }
        if old.link != new.link {
            if old.link != LinkId::NONE {
                self.out.push_str("</a>");
            }
            if let Some(index) = new.link.index() {
                self.out.push_str("<a");
                self.attribute("href", &self.document.links[index].address);
                self.out.push('>');
            }
        }
        for &mark in &Marks::ORDER[shared..] {
            if new.marks.has(mark) {
                self.out.push('<');
                self.out.push_str(element_of(mark));
                self.out.push('>');
            }
        }
    }
}

fn element_of(mark: Marks) -> &'static str {
    match mark {
        Marks::STRONG => "strong",
        Marks::EM => "em",
        Marks::UNDERLINE => "u",
        Marks::STRIKE => "s",
        Marks::SUB => "sub",
        Marks::SUP => "sup",
        Marks::SMALL => "small",
        _ => "code",
    }
}
