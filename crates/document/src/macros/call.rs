//! Carries out what is done with a macro, whichever format called it.

use super::{Action, find};
use crate::{
    article::{DependencyKind, LinkKind, Origin, Outcome},
    context::Context,
    resource::Resource,
    source::{Format, Included, PageTarget},
    tree::{Block, CalloutKind, Inline, Leaf, LinkId, Style, Token},
};

/// The longest name that is reported.
const NAME: usize = 80;

/// A macro as a page calls it.
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) parameters: Vec<Parameter>,
    /// Its body, if that is plain text.
    pub(crate) plain: Option<String>,
    /// Whether it has a body of blocks.
    pub(crate) has_rich_body: bool,
    /// What the page itself calls the macro: the title that an app gives it.
    pub(crate) label: Option<String>,
}

pub(crate) struct Parameter {
    /// Empty for the one that the macro does not name.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) resource: Option<Resource>,
}

/// What becomes of the macro's body of blocks.
pub(crate) enum Body {
    /// It is read where it stands.
    Here,
    /// It is read where it stands, in another style.
    Styled(Style),
    /// It is read into a block that is open.
    In(Token),
    /// It is the text of a code block.
    Code { language: String, title: String },
    /// It is left out, and its words are reported.
    Dropped { name: String, origin: Origin },
    /// It is left out without a word.
    Hidden,
    /// Another page is shown in its place.
    Included { body: Included, key: String, excerpt: Option<Option<String>> },
}

impl Call {
    fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.parameter(name).map(|parameter| parameter.text.trim()).filter(|text| !text.is_empty())
    }

    fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.text(name))
    }

    fn resource(&self, names: &[&str]) -> Option<&Resource> {
        names.iter().find_map(|name| self.parameter(name).and_then(|parameter| parameter.resource.as_ref()))
    }

    /// The page that a parameter names, as a resource or in words.
    fn page(&self, names: &[&str]) -> Option<Resource> {
        names.iter().find_map(|name| {
            let parameter = self.parameter(name)?;
            parameter.resource.clone().or_else(|| Resource::page_from_words(&parameter.text))
        })
    }

    fn is_true(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    fn plain(&self) -> Option<&str> {
        self.plain.as_deref().filter(|plain| !plain.trim().is_empty())
    }
}

/// Carries out a macro, and says what becomes of its body.
pub(crate) fn carry_out(cx: &mut Context<'_>, call: &Call) -> Body {
    let name: String = call.name.trim().to_lowercase().chars().take(NAME).collect();
    match find(&name) {
        Some((origin, action)) => known(cx, call, &name, origin, action),
        None => unknown(cx, call, &name),
    }
}

