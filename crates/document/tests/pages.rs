//! One case per folder of `tests/pages`: a body in, and what must come out of it.
//!
//! `in.xml` or `in.json` is converted and compared with `out.html`, `out.md` and `report.json`. To add a case, add a
//! folder with its input and run with `UPDATE=1`, then read what was written.

mod judges;

use std::{fs, path::Path};

use document::{
    Addresses, AttachmentTarget, Format, ImageAddress, ImageTarget, Options, PageTarget, Resolver, Source,
    UserTarget, convert,
};

/// A small site: it knows some pages, people and files, and not others.
struct Site;

impl Addresses for Site {
    fn page(&self, page: &PageTarget<'_>) -> Option<String> {
        match (page.id, page.title) {
            (Some(id), _) => Some(format!("/pages/{id}")),
            (None, title) => Some(format!("/pages/{}", title?.replace(' ', "-"))),
        }
    }
    fn space(&self, key: &str) -> Option<String> {
        Some(format!("/spaces/{key}"))
    }
    fn attachment(&self, attachment: &AttachmentTarget<'_>) -> Option<String> {
        Some(format!("/files/{}", attachment.filename?))
    }
    fn image(&self, image: &ImageTarget<'_>) -> ImageAddress {
        match image {
            ImageTarget::Attachment(attachment) if attachment.filename == Some("shown.png") => {
                ImageAddress::Shown("/images/shown.png".to_owned())
            }
            ImageTarget::Attachment(_) => ImageAddress::Linked("/original".to_owned()),
            ImageTarget::External(url) => ImageAddress::Linked((*url).to_owned()),
        }
    }
    fn issue(&self, key: &str) -> Option<String> {
        Some(format!("https://jira.example/browse/{key}"))
    }
    fn original(&self) -> Option<String> {
        Some("/original".to_owned())
    }
}

impl Resolver for Site {
    fn user_name(&self, user: &UserTarget<'_>) -> Option<String> {
        (user.account_id == Some("known")).then(|| "Ada Lovelace".to_owned())
    }
    fn file_name(&self, media_id: &str) -> Option<String> {
        (media_id == "media-1").then(|| "shown.png".to_owned())
    }
    fn included(&self, page: &PageTarget<'_>) -> Option<document::Included> {
        let body = match page.title? {
            "Shared part" => {
                "<p>Shared words.</p><ac:structured-macro ac:name=\"include\"><ac:parameter ac:name=\"\"><ac:link><ri:page ri:content-title=\"Shared part\"/></ac:link></ac:parameter></ac:structured-macro>"
            }
            "With excerpt" => {
                "<p>Not this.</p><ac:structured-macro ac:name=\"excerpt\"><ac:rich-text-body><p>Only this.</p></ac:rich-text-body></ac:structured-macro>"
            }
            _ => return None,
        };
        Some(document::Included { format: Format::Storage, body: body.to_owned(), owner: None })
    }
    fn children(&self, page: &PageTarget<'_>) -> Option<Vec<document::FoundPage>> {
        (page.title == Some("Parent"))
            .then(|| vec![document::FoundPage { id: "7".to_owned(), title: "A child".to_owned() }])
    }
}

#[test]
fn every_case_gives_what_it_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let update = std::env::var_os("UPDATE").is_some();
    let mut cases: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    let mut faults = Vec::new();
    for case in &cases {
        let (format, body) =
            match (fs::read_to_string(case.join("in.xml")), fs::read_to_string(case.join("in.json"))) {
                (Ok(body), _) => (Format::Storage, body),
                (_, Ok(body)) => (Format::AtlasDocFormat, body),
                _ => match fs::read_to_string(case.join("in.wiki")) {
                    Ok(body) => (Format::Wiki, body),
                    Err(_) => panic!("{} has no in.xml, in.json or in.wiki", case.display()),
                },
            };
        let options = Options { addresses: &Site, resolver: &Site, ..Options::default() };
        let article = convert(&Source { format, body: &body }, &options)
            .unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        assert_eq!(judges::parse_errors(&article.html), Vec::<String>::new(), "{}", case.display());
        assert_eq!(judges::sanitized(&article.html), article.html, "{}", case.display());
        let report = serde_json::to_string_pretty(&article.report).expect("a report") + "\n";
        for (name, found) in
            [("out.html", &article.html), ("out.md", &article.markdown), ("report.json", &report)]
        {
            let path = case.join(name);
            let wanted = fs::read_to_string(&path).unwrap_or_default();
            if *found == wanted {
                continue;
            }
            if update {
                fs::write(&path, found).expect("a file that can be written");
            } else {
                faults.push(format!("{}\n--- wanted\n{wanted}\n--- found\n{found}", path.display()));
            }
        }
    }
    assert!(!cases.is_empty());
    assert!(
        faults.is_empty(),
        "{} differ; UPDATE=1 writes what was found:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
