//! What changes in Confluence while a run is under way.

use crate::support::{Death, OPEN_ARTICLES, Site, TestWorld};

/// Ticks of one step each, until the run is about to fetch bodies.
fn until_bodies(world: &mut TestWorld) {
    world.settings.tick = 0;
    for _ in 0..100 {
        world.tick();
        if world.text("select step as v from runs order by id desc limit 1").contains("bodies") {
            world.settings.tick = 20_000;
            return;
        }
    }
    panic!("no run comes to the bodies");
}

#[test]
fn a_version_that_came_after_the_restrictions_were_read_is_not_shown() {
    let mut world = TestWorld::connected(Site::sample());
    world.settle();
    world.site().edit("102", |page| {
        page.version = 2;
        page.body = "<p>Ask the service desk.</p>".into();
    });
    world.pass(world.settings.interval);
    until_bodies(&mut world);
    world.site().edit("102", |page| {
        page.version = 3;
        page.restricted = true;
        page.body = "<p>The door code is 4711.</p>".into();
    });
    world.settle();
    assert!(world.readable().contains(&"How do I request VPN access?".to_owned()));
    assert_eq!(
        world.number(&format!("select count(*) as n from {OPEN_ARTICLES} where text like '%4711%'")),
        0
    );
    world.next_run();
    assert!(!world.readable().contains(&"How do I request VPN access?".to_owned()));
}

#[test]
fn a_page_that_moved_into_a_space_that_was_then_unchosen_is_hidden_wherever_the_run_died() {
    let moved = || {
        let world = TestWorld::connected(Site::sample());
        world.settle();
        world.site().edit("102", |page| page.space = "20");
        world.pass(3_600_000);
        world
    };
    let reference = moved();
    reference.doom(None);
    reference.tick();
    for at in 0..reference.calls() {
        let world = moved();
        world.doom(Some(Death { at, after_effect: at % 2 == 0 }));
        world.tick();
        world.doom(None);
        world.run("update spaces set chosen = 0 where space_id = '20'");
        world.pass(60_000);
        world.settle();
        world.next_run();
        let readable = world.readable();
        assert!(!readable.contains(&"How do I request VPN access?".to_owned()), "killed at call {at}");
        assert!(readable.contains(&"IT home".to_owned()));
    }
}
