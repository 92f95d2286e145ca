//! Files of articles: listed, shown, opened by those who may read the article, and by nobody else.

use serde_json::json;
use stories::{Application, Person};

const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A body that shows an image, and links to a file.
fn body(image: &str, file: &str) -> String {
    format!(
        r#"<p>Mount it like this.</p><ac:image ac:alt="The shelf"><ri:attachment ri:filename="{image}" /></ac:image>
           <p><ac:link><ri:attachment ri:filename="{file}" /><ac:plain-text-link-body><![CDATA[The manual]]></ac:plain-text-link-body></ac:link></p>"#
    )
}

fn header<'p>(person: &'p Person, name: &str) -> &'p str {
    person.page().headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[test]
fn images_are_shown_and_files_opened_by_those_who_may_read_the_article() {
    let application = Application::start();
    let site = &application.site;
    let page = site.add_page("IT", "Mount a shelf", &body("the shelf.png", "manual.pdf"));
    let attach = |file| site.control("POST", &format!("pages/{page}/attachments"), &file);
    attach(json!({"name": "the shelf.png", "base64": PNG}));
    attach(json!({"name": "manual.pdf", "text": "%PDF-1.7 first edition"}));
    attach(json!({"name": "trap.html", "text": "<script>alert(1)</script>"}));
    let (mut admin, connection) = application.admin_with_spaces(&["IT Help"]);

    // An agent sees the draft as employees will.
    let mut agent = application.agent();
    agent.open("/console/resources/articles?q=Mount+a+shelf");
    agent.click("Mount a shelf");
    agent
        .sees("Attachments")
        .sees("manual.pdf")
        .sees("PDF document, 22 bytes")
        .sees("Image, 70 bytes, shown in the article");
    let image = agent.page().attribute("img[alt='The shelf']", "src").expect("the image is shown");
    assert_eq!(agent.open(&image).status, 200);
    let mut employee = application.employee();
    assert_eq!(employee.open(&image).status, 404, "a draft is for nobody else");

    application.publish(&mut admin, "Mount a shelf");
    employee.open("/search?q=mount+a+shelf");
    employee.click("Mount a shelf");
    let article = employee.page().url.clone();
    employee.sees("Attachments").sees("trap.html").does_not_see("the shelf.png");
    assert_eq!(employee.page().attribute("img[alt='The shelf']", "src").as_ref(), Some(&image));
    assert_eq!(employee.page().link("The manual"), employee.page().link("manual.pdf"));
    employee.open(&image);
    assert_eq!(
        (header(&employee, "content-type"), header(&employee, "x-content-type-options")),
        ("image/png", "nosniff")
    );
    assert!(header(&employee, "content-disposition").starts_with("inline"));
    employee.open(article.as_str());
    employee.click("The manual");
    assert_eq!(header(&employee, "content-type"), "application/pdf");
    assert!(header(&employee, "content-disposition").starts_with("attachment; filename=\"manual.pdf\""));
    employee.sees("%PDF-1.7 first edition");
    employee.open(article.as_str());
    employee.click("trap.html");
    assert_eq!(header(&employee, "content-type"), "application/octet-stream");
    assert!(header(&employee, "content-disposition").starts_with("attachment"));
    assert!(header(&employee, "content-security-policy").contains("sandbox"));

    // A new version has the same address and another tag; the page itself did not change.
    employee.open(article.as_str());
    let manual = employee.page().link("manual.pdf").expect("a link").to_string();
    employee.open(&manual);
    let first = header(&employee, "etag").to_owned();
    attach(json!({"name": "manual.pdf", "text": "%PDF-1.7 second edition"}));
    application.sync_now(&mut admin, &connection);
    employee.open(&manual);
    employee.sees("second edition");
    assert_ne!(header(&employee, "etag"), first);

    // What is taken away leaves the list; what is restricted is closed with its article.
    site.control("DELETE", &format!("pages/{page}/attachments/trap.html"), &json!({}));
    application.sync_now(&mut admin, &connection);
    employee.open(article.as_str());
    employee.does_not_see("trap.html").sees("manual.pdf");
    site.change_page(&page, &json!({"restriction": {"users": ["service"]}}));
    application.sync_now(&mut admin, &connection);
    assert_eq!(employee.open(&manual).status, 404);
    assert_eq!(employee.open(&image).status, 404);
    let mut visitor = application.visitor();
    visitor.open(&manual);
    assert_eq!(visitor.page().url.path(), "/sign-in");

    // The media host refuses whoever brings a token, so each of its answers came without one.
    let requests = site.requests();
    let media: Vec<_> = requests
        .iter()
        .filter(|entry| entry["path"].as_str().is_some_and(|path| path.starts_with("/file/")))
        .collect();
    assert!(!media.is_empty() && media.iter().all(|entry| entry["status"] == 200), "{media:?}");
}

#[test]
fn a_file_that_cannot_be_had_says_why_and_leads_on() {
    let application = Application::start_with(stories::Settings::default().with("max_file_megabytes", "1"));
    let site = &application.site;
    let page = site.add_page("IT", "Large downloads", "<p>See below.</p>");
    let attach = |file| site.control("POST", &format!("pages/{page}/attachments"), &file);
    attach(json!({"name": "large.zip", "size": 1_200_000}));
    attach(json!({"name": "small.zip", "size": 900_000}));
    let (mut admin, _) = application.admin_with_spaces(&["IT Help"]);
    application.publish(&mut admin, "Large downloads");
    let mut employee = application.employee();
    employee.open("/search?q=large+downloads");
    employee.click("Large downloads");
    let article = employee.page().url.to_string();
    employee.sees("Archive, 1.2 MB");
    employee.click("large.zip");
    employee.sees("This file is too large to open here").sees("larger than the 1.0 MB");
    let original = employee.page().link("Open it in Confluence").expect("a way on");
    assert!(original.as_str().starts_with(&site.url), "{original}");

    employee.open(&article);
    employee.click("small.zip");
    assert_eq!(employee.page().html.len(), 900_000);

    site.control("POST", "faults", &json!({"match": "/download", "status": 503}));
    employee.open(&article);
    employee.click("small.zip");
    assert_eq!(employee.page().status, 503);
    employee.sees("This file cannot be opened right now");
    site.control("DELETE", "faults", &json!({}));

    // Confluence may name any host; only its own media host is followed.
    site.control(
        "POST",
        "faults",
        &json!({"match": "/download", "status": 302, "headers": {"Location": "http://localhost:1/file"}}),
    );
    employee.open(&article);
    employee.click("small.zip");
    assert_eq!(employee.page().status, 503);
    site.control("DELETE", "faults", &json!({}));

    site.control("DELETE", &format!("pages/{page}/attachments/small.zip"), &json!({}));
    employee.open(&article);
    employee.click("small.zip");
    employee.sees("This file is gone");
}
