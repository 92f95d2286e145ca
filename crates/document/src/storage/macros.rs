//! `ac:structured-macro` and its old form `ac:macro`.

use super::{Reader, Step, links::Resource};
use crate::{
    article::{Dependency, DependencyKind, LinkKind, Origin, Outcome},
    macros::{self, Action},
    markup::{NONE, NodeId},
    source::PageTarget,
    tree::{Block, CalloutKind, Colour, Inline, Leaf, LinkId, Style},
};

/// The longest name that is shown or reported.
const NAME: usize = 80;

impl Reader<'_, '_> {
    pub(super) fn macro_call(&mut self, node: NodeId) {
        let name = self.attribute(node, "ac:name").unwrap_or_default().to_lowercase();
        let name: String = name.chars().take(NAME).collect();
        match macros::find(&name) {
            Some((origin, action)) => self.known_macro(node, &name, origin, action),
            None => self.unknown_macro(node, &name),
        }
    }

    fn known_macro(&mut self, node: NodeId, name: &str, origin: Origin, action: Action) {
        match action {
            Action::Callout(kind) => self.callout(node, kind, self.parameter(node, "title")),
            Action::TypedCallout => {
                let kind = match self.parameter(node, "type").unwrap_or_default().to_lowercase().as_str() {
                    "success" => CalloutKind::Success,
                    "warning" => CalloutKind::Warning,
                    "error" => CalloutKind::Error,
                    "hint" | "tip" => CalloutKind::Tip,
                    _ => CalloutKind::Info,
                };
                self.callout(node, kind, self.parameter(node, "title"));
            }
            Action::Panel => {
                let icon = self.parameter(node, "panelIconText");
                let title = self.parameter(node, "title");
                let title = match (icon.filter(|icon| !icon.starts_with(':')), title) {
                    (Some(icon), Some(title)) => Some(format!("{icon} {title}")),
                    (Some(icon), None) => Some(icon),
                    (None, title) => title,
                };
                self.callout(node, CalloutKind::Panel, title);
            }
            Action::Code => {
                let language = self.first_parameter(node, &["language", "lang", ""]).unwrap_or_default();
                let title = self.parameter(node, "title").unwrap_or_default();
                self.code_macro(node, &language, &title);
            }
            Action::Preformatted => {
                let title = self.parameter(node, "title").unwrap_or_default();
                self.code_macro(node, "", &title);
            }
            Action::Expand => {
                let title = self.first_parameter(node, &["title", ""]).unwrap_or_default();
                let title = self.builder.keep_line(&title);
                let token = self.builder.open(Block::Expand { title });
                self.body_in(node, token);
            }
            Action::Contents => {
                let level = |name, default| {
                    self.parameter(node, name).and_then(|level| level.parse().ok()).unwrap_or(default)
                };
                let (least, most) = (level("minLevel", 1), level("maxLevel", 7));
                self.builder.leaf(Leaf::Contents { least, most });
                self.body(node);
            }
            Action::Anchor => {
                if let Some(anchor) = self.first_parameter(node, &["", "anchor", "name"]) {
                    self.builder.anchor(&anchor);
                }
                self.body(node);
            }
            Action::Status => {
                let colour = self.first_parameter(node, &["colour", "color"]).unwrap_or_default();
                // Confluence shows the colour's name if there is no title.
                let text = self.first_parameter(node, &["title", ""]).or_else(|| self.parameter(node, "colour"));
                if let Some(text) = text {
                    let text = self.builder.keep_line(&text);
                    let colour = Colour::from_name(&colour);
                    self.builder.inline(Inline::Status { text, colour }, self.style);
                }
            }
            Action::Jira => self.jira(node, name),
            Action::Excerpt => {
                if self.parameter(node, "hidden").is_some_and(|hidden| hidden == "true") {
                    // It is there for other pages to include.
                    self.drop_with_words(node, "excerpt", Origin::Native);
                } else {
                    self.body(node);
                }
            }
            Action::Include => self.include(node, name, DependencyKind::IncludedPage),
            Action::ExcerptInclude => self.include(node, name, DependencyKind::Excerpt),
            Action::Children => self.page_list(node, name, origin),
            Action::Query => self.query(node, name, origin),
            Action::Details => {
                if self.parameter(node, "hidden").is_some_and(|hidden| hidden == "true") {
                    self.drop_with_words(node, "details", Origin::Native);
                } else {
                    self.body(node);
                }
            }
            Action::Attachments => self.attachments(node, name, origin),
            Action::Gallery => self.attachments(node, name, origin),
            Action::File => self.file(node, name, origin),
            Action::Embed => self.embed(node, name, origin),
            Action::Profile => self.profile(node),
            Action::OldTasks => self.old_tasks(node),
            Action::Body => self.body(node),
            Action::Section => {
                let title = self
                    .first_parameter(node, &["title", "label", "name", "language", ""])
                    .unwrap_or_default();
                self.section(node, &title);
            }
            Action::Button => self.button(node),
            Action::MathBlock => {
                let tex = self.plain_body(node).or_else(|| self.first_parameter(node, &["body", ""]));
                self.formula(node, tex, true);
            }
            Action::MathInline => {
                let tex = self.first_parameter(node, &["body", ""]).or_else(|| self.plain_body(node));
                self.formula(node, tex, false);
            }
            Action::DiagramSource => self.diagram_source(node, name, origin),
            Action::Diagram => self.diagram(node, name, origin),
            Action::Markdown | Action::Html => {
                // Shown as it was written until it is read itself.
                self.builder.lose(name, origin, Outcome::Approximated, "");
                let language = if action == Action::Html { "html" } else { "markdown" };
                self.code_macro(node, language, "");
            }
            Action::Roadmap => self.roadmap(node, name),
            Action::Decision => self.decision(node),
            Action::Restricted => {
                // The words are for some readers only: they must not even be in the report.
                self.builder.lose(name, origin, Outcome::Dropped, "");
            }
            Action::Labels => match self.options.resolver.labels() {
                Some(labels) => self.builder.text(&labels.join(", "), self.style),
                None => self.shown_in_confluence(node, name, origin, "Labels"),
            },
            Action::Dynamic => {
                let label = label_of(name);
                let title = self.first_parameter(node, &["title", "name"]).unwrap_or(label);
                self.shown_in_confluence(node, name, origin, &title);
                self.body(node);
            }
            Action::Control => {
                self.builder.lose(name, origin, Outcome::Dropped, "");
                self.body(node);
            }
            Action::Footnote => {
                self.body(node);
                if let Some(text) = self.parameter(node, "text") {
                    let text = format!(" ({text})");
                    self.builder.text(&text, self.style);
                }
            }
        }
    }