fn known(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin, action: Action) -> Body {
    match action {
        Action::Callout(kind) => return callout(cx, call, kind, call.text("title")),
        Action::TypedCallout => {
            let kind = match call.text("type").unwrap_or_default().to_lowercase().as_str() {
                "success" => CalloutKind::Success,
                "warning" => CalloutKind::Warning,
                "error" => CalloutKind::Error,
                "hint" | "tip" => CalloutKind::Tip,
                _ => CalloutKind::Info,
            };
            return callout(cx, call, kind, call.text("title"));
        }
        Action::Panel => {
            // An icon without a character of its own is a name, which says less than nothing.
            let icon = call.text("panelIconText").filter(|icon| !icon.starts_with(':'));
            let parts: Vec<_> = icon.into_iter().chain(call.text("title")).collect();
            return callout(cx, call, CalloutKind::Panel, Some(&parts.join(" ")));
        }
        Action::Code => {
            let language = call.first(&["language", "lang", ""]).unwrap_or_default();
            return code(cx, call, language);
        }
        Action::Preformatted => return code(cx, call, ""),
        Action::Expand => {
            let title = cx.builder.keep_line(call.first(&["title", ""]).unwrap_or_default());
            let token = cx.builder.open(Block::Expand { title });
            return plain_in(cx, call, token);
        }
        Action::Contents => {
            let level =
                |name, default| call.text(name).and_then(|level| level.parse().ok()).unwrap_or(default);
            cx.builder.leaf(Leaf::Contents { least: level("minLevel", 1), most: level("maxLevel", 7) });
        }
        Action::Anchor => {
            if let Some(anchor) = call.first(&["", "anchor", "name"]) {
                cx.builder.anchor(anchor);
            }
        }
        Action::Status => {
            let colour = call.first(&["colour", "color"]).unwrap_or_default();
            // Confluence shows the colour's name where there is no title.
            cx.status(call.first(&["title", ""]).unwrap_or(colour), colour);
        }
        Action::Jira => jira(cx, call, name),
        Action::Excerpt | Action::Details => {
            if call.is_true("hidden") {
                // It is there for other pages to include.
                return Body::Dropped { name: name.to_owned(), origin };
            }
        }
        Action::Include => return include(cx, call, name, DependencyKind::IncludedPage),
        Action::ExcerptInclude => return include(cx, call, name, DependencyKind::Excerpt),
        Action::Children => children(cx, call, name, origin),
        Action::Query => query(cx, call, name, origin),
        Action::Attachments | Action::Gallery => attachments(cx, call, name, origin),
        Action::File => file(cx, call, name, origin),
        Action::Embed => embed(cx, call, name, origin),
        Action::Profile => profile(cx, call),
        Action::OldTasks => {
            old_tasks(cx, call);
            return Body::Here;
        }
        Action::Body => {}
        Action::Section => {
            let title = call.first(&["title", "label", "name", "language", ""]).unwrap_or_default();
            let title = cx.builder.keep_line(title);
            let token = cx.builder.open(Block::Section { title });
            return plain_in(cx, call, token);
        }
        Action::Button => return button(cx, call),
        Action::MathBlock => {
            let tex = call.plain().or_else(|| call.first(&["body", ""]));
            return formula(cx, tex, true);
        }
        Action::MathInline => {
            let tex = call.first(&["body", ""]).or_else(|| call.plain());
            return formula(cx, tex, false);
        }
        Action::DiagramSource => match call.plain() {
            Some(source) => {
                cx.builder.lose(name, origin, Outcome::Approximated, "");
                let language = name.split('-').next().unwrap_or_default();
                cx.code(source, language, call.text("title").unwrap_or_default());
                return Body::Here;
            }
            None => diagram(cx, call, name, origin),
        },
        Action::Diagram => diagram(cx, call, name, origin),
        Action::Html => {
            // The same reader that makes storage format safe makes HTML safe.
            cx.builder.lose(name, origin, Outcome::Approximated, "");
            if let Some(html) = call.plain() {
                let body = Included { format: Format::Storage, body: html.to_owned() };
                return if cx.including.len() < cx.options.limits.includes && html.len() <= cx.include_budget {
                    cx.include_budget -= html.len();
                    Body::Included { body, key: "html".to_owned(), excerpt: None }
                } else {
                    Body::Hidden
                };
            }
            return Body::Here;
        }
        Action::Markdown => {
            // Shown as it was written.
            cx.builder.lose(name, origin, Outcome::Approximated, "");
            return code(cx, call, "markdown");
        }
        Action::Roadmap => roadmap(cx, call, name, origin),
        Action::Decision => return decision(cx, call),
        Action::Restricted => {
            // The words are for some readers only: they must not even be in the report.
            cx.builder.lose(name, origin, Outcome::Dropped, "");
            return Body::Hidden;
        }
        Action::Labels => match cx.options.resolver.labels() {
            Some(labels) => cx.text(&labels.join(", ")),
            None => cx.shown_in_confluence(name, origin, "Labels"),
        },
        Action::Dynamic => {
            let label = label_of(name);
            let title = call.text("title").or(call.label.as_deref()).unwrap_or(&label);
            cx.shown_in_confluence(name, origin, title);
        }
        Action::Control => cx.builder.lose(name, origin, Outcome::Dropped, ""),
        Action::Footnote => {
            if let Some(text) = call.text("text") {
                cx.text(&format!(" ({text}) "));
            }
        }
    }
    if let Some(plain) = call.plain() {
        cx.text(plain);
    }
    Body::Here
}

