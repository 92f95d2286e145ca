/// The audience of what every signed-in person may read.
pub const EVERYONE: &str = "everyone";
/// The audience of what nobody may read, because Confluence says so or because it is not known.
pub const NOBODY: &str = "restricted";
/// Stands among accounts for anybody: a node that lets it through restricts nothing.
pub const ANYBODY: &str = "*";

/// Whoever reads: a signed-in person, by the identity provider's subject, or nobody in particular.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reader {
    subject: Option<String>,
}

impl Reader {
    /// A signed-in person, who sees what Confluence shows to the Atlassian accounts that are theirs.
    #[must_use]
    pub fn person(subject: &str) -> Self {
        Self { subject: Some(subject.to_owned()) }
    }

    /// Somebody without any account, who sees what everyone may read.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }

    /// The subject, if it is a person.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }
}

/// A statement with the table `readable_articles` in front of it: what one reader may read, where parameter
/// `?{reader}` is their subject or null.
///
/// The name exists nowhere else, so a statement that reads it without this fails instead of showing too much.
/// The table is a condition, not a copy: SQLite takes it apart as it does a view, so it holds before any limit
/// or count.
#[must_use]
pub fn readable(statement: &str, reader: usize) -> String {
    let statement = without_first_comments(statement);
    let (joint, statement) = match statement.strip_prefix("with") {
        Some(rest) if rest.starts_with(char::is_whitespace) => (",", rest),
        _ => ("", statement),
    };
    format!(
        "with audiences_of_reader as materialized (
           select '{EVERYONE}' as audience
           union select audience from audience_readers where account_id = '{ANYBODY}'
           union select passing.audience from person_accounts as own
             join audience_readers as passing
               on passing.connection_id = own.connection_id and passing.account_id = own.account_id
             where own.subject = ?{reader}),
         readable_articles as not materialized (
           select * from articles
           where status = 'published' and source_state = 'current'
             and audience in (select audience from audiences_of_reader)
             -- While an edit is held back, the version before it is for nobody whom it was not for before.
             and (edit_audience is null or edit_audience in ('{EVERYONE}', audience))){joint}
         {statement}"
    )
}

fn without_first_comments(statement: &str) -> &str {
    let mut rest = statement.trim_start();
    while rest.starts_with("--") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_gets_the_table_in_front_of_its_own() {
        let plain = readable("select id from readable_articles where id = ?1", 2);
        assert!(
            plain.contains("own.subject = ?2")
                && plain.ends_with("select id from readable_articles where id = ?1")
        );
        let own = readable("-- Why.\n-- More.\nwith\n  best as (select 1)\nselect * from best", 1);
        assert_eq!(own.matches("with ").count(), 1, "{own}");
        assert!(own.contains("audience))),") && own.contains("best as (select 1)"), "{own}");
        // A name that only begins with the word is no clause.
        assert!(readable("without_clause", 1).ends_with("without_clause"));
    }
}