    /// A macro of an app that is not known: its body is the author's own text, its parameters are settings.
    fn unknown_macro(&mut self, node: NodeId, name: &str) {
        let name = if name.is_empty() { "macro" } else { name };
        let rich = self.rich_body(node);
        let plain = self.plain_body(node).filter(|plain| !plain.trim().is_empty());
        if rich.is_none() && plain.is_none() {
            let label = label_of(name);
            self.shown_in_confluence(node, name, Origin::UnknownApp, &label);
            return;
        }
        self.builder.lose(name, Origin::UnknownApp, Outcome::Approximated, "");
        if let Some(plain) = plain {
            self.code(&plain, "", "");
        }
        if let Some(body) = rich {
            self.grouping(body);
        }
    }

    /// Reads the body of a macro where it stands.
    pub(super) fn body(&mut self, node: NodeId) {
        if let Some(body) = self.rich_body(node) {
            self.grouping(body);
        } else if let Some(plain) = self.plain_body(node)
            && !plain.trim().is_empty()
        {
            self.builder.text(&plain, self.style);
        }
    }

    fn body_in(&mut self, node: NodeId, token: crate::tree::Token) {
        self.steps.push(Step::Close(token));
        if let Some(body) = self.rich_body(node) {
            self.children(body);
        } else if let Some(plain) = self.plain_body(node) {
            self.builder.text(&plain, Style::default());
        }
    }

    fn callout(&mut self, node: NodeId, kind: CalloutKind, title: Option<String>) {
        let title = self.builder.keep_line(title.as_deref().unwrap_or_default());
        let token = self.builder.open(Block::Callout { kind, title });
        self.body_in(node, token);
    }

    fn section(&mut self, node: NodeId, title: &str) {
        let title = self.builder.keep_line(title);
        let token = self.builder.open(Block::Section { title });
        self.body_in(node, token);
    }

    fn code_macro(&mut self, node: NodeId, language: &str, title: &str) {
        let text = match self.plain_body(node) {
            Some(text) => text,
            None => self.rich_body(node).map(|body| self.markup.verbatim(body)).unwrap_or_default(),
        };
        self.code(&text, language, title);
    }

