//! Carries out what is done with a macro, whichever format called it.

use std::borrow::Cow;

use super::{
    Action,
    call::{Body, Call},
    content::{button, callout, code, decision, formula, old_tasks, plain_in, roadmap},
    find,
    references::{attachments, children, diagram, embed, file, include, jira, profile, query},
};
use crate::{
    article::{DependencyKind, Origin, Outcome},
    context::Context,
    source::{Format, Included},
    tree::{Block, CalloutKind, Leaf},
};

/// The longest name that is reported.
const NAME: usize = 80;

/// Carries out a macro, and says what becomes of its body.
pub(crate) fn carry_out(cx: &mut Context<'_>, call: &Call<'_>) -> Body {
    let name = call.name.trim();
    let is_lower = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    let lower = if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_lowercase()) };
    let end = lower.char_indices().nth(NAME).map_or(lower.len(), |(end, _)| end);
    let name = &lower[..end];
    match find(name) {
        Some((origin, action)) => known(cx, call, name, origin, action),
        None => unknown(cx, call, name),
    }
}

fn known(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin, action: Action) -> Body {
    match action {
        Action::Callout(kind) => return callout(cx, call, kind, call.text("title")),
        Action::TypedCallout => {
            let kind = match call.text("type").unwrap_or_default().to_lowercase().as_str() {
                "success" => CalloutKind::Success,
                "warning" => CalloutKind::Warning,
                "error" => CalloutKind::Error,
                "hint" | "tip" => CalloutKind::Tip,
                _ => CalloutKind::Info,
            };
            return callout(cx, call, kind, call.text("title"));
        }
        Action::Panel => {
            // An icon without a character of its own is a name, which says less than nothing.
            let icon = call.text("panelIconText").filter(|icon| !icon.starts_with(':'));
            let parts: Vec<_> = icon.into_iter().chain(call.text("title")).collect();
            return callout(cx, call, CalloutKind::Panel, Some(&parts.join(" ")));
        }
        Action::Code => {
            let language = call.first(&["language", "lang", ""]).unwrap_or_default();
            return code(cx, call, language);
        }
        Action::Preformatted => return code(cx, call, ""),
        Action::Expand => {
            let title = cx.builder.keep_line(call.first(&["title", ""]).unwrap_or_default());
            let token = cx.builder.open(Block::Expand { title });
            return plain_in(cx, call, token);
        }
        Action::Contents => {
            let level =
                |name, default| call.text(name).and_then(|level| level.parse().ok()).unwrap_or(default);
            cx.builder.leaf(Leaf::Contents { least: level("minLevel", 1), most: level("maxLevel", 7) });
        }
        Action::Anchor => {
            if let Some(anchor) = call.first(&["", "anchor", "name"]) {
                cx.builder.anchor(anchor);
            }
        }
        Action::Status => {
            let colour = call.first(&["colour", "color"]).unwrap_or_default();
            // Confluence shows the colour's name where there is no title.
            cx.status(call.first(&["title", ""]).unwrap_or(colour), colour);
        }
        Action::Jira => jira(cx, call, name),
        Action::Excerpt | Action::Details => {
            if call.is_true("hidden") {
                // It is there for other pages to include.
                return Body::Dropped { name: name.to_owned(), origin };
            }
        }
        Action::Include => return include(cx, call, name, DependencyKind::IncludedPage),
        Action::ExcerptInclude => return include(cx, call, name, DependencyKind::Excerpt),
        Action::Children => children(cx, call, name, origin),
        Action::Query => query(cx, call, name, origin),
        Action::Attachments | Action::Gallery => attachments(cx, call, name, origin),
        Action::File => file(cx, call, name, origin),
        Action::Embed => embed(cx, call, name, origin),
        Action::Profile => profile(cx, call),
        Action::OldTasks => {
            old_tasks(cx, call);
            return Body::Here;
        }
        Action::Body => {}
        Action::Section | Action::Chart => {
            if action == Action::Chart {
                cx.builder.lose(name, origin, Outcome::Approximated, "");
            }
            let title = call.first(&["title", "label", "name", "language", ""]).unwrap_or_default();
            let title = cx.builder.keep_line(title);
            let token = cx.builder.open(Block::Section { title });
            return plain_in(cx, call, token);
        }
        Action::Button => return button(cx, call),
        Action::MathBlock => {
            let tex = call.plain().or_else(|| call.first(&["body", ""]));
            return formula(cx, name, origin, tex, true);
        }
        Action::MathInline => {
            let tex = call.first(&["body", ""]).or_else(|| call.plain());
            return formula(cx, name, origin, tex, false);
        }
        Action::DiagramSource | Action::PackedDiagram => {
            let source = match action {
                Action::PackedDiagram => call
                    .text("data")
                    .and_then(|data| cx.builder.unpacked(|room| super::packed_diagram::unpacked(data, room)))
                    .map(Cow::Owned),
                _ => call.plain().map(Cow::Borrowed),
            };
            match source {
                Some(source) => {
                    cx.builder.lose(name, origin, Outcome::Approximated, "");
                    let language = if name == "plantumlcloud" { "plantuml" } else { name };
                    let language = language.split('-').next().unwrap_or_default();
                    cx.code(&source, language, call.text("title").unwrap_or_default());
                }
                None => diagram(cx, call, name, origin),
            }
            if action == Action::DiagramSource {
                return Body::Here;
            }
        }
        Action::Diagram => diagram(cx, call, name, origin),
        Action::Html => {
            cx.builder.lose(name, origin, Outcome::Approximated, "");
            let Some(html) = call.plain() else { return Body::Here };
            return markup(cx, html.to_owned()).unwrap_or_else(|| code(cx, call, "html"));
        }
        Action::Markdown => {
            let Some(markdown) = call.plain() else { return Body::Here };
            return markup(cx, html_of_markdown(markdown)).unwrap_or_else(|| {
                cx.builder.lose(name, origin, Outcome::Approximated, "");
                code(cx, call, "markdown")
            });
        }
        Action::Roadmap => roadmap(cx, call, name, origin),
        Action::Decision => return decision(cx, call),
        Action::Restricted => {
            // The words are for some readers only: they must not even be in the report.
            cx.builder.lose(name, origin, Outcome::Dropped, "");
            return Body::Hidden;
        }
        Action::Labels => match cx.names(|resolver| resolver.labels()) {
            Some(labels) => cx.text(&labels.join(", ")),
            None => cx.shown_in_confluence(name, origin, "Labels"),
        },
        Action::Dynamic => {
            let label = label_of(name);
            let title = call.text("title").or(call.label.as_deref()).unwrap_or(&label);
            cx.shown_in_confluence(name, origin, title);
        }
        Action::Control => cx.builder.lose(name, origin, Outcome::Dropped, ""),
        Action::Footnote => {
            if let Some(text) = call.text("text") {
                cx.text(&format!(" ({text}) "));
            }
        }
    }
    if let Some(plain) = call.plain() {
        cx.text(plain);
    }
    Body::Here
}

