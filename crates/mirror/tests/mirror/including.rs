//! What an article shows of other pages: it follows them, and shows nothing of them to the wrong people.

use crate::support::{Death, OPEN_ARTICLES, Page, Site, TestWorld};

/// The call of a macro that shows another page.
fn shown(name: &str, title: &str, space: &str) -> String {
    let space = if space.is_empty() { String::new() } else { format!(" ri:space-key=\"{space}\"") };
    format!(
        "<ac:structured-macro ac:name=\"{name}\"><ac:parameter ac:name=\"\"><ac:link>\
         <ri:page ri:content-title=\"{title}\"{space}/></ac:link></ac:parameter></ac:structured-macro>"
    )
}

/// *Hours* (106) is shown by *VPN* (102, of the same space) and, through *Contacts* (204), by *IT home* (101).
fn site() -> Site {
    let site = Site::sample();
    site.add("106", "10", Some(("101", "page")), "Hours");
    site.add("204", "20", Some(("201", "page")), "Hours");
    site.add("205", "20", Some(("201", "page")), "Contacts");
    let body = |id: &str, body: String| site.edit(id, |page| page.body = body);
    body("106", "<p>Open from eight to six.</p>".into());
    body("204", "<p>People are there from ten to four.</p>".into());
    body("205", format!("<p>Call 4711.</p>{}", shown("include", "Hours", "")));
    body("102", format!("<p>Ask for access.</p>{}", shown("include", "Hours", "")));
    body("101", format!("<p>Welcome.</p>{}", shown("include", "Contacts", "HR")));
    site
}

fn imported() -> TestWorld {
    let world = TestWorld::connected(site());
    world.settle();
    world
}

/// The article's words, as far as employees may read it.
fn words(world: &TestWorld, page: &str) -> String {
    world.run("update articles set status = 'published'");
    world.text(&format!(
        "select coalesce((select text from {OPEN_ARTICLES} where page_id = '{page}'), 'hidden') as v"
    ))
}

#[test]
fn an_included_page_is_shown_and_a_title_means_the_page_of_its_own_space() {
    let world = imported();
    let vpn = words(&world, "102");
    assert!(vpn.contains("Ask for access.") && vpn.contains("eight to six"), "{vpn}");
    // What Contacts includes is of its own space, whoever includes Contacts.
    let home = words(&world, "101");
    assert!(home.contains("Call 4711.") && home.contains("ten to four"), "{home}");
    assert!(!home.contains("eight to six"), "{home}");
    assert_eq!(world.number("select sum(losses) as n from articles where page_id in ('101', '102')"), 0);
}

#[test]
fn an_edit_of_an_included_page_arrives_everywhere_and_touches_nothing_else() {
    let world = imported();
    world.site().edit("204", |page| {
        page.version = 2;
        page.body = "<p>People are away today.</p>".into();
    });
    world.site().log.borrow_mut().clear();
    world.next_run();
    for page in ["101", "205", "204"] {
        assert!(words(&world, page).contains("away today"), "{page}: {}", words(&world, page));
    }
    let asked: Vec<String> =
        world.site().log.borrow().iter().filter(|path| path.contains("body-format")).cloned().collect();
    assert!(asked.iter().all(|path| !path.contains("id=102") && !path.contains("id=106")), "{asked:?}");
    world.site().log.borrow_mut().clear();
    world.next_run();
    assert!(world.site().log.borrow().iter().all(|path| !path.contains("body-format")), "it is done");
}

#[test]
fn an_edit_of_an_included_page_arrives_with_the_feed() {
    let world = imported();
    world.site().edit("106", |page| {
        page.version = 2;
        page.body = "<p>Open on Sundays.</p>".into();
    });
    world.site().log.borrow_mut().clear();
    world.next_look();
    assert!(words(&world, "102").contains("Open on Sundays."), "{}", words(&world, "102"));
    assert_eq!(world.text("select kind as v from runs order by id desc limit 1"), "changes");
    assert!(
        world
            .site()
            .log
            .borrow()
            .iter()
            .all(|path| !path.contains("/spaces/") || path.contains("/permissions")),
        "nothing was listed"
    );
}

