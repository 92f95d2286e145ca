//! Reads Confluence's storage format into a document.
//!
//! The format is described on Atlassian's page "Confluence Storage Format"; what that page leaves out was learnt
//! from real pages.

mod adf_nodes;
mod elements;
mod links;
mod macros;

use crate::{
    article::{Origin, Outcome},
    context::Context,
    markup::{Markup, NONE, NodeId, NodeKind},
    source::ConversionError,
    tree::{Block, Marks, Style, Token},
};

/// Reads a body to where the context's builder stands.
pub(crate) fn read(cx: &mut Context<'_>, body: &str) -> Result<(), ConversionError> {
    let markup = Markup::parse(body, cx.options.limits.elements)?;
    cx.builder.reserve(markup.operations());
    if cx.including.is_empty() {
        cx.builder.malformed_at(markup.malformed_at);
    }
    let first = markup.first();
    Reader { markup: &markup, cx, steps: Step::stack(first), summary: None }.run();
    Ok(())
}

/// Reads one excerpt of a body: the one of this name, else the first.
pub(crate) fn read_excerpt(
    cx: &mut Context<'_>,
    body: &str,
    name: Option<&str>,
) -> Result<(), ConversionError> {
    let markup = Markup::parse(body, cx.options.limits.elements)?;
    if let Some(excerpt) = macros::find_excerpt(&markup, name) {
        let first = markup.child(excerpt);
        Reader { markup: &markup, cx, steps: Step::stack(first), summary: None }.run();
    }
    Ok(())
}

/// How many steps are many, so that it is worth looking which of them are needed.
const MANY: usize = 64;

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

impl Step {
    fn stack(first: NodeId) -> Vec<Self> {
        let mut steps = Vec::with_capacity(16);
        steps.push(Self::Siblings(first));
        steps
    }
}

struct Reader<'a, 'm, 'o> {
    markup: &'m Markup<'a>,
    cx: &'m mut Context<'o>,
    steps: Vec<Step>,
    /// The `summary` that was read as the title of its `details`.
    summary: Option<NodeId>,
}

impl<'a> Reader<'a, '_, '_> {
    fn run(&mut self) {
        while let Some(step) = self.steps.pop() {
            if !self.cx.spend(1) {
                return;
            }
            match step {
                Step::Siblings(NONE) => {}
                Step::Siblings(node) => {
                    let next = self.markup.next(node);
                    if next != NONE {
                        self.push_step(Step::Siblings(next));
                    }
                    match self.markup.kind(node) {
                        NodeKind::Element => self.element(node),
                        _ => {
                            let text = self.markup.text(node);
                            self.cx.text(&text);
                        }
                    }
                }
                Step::Close(token) => self.cx.builder.close(token),
                Step::Boundary => self.cx.builder.boundary(),
                Step::Restore(style) => self.cx.style = style,
            }
        }
    }

    fn push_step(&mut self, step: Step) {
        // What is done twice in a row is done once, or else broken markup would have as many steps as elements.
        match (self.steps.last(), &step) {
            (Some(Step::Restore(_)), Step::Restore(_)) | (Some(Step::Boundary), Step::Boundary) => return,
            (Some(Step::Close(last)), Step::Close(token)) if last == token => return,
            // What was closed meanwhile, because nothing of its kind may stand in it, need not be closed again.
            (Some(&Step::Close(last)), Step::Close(_))
                if self.steps.len() > MANY && !self.cx.builder.is_open(last) =>
            {
                self.steps.pop();
            }
            _ => {}
        }
        crate::text::grow(&mut self.steps);
        self.steps.push(step);
    }

    fn attribute(&self, node: NodeId, name: &str) -> Option<std::borrow::Cow<'a, str>> {
        self.markup.attribute(node, name)
    }

    /// An attribute that is not empty.
    fn owned(&self, node: NodeId, name: &str) -> Option<String> {
        self.attribute(node, name).map(std::borrow::Cow::into_owned).filter(|value| !value.is_empty())
    }

    /// Reads the children of a node next.
    fn children(&mut self, node: NodeId) {
        self.push_step(Step::Siblings(self.markup.child(node)));
    }

    /// Reads the children of a node next, in a block of their own.
    fn children_in(&mut self, node: NodeId, token: Token) {
        self.push_step(Step::Close(token));
        self.children(node);
    }

    /// Reads the children of a node next, in another style.
    fn children_styled(&mut self, node: NodeId, style: Style) {
        self.push_step(Step::Restore(self.cx.style));
        self.cx.style = style;
        self.children(node);
    }

    fn block(&mut self, node: NodeId, block: Block) {
        let token = self.cx.builder.open(block);
        self.children_in(node, token);
    }

    /// A block of the source that only groups: what is in it stands apart from what is around it.
    fn grouping(&mut self, node: NodeId) {
        self.cx.builder.boundary();
        self.push_step(Step::Boundary);
        self.children(node);
    }

    fn marked(&mut self, node: NodeId, marks: Marks) {
        let style = self.cx.style;
        self.children_styled(node, Style { marks: style.marks.with(marks), ..style });
    }

    fn words(&self, node: NodeId) -> String {
        let mut words = String::new();
        self.markup.words_into(node, &mut words);
        words
    }

    /// Leaves out a node and everything in it.
    fn drop_with_words(&mut self, node: NodeId, name: &str, origin: Origin) {
        let words = self.words(node);
        self.cx.builder.lose(name, origin, Outcome::Dropped, &words);
    }

    /// Leaves out a node, but keeps quiet if it held nothing that a person reads.
    fn drop_unless_empty(&mut self, node: NodeId, name: &str) {
        let words = self.words(node);
        if !words.is_empty() {
            self.cx.builder.lose(name, Origin::Markup, Outcome::Dropped, &words);
        }
    }

    /// The first element below `node`, itself included, whose name begins with `ri:`.
    fn resource_in(&self, node: NodeId) -> Option<NodeId> {
        let mut stack = vec![node];
        while let Some(at) = stack.pop() {
            if self.markup.name(at).starts_with("ri:") {
                return Some(at);
            }
            if at != node && self.markup.next(at) != NONE {
                stack.push(self.markup.next(at));
            }
            if self.markup.child(at) != NONE {
                stack.push(self.markup.child(at));
            }
        }
        None
    }
}
