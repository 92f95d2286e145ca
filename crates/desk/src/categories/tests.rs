use http::StatusCode;
use identity::Role;

use super::CATEGORIES;
use crate::sample::Console;

fn names(console: &Console) -> String {
    console.text("select coalesce(group_concat(name), '') as it from (select name from categories order by position, name)")
}

#[test]
fn a_new_help_center_begins_with_the_usual_four() {
    let console = Console::empty();
    assert!(console.get(Role::Agent, CATEGORIES).says("No categories yet"));
    console.post(Role::Agent, CATEGORIES, "do=usual");
    assert_eq!(names(&console), "IT,HR,Policies,Security");
}

#[test]
fn categories_are_added_renamed_moved_and_removed() {
    let console = Console::connected();
    console.post(Role::Agent, CATEGORIES, "do=add&name=Legal&icon=briefcase");
    console.post(Role::Agent, CATEGORIES, "do=up&current=Legal");
    console.post(Role::Agent, CATEGORIES, "do=change&current=IT&name=Technology&description=x&icon=laptop");
    assert_eq!(names(&console), "Technology,Legal,HR");
    assert_eq!(console.text("select category as it from articles where id = 1"), "Technology");
    let seen = console.get(Role::Agent, &format!("{CATEGORIES}/remove?name=Technology"));
    assert!(seen.says("2 articles, 1 of them published, are kept without a category"), "{}", seen.words());
    console.post(Role::Agent, CATEGORIES, "do=remove&current=Technology");
    assert_eq!(names(&console), "Legal,HR");
}

#[test]
fn what_cannot_be_is_said_where_the_person_is() {
    let console = Console::connected();
    for (fields, words) in [
        ("do=add&name=", "A category needs a name"),
        ("do=add&name=it&description=Mine", "There is a category named “it” already"),
        ("do=change&current=IT&name=HR", "There is a category named “HR” already"),
        ("do=remove&current=Gone", "There is no category named “Gone” any more"),
    ] {
        let seen = console.post(Role::Agent, CATEGORIES, fields);
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        assert!(seen.says(words), "{fields}: {}", seen.words());
    }
    let seen = console.post(Role::Agent, CATEGORIES, "do=add&name=it&description=Mine");
    assert!(seen.html.contains("value=\"Mine\""), "what was typed is kept");
    assert_eq!(names(&console), "IT,HR");
    assert_eq!(console.get(Role::Agent, &format!("{CATEGORIES}/remove?name=Gone")).location, CATEGORIES);
}
