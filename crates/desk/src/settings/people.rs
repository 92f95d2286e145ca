use askama::Template;
use http::{Response, StatusCode};
use knowledge::connection_settings::Connection;
use knowledge::people::{self, Access, Person, Unreadable};
use ports::Database;
use screen::{Frame, Notice, Pages};

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;

const PER_PAGE: i64 = 50;
const LONGEST_ACCOUNT: usize = 128;

#[derive(Template)]
#[template(path = "people.html")]
struct People<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    here: String,
    connection: Connection,
    total: i64,
    without: i64,
    is_filtered: bool,
    people: Vec<Person>,
    access: Access,
    unreadable: Vec<Unreadable>,
    pages: Pages,
    now: i64,
}

impl People<'_> {
    /// Where Confluence shows an account.
    fn profile(&self, account: &str) -> String {
        format!("{}/wiki/people/{account}", self.connection.site_url.trim_end_matches('/'))
    }
}

fn here(connection: &Connection) -> String {
    format!("{CONFLUENCE}/{}/people", connection.id)
}

/// Who has signed in, which Atlassian account is theirs, and how that came about.
pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    list(visit, connection, StatusCode::OK, None)
}

fn list<D: Database>(
    visit: &Visit<'_, D>,
    connection: Connection,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response<Vec<u8>>, Error> {
    let (database, id) = (visit.database, connection.id);
    let is_filtered = visit.query.get("show") == "without";
    let total = people::people_count(database, id, false)?;
    let without = people::people_count(database, id, true)?;
    let listed = if is_filtered { without } else { total };
    let address = if is_filtered { format!("{}?show=without", here(&connection)) } else { here(&connection) };
    let pages = Pages::new(visit.query.number("page"), listed, PER_PAGE, address);
    let offset = (pages.current - 1) * PER_PAGE;
    let frame = visit.frame_with(notice);
    let page = People {
        frame: &frame,
        trail: trail_of(&connection),
        here: here(&connection),
        total,
        without,
        is_filtered,
        people: people::people(database, id, is_filtered, PER_PAGE, offset)?,
        access: people::access(database, id)?,
        unreadable: people::unreadable(database, id)?,
        pages,
        now: visit.now,
        connection,
    };
    Ok(frame.page(status, &page))
}

/// Confirms an account, takes one away, or leaves it to the address again.
pub(crate) fn decide<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    if let Err(notice) = visit.check_form() {
        return list(visit, connection, StatusCode::FORBIDDEN, Some(notice));
    }
    let (database, number, now) = (visit.database, connection.id, visit.now);
    let (subject, by) = (visit.form.get("subject"), visit.session.email.as_str());
    let gone = || Notice::warning("Nothing was changed: nobody of that name has signed in here.");
    let notice = match visit.form.get("decision") {
        "confirm" => {
            let account = account(visit.form.get("account"), visit.form.get("other"));
            let Some(account) = account else {
                let notice = Notice::warning(
                    "Nothing was changed: choose an account, or give the ID that stands at the end of a profile’s address in Confluence.",
                );
                return list(visit, connection, StatusCode::UNPROCESSABLE_ENTITY, Some(notice));
            };
            if people::confirm(database, number, subject, account, by, now)? {
                Notice::done(
                    "Confirmed: what Confluence shows to that account is shown to this person from now on.",
                )
            } else {
                gone()
            }
        }
        "remove" if people::take_away(database, number, subject, by, now)? => {
            Notice::done("Removed: this person now sees what everyone may read, and no restricted page.")
        }
        "remove" => gone(),
        "again" => {
            people::forget_decision(database, number, subject)?;
            Notice::done("The account is looked for again within a minute.")
        }
        _ => Notice::warning("Nothing was changed: choose what to do about this person’s account."),
    };
    Ok(visit.redirect_with(&here(&connection), &notice))
}

