//! The states of a connection: connected, authorisation failed, connection lost, reconnected.

use serde_json::json;
use stories::{Application, SERVICE_USER};

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
