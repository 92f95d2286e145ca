//! Whatever goes wrong ends in a clear message on the page where the person is, with nothing half-written.

use std::time::Duration;
use stories::{Application, SERVICE_USER, wait_until};

#[test]
fn a_wrong_site_address_is_explained_beside_its_field() {
    let application = Application::start();
    let mut admin = application.admin();
    for address in ["", "not an address", "ftp://acme.example", "https://"] {
        admin.open("/console/settings/integrations/confluence/connect");
        admin.fill("Confluence site URL", address).press("Continue");
        assert_eq!(admin.page().heading(), "Connect Confluence", "{address:?}");
        let message = admin.page().all(".field-error, [id$='-error']").join(" ");
        assert!(!message.is_empty(), "{address:?}: {}", admin.page().text());
        // What was typed is still there to be mended.
        assert_eq!(admin.page().attribute("input[name=site_url]", "value").unwrap_or_default(), address);
    }
}

#[test]
fn a_site_that_the_account_cannot_open_is_named_with_those_it_can() {
    let application = Application::start();
    let mut admin = application.admin();
    admin.open("/console/settings/integrations/confluence/connect");
    admin.fill("Confluence site URL", "elsewhere.atlassian.net").press("Continue");
    admin.click("Continue to");
    admin.tick(SERVICE_USER).press("Accept");
    admin.sees("elsewhere.atlassian.net");
    nothing_is_connected(&application);
}

#[test]
fn a_declined_consent_connects_nothing() {
    let application = Application::start();
    let mut admin = application.admin();
    application.consent(&mut admin, SERVICE_USER, "Decline");
    admin.sees("declined");
    nothing_is_connected(&application);
}

#[test]
fn a_forged_state_is_refused() {
    let application = Application::start();
    let mut admin = application.admin();
    admin.open("/oauth/callback?code=abc&state=forged");
    assert_eq!(admin.page().status, 400);
    nothing_is_connected(&application);
    assert!(application.site.requests().is_empty(), "no code may be exchanged for a state that is not ours");
}

#[test]
fn a_replayed_callback_is_refused() {
    let application = Application::start();
    let mut admin = application.admin();
    admin.open("/console/settings/integrations/confluence/connect");
    admin.fill("Confluence site URL", &application.site.url).press("Continue");
    let authorise = admin.page().link("Continue to").expect("the consent's address");
    let state = authorise.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    admin.click("Continue to");
    admin.tick(SERVICE_USER).press("Accept");
    assert_eq!(admin.page().heading(), "Choose spaces");
    admin.open(&format!("/oauth/callback?code=again&state={state}"));
    assert_eq!(admin.page().status, 400);
    admin.sees("used");
}

#[test]
fn a_consent_that_another_person_began_is_refused() {
    let application = Application::start();
    let (mut admin, mut other) = (application.admin(), application.admin());
    admin.open("/console/settings/integrations/confluence/connect");
    admin.fill("Confluence site URL", &application.site.url).press("Continue");
    let authorise = admin.page().link("Continue to").expect("the consent's address");
    other.open(authorise.as_str());
    other.tick(SERVICE_USER).press("Accept");
    assert!(matches!(other.page().status, 400 | 403), "{}", other.page().status);
    nothing_is_connected(&application);
}

#[test]
fn a_site_without_confluence_is_said_to_have_none() {
    let application = Application::start();
    let mut admin = application.admin();
    application.consent(&mut admin, "Jo Jira", "Accept");
    admin.sees("Confluence");
    assert_ne!(admin.page().heading(), "Choose spaces");
    nothing_is_connected(&application);
}

#[test]
fn an_account_without_any_space_is_told_so_with_the_cure() {
    let application = Application::start();
    let mut admin = application.admin();
    application.consent(&mut admin, "Sam Spaceless", "Accept");
    admin.sees("space").sees("Sam Spaceless");
}

#[test]
fn odd_pages_come_in_or_say_why_not() {
    let application = Application::start();
    let site = &application.site;
    site.add_page(
        "IT",
        "Broken markup",
        "<p>Before <strong>bold <em>both</strong> after</em><table><tr><td>cell",
    );
    site.add_page("IT", "🖨️ מדפסת 🎉 طابعة", "<p>Right to left: שלום. Left to right: hello plotter.</p>");
    let huge = format!("<p>{}</p>", "enormous ".repeat(5 << 20 >> 3));
    site.add_page("IT", "A page of five megabytes", &huge);
    site.add_page(
        "IT",
        "<script>alert(1)</script>",
        "<p onclick=\"alert(1)\">Hi</p><script>alert(2)</script><a href=\"javascript:alert(3)\">x</a>",
    );
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "");

    let mut employee = application.employee();
    employee.open("/search?q=plotter");
    employee.click("🖨️ מדפסת 🎉 طابعة");
    employee.sees("שלום");
    employee.open("/search?q=bold+both");
    employee.click("Broken markup");
    employee.sees("Before").sees("both").sees("after").sees("cell");
    employee.open("/search?q=alert");
    employee.click("<script>alert(1)</script>");
    let html = &employee.page().html;
    assert!(
        !html.contains("<script>alert") && !html.contains("onclick") && !html.contains("javascript:"),
        "{html}"
    );

    // The huge page is either an article or a failure that is named; it is never passed over.
    admin.open("/console/resources/articles?q=megabytes");
    if !admin.page().text().contains("A page of five megabytes") {
        admin.open(&connection);
        admin.sees("A page of five megabytes");
    }
}

#[test]
fn no_secret_is_in_the_log() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.site.control("POST", "tokens/revoke", &serde_json::json!({}));
    application.sync_now(&mut admin, &connection);
    wait_until("something is logged", Duration::from_secs(10), || {
        (!application.log().is_empty()).then_some(())
    });
    let log = application.log();
    for secret in [
        "simulated-client-secret",
        "simulated-oidc-secret",
        "c2Vzc2lvbiBrZXkgZm9yIHRoZSBzdG9yaWVzIG9ubHk",
        "c2VhbGluZyBrZXkgZm9yIHRoZSBzdG9yaWVzIG9ubHk",
        "Bearer ",
        "refresh_token",
        "eyJ",
    ] {
        assert!(!log.contains(secret), "{secret:?} is in the log:\n{log}");
    }
}

fn nothing_is_connected(application: &Application) {
    let mut admin = application.admin();
    admin.open("/console/settings/integrations");
    admin.sees("Not connected");
}