#[test]
fn what_becomes_restricted_is_hidden_at_once_wherever_it_is_shown() {
    let mut world = imported();
    world.settings.tick = 0;
    world.site().edit("204", |page| page.restricted = true);
    world.pass(15 * 60_000);
    world.tick();
    let mut was_hidden = false;
    while world.number("select count(*) as n from runs where state in ('queued', 'running', 'waiting')") > 0 {
        let known = world.text("select audience as v from articles where page_id = '204'") == "restricted";
        for page in ["101", "205"] {
            let words = words(&world, page);
            assert!(!known || !words.contains("ten to four"), "{page} leaks: {words}");
            was_hidden |= words == "hidden";
        }
        world.pass(1_000);
        // One step at a time, where a tick has two workers.
        pollster::block_on(mirror::work_on(&world, &world.settings, 1)).unwrap();
    }
    assert!(was_hidden, "between the two, nothing was shown");
    let home = words(&world, "101");
    assert!(home.contains("Call 4711.") && home.contains("Included page: Hours"), "{home}");
    assert!(!home.contains("ten to four"), "{home}");
    assert!(
        world.number("select losses as n from articles where page_id = '101'") > 0,
        "it is in the report"
    );

    world.site().edit("204", |page| page.restricted = false);
    world.settle();
    world.next_run();
    assert!(words(&world, "101").contains("ten to four"));
}

#[test]
fn what_goes_or_is_renamed_is_no_longer_shown() {
    for change in [
        (|page| page.status = "trashed") as fn(&mut Page),
        |page| page.status = "archived",
        |page| page.visible = false,
        |page| page.title = "Opening hours".into(),
    ] {
        let world = imported();
        world.site().edit("106", change);
        world.next_run();
        let vpn = words(&world, "102");
        assert!(vpn.contains("Ask for access.") && !vpn.contains("eight to six"), "{vpn}");
        // A page that comes to bear the name is shown.
        world.site().add("107", "10", Some(("101", "page")), "Hours");
        world.site().edit("107", |page| page.body = "<p>Open all night.</p>".into());
        world.next_run();
        assert!(words(&world, "102").contains("all night"), "{}", words(&world, "102"));
    }
}

#[test]
fn a_restricted_page_is_never_shown_and_a_circle_ends() {
    let site = site();
    site.edit("104", |page| {
        page.body =
            format!("{}{}", shown("include", "Salary bands", "HR"), shown("include", "Reset a password", ""));
    });
    site.edit("103", |page| {
        page.body = format!("<p>Reset it.</p>{}", shown("excerpt-include", "Runbooks", ""))
    });
    let world = TestWorld::connected(site);
    world.settle();
    let runbooks = words(&world, "104");
    assert!(runbooks.contains("Reset it.") && !runbooks.contains("All about Salary bands"), "{runbooks}");
    world.site().log.borrow_mut().clear();
    world.next_run();
    assert!(world.site().log.borrow().iter().all(|path| !path.contains("body-format")), "it comes to rest");
}

#[test]
fn child_pages_are_listed_as_far_as_all_may_see_them() {
    let site = site();
    site.edit("201", |page| page.body = "<ac:structured-macro ac:name=\"children\"/>".into());
    let world = TestWorld::connected(site);
    world.settle();
    let people = words(&world, "201");
    assert!(
        people.contains("Contacts") && people.contains("Hours") && !people.contains("Salary"),
        "{people}"
    );
    world.site().edit("204", |page| page.title = "Opening times".into());
    world.site().edit("205", |page| page.restricted = true);
    world.next_run();
    let people = words(&world, "201");
    assert!(people.contains("Opening times") && !people.contains("Contacts"), "{people}");
}

#[test]
fn an_import_with_included_pages_may_be_killed_at_any_call() {
    let expected = imported().state();
    let world = TestWorld::connected(site());
    world.doom(None);
    world.settle();
    let calls = world.calls();
    for at in 0..calls {
        let world = TestWorld::connected(site());
        world.doom(Some(Death { at, after_effect: at % 2 == 0 }));
        assert!(!world.tick(), "killed at {at}");
        world.doom(None);
        world.pass(60_000);
        world.settle();
        assert_eq!(world.state(), expected, "killed at call {at} of {calls}");
    }
}
