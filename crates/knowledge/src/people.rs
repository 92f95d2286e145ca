//! People who have signed in, and which Atlassian account is whose. Nobody is ever guessed: an account is somebody's
//! by an address for which both sides vouch, or because an admin said so.

mod accounts;
mod deciding;
mod signing_in;

pub use accounts::{Candidate, Unmapped, connections, found, map_by_email, searched, unmapped};
pub use deciding::{
    Access, Mapping, Person, Unreadable, access, confirm, forget_decision, people, people_count, take_away,
    unreadable,
};
pub use signing_in::{SignedIn, signed_in};

#[cfg(test)]
mod tests {
    use ports::Database;
    use ports::native::Sqlite;

    use super::*;
    use crate::runs::tests::store;
    use crate::{Library, Reader, reading};

    fn mia(email: &'static str, email_verified: bool) -> SignedIn<'static> {
        SignedIn { subject: "mia", name: "Mia Employee", email, email_verified }
    }

    fn shelf() -> Sqlite {
        let database = store();
        for statement in [
            "insert into articles (connection_id, page_id, space_id, slug, title, text, summary, html, markdown, outline,
               passages, report, source_url, source_version, source_updated_at, audience, status, status_changed_at,
               created_at, updated_at) values (1, '7', '10', 's', 'Salaries', '', '', '', '', '[]', '[]', '{}', '', 1, 0,
               '[1,\"7@1\"]', 'published', 0, 0, 0)",
            "insert into audiences values ('[1,\"7@1\"]', 1)",
            "insert into node_readers values (1, '7@1', '7', 'user', 'a-mia', '')",
        ] {
            database.execute(statement, &[]).unwrap();
        }
        database
    }

    fn sees(database: &Sqlite) -> bool {
        let library = Library::of(database, Reader::person("mia"));
        reading::article_of_page(&library, None, "7").unwrap().is_some()
    }

    #[test]
    fn an_address_maps_only_while_both_sides_vouch_for_it() {
        let database = shelf();
        signed_in(&database, mia("Mia@Acme.example", false), 1).unwrap();
        let waiting = unmapped(&database, 1, 1, 10).unwrap();
        assert_eq!((waiting.len(), waiting[0].email.as_deref()), (1, None));
        assert!(!map_by_email(&database, 1, "mia", "a-mia", "mia@acme.example", 2).unwrap());
        assert!(!sees(&database));
        signed_in(&database, mia("Mia@Acme.example", true), 3).unwrap();
        assert!(!map_by_email(&database, 1, "mia", "a-mia", "leo@acme.example", 4).unwrap());
        assert!(map_by_email(&database, 1, "mia", "a-mia", "MIA@acme.example", 4).unwrap());
        assert!(sees(&database));
        assert!(unmapped(&database, 1, 99, 10).unwrap().is_empty());
        // Another address is another claim.
        signed_in(&database, mia("mia@other.example", true), 5).unwrap();
        assert!(!sees(&database));
    }

    #[test]
    fn an_admin_decides_and_an_address_does_not_undo_it() {
        let database = shelf();
        signed_in(&database, mia("mia@acme.example", true), 1).unwrap();
        let candidate = Candidate { account_id: "a-mia".into(), name: "Mia Employee".into() };
        found(&database, 1, "mia", std::slice::from_ref(&candidate), 2).unwrap();
        let listed = people(&database, 1, false, 10, 0).unwrap();
        assert_eq!(
            (listed[0].mapping.as_ref(), listed[0].candidates.as_slice()),
            (None, std::slice::from_ref(&candidate))
        );
        assert!(confirm(&database, 1, "mia", "a-mia", "ada", 3).unwrap());
        assert!(sees(&database));
        let listed = people(&database, 1, false, 10, 0).unwrap();
        let mapping = listed[0].mapping.clone().unwrap();
        assert_eq!(
            (mapping.account_id.as_deref(), mapping.decided_by.as_deref()),
            (Some("a-mia"), Some("ada"))
        );
        assert!(listed[0].candidates.is_empty());
        take_away(&database, 1, "mia", "ada", 4).unwrap();
        assert!(!sees(&database));
        assert!(!map_by_email(&database, 1, "mia", "a-mia", "mia@acme.example", 5).unwrap());
        assert!(unmapped(&database, 1, 99, 10).unwrap().is_empty());
        forget_decision(&database, 1, "mia").unwrap();
        assert!(map_by_email(&database, 1, "mia", "a-mia", "mia@acme.example", 6).unwrap());
        assert!(sees(&database));
        assert!(!confirm(&database, 1, "nobody", "a-mia", "ada", 7).unwrap(), "who never signed in");
    }

    #[test]
    fn those_without_an_account_can_be_listed_alone() {
        let database = shelf();
        signed_in(&database, mia("mia@acme.example", true), 1).unwrap();
        let leo = SignedIn { subject: "leo", name: "Leo", email: "", email_verified: false };
        signed_in(&database, leo, 1).unwrap();
        confirm(&database, 1, "mia", "a-mia", "ada", 3).unwrap();
        assert_eq!(people_count(&database, 1, false).unwrap(), 2);
        assert_eq!(people_count(&database, 1, true).unwrap(), 1);
        assert_eq!(people(&database, 1, true, 10, 0).unwrap()[0].name, "Leo");
        searched(&database, 1, "leo", 5).unwrap();
        assert!(unmapped(&database, 1, 5, 10).unwrap().is_empty());
        assert_eq!(unmapped(&database, 1, 6, 10).unwrap().len(), 1);
    }
}
