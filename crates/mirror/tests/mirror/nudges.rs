//! A nudge is looked at with the next tick: what it hides is hidden at once, and nothing is taken from it.

use crate::support::{OPEN_ARTICLES, Site, TestWorld};
use knowledge::{hooks, nudges};

fn published() -> TestWorld {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    hooks::renew(world.store(), 1, "hash", "ada", 0).unwrap();
    world.run("update articles set status = 'published'");
    world.pass(20_000);
    world.site().log.borrow_mut().clear();
    world
}

fn nudge(world: &TestWorld, ids: &[&str]) {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    nudges::queue(world.store(), 1, &ids, ports::World::now(world)).unwrap();
}

fn runs(world: &TestWorld) -> i64 {
    world.number("select count(*) as n from runs where cause = 'webhook'")
}

fn requests(world: &TestWorld) -> usize {
    world.site().log.borrow().len()
}

#[test]
fn an_edit_arrives_without_waiting_for_the_schedule() {
    let world = published();
    world.site().edit("102", |page| {
        page.version = 2;
        page.body = "<p>Ask the service desk.</p>".into();
    });
    nudge(&world, &["102"]);
    world.settle();
    assert_eq!(runs(&world), 1);
    assert_eq!(
        world.text("select trim(text, char(10)) as v from articles where page_id = '102'"),
        "Ask the service desk."
    );
    assert_eq!(world.number("select count(*) as n from nudges"), 0);
}

#[test]
fn a_nudge_about_nothing_new_costs_two_requests_and_no_run() {
    let world = published();
    nudge(&world, &["102"]);
    world.tick();
    assert_eq!((requests(&world), runs(&world)), (2, 0));
    assert_eq!(world.number("select count(*) as n from nudges"), 0);
}

#[test]
fn a_page_of_a_space_that_is_not_chosen_is_dropped_without_a_word() {
    let world = published();
    nudge(&world, &["301"]);
    world.tick();
    assert_eq!((requests(&world), runs(&world)), (1, 0));
    assert_eq!(world.number("select count(*) as n from pages where page_id = '301'"), 0);
}

#[test]
fn what_is_trashed_archived_or_restricted_hides_with_the_first_tick() {
    for (change, below) in
        [("trashed", false), ("archived", false), ("restricted", true), ("invisible", true)]
    {
        let world = published();
        world.site().edit("104", |page| match change {
            "restricted" => page.restricted = true,
            "invisible" => page.visible = false,
            status => page.status = status,
        });
        nudge(&world, &["104"]);
        // The run that follows is not needed for it.
        world.site().fail("/spaces?", 50, 503, "{}");
        world.tick();
        let readable = |page: &str| {
            world.number(&format!("select count(*) as n from {OPEN_ARTICLES} where page_id = '{page}'"))
        };
        assert_eq!(readable("104"), 0, "{change}");
        assert_eq!(readable("105"), i64::from(!below), "{change}: what is below it");
        assert_eq!(readable("102"), 1, "{change}: what has nothing to do with it");
        assert_eq!(world.text("select status as v from articles where page_id = '104'"), "published");
    }
}

#[test]
fn a_parent_that_goes_has_its_subtree_looked_at() {
    let world = published();
    world.site().edit("104", |page| page.status = "trashed");
    world.site().edit("105", |page| page.status = "trashed");
    nudge(&world, &["104"]);
    world.tick();
    assert_eq!(world.text("select content_id as v from nudges"), "105");
    world.pass(5_000);
    world.tick();
    assert_eq!(
        world.number(&format!("select count(*) as n from {OPEN_ARTICLES} where page_id in ('104', '105')")),
        0
    );
    assert_eq!(world.number("select count(*) as n from nudges"), 0);
}

#[test]
fn an_answer_that_cannot_be_believed_hides_nothing_and_is_asked_again() {
    for (status, body) in [(503, "{}"), (200, "<html>Sign in</html>"), (429, "{}")] {
        let world = published();
        nudge(&world, &["102"]);
        world.site().fail("/api/v2/pages?", 1, status, body);
        world.tick();
        assert_eq!(
            world.number(&format!("select count(*) as n from {OPEN_ARTICLES} where page_id = '102'")),
            1
        );
        assert_eq!(world.number("select count(*) as n from nudges"), 1, "{status}");
        world.pass(60_000);
        world.tick();
        assert_eq!(world.number("select count(*) as n from nudges"), 0, "{status}");
    }
}

#[test]
fn an_answer_without_the_page_is_not_believed_where_the_site_is_no_longer_ours() {
    let world = published();
    nudge(&world, &["102"]);
    world.site().edit("102", |page| page.visible = false);
    *world.site().reaches_site.borrow_mut() = false;
    world.tick();
    assert_eq!(world.number(&format!("select count(*) as n from {OPEN_ARTICLES} where page_id = '102'")), 1);
}
