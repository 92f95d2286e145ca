//! What happens in Confluence happens here, and nothing that did not.

use crate::support::{OPEN_ARTICLES, Site, TestWorld, answer};
use ports::HttpError;

fn imported() -> TestWorld {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    world
}

fn last_run(world: &TestWorld, column: &str) -> String {
    world.text(&format!("select coalesce({column}, '') as v from runs order by id desc limit 1"))
}

const EVERYTHING: [&str; 7] = [
    "IT home",
    "How do I request VPN access?",
    "Reset a password",
    "Runbooks",
    "Restart the mail server",
    "People home",
    "دليل الإجازات 🌴",
];

#[test]
fn a_first_import_brings_drafts_that_name_their_source() {
    let world = imported();
    assert_eq!(world.number("select count(*) as n from articles where status = 'draft'"), 8);
    assert_eq!(world.number(&format!("select count(*) as n from {OPEN_ARTICLES}")), 0);
    assert_eq!(world.readable(), EVERYTHING);
    let article = |column: &str, page: &str| {
        world.text(&format!("select {column} as v from articles where page_id = '{page}'"))
    };
    assert_eq!(article("slug", "102"), "how-do-i-request-vpn-access");
    assert_eq!(article("slug", "202"), "202");
    assert_eq!(article("category", "202"), "People");
    assert_eq!(article("labels", "102"), "guide");
    assert_eq!(article("source_url", "102"), "https://acme.atlassian.net/wiki/spaces/S10/pages/102");
    assert_eq!(article("audience_reason", "203"), "The page is restricted in Confluence.");
    assert_eq!(
        world.number("select source_updated_at as n from articles where page_id = '102'"),
        1_793_527_200_000
    );
    assert_eq!(last_run(&world, "doing"), "8 pages checked, 8 brought up to date.");
    assert_eq!(world.number("select count(*) as n from categories where name in ('IT Help', 'People')"), 2);
}

#[test]
fn nothing_changed_means_nothing_fetched() {
    let world = imported();
    world.site().log.borrow_mut().clear();
    world.next_run();
    assert!(world.site().log.borrow().iter().all(|path| !path.contains("body-format")));
    assert_eq!(last_run(&world, "doing"), "8 pages checked.");
}

#[test]
fn an_edit_arrives_and_what_is_ours_stays() {
    let world = imported();
    world.run("update articles set status = 'published', category = 'Network' where page_id = '102'");
    world.site().edit("102", |page| {
        page.version = 2;
        page.title = "Request VPN access".into();
        page.body = "<p>Ask the service desk.</p>".into();
    });
    world.next_run();
    let row =
        "select title || '|' || trim(text, char(10)) || '|' || status || '|' || category || '|' || slug as v from articles
        where page_id = '102'";
    assert_eq!(
        world.text(row),
        "Request VPN access|Ask the service desk.|published|Network|request-vpn-access"
    );
    assert_eq!(
        world.number("select count(*) as n from passages_fts where passages_fts match '\"service desk\"'"),
        1
    );
    assert_eq!(world.number("select count(*) as n from passages_fts where passages_fts match 'all'"), 7);
}

#[test]
fn a_page_that_goes_is_hidden_with_its_reason_and_comes_back_as_it_was() {
    let world = imported();
    world.run("update articles set status = 'published', category = 'Ours'");
    let site = world.site();
    site.edit("102", |page| page.status = "trashed");
    site.edit("103", |page| page.status = "archived");
    site.edit("105", |page| page.visible = false);
    site.edit("202", |page| page.space = "30");
    world.next_run();
    let states = "select group_concat(page_id || ' ' || source_state, ', ') as v from
        (select * from articles where source_state <> 'current' order by page_id)";
    assert_eq!(world.text(states), "102 trashed, 103 archived, 105 not_visible, 202 not_chosen");
    assert_eq!(last_run(&world, "doing"), "4 pages checked, 4 removed.");
    assert_eq!(world.readable(), ["IT home", "Runbooks", "People home"]);

    for page in ["102", "103", "105", "202"] {
        site.edit(page, |page| {
            page.status = "current";
            page.visible = true;
        });
    }
    site.edit("202", |page| page.space = "10");
    world.next_run();
    assert_eq!(
        world.number(&format!("select count(*) as n from {OPEN_ARTICLES} where category = 'Ours'")),
        7
    );
    assert_eq!(world.text("select space_id as v from articles where page_id = '202'"), "10");
    assert_eq!(last_run(&world, "doing"), "8 pages checked.");
}