/// The account that the form names: one of those offered, or one that was typed or pasted as a profile's address.
fn account<'a>(offered: &'a str, other: &'a str) -> Option<&'a str> {
    let typed = other.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let typed = typed.split(['?', '#']).next().unwrap_or_default();
    let account = if typed.is_empty() { offered } else { typed };
    let is_account = |letter: char| letter.is_ascii_alphanumeric() || ":-_".contains(letter);
    (!account.is_empty() && account.len() <= LONGEST_ACCOUNT && account.chars().all(is_account))
        .then_some(account)
}

#[cfg(test)]
mod tests {
    use identity::Role;

    use super::*;
    use crate::sample::{CONNECTION, Console, NOW};

    fn console() -> Console {
        let console = Console::connected();
        console.run(
            "insert into people values ('u-mia', 'Mia Employee', 'mia@acme.example', 1, 1, ?1),
               ('u-leo', 'Leo <Baptiste>', 'leo@acme.example', 0, 1, ?1)",
            &[NOW.into()],
        );
        console.run(
            "insert into person_accounts values ('u-mia', 1, '712020:mia', 'email', null, ?1)",
            &[NOW.into()],
        );
        console.run(
            "insert into account_candidates values ('u-leo', 1, '712020:leo', 'Leo Baptiste'), ('u-leo', 1, '712020:lea', 'Lea B')",
            &[],
        );
        console
    }

    #[test]
    fn people_are_listed_with_their_accounts_and_how_they_came_to_them() {
        let console = console();
        let page = console.get(Role::Admin, &format!("{CONNECTION}/people"));
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.says("Mia Employee") && page.says("Found by e-mail address"), "{}", page.words());
        assert!(page.html.contains("Leo &#60;Baptiste&#62;") && page.says("No account yet"));
        assert!(page.html.find("Leo Baptiste").unwrap() < page.html.find("Lea B").unwrap(), "by likeness");
        assert!(page.html.contains("https://acme.atlassian.net/wiki/people/712020:mia"));
        let page = console.get(Role::Admin, &format!("{CONNECTION}/people?show=without"));
        assert!(!page.says("Mia Employee") && page.says("Leo"));
        assert_eq!(console.get(Role::Agent, &format!("{CONNECTION}/people")).status, StatusCode::FORBIDDEN);
    }

    #[test]
    fn an_admin_confirms_changes_and_removes_an_account() {
        let console = console();
        let people = format!("{CONNECTION}/people");
        let account = || {
            console.text(
                "select coalesce(account_id, 'none') || ' ' || coalesce(decided_by, '') as it
           from person_accounts where subject = 'u-leo'",
            )
        };
        console.post(Role::Admin, &people, "decision=confirm&subject=u-leo&account=712020%3Aleo");
        assert_eq!(account(), "712020:leo ada@acme.example");
        assert!(console.get(Role::Admin, &people).says("Confirmed by ada@acme.example"));
        let typed = "decision=confirm&subject=u-leo&other=https%3A%2F%2Facme.atlassian.net%2Fwiki%2Fpeople%2F712020%3Aother%3Fref%3D1";
        console.post(Role::Admin, &people, typed);
        assert_eq!(account(), "712020:other ada@acme.example");
        console.post(Role::Admin, &people, "decision=remove&subject=u-leo");
        assert_eq!(account(), "none ada@acme.example");
        assert!(console.get(Role::Admin, &people).says("Taken away by ada@acme.example"));
        console.post(Role::Admin, &people, "decision=again&subject=u-leo");
        assert!(console.get(Role::Admin, &people).says("No account yet"));
    }

    #[test]
    fn what_is_no_account_changes_nothing() {
        let console = console();
        let people = format!("{CONNECTION}/people");
        let empty = console.post(Role::Admin, &people, "decision=confirm&subject=u-leo");
        assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.says("choose an account"));
        let odd = console.post(Role::Admin, &people, "decision=confirm&subject=u-leo&other=%27+or+1");
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        console.post(Role::Admin, &people, "decision=confirm&subject=nobody&account=712020%3Aleo");
        assert_eq!(console.text("select count(*) || '' as it from person_accounts"), "1");
    }
}
