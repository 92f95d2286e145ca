//! A page written in Confluence is found, read and cited in the Portal.

use stories::Application;

#[test]
fn a_page_written_in_confluence_is_found_read_and_cited() {
    let application = Application::start();
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);
    admin.open(&connection);
    admin.sees("Connected").sees("IT Help");

    // The import made drafts, which no employee sees.
    admin.open("/console/resources/articles");
    admin.sees("How do I request VPN access?").sees("Draft");
    let mut employee = application.employee();
    employee.open("/search?q=vpn");
    employee.sees("No article found").does_not_see("How do I request VPN access?");

    // The article says where it comes from, and the link leads there.
    admin.open("/console/resources/articles");
    admin.click("How do I request VPN access?");
    admin.sees("Source: Confluence");
    let source = admin.page().link("Source: Confluence").expect("a link to the page");
    admin.press("Publish");
    admin.sees("Published");
    assert!(source.as_str().starts_with(&application.site.url), "{source}");
    employee.open(source.as_str());
    employee.sees("How do I request VPN access?");

    // Found, read …
    employee.open("/");
    employee.fill("Search help articles", "request vpn access").press("Search");
    employee.sees("1 article");
    employee.click("How do I request VPN access?");
    assert_eq!(employee.page().heading(), "How do I request VPN access?");
    employee.sees("Source: Confluence").sees("Was this article helpful?");
    let article = employee.page().url.clone();

    // … and cited.
    employee.open("/ask");
    employee.fill("Your question", "How do I request VPN access?").press("Ask");
    employee.sees("Answer").sees("Sources");
    let cited = employee.page().link("How do I request VPN access?").expect("a citation");
    assert_eq!(cited.path(), article.path());
    assert!(!employee.page().all(".answer blockquote").is_empty());

    // What no article answers is not answered.
    employee.open("/ask?q=Which+wine+goes+with+grilled+octopus%3F");
    employee.sees("I don’t know");
}

#[test]
fn a_question_put_to_an_article_is_answered_from_it() {
    let application = Application::start();
    let (mut admin, _) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "How do I request VPN access?");
    let mut employee = application.employee();
    employee.open("/search?q=vpn+access");
    employee.click("How do I request VPN access?");
    employee.fill("Your question about this article", "how do I request access to the vpn").press("Ask");
    employee.sees("Sources");
}
