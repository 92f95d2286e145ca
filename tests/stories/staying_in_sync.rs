//! What happens in Confluence happens here: on the schedule and by Sync now.

use std::time::Duration;

use serde_json::json;
use stories::{Application, Settings, wait_until};

const BODY: &str = "<p>Turn the printer off, wait for ten seconds, and turn it on again.</p>";

#[test]
fn an_edit_arrives_with_the_next_tick() {
    let application = Application::start_with(Settings::default().with("sync_interval_seconds", "1"));
    let page = application.site.add_page("IT", "Unjam the plotter", BODY);
    let (mut admin, _) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Unjam the plotter");
    let mut employee = application.employee();
    employee.open("/search?q=plotter");
    employee.sees("Unjam the plotter");
    application.site.change_page(
        &page,
        &json!({"title": "Unjam the big plotter", "body": "<p>Call extension 4711.</p>"}),
    );
    wait_until("the edit arrives", Duration::from_secs(60), || {
        employee.open("/search?q=plotter").text().contains("Unjam the big plotter").then_some(())
    });
    employee.click("Unjam the big plotter");
    employee.sees("extension 4711").does_not_see("ten seconds");
}

#[test]
fn sync_now_brings_an_edit_and_takes_a_deleted_page_away() {
    let application = Application::start();
    let page = application.site.add_page("IT", "Unjam the plotter", BODY);
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Unjam the plotter");
    let mut employee = application.employee();
    employee.open("/search?q=plotter");
    employee.click("Unjam the plotter");
    let article = employee.page().url.clone();

    application.site.change_page(&page, &json!({"body": "<p>Call extension 4711.</p>"}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.sees("extension 4711");

    application.site.change_page(&page, &json!({"status": "trashed"}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    assert_eq!(employee.page().status, 404);
    employee.open("/search?q=plotter");
    employee.sees("No article found");

    // The page returns, and so does the article, published as it was.
    application.site.change_page(&page, &json!({"status": "current"}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.sees("extension 4711");
}

#[test]
fn an_archived_page_is_hidden() {
    let application = Application::start();
    let page = application.site.add_page("IT", "Unjam the plotter", BODY);
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Unjam the plotter");
    application.site.change_page(&page, &json!({"status": "archived"}));
    application.sync_now(&mut admin, &connection);
    let mut employee = application.employee();
    employee.open("/search?q=plotter");
    employee.sees("No article found");
}

#[test]
fn a_restriction_on_a_page_or_on_its_parent_hides_the_article() {
    let application = Application::start();
    let parent = application.site.add_page("IT", "Plotters", "<p>All about plotters.</p>");
    let child = application.site.add_page("IT", "Unjam the plotter", BODY);
    application.site.change_page(&child, &json!({"parentId": parent}));
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "plotter");
    let mut employee = application.employee();
    employee.open("/search?q=unjam");
    employee.click("Unjam the plotter");
    let article = employee.page().url.clone();

    application.site.change_page(&parent, &json!({"restriction": {"users": ["service"], "groups": []}}));
    application.sync_now(&mut admin, &connection);
    employee.open("/search?q=plotter");
    employee.sees("No article found").does_not_see("Unjam");
    employee.open(article.as_str());
    assert_eq!(employee.page().status, 404);
    employee.does_not_see("Unjam the plotter");
    employee.open("/ask?q=How+do+I+unjam+the+plotter%3F");
    employee.does_not_see("Unjam the plotter").does_not_see("ten seconds");
    admin.open("/console/resources/articles?q=Unjam");
    admin.sees("Unjam the plotter").sees("Hidden");

    application.site.change_page(&parent, &json!({"restriction": null}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.sees("ten seconds");
}

#[test]
fn a_sync_that_is_killed_goes_on_where_it_was() {
    let settings = Settings { simulator: vec!["--latency-ms".into(), "150".into()], ..Settings::default() };
    let mut application = Application::start_with(settings);
    let mut admin = application.admin();
    application.consent(&mut admin, stories::SERVICE_USER, "Accept");
    admin.tick("IT Help").tick("People Team").tick("Security").press("Save and sync");
    let connection = admin.page().url.path().to_owned();
    wait_until("the import has begun", Duration::from_secs(30), || {
        (!application.site.requests().is_empty()
            && admin.open(&connection).text().contains("Sync in progress"))
        .then_some(())
    });
    application.kill_and_start_again();
    application.wait_for_sync(&mut admin, &connection);
    admin.open("/console/resources/articles");
    let first = admin.page().all(".tabs a");
    assert!(first.iter().any(|tab| tab.starts_with("All")), "{first:?}");
    admin.open(&connection);
    admin.sees("Connected");
    // Nothing is doubled and nothing is lost: a further run finds nothing to do.
    application.sync_now(&mut admin, &connection);
    admin.open("/console/resources/articles");
    assert_eq!(admin.page().all(".tabs a"), first);
}

#[test]
fn a_broken_listing_removes_nothing() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "");
    let mut employee = application.employee();
    let before = employee.open("/search").text();
    for fault in [
        json!({"match": "/pages", "status": 200, "body": "{\"results\":[],\"_links\":{}}", "content_type": "application/json", "times": 1}),
        json!({"match": "/pages", "status": 200, "body": "<html>Log in</html>", "content_type": "text/html", "times": 9}),
        json!({"match": "/pages", "status": 404, "body": "{\"errors\":[{\"status\":404,\"code\":\"NOT_FOUND\",\"title\":\"Not Found\",\"detail\":null}]}", "content_type": "application/json", "times": 9}),
    ] {
        application.site.control("POST", "faults", &json!([fault]));
        admin.open(&connection);
        admin.press("Sync now");
        wait_until("the fault was met", Duration::from_secs(30), || {
            let page = admin.open(&connection).text();
            (page.contains("Goes on in") || !page.contains("Sync in progress")).then_some(())
        });
        assert_eq!(employee.open("/search").text(), before, "after {fault}");
        application.site.control("DELETE", "faults", &serde_json::Value::Null);
        application.wait_for_sync(&mut admin, &connection);
    }
}

/// A page whose article is published, and where the Portal has it; nobody has seen it there yet.
fn plotter(application: &Application) -> (String, String) {
    let page = application.site.add_page("IT", "Unjam the plotter", BODY);
    let (mut admin, _) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Unjam the plotter");
    admin.open("/console/resources/articles?q=plotter");
    admin.click("Unjam the plotter");
    (page, admin.page().url.path().replace("/console/resources", ""))
}

// No tick looks at Confluence in these stories: whoever is about to see an article has it asked.

#[test]
fn an_article_that_was_restricted_a_moment_ago_is_listed_for_nobody() {
    let application = Application::start();
    let (page, _) = plotter(&application);
    application.site.change_page(&page, &json!({"restriction": {"users": ["hana"]}}));
    let mut employee = application.employee();
    employee.open("/");
    employee.does_not_see("Unjam the plotter");
    employee.open("/search?q=plotter");
    employee.sees("No article found");
}

#[test]
fn an_article_that_was_restricted_a_moment_ago_opens_for_nobody() {
    let application = Application::start();
    let (page, article) = plotter(&application);
    application.site.change_page(&page, &json!({"restriction": {"users": ["hana"]}}));
    // Whoever follows a link to the article signs in on the way, and sees no list.
    let mut employee = application.visitor();
    employee.open(&article);
    employee.click("Sign in");
    employee.press("Mia");
    assert_eq!(employee.page().status, 404);
    employee.sees("This article is not available").does_not_see("turn it on again");
    employee.open("/search?q=plotter");
    employee.sees("No article found");
}

#[test]
fn an_article_opens_without_delay_while_confluence_does_not_answer() {
    let application = Application::start();
    let (page, _) = plotter(&application);
    application.site.change_page(&page, &json!({"restriction": {"users": ["hana"]}}));
    application.site.control("POST", "faults", &json!({"match": "/wiki/", "delay_ms": 20_000}));
    let mut employee = application.employee();
    let asked = std::time::Instant::now();
    employee.open("/search?q=plotter");
    employee.click("Unjam the plotter");
    employee.sees("turn it on again");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}
