//! The states of a connection: connected, authorisation failed, connection lost, reconnected.

use serde_json::json;
use stories::{Application, Person, SERVICE_USER, Settings};

#[test]
fn a_revoked_token_asks_to_reconnect_and_nothing_is_lost() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "How do I request VPN access?");
    application.site.control("POST", "tokens/revoke", &json!({}));
    application.sync_now(&mut admin, &connection);
    admin.sees("Connection lost").sees("Reconnect");
    // What was there stays readable meanwhile.
    let mut employee = application.employee();
    employee.open("/search?q=vpn+access");
    employee.sees("How do I request VPN access?");

    application.consent(&mut admin, SERVICE_USER, "Accept");
    application.wait_for_sync(&mut admin, &connection);
    admin.sees("Connected").sees("IT Help");
    application.sync_now(&mut admin, &connection);
    admin.sees("Connected");
    employee.open("/search?q=vpn+access");
    employee.sees("How do I request VPN access?");
}

#[test]
fn an_expired_access_token_is_refreshed_without_anybody_noticing() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.site.control("POST", "tokens/revoke", &json!({"access_only": true}));
    application.sync_now(&mut admin, &connection);
    admin.sees("Connected").does_not_see("Connection lost");
}

#[test]
fn disconnecting_stops_the_sync_and_keeps_the_articles() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    admin.open(&connection);
    admin.click("Disconnect");
    admin.press("Disconnect");
    admin.open(&connection);
    admin.sees("Disconnected");
    admin.open("/console/resources/articles");
    admin.sees("How do I request VPN access?");
}

/// Fills in the form for an API token, and sends it.
fn use_token(application: &Application, admin: &mut Person, email: &str, token: &str) {
    admin.open("/console/settings/integrations/confluence/connect");
    admin.click("Use an API token instead");
    admin.fill("Confluence site URL", &application.site.url);
    admin.fill("Email address of the Atlassian account", email).fill("API token", token).press("Connect");
}

#[test]
fn an_api_token_connects_without_a_consent_and_is_replaced_when_it_ends() {
    const EMAIL: &str = "confluence-sync@acme.example";
    let application = Application::start_with(Settings::default().with("confluence_client_secret", "wrong"));
    let mut admin = application.admin();
    use_token(&application, &mut admin, EMAIL, "wrong-token");
    admin.sees("Nothing was connected").sees("did not accept the email address and the token");
    use_token(&application, &mut admin, EMAIL, "simulated-api-token");
    assert_eq!(admin.page().heading(), "Choose spaces");
    admin.tick("IT Help").press("Save and sync");
    let connection = admin.page().url.path().to_owned();
    application.wait_for_sync(&mut admin, &connection);
    admin.open(&connection);
    admin.sees("Connected").sees("with an API token").does_not_see("simulated-api-token");
    application.publish(&mut admin, "How do I request VPN access?");
    let mut employee = application.employee();
    employee.open("/search?q=vpn+access");
    employee.sees("How do I request VPN access?");
    let requests = application.site.requests();
    assert!(requests.iter().any(|request| request["path"].as_str().unwrap().starts_with("/wiki/api/v2/")));
    // Only the wrong token was tried at the gateway too, where tokens with scopes are taken.
    let mut at_gateway =
        requests.iter().filter(|request| request["path"].as_str().unwrap().starts_with("/ex/"));
    assert!(at_gateway.all(|request| request["status"] != 200), "{requests:?}");

    // The token is revoked: what was there stays, the reason is said, and another token goes on.
    application.site.control("POST", "tokens/revoke", &json!({}));
    application.sync_now(&mut admin, &connection);
    admin.sees("Connection lost").sees("no longer accepts the API token");
    employee.open("/search?q=vpn+access");
    employee.sees("How do I request VPN access?");
    admin.click("Reconnect");
    assert_eq!(admin.page().heading(), "Connect with an API token");
    admin.fill("Email address of the Atlassian account", EMAIL);
    admin.fill("API token", "simulated-scoped-api-token-1").press("Connect");
    admin.sees("is connected again");
    // The sync goes on by itself.
    application.wait_for_sync(&mut admin, &connection);
    admin.sees("Connected").does_not_see("Connection lost");
    assert!(!application.log().contains("api-token"), "no token is in the log");
}

#[test]
fn another_account_shows_what_it_would_change_before_it_does() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help", "People Team"]);
    application.publish(&mut admin, "How do I request VPN access?");
    let mut employee = application.employee();
    application.consent(&mut admin, "Noor Limited", "Accept");
    assert_eq!(admin.page().heading(), "See through another account?");
    admin.sees("How do I request VPN access?").sees("IT Help").sees("Nothing changes before you decide");
    application.sync_now(&mut admin, &connection);
    admin.sees("Connected").sees("Another account waits for your decision");
    employee.open("/search?q=vpn+access");
    employee.sees("How do I request VPN access?");

    admin.click("See what would appear and disappear");
    admin.press("Keep");
    admin.sees("The previous account is kept");
    application.consent(&mut admin, "Noor Limited", "Accept");
    admin.press("Use");
    admin.sees("The mirror sees through Noor Limited from now on");
    application.wait_for_sync(&mut admin, &connection);
    admin.sees("Noor Limited");
    // The space is out of sight, which is held; the same account again goes straight on.
    application.consent(&mut admin, "Noor Limited", "Accept");
    admin.sees("is connected again");
}
