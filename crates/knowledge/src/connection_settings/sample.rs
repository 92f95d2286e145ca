//! A site with three spaces, one of them chosen, for the tests of these queries.

use ports::Database;
use ports::native::Sqlite;

use crate::migrations;

pub(super) fn store() -> Sqlite {
    let database = Sqlite::in_memory().unwrap();
    migrations::apply(&database).unwrap();
    let statements = [
        "insert into connections (cloud_id, site_url, site_name, account_id, account_name, created_at, created_by,
           state_changed_at) values ('c1', 'https://acme.atlassian.net', 'acme', 'a1', 'Sync', 1, 'ada@acme.example', 1)",
        "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at) values
           (1, '10', 'IT', 'IT Help', 'global', 'current', 1, 1),
           (1, '11', 'HR', 'People', 'collaboration', 'current', 0, 1),
           (1, '12', '~ada', 'Ada Lovelace', 'personal', 'archived', 0, 1)",
        "insert into pages (connection_id, page_id, space_id, title, web_path, version_number, version_created_at,
           failure, first_seen_at, synced_at) values
           (1, '100', '10', 'Reset your password', '/spaces/IT/pages/100', 1, 'v', null, 1, 1),
           (1, '101', '10', 'Everything', '/spaces/IT/pages/101', 1, 'v',
             'the body is larger than 5 MB; split the page', 1, 1)",
        "insert into articles (connection_id, page_id, space_id, slug, title, text, summary, html, markdown, outline,
           passages, report, source_url, source_version, source_updated_at, audience, status, status_changed_at,
           category, created_at, updated_at) values
           (1, '100', '10', 'reset', 'Reset your password', 't', 's', 'h', 'm', '[]', '[]', '{}', 'u', 1, 1,
            'everyone', 'published', 1, 'IT', 1, 1)",
    ];
    for statement in statements {
        database.execute(statement, &[]).unwrap();
    }
    database
}
