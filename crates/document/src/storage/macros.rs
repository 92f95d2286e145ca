//! `ac:structured-macro` and its old form `ac:macro`.

use super::{Reader, Step};
use crate::{
    macros::call::{Body, Call, Parameter, carry_out},
    markup::{Markup, NONE, NodeId, NodeKind},
    tree::Style,
};

impl<'a> Reader<'a, '_, '_> {
    pub(super) fn macro_call(&mut self, node: NodeId) {
        let mut call = self.call(node);
        // Some programs put the body into the macro itself.
        let has_loose_body = !call.has_rich_body
            && call.plain.is_none()
            && self.markup.children(node).any(|child| {
                let name = self.markup.name(child);
                let is_setting =
                    matches!(name, "ac:parameter" | "ac:default-parameter") || name.starts_with("fab:");
                self.is_words(child) || !(name.is_empty() || is_setting)
            });
        call.has_rich_body |= has_loose_body;
        let rich =
            if has_loose_body { Some(node) } else { self.markup.child_named(node, "ac:rich-text-body") };
        match carry_out(self.cx, &call) {
            Body::Here => {
                if let Some(body) = rich {
                    self.grouping(body);
                }
            }
            Body::Styled(style) => {
                if let Some(body) = rich {
                    self.children_styled(body, style);
                }
            }
            Body::In(token) => {
                self.push_step(Step::Close(token));
                if let Some(body) = rich {
                    self.children_styled(body, Style::default());
                }
            }
            Body::Code { language, title } => {
                let text = rich.map(|body| self.markup.verbatim(body)).unwrap_or_default();
                self.cx.code(&text, &language, &title);
            }
            Body::Dropped { name, origin } => match rich {
                Some(body) => self.drop_with_words(body, &name, origin),
                None => self.cx.builder.lose(&name, origin, crate::article::Outcome::Dropped, ""),
            },
            Body::Hidden => {}
            Body::Included { body, key, excerpt } => self.cx.include(&body, key, excerpt),
        }
    }

    fn call(&self, node: NodeId) -> Call<'a> {
        let mut call = Call {
            name: self.attribute(node, "ac:name").unwrap_or_default(),
            parameters: Vec::new(),
            plain: None,
            has_rich_body: false,
            label: None,
        };
        for child in self.markup.children(node) {
            match self.markup.name(child) {
                name @ ("ac:parameter" | "ac:default-parameter") => {
                    let key = if name == "ac:parameter" { self.attribute(child, "ac:name") } else { None };
                    let text = self.markup.verbatim(child);
                    let resource = if self.markup.child(child) == NONE || !text.trim().is_empty() {
                        None
                    } else {
                        self.resource_in(child).and_then(|found| self.resource(found))
                    };
                    let name = key.unwrap_or_default();
                    call.parameters.push(Parameter { name, text, resource });
                }
                "ac:plain-text-body" => call.plain = Some(self.markup.verbatim(child)),
                "ac:rich-text-body" => call.has_rich_body = true,
                _ => {}
            }
        }
        call
    }
}

/// The body of the excerpt of this name, else of the first.
pub(super) fn find_excerpt(markup: &Markup<'_>, name: Option<&str>) -> Option<NodeId> {
    let mut first = None;
    let mut stack = vec![markup.first()];
    while let Some(node) = stack.pop() {
        if node == NONE {
            continue;
        }
        stack.push(markup.next(node));
        let is_excerpt = markup.kind(node) == NodeKind::Element
            && matches!(markup.name(node), "ac:structured-macro" | "ac:macro")
            && markup.attribute(node, "ac:name").is_some_and(|name| name == "excerpt");
        if is_excerpt && let Some(body) = markup.child_named(node, "ac:rich-text-body") {
            let own_name = markup.children(node).find(|&child| {
                markup.name(child) == "ac:parameter"
                    && markup.attribute(child, "ac:name").is_some_and(|name| name == "name")
            });
            let own_name = own_name.map(|parameter| markup.verbatim(parameter));
            if name.is_none() || own_name.as_deref().map(str::trim) == name {
                return Some(body);
            }
            first.get_or_insert(body);
        }
        stack.push(markup.child(node));
    }
    first
}
