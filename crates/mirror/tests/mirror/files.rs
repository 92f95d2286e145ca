//! What is attached to pages is known, followed at the price of a request, and forgotten when it is removed.

use crate::support::{File, Site, TestWorld};

fn file(id: &'static str, page: &'static str, name: &'static str, day: u8) -> File {
    File { id, page, name, version: 1, day }
}

fn imported() -> TestWorld {
    let site = Site::sample();
    *site.files.borrow_mut() = vec![
        file("att1", "102", "diagram.png", 1),
        file("att2", "102", "form.pdf", 2),
        file("att3", "202", "leave.xlsx", 3),
        // Of a space that is not mirrored.
        file("att4", "301", "secret.txt", 4),
        file("att5", "103", "steps.png", 5),
    ];
    let world = TestWorld::connected(site);
    world.settle();
    world
}

fn names(world: &TestWorld) -> String {
    world.text("select coalesce(group_concat(name || ' ' || version, ', '), '') as v from (select * from attachments order by attachment_id)")
}

const ALL: &str = "diagram.png 1, form.pdf 1, leave.xlsx 1, steps.png 1";

#[test]
fn an_import_knows_the_files_of_the_mirrored_pages() {
    let world = imported();
    assert_eq!(names(&world), ALL);
    world.site().log.borrow_mut().clear();
    world.next_run();
    let asked = world.site().log.borrow().iter().filter(|path| path.contains("attachments")).count();
    assert_eq!(asked, 1, "nothing changed: {:?}", world.site().log.borrow());
    assert_eq!(names(&world), ALL);
}

#[test]
fn a_new_version_a_new_page_and_a_removal_arrive() {
    let world = imported();
    world.site().files.borrow_mut()[0].version = 2;
    world.site().files.borrow_mut()[0].day = 9;
    world.site().add("106", "10", Some(("101", "page")), "New here");
    world.site().files.borrow_mut().push(file("att6", "106", "old but moved here.txt", 1));
    world.site().files.borrow_mut().remove(1);
    world.next_run();
    assert_eq!(
        names(&world),
        "diagram.png 2, form.pdf 1, leave.xlsx 1, steps.png 1, old but moved here.txt 1"
    );
    // What was removed is seen when the whole list is gone through.
    world.pass(24 * 3_600_000);
    world.settle();
    assert_eq!(names(&world), "diagram.png 2, leave.xlsx 1, steps.png 1, old but moved here.txt 1");
}

#[test]
fn a_list_that_fails_or_is_empty_removes_nothing() {
    let world = imported();
    for (status, body) in [
        (200, r#"{"results":[],"_links":{}}"#),
        (401, r#"{"code":401,"message":"Unauthorized; scope does not match"}"#),
        (403, r#"{"statusCode":403,"message":"Blocked by policy"}"#),
    ] {
        world.site().fail("/attachments", 1, status, body);
        world.pass(24 * 3_600_000);
        world.settle();
        assert_eq!(names(&world), ALL, "after {status} {body}");
        assert_eq!(world.text("select state as v from runs order by id desc limit 1"), "finished");
    }
}

#[test]
fn a_list_of_files_in_an_article_follows_them() {
    let site = Site::sample();
    site.files.borrow_mut().push(file("att1", "102", "diagram.png", 1));
    site.edit("102", |page| page.body = "<ac:structured-macro ac:name=\"attachments\"/>".into());
    let world = TestWorld::connected(site);
    world.settle();
    let text = || world.text("select text as v from articles where page_id = '102'");
    assert!(text().contains("diagram.png"), "{}", text());
    world.site().files.borrow_mut().push(file("att2", "102", "form.pdf", 2));
    world.next_run();
    assert!(text().contains("diagram.png") && text().contains("form.pdf"), "{}", text());
}
