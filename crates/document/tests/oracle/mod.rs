//! What a page says, by a second reading that shares no code with the crate: `quick-xml` and `serde_json`.

use std::collections::HashSet;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// What must come out of a page, and what must not.
#[derive(Default)]
pub(crate) struct Oracle {
    /// The words of its body.
    pub(crate) body: String,
    /// The words that are parameters or attributes and yet shown.
    pub(crate) visible: String,
    /// Words that may come out, but need not.
    shown_anyway: String,
    /// Words that Confluence itself does not show to readers: they belong into the report.
    pub(crate) unshown: String,
    /// Words of at least six letters that are only settings and ids.
    pub(crate) hidden: HashSet<String>,
    pub(crate) code: usize,
    pub(crate) tasks: usize,
    pub(crate) images: usize,
    pub(crate) callouts: usize,
}

/// Parameters that Confluence shows, by macro; `*` is any macro.
const VISIBLE: [(&str, &str); 32] = [
    ("info", "title"),
    ("note", "title"),
    ("tip", "title"),
    ("warning", "title"),
    ("panel", "title"),
    ("code", "title"),
    ("expand", "title"),
    ("ui-expand", "title"),
    ("auimessage", "title"),
    ("alert", "title"),
    ("status", "title"),
    ("jira", "key"),
    ("roadmap", "title"),
    ("gallery", "title"),
    ("ui-button", "title"),
    ("auibutton", "title"),
    ("ui-step", "title"),
    ("ui-tab", "title"),
    ("localtab", "title"),
    ("tab-pane", "title"),
    ("card", "label"),
    ("drawio", "diagramName"),
    ("inc-drawio", "diagramDisplayName"),
    ("gliffy", "name"),
    ("mathinline", "body"),
    ("mathblock", "body"),
    ("easy-math-block", "body"),
    ("eazy-math-inline", "body"),
    ("decision", "title"),
    ("widget", "url"),
    ("video", "uri"),
    ("paste-code-macro", "title"),
];

/// Macros of which nothing may come out.
const RESTRICTED: [&str; 2] = ["show-if", "hide-if"];

struct Open {
    name: String,
    macro_name: String,
    parameter: String,
    is_unshown: bool,
    /// The address of a smart link.
    card: Option<String>,
}

