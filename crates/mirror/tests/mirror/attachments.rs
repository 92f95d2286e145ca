//! Files of pages: what is new, replaced or gone is noticed cheaply, and no page ever waits for it.

use crate::support::{Site, TestWorld, answer};

const HOUR: i64 = 3_600_000;

fn imported() -> TestWorld {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    world.site().log.borrow_mut().clear();
    world
}

fn requests(world: &TestWorld, part: &str) -> usize {
    world.site().log.borrow().iter().filter(|path| path.contains(part)).count()
}

/// Every file that we know, with its page and version.
fn files(world: &TestWorld) -> Vec<String> {
    let told = world.text(
        "select coalesce(group_concat(told, ' '), '') from (select page_id || '/' || name || '/' || version as told
           from attachments order by page_id, name)",
    );
    told.split_whitespace().map(str::to_owned).collect()
}

fn last_run(world: &TestWorld, column: &str) -> String {
    world.text(&format!("select coalesce({column}, '') as v from runs order by id desc limit 1"))
}

fn sync_now(world: &TestWorld) {
    use ports::World;
    knowledge::runs::ask(world.database(), 1, "ada", world.now()).unwrap();
    world.settle();
}

#[test]
fn a_first_import_lists_the_files_of_whole_spaces() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    // What is attached in a space that is not chosen is none of ours.
    assert_eq!(files(&world), ["102/vpn.pdf/1", "102/vpn.png/1", "202/leave.xlsx/1"]);
    assert_eq!(world.number("select size as n from attachments where name = 'vpn.png'"), 1_000);
    assert_eq!((requests(&world, "type%3Dattachment"), requests(&world, "/attachments?status")), (2, 1));
    assert_eq!(requests(&world, "/pages/102/attachments"), 0, "no page is asked by itself");
}

/// An idle look asks for the files by turns.
fn it_is_the_turn_of_the_files(world: &TestWorld) {
    world.run("update attachment_feeds set looked_at = 0");
}

#[test]
fn what_is_attached_or_replaced_comes_in_its_turn_though_no_page_changed() {
    let world = imported();
    it_is_the_turn_of_the_files(&world);
    world.site().attach("75", "103", "steps.pdf", 2);
    world.site().attach("71", "102", "vpn.png", 3);
    world.next_look();
    assert_eq!(files(&world), ["102/vpn.pdf/1", "102/vpn.png/3", "103/steps.pdf/2", "202/leave.xlsx/1"]);
    assert_eq!(requests(&world, "content/search"), 0);
    assert_eq!(world.number("select count(*) as n from runs"), 1, "a look that found no page leaves no row");
}

#[test]
fn a_file_that_is_gone_is_confirmed_by_its_page() {
    let world = imported();
    world.site().files.borrow_mut().remove("72");
    // The search lags behind, and says less than there is.
    world.site().files.borrow_mut().get_mut("71").unwrap().is_indexed = false;
    world.pass(2 * HOUR);
    world.settle();
    assert_eq!(files(&world), ["102/vpn.png/1", "202/leave.xlsx/1"]);
    assert_eq!(requests(&world, "/pages/102/attachments"), 1);
    assert_eq!(requests(&world, "/pages/202/attachments"), 0);
}

#[test]
fn sync_now_notices_a_file_that_is_gone() {
    let world = imported();
    world.site().files.borrow_mut().remove("73");
    sync_now(&world);
    assert_eq!(files(&world), ["102/vpn.pdf/1", "102/vpn.png/1"]);
}

#[test]
fn an_edited_page_is_asked_for_its_files() {
    let world = imported();
    world.site().edit("102", |page| page.version = 2);
    world.site().files.borrow_mut().remove("71");
    world.site().add("107", "10", None, "New with a file");
    world.site().edit("107", |page| page.version = 2);
    // Attached long ago, where it could not be seen.
    world.site().attach("76", "107", "old.pdf", 1);
    world.next_look();
    assert_eq!(files(&world), ["102/vpn.pdf/1", "107/old.pdf/1", "202/leave.xlsx/1"]);
    assert_eq!(requests(&world, "content/search"), 0);
}

