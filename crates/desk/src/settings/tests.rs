//! What an admin sees on the way from nothing to a synced site, and when something is wrong.

use http::{HeaderValue, Request, StatusCode, header};
use identity::{Role, forgery, state};
use screen::Frame;

use super::CONFLUENCE;
use crate::sample::{CONNECTION, Console, NOW, Seen, form, person};

const CONNECT: &str = "/console/settings/integrations/confluence/connect";
const SPACES: &str = "/console/settings/integrations/confluence/1/spaces";

#[test]
fn nothing_connected_leads_to_connect() {
    let console = Console::empty();
    let seen = console.get(Role::Admin, "/console/settings/integrations");
    assert!(seen.says("Knowledge Base") && seen.says("Not connected"));
    assert!(console.get(Role::Admin, CONFLUENCE).says("Connect Confluence to begin"));
}

#[test]
fn a_wrong_address_is_explained_beside_its_field_and_kept() {
    let console = Console::empty();
    for (typed, kept, words) in [
        ("", "", "The site URL is empty"),
        ("our+wiki", "our wiki", "is not a web address"),
        ("%22%3E%3Cscript%3E", "&#34;&#62;&#60;script&#62;", "is not a web address"),
        ("ftp%3A%2F%2Facme.example", "ftp://acme.example", "must begin with https://"),
    ] {
        let seen = console.post(Role::Admin, CONNECT, &format!("site_url={typed}"));
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(seen.says(words), "{typed}: {}", seen.words());
        assert!(seen.html.contains(&format!("value=\"{kept}\"")), "{typed}");
        assert!(seen.html.contains("aria-invalid=\"true\""));
    }
    assert_eq!(console.text("select cast(count(*) as text) as it from authorisations"), "0");
}

#[test]
fn the_consent_is_a_link_whose_state_is_remembered_by_its_hash_only() {
    let console = Console::empty();
    let seen = console.post(Role::Admin, CONNECT, "site_url=acme.atlassian.net%2Fwiki");
    assert_eq!(seen.status, StatusCode::OK);
    let link = seen.html.split("href=\"https://auth.atlassian.com/authorize?").nth(1).unwrap();
    let state = link.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let row =
        "select state_hash || ' ' || site_url || ' ' || (expires_at - started_at) as it from authorisations";
    assert_eq!(console.text(row), format!("{} https://acme.atlassian.net 600000", state::hash(state)));
    assert!(
        seen.says("Continue to auth.atlassian.com")
            && seen.says("There is no permission to write among them")
    );
}

#[test]
fn without_an_atlassian_app_the_page_says_how_to_make_one() {
    let mut console = Console::empty();
    console.config.client_id = String::new();
    let seen = console.get(Role::Admin, CONNECT);
    assert!(seen.says("First, register this application with Atlassian"));
    assert!(seen.says("http://127.0.0.1:3000/oauth/callback"));
    assert!(seen.says("SPIN_VARIABLE_CONFLUENCE_CLIENT_ID"));
    let seen = console.post(Role::Admin, CONNECT, "site_url=acme.atlassian.net");
    assert!(seen.says("First, register this application with Atlassian"));
}

#[test]
fn choosing_a_space_queues_its_import() {
    let console = Console::connected();
    let seen = console.post(Role::Admin, SPACES, "shown=10&shown=11&shown=12&space=10&space=11");
    assert_eq!((seen.status, seen.location.as_str()), (StatusCode::SEE_OTHER, CONNECTION));
    assert_eq!(
        console.text("select cause || ' ' || state || ' ' || asked_by as it from runs"),
        "first_import queued ada@acme.example"
    );
    let seen = console.get(Role::Admin, CONNECTION);
    assert!(seen.says("Sync in progress") && seen.says("Starts within a few seconds."), "{}", seen.words());
    assert!(seen.html.contains("data-every=\"2000\"") && seen.html.contains("<progress"));
    let seen = console.post(Role::Admin, SPACES, "shown=10&shown=11&space=10&space=11");
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "the same choice again is no error");
}

