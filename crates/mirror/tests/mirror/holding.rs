//! Many pages that go at once are held, and an approval is a ceiling.

use ports::World;

use crate::support::{Site, TestWorld};

/// A space of thirty more pages, of which `gone` went to the trash.
fn emptied(gone: usize) -> TestWorld {
    let world = TestWorld::connected(Site::sample());
    for number in 0..30 {
        let id: &'static str = Box::leak(format!("5{number:02}").into_boxed_str());
        world.site().add(id, "10", Some(("101", "page")), &format!("Page {number}"));
    }
    world.settle();
    trash(&world, 0..gone);
    world.next_run();
    world
}

fn trash(world: &TestWorld, numbers: std::ops::Range<usize>) {
    for number in numbers {
        world.site().edit(&format!("5{number:02}"), |page| page.status = "trashed");
    }
}

fn held(world: &TestWorld) -> i64 {
    world.number("select count(*) as n from held_removals where decision is null")
}

fn gone(world: &TestWorld) -> i64 {
    world.number("select count(*) as n from articles where source_state = 'trashed'")
}

fn decide(world: &TestWorld, decision: &str) {
    world.run(&format!("update held_removals set decision = '{decision}' where decision is null"));
    knowledge::runs::ask(world.database(), 1, "ada", world.now()).unwrap();
    world.settle();
}

#[test]
fn a_usual_number_goes_without_a_question() {
    let world = emptied(10);
    assert_eq!((gone(&world), held(&world)), (10, 0));
}

#[test]
fn an_unusual_number_is_held_and_stays_readable() {
    let world = emptied(11);
    assert_eq!((gone(&world), held(&world)), (0, 11));
    assert_eq!(world.readable().len(), 37);
    let remarks = world.text("select remarks as v from runs order by id desc limit 1");
    assert!(remarks.starts_with("11 pages left Confluence in unusual numbers"), "{remarks}");
    // It stays held, and is no reason to list the space at every look.
    world.next_run();
    assert_eq!((gone(&world), held(&world)), (0, 11));
}

#[test]
fn an_approval_removes_what_is_on_the_list_and_still_gone_and_nothing_else() {
    let world = emptied(12);
    // One comes back, and twelve more go, before the approval is carried out.
    world.site().edit("500", |page| page.status = "current");
    trash(&world, 12..24);
    decide(&world, "remove");
    assert_eq!((gone(&world), held(&world)), (11, 12));
    assert_eq!(world.text("select source_state as v from articles where page_id = '500'"), "current");
    assert_eq!(world.number("select count(*) as n from held_removals where decision = 'remove'"), 0);
}

#[test]
fn what_is_kept_stays_until_it_is_back_and_is_asked_about_again() {
    let world = emptied(12);
    decide(&world, "keep");
    world.next_run();
    assert_eq!((gone(&world), held(&world)), (0, 0));
    for number in 0..12 {
        world.site().edit(&format!("5{number:02}"), |page| page.status = "current");
    }
    world.next_run();
    assert_eq!(world.number("select count(*) as n from held_removals"), 0);
    trash(&world, 0..1);
    world.next_run();
    assert_eq!(gone(&world), 1);
}

#[test]
fn a_whole_space_is_held_however_small_it_is() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    for page in ["201", "202", "203"] {
        world.site().edit(page, |page| page.status = "archived");
    }
    world.next_run();
    assert_eq!(held(&world), 3);
    decide(&world, "remove");
    assert_eq!(world.number("select count(*) as n from articles where source_state = 'archived'"), 3);
}

#[test]
fn what_can_no_longer_be_seen_is_hidden_at_once_however_much_it_is() {
    let world = emptied(0);
    for number in 0..20 {
        world.site().edit(&format!("5{number:02}"), |page| page.visible = false);
    }
    world.next_run();
    assert_eq!(world.number("select count(*) as n from articles where source_state = 'not_visible'"), 20);
    assert_eq!(held(&world), 0);
}

#[test]
fn a_space_that_stays_out_of_sight_is_hidden_and_returns_as_it_was() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    let spaces = world.site().spaces.borrow().clone();
    let pages = world.site().pages.borrow().clone();
    world.site().spaces.borrow_mut().retain(|space| space.0 != "20");
    world.site().pages.borrow_mut().retain(|_, page| page.space != "20");
    world.next_run();
    assert_eq!(world.readable().len(), 7, "one look concludes nothing");
    world.next_look();
    assert_eq!(world.readable().len(), 5);
    assert_eq!(world.number("select count(*) as n from articles where source_state <> 'current'"), 0);
    *world.site().spaces.borrow_mut() = spaces;
    *world.site().pages.borrow_mut() = pages;
    world.next_look();
    assert_eq!(world.readable().len(), 7);
}

#[test]
fn killed_while_it_decides_a_run_comes_to_the_same_end() {
    let reference = emptied(0);
    trash(&reference, 0..12);
    reference.pass(15 * 60_000);
    reference.doom(None);
    reference.tick();
    let calls = reference.calls();
    for at in (calls.saturating_sub(30)..calls).step_by(2) {
        let world = emptied(0);
        trash(&world, 0..12);
        world.pass(15 * 60_000);
        world.doom(Some(crate::support::Death { at, after_effect: true }));
        world.tick();
        world.doom(None);
        world.pass(60_000);
        world.settle();
        assert_eq!((gone(&world), held(&world)), (0, 12), "killed at call {at} of {calls}");
    }
}
