//! What somebody is about to read is checked with Confluence first.

use knowledge::checks::Shown;
use ports::HttpError;

use crate::support::{Folder, Site, TestWorld};

/// A site that was imported, with so few points an hour that no listing is due for three hours.
fn imported() -> TestWorld {
    let mut world = TestWorld::connected(Site::sample());
    world.settle();
    world.settings.points_per_hour = 400;
    world.readable();
    world.pass(60_000);
    world.site().log.borrow_mut().clear();
    world
}

fn article(world: &TestWorld, page: &str) -> i64 {
    world.number(&format!("select id as n from articles where page_id = '{page}'"))
}

fn check(world: &TestWorld, page: &str) -> bool {
    let article = article(world, page);
    pollster::block_on(mirror::check(world, &world.settings, &[article], Shown::Whole)).unwrap()
}

fn is_readable(world: &TestWorld, page: &str) -> bool {
    world.number(&format!(
        "select count(*) as n from articles where page_id = '{page}' and source_state = 'current' and audience = 'everyone'"
    )) == 1
}

#[test]
fn what_is_as_it_was_stays_and_is_not_asked_again() {
    let world = imported();
    assert!(!check(&world, "105"));
    assert!(is_readable(&world, "105"));
    // The states of the page and the two above it, and the restrictions of each.
    assert_eq!(world.site().log.borrow().len(), 4);
    assert!(!check(&world, "105"));
    assert_eq!(world.site().log.borrow().len(), 4);
    world.pass(60_000);
    assert!(!check(&world, "105"));
    assert_eq!(world.site().log.borrow().len(), 8);
}

#[test]
fn a_page_that_is_restricted_or_gone_by_now_is_hidden_at_once() {
    for (change, state) in [
        ("restricted", "current"),
        ("invisible", "current"),
        ("trashed", "trashed"),
        ("archived", "archived"),
    ] {
        let world = imported();
        world.site().edit("102", |page| match change {
            "restricted" => page.restricted = true,
            "invisible" => page.visible = false,
            status => page.status = status,
        });
        assert!(check(&world, "102"), "{change}");
        assert!(!is_readable(&world, "102"), "{change}");
        assert_eq!(world.text("select source_state as v from articles where page_id = '102'"), state);
        // The schedule finds the same, and shows it again once it is back.
        world.next_look();
        assert!(!is_readable(&world, "102"), "{change}");
        world.site().edit("102", |page| {
            page.restricted = false;
            page.visible = true;
            page.status = "current";
        });
        world.pass(24 * 3_600_000);
        world.settle();
        assert!(is_readable(&world, "102"), "{change}");
    }
}

#[test]
fn a_restriction_above_hides_all_that_is_below() {
    let world = imported();
    world.site().edit("104", |page| page.restricted = true);
    assert!(check(&world, "105"));
    assert!(!is_readable(&world, "105") && !is_readable(&world, "104"));
    assert!(is_readable(&world, "102"));

    let world = imported();
    world.site().folders.borrow_mut().get_mut("900").unwrap().restricted = true;
    assert!(check(&world, "103"));
    assert!(!is_readable(&world, "103") && is_readable(&world, "102"));
    world.next_look();
    assert!(!is_readable(&world, "103"));
}

#[test]
fn where_no_answer_comes_what_is_stored_stands() {
    let world = imported();
    world.site().edit("102", |page| page.restricted = true);
    world
        .site()
        .fail_with("/restriction/", 1, || Err(HttpError::Timeout { host: "api.invalid".into(), seconds: 1 }));
    let id = article(&world, "102");
    assert!(pollster::block_on(mirror::check(&world, &world.settings, &[id], Shown::Whole)).is_err());
    assert!(is_readable(&world, "102"));
    // Nobody waits for it again for a while, and then it is asked.
    assert!(!check(&world, "102"));
    world.pass(30_000);
    assert!(check(&world, "102"));
}

#[test]
fn a_check_renews_no_token_and_spares_the_last_points() {
    let world = imported();
    world.site().edit("102", |page| page.restricted = true);
    world.pass(2 * 3_600_000);
    assert!(!check(&world, "102"), "the token has expired");
    assert!(world.site().log.borrow().is_empty());
    world.settle();
    world.pass(5 * 60_000);
    world.run("update budgets set points = 10000");
    assert!(!check(&world, "102"), "the hour's points are spent");
}

