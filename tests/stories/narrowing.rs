//! An admin narrows a space to what employees need, and says why a page is not here.

use stories::Application;

#[test]
fn a_page_tree_is_left_out_after_a_look_at_what_goes_and_comes_back_by_undo() {
    let application = Application::start();
    let drafts = application.site.add_page("IT", "Plotter plans", "<p>All plans.</p>");
    let plan = application.site.add_page("IT", "Replace the plotter", "<p>Next year.</p>");
    application.site.change_page(&plan, &serde_json::json!({"parentId": drafts}));
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "plotter");
    let mut employee = application.employee();
    employee.open("/search?q=replace+plotter");
    employee.sees("Replace the plotter");

    admin.open(&connection);
    admin.click("Narrow");
    admin.sees("No rules: the whole space comes in.");
    admin.fill("Add a rule", "Not this page, nor what is below it");
    admin.fill("Page or label", "Plotter plans").press("Add");
    admin.sees("“Plotter plans” and everything below it stays out.").sees("Not applied yet");
    admin.sees("Would go 2").sees("Replace the plotter");
    employee.open("/search?q=replace+plotter");
    employee.sees("Replace the plotter");
    admin.press("Apply and sync");
    admin.sees("Applied. 2 pages hidden");
    employee.open("/search?q=replace+plotter");
    employee.sees("No article found");

    let url = format!("{}/wiki/spaces/IT/pages/{plan}/Replace+the+plotter", application.site.url);
    application.wait_for_sync(&mut admin, &connection);
    admin.open("/console/resources/why");
    admin.fill("Address in Confluence", &url).press("Look it up");
    admin.sees("Left out by a rule").sees("“Plotter plans”");
    admin.click("Change the rules");
    admin.click("Take away");
    admin.sees("Would come 2");
    admin.press("Apply and sync");
    application.wait_for_sync(&mut admin, &connection);
    employee.open("/search?q=replace+plotter");
    employee.sees("Replace the plotter");
    admin.open("/console/resources/why");
    admin.fill("Address in Confluence", &url).press("Look it up");
    admin.sees("Here and published");
}
