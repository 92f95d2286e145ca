//! Edits of a published article wait for approval: what employees read stays, and nothing leaks or is lost by it.

use knowledge::Library;
use knowledge::article_review::{EditDecision, EditState, decide_edits, edit, undo_decision};
use knowledge::reading::{article, article_of_page};

use crate::support::{Death, Site, TestWorld};

const ME: &str = "ada@acme.example";

/// Everything is published, and edits of it wait.
fn reviewed(site: Site) -> TestWorld {
    let world = TestWorld::connected(site);
    world.settle();
    world.run("update articles set status = 'published', review_edits = 1");
    world
}

/// Title and words of the page's article as an employee reads them now.
fn read(world: &TestWorld, page: &str) -> String {
    let library = Library::public(world.store());
    let card = article_of_page(&library, None, page).unwrap();
    let whole = card.and_then(|card| article(&library, card.id).unwrap());
    whole.map_or("hidden".to_owned(), |whole| format!("{}: {}", whole.card.title, whole.markdown.trim()))
}

fn number(world: &TestWorld, page: &str) -> i64 {
    world.number(&format!("select id as n from articles where page_id = '{page}'"))
}

fn decide(world: &TestWorld, page: &str, decision: EditDecision, at: i64) -> usize {
    let seen = i64::MAX;
    decide_edits(world.store(), &[number(world, page)], decision, seen, ME, at).unwrap()
}

fn change(world: &TestWorld, page: &str, version: i64, title: &str, body: &str) {
    world.site().edit(page, |page| {
        page.version = version;
        page.title = title.to_owned();
        page.body = body.to_owned();
    });
}

fn found(world: &TestWorld, word: &str) -> i64 {
    world.number(&format!("select count(*) as n from passages_fts where passages_fts match '{word}'"))
        + world.number(&format!("select count(*) as n from articles_fts where articles_fts match '{word}'"))
}

#[test]
fn what_is_published_stays_until_an_edit_is_approved() {
    let world = reviewed(Site::sample());
    let before = read(&world, "103");
    let slug = world.text("select slug as v from articles where page_id = '103'");
    change(&world, "103", 2, "Change a password", "<h2>Kiosk</h2><p>Use the zebra kiosk.</p>");
    world.next_look();
    assert_eq!(read(&world, "103"), before);
    assert_eq!((found(&world, "zebra"), found(&world, "kiosk")), (0, 0), "neither search knows it");
    assert_eq!(world.text("select slug as v from articles where page_id = '103'"), slug);
    assert_eq!(world.number("select source_version as n from articles where page_id = '103'"), 1);
    world.site().log.borrow_mut().clear();
    world.next_run();
    let asked = world.site().log.borrow().iter().any(|path| path.contains("body-format"));
    assert!(!asked, "it was brought in once");

    let held = edit(world.store(), number(&world, "103")).unwrap().unwrap();
    assert_eq!((held.state, held.version, held.title.as_str()), (EditState::Waiting, 2, "Change a password"));
    assert!(held.markdown.contains("zebra") && !held.live_markdown.contains("zebra"));

    // Several edits before the review: the last one is what is reviewed.
    change(&world, "103", 3, "Change a password", "<p>Use the okapi kiosk.</p>");
    world.next_look();
    assert_eq!(read(&world, "103"), before);
    assert_eq!(decide(&world, "103", EditDecision::Approve, 7), 1);
    assert_eq!(read(&world, "103"), "Change a password: Use the okapi kiosk.");
    assert!(found(&world, "okapi") == 2 && found(&world, "zebra") == 0);
    assert_eq!(world.number("select count(*) as n from passages where title = 'Reset a password'"), 0);
    assert_eq!(decide(&world, "103", EditDecision::Approve, 8), 0, "once");

    assert_eq!(undo_decision(world.store(), ME, 7, 9).unwrap(), 1);
    assert_eq!(read(&world, "103"), before);
    assert!(found(&world, "okapi") == 0);
    let held = edit(world.store(), number(&world, "103")).unwrap().unwrap();
    assert_eq!((held.state, held.version), (EditState::Waiting, 3));
    assert_eq!(
        world.text("select group_concat(kind, ' ') as v from events where kind like 'edit%'"),
        "edit_approved edit_reopened"
    );
}