#[test]
fn a_list_is_checked_through_the_search_and_what_that_does_not_know_by_itself() {
    let world = imported();
    let all: Vec<i64> = ["101", "102", "103", "104", "105"].map(|page| article(&world, page)).to_vec();
    let check = || pollster::block_on(mirror::check(&world, &world.settings, &all, Shown::Listed)).unwrap();
    assert!(!check());
    // The states, the folder, and the search, which tells of three pages here; the other two are asked by themselves.
    assert_eq!(world.site().log.borrow().len(), 5);
    assert!(!check());
    assert_eq!(world.site().log.borrow().len(), 5, "once in a while is enough");
    world.pass(15 * 60_000);
    world.site().unindexed.borrow_mut().push("105");
    for page in ["102", "105"] {
        world.site().edit(page, |page| page.restricted = true);
    }
    assert!(check());
    for (page, is_shown) in [("101", true), ("102", false), ("103", true), ("104", true), ("105", false)] {
        assert_eq!(is_readable(&world, page), is_shown, "{page}");
    }
}

#[test]
fn a_restriction_of_a_folder_hides_what_stands_in_folders_below_it() {
    let world = TestWorld::connected(Site::sample());
    let below = Folder { parent: Some(("900", "folder")), restricted: false };
    world.site().folders.borrow_mut().insert("901", below);
    world.site().add("106", "10", Some(("901", "folder")), "Unlock an account");
    world.settle();
    world.readable();
    world.site().folders.borrow_mut().get_mut("900").unwrap().restricted = true;
    assert!(check(&world, "106"));
    assert!(!is_readable(&world, "106") && !is_readable(&world, "103") && is_readable(&world, "102"));
}

/// Whether the account's owner may read a page that not everyone may.
fn reads(world: &TestWorld, account: &str, page: &str) -> bool {
    world.number(&format!(
        "select count(*) as n from articles join audience_readers using (audience)
         where page_id = '{page}' and source_state = 'current' and account_id = '{account}'"
    )) == 1
}

fn sign_in(world: &TestWorld, account: &str) {
    world.run(&format!("insert into people values ('sub-{account}', '{account}', '', 0, 0, 0)"));
    let own = "insert into person_accounts values ('sub-{account}', 1, '{account}', 'admin', 'ada', 0)";
    world.run(&own.replace("{account}", account));
}

#[test]
fn whoever_a_restriction_no_longer_names_loses_the_page_at_once() {
    let mut world = TestWorld::connected(Site::sample());
    sign_in(&world, "712020:boss");
    sign_in(&world, "712020:clerk");
    *world.site().named.borrow_mut() = vec!["712020:boss".into(), "712020:clerk".into()];
    world.settle();
    world.readable();
    assert!(reads(&world, "712020:boss", "203") && reads(&world, "712020:clerk", "203"));
    world.settings.points_per_hour = 400;
    assert!(!check(&world, "203"));
    world.pass(5 * 60_000);
    *world.site().named.borrow_mut() = vec!["712020:boss".into()];
    assert!(check(&world, "203"));
    assert!(reads(&world, "712020:boss", "203") && !reads(&world, "712020:clerk", "203"));
    // A second gate above it takes it from all until a run has asked who passes both.
    world.pass(5 * 60_000);
    world.site().edit("201", |page| page.restricted = true);
    assert!(check(&world, "203"));
    assert!(!reads(&world, "712020:boss", "203"));
    world.next_look();
    assert!(reads(&world, "712020:boss", "203") && !reads(&world, "712020:clerk", "203"));
}

#[test]
fn a_restriction_that_names_more_people_than_one_answer_holds_is_read_to_its_end() {
    let world = TestWorld::connected(Site::sample());
    sign_in(&world, "account-449");
    sign_in(&world, "account-450");
    *world.site().named.borrow_mut() = (0..450).map(|number| format!("account-{number}")).collect();
    world.settle();
    world.readable();
    assert_eq!(world.number("select count(*) as n from node_readers where node_id = '203'"), 450);
    assert!(reads(&world, "account-449", "203") && !reads(&world, "account-450", "203"));
    world.site().named.borrow_mut().pop();
    assert!(check(&world, "203"));
    assert!(!reads(&world, "account-449", "203"));
}
