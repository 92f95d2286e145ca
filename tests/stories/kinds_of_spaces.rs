//! What is mirrored beside ordinary pages of ordinary spaces: personal and archived spaces, live documents, blog posts.

use serde_json::json;
use stories::{Application, SERVICE_USER};

#[test]
fn a_live_document_of_a_personal_space_is_followed_though_no_edit_makes_a_version() {
    let application = Application::start();
    let site = &application.site;
    let space = json!({"key": "~ada", "name": "Ada’s desk", "type": "personal"});
    site.control("POST", "spaces", &space);
    let body = "<p>Ada is in the office on Mondays.</p>";
    let page = json!({"space": "~ada", "title": "When is Ada in?", "body": body, "live": true});
    let page = site.control("POST", "pages", &page)["id"].as_str().expect("an id").to_owned();
    let mut admin = application.admin();
    application.consent(&mut admin, SERVICE_USER, "Accept");
    admin.sees("Personal and archived spaces").sees("Personal");
    admin.tick("Ada’s desk").press("Save and sync");
    let connection = admin.page().url.path().to_owned();
    application.wait_for_sync(&mut admin, &connection);
    application.publish(&mut admin, "When is Ada in?");
    let mut employee = application.employee();
    employee.open("/search?q=ada+office");
    employee.click("When is Ada in?");
    employee.sees("on Mondays");
    let article = employee.page().url.clone();

    site.change_page(&page, &json!({"body": "<p>Ada is in the office on Fridays.</p>"}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.sees("on Fridays").does_not_see("on Mondays");
}

#[test]
fn an_archived_space_takes_its_articles_out_of_sight_and_brings_them_back() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "How do I request VPN access?");
    let mut employee = application.employee();
    employee.open("/search?q=vpn+access");
    employee.click("How do I request VPN access?");
    let article = employee.page().url.clone();

    application.site.control("PATCH", "spaces/IT", &json!({"archived": true}));
    application.sync_now(&mut admin, &connection);
    admin.sees("The space IT Help is archived in Confluence");
    employee.open("/search?q=vpn+access");
    employee.does_not_see("How do I request VPN access?");
    employee.open(article.as_str());
    assert_eq!(employee.page().status, 404);

    application.site.control("PATCH", "spaces/IT", &json!({"archived": false}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    assert_eq!(employee.page().status, 200);
}

#[test]
fn blog_posts_come_in_where_the_scope_says_so_and_go_when_it_no_longer_does() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["People Team"]);
    admin.open("/console/resources/articles?q=canteen");
    admin.does_not_see("The new canteen opens");
    admin.open(&connection);
    admin.click("Narrow");
    admin.tick("Include blog posts").press("Save and sync");
    admin.sees("The blog posts of this space become drafts");
    application.wait_for_sync(&mut admin, &connection);
    application.publish(&mut admin, "The new canteen opens");
    let mut employee = application.employee();
    employee.open("/search?q=canteen");
    employee.click("The new canteen opens");
    employee.sees("Blog post of").sees("second floor");
    admin.open(&connection);
    admin.click("Narrow");
    admin.untick("Include blog posts").press("Save and sync");
    admin.sees("The articles of blog posts are hidden");
    employee.open("/search?q=canteen");
    employee.does_not_see("The new canteen opens");
}
