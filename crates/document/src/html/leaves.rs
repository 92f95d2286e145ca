//! Blocks that hold nothing further, as HTML.

use super::{
    Writer,
    escape::{escape, escape_attribute, fragment},
};
use crate::tree::{Code, Leaf, LinkId, Span};

impl Writer<'_> {
    pub(super) fn leaf(&mut self, leaf: Leaf) {
        match leaf {
            Leaf::Rule => self.out.push_str("<hr>\n"),
            Leaf::Code(code) => {
                let Code { language, title, text } = self.document.codes[code as usize];
                self.codes += 1;
                if self.plain {
                    self.plain_code(title, text);
                    return;
                }
                let title = self.document.str(title);
                self.out.push_str("<figure class=\"code\">");
                if !title.is_empty() {
                    self.out.push_str("<figcaption>");
                    escape(&mut self.out, title);
                    self.out.push_str("</figcaption>");
                }
                self.out.push_str(&format!(
                    "<pre tabindex=\"0\" role=\"region\" aria-label=\"Code {}\"><code",
                    self.codes
                ));
                let language = self.document.str(language);
                if !language.is_empty() {
                    self.out.push_str(" class=\"language-");
                    escape_attribute(&mut self.out, language);
                    self.out.push('"');
                }
                self.out.push('>');
                escape(&mut self.out, self.document.str(text));
                self.out.push_str("</code></pre></figure>\n");
            }
            Leaf::Math(tex) => {
                self.out.push_str("<p class=\"math\">");
                self.math(tex, true);
                self.out.push_str("</p>\n");
            }
            Leaf::Contents { least, most } => self.table_of_contents(least, most),
            Leaf::Notice { text, link } => {
                self.out.push_str("<p class=\"not-shown\">");
                self.linked(text, link);
                self.out.push_str("</p>\n");
            }
        }
    }

    fn plain_code(&mut self, title: Span, text: Span) {
        if !title.is_empty() {
            self.out.push_str("<p>");
            escape(&mut self.out, self.document.str(title));
            self.out.push_str("</p>\n");
        }
        self.out.push_str("<pre><code>");
        escape(&mut self.out, self.document.str(text));
        self.out.push_str("</code></pre>\n");
    }

    fn table_of_contents(&mut self, least: u8, most: u8) {
        let document = self.document;
        let listed: Vec<_> = document
            .headings
            .iter()
            .filter(|heading| (least..=most).contains(&heading.source_level))
            .collect();
        if listed.is_empty() {
            return;
        }
        self.contents += 1;
        let label =
            if self.contents == 1 { "Contents".to_owned() } else { format!("Contents {}", self.contents) };
        self.out.push_str("<nav class=\"toc\"");
        self.attribute("aria-label", &label);
        self.out.push_str(">\n<ul>\n");
        for heading in listed {
            self.out.push_str(&format!("<li class=\"toc-{}\"><a", heading.level));
            self.attribute("href", &format!("#{}", fragment(document.str(heading.anchor))));
            self.out.push('>');
            escape(&mut self.out, document.str(heading.text));
            self.out.push_str("</a></li>\n");
        }
        self.out.push_str("</ul>\n</nav>\n");
    }

    fn linked(&mut self, text: Span, link: LinkId) {
        let address = link.index().map(|index| self.document.str(self.document.links[index].address));
        if let Some(address) = address {
            self.out.push_str("<a");
            self.attribute("href", address);
            self.out.push('>');
        }
        escape(&mut self.out, self.document.str(text));
        if address.is_some() {
            self.out.push_str("</a>");
        }
    }
}
