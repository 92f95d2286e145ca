//! What a reviewer sees and does.

use http::StatusCode;
use identity::Role;

use super::{ARTICLES, UNDO};
use crate::sample::{Console, NOW};

fn status(console: &Console, id: i64) -> String {
    console.text(&format!("select status as it from articles where id = {id}"))
}

#[test]
fn the_list_tells_a_hidden_article_from_a_visible_one() {
    let console = Console::connected();
    let seen = console.get(Role::Agent, ARTICLES);
    assert_eq!(seen.status, StatusCode::OK);
    for words in [
        "All 3",
        "Draft 1",
        "Published 2",
        "Retired 0",
        "Published, but hidden",
        "Hidden. The page is restricted in Confluence.",
    ] {
        assert!(seen.says(words), "{words}: {}", seen.words());
    }
    assert!(seen.html.contains("Reset your &#60;password&#62;"), "titles are encoded");
}

#[test]
fn filters_are_in_the_address_and_say_when_nothing_matches() {
    let console = Console::connected();
    let seen = console.get(Role::Agent, &format!("{ARTICLES}?source=restricted&status=published"));
    assert!(seen.says("Salary bands") && !seen.says("Set up the VPN"));
    assert!(seen.html.contains("<option value=\"restricted\" selected>"));
    let seen = console.get(Role::Agent, &format!("{ARTICLES}?q=%22%27%3B--%20OR"));
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.says("No article matches"));
    let seen = console.get(Role::Agent, &format!("{ARTICLES}?page=99"));
    assert!(seen.says("Salary bands"), "a page out of range is the nearest one");
}

#[test]
fn an_empty_console_leads_to_connect() {
    let console = Console::empty();
    let seen = console.get(Role::Admin, ARTICLES);
    assert!(seen.says("No articles yet") && seen.says("Open Confluence settings"));
    let seen = console.get(Role::Agent, "/console");
    assert!(seen.says("Ask an admin to connect your Confluence site"));
    let seen = console.get(Role::Admin, "/console");
    assert!(seen.html.contains("href=\"/console/settings/integrations/confluence/connect\""));
}

#[test]
fn publishing_in_bulk_says_what_stays_hidden_and_can_be_undone() {
    let console = Console::connected();
    console.run("update articles set status = 'draft'", &[]);
    let address = format!("{ARTICLES}?status=draft");
    let done = console.post(Role::Agent, &address, "id=1&id=2&id=3&decision=published");
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, address.as_str()));
    assert!(done.cookies.starts_with("notice="), "{}", done.cookies);
    assert_eq!(status(&console, 1), "published");
    let undone = console.post(Role::Agent, UNDO, &format!("at={NOW}&back={ARTICLES}%3Fstatus%3Ddraft"));
    assert_eq!((undone.status, undone.location.as_str()), (StatusCode::SEE_OTHER, address.as_str()));
    assert_eq!(status(&console, 1), "draft");
}

#[test]
fn all_that_match_are_those_of_the_filter_and_no_others() {
    let console = Console::connected();
    console.post(Role::Agent, &format!("{ARTICLES}?status=published"), "all_matching=1&decision=retired");
    assert_eq!(status(&console, 1), "draft");
    assert_eq!((status(&console, 2), status(&console, 3)), ("retired".into(), "retired".into()));
}

#[test]
fn a_decision_without_articles_or_a_button_changes_nothing_and_says_so() {
    let console = Console::connected();
    for (fields, words) in [
        ("decision=published", "tick the articles first"),
        ("id=1", "choose what to do"),
        ("id=1&decision=delete", "choose what to do"),
    ] {
        let seen = console.post(Role::Agent, ARTICLES, fields);
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        assert!(seen.says(words), "{fields}: {}", seen.words());
    }
    let seen = console.post(Role::Agent, ARTICLES, "id=1");
    assert!(
        seen.html.contains("value=\"1\" aria-label=\"Select Reset your &#60;password&#62;\" checked"),
        "ticks are kept"
    );
    assert_eq!(status(&console, 1), "draft");
}

#[test]
fn undo_never_leads_to_another_place() {
    let console = Console::connected();
    for back in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2Fsign-in%2Fout"] {
        let seen = console.post(Role::Agent, UNDO, &format!("at=1&back={back}"));
        assert_eq!(seen.location, ARTICLES, "{back}");
    }
}

