//! Bodies that nobody here wrote, served as a space.

use std::path::Path;
use std::time::Duration;

use stories::{Application, Settings, wait_until};

#[test]
fn a_folder_of_real_page_bodies_imports_and_the_run_says_what_came_in() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: there is no folder ../shared/corpus beside the project");
        return;
    }
    let settings =
        Settings { simulator: vec!["--pages".into(), corpus.display().to_string()], ..Settings::default() };
    let application = Application::start_with(settings);
    let mut admin = application.admin();
    application.consent(&mut admin, stories::SERVICE_USER, "Accept");
    admin.tick("Files").press("Save and sync");
    let connection = admin.page().url.path().to_owned();
    let page = wait_until("the corpus is imported", Duration::from_secs(600), || {
        let page = admin.open(&connection).clone();
        (!page.text().contains("Sync in progress")).then_some(page)
    });
    let counts = page.all(".counts div");
    println!("corpus: {}", counts.join(", "));
    let number = |name: &str| -> u64 {
        let count = counts
            .iter()
            .find(|count| count.starts_with(name))
            .unwrap_or_else(|| panic!("{name} in {counts:?}"));
        count.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number")
    };
    assert!(number("Pages seen") > 1_000, "{counts:?}");
    assert_eq!(number("Done") + number("Failed"), number("To do"), "{counts:?}");
    assert!(number("With losses") > 0, "{counts:?}");
    assert!(!application.log().contains("panicked"), "a component panicked");
}
