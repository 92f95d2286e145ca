//! Reads Atlassian Document Format into a document.
//!
//! The nodes and marks are those of Atlassian's `adf-schema` (full and stage 0), and those outside of it that
//! Confluence has been seen to return.

mod extensions;
mod json;
mod media;
mod nodes;

use crate::{
    context::Context,
    source::ConversionError,
    tree::{Block, Marks, Style, Token},
};
use json::{Json, Kind, NONE, NodeId};

/// Reads a body to where the context's builder stands.
pub(crate) fn read(cx: &mut Context<'_>, body: &str) -> Result<(), ConversionError> {
    let json = Json::parse(body, cx.options.limits.elements)?;
    let root = json.root();
    cx.builder.reserve(json.len() / 4);
    if json.get(root, "type").is_none() && json.get(root, "content").is_none() {
        let reason = "it has no `type`, so it is not Atlassian Document Format".to_owned();
        return Err(ConversionError::NotADocument { reason, offset: 0 });
    }
    Reader { json: &json, cx, steps: vec![Step::Node(root)] }.run();
    Ok(())
}

/// Reads one excerpt of a body: the one of this name, else the first.
pub(crate) fn read_excerpt(
    cx: &mut Context<'_>,
    body: &str,
    name: Option<&str>,
) -> Result<(), ConversionError> {
    let json = Json::parse(body, cx.options.limits.elements)?;
    if let Some(excerpt) = extensions::find_excerpt(&json, name) {
        let mut reader = Reader { json: &json, cx, steps: Vec::new() };
        reader.content(excerpt);
        reader.run();
    }
    Ok(())
}

/// What is still to be done; the stack of these takes the place of recursion.
enum Step {
    /// Read this node.
    Node(NodeId),
    /// Read this node and those after it.
    Siblings(NodeId),
    /// Close a block.
    Close(Token),
    /// End something that is no block of ours.
    Boundary,
    /// Go back to an earlier style.
    Restore(Style),
}

struct Reader<'a, 'm, 'o> {
    json: &'m Json<'a>,
    cx: &'m mut Context<'o>,
    steps: Vec<Step>,
}

impl Reader<'_, '_, '_> {
    fn run(&mut self) {
        while let Some(step) = self.steps.pop() {
            if !self.cx.spend(1) {
                return;
            }
            match step {
                Step::Siblings(NONE) => {}
                Step::Siblings(node) => {
                    self.steps.push(Step::Siblings(self.json.next(node)));
                    self.node(node);
                }
                Step::Node(node) => self.node(node),
                Step::Close(token) => self.cx.builder.close(token),
                Step::Boundary => self.cx.builder.boundary(),
                Step::Restore(style) => self.cx.style = style,
            }
        }
    }

    fn attributes(&self, node: NodeId) -> NodeId {
        self.json.get(node, "attrs").unwrap_or(NONE)
    }

    /// Reads the content of a node next.
    fn content(&mut self, node: NodeId) {
        if let Some(content) = self.json.get(node, "content")
            && self.json.kind(content) == Some(Kind::Array)
        {
            self.steps.push(Step::Siblings(self.json.child(content)));
        }
    }

    /// Reads the content of a node next, in a block of its own.
    fn content_in(&mut self, node: NodeId, token: Token) {
        self.steps.push(Step::Close(token));
        self.content(node);
    }

    fn block(&mut self, node: NodeId, block: Block) {
        let token = self.cx.builder.open(block);
        self.content_in(node, token);
    }

    /// Something that only groups: what is in it stands apart from what is around it.
    fn grouping(&mut self, node: NodeId) {
        self.cx.builder.boundary();
        self.steps.push(Step::Boundary);
        self.content(node);
    }

    /// The text below a node, exactly as it stands: for code.
    fn verbatim(&self, node: NodeId) -> String {
        let mut out = String::new();
        let mut stack = vec![node];
        while let Some(at) = stack.pop() {
            if let Some(text) = self.json.text(at, "text") {
                out.push_str(&text);
            } else if self.json.text(at, "type").is_some_and(|kind| kind == "hardBreak") {
                out.push('\n');
            }
            if let Some(content) = self.json.get(at, "content") {
                let from = stack.len();
                stack.extend(self.json.children(content));
                stack[from..].reverse();
            }
        }
        out
    }

    /// The style that a node's marks give it.
    fn marked(&mut self, node: NodeId) -> Style {
        let mut style = self.cx.style;
        let Some(marks) = self.json.get(node, "marks") else { return style };
        for mark in self.json.children(marks) {
            let kind = self.json.text(mark, "type").unwrap_or_default();
            let attributes = self.attributes(mark);
            let more = match &*kind {
                "strong" => Marks::STRONG,
                "em" => Marks::EM,
                "strike" => Marks::STRIKE,
                "underline" => Marks::UNDERLINE,
                "code" => Marks::CODE,
                "subsup" => match self.json.text(attributes, "type").as_deref() {
                    Some("sub") => Marks::SUB,
                    _ => Marks::SUP,
                },
                "fontSize" => Marks::SMALL,
                "link" => {
                    let address =
                        self.json.text(attributes, "href").or_else(|| self.json.text(attributes, "url"));
                    if let Some(address) = address {
                        let link = self.cx.url_link(&address);
                        style.link = if style.link == crate::tree::LinkId::NONE { link } else { style.link };
                    }
                    continue;
                }
                // Looks, and what only the editor needs.
                "textColor"
                | "backgroundColor"
                | "annotation"
                | "border"
                | "alignment"
                | "indentation"
                | "breakout"
                | "fragment"
                | "dataConsumer"
                | "confluenceInlineComment"
                | "typeAheadQuery" => continue,
                kind => {
                    let kind: String = kind.chars().take(60).collect();
                    self.cx.builder.lose(
                        &format!("mark {kind}"),
                        crate::article::Origin::Markup,
                        crate::article::Outcome::Approximated,
                        "",
                    );
                    continue;
                }
            };
            style.marks = style.marks.with(more);
        }
        style
    }
}
