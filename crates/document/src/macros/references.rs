//! Macros that show what stands elsewhere: other pages, files, people, issues, addresses.

use super::{
    call::{Body, Call},
    carry_out::label_of,
};
use crate::{
    article::{DependencyKind, LinkKind, Origin},
    context::Context,
    resource::Resource,
    source::{Owner, PageTarget},
    tree::{Block, Style},
};

pub(super) fn jira(cx: &mut Context<'_>, call: &Call<'_>, name: &str) {
    let Some(key) = call.text("key") else {
        let query = call.first(&["jqlQuery", "jql"]);
        if query.is_some() {
            cx.depend(DependencyKind::Query, query, None, None);
        }
        let title = call.text("title").unwrap_or("Jira issues");
        match issues_address(call) {
            Some(address) => cx.embed(name, Origin::Native, title, &address),
            None => cx.shown_in_confluence(name, Origin::Native, title),
        }
        return;
    };
    let summary = cx.options.resolver.issue(key).or_else(|| call.text("summary").map(str::to_owned));
    let words = match summary {
        Some(summary) if summary != "true" && summary != "false" => format!("{key}: {summary}"),
        _ => key.to_owned(),
    };
    let base = call.first(&["baseurl", "baseUrl"]);
    let address = base.map(|base| format!("{}/browse/{key}", base.trim_end_matches('/')));
    let address = address.or_else(|| cx.options.addresses.issue(key));
    let link = cx.link_if(LinkKind::External, address);
    cx.lose_to_link(name, Origin::Native, link);
    let style = cx.linked(link);
    cx.builder.text(&words, style);
}

/// Where the issues of the old macro are listed. Its address is that of the list as XML, which people cannot read.
fn issues_address(call: &Call<'_>) -> Option<String> {
    let address = match call.resource(&["url"]) {
        Some(Resource::Url { address }) => address,
        _ => call.first(&["url"])?,
    };
    let Some((site, request)) = address.split_once("/sr/jira.issueviews:searchrequest-xml/") else {
        return Some(address.to_owned());
    };
    let query = request.split(['?', '&']).find_map(|part| part.strip_prefix("jqlQuery="))?;
    Some(format!("{site}/issues/?jql={query}"))
}

pub(super) fn include(cx: &mut Context<'_>, call: &Call<'_>, name: &str, kind: DependencyKind) -> Body {
    let Some(resource) = call.page(&["", "page", "pageTitle"]) else {
        cx.shown_in_confluence(name, Origin::Native, "Included page");
        return Body::Here;
    };
    let resource = cx.at_home(&resource).into_owned();
    let target = resource.page_target();
    cx.depend(kind, target.title, target.id, target.space_key);
    let excerpt = (kind == DependencyKind::Excerpt).then(|| call.text("name").map(str::to_owned));
    if let Some((body, key)) = cx.included(&target, excerpt.as_ref()) {
        return Body::Included { body, key, excerpt };
    }
    let (link, words) = cx.resolve(&resource, None);
    cx.lose_to_link(name, Origin::Native, link);
    cx.labelled_notice("Included page:", &words, link);
    Body::Here
}

pub(super) fn children(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin) {
    let resource = call.page(&["page", "root", ""]).map(|resource| cx.at_home(&resource).into_owned());
    let resource = resource.or_else(|| cx.owner.as_ref().map(Owner::page));
    let target = resource.as_ref().map(Resource::page_target).unwrap_or_default();
    cx.depend(DependencyKind::Children, target.title, target.id, target.space_key);
    if let Some(pages) = cx.pages(|resolver| resolver.children(&target)) {
        cx.list_pages(&pages);
        return;
    }
    match &resource {
        Some(resource) if resource.page_target() != PageTarget::default() => {
            let (link, words) = cx.resolve(resource, None);
            cx.lose_to_link(name, origin, link);
            cx.labelled_notice("Pages under", &words, link);
        }
        _ => cx.shown_in_confluence(name, origin, "Child pages"),
    }
}

pub(super) fn query(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin) {
    let by_label = |labels: &str| {
        let quoted: Vec<_> =
            labels.split(',').map(|label| format!("\"{}\"", label.trim().replace(['"', '\\'], ""))).collect();
        format!("label in ({})", quoted.join(","))
    };
    let cql = call.text("cql").map(str::to_owned).or_else(|| call.first(&["labels", "label"]).map(by_label));
    if let Some(cql) = &cql {
        cx.depend(DependencyKind::Query, Some(cql), None, None);
        if let Some(pages) = cx.pages(|resolver| resolver.query(cql)) {
            cx.list_pages(&pages);
            return;
        }
    }
    cx.shown_in_confluence(name, origin, call.text("title").unwrap_or("Pages by label"));
}

pub(super) fn attachments(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin) {
    let label = if name == "gallery" { "Images attached to the page" } else { "Files attached to the page" };
    let Some(files) = cx.names(|resolver| resolver.attachments()) else {
        cx.shown_in_confluence(name, origin, call.text("title").unwrap_or(label));
        return;
    };
    if let Some(title) = call.text("title") {
        cx.paragraph(title, Style::default());
    }
    let list = cx.builder.open(Block::List);
    for file in files {
        let item = cx.builder.open(Block::Item);
        let (link, words) =
            cx.resolve(&Resource::Attachment { filename: file, media_id: None, page: None }, None);
        cx.builder.text(&words, Style { link, ..Style::default() });
        cx.builder.close(item);
    }
    cx.builder.close(list);
}

pub(super) fn file(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin) {
    let named = call.first(&["name", "file", ""]).map(|filename| Resource::Attachment {
        filename: filename.to_owned(),
        media_id: None,
        page: call.page(&["page"]).map(Box::new),
    });
    match call.resource(&["name", "file", ""]).cloned().or(named) {
        Some(resource) => cx.file(&resource, name, origin),
        None => cx.shown_in_confluence(name, origin, "Attached file"),
    }
}

pub(super) fn embed(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin) {
    const ADDRESS: [&str; 5] = ["url", "src", "uri", "location", ""];
    match call.resource(&ADDRESS) {
        Some(Resource::Url { address }) => {
            let words = call.text("title").unwrap_or(address);
            cx.embed(name, origin, words, address);
        }
        Some(resource) => {
            let (link, words) = cx.resolve(resource, None);
            cx.lose_to_link(name, origin, link);
            cx.notice(&words, link);
        }
        None => match call.first(&ADDRESS) {
            Some(address) => cx.embed(name, origin, call.text("title").unwrap_or(address), address),
            None => cx.shown_in_confluence(name, origin, &label_of(name)),
        },
    }
}

pub(super) fn profile(cx: &mut Context<'_>, call: &Call<'_>) {
    const USER: [&str; 4] = ["user", "User", "username", ""];
    if let Some(user) = call.resource(&USER) {
        cx.mention(user, None);
    } else if let Some(name) = call.first(&USER) {
        let user = Resource::User { account_id: None, user_key: None, username: Some(name.to_owned()) };
        cx.mention(&user, None);
    }
}

pub(super) fn diagram(cx: &mut Context<'_>, call: &Call<'_>, name: &str, origin: Origin) {
    let diagram = call.first(&["diagramDisplayName", "diagramName", "filename", "fileName", "name", "title"]);
    if let Some(diagram) = diagram {
        let file = if diagram.contains('.') { diagram.to_owned() } else { format!("{diagram}.png") };
        cx.depend(DependencyKind::Attachment, Some(&file), None, None);
    }
    let label = diagram.map_or_else(|| "Diagram".to_owned(), |diagram| format!("Diagram: {diagram}"));
    cx.shown_in_confluence(name, origin, &label);
}