#[test]
fn taking_a_space_out_is_explained_first_and_hides_its_articles() {
    let console = Console::connected();
    let fields = "shown=10&shown=11&space=11";
    let seen = console.post(Role::Admin, SPACES, fields);
    assert_eq!(seen.status, StatusCode::OK);
    assert!(
        seen.says("Take this space out?") && seen.says("IT Help : 3 articles, 2 of them published"),
        "{}",
        seen.words()
    );
    assert_eq!(console.text("select cast(sum(chosen) as text) as it from spaces"), "1");
    let seen = console.post(Role::Admin, SPACES, &format!("{fields}&confirmed=yes"));
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert_eq!(console.text("select group_concat(key) as it from spaces where chosen = 1"), "HR");
    assert_eq!(console.text("select cast(count(*) as text) as it from articles where source_state = 'current' and space_id = '10'"), "0");
    assert_eq!(
        console.text("select status || ' ' || category as it from articles where id = 3"),
        "published IT"
    );
}

#[test]
fn choosing_nothing_at_all_is_asked_back() {
    let console = Console::connected();
    console.run("update spaces set chosen = 0", &[]);
    let seen = console.post(Role::Admin, SPACES, "shown=10&shown=11");
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.says("Tick at least one space"));
    assert_eq!(console.text("select cast(count(*) as text) as it from runs"), "0");
}

#[test]
fn spaces_are_found_by_name_and_the_missing_ones_are_explained() {
    let console = Console::connected();
    let seen = console.get(Role::Admin, SPACES);
    for words in [
        "IT Help",
        "Personal",
        "Archived",
        "Spaces missing?",
        "Sync Account",
        "everyone who may sign in here can read it",
    ] {
        assert!(seen.says(words), "{words}: {}", seen.words());
    }
    let seen = console.get(Role::Admin, &format!("{SPACES}?q=peop"));
    assert!(seen.says("People") && !seen.html.contains("value=\"10\""));
    assert!(console.get(Role::Admin, &format!("{SPACES}?q=zzz")).says("No space matches"));
    console.run("delete from spaces", &[]);
    assert!(console.get(Role::Admin, SPACES).says("No spaces to choose from"));
}

#[test]
fn each_state_has_its_word_its_reason_and_its_action() {
    let cases = [
        ("update connections set state = 'connection_lost'", "Connection lost", "Reconnect"),
        (
            "update connections set state = 'misconfigured', state_reason = 'The client secret is wrong.'",
            "The client secret is wrong.",
            "Sync now",
        ),
        ("update connections set state = 'disconnected'", "Disconnected", "Connect again"),
        ("update spaces set chosen = 0", "No spaces chosen", "Choose spaces"),
        ("select 1", "1 space chosen, 3 articles.", "Sync now"),
    ];
    for (change, word, action) in cases {
        let console = Console::connected();
        console.run(change, &[]);
        let seen = console.get(Role::Admin, CONNECTION);
        assert!(seen.says(word) && seen.says(action), "{word}: {}", seen.words());
        assert!(console.get(Role::Admin, CONFLUENCE).says("acme"));
    }
}

#[test]
fn a_run_shows_how_far_it_is_and_what_came_of_it() {
    let console = Console::connected();
    console.run(
        "insert into runs (connection_id, cause, step, state, doing, created_at, started_at, pages_seen, pages_to_do,
           pages_done, pages_failed) values (1, 'first_import', '', 'running', 'Converting “Set up the VPN”.', ?1, ?1, 60, 50, 10, 2)",
        &[(NOW - 12_000).into()],
    );
    let seen = console.get(Role::Admin, CONNECTION);
    assert!(seen.html.contains("<progress max=\"50\" value=\"12\""), "{}", seen.html);
    assert!(seen.says("Converting “Set up the VPN”.") && seen.says("about 38 s left"), "{}", seen.words());
    console.run(
        "update runs set state = 'waiting', doing = 'Confluence asks to wait', not_before = ?1",
        &[(NOW + 40_000).into()],
    );
    let seen = console.get(Role::Admin, CONNECTION);
    assert!(
        seen.says("Confluence asks to wait. Goes on in 40 s.") && seen.says("Sync now"),
        "{}",
        seen.words()
    );
    console
        .run("update runs set state = 'failed', failure = 'The site did not answer; try again later'", &[]);
    let seen = console.get(Role::Admin, CONNECTION);
    assert!(seen.says("Last sync failed") && seen.says("The site did not answer; try again later"));
    assert!(!seen.html.contains("data-every"));
}