    fn formula(&mut self, node: NodeId, tex: Option<String>, block: bool) {
        let Some(tex) = tex.filter(|tex| !tex.trim().is_empty()) else {
            self.body(node);
            return;
        };
        let tex = self.builder.keep(tex.trim());
        if block { self.builder.leaf(Leaf::Math(tex)) } else { self.builder.inline(Inline::Math(tex), self.style) }
    }

    /// A line in the place of what only Confluence shows, with a link to the page there.
    pub(super) fn shown_in_confluence(&mut self, _node: NodeId, name: &str, origin: Origin, label: &str) {
        let text = self.builder.keep_line(&format!("{label} (shown in Confluence)"));
        let link = match self.options.addresses.original() {
            Some(address) => self.builder.link(LinkKind::Page, &address),
            None => LinkId::NONE,
        };
        let outcome = if link == LinkId::NONE { Outcome::Dropped } else { Outcome::Linked };
        self.builder.lose(name, origin, outcome, "");
        self.builder.leaf(Leaf::Notice { text, link });
    }

    fn jira(&mut self, node: NodeId, name: &str) {
        if let Some(key) = self.parameter(node, "key") {
            let summary = self.options.resolver.issue(&key).or_else(|| self.parameter(node, "summary"));
            let words = match &summary {
                Some(summary) if summary != "true" && summary != "false" => format!("{key}: {summary}"),
                _ => key.clone(),
            };
            let server = self.first_parameter(node, &["baseurl", "url"]).map(|base| format!("{}/browse/{key}", base.trim_end_matches('/')));
            let address = server.or_else(|| self.options.addresses.issue(&key));
            let link = match address {
                Some(address) => self.builder.link(LinkKind::External, &address),
                None => LinkId::NONE,
            };
            self.builder.lose(name, Origin::Native, if link == LinkId::NONE { Outcome::Approximated } else { Outcome::Linked }, "");
            let style = Style { link: if self.style.link == LinkId::NONE { link } else { self.style.link }, ..self.style };
            self.builder.text(&words, style);
            return;
        }
        let query = self.first_parameter(node, &["jqlQuery", "jql", "title"]);
        if let Some(query) = &query {
            self.builder.depend(Dependency {
                kind: DependencyKind::Query,
                name: query.clone(),
                id: None,
                space_key: None,
            });
        }
        let label = query.map_or_else(|| "Jira issues".to_owned(), |query| format!("Jira issues: {query}"));
        self.shown_in_confluence(node, name, Origin::Native, &label);
    }

    /// The page that a macro's parameter names, as a resource or as `SPACE:Title`.
    fn page_parameter(&self, node: NodeId, names: &[&str]) -> Option<Resource> {
        for name in names {
            let Some(parameter) = self.parameter_node(node, name) else { continue };
            if let Some(resource) = self.resource_in(parameter).and_then(|found| self.resource(found)) {
                return Some(resource);
            }
            let Some(text) = self.parameter(node, name) else { continue };
            if text.starts_with('@') {
                return None;
            }
            let (space_key, title) = match text.split_once(':') {
                Some((space, title)) if !space.is_empty() && space.chars().all(|c| c.is_ascii_alphanumeric() || c == '~') => {
                    (Some(space.to_owned()), title.to_owned())
                }
                _ => (None, text),
            };
            return Some(Resource::Page { id: None, title: Some(title), space_key, posting_day: None });
        }
        None
    }

    fn include(&mut self, node: NodeId, name: &str, kind: DependencyKind) {
        let Some(resource) = self.page_parameter(node, &["", "page", "default-parameter", "pageTitle"]) else {
            self.shown_in_confluence(node, name, Origin::Native, "Included page");
            return;
        };
        let target = resource.page_target();
        self.builder.depend(Dependency {
            kind,
            name: target.title.unwrap_or_default().to_owned(),
            id: target.id.map(str::to_owned),
            space_key: target.space_key.map(str::to_owned),
        });
        let (link, words) = self.resolve(&resource, None);
        let outcome = if link == LinkId::NONE { Outcome::Dropped } else { Outcome::Linked };
        self.builder.lose(name, Origin::Native, outcome, "");
        let text = self.builder.keep_line(&format!("Included page: {words}"));
        self.builder.leaf(Leaf::Notice { text, link });
    }

