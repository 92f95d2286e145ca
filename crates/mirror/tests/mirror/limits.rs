//! The hourly limit: counted, kept, waited for, and shared.

use http::HeaderValue;

use crate::support::{Site, TestWorld, answer};

fn last_run(world: &TestWorld, column: &str) -> String {
    world.text(&format!("select coalesce({column}, '') as v from runs order by id desc limit 1"))
}

#[test]
fn what_is_spent_is_counted_even_by_workers_that_die() {
    let world = TestWorld::connected(Site::sample());
    world.doom(Some(crate::support::Death { at: 90, after_effect: true }));
    world.tick();
    let asked = i64::try_from(world.site().log.borrow().len()).unwrap();
    let counted = world.number("select requests as n from budgets");
    assert!(asked > 3 && asked - counted <= 6, "{counted} of {asked}");
    world.doom(None);
    world.pass(60_000);
    world.settle();
    assert_eq!(world.number("select deaths as n from runs"), 1);
    let points = world.number("select sum(points) as n from budgets");
    assert!((30..120).contains(&points), "{points}");
}

#[test]
fn a_run_waits_for_the_next_hour_and_says_until_when() {
    let mut world = TestWorld::connected(Site::sample());
    world.settings.points_per_hour = 20;
    world.tick();
    assert_eq!(last_run(&world, "state"), "waiting");
    // 1,800,000,000,000 is 2027-01-15 08:00 UTC.
    assert_eq!(last_run(&world, "doing"), "Waiting for Confluence's hourly limit; goes on at 09:00 UTC.");
    let asked = world.site().log.borrow().len();
    world.pass(3_599_000);
    world.tick();
    assert_eq!(world.site().log.borrow().len(), asked);
    for _ in 0..20 {
        world.pass(3_600_000);
        world.settings.points_per_hour = 40;
        world.tick();
    }
    world.settle();
    assert_eq!(world.readable().len(), 7);
}

#[test]
fn what_confluence_says_is_left_parks_a_listing_that_nobody_asked_for() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    world.site().fail_with("space-id=", 1, || {
        let mut told = answer(200, r#"{"results":[],"_links":{}}"#.into());
        told.headers_mut().insert("ratelimit", HeaderValue::from_static("\"global-app-quota\";r=5000;t=600"));
        Ok(told)
    });
    world.pass(15 * 60_000);
    world.tick();
    assert_eq!(last_run(&world, "state"), "waiting");
    assert!(last_run(&world, "doing").contains("goes on at 08:25 UTC"), "{}", last_run(&world, "doing"));
    // Somebody who asks is served from what is left.
    {
        use ports::World;
        knowledge::runs::ask(world.database(), 1, "ada", world.now()).unwrap();
    };
    world.tick();
    assert_eq!(last_run(&world, "state"), "finished");
}

#[test]
fn a_quota_that_is_used_up_without_advice_comes_back_with_the_hour() {
    let world = TestWorld::connected(Site::sample());
    world.site().fail_with("/spaces/10/pages", 1, || {
        let mut limited = answer(429, "{}".into());
        limited.headers_mut().insert("ratelimit-reason", HeaderValue::from_static("conf-global-based"));
        Ok(limited)
    });
    world.tick();
    assert_eq!(world.number("select not_before as n from runs"), 1_800_003_600_000);
}

#[test]
fn advice_of_an_hour_is_kept_and_no_sync_now_shortens_it() {
    let world = TestWorld::connected(Site::sample());
    world.site().fail_with("/spaces/10/pages", 1, || {
        let mut limited = answer(429, "{}".into());
        limited.headers_mut().insert("retry-after", HeaderValue::from_static("3600"));
        Ok(limited)
    });
    world.tick();
    let asked = world.site().log.borrow().len();
    use ports::World;
    knowledge::runs::ask(world.database(), 1, "ada", world.now()).unwrap();
    world.pass(3_599_000);
    world.tick();
    assert_eq!(world.site().log.borrow().len(), asked);
    world.pass(2_000);
    world.settle();
    assert_eq!(last_run(&world, "state"), "finished");
}

#[test]
fn sync_now_lists_as_much_as_the_hour_holds_and_says_what_it_did_not() {
    // What a listing costs besides its pages differs, so the share that holds one of the two spaces is looked for.
    let found = (20..90).step_by(3).any(|points| {
        let mut world = TestWorld::connected(Site::sample());
        world.settle();
        world.settings.points_per_hour = world.number("select sum(points) as n from budgets") + points;
        world.pass(60_000);
        use ports::World;
        knowledge::runs::ask(world.database(), 1, "ada", world.now()).unwrap();
        world.tick();
        last_run(&world, "state") == "finished"
            && last_run(&world, "doing").contains("1 space was looked at for edits only")
    });
    assert!(found, "no share holds one space");
}
