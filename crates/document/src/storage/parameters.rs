//! The parameters of a macro.

use super::Reader;
use crate::markup::{NodeId, NodeKind};

impl Reader<'_, '_> {
    /// The `ac:parameter` of this name; `""` is the one that the macro does not name.
    pub(super) fn parameter_node(&self, call: NodeId, name: &str) -> Option<NodeId> {
        self.markup.children(call).find(|&child| {
            self.markup.kind(child) == NodeKind::Element
                && match self.markup.name(child) {
                    "ac:parameter" => self.markup.attribute(child, "ac:name").is_some_and(|given| given == name),
                    "ac:default-parameter" => name.is_empty(),
                    _ => false,
                }
        })
    }

    /// The text of a parameter; none if it is missing or blank.
    pub(super) fn parameter(&self, call: NodeId, name: &str) -> Option<String> {
        let node = self.parameter_node(call, name)?;
        let text = self.markup.verbatim(node);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The first of these parameters that has a text.
    pub(super) fn first_parameter(&self, call: NodeId, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.parameter(call, name))
    }

    /// The `ac:plain-text-body` as it stands.
    pub(super) fn plain_body(&self, call: NodeId) -> Option<String> {
        self.markup.child_named(call, "ac:plain-text-body").map(|body| self.markup.verbatim(body))
    }

    pub(super) fn rich_body(&self, call: NodeId) -> Option<NodeId> {
        self.markup.child_named(call, "ac:rich-text-body")
    }

    /// The first element below `node`, itself included, whose name begins with `ri:`.
    pub(super) fn resource_in(&self, node: NodeId) -> Option<NodeId> {
        let mut stack = vec![node];
        while let Some(at) = stack.pop() {
            if self.markup.kind(at) == NodeKind::Element && self.markup.name(at).starts_with("ri:") {
                return Some(at);
            }
            let below = stack.len();
            stack.extend(self.markup.children(at));
            stack[below..].reverse();
        }
        None
    }
}