#[test]
fn an_edit_that_is_turned_down_stays_so_until_the_next() {
    let world = reviewed(Site::sample());
    let before = read(&world, "103");
    change(&world, "103", 2, "Reset a password", "<p>Use the zebra kiosk.</p>");
    world.next_look();
    assert_eq!(decide(&world, "103", EditDecision::Keep, 7), 1);
    // Converted again without having been edited, it is still the version that was turned down.
    world.run("update pages set converted_version = null");
    world.next_run();
    let held = edit(world.store(), number(&world, "103")).unwrap().unwrap();
    assert_eq!((held.state, held.decided_by.as_deref()), (EditState::Kept, Some(ME)));
    assert_eq!(read(&world, "103"), before);

    change(&world, "103", 3, "Reset a password", "<p>Use the okapi kiosk.</p>");
    world.next_look();
    let held = edit(world.store(), number(&world, "103")).unwrap().unwrap();
    assert_eq!((held.state, held.version), (EditState::Waiting, 3));
    // The page is put back as it was: there is nothing to decide any more.
    change(&world, "103", 4, "Reset a password", "<p>All about Reset a password.</p>");
    world.next_look();
    assert!(edit(world.store(), number(&world, "103")).unwrap().is_none());
    assert_eq!(world.number("select source_version as n from articles where page_id = '103'"), 4);
}

#[test]
fn nobody_approves_what_came_after_they_looked() {
    let world = reviewed(Site::sample());
    let before = read(&world, "103");
    change(&world, "103", 2, "Reset a password", "<p>Use the zebra kiosk.</p>");
    world.next_look();
    let id = number(&world, "103");
    let seen = edit(world.store(), id).unwrap().unwrap().at;
    change(&world, "103", 3, "Reset a password", "<p>Use the okapi kiosk.</p>");
    world.next_look();
    for decision in [EditDecision::Approve, EditDecision::Keep] {
        assert_eq!(decide_edits(world.store(), &[id], decision, seen, ME, 7).unwrap(), 0);
    }
    assert_eq!(read(&world, "103"), before);
}

#[test]
fn only_what_is_published_and_reviewed_waits() {
    let world = reviewed(Site::sample());
    world.run("update articles set review_edits = null, category = null");
    world.run("update articles set category = 'IT' where page_id in ('102', '104')");
    world.run("insert into categories (name, review_edits) values ('IT', 1)");
    world.run("update articles set review_edits = 0 where page_id = '104'");
    world.run("update articles set status = 'draft', review_edits = 1 where page_id = '105'");
    for page in ["101", "102", "104", "105"] {
        change(&world, page, 2, "Everything anew", "<p>Zebra.</p>");
    }
    world.next_run();
    let waiting = "select group_concat(page_id, ' ') as v from articles where edit_state = 'waiting'";
    assert_eq!(world.text(waiting), "102", "by its category");
    // No longer reviewed, the next edit goes live, and takes the one that waited with it.
    world.run("update articles set review_edits = 0");
    change(&world, "102", 3, "Everything anew", "<p>Okapi.</p>");
    world.next_run();
    assert_eq!(read(&world, "102"), "Everything anew: Okapi.");
    assert_eq!(world.number("select count(*) as n from articles where edit_state is not null"), 0);
}

#[test]
fn what_hides_a_page_hides_the_published_version_at_once() {
    type Change = fn(&mut crate::support::Page);
    for (change_page, comes_back) in [
        ((|page| page.restricted = true) as Change, (|page| page.restricted = false) as Change),
        (|page| page.status = "trashed", |page| page.status = "current"),
        (|page| page.status = "archived", |page| page.status = "current"),
        (|page| page.visible = false, |page| page.visible = true),
    ] {
        let world = reviewed(Site::sample());
        let before = read(&world, "103");
        change(&world, "103", 2, "Reset a password", "<p>Use the zebra kiosk.</p>");
        world.next_look();
        world.site().edit("103", change_page);
        world.next_run();
        assert_eq!(read(&world, "103"), "hidden");
        world.site().edit("103", comes_back);
        world.next_run();
        assert_eq!(read(&world, "103"), before, "nothing was edited in between");
        assert_eq!(decide(&world, "103", EditDecision::Approve, 7), 1, "and the edit still waits");
    }
}