/// HTML inside the page: the same reader that makes storage format safe makes it safe. None if it is nested too deep.
fn markup(cx: &mut Context<'_>, html: String) -> Option<Body> {
    if cx.including.len() >= cx.options.limits.includes {
        return None;
    }
    let body = Included { format: Format::Storage, body: html, owner: None };
    Some(Body::Included { body, key: "markup".to_owned(), excerpt: None })
}

fn html_of_markdown(markdown: &str) -> String {
    let options = pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH;
    let mut html = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(markdown, options));
    html
}

/// A macro of an app that is not known: its body is the author's own text, its parameters are settings.
fn unknown(cx: &mut Context<'_>, call: &Call<'_>, name: &str) -> Body {
    let name = if name.is_empty() { "macro" } else { name };
    let plain = call.plain();
    if !call.has_rich_body && plain.is_none() {
        let label = call.label.as_deref().map_or_else(|| label_of(name), str::to_owned);
        cx.shown_in_confluence(name, Origin::UnknownApp, &label);
        return Body::Here;
    }
    cx.builder.lose(name, Origin::UnknownApp, Outcome::Approximated, "");
    if let Some(plain) = plain {
        cx.code(plain, "", "");
    }
    Body::Here
}

/// The name of a macro as people would write it.
pub(crate) fn label_of(name: &str) -> String {
    let words = match name {
        "detailssummary" => "page properties report",
        "tasks-report-macro" => "task report",
        "decisionreport" => "decision report",
        "content-report-table" => "content report",
        "blog-posts" => "blog posts",
        "userlister" => "list of users",
        "listlabels" => "list of labels",
        "favpages" => "favourite pages",
        "navmap" => "pages by label",
        "network" => "people who are followed",
        "multiexcerpt-include"
        | "multiexcerpt-include-macro"
        | "multiexcerpt-fast-include-block-macro"
        | "multiexcerpt-fast-include-inline-macro"
        | "include-shared-block" => "passage of another page",
        _ => name,
    };
    let words = words.replace(['-', '_'], " ");
    let mut characters = words.trim().chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "Content of an app".to_owned(),
    }
}
