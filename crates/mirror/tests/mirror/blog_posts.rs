//! Blog posts, where a space includes them: as safe as pages, and out of the way where it does not.

use confluence::{Credential, Gateway};
use knowledge::checks::Shown;
use knowledge::connections::{AccessKind, Consent};
use knowledge::spaces::SourceSpace;
use knowledge::{blog_posts, reconnections};
use ports::World;

use crate::support::{Death, Site, TestWorld};

/// Two posts in HR, of which one is restricted.
fn site() -> Site {
    let site = Site::sample();
    for (id, title) in [("251", "The canteen opens"), ("252", "Who got a raise"), ("253", "Old news")] {
        site.add(id, "20", None, title);
        site.edit(id, |post| post.is_blog_post = true);
    }
    site.edit("252", |post| post.restricted = true);
    site.attach("77", "251", "menu.pdf", 1);
    site
}

fn include(world: &TestWorld, wanted: bool) {
    let (database, now) = (world.database(), world.now());
    assert!(blog_posts::include(database, 1, "20", wanted, "ada", now).unwrap());
    knowledge::runs::ask(database, 1, "ada", now).unwrap();
    world.settle();
}

fn including() -> TestWorld {
    let world = TestWorld::connected(site());
    world.settle();
    include(&world, true);
    world.site().log.borrow_mut().clear();
    world
}

fn shows(world: &TestWorld, title: &str) -> bool {
    world.readable().contains(&title.to_owned())
}

#[test]
fn blog_posts_stay_out_until_a_space_includes_them() {
    let world = TestWorld::connected(site());
    world.settle();
    assert!(!shows(&world, "The canteen opens"));
    assert!(
        world.site().log.borrow().iter().all(|path| !path.contains("blogpost")),
        "nothing is asked of them"
    );
    include(&world, true);
    assert!(shows(&world, "The canteen opens") && shows(&world, "Old news"));
    assert!(!shows(&world, "Who got a raise"), "it is restricted");
    assert_eq!(
        world.number("select posted_at as n from blog_posts where page_id = '251'"),
        1_792_400_400_000
    );
    assert_eq!(world.number("select count(*) as n from attachments where page_id = '251'"), 1);
    assert!(shows(&world, "People home"), "pages are as they were");
}

#[test]
fn an_edit_a_restriction_and_a_new_post_arrive() {
    let world = including();
    world.site().edit("251", |post| {
        post.version = 2;
        post.title = "The canteen is open".into();
    });
    world.site().add("254", "20", None, "Fresh news");
    world.site().edit("254", |post| {
        post.is_blog_post = true;
        post.version = 2;
    });
    world.next_look();
    assert!(shows(&world, "The canteen is open") && shows(&world, "Fresh news"));
    let log = world.site().log.borrow().clone();
    assert!(log.iter().all(|path| !path.contains("/spaces/20/blogposts")), "nothing was listed: {log:?}");
    assert_eq!(world.number("select max(looks) as n from page_counts"), 0, "they are not counted as pages");
    assert!(log.iter().filter(|path| path.contains("body-format")).all(|path| path.contains("/blogposts")));
    world.site().edit("251", |post| post.restricted = true);
    world.next_run();
    assert!(!shows(&world, "The canteen is open"));
}

#[test]
fn an_idle_look_at_a_space_with_a_blog_is_one_request_more() {
    let world = including();
    world.next_look();
    assert_eq!(world.site().log.borrow().len(), 3, "{:?}", world.site().log.borrow());
}