#[test]
fn an_article_says_where_it_is_from_what_is_missing_and_what_happened_to_it() {
    let console = Console::connected();
    console.post(Role::Agent, &format!("{ARTICLES}/1"), "decision=published");
    let seen = console.get(Role::Agent, &format!("{ARTICLES}/1"));
    for words in [
        "Source: Confluence",
        "Version 7",
        "A diagram from the app Gliffy could not be shown (2×), in section Network › Diagram.",
        "1 thing is missing from the article.",
        "See “ Diagram ” in the article",
        "See “ Diagram ” in Confluence",
        "Go to Account .",
        "Published ada@acme.example",
        "Open in the help center",
    ] {
        assert!(seen.says(words), "{words}: {}", seen.words());
    }
    assert!(seen.html.contains("href=\"https://acme.atlassian.net/wiki/100\""));
    assert!(seen.html.contains("href=\"#Diagram\""));
    assert!(seen.html.contains("href=\"https://acme.atlassian.net/wiki/100#Diagram\""));
    assert!(seen.html.contains("href=\"/articles/1/reset\""));
    assert!(!seen.says("Blog post of"));
    console.run("insert into blog_posts (connection_id, page_id, posted_at) select 1, page_id, 1 from articles where id = 1", &[]);
    assert!(console.get(Role::Agent, &format!("{ARTICLES}/1")).says("Blog post of"));
}

#[test]
fn a_restricted_article_is_never_plainly_published() {
    let console = Console::connected();
    let seen = console.get(Role::Agent, &format!("{ARTICLES}/2"));
    assert!(seen.says("Published, but hidden: restricted in Confluence"));
    assert!(seen.says("The page is restricted in Confluence. Employees can neither find nor open it"));
    assert!(!seen.says("Open in the help center"));
    console.run("update articles set status = 'draft' where id = 2", &[]);
    assert!(console.get(Role::Agent, &format!("{ARTICLES}/2")).says("Hidden, even if you publish it"));
}

#[test]
fn a_category_is_set_and_one_that_is_gone_is_not() {
    let console = Console::connected();
    console.post(Role::Agent, &format!("{ARTICLES}/3"), "decision=categorise&category=HR");
    let category = "select coalesce(category, '') as it from articles where id = 3";
    assert_eq!(console.text(category), "HR");
    console.post(Role::Agent, &format!("{ARTICLES}/3"), "decision=categorise&category=Gone");
    assert_eq!(console.text(category), "HR");
    console.post(Role::Agent, &format!("{ARTICLES}/3"), "decision=categorise&category=");
    assert_eq!(console.text(category), "");
}

#[test]
fn an_admin_pins_an_article_and_an_agent_sees_it() {
    let console = Console::connected();
    let address = format!("{ARTICLES}/3");
    let pins = "select cast(count(*) as text) as it from pins";
    assert!(!console.get(Role::Agent, &address).says("Pin to the Portal"));
    let refused = console.post(Role::Agent, &address, "decision=pin");
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.says("pinning is for admins"));
    assert_eq!(console.text(pins), "0");
    assert!(console.get(Role::Admin, &address).says("Pin to the Portal"));
    console.post(Role::Admin, &address, "decision=pin");
    let seen = console.get(Role::Agent, &address);
    assert!(seen.says("Pinned: it stands first") && seen.says("ada@acme.example"), "{}", seen.words());
    console.post(Role::Admin, &address, "decision=unpin");
    assert_eq!(console.text(pins), "0");
}

