//! Judges that know nothing of the crate: a browser's parser, a sanitizer, a Markdown parser.
#![allow(dead_code, unused_imports, reason = "each test uses some of the judges")]

mod read_back;
mod words;

use std::collections::{HashMap, HashSet};

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink, tree_builder::TreeBuilderOpts};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

pub(crate) use read_back::read_back;
pub(crate) use words::{word_counts, words};

pub(crate) fn parse(html: &str) -> RcDom {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts { exact_errors: true, scripting_enabled: true, ..Default::default() },
        ..Default::default()
    };
    let document = format!("<!DOCTYPE html><html><head><title>t</title></head><body>{html}</body></html>");
    parse_document(RcDom::default(), options).one(document)
}

/// What a browser's parser complains of.
pub(crate) fn parse_errors(html: &str) -> Vec<String> {
    parse(html).errors.borrow().iter().map(ToString::to_string).collect()
}

/// The text of an article's HTML.
pub(crate) fn visible_text(html: &str) -> String {
    let dom = parse(html);
    let mut out = String::new();
    let mut stack = vec![dom.document.clone()];
    while let Some(node) = stack.pop() {
        match &node.data {
            NodeData::Text { contents } => {
                out.push_str(&contents.borrow());
            }
            NodeData::Element { name, .. } => {
                // A formula counts once, by its TeX.
                let is_drawn = &*name.ns == "http://www.w3.org/1998/Math/MathML"
                    && !matches!(&*name.local, "math" | "semantics" | "annotation");
                if &*name.local == "title" || is_drawn {
                    continue;
                }
                // Blocks keep words apart.
                if !matches!(
                    &*name.local,
                    "strong" | "em" | "u" | "s" | "del" | "sub" | "sup" | "small" | "code" | "a"
                ) {
                    out.push(' ');
                }
            }
            _ => {}
        }
        stack.extend(node.children.borrow().iter().rev().cloned());
    }
    out
}

/// Calls `visit` with the name and the attributes of every element.
pub(crate) fn elements(html: &str, mut visit: impl FnMut(&str, &HashMap<String, String>)) {
    let dom = parse(html);
    let mut stack: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = stack.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attributes = attrs
                .borrow()
                .iter()
                .map(|attr| (attr.name.local.to_string(), attr.value.to_string()))
                .collect();
            visit(&name.local, &attributes);
        }
        stack.extend(node.children.borrow().iter().rev().cloned());
    }
}

/// The article as a sanitizer leaves it that allows what the crate promises to use, and no more.
pub(crate) fn sanitized(html: &str) -> String {
    let tags: HashSet<&str> = [
        "a",
        "blockquote",
        "br",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "nav",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "math",
        "semantics",
        "mrow",
        "mi",
        "mo",
        "mn",
        "mtext",
        "mspace",
        "msup",
        "msub",
        "msubsup",
        "mfrac",
        "msqrt",
        "mroot",
        "mtable",
        "mtr",
        "mtd",
        "mover",
        "munder",
        "munderover",
        "mpadded",
        "mphantom",
        "mstyle",
        "menclose",
        "merror",
        "annotation",
        "mmultiscripts",
        "mprescripts",
    ]
    .into();
    let attributes: HashMap<&str, HashSet<&str>> = [
        ("a", ["href"].as_slice()),
        ("code", &["class"]),
        ("details", &["class"]),
        ("div", &["class", "role", "aria-label", "tabindex"]),
        ("figure", &["class"]),
        ("h2", &["id"]),
        ("h3", &["id"]),
        ("h4", &["id"]),
        ("h5", &["id"]),
        ("h6", &["id"]),
        ("img", &["src", "alt", "width", "height", "loading"]),
        ("li", &["class"]),
        ("nav", &["class", "aria-label"]),
        ("ol", &["start"]),
        ("p", &["class"]),
        ("pre", &["tabindex", "role", "aria-label"]),
        ("span", &["class", "id", "role", "aria-label"]),
        ("td", &["colspan", "rowspan"]),
        ("th", &["scope", "colspan", "rowspan"]),
        ("time", &["datetime"]),
        ("ul", &["class"]),
        ("math", &["display"]),
        ("annotation", &["encoding"]),
        (
            "mo",
            &[
                "stretchy",
                "form",
                "fence",
                "separator",
                "largeop",
                "movablelimits",
                "lspace",
                "rspace",
                "minsize",
                "maxsize",
                "symmetric",
                "accent",
            ],
        ),
        ("mi", &["mathvariant"]),
        ("mspace", &["width"]),
        ("mover", &["accent"]),
        ("munder", &["accentunder"]),
        ("mfrac", &["linethickness"]),
        ("mtd", &["class", "columnalign"]),
        ("mtable", &["class", "displaystyle", "columnalign", "scriptlevel"]),
        ("mpadded", &["width", "height", "depth", "lspace", "voffset"]),
        ("mstyle", &["displaystyle", "scriptlevel", "mathsize"]),
        ("menclose", &["notation"]),
        ("mrow", &["class"]),
    ]
    .into_iter()
    .map(|(tag, names)| (tag, names.iter().copied().collect()))
    .collect();
    ammonia::Builder::empty()
        .tags(tags)
        .tag_attributes(attributes)
        .generic_attributes(HashSet::new())
        .url_schemes(["http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "ssh"].into())
        .link_rel(None)
        .clean(html)
        .to_string()
}

/// Markdown as GitHub reads it.
pub(crate) fn markdown_to_html(markdown: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.alerts = true;
    options.extension.autolink = true;
    options.extension.math_code = true;
    options.render.r#unsafe = true;
    comrak::markdown_to_html(markdown, &options)
}

/// The blocks of a page in order, as both forms have them: headings, items, rows and cells of tables, code.
pub(crate) fn shape(html: &str) -> Vec<String> {
    let dom = parse(html);
    let mut shape = Vec::new();
    let mut stack: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = stack.pop() {
        if let NodeData::Element { name, .. } = &node.data {
            match &*name.local {
                "nav" => continue,
                tag @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "table" | "hr") => {
                    shape.push(tag.to_owned())
                }
                // A formula, which has no form in HTML that is a block of its own.
                "pre" if is_math(&node) => continue,
                "pre" => {
                    // Spaces in a line of nothing else are not kept in a table's cell.
                    let text = text_of(&node);
                    let lines = text.lines().map(|line| if line.trim().is_empty() { "" } else { line });
                    shape.push(format!("pre {}", lines.collect::<Vec<_>>().join("\n").trim_end()));
                    continue;
                }
                _ => {}
            }
        }
        stack.extend(node.children.borrow().iter().rev().cloned());
    }
    shape
}

fn text_of(node: &Handle) -> String {
    let mut out = String::new();
    let mut stack = vec![node.clone()];
    while let Some(node) = stack.pop() {
        if let NodeData::Text { contents } = &node.data {
            out.push_str(&contents.borrow());
        }
        stack.extend(node.children.borrow().iter().rev().cloned());
    }
    out
}

fn is_math(pre: &Handle) -> bool {
    let has_mark = |node: &Handle| match &node.data {
        NodeData::Element { attrs, .. } => {
            attrs.borrow().iter().any(|attribute| matches!(&*attribute.value, "math" | "language-math"))
        }
        _ => false,
    };
    has_mark(pre) || pre.children.borrow().iter().any(has_mark)
}