impl Oracle {
    /// None for a body that is not well-formed XML.
    pub(crate) fn of_storage(body: &str) -> Option<Self> {
        let wrapped = format!("<root>{body}</root>");
        let mut reader = Reader::from_str(&wrapped);
        let mut oracle = Self::default();
        let mut open: Vec<Open> = Vec::new();
        let mut hidden = String::new();
        loop {
            match reader.read_event().ok()? {
                Event::Start(element) => {
                    let opened = oracle.element(&element, &open, &mut hidden);
                    open.push(opened);
                }
                Event::Empty(element) => {
                    oracle.element(&element, &open, &mut hidden);
                }
                Event::End(_) => {
                    let closed = open.pop()?;
                    oracle.boundary(&closed.name, &mut hidden);
                }
                Event::Text(text) => {
                    let text = text.to_string();
                    oracle.text(&text, &mut open, &mut hidden);
                }
                Event::CData(text) => {
                    let text = text.to_string();
                    oracle.text(&text, &mut open, &mut hidden);
                }
                Event::GeneralRef(reference) => {
                    let name = reference.to_string();
                    let text = htmlize::unescape(format!("&{name};")).into_owned();
                    oracle.text(&text, &mut open, &mut hidden);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if !open.is_empty() {
            return None;
        }
        oracle.settle(&hidden);
        Some(oracle)
    }

    fn settle(&mut self, hidden: &str) {
        let shown: HashSet<String> =
            crate::judges::words(&format!("{} {} {}", self.body, self.visible, self.shown_anyway)).collect();
        self.hidden = crate::judges::words(hidden)
            .filter(|word| {
                word.chars().count() >= 6 && !shown.contains(word) && !OURS.contains(&word.as_str())
            })
            .collect();
    }

    fn element(&mut self, element: &BytesStart<'_>, open: &[Open], hidden: &mut String) -> Open {
        let name = element.name().as_ref().to_owned();
        let attribute = |wanted: &str| {
            element
                .attributes()
                .with_checks(false)
                .flatten()
                .find(|attribute| attribute.key.as_ref() == wanted)
                .map(|attribute| htmlize::unescape(&*attribute.value).into_owned())
        };
        self.boundary(&name, hidden);
        let is_out = is_out(open);
        let in_parameter =
            open.iter().any(|open| open.name == "ac:parameter" || open.name == "ac:default-parameter");
        let mut opened = Open {
            macro_name: open.last().map(|open| open.macro_name.clone()).unwrap_or_default(),
            parameter: String::new(),
            is_unshown: false,
            card: attribute("href")
                .filter(|_| attribute("data-card-appearance").is_some())
                .map(|card| card.trim().to_owned()),
            name,
        };
        match opened.name.as_str() {
            "ac:structured-macro" | "ac:macro" => {
                opened.macro_name = attribute("ac:name").unwrap_or_default();
                self.may_show(&opened.macro_name.clone());
                if !is_out && !in_parameter {
                    match opened.macro_name.as_str() {
                        "code" | "noformat" => self.code += 1,
                        "info" | "note" | "tip" | "warning" | "panel" => self.callouts += 1,
                        _ => {}
                    }
                }
            }
            "ac:adf-node" if !is_out && attribute("type").as_deref() == Some("panel") => self.callouts += 1,
            "ac:parameter" => opened.parameter = attribute("ac:name").unwrap_or_default(),
            "ac:task" if !is_out => self.tasks += 1,
            "ac:image" if !is_out && !in_parameter => self.images += 1,
            _ => {}
        }
        for id in
            ["ac:macro-id", "ac:local-id", "local-id", "ri:version-at-save", "ri:account-id", "ri:userkey"]
        {
            if let Some(id) = attribute(id) {
                hidden.push(' ');
                hidden.push_str(&id);
            }
        }
        // The names of pages and files are shown, where the link has no words of its own.
        for shown in [
            "ri:content-title",
            "ri:filename",
            "ri:value",
            "alt",
            "src",
            "ac:alt",
            "href",
            "title",
            "ac:title",
        ] {
            if let Some(shown) = attribute(shown) {
                self.may_show(&shown);
            }
        }
        opened
    }

    /// Words that may be shown, but need not.
    fn may_show(&mut self, words: &str) {
        self.shown_anyway.push(' ');
        self.shown_anyway.push_str(words);
    }

    fn boundary(&mut self, name: &str, hidden: &mut String) {
        let is_inline = matches!(
            name,
            "strong"
                | "b"
                | "em"
                | "i"
                | "u"
                | "s"
                | "del"
                | "sub"
                | "sup"
                | "small"
                | "code"
                | "a"
                | "span"
                | "font"
                | "ac:inline-comment-marker"
                | "ins"
                | "big"
                | "tt"
                | "strike"
                | "cite"
                | "ac:link"
                | "ri:page"
                | "ac:link-body"
                | "ac:plain-text-link-body"
        );
        if !is_inline {
            self.body.push(' ');
            self.visible.push(' ');
            self.unshown.push(' ');
            hidden.push(' ');
        }
    }

    fn text(&mut self, text: &str, open: &mut [Open], hidden: &mut String) {
        if open.iter().any(|open| RESTRICTED.contains(&open.macro_name.as_str())) {
            hidden.push_str(text);
            return;
        }
        let parameter = open
            .iter()
            .rposition(|open| matches!(open.name.as_str(), "ac:parameter" | "ac:default-parameter"));
        if let Some(at) = parameter {
            let (name, parameter) = (open[at].macro_name.as_str(), open[at].parameter.as_str());
            let hides = parameter == "hidden" && text == "true" && matches!(name, "excerpt" | "details");
            let (name, parameter) = (name.to_owned(), parameter.to_owned());
            if hides && at > 0 {
                open[at - 1].is_unshown = true;
            }
            let in_macro_body = open[..at].iter().any(|open| RESTRICTED.contains(&open.macro_name.as_str()));
            if VISIBLE.contains(&(name.as_str(), parameter.as_str())) && !in_macro_body {
                // A hidden excerpt keeps its own words, not those of its macros.
                self.visible.push_str(text);
            } else if MAY_SHOW.contains(&parameter.as_str()) {
                self.may_show(text);
            } else {
                hidden.push_str(text);
            }
            return;
        }
        if open.iter().any(|open| open.name.starts_with("fab:")) {
            hidden.push_str(text);
            return;
        }
        // A smart link holds its address, and shows a title.
        if open.iter().any(|open| open.card.as_deref() == Some(text.trim())) {
            self.may_show(text);
            return;
        }
        let settings =
            ["ac:task-id", "ac:task-uuid", "ac:task-status", "ac:adf-attribute", "ac:adf-parameter"];
        if open.iter().any(|open| settings.contains(&open.name.as_str())) {
            let is_shown = open.iter().any(|open| open.name == "ac:adf-attribute");
            if is_shown {
                self.may_show(text)
            } else {
                hidden.push_str(text)
            }
            return;
        }
        if open.iter().any(|open| open.name == "ac:adf-fallback") {
            self.may_show(text);
            return;
        }
        // HTML as text, of which the words are shown and the tags are not.
        if open.iter().any(|open| open.macro_name == "html") {
            self.may_show(text);
            return;
        }
        let unshown = ["ac:placeholder", "script", "style", "svg"];
        if open.iter().any(|open| open.is_unshown || unshown.contains(&open.name.as_str())) {
            self.unshown.push_str(text);
            return;
        }
        self.body.push_str(text);
    }

    /// None for what is not JSON.
    pub(crate) fn of_adf(body: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(body).ok()?;
        let mut oracle = Self::default();
        let mut hidden = String::new();
        oracle.adf(&value, &mut hidden);
        oracle.settle(&hidden);
        Some(oracle)
    }

    fn adf(&mut self, value: &serde_json::Value, hidden: &mut String) {
        let kind = value["type"].as_str().unwrap_or_default();
        let attributes = &value["attrs"];
        // Readers do not see a placeholder: what is around it touches.
        let is_inline = matches!(kind, "text" | "placeholder");
        match kind {
            "text" => self.body.push_str(value["text"].as_str().unwrap_or_default()),
            "placeholder" => self.unshown.push_str(attributes["text"].as_str().unwrap_or_default()),
            "status" => {
                self.visible.push(' ');
                self.visible.push_str(attributes["text"].as_str().unwrap_or_default());
                self.visible.push(' ');
                self.body.push(' ');
            }
            "mention" => {
                self.visible.push(' ');
                self.visible.push_str(attributes["text"].as_str().unwrap_or_default());
                self.body.push(' ');
            }
            "expand" | "nestedExpand" => {
                self.visible.push(' ');
                self.visible.push_str(attributes["title"].as_str().unwrap_or_default());
            }
            "codeBlock" => self.code += 1,
            "taskItem" | "blockTaskItem" => self.tasks += 1,
            "panel" => self.callouts += 1,
            _ => {}
        }
        if !is_inline {
            self.body.push(' ');
        }
        for id in ["localId", "collection", "occurrenceKey"] {
            if let Some(id) = attributes[id].as_str() {
                hidden.push(' ');
                hidden.push_str(id);
            }
        }
        // A medium's id is not shown, unless it is in words somewhere else.
        for shown in ["url", "alt", "text", "title", "shortName", "extensionKey"] {
            if let Some(shown) = attributes[shown].as_str() {
                self.may_show(shown);
            }
        }
        if let Some(content) = value["content"].as_array() {
            for child in content {
                self.adf(child, hidden);
            }
        }
        if !is_inline {
            self.body.push(' ');
        }
    }
}

/// Words that the crate itself writes.
const OURS: [&str; 14] = [
    "shown",
    "confluence",
    "attached",
    "included",
    "diagram",
    "issues",
    "contents",
    "details",
    "warning",
    "success",
    "caution",
    "decision",
    "someone",
    "synced",
];

/// Parameters that name something: a link or a notice may show them.
const MAY_SHOW: [&str; 24] = [
    "",
    "title",
    "name",
    "url",
    "uri",
    "src",
    "link",
    "page",
    "label",
    "language",
    "lang",
    "text",
    "fileName",
    "filename",
    "diagramDisplayName",
    "diagramName",
    "location",
    "summary",
    "root",
    "type",
    "colour",
    "anchor",
    "body",
    "buttonLabel",
];

fn is_out(open: &[Open]) -> bool {
    open.iter().any(|open| {
        RESTRICTED.contains(&open.macro_name.as_str())
            || matches!(open.name.as_str(), "ac:adf-fallback" | "ac:placeholder" | "ac:caption")
            || open.is_unshown
    })
}
