//! What an article shows besides its own page: included pages, lists of pages, links.

use serde_json::json;
use stories::Application;

/// The call of the macro that shows another page.
fn include(title: &str) -> String {
    format!(
        r#"<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link><ri:page ri:content-title="{title}"/></ac:link></ac:parameter></ac:structured-macro>"#
    )
}

#[test]
fn an_included_page_is_followed_and_shown_to_nobody_who_may_not_see_it() {
    let application = Application::start();
    let site = &application.site;
    let hours = site.add_page("IT", "Opening hours of the kiosk", "<p>Open from eight to six.</p>");
    let body = format!("<p>The kiosk lends chargers.</p>{}", include("Opening hours of the kiosk"));
    site.add_page("IT", "Borrow a charger", &body);
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Borrow a charger");
    let mut employee = application.employee();
    employee.open("/search?q=borrow+charger");
    employee.click("Borrow a charger");
    employee.sees("The kiosk lends chargers.").sees("Open from eight to six.");
    let article = employee.page().url.clone();

    site.change_page(&hours, &json!({"body": "<p>Closed for the holidays.</p>"}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.sees("Closed for the holidays.").does_not_see("eight to six");

    site.change_page(&hours, &json!({"restriction": {"users": ["service"]}}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.sees("The kiosk lends chargers.").does_not_see("Closed for the holidays.");
    employee.open("/search?q=closed+holidays");
    employee.does_not_see("Borrow a charger");
    // In its place is a link, which leads where Confluence asks who is there.
    employee.open(article.as_str());
    let link = employee.page().link("Included page: Opening hours of the kiosk").expect("a link");
    employee.open(link.as_str());
    assert!(employee.page().url.as_str().starts_with(&application.site.url), "{}", employee.page().url);
}

#[test]
fn the_sample_sites_home_page_shows_its_excerpt_and_its_pages() {
    let application = Application::start();
    let (mut admin, _) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "");
    let mut employee = application.employee();
    employee.open("/search?q=IT+Help");
    employee.click("IT Help");
    employee.sees("The service desk answers").sees("How do I request VPN access?");
    employee.click("How do I request VPN access?");
    assert_eq!(employee.page().heading(), "How do I request VPN access?");
    assert!(employee.page().url.path().starts_with("/articles/"), "{}", employee.page().url);
}