#[test]
fn failed_pages_are_listed_with_their_reason() {
    let console = Console::connected();
    for path in [CONNECTION.to_owned(), format!("{CONNECTION}/failures")] {
        let seen = console.get(Role::Admin, &path);
        assert!(
            seen.says("Everything about us") && seen.says("the body is larger than 5 MB; split the page")
        );
        assert!(seen.html.contains("href=\"https://acme.atlassian.net/wiki/spaces/IT/pages/900\""));
    }
}

#[test]
fn disconnecting_is_explained_before_it_is_done() {
    let console = Console::connected();
    let seen = console.get(Role::Admin, &format!("{CONNECTION}/disconnect"));
    assert!(
        seen.says("Disconnect acme?") && seen.says("The 3 articles of this site stay"),
        "{}",
        seen.words()
    );
    assert!(seen.html.contains("action=\"/oauth/connections/1/disconnect\""));
}

const REMOVALS: &str = "/console/settings/integrations/confluence/1/removals";

/// A console in which two pages were held a minute ago.
fn holding() -> Console {
    let console = Console::connected();
    for (page, state) in [("h1", "trashed"), ("h2", "archived")] {
        console.run(
            "insert into pages (connection_id, page_id, space_id, title, web_path, version_number, version_created_at,
               first_seen_at, synced_at) values (1, ?1, '10', 'Page ' || ?1, '/spaces/IT/pages/' || ?1, 1, 'v', 1, 1)",
            &[page.into()],
        );
        console.run(
            "insert into held_removals (connection_id, page_id, space_id, title, source_state, held_at)
             values (1, ?1, '10', 'Page ' || ?1, ?2, ?3)",
            &[page.into(), state.into(), (NOW - 60_000).into()],
        );
    }
    console
}

#[test]
fn held_removals_are_shown_with_their_reasons() {
    let console = holding();
    let seen = console.get(Role::Admin, CONNECTION);
    assert!(seen.says("Held removals") && seen.says("2 pages left Confluence in unusual numbers"));
    let seen = console.get(Role::Admin, REMOVALS);
    assert!(
        seen.says("Page h1") && seen.says("In Confluence's trash") && seen.says("Archived in Confluence")
    );
    assert!(!Console::connected().get(Role::Admin, CONNECTION).says("Held removals"));
    assert!(Console::connected().get(Role::Admin, REMOVALS).says("Nothing waits for a decision"));
}

#[test]
fn a_decision_concerns_what_was_shown_and_nothing_that_came_later() {
    let decided = "select coalesce(group_concat(page_id || ' ' || decision || ' ' || decided_by), '') as it
        from held_removals where decision is not null";
    let console = holding();
    console.run("update held_removals set held_at = ?1 where page_id = 'h2'", &[(NOW + 1).into()]);
    let seen = console.post(Role::Admin, REMOVALS, &format!("decision=remove&seen_at={NOW}"));
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert!(console.text(decided).starts_with("h1 remove "), "{}", console.text(decided));
    assert_eq!(console.text("select state || ' ' || kind as it from runs"), "queued whole");

    let console = holding();
    console.post(Role::Admin, REMOVALS, &format!("decision=keep&seen_at={NOW}"));
    assert_eq!(console.text("select group_concat(decision) as it from held_removals"), "keep,keep");
    for nonsense in ["", "decision=everything&seen_at=9", "decision=remove", "decision=remove&seen_at=x"] {
        let console = holding();
        assert_eq!(console.post(Role::Admin, REMOVALS, nonsense).status, StatusCode::SEE_OTHER);
        assert_eq!(console.text(decided), "", "{nonsense}");
    }
}