    fn page_list(&mut self, node: NodeId, name: &str, origin: Origin) {
        let resource = self.page_parameter(node, &["page", "root", ""]);
        let target = resource.as_ref().map(Resource::page_target).unwrap_or_default();
        self.builder.depend(Dependency {
            kind: DependencyKind::Children,
            name: target.title.unwrap_or_default().to_owned(),
            id: target.id.map(str::to_owned),
            space_key: target.space_key.map(str::to_owned),
        });
        match self.options.resolver.children(&target) {
            Some(pages) => self.list_pages(&pages),
            None => match &resource {
                Some(resource) if resource.page_target() != PageTarget::default() => {
                    let (link, words) = self.resolve(resource, None);
                    let outcome = if link == LinkId::NONE { Outcome::Dropped } else { Outcome::Linked };
                    self.builder.lose(name, origin, outcome, "");
                    let text = self.builder.keep_line(&format!("Pages under {words}"));
                    self.builder.leaf(Leaf::Notice { text, link });
                }
                _ => self.shown_in_confluence(node, name, origin, "Child pages"),
            },
        }
    }

    fn query(&mut self, node: NodeId, name: &str, origin: Origin) {
        let query = self.parameter(node, "cql").or_else(|| {
            self.first_parameter(node, &["labels", "label"]).map(|labels| {
                let labels: Vec<_> = labels.split(',').map(|label| format!("\"{}\"", label.trim().replace('"', ""))).collect();
                format!("label in ({})", labels.join(","))
            })
        });
        if let Some(query) = &query {
            self.builder.depend(Dependency {
                kind: DependencyKind::Query,
                name: query.clone(),
                id: None,
                space_key: None,
            });
            if let Some(pages) = self.options.resolver.query(query) {
                self.list_pages(&pages);
                return;
            }
        }
        self.shown_in_confluence(node, name, origin, "Pages by label");
    }

    fn list_pages(&mut self, pages: &[crate::source::FoundPage]) {
        let list = self.builder.open(Block::List(None));
        for page in pages {
            let item = self.builder.open(Block::Item);
            let target = PageTarget { id: Some(&page.id), title: Some(&page.title), ..PageTarget::default() };
            let link = match self.options.addresses.page(&target) {
                Some(address) => self.builder.link(LinkKind::Page, &address),
                None => LinkId::NONE,
            };
            self.builder.text(&page.title, Style { link, ..Style::default() });
            self.builder.close(item);
        }
        self.builder.close(list);
    }

    fn attachments(&mut self, node: NodeId, name: &str, origin: Origin) {
        if let Some(title) = self.parameter(node, "title") {
            let token = self.builder.open(Block::Paragraph);
            self.builder.text(&title, self.style);
            self.builder.close(token);
        }
        let Some(files) = self.options.resolver.attachments() else {
            let label = if name == "gallery" { "Images attached to the page" } else { "Files attached to the page" };
            self.shown_in_confluence(node, name, origin, label);
            return;
        };
        let list = self.builder.open(Block::List(None));
        for file in &files {
            let item = self.builder.open(Block::Item);
            let resource = Resource::Attachment { filename: file.clone(), page: Box::new(None) };
            let (link, words) = self.resolve(&resource, None);
            self.builder.text(&words, Style { link, ..Style::default() });
            self.builder.close(item);
        }
        self.builder.close(list);
    }

    fn file(&mut self, node: NodeId, name: &str, origin: Origin) {
        let resource = self
            .parameter_node(node, "name")
            .and_then(|parameter| self.resource_in(parameter))
            .and_then(|found| self.resource(found));
        let resource = match resource {
            Some(resource) => resource,
            None => match self.first_parameter(node, &["name", "file", ""]) {
                Some(filename) => {
                    let page = self.page_parameter(node, &["page"]);
                    Resource::Attachment { filename, page: Box::new(page) }
                }
                None => {
                    self.shown_in_confluence(node, name, origin, "Attached file");
                    return;
                }
            },
        };
        let (link, words) = self.resolve(&resource, None);
        let outcome = if link == LinkId::NONE { Outcome::Approximated } else { Outcome::Linked };
        self.builder.lose(name, origin, outcome, "");
        let text = self.builder.keep_line(&format!("File: {words}"));
        self.builder.leaf(Leaf::Notice { text, link });
        self.body(node);
    }

