//! Atlassian Document Format.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{name, words};

pub(crate) fn adf() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 0..9)
        .prop_map(|blocks| json!({ "type": "doc", "version": 1, "content": blocks }).to_string())
}

fn text() -> impl Strategy<Value = Value> {
    let mark = prop::sample::select(vec![
        json!({ "type": "strong" }),
        json!({ "type": "em" }),
        json!({ "type": "code" }),
        json!({ "type": "strike" }),
        json!({ "type": "underline" }),
        json!({ "type": "subsup", "attrs": { "type": "sub" } }),
        json!({ "type": "textColor", "attrs": { "color": "#ff0000" } }),
        json!({ "type": "link", "attrs": { "href": "https://a.example/(x)?y=1&z=_" } }),
        json!({ "type": "annotation", "attrs": { "id": "1", "annotationType": "inlineComment" } }),
    ]);
    (words(), prop::collection::vec(mark, 0..3), any::<bool>()).prop_map(|(words, marks, apart)| {
        let text = if apart { format!("{words} ") } else { words };
        json!({ "type": "text", "text": text, "marks": marks })
    })
}

fn inline() -> impl Strategy<Value = Value> {
    prop_oneof![
        10 => text(),
        1 => Just(json!({ "type": "hardBreak" })),
        1 => "[A-Z]{2,8}".prop_map(|text| json!({ "type": "status", "attrs": { "text": text, "color": "green", "localId": "identityone" } })),
        1 => "[A-Z][a-z]{2,7}".prop_map(|name| json!({ "type": "mention", "attrs": { "id": "557058:unheard", "text": format!("@{name}") } })),
        1 => Just(json!({ "type": "emoji", "attrs": { "shortName": ":grinning:", "id": "1f600", "text": "😀" } })),
        1 => Just(json!({ "type": "date", "attrs": { "timestamp": "1764028800000" } })),
        1 => Just(json!({ "type": "inlineCard", "attrs": { "url": "https://a.example/page" } })),
        1 => words().prop_map(|text| json!({ "type": "placeholder", "attrs": { "text": format!(" {text} ") } })),
    ]
}

fn line() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(inline(), 1..6)
}

fn paragraph() -> impl Strategy<Value = Value> {
    line().prop_map(|content| json!({ "type": "paragraph", "content": content }))
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => paragraph(),
        3 => (1..=6_u8, line()).prop_map(|(level, content)| json!({ "type": "heading", "attrs": { "level": level }, "content": content })),
        1 => Just(json!({ "type": "rule" })),
        1 => "[ a-z(){};<>&`~_*|#\\n-]{1,60}".prop_map(|code| json!({ "type": "codeBlock", "attrs": { "language": "rust" }, "content": [{ "type": "text", "text": code }] })),
        1 => Just(json!({ "type": "mediaSingle", "attrs": { "layout": "center" }, "content": [{ "type": "media", "attrs": { "type": "file", "id": "6e7dd3mediumf", "collection": "contentidentity", "alt": "picture" } }] })),
        1 => Just(json!({ "type": "blockCard", "attrs": { "url": "https://a.example/page" } })),
        1 => prop::collection::vec((any::<bool>(), line()), 1..4).prop_map(|tasks| {
            let task = |(done, content): &(bool, Vec<Value>)| {
                let state = if *done { "DONE" } else { "TODO" };
                json!({ "type": "taskItem", "attrs": { "localId": "identitytwo", "state": state }, "content": content })
            };
            json!({ "type": "taskList", "attrs": { "localId": "identitytwo" }, "content": tasks.iter().map(task).collect::<Vec<_>>() })
        }),
        1 => line().prop_map(|content| json!({ "type": "decisionList", "attrs": { "localId": "identitytwo" }, "content": [
            { "type": "decisionItem", "attrs": { "localId": "identitytwo", "state": "DECIDED" }, "content": content }
        ] })),
    ]
}

fn block() -> impl Strategy<Value = Value> {
    leaf().boxed().prop_recursive(4, 40, 5, |block| {
        let blocks = prop::collection::vec(block, 1..4).boxed();
        let panels = prop::sample::select(vec!["info", "note", "warning", "success", "error", "custom"]);
        prop_oneof![
            3 => (prop::sample::select(vec!["bulletList", "orderedList"]), prop::collection::vec(item(blocks.clone()), 1..4))
                .prop_map(|(list, items)| json!({ "type": list, "content": items })),
            3 => table(blocks.clone()),
            1 => blocks.clone().prop_map(|content| json!({ "type": "blockquote", "content": content })),
            2 => (panels, blocks.clone())
                .prop_map(|(kind, content)| json!({ "type": "panel", "attrs": { "panelType": kind }, "content": content })),
            2 => (name(), blocks.clone())
                .prop_map(|(title, content)| json!({ "type": "expand", "attrs": { "title": title }, "content": content })),
            1 => (blocks.clone(), blocks.clone()).prop_map(|(left, right)| json!({ "type": "layoutSection", "content": [
                { "type": "layoutColumn", "attrs": { "width": 50 }, "content": left },
                { "type": "layoutColumn", "attrs": { "width": 50 }, "content": right },
            ] })),
            1 => blocks.prop_map(|content| json!({ "type": "bodiedExtension", "attrs": {
                "extensionType": "com.atlassian.confluence.macro.core", "extensionKey": "acme-unheard-of",
                "parameters": { "macroParams": {}, "macroMetadata": {} }
            }, "content": content })),
        ]
    })
}

fn item(blocks: BoxedStrategy<Vec<Value>>) -> impl Strategy<Value = Value> {
    (paragraph(), prop::option::weighted(0.3, blocks)).prop_map(|(paragraph, blocks)| {
        let content: Vec<_> = std::iter::once(paragraph).chain(blocks.into_iter().flatten()).collect();
        json!({ "type": "listItem", "content": content })
    })
}

fn table(blocks: BoxedStrategy<Vec<Value>>) -> impl Strategy<Value = Value> {
    let cell = prop_oneof![4 => paragraph().prop_map(|paragraph| vec![paragraph]), 1 => blocks];
    let span = prop_oneof![8 => Just(json!({})), 1 => Just(json!({ "colspan": 2 })), 1 => Just(json!({ "rowspan": 2 }))];
    (1..4_usize, any::<bool>()).prop_flat_map(move |(columns, has_header)| {
        let row = prop::collection::vec((span.clone(), cell.clone()), columns);
        prop::collection::vec(row, 1..4).prop_map(move |rows| {
            let row = |(at, cells): (usize, &Vec<(Value, Vec<Value>)>)| {
                let kind = if at == 0 && has_header { "tableHeader" } else { "tableCell" };
                let cell = |(attrs, content): &(Value, Vec<Value>)| json!({ "type": kind, "attrs": attrs, "content": content });
                json!({ "type": "tableRow", "content": cells.iter().map(cell).collect::<Vec<_>>() })
            };
            json!({ "type": "table", "content": rows.iter().enumerate().map(row).collect::<Vec<_>>() })
        })
    })
}