#[test]
fn whoever_misses_a_page_hears_why_and_what_to_do() {
    let console = Console::connected();
    console.run(
        "insert into pages (connection_id, page_id, space_id, parent_id, title, web_path, version_number,
           version_created_at, own_restriction, source_state, first_seen_at, synced_at) values
         (1, '100', '10', null, 'Reset', '/p', 1, 'v', 'open', 'current', 1, 1),
         (1, '199', '10', null, 'Payroll', '/p', 1, 'v', 'restricted', 'current', 1, 1),
         (1, '200', '10', '199', 'Salary bands', '/p', 1, 'v', 'open', 'current', 1, 1),
         (1, '300', '10', null, 'Set up the VPN', '/p', 1, 'v', 'open', 'current', 1, 1),
         (1, '401', '10', null, 'Old', '/p', 1, 'v', 'open', 'archived', 1, 1),
         (1, '402', '10', null, 'Gone', '/p', 1, 'v', 'open', 'trashed', 1, 1),
         (1, '403', '11', null, 'Leave', '/p', 1, 'v', 'open', 'not_chosen', 1, 1),
         (1, '404', '10', null, 'Lost', '/p', 1, 'v', 'open', 'not_visible', 1, 1),
         (1, '405', '10', null, 'New', '/p', 1, 'v', 'open', 'current', 1, 1)",
        &[],
    );
    let site = "https%3A%2F%2Facme.atlassian.net%2Fwiki";
    for (address, words) in [
        (format!("{site}%2Fspaces%2FIT%2Fpages%2F300%2Fx"), "Here and published"),
        (format!("{site}%2Fpages%2Fviewpage.action%3FpageId%3D100"), "here as a draft"),
        (
            format!("{site}%2Fdisplay%2FIT%2FSalary%2Bbands"),
            "What restricts it is the page “Payroll” above it.",
        ),
        (format!("{site}%2Fspaces%2FIT%2Fpages%2F401"), "archived in Confluence"),
        (format!("{site}%2Fspaces%2FIT%2Fpages%2F402"), "trash"),
        (format!("{site}%2Fspaces%2FHR%2Fpages%2F403"), "in the space People, which is not chosen"),
        (format!("{site}%2Fspaces%2FIT%2Fpages%2F404"), "Sync Account, no longer sees the page"),
        (format!("{site}%2Fspaces%2FIT%2Fpages%2F405"), "its content is on its way"),
        (format!("{site}%2Fspaces%2FIT%2Fpages%2F900"), "the body is larger than 5 MB; split the page"),
        (
            format!("{site}%2Fspaces%2FHR%2Foverview"),
            "Nothing comes from the space People, for it is not chosen.",
        ),
        (format!("{site}%2Fspaces%2FIT%2Fpages%2F777"), "not been synced yet"),
        (
            "other.atlassian.net%2Fwiki%2Fspaces%2FIT%2Fpages%2F1".to_owned(),
            "other.atlassian.net, which is not connected",
        ),
        (format!("{site}%2Fx%2F%21%21"), "his short link cannot be read"),
        ("Salary".to_owned(), "is not the address of a site"),
    ] {
        let seen = console.get(Role::Admin, &format!("/console/resources/why?url={address}"));
        assert!(seen.says(words), "{address}: {}", seen.words());
    }
    console.run("update connections set last_synced_at = 1", &[]);
    let never =
        console.get(Role::Agent, &format!("/console/resources/why?url={site}%2Fspaces%2FIT%2Fpages%2F777"));
    assert!(
        never.says("No sync has seen this page.") && never.says("data security policy"),
        "{}",
        never.words()
    );
    assert!(!never.html.contains("/console/settings/integrations/confluence/1\""), "settings are for admins");
}

/// An edit of article 3, the open and published one, as the sync leaves it.
fn with_edit(console: &Console) {
    let edit = r#"{"slug":"vpn-2","title":"Set up the new VPN","headings":"","text":"Tunnel anew.","summary":"",
        "html":"<p>Tunnel <b>anew</b>.</p>","markdown":"Open the app.\n\nTunnel anew.","outline":[],"passages":[],
        "report":{"losses":[{"name":"gliffy","origin":"known-app","outcome":"dropped","count":1,"place":[],"offset":0,
        "words":""}],"malformed_at":null},"losses":1,"source_version":2,"source_updated_at":5,"shows":[]}"#;
    console.run(
        "update articles set markdown = 'Open the app.' || char(10, 10) || 'Tunnel.', edit = ?1, edit_state = 'waiting',
           edit_at = 50, edit_audience = 'everyone', review_edits = 1 where id = 3",
        &[edit.into()],
    );
}

#[test]
fn an_edit_that_waits_is_seen_everywhere_and_compared_word_by_word() {
    let console = Console::connected();
    with_edit(&console);
    assert!(console.get(Role::Agent, "/console").says("Edits to review 1"));
    let list = console.get(Role::Agent, ARTICLES);
    assert!(list.says("Edits to review 1") && list.says("All 3"), "{}", list.words());
    let list = console.get(Role::Agent, &format!("{ARTICLES}?edits=1"));
    assert!(list.says("Set up the VPN") && !list.says("Salary bands") && list.says("Approve edits"));
    let article = console.get(Role::Agent, &format!("{ARTICLES}/3"));
    assert!(
        article.says("An edit waits for review") && article.says("Review the edit"),
        "{}",
        article.words()
    );

    let seen = console.get(Role::Agent, &format!("{ARTICLES}/3/edit"));
    for words in [
        "Set up the new VPN",
        "Approve version 2",
        "Keep version 1",
        "Open the app.",
        "A diagram from the app Gliffy could not be shown",
        "Until you decide, employees read version 1",
    ] {
        assert!(seen.says(words), "{words}: {}", seen.words());
    }
    assert!(seen.html.contains("Set up the <ins>new </ins>VPN"), "{}", seen.html);
    assert!(
        seen.html.contains("<td class=\"new\" dir=\"auto\">Tunnel<ins> anew</ins>.</td>"),
        "{}",
        seen.html
    );
    assert!(!seen.html.contains("style="));
}