#[test]
fn the_webhooks_secret_is_shown_once_and_its_hash_alone_is_kept() {
    let console = Console::connected();
    let address = format!("{CONNECTION}/webhook");
    assert!(console.get(Role::Admin, &address).says("No webhook yet"));
    let made = console.post(Role::Admin, &address, "do=renew");
    let secret = made.html.split("id=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(secret.len(), 43);
    assert!(made.html.contains("http://127.0.0.1:3000/sync/hooks/1") && made.html.contains("{{page.id}}"));
    let kept = console.text("select secret_hash as it from hooks");
    assert!(identity::secret::matches(secret, Some(&kept)) && kept != secret);
    let again = console.get(Role::Admin, &address);
    assert!(again.says("Nothing yet") && !again.html.contains(secret), "{}", again.words());
    console.run(
        "update hooks set received = 1204, turned_away = 3, last_received_at = ?1",
        &[(NOW - 60_000).into()],
    );
    let seen = console.get(Role::Admin, &address);
    assert!(seen.says("1,204 requests") && seen.says("3 requests that came too fast"), "{}", seen.words());
    console.post(Role::Admin, &address, "do=remove");
    assert!(console.get(Role::Admin, &address).says("No webhook yet"));
}

#[test]
fn a_space_is_narrowed_after_a_look_at_what_would_change_and_it_can_be_undone() {
    let console = Console::connected();
    for (id, parent, title, labels) in [
        ("300", None, "Set up the VPN", "howto"),
        ("301", Some("300"), "VPN on a phone", "howto draft"),
        ("302", None, "VPN plans", ""),
    ] {
        console.run(
            "insert into pages (connection_id, page_id, space_id, parent_id, title, labels, web_path, version_number,
               version_created_at, own_restriction, first_seen_at, synced_at)
             values (1, ?1, '10', ?2, ?3, ?4, '/p', 1, 'v', 'open', 1, 1)",
            &[id.into(), parent.into(), title.into(), labels.into()],
        );
    }
    let address = format!("{CONNECTION}/scope/10");
    assert!(console.get(Role::Admin, CONNECTION).html.contains("/1/scope/10\""));
    assert!(console.get(Role::Admin, &address).says("No rules: the whole space comes in."));
    // Words that several pages have are asked back; an address is not.
    let asked = console.get(Role::Admin, &format!("{address}?draft=1&what=never-tree&subject=vpn"));
    assert!(asked.says("Which page is meant?") && asked.says("VPN on a phone"), "{}", asked.words());
    let url = "https%3A%2F%2Facme.atlassian.net%2Fwiki%2Fspaces%2FIT%2Fpages%2F300%2FSet";
    let dry = console.get(Role::Admin, &format!("{address}?draft=1&what=never-tree&subject={url}"));
    assert!(dry.says("“Set up the VPN” and everything below it stays out.") && dry.says("Not applied yet"));
    assert!(dry.says("Would go 2") && dry.says("1 of those that would go is published"), "{}", dry.words());
    assert!(dry.says("It is, or lies below, “Set up the VPN”, which stays out."));
    let readable = "select cast(count(*) as text) as it from articles where status = 'published' and source_state = 'current'
        and audience = 'everyone'";
    assert_eq!(console.text(readable), "1");

    let applied = console.post(Role::Admin, &address, "rule=never-tree:300:Set+up+the+VPN&do=apply");
    assert_eq!((applied.status, applied.location.as_str()), (StatusCode::SEE_OTHER, address.as_str()));
    assert_eq!(console.text(readable), "0");
    assert_eq!(console.text("select status as it from articles where id = 3"), "published");
    assert_eq!(console.text("select cast(count(*) as text) as it from runs"), "1");
    let why = console.get(Role::Agent, &format!("/console/resources/why?url={url}"));
    assert!(why.says("Left out by a rule") && why.says("which stays out."), "{}", why.words());
    assert!(!why.html.contains("/scope/10"), "an agent cannot change it");

    console.post(Role::Admin, &address, &format!("do=undo&at={NOW}"));
    assert!(console.get(Role::Admin, &address).says("No rules: the whole space comes in."));
}

#[test]
fn blog_posts_come_in_where_their_box_is_ticked_and_go_with_it() {
    let console = Console::connected();
    let address = format!("{CONNECTION}/scope/10");
    let is_ticked = || {
        let page = console.get(Role::Admin, &address);
        assert!(page.says("Include blog posts"));
        page.html.contains(r#"name="blog_posts" value="1" checked"#)
    };
    assert!(!is_ticked());
    let same = console.post(Role::Admin, &address, "do=blog_posts");
    assert_eq!(same.status, StatusCode::SEE_OTHER);
    let runs = "select cast(count(*) as text) as it from runs";
    assert_eq!(console.text(runs), "0");
    console.post(Role::Admin, &address, "do=blog_posts&blog_posts=1");
    assert!(is_ticked());
    assert_eq!(console.text(runs), "1");

    console.run("insert into blog_posts (connection_id, page_id, posted_at) values (1, '300', 1)", &[]);
    console.run(
        "insert into pages (connection_id, page_id, space_id, title, web_path, version_number, version_created_at,
           first_seen_at, synced_at) values (1, '300', '10', 'News', '/p', 1, 'v', 1, 1)",
        &[],
    );
    console.post(Role::Admin, &address, "do=blog_posts");
    assert!(!is_ticked());
    assert_eq!(console.text("select source_state as it from pages where page_id = '300'"), "not_chosen");
    let why = "/console/resources/why?url=https%3A%2F%2Facme.atlassian.net%2Fwiki%2Fspaces%2FIT%2Fblog%2F2026%2F10%2F12%2F300%2FNews";
    let why = console.get(Role::Admin, why);
    assert!(why.says("Blog posts left out") && why.html.contains("/1/scope/10"), "{}", why.words());
}

