//! The rules of a space decide what comes in, whichever way a page is met.

use crate::support::{Site, TestWorld};
use knowledge::scopes::{Effect, Kind, Rule, apply};

fn narrow(world: &TestWorld, space: &str, rules: &[(Kind, Effect, &str)]) {
    let rules: Vec<Rule> = rules
        .iter()
        .map(|(kind, effect, subject)| Rule {
            kind: *kind,
            effect: *effect,
            subject: (*subject).to_owned(),
            title: String::new(),
        })
        .collect();
    apply(world.store(), 1, space, &rules, "ada", ports::World::now(world)).unwrap();
    knowledge::runs::ask(world.store(), 1, "ada", ports::World::now(world)).unwrap();
}

#[test]
fn a_tree_that_is_left_out_never_comes_in_and_returns_as_it_was() {
    let world = TestWorld::connected(Site::sample());
    narrow(&world, "10", &[(Kind::Tree, Effect::Never, "104"), (Kind::Tree, Effect::Never, "900")]);
    world.settle();
    // 105 lies below 104, and 103 in the folder 900.
    assert_eq!(
        world.number("select count(*) as n from articles where page_id in ('103', '104', '105')"),
        0,
        "not even as drafts"
    );
    assert_eq!(
        world.readable(),
        ["IT home", "How do I request VPN access?", "People home", "دليل الإجازات 🌴"]
    );

    narrow(&world, "10", &[]);
    world.settle();
    assert!(world.readable().contains(&"Restart the mail server".to_owned()));
    world.run("update articles set status = 'retired', category = 'Mail' where page_id = '105'");
    narrow(&world, "10", &[(Kind::Tree, Effect::Only, "101"), (Kind::Tree, Effect::Never, "104")]);
    world.settle();
    assert_eq!(world.text("select source_state as v from articles where page_id = '105'"), "not_chosen");
    narrow(&world, "10", &[]);
    world.settle();
    let ours =
        "select source_state || ' ' || status || ' ' || category as v from articles where page_id = '105'";
    assert_eq!(world.text(ours), "current retired Mail");
}

#[test]
fn a_page_that_moves_below_what_is_left_out_goes_and_a_new_one_there_does_not_come() {
    let world = TestWorld::connected(Site::sample());
    narrow(&world, "10", &[(Kind::Tree, Effect::Never, "104")]);
    world.settle();
    assert!(world.readable().contains(&"How do I request VPN access?".to_owned()));
    world.site().edit("102", |page| {
        page.parent = Some(("104", "page"));
        page.version += 1;
    });
    world.site().add("106", "10", Some(("105", "page")), "New runbook");
    world.next_run();
    assert!(!world.readable().contains(&"How do I request VPN access?".to_owned()));
    assert_eq!(world.number("select count(*) as n from articles where page_id = '106'"), 0);
    assert_eq!(world.text("select source_state as v from pages where page_id = '106'"), "not_chosen");
    assert!(world.readable().contains(&"People home".to_owned()), "another space has rules of its own");
}

#[test]
fn labels_take_in_and_leave_out() {
    // The sample labels each of its pages `guide`.
    let world = TestWorld::connected(Site::sample());
    narrow(&world, "10", &[(Kind::Label, Effect::Never, "guide")]);
    narrow(&world, "20", &[(Kind::Label, Effect::Only, "guide")]);
    world.settle();
    assert_eq!(world.readable(), ["People home", "دليل الإجازات 🌴"]);
}