#[test]
fn an_edit_is_approved_or_turned_down_and_either_can_be_undone() {
    let console = Console::connected();
    with_edit(&console);
    let address = format!("{ARTICLES}/3/edit");
    let title = || console.text("select title as it from articles where id = 3");
    let stale = console.post(Role::Agent, &address, "decision=approve&seen=49");
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.says("another edit has come in") && title() == "Set up the VPN");
    let unknown = console.post(Role::Agent, &address, "decision=perhaps&seen=50");
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);

    let kept = console.post(Role::Agent, &address, "decision=keep&seen=50");
    assert_eq!(kept.location, format!("{ARTICLES}/3"));
    assert!(console.get(Role::Agent, &kept.location).says("ada@acme.example kept version 1"));
    assert!(console.get(Role::Agent, &format!("{ARTICLES}?edits=1")).says("No edit waits for review"));
    console.post(Role::Agent, UNDO, &format!("at={NOW}"));
    assert!(console.get(Role::Agent, &format!("{ARTICLES}/3")).says("An edit waits for review"));

    console.run("update articles set edit_decided_at = 1 where id = 3", &[]);
    let approved = console.post(Role::Agent, &address, "decision=approve&seen=50");
    assert!(approved.location == format!("{ARTICLES}/3") && title() == "Set up the new VPN");
    let article = console.get(Role::Agent, &approved.location);
    assert!(article.says("Version 2 approved ada@acme.example"), "{}", article.words());
    let again = console.get(Role::Agent, &address);
    assert_eq!(again.location, format!("{ARTICLES}/3"), "there is nothing to review any more");
}

#[test]
fn edits_are_approved_in_bulk_but_for_those_that_came_meanwhile() {
    let console = Console::connected();
    with_edit(&console);
    let list = format!("{ARTICLES}?edits=1");
    let nothing = console.post(Role::Agent, &list, "decision=approve&seen=50");
    assert!(nothing.says("tick the articles first"));
    for fields in ["id=3&decision=approve", "id=3&decision=approve&seen=49", "id=1&decision=approve&seen=50"]
    {
        console.post(Role::Agent, &list, fields);
        assert_eq!(console.text("select edit_state as it from articles where id = 3"), "waiting", "{fields}");
    }
    console.post(Role::Agent, &list, "all_matching=1&decision=approve&seen=50");
    assert_eq!(
        console.text("select edit_state || source_version as it from articles where id = 3"),
        "replaced2"
    );
}

#[test]
fn review_is_set_for_an_article_for_many_and_for_a_category() {
    let console = Console::connected();
    let review = |id: i64| {
        console.text(&format!(
            "select coalesce(cast(review_edits as text), '-') as it from articles where id = {id}"
        ))
    };
    console.post(Role::Agent, &format!("{ARTICLES}/3"), "decision=review&review=always");
    assert_eq!(review(3), "1");
    let seen = console.get(Role::Agent, &format!("{ARTICLES}/3"));
    assert!(seen.says("an edit waits for approval before employees see it"), "{}", seen.words());
    assert!(seen.says("Edits set to wait for approval"));
    console.post(Role::Agent, UNDO, &format!("at={NOW}"));
    assert_eq!(review(3), "-");
    console.run("update events set at = 1", &[]);
    console.post(Role::Agent, ARTICLES, "id=1&id=3&decision=review&review=never");
    assert_eq!((review(1), review(2), review(3)), ("0".into(), "-".into(), "0".into()));
    let refused = console.post(Role::Agent, ARTICLES, "id=1&decision=review&review=perhaps");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    console.post(Role::Agent, "/console/resources/categories", "do=change&current=IT&name=IT&review_edits=1");
    assert!(console.get(Role::Agent, "/console/resources/categories").says("edits are reviewed"));
    let seen = console.get(Role::Agent, &format!("{ARTICLES}/3"));
    assert!(seen.says("As its category: wait for approval"), "{}", seen.words());
}

#[test]
fn a_published_version_that_may_say_too_much_is_hidden_and_says_why() {
    let console = Console::connected();
    with_edit(&console);
    console.run("update articles set edit_audience = 'restricted' where id = 3", &[]);
    let seen = console.get(Role::Agent, &format!("{ARTICLES}/3"));
    assert!(seen.says("Published, but hidden") && seen.says("Approve the edit to show the article again"));
}
