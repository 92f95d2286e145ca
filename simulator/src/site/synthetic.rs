//! Generated help pages for measuring: the same ones for the same number on every machine.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};

use super::{Kind, NewContent, Principal, Site, Status, account_by_key};

const SYSTEMS: [&str; 20] = [
    "the expense tool",
    "GitLab",
    "the VPN",
    "Salesforce",
    "the door badge",
    "Figma",
    "the payroll portal",
    "Jira",
    "the guest network",
    "the warehouse scanner",
    "Zoom",
    "the build server",
    "the customer database",
    "Slack",
    "the label printer",
    "the password manager",
    "Power BI",
    "the time clock",
    "the phone system",
    "the test phone pool",
];
const TASKS: [(&str, &str); 12] = [
    ("request access to", "access"),
    ("reset my password for", "password"),
    ("fix a sign-in error in", "sign-in"),
    ("install", "install"),
    ("hand over my rights in", "handover"),
    ("export my data from", "export"),
    ("report an outage of", "outage"),
    ("add a colleague to", "invite"),
    ("set up two-step verification for", "mfa"),
    ("order a licence for", "licence"),
    ("restore a deleted record in", "restore"),
    ("change the notifications of", "notifications"),
];
const PLACES: [&str; 10] =
    ["Lisbon", "Oslo", "Toronto", "Nairobi", "Osaka", "Lyon", "Austin", "Pune", "Gdańsk", "Quito"];
const TEAMS: [&str; 8] =
    ["Sales", "Finance", "Field Service", "Research", "Logistics", "Support", "Marketing", "Manufacturing"];

impl Site {
    /// Adds the space SYN with `count` pages, a hundred under each of its sections; or so many spaces with as many
    /// pages together.
    pub(crate) fn add_synthetic(&mut self, count: usize, spaces: usize) -> Result<(), super::EditError> {
        let author = account_by_key("priya").expect("the sample site has this account").id;
        let start: Timestamp = "2024-01-08T08:00:00Z".parse().expect("a constant time");
        let each = count.div_ceil(spaces.max(1));
        let (mut space, mut parent) = (0, None);
        for number in 0..count {
            if number.is_multiple_of(each) {
                let (key, name) = match number / each {
                    0 => ("SYN".to_owned(), "Generated help".to_owned()),
                    other => (format!("SYN{}", other + 1), format!("Generated help {}", other + 1)),
                };
                space = self.add_space(&key, &name, author, start, vec![Principal::AllLicensedUsers])?;
                parent = None;
            }
            let at = start + SignedDuration::from_mins(53 * i64::try_from(number).unwrap_or(0));
            let (title, label, body) = page(number);
            let id = self.insert(NewContent {
                kind: Kind::Page,
                space,
                parent,
                title,
                body: body.into(),
                status: Status::Current,
                author: author.to_owned(),
                created: at,
            });
            if let Ok(content) = self.content_mut(id) {
                content.labels = vec![label.to_owned(), "generated".to_owned()];
            }
            if (number % each).is_multiple_of(100) {
                parent = Some(id);
            }
        }
        Ok(())
    }
}

/// The title, a label and the body of one page. The first 19,200 titles differ in their words already.
fn page(number: usize) -> (String, &'static str, String) {
    let (task, label) = TASKS[number % TASKS.len()];
    let system = SYSTEMS[number / TASKS.len() % SYSTEMS.len()];
    let place = PLACES[number / (TASKS.len() * SYSTEMS.len()) % PLACES.len()];
    let team = TEAMS[number / (TASKS.len() * SYSTEMS.len() * PLACES.len()) % TEAMS.len()];
    let series = number / (TASKS.len() * SYSTEMS.len() * PLACES.len() * TEAMS.len());
    let mut title = format!("How do I {task} {system} in {place} ({team})?");
    if series > 0 {
        let _ = write!(title, " Part {}", series + 1);
    }

    let code = 1000 + number * 37 % 9000;
    let days = 1 + number % 5;
    let ext = 200 + number * 13 % 700;
    let body = format!(
        "<p>This guide is for the {team} team in {place}. It explains how to {task} {system}.</p>\
         <h2>Before you start</h2><ul><li>You need an Acme account and your employee number.</li>\
         <li>Your manager must know of the request: requests without approval are closed after {days} working days.</li></ul>\
         <h2>Steps</h2><ol><li>Open the service portal and choose <strong>{system}</strong>.</li>\
         <li>Enter the cost centre <code>AC-{code}</code> and the reason for the request.</li>\
         <li>Choose <em>Send</em>. You receive a message when the {team} lead in {place} has approved it.</li>\
         <li>Sign in again after the message arrives; rights are read at sign-in only.</li></ol>\
         <ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\"><ac:rich-text-body>\
         <p>It usually takes {days} working days. In a hurry? Call extension {ext}.</p></ac:rich-text-body></ac:structured-macro>\
         <h2>If it does not work</h2><table><tbody><tr><th>Message</th><th>What to do</th></tr>\
         <tr><td>Error {code}: not authorised</td><td>Wait an hour, then sign out of {system} and in again.</td></tr>\
         <tr><td>Error {other}: unknown user</td><td>Ask IT in {place} to link your account.</td></tr></tbody></table>",
        other = code + 1,
    );
    (title, label, body)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn ten_thousand_titles_differ() {
        let titles: HashSet<_> = (0..25_000).map(|number| super::page(number).0).collect();
        assert_eq!(titles.len(), 25_000);
    }
}