    fn embed(&mut self, node: NodeId, name: &str, origin: Origin) {
        let resource = ["url", "src", "uri", "location", ""]
            .iter()
            .find_map(|key| self.parameter_node(node, key))
            .and_then(|parameter| self.resource_in(parameter))
            .and_then(|found| self.resource(found));
        let address = match resource {
            Some(Resource::Url { address }) => Some(address),
            Some(other) => {
                let (link, words) = self.resolve(&other, None);
                self.builder.lose(name, origin, Outcome::Linked, "");
                let text = self.builder.keep_line(&words);
                self.builder.leaf(Leaf::Notice { text, link });
                return;
            }
            None => self.first_parameter(node, &["url", "src", "uri", "location", ""]),
        };
        match address {
            Some(address) => {
                let title = self.parameter(node, "title").unwrap_or_else(|| address.clone());
                self.notice_link(name, origin, &title, LinkKind::External, &address);
            }
            None => {
                let label = label_of(name);
                self.shown_in_confluence(node, name, origin, &label);
            }
        }
        self.body(node);
    }

    fn profile(&mut self, node: NodeId) {
        let resource = ["user", "User", ""]
            .iter()
            .find_map(|key| self.parameter_node(node, key))
            .and_then(|parameter| self.resource_in(parameter));
        if let Some(resource) = resource {
            self.user_mention(resource);
        } else if let Some(name) = self.first_parameter(node, &["user", "User", ""]) {
            let resource = Resource::User { account_id: None, user_key: None, username: Some(name) };
            let name = self.user_name(&resource);
            let span = self.builder.keep_line(&format!("@{name}"));
            self.builder.inline(Inline::Mention(span), self.style);
        }
    }

