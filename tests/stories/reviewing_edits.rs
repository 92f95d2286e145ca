//! Edits of a published article wait until somebody in the console has looked at them.

use serde_json::json;
use stories::Application;

const BODY: &str = "<p>Turn the printer off, wait for ten seconds, and turn it on again.</p>";

#[test]
fn an_edit_goes_live_when_an_agent_approves_it() {
    let application = Application::start();
    let page = application.site.add_page("IT", "Unjam the plotter", BODY);
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Unjam the plotter");
    let mut employee = application.employee();
    employee.open("/search?q=plotter");
    employee.click("Unjam the plotter");
    let article = employee.page().url.clone();

    let mut agent = application.agent();
    agent.open("/console/resources/articles?q=Unjam");
    agent.click("Unjam the plotter");
    let review = agent.page().url.clone();
    agent.fill("What happens to edits", "Wait for approval").press("Save");
    agent.sees("an edit waits for approval before employees see it");

    application.site.change_page(
        &page,
        &json!({"title": "Unjam the big plotter", "body": "<p>Turn the printer off and call extension 4711.</p>"}),
    );
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.sees("wait for ten seconds").does_not_see("4711");
    for nothing in ["/search?q=4711", "/api/search?q=4711", "/ask?q=Which+extension+is+for+the+big+plotter"] {
        employee.open(nothing);
        employee.does_not_see("extension 4711").does_not_see("Unjam the big plotter");
    }

    agent.open("/console");
    agent.click("Edits to review");
    agent.sees("Unjam the plotter");
    agent.click("Edit to review");
    agent.sees("call extension 4711").sees("Unjam the big plotter").sees("Until you decide");
    agent.press("Keep version 1");
    agent.sees("turned down");
    agent.press("Undo");
    agent.open(review.as_str());
    agent.click("Review the edit");
    agent.press("Approve version");
    agent.sees("1 edit approved");
    employee.open(article.as_str());
    employee.sees("extension 4711").does_not_see("ten seconds");
    assert!(
        employee.page().url.path().ends_with("unjam-the-big-plotter"),
        "the old address leads to the new"
    );
    employee.open("/search?q=4711");
    employee.sees("Unjam the big plotter");
}

#[test]
fn what_is_restricted_while_its_edit_waits_is_hidden_at_once() {
    let application = Application::start();
    let page = application.site.add_page("IT", "Unjam the plotter", BODY);
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Unjam the plotter");
    admin.open("/console/resources/articles?q=Unjam");
    admin.tick("Select ").fill("Edits of the selected articles", "Edits: wait for approval").press("Set");
    application.site.change_page(&page, &json!({"body": "<p>Call extension 4711.</p>"}));
    application.sync_now(&mut admin, &connection);
    application.site.change_page(&page, &json!({"restriction": {"users": ["service"], "groups": []}}));
    application.sync_now(&mut admin, &connection);
    let mut employee = application.employee();
    employee.open("/search?q=plotter");
    employee.sees("No article found");
    admin.open("/console/resources/articles?edits=1");
    admin.tick("Select ").press("Approve edits");
    employee.open("/search?q=4711");
    employee.does_not_see("Unjam");
}
