//! Nothing that a page may hold is without a case of our own in `tests/pages`: every macro that `macros.rs` knows, every
//! element of the storage format, and every node and mark of ADF.

use std::{collections::BTreeSet, fs, path::Path};

const ELEMENTS: &[&str] = &[
    "ac:structured-macro",
    "ac:macro",
    "ac:parameter",
    "ac:default-parameter",
    "ac:rich-text-body",
    "ac:plain-text-body",
    "ac:link",
    "ac:link-body",
    "ac:plain-text-link-body",
    "ri:page",
    "ri:blog-post",
    "ri:attachment",
    "ri:user",
    "ri:url",
    "ri:space",
    "ri:content-entity",
    "ri:shortcut",
    "ac:image",
    "ac:caption",
    "ac:adf-mark",
    "ac:emoticon",
    "ac:hipchat-emoticon",
    "ac:emoji",
    "ac:task-list",
    "ac:task",
    "ac:task-id",
    "ac:task-uuid",
    "ac:task-status",
    "ac:task-body",
    "ac:layout",
    "ac:layout-section",
    "ac:layout-cell",
    "ac:placeholder",
    "ac:inline-comment-marker",
    "ac:adf-extension",
    "ac:adf-node",
    "ac:adf-attribute",
    "ac:adf-parameter",
    "ac:adf-content",
    "ac:adf-leaf",
    "ac:adf-fallback",
    "ac:adf-fragment-mark",
    "ac:adf-fragment-mark-detail",
    "ac:property",
    "ac:figure",
    "time",
    "a",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "colgroup",
    "col",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "span",
    "sub",
    "sup",
    "u",
    "s",
    "del",
    "code",
    "pre",
    "small",
    "big",
    "blockquote",
    "hr",
    "br",
    "strong",
    "em",
    "b",
    "i",
    "img",
    "font",
    "center",
    "div",
    "iframe",
];

const NODES: &[&str] = &[
    "doc",
    "paragraph",
    "heading",
    "blockquote",
    "bulletList",
    "orderedList",
    "listItem",
    "codeBlock",
    "rule",
    "panel",
    "table",
    "tableRow",
    "tableCell",
    "tableHeader",
    "mediaSingle",
    "mediaGroup",
    "media",
    "caption",
    "taskList",
    "taskItem",
    "blockTaskItem",
    "decisionList",
    "decisionItem",
    "expand",
    "nestedExpand",
    "layoutSection",
    "layoutColumn",
    "blockCard",
    "embedCard",
    "extension",
    "bodiedExtension",
    "syncBlock",
    "bodiedSyncBlock",
    "multiBodiedExtension",
    "extensionFrame",
    "bodiedRule",
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "date",
    "status",
    "inlineCard",
    "inlineExtension",
    "mediaInline",
    "placeholder",
    "applicationCard",
    "image",
    "confluenceUnsupportedBlock",
    "confluenceUnsupportedInline",
    "confluenceJiraIssue",
    "confluenceInlineComment",
    "unknownBlock",
    "unsupportedBlock",
    "unsupportedInline",
];

const MARKS: &[&str] = &[
    "strong",
    "em",
    "strike",
    "underline",
    "code",
    "subsup",
    "link",
    "textColor",
    "backgroundColor",
    "annotation",
    "border",
    "alignment",
    "indentation",
    "breakout",
    "fontSize",
    "fragment",
    "dataConsumer",
    "unsupportedMark",
];

fn inputs(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    fs::read_dir(folder)
        .expect("the folder of cases")
        .filter_map(|case| fs::read_to_string(case.expect("a case").path().join(name)).ok())
        .collect()
}

/// Every name in quotes that begins an arm of the table of macros.
fn known_macros() -> BTreeSet<&'static str> {
    let table = include_str!("../src/macros.rs").split_once("match name {").expect("the table of macros").1;
    table
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|name| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit())
        })
        .collect()
}

#[test]
fn every_macro_has_a_case() {
    let (storage, adf, wiki) = (inputs("in.xml"), inputs("in.json"), inputs("in.wiki"));
    let known = known_macros();
    assert!(known.len() > 180, "{} macros", known.len());
    let missing: Vec<_> = known
        .into_iter()
        .filter(|name| {
            !storage.contains(&format!("ac:name=\"{name}\""))
                && !adf.contains(&format!("\"{name}\""))
                && !wiki.contains(&format!("{{{name}"))
        })
        .collect();
    assert!(missing.is_empty(), "add a case to tests/pages for {missing:?}");
}

#[test]
fn every_element_node_and_mark_has_a_case() {
    let (storage, adf) = (inputs("in.xml"), inputs("in.json"));
    let missing_elements: Vec<_> = ELEMENTS
        .iter()
        .filter(|name| ![' ', '>', '/', '\n'].iter().any(|end| storage.contains(&format!("<{name}{end}"))))
        .collect();
    let adf: String = adf.split_whitespace().collect();
    let missing_nodes: Vec<_> =
        NODES.iter().chain(MARKS).filter(|name| !adf.contains(&format!("\"type\":\"{name}\""))).collect();
    assert!(
        missing_elements.is_empty() && missing_nodes.is_empty(),
        "add a case to tests/pages for {missing_elements:?} and {missing_nodes:?}"
    );
}
