//! Storage format.

use proptest::prelude::*;

use super::{name, words};

pub(crate) fn storage() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 0..9).prop_map(|blocks| blocks.concat())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

fn parameter(name: &str, value: &str) -> String {
    format!("<ac:parameter ac:name=\"{name}\">{}</ac:parameter>", escaped(value))
}

fn a_macro(name: &str, parameters: &str, body: &str) -> String {
    format!(
        "<ac:structured-macro ac:name=\"{name}\" ac:schema-version=\"1\" ac:macro-id=\"5f3adentifierb2\">{parameters}{body}</ac:structured-macro>"
    )
}

fn rich(body: &str) -> String {
    format!("<ac:rich-text-body>{body}</ac:rich-text-body>")
}

fn text() -> impl Strategy<Value = String> {
    words().prop_map(|words| escaped(&words))
}

/// What stands in a line of its own right, without a line inside.
fn atom() -> impl Strategy<Value = String> {
    // The second reading knows of each word where it comes from, but not what it touches.
    prop_oneof![12 => text(), 12 => thing().prop_map(|thing| format!(" {thing} "))]
}

fn thing() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just("<br />".to_owned()),
        1 => Just("&nbsp;".to_owned()),
        1 => Just("<time datetime=\"2026-11-25\" />".to_owned()),
        1 => Just("<ac:emoticon ac:name=\"tick\" ac:emoji-shortname=\":check_mark:\" ac:emoji-fallback=\"✅\" />".to_owned()),
        1 => Just("<ac:link><ri:user ri:account-id=\"557058:unheard-of-identity\" /></ac:link>".to_owned()),
        1 => Just("<ac:image ac:width=\"300\"><ri:attachment ri:filename=\"a picture.png\" ri:version-at-save=\"1\" /></ac:image>".to_owned()),
        1 => "[A-Z]{2,8}".prop_map(|title| a_macro("status", &(parameter("colour", "Green") + &parameter("title", &title)), "")),
        1 => "[a-z]{3,6}".prop_map(|anchor| a_macro("anchor", &parameter("", &anchor), "")),
        1 => "[A-Z]{2,4}-[1-9]{1,3}".prop_map(|key| a_macro("jira", &parameter("key", &key), "")),
        1 => Just(a_macro("mathinline", &parameter("body", "a_i^2 < b"), "")),
        1 => name().prop_map(|title| format!("<ac:link><ri:page ri:content-title=\"{title}\" /></ac:link>")),
        1 => text().prop_map(|hint| format!("<ac:placeholder> {hint} </ac:placeholder>")),
    ]
}

/// Marks around what stands in a line.
fn marked(atom: BoxedStrategy<String>) -> impl Strategy<Value = String> + Clone {
    atom.prop_recursive(3, 12, 4, |inline| {
        let line = prop::collection::vec(inline, 1..4).prop_map(|parts| parts.join(" "));
        let marks = vec!["strong", "em", "u", "s", "sub", "sup", "code", "span", "del", "small", "b", "i"];
        prop_oneof![
            4 => (prop::sample::select(marks), line.clone()).prop_map(|(mark, line)| format!("<{mark}>{line}</{mark}>")),
            1 => line.prop_map(|line| format!("<ac:inline-comment-marker ac:ref=\"1f2commentf3\">{line}</ac:inline-comment-marker>")),
        ]
    })
}

/// Words that lead somewhere; Confluence has no links inside of links.
fn link() -> impl Strategy<Value = String> {
    let words = marked(text().boxed());
    prop_oneof![
        (words.clone()).prop_map(|words| format!("<a href=\"https://a.example/(x)?y=1&amp;z=_\">{words}</a>")),
        (name(), words).prop_map(|(title, words)| format!(
            "<ac:link ac:anchor=\"Here\"><ri:page ri:content-title=\"{title}\" /><ac:link-body>{words}</ac:link-body></ac:link>"
        )),
    ]
}

/// A line: text, marks around it, links.
fn line() -> impl Strategy<Value = String> {
    let inline = prop_oneof![6 => marked(atom().boxed()), 1 => link()];
    // Some parts touch one another, as half a word in bold does.
    (prop::collection::vec((inline, any::<bool>()), 1..5)).prop_map(|parts| {
        parts.into_iter().fold(String::new(), |line, (part, apart)| {
            if apart || line.is_empty() {
                format!("{line} {part}").trim_start().to_owned()
            } else {
                line + &part
            }
        })
    })
}

