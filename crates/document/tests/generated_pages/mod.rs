//! Pages by a grammar: what Confluence's editors can make, in any order and nesting.

mod adf;
mod storage;

use proptest::prelude::*;

pub(crate) use adf::adf;
pub(crate) use storage::storage;

/// A few words: plain ones, and such as mean something to Markdown or HTML.
fn words() -> impl Strategy<Value = String> {
    let plain = "[a-z]{1,9}".boxed();
    let telling = prop::sample::select(vec![
        "a_b_c",
        "*star*",
        "1.",
        "#tag",
        "a|b",
        "`tick`",
        "<b>",
        "&amp;",
        "[x]",
        "![y](z)",
        "~~gone~~",
        "$5",
        "https://a.example/x_y",
        "+1",
        "-",
        "\\n",
        "Größe",
        "数据",
        "don’t",
        "…",
        "a&b",
        "==",
        "\"quoted\"",
        ":smile:",
        "!",
        "[[w]]",
        "x^2",
        "{code}",
        "|",
        "---",
        ">",
        "@you",
        "www.example.com",
        "a@b.example",
    ])
    .prop_map(str::to_owned)
    .boxed();
    let word = prop_oneof![6 => plain, 1 => telling];
    prop::collection::vec(word, 1..7).prop_map(|words| words.join(" "))
}

/// Words in a line without anything special, for names and titles.
fn name() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{2,8}( [a-z]{2,8}){0,2}"
}
