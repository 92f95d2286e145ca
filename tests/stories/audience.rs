//! A page that Confluence restricts is found by those whom Confluence lets through, and by nobody else.

use std::time::Duration;

use serde_json::json;
use stories::{Application, Person, wait_until};

const QUESTION: &str = "/ask?q=What+is+the+code+of+the+zanzibar+vault%3F";

/// What somebody finds of the restricted page, by every way there is.
fn finds(person: &mut Person, article: &str, page: &str) -> Vec<bool> {
    let mut says = |address: &str, words: &str| {
        person.open(address);
        // The address of a page leads those on to Confluence who do not find it here.
        let (is_home, shown) = (person.is_home(), person.page());
        is_home && shown.status == 200 && (shown.text().contains(words) || shown.html.contains(words))
    };
    vec![
        says("/", "Vault codes"),
        says("/categories/IT%20Help", "Vault codes"),
        says("/search?q=zanzibar", "Vault codes"),
        says(QUESTION, "4711"),
        says(article, "4711"),
        says(&format!("/pages/{page}"), "4711"),
        says("/api/search?q=zanzibar", "\"total\":1"),
        says("/api/suggest?q=vault", "Vault codes"),
        says("/api/answer?q=What+is+the+code+of+the+zanzibar+vault%3F", "4711"),
    ]
}

#[test]
fn a_restricted_page_is_found_by_its_readers_alone_until_they_leave_the_group() {
    let application = Application::start();
    let parent = application.site.add_page("IT", "Vaults", "<p>What is locked away.</p>");
    let body = "<p>The code of the zanzibar vault is 4711.</p>";
    let page = application.site.add_page("IT", "Vault codes", body);
    application.site.change_page(&page, &json!({"parentId": parent}));
    let readers = json!({"users": ["service"], "groups": ["security-team"]});
    application.site.change_page(&parent, &json!({"restriction": readers}));
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Vault codes");
    admin.open("/console/resources/articles?q=Vault+codes");
    admin.click("Vault codes");
    let article = admin.page().url.path().rsplit('/').next().expect("a number").to_owned();
    admin.sees("Those whom Confluence lets through everywhere").sees("security-team").sees("Vaults");

    let (mut mia, mut hana) = (application.employee(), application.colleague());
    let address = format!("/articles/{article}/vault-codes");
    wait_until("hana’s account is found", Duration::from_secs(60), || {
        (hana.open(&address).status == 200).then_some(())
    });
    hana.sees("Visible to you because you are in the group security-team in Confluence")
        .sees("access last checked");
    let found = finds(&mut hana, &address, &page);
    assert!(found.iter().all(|found| *found), "{found:?}");
    let found = finds(&mut mia, &address, &page);
    assert!(found.iter().all(|found| !found), "{found:?}");
    mia.open(&address);
    assert_eq!(mia.page().status, 404);

    admin.open(&format!("{connection}/people"));
    admin.sees("Hana Okafor").sees("Found by e-mail address").sees("groups of Confluence, last read");

    application.site.control("PATCH", "accounts/hana", &json!({"groups": ["confluence-users"]}));
    application.sync_now(&mut admin, &connection);
    let found = finds(&mut hana, &address, &page);
    assert!(found.iter().all(|found| !found), "{found:?}");
    hana.open(&address);
    assert_eq!(hana.page().status, 404);

    // Whoever comes into the group finds it.
    let groups = json!({"groups": ["confluence-users", "security-team"]});
    application.site.control("PATCH", "accounts/mia", &groups);
    application.sync_now(&mut admin, &connection);
    mia.open(&address);
    mia.sees("4711");
}