fn leaf() -> impl Strategy<Value = String> {
    let code = "[ a-z(){};<>&`~_*|#\\n-]{0,60}";
    prop_oneof![
        8 => line().prop_map(|line| format!("<p>{line}</p>")),
        3 => (1..=6_u8, line()).prop_map(|(level, line)| format!("<h{level}>{line}</h{level}>")),
        1 => Just("<hr />".to_owned()),
        1 => Just("<p class=\"auto-cursor-target\"><br /></p>".to_owned()),
        1 => text().prop_map(|text| format!("<pre>{text}</pre>")),
        1 => (code, prop::sample::select(vec!["rust", "none", "c++", "html/xml"])).prop_map(|(code, language)| {
            a_macro("code", &parameter("language", language), &format!("<ac:plain-text-body>{}</ac:plain-text-body>", cdata(&code)))
        }),
        1 => text().prop_map(|text| a_macro("noformat", "", &format!("<ac:plain-text-body>{}</ac:plain-text-body>", cdata(&text)))),
        1 => Just(a_macro("toc", &parameter("maxLevel", "3"), "")),
        1 => name().prop_map(|title| a_macro("include", &format!("<ac:parameter ac:name=\"\"><ac:link><ri:page ri:content-title=\"{title}\" /></ac:link></ac:parameter>"), "")),
        1 => Just(a_macro("children", &parameter("depth", "2"), "")),
        1 => prop::collection::vec((any::<bool>(), line()), 1..4).prop_map(|tasks| {
            let task = |(done, line): &(bool, String)| {
                let status = if *done { "complete" } else { "incomplete" };
                format!("<ac:task><ac:task-id>7</ac:task-id><ac:task-status>{status}</ac:task-status><ac:task-body><span class=\"placeholder-inline-tasks\">{line}</span></ac:task-body></ac:task>")
            };
            format!("<ac:task-list>{}</ac:task-list>", tasks.iter().map(task).collect::<String>())
        }),
    ]
}

fn block() -> impl Strategy<Value = String> {
    leaf().boxed().prop_recursive(4, 40, 5, |block| {
        let blocks = prop::collection::vec(block, 1..4).prop_map(|blocks| blocks.concat()).boxed();
        prop_oneof![
            3 => list(blocks.clone()),
            3 => table(blocks.clone()),
            1 => blocks.clone().prop_map(|blocks| format!("<blockquote>{blocks}</blockquote>")),
            2 => (prop::sample::select(vec!["info", "note", "tip", "warning", "panel", "expand"]), name(), blocks.clone())
                .prop_map(|(kind, title, blocks)| a_macro(kind, &parameter("title", &title), &rich(&blocks))),
            1 => (prop::sample::select(vec!["excerpt", "details", "acme-unheard-of", "section", "column"]), blocks.clone())
                .prop_map(|(kind, blocks)| a_macro(kind, "", &rich(&blocks))),
            1 => (blocks.clone(), blocks.clone()).prop_map(|(left, right)| format!(
                "<ac:layout><ac:layout-section ac:type=\"two_equal\"><ac:layout-cell>{left}</ac:layout-cell><ac:layout-cell>{right}</ac:layout-cell></ac:layout-section></ac:layout>"
            )),
            1 => (line(), blocks).prop_map(|(term, blocks)| format!("<dl><dt>{term}</dt><dd>{blocks}</dd></dl>")),
        ]
    })
}

fn list(blocks: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let item = (prop::option::of(line()), prop::option::weighted(0.3, blocks)).prop_map(|(line, blocks)| {
        format!("<li>{}{}</li>", line.unwrap_or_default(), blocks.unwrap_or_default())
    });
    (prop::sample::select(vec!["ul", "ol", "ol start=\"4\""]), prop::collection::vec(item, 1..5))
        .prop_map(|(list, items)| format!("<{list}>{}</{}>", items.concat(), &list[..2]))
}

fn table(blocks: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let cell = prop_oneof![4 => line(), 1 => line().prop_map(|line| format!("<p>{line}</p>")), 1 => blocks, 1 => Just(String::new())];
    let span = prop_oneof![8 => Just(""), 1 => Just(" colspan=\"2\""), 1 => Just(" rowspan=\"2\"")];
    (1..4_usize, any::<bool>()).prop_flat_map(move |(columns, has_header)| {
        let row = prop::collection::vec((span.clone(), cell.clone()), columns);
        prop::collection::vec(row, 1..4).prop_map(move |rows| {
            let row = |(at, cells): (usize, &Vec<(&str, String)>)| {
                let tag = if at == 0 && has_header { "th" } else { "td" };
                let cells: String =
                    cells.iter().map(|(span, cell)| format!("<{tag}{span}>{cell}</{tag}>")).collect();
                format!("<tr>{cells}</tr>")
            };
            format!(
                "<table data-layout=\"default\"><tbody>{}</tbody></table>",
                rows.iter().enumerate().map(row).collect::<String>()
            )
        })
    })
}