#[test]
fn what_is_no_rule_is_explained_beside_its_field() {
    let console = Console::connected();
    let address = format!("{CONNECTION}/scope/10?draft=1");
    for (fields, words) in [
        ("what=only-label&subject=two+words", "is no label of Confluence, which is a single word"),
        (
            "what=only-tree&subject=Nothing",
            "No page of IT Help that is known here has “Nothing” in its title",
        ),
        (
            "what=only-tree&subject=https%3A%2F%2Fother.atlassian.net%2Fwiki%2Fspaces%2FIT%2Fpages%2F7",
            "not of this site",
        ),
        ("what=only-tree&subject=acme.atlassian.net%2Fwiki%2Fspaces%2FIT", "the address of a space"),
        ("what=dance&subject=x", "Choose what the rule does."),
    ] {
        let seen = console.get(Role::Admin, &format!("{address}&{fields}"));
        assert!(seen.says(words) && seen.html.contains("aria-invalid"), "{fields}: {}", seen.words());
    }
    let hostile = console
        .get(Role::Admin, &format!("{address}&rule=only-tree:1:%3Cscript%3E&rule=x&rule=never-label:"));
    assert!(hostile.html.contains("Only “&#60;script&#62;”"), "{}", hostile.html);
    assert_eq!(console.get(Role::Admin, &format!("{CONNECTION}/scope/11")).status, StatusCode::NOT_FOUND);
}

#[test]
fn an_api_token_is_the_other_way_to_connect_and_to_reconnect() {
    let console = Console::connected();
    let seen = console.get(Role::Admin, &format!("{CONNECT}?site_url=acme.atlassian.net"));
    assert!(
        seen.html
            .contains("href=\"/console/settings/integrations/confluence/token?site_url=acme.atlassian.net\"")
    );
    let seen = console.get(Role::Admin, &format!("{CONFLUENCE}/token?site_url=acme.atlassian.net"));
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.html.contains("action=\"/oauth/api-token\"") && seen.html.contains("type=\"password\""));
    assert!(seen.html.contains("value=\"acme.atlassian.net\"") && seen.says("read:page:confluence"));
    console.run("update connections set state = 'connection_lost', access = 'api_token'", &[]);
    let seen = console.get(Role::Admin, CONNECTION);
    assert!(seen.says("Sync Account, with an API token"), "{}", seen.words());
    assert!(
        seen.html.contains("/confluence/token?site_url=https%3A%2F%2Facme.atlassian.net"),
        "{}",
        seen.html
    );
}

