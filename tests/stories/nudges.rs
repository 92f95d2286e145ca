//! Confluence tells us that a page changed, and it is here within seconds.

use std::time::Duration;

use serde_json::json;
use stories::{Application, Settings, wait_until};

/// Sends a nudge as Confluence's automation would, and gives the status of the answer.
fn nudge(application: &Application, address: &str, secret: &str, body: &str) -> u16 {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent: ureq::Agent = config.into();
    let url = format!("{}{address}", application.url);
    let request = agent.post(&url).header("content-type", "application/json").header("x-siit-secret", secret);
    request.send(body).expect("an answer").status().as_u16()
}

#[test]
fn a_nudge_brings_an_edit_and_hides_what_was_restricted_long_before_the_schedule_would() {
    // The schedule of these stories rests for a day.
    let application = Application::start_with(Settings::default());
    let page = application.site.add_page("IT", "Unjam the plotter", "<p>Turn it off and on.</p>");
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Unjam the plotter");
    admin.open(&format!("{connection}/webhook"));
    admin.press("Make a secret");
    let secret = admin.page().attribute("#secret", "value").expect("a secret");
    let url = admin.page().attribute("#url", "value").expect("an address");
    let address = url.strip_prefix(&application.url).expect("an address of ours").to_owned();
    let template = admin.page().all("#body").concat();
    let body = template.replace("{{page.id}}", &page);

    let mut employee = application.employee();
    employee.open("/search?q=plotter");
    employee.click("Unjam the plotter");
    let article = employee.page().url.clone();

    assert_eq!(nudge(&application, &address, "wrong", &body), 404);
    application.site.change_page(&page, &json!({"body": "<p>Call extension 4711.</p>"}));
    assert_eq!(nudge(&application, &address, &secret, &body), 202);
    wait_until("the edit arrives", Duration::from_secs(60), || {
        employee.open(article.as_str()).text().contains("extension 4711").then_some(())
    });
    application.wait_for_sync(&mut admin, &connection);
    admin.open(&connection);
    admin.sees("Webhook");

    application.site.change_page(&page, &json!({"restriction": {"users": ["service"]}}));
    assert_eq!(nudge(&application, &address, &secret, &body), 202);
    wait_until("the restriction arrives", Duration::from_secs(60), || {
        (employee.open(article.as_str()).status == 404).then_some(())
    });
    admin.open(&format!("{connection}/webhook"));
    admin.sees("2 requests");
}
