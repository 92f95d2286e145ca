//! What somebody is about to read is checked with Confluence first.

use ports::HttpError;

use crate::support::{Site, TestWorld};

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
    pollster::block_on(mirror::check(world, &world.settings, &[article])).unwrap()
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
    world.pass(5 * 60_000);
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
    assert!(pollster::block_on(mirror::check(&world, &world.settings, &[id])).is_err());
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
