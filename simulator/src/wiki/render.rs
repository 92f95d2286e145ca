//! A rough rendering of storage format: safe HTML for the site's own pages, not a conversion.
//!
//! Elements of a short list stay, without attributes; everything else keeps its text only. A body that is not
//! well-formed is shown as its source.

use std::fmt::Write;

use html_escape::decode_html_entities_to_string;
use html_escape::encode_safe;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const KEPT: [&str; 27] = [
    "p",
    "ul",
    "ol",
    "li",
    "table",
    "tbody",
    "thead",
    "tr",
    "th",
    "td",
    "strong",
    "em",
    "",
    "i",
    "u",
    "s",
    "su",
    "sup",
    "code",
    "pre",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
];

pub(crate) fn render(storage: &str) -> String {
    Rendering::default().run(storage).unwrap_or_else(|| {
        format!("<p>This page is not well-formed. Its source:</p><pre>{}</pre>", encode_safe(storage))
    })
}

/// The plain text of a body.
pub(crate) fn text(storage: &str) -> String {
    let mut reader = Reader::from_str(storage);
    reader.config_mut().check_end_names = false;
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Text(part)) => text.push_str(&part),
            Ok(Event::CData(part)) => text.push_str(&part),
            Ok(Event::GeneralRef(name)) => entity(&name, &mut text),
            Ok(Event::Start(_) | Event::End(_) | Event::Empty(_)) => text.push(' '),
            Ok(Event::Eof) | Err(_) => return text,
            Ok(_) => {}
        }
    }
}

#[derive(Default)]
struct Rendering {
    html: String,
    /// How deep inside elements whose text is not for readers.
    hidden: usize,
}

impl Rendering {
    fn run(mut self, storage: &str) -> Option<String> {
        let mut reader = Reader::from_str(storage);
        let mut depth = 0_usize;
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    depth += 1;
                    self.open(&start);
                }
                Event::Empty(start) => {
                    self.open(&start);
                    self.close(start.name().as_ref());
                }
                Event::End(end) => {
                    depth = depth.checked_sub(1)?;
                    self.close(end.name().as_ref());
                }
                Event::Text(part) => self.text(&part),
                Event::CData(part) => self.text(&part),
                Event::GeneralRef(name) => {
                    let mut text = String::new();
                    entity(&name, &mut text);
                    self.text(&text);
                }
                Event::Eof => return (depth == 0).then_some(self.html),
                _ => {}
            }
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        let name = start.name();
        match name.as_ref() {
            "ac:parameter" | "ac:task-id" | "ac:task-uuid" | "ac:task-status" | "ac:adf-attribute" => {
                self.hidden += 1;
            }
            _ if self.hidden > 0 => {}
            "ac:structured-macro" => {
                let macro_name = attribute(start, "ac:name");
                let _ = write!(
                    self.html,
                    "<div class=\"macro\"><p class=\"macro-name\">{}</p>",
                    encode_safe(&macro_name)
                );
            }
            "ac:plain-text-body" => self.html.push_str("<pre>"),
            "ac:task" => self.html.push_str("<p>"),
            "br" => self.html.push_str("<br>"),
            "hr" => self.html.push_str("<hr>"),
            "a" => {
                let href = attribute(start, "href");
                let is_web = href.starts_with("https://")
                    || href.starts_with("http://")
                    || href.starts_with("mailto:");
                let _ = write!(
                    self.html,
                    "<a href=\"{}\">",
                    encode_safe(if is_web { href.as_str() } else { "#" })
                );
            }
            "time" => self.text(&attribute(start, "datetime")),
            "ri:page" => self.text(&attribute(start, "ri:content-title")),
            "ri:user" => {
                let id = attribute(start, "ri:account-id");
                self.text(crate::site::account(&id).map_or("@somebody", |account| account.name));
            }
            "ri:attachment" => self.text(&attribute(start, "ri:filename")),
            "ac:emoticon" => self.text(&attribute(start, "ac:emoji-fallback")),
            other => {
                if let Some(kept) = kept(other) {
                    let _ = write!(self.html, "<{kept}>");
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "ac:parameter" | "ac:task-id" | "ac:task-uuid" | "ac:task-status" | "ac:adf-attribute" => {
                self.hidden = self.hidden.saturating_sub(1);
            }
            _ if self.hidden > 0 => {}
            "ac:structured-macro" => self.html.push_str("</div>"),
            "ac:plain-text-body" => self.html.push_str("</pre>"),
            "ac:task" => self.html.push_str("</p>"),
            "a" => self.html.push_str("</a>"),
            other => {
                if let Some(kept) = kept(other) {
                    let _ = write!(self.html, "</{kept}>");
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden == 0 {
            self.html.push_str(&encode_safe(text));
        }
    }
}

fn kept(name: &str) -> Option<&'static str> {
    KEPT.into_iter().find(|kept| *kept == name)
}

fn attribute(start: &BytesStart<'_>, name: &str) -> String {
    let value = start.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value);
    let mut text = String::new();
    decode_html_entities_to_string(value.unwrap_or_default(), &mut text);
    text
}

/// A reference such as `nbsp` or `#8217`, by HTML's names.
fn entity(name: &str, text: &mut String) {
    decode_html_entities_to_string(format!("&{};", name), text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_unknown_elements_lose_their_tags() {
        assert_eq!(
            render("<p>a &lt;b&gt; &rsquo; <script>alert(1)</script><x y='z'/></p>"),
            "<p>a &lt;b&gt; ’ alert(1)</p>"
        );
        assert_eq!(render("<a href=\"javascript:x\">go</a>"), "<a href=\"#\">go</a>");
        assert!(render("<p>open").contains("&lt;p&gt;open"));
    }

    #[test]
    fn macros_are_named_and_their_parameters_hidden() {
        let html = render(
            "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">sh</ac:parameter>\
             <ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body></ac:structured-macro>",
        );
        assert_eq!(html, "<div class=\"macro\"><p class=\"macro-name\">code</p><pre>a &lt; b</pre></div>");
    }
}
