//! Reads Confluence's storage format into a document.
//!
//! The format is described in Atlassian's "Confluence Storage Format" page; what that page leaves out was learnt
//! from real pages.

mod elements;
mod links;
mod macros;
mod parameters;

use crate::{
    article::{Origin, Outcome},
    markup::{Markup, NONE, NodeId, NodeKind},
    source::{ConversionError, Options},
    tree::{Builder, Document, Style, Token},
};

/// Reads a whole body.
pub(crate) fn read(body: &str, options: &Options<'_>) -> Result<Document, ConversionError> {
    let mut builder = Builder::new(options.limits.depth, options.reserved_anchors, body.len());
    read_into(&mut builder, body, options)?;
    Ok(builder.finish())
}

/// Reads a body to where the builder stands.
pub(crate) fn read_into(builder: &mut Builder, body: &str, options: &Options<'_>) -> Result<(), ConversionError> {
    let markup = Markup::parse(body, options.limits.elements)?;
    builder.malformed_at(markup.malformed_at);
    let first = markup.first();
    let mut reader =
        Reader { markup: &markup, builder, options, style: Style::default(), steps: vec![Step::Siblings(first)] };
    reader.run();
    Ok(())
}

/// What is still to be done; the stack of these takes the place of recursion.
enum Step {
    /// Read this node and those after it.
    Siblings(NodeId),
    /// Close a block.
    Close(Token),
    /// End a block of the source that is none of ours.
    Boundary,
    /// Go back to an earlier style.
    Restore(Style),
}

struct Reader<'a, 'b> {
    markup: &'b Markup<'a>,
    builder: &'b mut Builder,
    options: &'b Options<'b>,
    style: Style,
    steps: Vec<Step>,
}

impl Reader<'_, '_> {
    fn run(&mut self) {
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Siblings(NONE) => {}
                Step::Siblings(node) => {
                    let next = self.markup.next(node);
                    if next != NONE {
                        self.steps.push(Step::Siblings(next));
                    }
                    self.node(node);
                }
                Step::Close(token) => self.builder.close(token),
                Step::Boundary => self.builder.boundary(),
                Step::Restore(style) => self.style = style,
            }
        }
    }

    fn node(&mut self, node: NodeId) {
        match self.markup.kind(node) {
            NodeKind::Element => self.element(node),
            NodeKind::Text => {
                let text = self.markup.text(node);
                self.builder.text(&text, self.style);
            }
            NodeKind::Verbatim => self.builder.text(self.markup.raw(node), self.style),
        }
    }

    /// Reads the children of a node next.
    fn children(&mut self, node: NodeId) {
        self.steps.push(Step::Siblings(self.markup.child(node)));
    }

    /// Reads the children of a node next, in a block of their own.
    fn children_in(&mut self, node: NodeId, token: Token) {
        self.steps.push(Step::Close(token));
        self.children(node);
    }

    /// Reads the children of a node next, in another style.
    fn children_styled(&mut self, node: NodeId, style: Style) {
        self.steps.push(Step::Restore(self.style));
        self.style = style;
        self.children(node);
    }

    /// Leaves out a node and everything in it.
    fn drop_with_words(&mut self, node: NodeId, name: &str, origin: Origin) {
        let mut words = String::new();
        self.markup.words_into(node, &mut words);
        self.builder.lose(name, origin, Outcome::Dropped, &words);
    }

    /// Leaves out a node, but keeps quiet if it held nothing that a person reads.
    fn drop_unless_empty(&mut self, node: NodeId, name: &str) {
        let mut words = String::new();
        self.markup.words_into(node, &mut words);
        if !words.is_empty() {
            self.builder.lose(name, Origin::Markup, Outcome::Dropped, &words);
        }
    }
}