#[test]
fn no_page_waits_for_a_list_of_files_that_fails() {
    for (status, body) in [
        (500, "{}"),
        (200, "<html>Log in</html>"),
        (200, "{}"),
        (403, r#"{"message":"Blocked by policy"}"#),
        (401, r#"{"code":401,"message":"Unauthorized; scope does not match"}"#),
        (404, "{}"),
        (400, r#"{"errors":[{"title":"Provided value for 'cursor' is not the correct type."}]}"#),
    ] {
        let world = TestWorld::connected(Site::sample());
        world.site().fail("type%3Dattachment", 2, status, body);
        world.site().fail("/v2/attachments", 1, status, body);
        world.settle();
        assert_eq!(last_run(&world, "state"), "finished", "{status} {body}");
        assert_eq!(world.readable().len(), 7, "{status} {body}");
        let remarks = last_run(&world, "remarks");
        assert!(remarks.contains("The attachments of IT Help could not be listed"), "{remarks}");
        assert!(files(&world).is_empty());
        world.site().edit("101", |page| page.version = 2);
        world.pass(HOUR + 1);
        world.settle();
        assert_eq!(files(&world).len(), 3, "{status} {body}");
        assert!(!last_run(&world, "remarks").contains("attachments"), "{}", last_run(&world, "remarks"));
    }
}

#[test]
fn an_edit_arrives_although_the_files_of_its_page_cannot_be_asked() {
    let world = imported();
    world.site().edit("102", |page| {
        page.version = 2;
        page.title = "Renamed".into();
    });
    world.site().files.borrow_mut().remove("72");
    world.site().fail("/pages/102/attachments", 1, 502, "");
    world.next_look();
    assert!(world.readable().contains(&"Renamed".to_owned()));
    assert_eq!(files(&world).len(), 3, "nothing is concluded from an answer that failed");
    world.pass(HOUR + 1);
    world.settle();
    assert_eq!(files(&world).len(), 2);
}

#[test]
fn a_rate_limit_is_waited_for() {
    let world = imported();
    it_is_the_turn_of_the_files(&world);
    world.site().fail_with("/v2/attachments", 1, || {
        let mut limited = answer(429, "{}".into());
        limited.headers_mut().insert("retry-after", http::HeaderValue::from_static("600"));
        Ok(limited)
    });
    world.pass(world.settings.interval);
    world.tick();
    assert_eq!(last_run(&world, "state"), "waiting");
}

#[test]
fn files_are_left_out_when_the_hour_is_short_of_points_and_come_later() {
    // The least that is enough for the pages, and so not for the files besides.
    let mut world = (30..200)
        .find_map(|points| {
            let mut world = TestWorld::connected(Site::sample());
            world.settings.points_per_hour = points;
            world.tick();
            (last_run(&world, "state") == "finished").then_some(world)
        })
        .expect("so many points are enough");
    assert_eq!(world.readable().len(), 7);
    assert!(files(&world).is_empty());
    world.settings.points_per_hour = 25_000;
    world.next_look();
    assert_eq!(files(&world).len(), 3);
}

#[test]
fn more_changes_of_files_than_a_feed_tells_are_listed() {
    let world = imported();
    it_is_the_turn_of_the_files(&world);
    let ids: Vec<&'static str> =
        (0..40).map(|number| &*Box::leak(format!("9{number:02}").into_boxed_str())).collect();
    for id in &ids {
        world.site().attach(id, "103", Box::leak(format!("{id}.png").into_boxed_str()), 5);
    }
    world.next_look();
    assert_eq!(files(&world).len(), 43);
    assert!(requests(&world, "/v2/attachments") <= 4, "{}", requests(&world, "/v2/attachments"));
}
