//! Macros whose content stands in the page itself.

use super::call::{Body, Call};
use crate::{
    article::{Origin, Outcome},
    context::Context,
    html::mathml,
    tree::{Block, CalloutKind, Inline, Leaf, LinkId, Style, Token},
};

pub(super) fn plain_in(cx: &mut Context<'_>, call: &Call<'_>, token: Token) -> Body {
    if let Some(plain) = call.plain() {
        cx.builder.text(plain, Style::default());
    }
    Body::In(token)
}

pub(super) fn callout(cx: &mut Context<'_>, call: &Call<'_>, kind: CalloutKind, title: Option<&str>) -> Body {
    let title = cx.builder.keep_line(title.unwrap_or_default());
    let token = cx.builder.open(Block::Callout { kind, title });
    plain_in(cx, call, token)
}

pub(super) fn code(cx: &mut Context<'_>, call: &Call<'_>, language: &str) -> Body {
    let title = call.text("title").unwrap_or_default();
    match &call.plain {
        Some(text) => {
            cx.code(text, language, title);
            Body::Here
        }
        None => Body::Code { language: language.to_owned(), title: title.to_owned() },
    }
}

pub(super) fn formula(
    cx: &mut Context<'_>,
    name: &str,
    origin: Origin,
    tex: Option<&str>,
    is_block: bool,
) -> Body {
    if let Some(tex) = tex.map(str::trim) {
        match mathml(tex, is_block) {
            Some(mathml) => cx.builder.take_html(mathml.len()),
            // It is shown as TeX.
            None => cx.builder.lose(name, origin, Outcome::Approximated, ""),
        }
        let tex = cx.builder.keep(tex);
        if is_block {
            cx.builder.leaf(Leaf::Math(tex));
        } else {
            cx.builder.inline(Inline::Math(tex), cx.style);
        }
    }
    Body::Here
}

/// The task list of Confluence 3: a line of text per task, or a row `|T|M|F|…|words|`.
pub(super) fn old_tasks(cx: &mut Context<'_>, call: &Call<'_>) {
    if let Some(title) = call.first(&["title", ""]) {
        cx.paragraph(title, Style::default());
    }
    let Some(lines) = call.plain() else { return };
    let tasks = cx.builder.open(Block::Tasks);
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("||")) {
        let columns: Vec<_> = line.trim_matches('|').split('|').collect();
        let done = columns.len() > 1 && columns[0].trim() == "T";
        let words = columns.last().copied().unwrap_or(line);
        let task = cx.builder.open(Block::Task { done });
        cx.builder.text(words, Style::default());
        cx.builder.close(task);
    }
    cx.builder.close(tasks);
}

pub(super) fn button(cx: &mut Context<'_>, call: &Call<'_>) -> Body {
    const ADDRESS: [&str; 4] = ["url", "link", "href", "page"];
    let link = match call.resource(&ADDRESS) {
        Some(resource) => cx.resolve(resource, None).0,
        None => call.first(&ADDRESS[..3]).map_or(LinkId::NONE, |address| cx.url_link(address)),
    };
    let style = cx.linked(link);
    if let Some(title) = call.first(&["title", "label", "text", "buttonLabel"]) {
        cx.builder.text(title, style);
        cx.text(" ");
    }
    if let Some(plain) = call.plain() {
        cx.builder.text(plain, style);
    }
    Body::Styled(style)
}

/// The roadmap planner keeps everything in one parameter, as percent-encoded JSON: the names in it are shown.
pub(super) fn roadmap(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin) {
    let title = call.text("title").unwrap_or("Roadmap");
    cx.shown_in_confluence(name, origin, title);
    let Some(source) = call.text("source") else { return };
    let decoded = crate::address::percent_decode(source);
    let Ok(plan) = serde_json::from_str::<serde_json::Value>(&decoded) else { return };
    let Some(lanes) = plan.get("lanes").and_then(|lanes| lanes.as_array()).filter(|lanes| !lanes.is_empty())
    else {
        return;
    };
    let list = cx.builder.open(Block::List);
    for lane in lanes {
        let item = cx.builder.open(Block::Item);
        cx.builder
            .text(lane.get("title").and_then(|title| title.as_str()).unwrap_or_default(), Style::default());
        let bars = lane.get("bars").and_then(|bars| bars.as_array());
        let inner = cx.builder.open(Block::List);
        for title in
            bars.into_iter().flatten().filter_map(|bar| bar.get("title").and_then(|title| title.as_str()))
        {
            let bar = cx.builder.open(Block::Item);
            cx.builder.text(title, Style::default());
            cx.builder.close(bar);
        }
        cx.builder.close(inner);
        cx.builder.close(item);
    }
    cx.builder.close(list);
}

pub(super) fn decision(cx: &mut Context<'_>, call: &Call<'_>) -> Body {
    let decided = call.text("status").is_none_or(|status| !status.eq_ignore_ascii_case("undecided"));
    let token = cx.builder.open(Block::Decision { decided });
    for name in ["title", "outcome", "owner", "date", "due-date"] {
        if let Some(value) = call.text(name) {
            cx.text(value);
            cx.text(" ");
        }
    }
    plain_in(cx, call, token)
}