#[test]
fn a_post_is_gone_only_where_confluence_says_so() {
    let world = including();
    // A listing that fails removes nothing, and no listing is believed alone.
    world.site().fail("/spaces/20/blogposts", 1, 500, "");
    world.next_run();
    assert!(shows(&world, "Old news"));
    world.site().fail("/spaces/20/blogposts", 1, 200, r#"{"results":[],"_links":{}}"#);
    world.next_run();
    assert!(shows(&world, "Old news") && shows(&world, "The canteen opens"));
    world.site().edit("253", |post| post.status = "trashed");
    world.next_run();
    assert!(!shows(&world, "Old news") && shows(&world, "The canteen opens"));
    assert_eq!(world.text("select source_state as v from articles where page_id = '253'"), "trashed");
    world.site().edit("253", |post| post.status = "current");
    world.next_run();
    assert!(shows(&world, "Old news"));
}

#[test]
fn leaving_blog_posts_out_hides_them_at_once_and_including_them_brings_them_back_as_they_were() {
    let world = including();
    assert!(shows(&world, "Old news"));
    world.run("update articles set category = 'News' where page_id = '253'");
    blog_posts::include(world.database(), 1, "20", false, "ada", world.now()).unwrap();
    assert!(!shows(&world, "Old news") && shows(&world, "People home"));
    world.next_run();
    assert!(!shows(&world, "Old news"));
    assert_eq!(world.number("select count(*) as n from held_removals"), 0);
    include(&world, true);
    assert!(shows(&world, "Old news"));
    assert_eq!(world.text("select category as v from articles where page_id = '253'"), "News");
}

#[test]
fn a_page_is_meant_where_a_post_has_its_title() {
    let site = site();
    site.edit("253", |post| post.title = "Salary rules".into());
    site.add("299", "20", None, "Salary rules");
    site.edit("299", |page| page.body = "<p>Raises come in May.</p>".into());
    site.edit("201", |page| {
        page.body = r#"<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link><ri:page ri:content-title="Salary rules"/></ac:link></ac:parameter></ac:structured-macro>"#.into();
    });
    let world = TestWorld::connected(site);
    world.settle();
    include(&world, true);
    world.next_run();
    assert!(
        world.text("select text as v from articles where page_id = '201'").contains("Raises come in May.")
    );
}

#[test]
fn a_post_that_is_about_to_be_read_stays_while_it_is_there_and_goes_with_what_hides_it() {
    let world = including();
    let article =
        |page: &str| world.number(&format!("select id as n from articles where page_id = '{page}'"));
    let check = |pages: &[&str]| {
        let articles: Vec<i64> = pages.iter().map(|page| article(page)).collect();
        let checked = mirror::check(&world, &world.settings, &articles, Shown::Whole);
        pollster::block_on(checked).unwrap()
    };
    assert!(!check(&["251"]));
    assert!(shows(&world, "The canteen opens"));
    let log = world.site().log.take();
    assert!(log.len() == 2 && log[0].contains("/blogposts?id=251"), "its state and its restriction: {log:?}");

    // Beside pages it is one request more.
    assert!(!check(&["201", "253"]));
    let states = |kind: &str| world.site().log.borrow().iter().filter(|path| path.contains(kind)).count();
    assert_eq!((states("/pages?id="), states("/blogposts?id=")), (1, 1));

    world.pass(5 * 60_000);
    world.site().edit("251", |post| post.restricted = true);
    world.site().edit("253", |post| post.status = "trashed");
    assert!(check(&["201", "251", "253"]));
    assert!(
        !shows(&world, "The canteen opens") && !shows(&world, "Old news") && shows(&world, "People home")
    );
    assert_eq!(world.text("select source_state as v from articles where page_id = '253'"), "trashed");
    // The schedule finds the same, and shows them again once they are back.
    world.site().edit("251", |post| post.restricted = false);
    world.site().edit("253", |post| post.status = "current");
    world.next_run();
    assert!(shows(&world, "The canteen opens") && shows(&world, "Old news"));
}

#[test]
fn posts_that_were_left_out_stay_so_wherever_the_run_before_died() {
    let edited = || {
        let world = including();
        world.site().edit("251", |post| post.version = 2);
        knowledge::runs::ask(world.database(), 1, "ada", world.now()).unwrap();
        world
    };
    let reference = edited();
    reference.doom(None);
    reference.tick();
    for at in (0..reference.calls()).step_by(14) {
        let world = edited();
        world.doom(Some(Death { at, after_effect: at % 28 == 0 }));
        world.tick();
        world.doom(None);
        blog_posts::include(world.database(), 1, "20", false, "ada", world.now()).unwrap();
        // Of what came between two statements of the run nothing is left by the next one.
        if at % 28 == 0 {
            world.run("update pages set source_state = 'current' where page_id = '253'");
            world.run("update articles set source_state = 'current' where page_id = '253'");
        }
        world.pass(3_600_000);
        world.settle();
        world.next_run();
        assert!(
            !shows(&world, "The canteen opens") && !shows(&world, "Old news"),
            "after a death at call {at}"
        );
        assert!(shows(&world, "People home"));
    }
}

#[test]
fn a_post_that_is_turned_into_a_page_is_followed_as_one() {
    let world = including();
    world.site().edit("251", |post| {
        post.is_blog_post = false;
        post.version = 2;
        post.title = "About the canteen".into();
    });
    world.next_look();
    assert!(shows(&world, "About the canteen"));
    blog_posts::include(world.database(), 1, "20", false, "ada", world.now()).unwrap();
    assert!(shows(&world, "About the canteen") && !shows(&world, "Old news"));
}

#[test]
fn another_account_is_compared_by_the_blog_posts_that_it_sees() {
    let world = including();
    let account = Consent {
        cloud_id: "cloud-1",
        site_url: "https://acme.atlassian.net",
        site_name: "acme",
        account_id: "b",
        account_name: "Bo",
        access: AccessKind::Consent,
        given_by: "ada",
    };
    let space = |id: &str, key: &str| SourceSpace {
        space_id: id.into(),
        key: key.into(),
        name: key.into(),
        kind: "global".into(),
        status: "current".into(),
        homepage_id: None,
    };
    reconnections::begin(world.database(), 1, &account, &[space("10", "IT"), space("20", "HR")], 0).unwrap();
    world.site().edit("253", |post| post.visible = false);
    let waiting = reconnections::open(world.database(), 1).unwrap().unwrap();
    let gateway = Gateway::new(&world.settings.api_url, "cloud-1");
    let credential = Credential::Bearer(world.site().access_token());
    let compared =
        mirror::compare(world.database(), world.client(), &gateway, &credential, &waiting, || 0, 1);
    pollster::block_on(compared).unwrap();
    let waiting = reconnections::open(world.database(), 1).unwrap().unwrap();
    assert!(waiting.is_compared, "{:?}", waiting.failure);
    let changes = reconnections::changes(world.database(), &waiting, 9).unwrap();
    let gone: Vec<&str> = changes.gone.iter().map(|page| page.title.as_str()).collect();
    assert_eq!((gone, changes.new_in_all), (vec!["Old news"], 0));
}