#[test]
fn a_restriction_anywhere_above_hides_what_is_below() {
    let world = imported();
    let site = world.site();
    site.edit("104", |page| page.restricted = true);
    world.next_run();
    assert!(!world.readable().iter().any(|title| title == "Runbooks" || title == "Restart the mail server"));
    site.edit("104", |page| page.restricted = false);
    site.folders.borrow_mut().get_mut("900").unwrap().restricted = true;
    world.next_run();
    assert_eq!(world.readable().len(), 6);
    assert!(!world.readable().contains(&"Reset a password".to_owned()));
    // A folder that can no longer be read is no reason to show more.
    site.folders.borrow_mut().remove("900");
    world.next_run();
    assert_eq!(world.readable().len(), 6);
}

#[test]
fn a_page_that_the_index_does_not_know_is_asked_for_by_itself() {
    let world = TestWorld::connected(Site::sample());
    world.site().unindexed.borrow_mut().extend(["102", "203"]);
    world.settle();
    assert_eq!(world.readable(), EVERYTHING);
}

#[test]
fn an_old_body_is_not_shown_because_the_new_one_may_be() {
    let world = imported();
    world.site().edit("203", |page| {
        page.restricted = false;
        page.version = 2;
        page.body = "<p>Nothing secret any more.</p>".into();
    });
    world.site().fail("body-format", 1, 503, "{}");
    world.pass(world.settings.interval);
    world.tick();
    assert!(!world.readable().contains(&"Salary bands".to_owned()));
    world.pass(60_000);
    world.settle();
    assert_eq!(
        world.text(&format!("select trim(text, char(10)) as v from {OPEN_ARTICLES} where page_id = '203'")),
        "Nothing secret any more."
    );
}

