//! `ac:adf-extension`: nodes of ADF that the storage format has no form for, each with a fallback.

use super::Reader;
use crate::{
    article::{Origin, Outcome},
    macros::{self, call::label_of},
    markup::NodeId,
    tree::{Block, CalloutKind},
};

impl Reader<'_, '_, '_> {
    /// The node if it is understood, else the fallback; never both.
    pub(super) fn adf_extension(&mut self, node: NodeId) {
        let is_known = |kind: &str| {
            matches!(
                kind,
                "panel" | "decision-list" | "decision-item" | "extension" | "bodied-extension" | "paragraph"
            )
        };
        let known = self.markup.children(node).find(|&child| {
            self.markup.name(child) == "ac:adf-node"
                && self.attribute(child, "type").is_some_and(|kind| is_known(&kind))
        });
        match known.or_else(|| self.markup.child_named(node, "ac:adf-fallback")) {
            Some(child) if self.markup.name(child) == "ac:adf-node" => self.adf_node(child),
            Some(fallback) => self.grouping(fallback),
            None => self.grouping(node),
        }
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
        let kind = self.attribute(node, "type").unwrap_or_default();
        let content = self.markup.child_named(node, "ac:adf-content");
        match &*kind {
            "panel" => {
                let kind =
                    CalloutKind::from_panel_type(&self.adf_attribute(node, "panel-type").unwrap_or_default());
                let title = self
                    .adf_attribute(node, "panel-title")
                    .or_else(|| self.adf_attribute(node, "panel-icon-text"));
                let title = self.cx.builder.keep_line(title.as_deref().unwrap_or_default());
                self.block(content.unwrap_or(node), Block::Callout { kind, title });
            }
            "decision-list" => self.block(content.unwrap_or(node), Block::Decisions),
            "decision-item" => {
                let decided = self
                    .adf_attribute(node, "state")
                    .is_none_or(|state| state.eq_ignore_ascii_case("decided"));
                self.block(content.unwrap_or(node), Block::Decision { decided });
            }
            "paragraph" => self.block(content.unwrap_or(node), Block::Paragraph),
            "extension" | "bodied-extension" => {
                let key = self.adf_attribute(node, "extension-key").unwrap_or_default();
                let name = key.rsplit('/').next().unwrap_or_default().to_lowercase();
                let label =
                    self.adf_attribute(node, "extension-title").or_else(|| self.adf_attribute(node, "text"));
                let label = label.unwrap_or_else(|| label_of(&name));
                let name = if name.is_empty() { "extension" } else { &name };
                let origin = macros::find(name).map_or(Origin::UnknownApp, |(origin, _)| origin);
                match content {
                    Some(content) => {
                        self.cx.builder.lose(name, origin, Outcome::Approximated, "");
                        self.grouping(content);
                    }
                    None => self.cx.shown_in_confluence(name, origin, &label),
                }
            }
            kind => {
                let kind: String = kind.chars().take(60).collect();
                self.cx.builder.lose(&format!("adf:{kind}"), Origin::Native, Outcome::Approximated, "");
                self.grouping(content.unwrap_or(node));
            }
        }
    }
}