/// A macro of an app that is not known: its body is the author's own text, its parameters are settings.
fn unknown(cx: &mut Context<'_>, call: &Call, name: &str) -> Body {
    let name = if name.is_empty() { "macro" } else { name };
    let plain = call.plain();
    if !call.has_rich_body && plain.is_none() {
        let label = call.label.clone().unwrap_or_else(|| label_of(name));
        cx.shown_in_confluence(name, Origin::UnknownApp, &label);
        return Body::Here;
    }
    cx.builder.lose(name, Origin::UnknownApp, Outcome::Approximated, "");
    if let Some(plain) = plain {
        cx.code(plain, "", "");
    }
    Body::Here
}

fn plain_in(cx: &mut Context<'_>, call: &Call, token: Token) -> Body {
    if let Some(plain) = call.plain() {
        cx.builder.text(plain, Style::default());
    }
    Body::In(token)
}

fn callout(cx: &mut Context<'_>, call: &Call, kind: CalloutKind, title: Option<&str>) -> Body {
    let title = cx.builder.keep_line(title.unwrap_or_default());
    let token = cx.builder.open(Block::Callout { kind, title });
    plain_in(cx, call, token)
}

fn code(cx: &mut Context<'_>, call: &Call, language: &str) -> Body {
    let title = call.text("title").unwrap_or_default();
    match &call.plain {
        Some(text) => {
            cx.code(text, language, title);
            Body::Here
        }
        None => Body::Code { language: language.to_owned(), title: title.to_owned() },
    }
}

fn formula(cx: &mut Context<'_>, tex: Option<&str>, is_block: bool) -> Body {
    if let Some(tex) = tex {
        let tex = cx.builder.keep(tex.trim());
        if is_block {
            cx.builder.leaf(Leaf::Math(tex));
        } else {
            cx.builder.inline(Inline::Math(tex), cx.style);
        }
    }
    Body::Here
}

fn jira(cx: &mut Context<'_>, call: &Call, name: &str) {
    let Some(key) = call.text("key") else {
        let query = call.first(&["jqlQuery", "jql"]);
        if query.is_some() {
            cx.depend(DependencyKind::Query, query, None, None);
        }
        cx.shown_in_confluence(name, Origin::Native, call.text("title").unwrap_or("Jira issues"));
        return;
    };
    let summary = cx.options.resolver.issue(key).or_else(|| call.text("summary").map(str::to_owned));
    let words = match summary {
        Some(summary) if summary != "true" && summary != "false" => format!("{key}: {summary}"),
        _ => key.to_owned(),
    };
    let base = call.first(&["baseurl", "baseUrl"]);
    let address = base.map(|base| format!("{}/browse/{key}", base.trim_end_matches('/')));
    let address = address.or_else(|| cx.options.addresses.issue(key));
    let link = cx.link_if(LinkKind::External, address);
    cx.lose_to_link(name, Origin::Native, link);
    let style = cx.linked(link);
    cx.builder.text(&words, style);
}

fn include(cx: &mut Context<'_>, call: &Call, name: &str, kind: DependencyKind) -> Body {
    let Some(resource) = call.page(&["", "page", "pageTitle"]) else {
        cx.shown_in_confluence(name, Origin::Native, "Included page");
        return Body::Here;
    };
    let target = resource.page_target();
    cx.depend(kind, target.title, target.id, target.space_key);
    let excerpt = (kind == DependencyKind::Excerpt).then(|| call.text("name").map(str::to_owned));
    let key = format!("{target:?}{excerpt:?}");
    let is_allowed = cx.including.len() < cx.options.limits.includes && !cx.including.contains(&key);
    if is_allowed
        && let Some(body) = cx.options.resolver.included(&target)
        && body.body.len() <= cx.include_budget
    {
        cx.include_budget -= body.body.len();
        return Body::Included { body, key, excerpt };
    }
    let (link, words) = cx.resolve(&resource, None);
    cx.lose_to_link(name, Origin::Native, link);
    cx.notice(&format!("Included page: {words}"), link);
    Body::Here
}

