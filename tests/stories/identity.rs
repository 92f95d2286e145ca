//! An article stays the same one, whatever becomes of its page's name and place.

use serde_json::json;
use stories::Application;

#[test]
fn a_renamed_moved_and_archived_page_keeps_its_article_address_and_all_that_was_decided() {
    let application = Application::start();
    let parent = application.site.add_page("IT", "Plotters", "<p>All about plotters.</p>");
    let page = application.site.add_page("IT", "Unjam the plotter", "<p>Turn it off and on.</p>");
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help", "People Team"]);
    application.publish(&mut admin, "Unjam the plotter");
    admin.open("/console/resources/articles");
    admin.fill("Title or text", "Unjam the plotter").press("Filter");
    admin.click("Unjam the plotter");
    let review = admin.page().url.clone();
    admin.press("Pin to the Portal");
    admin.sees("Pinned: it stands first");
    let category = admin.page().attribute("#_category option[selected]", "value").expect("a category");

    let mut employee = application.employee();
    employee.open("/");
    employee.click("Unjam the plotter");
    let old = employee.page().url.clone();
    employee.press("Yes");

    let is_the_same = |employee: &mut stories::Person, title: &str| {
        // Whoever kept the first address gets to the article under its present name.
        employee.open(old.as_str());
        assert_eq!((employee.page().status, employee.page().heading()), (200, title.to_owned()));
        assert_eq!(employee.page().url.path().split('/').nth(2), old.path().split('/').nth(2));
        employee.open("/");
        employee.sees("Pinned").sees(title);
    };

    application.site.change_page(&page, &json!({"title": "Free the plotter"}));
    application.sync_now(&mut admin, &connection);
    is_the_same(&mut employee, "Free the plotter");
    employee.open(old.as_str());
    assert!(employee.page().url.path().ends_with("/free-the-plotter"), "{}", employee.page().url);

    // Below another page, then into another space, and named as before again.
    application.site.change_page(&page, &json!({"parentId": parent}));
    application.sync_now(&mut admin, &connection);
    is_the_same(&mut employee, "Free the plotter");
    application
        .site
        .change_page(&page, &json!({"spaceId": "HR", "parentId": null, "title": "Unjam the plotter"}));
    application.sync_now(&mut admin, &connection);
    is_the_same(&mut employee, "Unjam the plotter");

    application.site.change_page(&page, &json!({"status": "archived"}));
    application.sync_now(&mut admin, &connection);
    employee.open(old.as_str());
    assert_eq!(employee.page().status, 404, "an archived page's old address leads nowhere");
    employee.open("/");
    employee.does_not_see("Unjam the plotter");
    application.site.change_page(&page, &json!({"status": "current"}));
    application.sync_now(&mut admin, &connection);
    is_the_same(&mut employee, "Unjam the plotter");

    admin.open(review.as_str());
    admin.sees("Published").sees("Pinned: it stands first").sees("People Team");
    assert_eq!(admin.page().attribute("#_category option[selected]", "value").as_deref(), Some(&*category));
}

#[test]
fn an_old_address_tells_nothing_of_what_may_not_be_read() {
    let application = Application::start();
    let page = application.site.add_page("IT", "Plotter codes", "<p>Codes.</p>");
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Plotter codes");
    let mut employee = application.employee();
    employee.open("/search?q=plotter+codes");
    employee.click("Plotter codes");
    let old = employee.page().url.clone();
    let change = json!({"title": "Secret plotter codes", "restriction": {"users": ["service"]}});
    application.site.change_page(&page, &change);
    application.sync_now(&mut admin, &connection);
    employee.open(old.as_str());
    assert_eq!(employee.page().status, 404);
    assert_eq!(employee.page().url, old, "no redirect gives the new name away");
    employee.does_not_see("Secret");
}
