//! What the application says to Atlassian, held against Atlassian's own specification.

use stories::Application;

#[test]
fn confluence_is_only_read_and_every_request_is_one_that_the_specification_allows() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help", "People Team", "Security"]);
    application.sync_now(&mut admin, &connection);
    let requests = application.site.requests();
    assert!(requests.len() > 10, "{requests:?}");
    for request in &requests {
        let (method, path) =
            (request["method"].as_str().expect("a method"), request["path"].as_str().expect("a path"));
        if path.contains("/wiki/") {
            assert_eq!(method, "GET", "{path}");
        }
    }
}