fn children(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin) {
    let resource = call.page(&["page", "root", ""]);
    let target = resource.as_ref().map(Resource::page_target).unwrap_or_default();
    cx.depend(DependencyKind::Children, target.title, target.id, target.space_key);
    if let Some(pages) = cx.options.resolver.children(&target) {
        cx.list_pages(&pages);
        return;
    }
    match &resource {
        Some(resource) if resource.page_target() != PageTarget::default() => {
            let (link, words) = cx.resolve(resource, None);
            cx.lose_to_link(name, origin, link);
            cx.notice(&format!("Pages under {words}"), link);
        }
        _ => cx.shown_in_confluence(name, origin, "Child pages"),
    }
}

fn query(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin) {
    let by_label = |labels: &str| {
        let quoted: Vec<_> =
            labels.split(',').map(|label| format!("\"{}\"", label.trim().replace(['"', '\\'], ""))).collect();
        format!("label in ({})", quoted.join(","))
    };
    let cql = call.text("cql").map(str::to_owned).or_else(|| call.first(&["labels", "label"]).map(by_label));
    if let Some(cql) = &cql {
        cx.depend(DependencyKind::Query, Some(cql), None, None);
        if let Some(pages) = cx.options.resolver.query(cql) {
            cx.list_pages(&pages);
            return;
        }
    }
    cx.shown_in_confluence(name, origin, call.text("title").unwrap_or("Pages by label"));
}

fn attachments(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin) {
    let label = if name == "gallery" { "Images attached to the page" } else { "Files attached to the page" };
    let Some(files) = cx.options.resolver.attachments() else {
        cx.shown_in_confluence(name, origin, call.text("title").unwrap_or(label));
        return;
    };
    if let Some(title) = call.text("title") {
        cx.paragraph(title, Style::default());
    }
    let list = cx.builder.open(Block::List(None));
    for file in files {
        let item = cx.builder.open(Block::Item);
        let (link, words) =
            cx.resolve(&Resource::Attachment { filename: file, media_id: None, page: None }, None);
        cx.builder.text(&words, Style { link, ..Style::default() });
        cx.builder.close(item);
    }
    cx.builder.close(list);
}

fn file(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin) {
    let named = call.first(&["name", "file", ""]).map(|filename| Resource::Attachment {
        filename: filename.to_owned(),
        media_id: None,
        page: call.page(&["page"]).map(Box::new),
    });
    match call.resource(&["name", "file", ""]).cloned().or(named) {
        Some(resource) => cx.file(&resource, name, origin),
        None => cx.shown_in_confluence(name, origin, "Attached file"),
    }
}

fn embed(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin) {
    const ADDRESS: [&str; 5] = ["url", "src", "uri", "location", ""];
    match call.resource(&ADDRESS) {
        Some(Resource::Url { address }) => {
            let words = call.text("title").unwrap_or(address);
            cx.embed(name, origin, words, address);
        }
        Some(resource) => {
            let (link, words) = cx.resolve(resource, None);
            cx.lose_to_link(name, origin, link);
            cx.notice(&words, link);
        }
        None => match call.first(&ADDRESS) {
            Some(address) => cx.embed(name, origin, call.text("title").unwrap_or(address), address),
            None => cx.shown_in_confluence(name, origin, &label_of(name)),
        },
    }
}

fn profile(cx: &mut Context<'_>, call: &Call) {
    const USER: [&str; 4] = ["user", "User", "username", ""];
    if let Some(user) = call.resource(&USER) {
        cx.mention(user, None);
    } else if let Some(name) = call.first(&USER) {
        let user = Resource::User { account_id: None, user_key: None, username: Some(name.to_owned()) };
        cx.mention(&user, None);
    }
}