#[test]
fn another_account_is_compared_before_anything_is_applied() {
    let console = Console::connected();
    let address = format!("{CONNECTION}/account");
    assert_eq!(console.get(Role::Admin, &address).location, CONNECTION, "nothing waits");
    console.run(
        "insert into pages (connection_id, page_id, space_id, title, web_path, version_number, version_created_at,
           first_seen_at, synced_at) values (1, '300', '10', 'Set up the VPN', '', 1, 'v', 1, 1)",
        &[],
    );
    console.run(
        "insert into reconnections (connection_id, site_url, site_name, account_id, account_name, access, spaces,
           asked_by, asked_at) values (1, 'https://acme.atlassian.net', 'acme', 'noor', 'Noor <b>', 'consent',
           '[{\"space_id\":\"10\",\"key\":\"IT\",\"name\":\"IT Help\",\"kind\":\"global\",\"status\":\"current\"},
             {\"space_id\":\"77\",\"key\":\"L\",\"name\":\"Legal\",\"kind\":\"global\",\"status\":\"current\"}]', 'ada@acme.example', 1)",
        &[],
    );
    let seen = console.get(Role::Admin, &address);
    assert!(seen.says("0 of 1 space compared so far") && seen.says("Go on comparing"), "{}", seen.words());
    assert!(!seen.html.contains("value=\"apply\""), "nothing is applied before it is compared");
    console.run(
        "insert into reconnection_pages values (1, '900', '10', 'Everything'), (1, '901', '10', 'New one')",
        &[],
    );
    console.run("update reconnection_spaces set is_listed = 1", &[]);
    console.run("update reconnections set state = 'compared'", &[]);
    let seen = console.get(Role::Admin, &address);
    for words in [
        "1 page would disappear, 1 page would appear.",
        "Set up the VPN IT Help Published",
        "New one IT Help",
        "Could be chosen in addition Legal",
        "Use Noor &#60;b&#62;",
        "Keep Sync Account",
    ] {
        assert!(seen.says(words), "{words}: {}", seen.words());
    }
    assert!(console.get(Role::Admin, CONNECTION).says("Another account waits for your decision"));
    assert_eq!(console.get(Role::Agent, &address).status, StatusCode::FORBIDDEN);
}

/// What an admin sees who sends a form with this token, and the message on the page that follows.
fn pressed(console: &Console, path: &str, token: Option<&str>) -> (Seen, String) {
    let (admin, site) = (person(Role::Admin), &console.config.site);
    let token = token.map_or_else(|| forgery::token(&site.key, &admin), str::to_owned);
    let seen = console.ask(Some(&admin), form(path, &format!("csrf={token}")));
    let mut next = Request::get("/").body(Vec::new()).unwrap();
    let cookie = seen.cookies.split(';').next().unwrap_or_default();
    next.headers_mut().insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
    let said = Frame::new(site, &next, Some(&admin)).notice.map(|notice| notice.text);
    (seen, said.unwrap_or_default())
}

#[test]
fn sync_now_queues_one_run_and_tells_the_mirror() {
    let console = Console::connected();
    for _ in 0..2 {
        let (seen, said) = pressed(&console, &format!("{CONNECTION}/sync"), None);
        assert_eq!((seen.status, &*seen.location), (StatusCode::SEE_OTHER, CONNECTION));
        assert!(said.contains("The sync has started"), "{said}");
    }
    assert_eq!(console.text("select cast(count(*) as text) as it from runs"), "1");
    let told = "POST http://scheduled-sync.spin.internal/connections/1/run";
    assert_eq!(*console.mirror.told.borrow(), [told, told]);
}

#[test]
fn what_is_not_an_admins_own_form_starts_no_sync() {
    let console = Console::connected();
    let address = format!("{CONNECTION}/sync");
    assert!(pressed(&console, &address, Some("forged")).1.contains("Nothing was changed"));
    assert_eq!(console.post(Role::Agent, &address, "").status, StatusCode::FORBIDDEN);
    assert_eq!(console.post(Role::Admin, &format!("{CONFLUENCE}/9/sync"), "").status, StatusCode::NOT_FOUND);
    console.run("update connections set state = 'connection_lost', state_reason = 'It was revoked.'", &[]);
    let words = pressed(&console, &address, None).1;
    assert!(words.contains("It was revoked.") && words.contains("Reconnect Confluence"), "{words}");
    assert_eq!(console.text("select cast(count(*) as text) as it from runs"), "0");
    assert!(console.mirror.told.borrow().is_empty());
}

#[test]
fn the_list_of_spaces_is_refreshed_or_it_is_said_why_not() {
    for (answer, words) in [
        ((200, "3"), "The list is up to date: 3 spaces."),
        ((200, "1"), "The list is up to date: 1 space."),
        ((200, "0"), "can see no space of acme"),
        (
            (502, "Confluence did not answer within 25 seconds"),
            "brought up to date: Confluence did not answer",
        ),
    ] {
        let mut console = Console::connected();
        console.mirror.answer = answer;
        let (seen, said) = pressed(&console, &format!("{SPACES}/refresh"), None);
        assert_eq!(seen.location, SPACES);
        assert!(said.contains(words), "{said}");
    }
}
