//! Who may open what.

use stories::Application;

const CONSOLE: [&str; 6] = [
    "/console",
    "/console/settings/integrations",
    "/console/settings/integrations/confluence",
    "/console/settings/integrations/confluence/connect",
    "/console/resources/articles",
    "/console/resources/categories",
];

#[test]
fn whoever_is_not_signed_in_is_asked_to() {
    let application = Application::start();
    let mut visitor = application.visitor();
    for address in ["/", "/search?q=vpn", "/articles/1/x", "/ask?q=vpn", "/pages/1"].iter().chain(&CONSOLE) {
        visitor.open(address);
        assert_eq!(visitor.page().url.path(), "/sign-in", "{address}");
    }
    visitor.open("/api/search?q=vpn");
    assert_eq!(visitor.page().status, 401);
}

#[test]
fn roles_open_what_is_theirs() {
    let application = Application::start();
    let (mut employee, mut agent, mut admin) =
        (application.employee(), application.agent(), application.admin());
    for address in CONSOLE {
        let settings = address.contains("settings");
        assert_eq!(employee.open(address).status, 403, "employee {address}");
        assert_eq!(agent.open(address).status, if settings { 403 } else { 200 }, "agent {address}");
        assert_eq!(admin.open(address).status, 200, "admin {address}");
    }
}

#[test]
fn a_forged_form_changes_nothing() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    let id = connection.rsplit('/').next().expect("an id").to_owned();
    for (address, fields) in [
        (format!("{connection}/spaces"), vec![("space", "1")]),
        (format!("{connection}/sync"), vec![]),
        (format!("/oauth/connections/{id}/disconnect"), vec![]),
        ("/console/resources/articles".to_owned(), vec![("id", "1"), ("decision", "published")]),
    ] {
        admin.post(&address, &fields);
        let page = admin.page();
        // The sync has no pages of its own and says it where the form is.
        let is_refused = matches!(page.status, 400 | 403) || page.text().contains("Nothing was changed");
        assert!(is_refused, "{address}: {}", page.status);
    }
    admin.open(&connection);
    admin.sees("Connected");
    let mut employee = application.employee();
    employee.open("/");
    employee.sees("No article is published yet");
    // An employee's own, well-made request does not help either.
    employee.post(&format!("{connection}/sync"), &[]);
    assert_eq!(employee.page().status, 403);
}
