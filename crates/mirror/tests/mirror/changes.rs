//! What was edited arrives from the head of the feed, before and without a listing.

use crate::support::{Site, TestWorld};

fn imported() -> TestWorld {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    world.site().log.borrow_mut().clear();
    world
}

fn requests(world: &TestWorld, part: &str) -> usize {
    world.site().log.borrow().iter().filter(|path| path.contains(part)).count()
}

#[test]
fn a_look_at_an_idle_site_is_two_requests_and_leaves_no_row() {
    let world = imported();
    world.next_look();
    assert_eq!((requests(&world, "-modified-date"), requests(&world, "/rest/api/search")), (1, 1));
    assert_eq!(world.site().log.borrow().len(), 2, "{:?}", world.site().log.borrow());
    assert_eq!(world.number("select count(*) as n from runs"), 1);
    assert_eq!(world.number("select count(*) as n from run_spaces"), 0);
    assert_eq!(world.number("select last_synced_at as n from connections"), 1_800_000_300_000);
}

#[test]
fn idle_looks_count_pages_and_look_for_files_by_turns() {
    let world = imported();
    // All of its spaces were listed just now.
    let again = "update spaces set reconciled_at = 1800000000000 + ";
    for look in 1..=6 {
        world.run(&format!("{again}{}", look * 300_000));
        world.site().log.borrow_mut().clear();
        world.next_look();
        let log = world.site().log.borrow();
        assert_eq!(log.len(), 2, "{log:?}");
        let is_for_files = log.iter().any(|path| path.contains("/v2/attachments"));
        assert_eq!(is_for_files, look % 3 == 0, "look {look}: {log:?}");
    }
}

#[test]
fn an_edit_arrives_without_a_listing() {
    let world = imported();
    world.site().edit("102", |page| {
        page.version = 2;
        page.title = "Request VPN access".into();
    });
    world.next_look();
    assert!(world.readable().contains(&"Request VPN access".to_owned()));
    // Of the spaces it is asked only who may view the one with the edit.
    assert_eq!((requests(&world, "/spaces/"), requests(&world, "/permissions")), (1, 1));
    assert_eq!(requests(&world, "content/search"), 0);
    assert_eq!(world.text("select kind as v from runs order by id desc limit 1"), "changes");
    // An edit leaves labels as they are.
    assert_eq!(world.text("select labels as v from articles where page_id = '102'"), "guide");
    world.site().log.borrow_mut().clear();
    world.next_look();
    assert!(requests(&world, "body-format") == 0 && world.site().log.borrow().len() == 2);
}

#[test]
fn a_new_page_appears_for_those_who_may_see_it() {
    let world = imported();
    let site = world.site();
    site.edit("104", |page| page.restricted = true);
    site.add("106", "10", Some(("104", "page")), "Below the runbooks");
    site.add("107", "10", Some(("900", "folder")), "In the folder");
    site.add("108", "10", None, "Restricted itself");
    site.edit("108", |page| page.restricted = true);
    for page in ["106", "107", "108"] {
        site.edit(page, |page| page.version = 3);
        site.unindexed.borrow_mut().push(page);
    }
    world.pass(world.settings.interval);
    world.tick();
    let readable = world.readable();
    assert!(readable.contains(&"In the folder".to_owned()));
    assert!(!readable.iter().any(|title| title == "Below the runbooks" || title == "Restricted itself"));
    // The restriction that was met on the way concerns others too, so the space was listed at once.
    assert!(!readable.iter().any(|title| title == "Runbooks" || title == "Restart the mail server"));
}

#[test]
fn more_edits_than_can_be_followed_are_listed() {
    let world = imported();
    let site = world.site();
    for number in 0..210 {
        let id: &'static str = Box::leak(format!("6{number:03}").into_boxed_str());
        site.add(id, "10", Some(("101", "page")), "One of many");
        site.edit(id, |page| page.version = 5);
    }
    world.next_look();
    assert_eq!(world.number("select count(*) as n from articles where title = 'One of many'"), 210);
    assert!(requests(&world, "/restriction") < 30, "{}", requests(&world, "/restriction"));
}

#[test]
fn an_edit_whose_body_could_not_be_fetched_is_tried_again() {
    let world = imported();
    world.site().edit("103", |page| page.version = 4);
    world.site().fail("body-format", 100, 503, "{}");
    world.next_look();
    assert_eq!(world.number("select source_version as n from articles where page_id = '103'"), 1);
    assert!(world.number("select count(*) as n from pages where failure is not null") == 1);
    world.site().faults.borrow_mut().clear();
    // Others edit on meanwhile, later than this edit by far.
    world.site().edit("104", |page| page.version = 9);
    world.next_look();
    assert_eq!(world.number("select source_version as n from articles where page_id = '103'"), 4);
}

#[test]
fn what_a_listing_that_fails_saw_is_not_taken_for_known() {
    let world = imported();
    world.site().edit("103", |page| page.version = 2);
    world.run("update runs set kind = 'whole'");
    world.site().fail("body-format", 1_000, 503, "{}");
    world.next_run();
    assert_eq!(world.number("select source_version as n from articles where page_id = '103'"), 1);
    world.site().faults.borrow_mut().clear();
    world.next_look();
    assert_eq!(world.number("select source_version as n from articles where page_id = '103'"), 2);
}

#[test]
fn a_space_that_leaves_the_feed_is_told_by_a_look_at_the_spaces() {
    let world = imported();
    world.site().fail("space-id=", 1, 404, r#"{"errors":[{"title":"Cannot find a space with id [20]"}]}"#);
    world.next_look();
    assert_eq!(world.text("select state as v from runs order by id desc limit 1"), "finished");
    assert_eq!(world.readable().len(), 7);
}
