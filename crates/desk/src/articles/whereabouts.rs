//! “Why is this page not here?”: an address of Confluence, and the reason with its cure.

use askama::Template;
use confluence::{Named, PageAddress};
use http::{Response, StatusCode};
use knowledge::whereabouts::{Asked, KnownPage, Whereabouts, whereabouts};
use ports::Database;
use screen::Frame;

use super::ARTICLES;
use crate::error::Error;
use crate::settings::CONFLUENCE;
use crate::visit::Visit;
use crate::words::{Badge, scope_rule, scope_verdict, sentence};

#[derive(Template)]
#[template(path = "whereabouts.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    url: &'a str,
    error: String,
    answer: Option<Answer>,
}

/// The answer: one word, the reason, and what to do.
#[derive(Debug)]
struct Answer {
    badge: Badge,
    title: String,
    source_url: String,
    reason: String,
    cure: String,
    /// Where to go on: the words of the link, and its address.
    action: Option<(String, String)>,
}

impl Answer {
    fn new(badge: Badge, reason: impl Into<String>, cure: impl Into<String>) -> Self {
        let (reason, cure) = (reason.into(), cure.into());
        Self { badge, title: String::new(), source_url: String::new(), reason, cure, action: None }
    }

    fn with_action(self, words: &str, address: String) -> Self {
        Self { action: Some((words.to_owned(), address)), ..self }
    }
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let url = visit.query.get("url");
    let (mut error, mut answer) = (String::new(), None);
    if !url.is_empty() {
        match PageAddress::parse(url) {
            Ok(address) => {
                let asked = match &address.names {
                    Named::Content(id) => Asked::Content(id),
                    Named::Titled { space_key, title } => Asked::Titled { space_key, title },
                    Named::Space(key) => Asked::Space(key),
                };
                let found = whereabouts(visit.database, address.site.as_str(), asked)?;
                answer = Some(answer_of(found, &address, visit.is_admin()));
            }
            Err(refusal) => error = sentence(&refusal),
        }
    }
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visit.frame();
    let trail = vec![("Articles".to_owned(), ARTICLES.to_owned())];
    Ok(frame.page(status, &Page { frame: &frame, trail, url, error, answer }))
}

fn answer_of(found: Whereabouts, address: &PageAddress, is_admin: bool) -> Answer {
    let absent = |word| Badge::new(word, "warn", "info");
    let connection = |id: i64| format!("{CONFLUENCE}/{id}");
    match found {
        Whereabouts::AnotherSite { connected } if connected.is_empty() => Answer::new(
            absent("Not connected"),
            "No Confluence site is connected yet.",
            "An admin connects one under Settings.",
        )
        .for_admin(is_admin, "Connect Confluence", format!("{CONFLUENCE}/connect")),
        Whereabouts::AnotherSite { connected } => Answer::new(
            absent("Another site"),
            format!("The page is on {}, which is not connected. Connected: {}.", address.site.host(), connected.join(", ")),
            "Check the address, or have an admin connect that site too.",
        ),
        Whereabouts::NotConnected { connection_id, reason } => Answer::new(
            Badge::new("Connection lost", "bad", "unplug"),
            reason.unwrap_or_else(|| "The connection to this site does not work.".to_owned()),
            "Once an admin has reconnected it, the next sync looks at every page again.",
        )
        .for_admin(is_admin, "Open the connection", connection(connection_id)),
        Whereabouts::Unknown { connection_id, space: Some(space), .. } if !space.is_chosen => Answer::new(
            absent("Space not chosen"),
            format!("Nothing comes from the space {}, for it is not chosen.", space.name),
            "An admin chooses it under the connection’s spaces.",
        )
        .for_admin(is_admin, "Choose spaces", format!("{}/spaces", connection(connection_id))),
        Whereabouts::Unknown { space: Some(space), .. } if matches!(address.names, Named::Space(_)) => Answer::new(
            Badge::new("Space chosen", "ok", "circle-check"),
            format!("The space {} is chosen, and its pages come in.", space.name),
            "Paste the address of one page to hear about it.",
        ),
        Whereabouts::Unknown { connection_id, is_synced: false, .. } => Answer::new(
            absent("Not yet synced"),
            "This site has not been synced yet, so none of its pages is known here.",
            "Choose spaces and wait for the first sync to end.",
        )
        .for_admin(is_admin, "Open the connection", connection(connection_id)),
        Whereabouts::Unknown { connection_id, account_name, .. } => Answer::new(
            absent("Never seen"),
            format!(
                "No sync has seen this page. Either it is newer than the last sync, or its space is not chosen, or it is a \
                 blog post of a space that leaves these out, or the \
                 connected account, {account_name}, may not see it in Confluence, or a data security policy of your \
                 organisation keeps apps away from its space."
            ),
            format!(
                "Start a sync if the page is new. Otherwise check in Confluence that {account_name} may view it, and \
                 ask your Atlassian organisation’s admin about app access rules."
            ),
        )
        .for_admin(is_admin, "Open the connection", connection(connection_id)),
        Whereabouts::Known(page) => {
            let answer = answer_of_page(&page, is_admin);
            let action = answer.action.or_else(|| {
                page.article
                    .as_ref()
                    .map(|article| ("Open the article".to_owned(), format!("{ARTICLES}/{}", article.id)))
            });
            Answer { title: page.title, source_url: page.source_url, action, ..answer }
        }
    }
}

