//! A space that is archived whole: its pages still call themselves current.

use crate::support::{Site, TestWorld};

fn titles(world: &TestWorld) -> Vec<String> {
    world.readable()
}

fn last_run(world: &TestWorld, column: &str) -> String {
    world.text(&format!("select coalesce({column}, '') as v from runs order by id desc limit 1"))
}

#[test]
fn an_archived_space_is_hidden_with_its_reason_and_comes_back_as_it_was() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    let before = titles(&world);
    assert!(before.contains(&"People home".to_owned()));
    world.run("update articles set category = 'Ours' where page_id = '201'");
    world.site().archived.borrow_mut().push("20");
    world.next_run();
    assert!(titles(&world).iter().all(|title| before.contains(title) && title != "People home"));
    assert_eq!(world.text("select source_state as v from articles where page_id = '201'"), "archived");
    assert!(last_run(&world, "remarks").contains("The space People is archived in Confluence"));
    assert_eq!(world.number("select count(*) as n from held_removals"), 0, "nothing was removed");

    // An edit that was made before is no reason to show anything.
    world.site().edit("201", |page| page.version = 3);
    world.next_look();
    world.next_run();
    assert!(!titles(&world).contains(&"People home".to_owned()));

    world.site().archived.borrow_mut().clear();
    world.next_run();
    world.next_look();
    assert_eq!(titles(&world), before);
    assert_eq!(world.text("select category as v from articles where page_id = '201'"), "Ours");
    assert!(!last_run(&world, "remarks").contains("archived"));
}

#[test]
fn an_archived_space_that_is_chosen_brings_nothing_until_it_is_restored() {
    let world = TestWorld::connected(Site::sample());
    world.site().archived.borrow_mut().push("20");
    world.run("update spaces set status = 'archived' where space_id = '20'");
    world.settle();
    assert_eq!(world.number("select count(*) as n from articles where space_id = '20'"), 0);
    assert_eq!(last_run(&world, "state"), "finished");
    world.site().log.borrow_mut().clear();
    world.next_look();
    let asked = world.site().log.borrow().iter().filter(|path| path.contains("/spaces")).count();
    assert_eq!(asked, 0, "it is looked at with the listings only");
    world.site().archived.borrow_mut().clear();
    world.next_run();
    world.next_look();
    assert!(titles(&world).contains(&"People home".to_owned()));
}
