//! What no feed of edits tells is noticed by the number of pages that the search counts.

use crate::support::{Site, TestWorld};

/// A site that was imported, with so few points an hour that no listing is due for three hours.
fn imported() -> TestWorld {
    let mut world = TestWorld::connected(Site::sample());
    world.settle();
    world.settings.points_per_hour = 400;
    world.site().log.borrow_mut().clear();
    world
}

fn listings(world: &TestWorld) -> usize {
    world.site().log.borrow().iter().filter(|path| path.contains("/pages?depth=all")).count()
}

#[test]
fn a_trashed_and_an_archived_page_are_hidden_at_the_second_look() {
    for status in ["trashed", "archived"] {
        let world = imported();
        world.site().edit("102", |page| page.status = status);
        world.next_look();
        assert_eq!(listings(&world), 0, "the search may only be late");
        world.next_look();
        assert!(!world.readable().contains(&"How do I request VPN access?".to_owned()));
        assert_eq!(world.text("select source_state as v from articles where page_id = '102'"), status);
        // Only its space was listed, and the number is what it was afterwards.
        assert!(world.site().log.borrow().iter().all(|path| !path.contains("/spaces/20/pages")));
        let requests = world.site().log.borrow().len();
        world.next_look();
        assert_eq!(world.site().log.borrow().len(), requests + 2);
    }
}

#[test]
fn a_page_that_the_search_does_not_know_yet_lists_nothing() {
    let world = imported();
    world.site().add("106", "10", None, "New");
    world.site().edit("106", |page| page.version = 3);
    world.site().unindexed.borrow_mut().push("106");
    world.next_look();
    assert!(world.readable().contains(&"New".to_owned()));
    world.site().unindexed.borrow_mut().clear();
    world.next_look();
    assert_eq!(listings(&world), 0);
    assert_eq!(world.number("select max(looks) as n from page_counts"), 0);
}

#[test]
fn a_number_that_was_wrong_is_believed_less_often() {
    let world = imported();
    // The number falls with each, though nothing is gone.
    for (page, lists) in [("101", true), ("102", false), ("103", false)] {
        world.site().log.borrow_mut().clear();
        world.site().unindexed.borrow_mut().push(page);
        world.next_look();
        world.next_look();
        assert_eq!(listings(&world) > 0, lists, "{page}");
    }
    assert_eq!(world.number("select false_alarms as n from page_counts where space_id = '10'"), 1);
    assert_eq!(world.readable().len(), 7);
}

#[test]
fn a_search_that_fails_stops_no_run() {
    let world = imported();
    world.site().fail("/rest/api/search", 100, 500, "{}");
    world.site().edit("102", |page| {
        page.version = 2;
        page.title = "Edited".into();
    });
    world.next_look();
    assert!(world.readable().contains(&"Edited".to_owned()));
    assert_eq!(world.text("select state as v from runs order by id desc limit 1"), "finished");
}
