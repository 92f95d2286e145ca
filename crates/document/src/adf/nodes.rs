//! The nodes of the schema.

use super::{Kind, NodeId, Reader, Step};
use crate::{
    article::{Origin, Outcome},
    day,
    resource::Resource,
    tree::{Block, CalloutKind, Inline, Leaf},
};

impl Reader<'_, '_, '_> {
    pub(super) fn node(&mut self, node: NodeId) {
        if self.json.kind(node) != Some(Kind::Object) {
            return;
        }
        let kind = self.json.text(node, "type").unwrap_or_default();
        let attributes = self.attributes(node);
        match &*kind {
            // Blocks
            "doc"
            | "layoutSection"
            | "layoutColumn"
            | "bodiedSyncBlock"
            | "multiBodiedExtension"
            | "extensionFrame" => {
                self.grouping(node);
            }
            "paragraph" => self.block(node, Block::Paragraph),
            "heading" => {
                let level = self.json.number(attributes, "level").unwrap_or(1.0).clamp(1.0, 6.0) as u8;
                let token = self.cx.builder.open_heading(level);
                self.content_in(node, token);
            }
            "blockquote" => self.block(node, Block::Quote),
            "bulletList" => self.block(node, Block::List),
            "orderedList" => {
                let start =
                    self.json.number(attributes, "order").unwrap_or(1.0).clamp(0.0, 999_999_999.0) as u32;
                self.block(node, Block::Numbered(start));
            }
            "listItem" => self.block(node, Block::Item),
            "codeBlock" => {
                let language = self.json.text(attributes, "language").unwrap_or_default();
                let text = self.verbatim(node);
                self.cx.code(&text, &language, "");
            }
            "rule" => self.cx.builder.leaf(Leaf::Rule),
            "bodiedRule" => {
                self.cx.builder.leaf(Leaf::Rule);
                self.grouping(node);
            }
            "panel" => self.panel(node, attributes),
            "expand" | "nestedExpand" => {
                let title = self.json.text(attributes, "title").unwrap_or_default();
                let title = self.cx.builder.keep_line(&title);
                self.block(node, Block::Expand { title });
            }
            "table" => self.block(node, Block::Table),
            "tableRow" => self.block(node, Block::Row),
            "tableCell" | "tableHeader" => {
                let size = |name| self.json.number(attributes, name).unwrap_or(1.0).clamp(1.0, 1000.0) as u16;
                let (columns, rows) = (size("colspan"), size("rowspan"));
                self.block(node, Block::Cell { header: &*kind == "tableHeader", columns, rows });
            }
            "taskList" => self.block(node, Block::Tasks),
            "taskItem" | "blockTaskItem" => {
                let done = self.json.text(attributes, "state").is_some_and(|state| state == "DONE");
                self.block(node, Block::Task { done });
            }
            "decisionList" => self.block(node, Block::Decisions),
            "decisionItem" => {
                let decided = self.json.text(attributes, "state").is_none_or(|state| state != "UNDECIDED");
                self.block(node, Block::Decision { decided });
            }
            "caption" => self.block(node, Block::Caption),
            "mediaSingle" => self.media_single(node),
            "mediaGroup" => self.grouping(node),
            "media" => self.media(node, attributes),
            "mediaInline" => self.media_inline(node, attributes),
            "image" => self.media(node, attributes),
            "blockCard" | "embedCard" | "inlineCard" => self.card(attributes, &kind),
            "syncBlock" => self.cx.shown_in_confluence("syncBlock", Origin::Native, "Synced block"),
            "extension" | "bodiedExtension" | "inlineExtension" => self.extension(node, attributes),
            // Inlines
            "text" => {
                let text =
                    self.json.get(node, "text").and_then(|text| self.json.scalar(text)).unwrap_or_default();
                let style = self.marked(node);
                self.cx.builder.text(&text, style);
            }
            "hardBreak" => self.cx.builder.inline(Inline::Break, self.cx.style),
            "mention" => {
                let user = Resource::User {
                    account_id: self.json.text(attributes, "id").map(std::borrow::Cow::into_owned),
                    user_key: None,
                    username: None,
                };
                let name = self.json.text(attributes, "text");
                self.cx.mention(&user, name.as_deref());
            }
            "emoji" => {
                let text = self.json.text(attributes, "text");
                let id = self.json.text(attributes, "id");
                let short_name = self.json.text(attributes, "shortName");
                self.cx.emoji(text.as_deref(), id.as_deref(), short_name.as_deref(), None);
            }
            "date" => {
                let time = self.json.get(attributes, "timestamp").and_then(|time| self.json.scalar(time));
                let time = time.unwrap_or_default();
                match time.trim().parse::<f64>().ok().and_then(|time| day::from_milliseconds(time as i64)) {
                    Some(day) => self.cx.date(&day),
                    None => self.cx.date(&time),
                }
            }
            "status" => {
                let text = self.json.text(attributes, "text").unwrap_or_default();
                let colour = self.json.text(attributes, "color").unwrap_or_default();
                self.cx.status(&text, &colour);
            }
            "placeholder" => {
                let text = self.json.text(attributes, "text").unwrap_or_default();
                self.cx.builder.lose("ac:placeholder", Origin::Native, Outcome::Dropped, &text);
            }
            _ => self.off_schema(node, &kind, attributes),
        }
    }

    fn panel(&mut self, node: NodeId, attributes: NodeId) {
        let kind = self.json.text(attributes, "panelType").unwrap_or_default();
        let kind = CalloutKind::from_panel_type(&kind);
        let icon = self
            .json
            .text(attributes, "panelIconText")
            .filter(|icon| kind == CalloutKind::Panel && !icon.starts_with(':'));
        let title = self.cx.builder.keep_line(icon.as_deref().unwrap_or_default());
        self.block(node, Block::Callout { kind, title });
    }

    /// A smart link, by address or with the data of what it leads to.
    fn card(&mut self, attributes: NodeId, kind: &str) {
        let data = self.json.get(attributes, "data");
        let address = self.json.text(attributes, "url").or_else(|| {
            data.and_then(|data| self.json.text(data, "url").or_else(|| self.json.text(data, "@url")))
        });
        let title =
            data.and_then(|data| self.json.text(data, "name").or_else(|| self.json.text(data, "title")));
        let is_block = kind != "inlineCard";
        if is_block {
            self.cx.builder.boundary();
        }
        if kind == "embedCard" {
            self.cx.builder.lose("embed", Origin::Native, Outcome::Linked, "");
        } else if self.json.get(attributes, "datasource").is_some() {
            self.cx.builder.lose("datasource", Origin::Native, Outcome::Linked, "");
        }
        match (address, title) {
            (Some(address), Some(title)) => {
                let link = self.cx.url_link(&address);
                let style = self.cx.linked(link);
                self.cx.insert(&title, style);
            }
            (Some(address), None) => self.cx.card(&address),
            (None, Some(title)) => self.cx.insert(&title, self.cx.style),
            (None, None) => self.cx.shown_in_confluence(kind, Origin::Native, "Link"),
        }
        if is_block {
            self.cx.builder.boundary();
        }
    }

    /// Nodes that are not in the schema, of which some are known all the same.
    fn off_schema(&mut self, node: NodeId, kind: &str, attributes: NodeId) {
        match kind {
            "confluenceUnsupportedBlock" | "confluenceUnsupportedInline" => {
                if let Some(storage) = self.json.text(attributes, "cxhtml") {
                    self.nested(crate::source::Format::Storage, &storage, kind);
                    return;
                }
            }
            "unsupportedBlock" | "unsupportedInline" => {
                if let Some(original) = self.json.get(attributes, "originalValue") {
                    self.steps.push(Step::Node(original));
                    return;
                }
            }
            "confluenceInlineComment" | "listItemContent" => {
                self.content(node);
                return;
            }
            "confluenceJiraIssue" => {
                if let Some(key) = self.json.text(attributes, "issueKey") {
                    self.cx.builder.lose("jira", Origin::Native, Outcome::Approximated, "");
                    self.cx.text(&key);
                    return;
                }
            }
            "applicationCard" => {
                self.application_card(attributes);
                return;
            }
            _ => {}
        }
        let name: String =
            if kind.is_empty() { "node without a type".to_owned() } else { kind.chars().take(60).collect() };
        self.cx.builder.lose(&name, Origin::Markup, Outcome::Approximated, "");
        // Whatever it is, its words are somebody's words.
        if let Some(text) = self.json.text(node, "text").or_else(|| self.json.text(attributes, "text")) {
            let style = self.marked(node);
            self.cx.builder.text(&text, style);
        }
        let is_inline = self.cx.builder.is_in_line();
        if is_inline { self.content(node) } else { self.grouping(node) }
    }

    /// The card that other products posted before smart links.
    fn application_card(&mut self, attributes: NodeId) {
        self.cx.builder.lose("applicationCard", Origin::Native, Outcome::Approximated, "");
        self.cx.builder.boundary();
        let title = self.json.path(attributes, &["title", "text"]).and_then(|text| self.json.string(text));
        let address = self.json.path(attributes, &["link", "url"]).and_then(|url| self.json.string(url));
        let title = title.or_else(|| self.json.text(attributes, "text")).unwrap_or_default();
        let link = self.cx.url_link(address.as_deref().unwrap_or_default());
        let style = self.cx.linked(link);
        self.cx.paragraph(&title, style);
        let description =
            self.json.path(attributes, &["description", "text"]).and_then(|text| self.json.string(text));
        if let Some(description) = description {
            self.cx.paragraph(&description, self.cx.style);
        }
        let Some(details) = self.json.get(attributes, "details") else { return };
        for detail in self.json.children(details) {
            let lozenge =
                self.json.path(detail, &["lozenge", "text"]).and_then(|text| self.json.string(text));
            let parts = [self.json.text(detail, "title"), self.json.text(detail, "text"), lozenge];
            let words: Vec<_> = parts.into_iter().flatten().collect();
            self.cx.paragraph(&words.join(" "), self.cx.style);
        }
    }
}
