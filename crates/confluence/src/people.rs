//! People of the site, found by their names (API v1, `/search/user`).

use http::Response;
use serde::Deserialize;

use crate::response::read;
use crate::{ApiError, Path};

/// The most people that one answer gives.
pub const MOST: usize = 25;

/// An account that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub name: String,
    /// None where the profile does not make it visible.
    pub email: Option<String>,
}

/// The accounts whose name begins with these words.
#[must_use]
pub fn named(name: &str) -> Path {
    // What a name does not hold would be an operator of the query language.
    let words: String = name
        .chars()
        .map(|letter| if letter.is_alphanumeric() || "-'".contains(letter) { letter } else { ' ' })
        .collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let cql = format!("user.fullname~\"{words}\"");
    Path::new(&["rest", "api", "search", "user"], &[("cql", &cql), ("limit", &MOST.to_string())])
}

/// Reads the accounts that were found.
pub fn found(response: &Response<Vec<u8>>) -> Result<Vec<Account>, ApiError> {
    #[derive(Deserialize)]
    struct Answer {
        results: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        #[serde(default)]
        user: Option<User>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct User {
        #[serde(default)]
        account_id: Option<String>,
        #[serde(default)]
        account_type: Option<String>,
        #[serde(default)]
        display_name: Option<String>,
        #[serde(default)]
        public_name: Option<String>,
        #[serde(default)]
        email: Option<String>,
    }
    let answer: Answer = read("the people of the site", response)?;
    let users = answer.results.into_iter().filter_map(|row| row.user);
    // Apps have accounts too, and nobody signs in as one.
    let people = users.filter(|user| user.account_type.as_deref() != Some("app"));
    Ok(people
        .filter_map(|user| {
            let name = user.display_name.or(user.public_name).unwrap_or_default();
            let email = user.email.filter(|email| !email.is_empty());
            Some(Account { id: user.account_id?, name, email })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn people_are_looked_for_by_name_and_an_address_may_be_hidden() {
        let path = named("Ada \"or\" user=\\O'Neil-Ruiz");
        let query = path.as_str().split_once('?').unwrap().1;
        let cql = url::form_urlencoded::parse(query.as_bytes()).next().unwrap().1;
        assert_eq!(cql, "user.fullname~\"Ada or user O'Neil-Ruiz\"");
        let body = r#"{"results":[{"user":{"accountId":"a","accountType":"atlassian","displayName":"Ada","email":"ada@acme.example"}},
            {"user":{"accountId":"b","publicName":"Leo","email":""}},{"user":{"accountId":"c","accountType":"app"}},{"title":"x"}]}"#;
        let found = found(&json(200, body)).unwrap();
        let found: Vec<_> =
            found.iter().map(|one| (one.id.as_str(), one.name.as_str(), one.email.as_deref())).collect();
        assert_eq!(found, [("a", "Ada", Some("ada@acme.example")), ("b", "Leo", None)]);
    }
}