    fn old_tasks(&mut self, node: NodeId) {
        let title = self.first_parameter(node, &["title", ""]);
        if let Some(title) = title {
            let token = self.builder.open(Block::Paragraph);
            self.builder.text(&title, self.style);
            self.builder.close(token);
        }
        let lines = self.plain_body(node).unwrap_or_default();
        let tasks = self.builder.open(Block::Tasks);
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("||")) {
            // A row of the macro's own table: |T|M|…|N|Name|.
            let columns: Vec<_> = line.trim_matches('|').split('|').collect();
            let done = columns.len() > 1 && columns[0] == "T";
            let words = columns.last().copied().unwrap_or(line);
            let task = self.builder.open(Block::Task { done });
            self.builder.text(words, Style::default());
            self.builder.close(task);
        }
        self.builder.close(tasks);
        if let Some(body) = self.rich_body(node) {
            self.grouping(body);
        }
    }

    fn button(&mut self, node: NodeId) {
        let address = self.first_parameter(node, &["url", "link", "href"]);
        let resource = ["url", "link", "page"]
            .iter()
            .find_map(|key| self.parameter_node(node, key))
            .and_then(|parameter| self.resource_in(parameter))
            .and_then(|found| self.resource(found));
        let link = match (resource, address) {
            (Some(resource), _) => self.resolve(&resource, None).0,
            (None, Some(address)) => self.url_link(&address),
            (None, None) => LinkId::NONE,
        };
        let style = Style { link: if self.style.link == LinkId::NONE { link } else { self.style.link }, ..self.style };
        if let Some(title) = self.first_parameter(node, &["title", "label", "text"]) {
            self.builder.text(&title, style);
            self.builder.text(" ", self.style);
        }
        if let Some(body) = self.rich_body(node) {
            self.children_styled(body, style);
        }
    }

    fn diagram_source(&mut self, node: NodeId, name: &str, origin: Origin) {
        let source = self.plain_body(node).filter(|source| !source.trim().is_empty());
        match source {
            Some(source) => {
                self.builder.lose(name, origin, Outcome::Approximated, "");
                let title = self.parameter(node, "title").unwrap_or_default();
                let language = name.split('-').next().unwrap_or_default();
                self.code(&source, language, &title);
                if let Some(body) = self.rich_body(node) {
                    self.grouping(body);
                }
            }
            None => self.diagram(node, name, origin),
        }
    }

    fn diagram(&mut self, node: NodeId, name: &str, origin: Origin) {
        let diagram = self
            .first_parameter(node, &["diagramDisplayName", "diagramName", "filename", "fileName", "name", "title"]);
        let label = match &diagram {
            Some(diagram) => format!("Diagram: {diagram}"),
            None => "Diagram".to_owned(),
        };
        if let Some(diagram) = &diagram {
            let file = if diagram.contains('.') { diagram.clone() } else { format!("{diagram}.png") };
            self.depend_on_attachment(&file, None);
        }
        self.shown_in_confluence(node, name, origin, &label);
        self.body(node);
    }

    fn roadmap(&mut self, node: NodeId, name: &str) {
        let title = self.parameter(node, "title").unwrap_or_else(|| "Roadmap".to_owned());
        self.shown_in_confluence(node, name, Origin::Native, &title);
    }

    fn decision(&mut self, node: NodeId) {
        let token = self.builder.open(Block::Decision {
            decided: self.parameter(node, "status").is_none_or(|status| !status.eq_ignore_ascii_case("undecided")),
        });
        if let Some(title) = self.parameter(node, "title") {
            self.builder.text(&title, self.style);
        }
        for key in ["outcome", "owner", "date", "due-date"] {
            if let Some(value) = self.parameter(node, key) {
                self.builder.text(&format!(" {value}"), self.style);
            }
        }
        self.body_in(node, token);
    }

    /// `ac:adf-extension`: a node of ADF that the storage format has no form for, with a fallback.
    pub(super) fn adf_extension(&mut self, node: NodeId) {
        let known = self.markup.children(node).find(|&child| {
            self.markup.name(child) == "ac:adf-node"
                && self.attribute(child, "type").is_some_and(|kind| {
                    matches!(&*kind, "panel" | "decision-list" | "decision-item" | "extension" | "bodied-extension" | "paragraph")
                })
        });
        if let Some(known) = known {
            self.adf_node(known);
            return;
        }
        if let Some(fallback) = self.markup.child_named(node, "ac:adf-fallback") {
            self.grouping(fallback);
            return;
        }
        self.grouping(node);
    }

    fn adf_attribute(&self, node: NodeId, key: &str) -> Option<String> {
        self.markup
            .children(node)
            .find(|&child| {
                self.markup.name(child) == "ac:adf-attribute"
                    && self.attribute(child, "key").is_some_and(|given| given == key)
            })
            .map(|child| self.markup.verbatim(child).trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn adf_node(&mut self, node: NodeId) {
        let kind = self.attribute(node, "type").unwrap_or_default().into_owned();
        let content = self.markup.child_named(node, "ac:adf-content");
        match kind.as_str() {
            "panel" => {
                let kind = match self.adf_attribute(node, "panel-type").unwrap_or_default().as_str() {
                    "info" => CalloutKind::Info,
                    "note" => CalloutKind::Note,
                    "tip" => CalloutKind::Tip,
                    "warning" => CalloutKind::Warning,
                    "error" => CalloutKind::Error,
                    "success" => CalloutKind::Success,
                    _ => CalloutKind::Panel,
                };
                let title = self.adf_attribute(node, "panel-title").or_else(|| self.adf_attribute(node, "panel-icon-text"));
                let title = self.builder.keep_line(title.as_deref().unwrap_or_default());
                let token = self.builder.open(Block::Callout { kind, title });
                self.children_in(content.unwrap_or(node), token);
            }
            "decision-list" => self.block(content.unwrap_or(node), Block::Decisions),
            "decision-item" => {
                let decided = self.adf_attribute(node, "state").is_none_or(|state| state.eq_ignore_ascii_case("decided"));
                self.block(content.unwrap_or(node), Block::Decision { decided });
            }
            "paragraph" => self.block(content.unwrap_or(node), Block::Paragraph),
            "extension" | "bodied-extension" => {
                let key = self.adf_attribute(node, "extension-key").unwrap_or_default();
                let name = key.rsplit('/').next().unwrap_or_default().to_lowercase();
                let label = self
                    .adf_attribute(node, "extension-title")
                    .or_else(|| self.adf_attribute(node, "text"))
                    .unwrap_or_else(|| label_of(&name));
                let name = if name.is_empty() { "extension" } else { name.as_str() };
                let origin = macros::find(name).map_or(Origin::UnknownApp, |(origin, _)| origin);
                match content {
                    Some(content) => {
                        self.builder.lose(name, origin, Outcome::Approximated, "");
                        self.grouping(content);
                    }
                    None => self.shown_in_confluence(node, name, origin, &label),
                }
            }
            _ => {
                self.builder.lose(&format!("ac:adf-node {kind}"), Origin::Native, Outcome::Approximated, "");
                let first = self.markup.child(content.unwrap_or(node));
                if first != NONE {
                    self.grouping(content.unwrap_or(node));
                }
            }
        }
    }
}

/// The name of a macro as people would write it.
pub(super) fn label_of(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "Content of an app".to_owned(),
    }
}
