//! Macros, which ADF calls extensions.

use super::{Json, Kind, NONE, NodeId, Reader, Step};
use crate::{
    article::{Origin, Outcome},
    macros::call::{Body, Call, Parameter, carry_out},
    source::Format,
    tree::Style,
};

/// What the editor makes of content that it cannot edit: the original is kept as a parameter.
const MIGRATION: &str = "com.atlassian.confluence.migration";

impl<'a> Reader<'a, '_, '_> {
    pub(super) fn extension(&mut self, node: NodeId, attributes: NodeId) {
        let parameters = self.json.get(attributes, "parameters").unwrap_or(NONE);
        if self.json.text(attributes, "extensionType").is_some_and(|kind| kind == MIGRATION)
            && self.migrated(node, parameters)
        {
            return;
        }
        let call = self.call(node, attributes, parameters);
        match carry_out(self.cx, &call) {
            Body::Here if call.has_rich_body => self.grouping(node),
            Body::Here | Body::Hidden => {}
            Body::Styled(style) => {
                self.steps.push(Step::Restore(self.cx.style));
                self.cx.style = style;
                self.content(node);
            }
            Body::In(token) => {
                self.steps.push(Step::Restore(self.cx.style));
                self.cx.style = Style::default();
                self.content_in(node, token);
            }
            Body::Code { language, title } => {
                let text = self.verbatim(node);
                self.cx.code(&text, &language, &title);
            }
            Body::Dropped { name, origin } => {
                let words = self.verbatim(node);
                self.cx.builder.lose(&name, origin, Outcome::Dropped, &words);
            }
            Body::Included { body, key, excerpt } => self.cx.include(&body, key, excerpt),
        }
    }

    /// Reads the original of content that was migrated. Whether there is one.
    fn migrated(&mut self, node: NodeId, parameters: NodeId) -> bool {
        for (key, format) in [
            ("adf", Format::AtlasDocFormat),
            ("cxhtml", Format::Storage),
            ("storage", Format::Storage),
            ("xhtml", Format::Storage),
        ] {
            let original = self.json.get(parameters, key);
            let original = original.or_else(|| self.json.path(parameters, &["macroParams", key, "value"]));
            if let Some(original) = original.and_then(|original| self.json.string(original)) {
                self.nested(format, &original, "migration");
                return true;
            }
        }
        if self.json.get(node, "content").is_some() {
            self.grouping(node);
            return true;
        }
        false
    }

    /// Reads a body that is held inside of this one.
    pub(super) fn nested(&mut self, format: Format, body: &str, name: &str) {
        // Each level of nesting doubles its escapes, so real pages have one or two.
        if self.cx.including.len() >= self.cx.options.limits.includes {
            self.cx.builder.lose(name, Origin::Native, Outcome::Dropped, "");
            return;
        }
        let included = crate::source::Included { format, body: body.to_owned(), owner: None };
        self.cx.include(&included, name.to_owned(), None);
    }

    fn call(&self, node: NodeId, attributes: NodeId, parameters: NodeId) -> Call<'a> {
        let key = self
            .json
            .get(attributes, "extensionKey")
            .and_then(|key| self.json.scalar(key))
            .unwrap_or_default();
        // An app of Forge has `<app>/<environment>/static/<name>`.
        let name = key.rsplit('/').next().unwrap_or_default().to_owned().into();
        let title =
            self.json.text(parameters, "extensionTitle").or_else(|| self.json.text(attributes, "text"));
        let title = title.or_else(|| {
            self.json.path(parameters, &["macroMetadata", "title"]).and_then(|title| self.json.string(title))
        });
        let mut call = Call {
            name,
            parameters: Vec::new(),
            plain: None,
            has_rich_body: self.json.get(node, "content").is_some(),
            label: title.filter(|title| !title.is_empty()),
        };
        let groups = [
            self.json.get(parameters, "macroParams"),
            self.json.get(parameters, "macroparams"),
            self.json.get(parameters, "guestParams"),
            self.json.get(attributes, "macroParams"),
        ];
        for group in groups.into_iter().flatten() {
            for member in self.json.children(group) {
                let value = self.json.get(member, "value").unwrap_or(member);
                let Some(text) = self.json.scalar(value) else { continue };
                let name = self.json.key(member);
                if name == "__bodyContent" {
                    call.plain = Some(text);
                    continue;
                }
                // What storage format gives no name has an empty one here, or `_parentId`-like names of its own.
                call.parameters.push(Parameter { name, text, resource: None });
            }
        }
        call
    }
}

/// The excerpt of this name, else the first.
pub(super) fn find_excerpt(json: &Json<'_>, name: Option<&str>) -> Option<NodeId> {
    let mut first = None;
    let mut stack = vec![json.root()];
    while let Some(node) = stack.pop() {
        if node == NONE {
            continue;
        }
        stack.push(json.next(node));
        if json.kind(node) == Some(Kind::Object) {
            let attributes = json.get(node, "attrs").unwrap_or(NONE);
            if json.text(attributes, "extensionKey").is_some_and(|key| key == "excerpt")
                && json.get(node, "content").is_some()
            {
                let own = json
                    .path(attributes, &["parameters", "macroParams", "name", "value"])
                    .and_then(|value| json.string(value));
                if name.is_none() || own.as_deref() == name {
                    return Some(node);
                }
                first.get_or_insert(node);
            }
        }
        stack.push(json.child(node));
    }
    first
}
