//! Who may go where, whatever the page: signed out, employee, agent, admin.

use http::{Request, StatusCode};
use identity::Role;

use crate::sample::{CONNECTION, Console, form, person};

const PAGES: [(&str, Role); 19] = [
    ("/console", Role::Agent),
    ("/console/resources", Role::Agent),
    ("/console/resources/articles", Role::Agent),
    ("/console/resources/articles/1", Role::Agent),
    ("/console/resources/articles/undo", Role::Agent),
    ("/console/resources/categories", Role::Agent),
    ("/console/resources/categories/remove?name=IT", Role::Agent),
    ("/console/settings", Role::Admin),
    ("/console/settings/integrations", Role::Admin),
    ("/console/settings/integrations/confluence", Role::Admin),
    ("/console/settings/integrations/confluence/connect", Role::Admin),
    ("/console/settings/integrations/confluence/how-the-sync-works", Role::Admin),
    (CONNECTION, Role::Admin),
    ("/console/settings/integrations/confluence/1/spaces", Role::Admin),
    ("/console/settings/integrations/confluence/1/failures", Role::Admin),
    ("/console/settings/integrations/confluence/1/removals", Role::Admin),
    ("/console/settings/integrations/confluence/1/webhook", Role::Admin),
    ("/console/settings/integrations/confluence/1/scope/10", Role::Admin),
    ("/console/resources/why", Role::Agent),
];

const FORMS: [(&str, &str, Role); 9] = [
    ("/console/resources/articles", "id=1&decision=published", Role::Agent),
    ("/console/resources/articles/undo", "at=1", Role::Agent),
    ("/console/resources/articles/1", "decision=published", Role::Agent),
    ("/console/resources/categories", "do=add&name=Legal", Role::Agent),
    ("/console/settings/integrations/confluence/connect", "site_url=acme.atlassian.net", Role::Admin),
    ("/console/settings/integrations/confluence/1/spaces", "shown=11&space=11", Role::Admin),
    ("/console/settings/integrations/confluence/1/removals", "decision=keep&seen_at=1", Role::Admin),
    ("/console/settings/integrations/confluence/1/webhook", "do=renew", Role::Admin),
    ("/console/settings/integrations/confluence/1/scope/10", "rule=never-label:x", Role::Admin),
];

#[test]
fn every_page_asks_who_is_there() {
    let console = Console::connected();
    for (path, least) in PAGES.into_iter().chain([(&*format!("{CONNECTION}/disconnect"), Role::Admin)]) {
        let seen = console.ask(None, Request::get(path).body(Vec::new()).unwrap());
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{path}");
        assert!(seen.location.starts_with("/sign-in?next=%2Fconsole"), "{path}: {}", seen.location);
        for role in [Role::Employee, Role::Agent, Role::Admin] {
            let seen = console.get(role, path);
            if role < least {
                assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path} as {role:?}");
                assert!(seen.says("admin"), "{path} says who can help: {}", seen.words());
                assert!(!seen.html.contains("acme.atlassian.net"), "{path} leaks nothing");
            } else {
                assert!(matches!(seen.status.as_u16(), 200 | 303), "{path} as {role:?}: {}", seen.status);
            }
        }
    }
}

#[test]
fn every_form_asks_who_is_there_and_wants_its_token() {
    let state =
        "select group_concat(status) || (select count(*) from categories) || (select sum(chosen) from spaces)
        || (select count(*) from authorisations) || (select count(*) from hooks) || (select count(*) from scopes) || (select count(*) from runs) as it from articles";
    for (path, fields, least) in FORMS {
        let console = Console::connected();
        let before = console.text(state);
        let seen = console.ask(None, form(path, fields));
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{path}");
        assert!(seen.location.starts_with("/sign-in?next="), "{path}");
        for role in [Role::Employee, Role::Agent, Role::Admin] {
            if role < least {
                assert_eq!(
                    console.post(role, path, fields).status,
                    StatusCode::FORBIDDEN,
                    "{path} as {role:?}"
                );
            }
        }
        for csrf in ["", "csrf=", "csrf=of-yesterday"] {
            let seen = console.ask(Some(&person(Role::Admin)), form(path, &format!("{fields}&{csrf}")));
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}");
            assert!(
                seen.says("the form had expired. Check it and send it again."),
                "{path}: {}",
                seen.words()
            );
        }
        assert_eq!(console.text(state), before, "{path} changed something that it should not");
    }
}

#[test]
fn a_form_of_another_site_is_refused_even_with_the_token() {
    let console = Console::connected();
    let ada = person(Role::Admin);
    let token = identity::forgery::token(&console.config.site.key, &ada);
    let mut request = form("/console/resources/articles/1", &format!("decision=published&csrf={token}"));
    request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    let seen = console.ask(Some(&ada), request);
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.says("sent from another site"));
    assert_eq!(console.text("select status as it from articles where id = 1"), "draft");
}

#[test]
fn a_page_that_answers_a_form_knows_where_it_is() {
    let console = Console::connected();
    let seen = console.post(Role::Admin, "/console/resources/articles?status=draft", "id=1");
    assert!(seen.html.contains("<a href=\"/console\" aria-current=\"true\">"), "{}", seen.html);
    assert!(seen.html.contains("name=\"next\" value=\"/console/resources/articles?status=draft\""));
}

#[test]
fn an_address_that_names_nothing_says_so() {
    let console = Console::connected();
    let cases = [
        ("/console/nothing", "This page does not exist"),
        ("/console/resources/articles/77", "This article does not exist"),
        ("/console/resources/articles/x", "This article does not exist"),
        ("/console/settings/integrations/confluence/77", "This connection does not exist"),
        ("/console/settings/integrations/confluence/77/spaces", "This connection does not exist"),
        ("/console/settings/integrations/confluence/1/nothing", "This page does not exist"),
    ];
    for (path, words) in cases {
        let seen = console.get(Role::Admin, path);
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        assert!(seen.says(words), "{path}: {}", seen.words());
    }
}

#[test]
fn no_page_has_script_or_style_inside_it_and_every_form_has_its_token() {
    let console = Console::connected();
    console.run("insert into runs (connection_id, cause, step, state, created_at) values (1, 'sync_now', '', 'running', 1)", &[]);
    for (path, _) in PAGES {
        let seen = console.get(Role::Admin, path);
        assert!(!seen.html.contains(" style=") && !seen.html.contains("<style"), "{path}");
        assert_eq!(seen.html.matches("<script").count(), seen.html.matches("<script src=").count(), "{path}");
        let forms =
            seen.html.matches("method=\"post\"").count() - seen.html.matches("action=\"/theme\"").count();
        assert_eq!(seen.html.matches("name=\"csrf\"").count(), forms, "{path}");
    }
}