#[test]
fn what_was_edited_under_a_restriction_shows_nothing_older() {
    let world = reviewed(Site::sample());
    // The secret is found and the page restricted, then it is taken out and the page opened again.
    change(&world, "103", 2, "Reset a password", "<p>The secret is 4711.</p>");
    world.next_look();
    assert_eq!(decide(&world, "103", EditDecision::Approve, 7), 1);
    world.site().edit("103", |page| page.restricted = true);
    world.next_run();
    change(&world, "103", 3, "Reset a password", "<p>There is no secret.</p>");
    world.next_run();
    world.site().edit("103", |page| page.restricted = false);
    for _ in 0..2 {
        world.next_run();
        assert_eq!(read(&world, "103"), "hidden");
    }
    assert_eq!(decide(&world, "103", EditDecision::Keep, 8), 1);
    assert_eq!(read(&world, "103"), "hidden", "what was published stays out of sight");
    assert_eq!(decide(&world, "103", EditDecision::Approve, 9), 1);
    assert_eq!(read(&world, "103"), "Reset a password: There is no secret.");
    assert_eq!(undo_decision(world.store(), ME, 9, 10).unwrap(), 1);
    assert_eq!(read(&world, "103"), "hidden");
}

#[test]
fn what_is_published_is_hidden_when_a_page_that_it_shows_goes_out_of_sight() {
    const SHOWS: &str = "<p>See:</p><ac:structured-macro ac:name=\"include\"><ac:parameter ac:name=\"\"><ac:link>\
        <ri:page ri:content-title=\"Runbooks\"/></ac:link></ac:parameter></ac:structured-macro>";
    for hide in
        [(|page| page.restricted = true) as fn(&mut crate::support::Page), |page| page.status = "trashed"]
    {
        let site = Site::sample();
        site.edit("103", |page| page.body = SHOWS.to_owned());
        let world = reviewed(site);
        assert!(read(&world, "103").contains("All about Runbooks"), "{}", read(&world, "103"));
        // An edit of the page that is shown waits with the article that shows it.
        change(&world, "104", 2, "Runbooks", "<p>Call 4711.</p>");
        world.run("update articles set review_edits = 0 where page_id = '104'");
        world.next_run();
        assert!(read(&world, "103").contains("All about Runbooks") && read(&world, "104").contains("4711"));
        world.site().edit("104", hide);
        world.next_run();
        assert_eq!(read(&world, "103"), "hidden");
        world.next_run();
        assert_eq!(read(&world, "103"), "hidden", "converting it again does not bring the old version back");
        assert_eq!(decide(&world, "103", EditDecision::Approve, 7), 1);
        let after = read(&world, "103");
        assert!(
            after.contains("See:") && !after.contains("All about Runbooks") && !after.contains("4711"),
            "{after}"
        );
        assert_eq!(undo_decision(world.store(), ME, 7, 8).unwrap(), 1);
        assert_eq!(read(&world, "103"), "hidden");
    }
}

#[test]
fn an_edit_that_waits_survives_a_death_at_any_call() {
    let world = reviewed(Site::sample());
    change(&world, "103", 2, "Change a password", "<p>Use the zebra kiosk.</p>");
    world.doom(None);
    world.next_run();
    let (calls, before) = (world.calls(), read(&world, "103"));
    for at in 0..calls {
        let world = reviewed(Site::sample());
        change(&world, "103", 2, "Change a password", "<p>Use the zebra kiosk.</p>");
        world.pass(15 * 60_000);
        world.doom(Some(Death { at, after_effect: at % 2 == 0 }));
        world.tick();
        world.doom(None);
        assert_eq!(read(&world, "103"), before, "killed at {at}");
        world.pass(60_000);
        world.settle();
        assert_eq!(read(&world, "103"), before, "killed at {at} of {calls}");
        assert_eq!(decide(&world, "103", EditDecision::Approve, 7), 1, "killed at {at} of {calls}");
    }
}
