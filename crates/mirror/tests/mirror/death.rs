//! The process may die between any two calls, and the next ticks end in the same state.

use mirror::Worker;

use crate::support::{Death, Site, TestWorld};

/// A site that was imported, and on which everything happened since.
fn changed() -> TestWorld {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    let site = world.site();
    site.edit("102", |page| {
        page.version = 2;
        page.body = "<p>Ask the service desk.</p>".into();
    });
    site.edit("103", |page| page.status = "trashed");
    site.edit("105", |page| page.status = "archived");
    site.edit("104", |page| page.restricted = true);
    site.edit("201", |page| page.space = "30");
    site.edit("203", |page| page.visible = false);
    site.edit("202", |page| page.parent = None);
    site.attach("71", "102", "vpn.png", 2);
    site.files.borrow_mut().remove("72");
    site.attach("75", "101", "new.pdf", 1);
    site.attach("76", "106", "newer.pdf", 1);
    site.add("106", "10", Some(("900", "folder")), "New here");
    site.unindexed.borrow_mut().push("106");
    world.pass(3_600_000);
    world
}

#[test]
fn killed_at_any_call_a_run_comes_to_the_same_end() {
    let reference = changed();
    reference.doom(None);
    assert!(reference.tick());
    let calls = reference.calls();
    let expected = reference.state();
    assert!(calls > 40, "the run makes {calls} calls");
    assert!(format!("{expected:?}").contains("finished"));

    for at in 0..calls {
        for after_effect in [false, true] {
            let world = changed();
            world.doom(Some(Death { at, after_effect }));
            assert!(!world.tick(), "call {at} of {calls} was to be the last");
            world.doom(None);
            world.pass(5_000);
            world.settle();
            assert_eq!(
                world.state(),
                expected,
                "killed at call {at} of {calls}, after its effect: {after_effect}"
            );
        }
    }
}

#[test]
fn a_first_import_killed_at_any_call_is_whole_in_the_end() {
    let reference = TestWorld::connected(Site::sample());
    reference.doom(None);
    assert!(reference.tick());
    let (calls, expected) = (reference.calls(), reference.readable());
    for at in (0..calls).step_by(3) {
        let world = TestWorld::connected(Site::sample());
        world.doom(Some(Death { at, after_effect: at % 2 == 0 }));
        assert!(!world.tick());
        // Whatever stands there already is whole: an article with its passages, under its restriction.
        assert!(world.readable().iter().all(|title| expected.contains(title)));
        world.doom(None);
        world.pass(5_000);
        world.settle();
        assert_eq!(world.readable(), expected, "killed at call {at} of {calls}");
        assert_eq!(world.number("select count(*) as n from articles"), 8);
    }
}

#[test]
fn a_page_that_ends_every_worker_is_found_and_passed_by() {
    let world = TestWorld::connected(Site::sample());
    world.converter().dies_of("Runbooks");
    world.tick();
    for _ in 0..4 {
        world.pass(world.settings.lease());
        world.tick();
    }
    assert_eq!(world.text("select state as v from runs"), "finished");
    assert_eq!(world.number("select count(*) as n from articles"), 7);
    assert_eq!(
        world.text("select title || ': ' || failure as v from pages where failure is not null"),
        "Runbooks: The page was too much for the conversion, which broke off; split the page in Confluence."
    );
}
