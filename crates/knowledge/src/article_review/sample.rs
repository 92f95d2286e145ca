//! Three articles of two spaces, for the tests of these queries.

use ports::Database;
use ports::native::Sqlite;

use crate::migrations;

/// 1: a draft with losses, 2: published but restricted, 3: retired and archived.
pub(super) fn store() -> Sqlite {
    let database = Sqlite::in_memory().unwrap();
    migrations::apply(&database).unwrap();
    let statements = [
        "insert into connections (cloud_id, site_url, site_name, account_id, account_name, created_at, created_by,
           state_changed_at) values ('c1', 'https://acme.atlassian.net', 'acme', 'a1', 'Sync', 1, 'ada', 1)",
        "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at) values
           (1, '10', 'IT', 'IT Help', 'global', 'current', 1, 1), (1, '11', 'HR', 'People', 'global', 'current', 1, 1)",
        "insert into categories (name) values ('IT'), ('HR')",
        "insert into articles (connection_id, page_id, space_id, slug, title, text, summary, html, markdown, outline,
           passages, report, losses, source_url, source_version, source_updated_at, source_state, audience,
           audience_reason, status, status_changed_at, category, created_at, updated_at) values
           (1, '100', '10', 'reset', 'Reset your password', 'Passwords expire.', '', '', '', '[]', '[]', '{}', 2,
            'u', 1, 10, 'current', 'everyone', null, 'draft', 1, 'IT', 1, 1),
           (1, '200', '11', 'salary', 'Salary bands', 'Secret.', '', '', '', '[]', '[]', '{}', 0,
            'u', 1, 30, 'current', 'restricted', 'only 2 people may read it', 'published', 1, null, 1, 1),
           (1, '101', '10', 'phones', 'Old phones', 'Return them.', '', '', '', '[]', '[]', '{}', 0,
            'u', 1, 20, 'archived', 'everyone', null, 'retired', 1, null, 1, 1)",
    ];
    for statement in statements {
        database.execute(statement, &[]).unwrap();
    }
    database
}