/// The task list of Confluence 3: a line of text per task, or a row `|T|M|F|…|words|`.
fn old_tasks(cx: &mut Context<'_>, call: &Call) {
    if let Some(title) = call.first(&["title", ""]) {
        cx.paragraph(title, Style::default());
    }
    let Some(lines) = call.plain() else { return };
    let tasks = cx.builder.open(Block::Tasks);
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("||")) {
        let columns: Vec<_> = line.trim_matches('|').split('|').collect();
        let done = columns.len() > 1 && columns[0].trim() == "T";
        let words = columns.last().copied().unwrap_or(line);
        let task = cx.builder.open(Block::Task { done });
        cx.builder.text(words, Style::default());
        cx.builder.close(task);
    }
    cx.builder.close(tasks);
}

fn button(cx: &mut Context<'_>, call: &Call) -> Body {
    const ADDRESS: [&str; 4] = ["url", "link", "href", "page"];
    let link = match call.resource(&ADDRESS) {
        Some(resource) => cx.resolve(resource, None).0,
        None => call.first(&ADDRESS[..3]).map_or(LinkId::NONE, |address| cx.url_link(address)),
    };
    let style = cx.linked(link);
    if let Some(title) = call.first(&["title", "label", "text", "buttonLabel"]) {
        cx.builder.text(title, style);
        cx.text(" ");
    }
    if let Some(plain) = call.plain() {
        cx.builder.text(plain, style);
    }
    Body::Styled(style)
}

fn diagram(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin) {
    let diagram = call.first(&["diagramDisplayName", "diagramName", "filename", "fileName", "name", "title"]);
    if let Some(diagram) = diagram {
        let file = if diagram.contains('.') { diagram.to_owned() } else { format!("{diagram}.png") };
        cx.depend(DependencyKind::Attachment, Some(&file), None, None);
    }
    let label = diagram.map_or_else(|| "Diagram".to_owned(), |diagram| format!("Diagram: {diagram}"));
    cx.shown_in_confluence(name, origin, &label);
}

/// The roadmap planner keeps everything in one parameter, as percent-encoded JSON: the names in it are shown.
fn roadmap(cx: &mut Context<'_>, call: &Call, name: &str, origin: Origin) {
    let title = call.text("title").unwrap_or("Roadmap");
    cx.shown_in_confluence(name, origin, title);
    let Some(source) = call.text("source") else { return };
    let decoded = crate::address::percent_decode(source);
    let Ok(plan) = serde_json::from_str::<serde_json::Value>(&decoded) else { return };
    let lanes = plan.get("lanes").and_then(|lanes| lanes.as_array()).cloned().unwrap_or_default();
    if lanes.is_empty() {
        return;
    }
    let list = cx.builder.open(Block::List(None));
    for lane in &lanes {
        let item = cx.builder.open(Block::Item);
        cx.builder
            .text(lane.get("title").and_then(|title| title.as_str()).unwrap_or_default(), Style::default());
        let bars = lane.get("bars").and_then(|bars| bars.as_array()).cloned().unwrap_or_default();
        let inner = cx.builder.open(Block::List(None));
        for title in bars.iter().filter_map(|bar| bar.get("title").and_then(|title| title.as_str())) {
            let bar = cx.builder.open(Block::Item);
            cx.builder.text(title, Style::default());
            cx.builder.close(bar);
        }
        cx.builder.close(inner);
        cx.builder.close(item);
    }
    cx.builder.close(list);
}

fn decision(cx: &mut Context<'_>, call: &Call) -> Body {
    let decided = call.text("status").is_none_or(|status| !status.eq_ignore_ascii_case("undecided"));
    let token = cx.builder.open(Block::Decision { decided });
    for name in ["title", "outcome", "owner", "date", "due-date"] {
        if let Some(value) = call.text(name) {
            cx.text(value);
            cx.text(" ");
        }
    }
    plain_in(cx, call, token)
}

/// The name of a macro as people would write it.
pub(crate) fn label_of(name: &str) -> String {
    let words = match name {
        "detailssummary" => "page properties report",
        "tasks-report-macro" => "task report",
        "decisionreport" => "decision report",
        "content-report-table" => "content report",
        "blog-posts" => "blog posts",
        "userlister" => "list of users",
        "listlabels" => "list of labels",
        _ => name,
    };
    let words = words.replace(['-', '_'], " ");
    let mut characters = words.trim().chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "Content of an app".to_owned(),
    }
}