#[test]
fn a_listing_that_fails_removes_nothing() {
    type Answer = fn() -> Result<http::Response<Vec<u8>>, HttpError>;
    let faults: [(&str, Answer); 7] = [
        ("a login page", || Ok(answer(200, "<html>Log in</html>".into()))),
        ("a broken answer", || Ok(answer(200, r#"{"results":[{"id":"10"#.into()))),
        ("no list", || Ok(answer(200, "{}".into()))),
        ("an outage", || Ok(answer(503, "{}".into()))),
        ("an outage of sign-in", || {
            Ok(answer(
                404,
                r#"{"errors":[{"status":404,"code":"NOT_FOUND","title":"Not Found","detail":null}]}"#.into(),
            ))
        }),
        ("a list without an end", || {
            Ok(answer(
                200,
                r#"{"results":[],"_links":{"next":"/wiki/api/v2/spaces/10/pages?cursor=3"}}"#.into(),
            ))
        }),
        ("silence", || Err(HttpError::Timeout { host: "api.invalid".into(), seconds: 25 })),
    ];
    for (what, fault) in faults {
        let world = imported();
        world.site().edit("105", |page| page.status = "trashed");
        world.site().fail_with("/spaces/10/pages", 100, fault);
        world.next_run();
        assert_eq!(last_run(&world, "state"), "failed", "{what}");
        assert!(!last_run(&world, "failure").is_empty());
        assert_eq!(world.readable(), EVERYTHING, "{what}");
    }
}

#[test]
fn an_emptied_space_loses_only_what_confluence_calls_gone() {
    let world = imported();
    let site = world.site();
    site.edit("201", |page| page.status = "trashed");
    // A policy hides the rest from apps, which looks like nothing there.
    site.edit("202", |page| page.visible = false);
    site.edit("203", |page| page.visible = false);
    world.next_run();
    let kept =
        "select group_concat(page_id) as v from articles where space_id = '20' and source_state = 'current'";
    assert_eq!(world.text(kept), "202,203");
    assert!(last_run(&world, "doing").contains("People (HR) showed no page at all"));
}

#[test]
fn a_space_that_is_lost_from_view_keeps_its_articles_and_says_so() {
    let world = imported();
    world.site().spaces.borrow_mut().retain(|space| space.0 != "20");
    world.site().pages.borrow_mut().retain(|_, page| page.space != "20");
    world.next_run();
    assert_eq!(world.readable(), EVERYTHING);
    assert!(last_run(&world, "doing").contains("People (HR) can no longer be seen"));
}

#[test]
fn a_space_that_is_no_longer_chosen_is_hidden_and_can_return() {
    let world = imported();
    world.run("update spaces set chosen = 0 where space_id = '20'");
    world.next_run();
    assert_eq!(world.readable().len(), 5);
    world.run("update spaces set chosen = 1 where space_id = '20'");
    world.next_run();
    assert_eq!(world.readable(), EVERYTHING);
}

#[test]
fn a_space_chosen_during_a_run_gets_a_run_of_its_own() {
    let world = TestWorld::connected(Site::sample());
    world.site().fail("/spaces/20/pages", 1, 429, "{}");
    world.tick();
    world.run("update spaces set chosen = 1 where space_id = '30'");
    world.pass(60_000);
    world.settle();
    assert_eq!(world.number("select count(*) as n from articles where space_id = '30'"), 1);
    assert_eq!(world.number("select count(*) as n from runs"), 2);
}

#[test]
fn a_page_that_cannot_be_converted_stops_nothing_and_keeps_its_last_article() {
    let world = imported();
    world.site().edit("102", |page| {
        page.version = 2;
        page.body = format!("<p>{}</p>", "long ".repeat(40_000));
    });
    world.site().edit("103", |page| {
        page.version = 2;
        page.body = "<p>New words.</p>".into();
    });
    world.next_run();
    assert_eq!(
        world.text("select failure as v from pages where page_id = '102'"),
        "The page's body has 0.2 MB, more than the 0.1 MB that an article may have; split the page in Confluence."
    );
    assert_eq!(last_run(&world, "doing"), "8 pages checked, 1 brought up to date, 1 not converted.");
    assert_eq!(world.readable(), EVERYTHING);
    // It is not fetched again before it changes.
    world.site().log.borrow_mut().clear();
    world.next_run();
    assert!(world.site().log.borrow().iter().all(|path| !path.contains("body-format")));
    world.site().edit("102", |page| {
        page.version = 3;
        page.body = "<p>Short.</p>".into();
    });
    world.next_run();
    assert_eq!(world.number("select count(*) as n from pages where failure is not null"), 0);
}

#[test]
fn an_answer_that_is_too_much_is_asked_for_in_smaller_parts() {
    let world = TestWorld::connected(Site::sample());
    world.site().fail_with("id=102&id=103", 100, || {
        Err(HttpError::TooLarge { host: "api.invalid".into(), limit: 8 << 20 })
    });
    world
        .site()
        .fail_with("id=105", 100, || Err(HttpError::TooLarge { host: "api.invalid".into(), limit: 8 << 20 }));
    world.settle();
    assert_eq!(last_run(&world, "state"), "finished");
    assert_eq!(world.number("select count(*) as n from articles"), 7);
    let failure = world.text("select failure as v from pages where page_id = '105'");
    assert_eq!(failure, "The page is larger than can be fetched; split the page in Confluence.");
}

#[test]
fn a_limit_parks_the_run_and_counts_for_nothing() {
    let world = TestWorld::connected(Site::sample());
    world.site().fail_with("content/search", 30, || {
        let mut limited = answer(429, "{}".into());
        limited.headers_mut().insert("retry-after", http::HeaderValue::from_static("120"));
        Ok(limited)
    });
    world.tick();
    assert_eq!(last_run(&world, "state"), "waiting");
    assert_eq!(last_run(&world, "doing"), "Confluence asks to wait before more requests.");
    let asked = world.site().log.borrow().len();
    world.pass(119_000);
    world.tick();
    assert_eq!(world.site().log.borrow().len(), asked);
    for _ in 0..30 {
        world.pass(120_000);
        world.tick();
    }
    world.settle();
    assert_eq!(world.readable(), EVERYTHING);
}

#[test]
fn two_presses_and_a_tick_are_one_run() {
    let world = TestWorld::connected(Site::sample());
    use ports::World;
    for _ in 0..2 {
        knowledge::runs::ask(world.database(), 1, "ada", world.now()).unwrap();
    }
    world.settle();
    assert_eq!(world.number("select count(*) as n from runs"), 1);
    assert_eq!(world.text("select cause as v from runs"), "first_import");
}