impl Answer {
    fn for_admin(self, is_admin: bool, words: &str, address: String) -> Self {
        if is_admin { self.with_action(words, address) } else { self }
    }
}

fn answer_of_page(page: &KnownPage, is_admin: bool) -> Answer {
    let settings = format!("{CONFLUENCE}/{}", page.connection_id);
    match page.source_state.as_str() {
        "archived" => Answer::new(
            Badge::new("Archived", "warn", "archive"),
            "The page is archived in Confluence, so its article is hidden.",
            "Restore the page in Confluence; the article comes back with its status and category.",
        ),
        "trashed" => Answer::new(
            Badge::new("Deleted", "warn", "x"),
            "The page is in Confluence’s trash, or was deleted for good.",
            "Restore the page in Confluence; the article comes back with its status and category.",
        ),
        "not_visible" => Answer::new(
            Badge::new("Not visible", "warn", "lock"),
            format!(
                "The connected account, {}, no longer sees the page: its permission was taken away, the page was \
                 purged, or a data security policy of your organisation blocks apps in its space.",
                page.account_name
            ),
            "Give the account access in Confluence, or have the policy changed; the next sync brings the article back.",
        ),
        "not_chosen" if page.is_space_chosen && page.is_left_out_blog_post => Answer::new(
            Badge::new("Blog posts left out", "warn", "list-filter"),
            format!("It is a blog post, and those of {} do not come in.", page.space_name),
            "An admin can include the blog posts of the space; the article returns as it was.",
        )
        .for_admin(is_admin, "Include blog posts", format!("{settings}/scope/{}", page.space_id)),
        "not_chosen" if page.is_space_chosen => {
            let (reason, rules) = match &page.out_of_scope {
                Some((verdict, rules)) => {
                    let sentences: Vec<String> = rules.iter().map(scope_rule).collect();
                    (
                        scope_verdict(verdict, rules),
                        format!(" The rules of {}: {}", page.space_name, sentences.join(" ")),
                    )
                }
                None => (
                    "It was left out by a rule that has changed since; the next sync brings it.".to_owned(),
                    String::new(),
                ),
            };
            Answer::new(
                Badge::new("Left out by a rule", "warn", "list-filter"),
                format!("{reason}{rules}"),
                "An admin can change what comes from the space; the article returns as it was.",
            )
            .for_admin(
                is_admin,
                "Change the rules",
                format!("{settings}/scope/{}", page.space_id),
            )
        }
        "not_chosen" => Answer::new(
            Badge::new("Space not chosen", "warn", "info"),
            format!("The page is in the space {}, which is not chosen.", page.space_name),
            "An admin chooses it under the connection’s spaces; the article returns as it was.",
        )
        .for_admin(is_admin, "Choose spaces", format!("{settings}/spaces")),
        _ => answer_of_current(page, is_admin, &settings),
    }
}

fn answer_of_current(page: &KnownPage, is_admin: bool, settings: &str) -> Answer {
    let Some(article) = &page.article else {
        return match &page.failure {
            Some(failure) => Answer::new(
                Badge::new("Not converted", "bad", "triangle-alert"),
                failure.clone(),
                "The page is tried again as soon as it is edited in Confluence.",
            )
            .for_admin(is_admin, "All pages that failed", format!("{settings}/failures")),
            None => Answer::new(
                Badge::new("Not yet synced", "", "clock"),
                "The page has been listed, and its content is on its way.",
                "Wait for the sync to end, or start one with Sync now.",
            )
            .for_admin(is_admin, "Open the connection", settings.to_owned()),
        };
    };
    if let Some(reason) = &article.restriction {
        let node = match &page.restricted_by {
            Some((_, Some(title))) if *title == page.title => {
                " It is the page itself that is restricted.".to_owned()
            }
            Some((_, Some(title))) => format!(" What restricts it is the page “{title}” above it."),
            Some((id, None)) => {
                format!(" What restricts it is the folder or page with the number {id} above it.")
            }
            None => String::new(),
        };
        return Answer::new(
            Badge::new("Restricted", "warn", "lock"),
            format!("{reason}{node}"),
            "Take the view restriction away in Confluence if everyone may read the page; then the article shows itself.",
        );
    }
    match article.status.as_str() {
        "published" if article.is_readable => Answer::new(
            Badge::new("Here and published", "ok", "circle-check"),
            "Employees can find and read it.",
            match &page.failure {
                Some(failure) => format!("They read an earlier version, though. {failure}"),
                None => "If a search does not show it, try other words of its title.".to_owned(),
            },
        )
        .with_action("Open in the help center", format!("/articles/{}/{}", article.id, article.slug)),
        "retired" => Answer::new(
            Badge::new("Retired", "", "archive"),
            "Somebody retired the article, so employees do not see it.",
            "Publish it again if it should be read.",
        ),
        _ => Answer::new(
            Badge::new("Draft", "", "file-text"),
            "The page is here as a draft, which employees do not see.",
            "Look through the article and publish it.",
        ),
    }
}
