//! Why a page is here, or is not: what the console answers to whoever misses one.

use ports::{Database, DatabaseError};

use crate::blog_posts;
use crate::scopes::{Rule, Verdict, out_of_scope_because};

/// How a page stands with us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// No connection is of this site.
    AnotherSite {
        connected: Vec<String>,
    },
    /// The connection does not work, so what we know may be old; the reason is in words.
    NotConnected {
        connection_id: i64,
        reason: Option<String>,
    },
    /// We never saw such a page.
    Unknown {
        connection_id: i64,
        account_name: String,
        space: Option<SpaceStanding>,
        is_synced: bool,
    },
    Known(Box<KnownPage>),
}

/// A space that an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceStanding {
    pub name: String,
    pub is_chosen: bool,
}

/// A page that we know, and what decides about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPage {
    pub connection_id: i64,
    pub account_name: String,
    pub title: String,
    pub source_url: String,
    pub space_id: String,
    pub space_name: String,
    pub is_space_chosen: bool,
    /// `current`, `archived`, `trashed`, `not_visible` or `not_chosen`.
    pub source_state: String,
    /// Why its latest version could not be brought in.
    pub failure: Option<String>,
    pub out_of_scope: Option<(Verdict, Vec<Rule>)>,
    /// Whether it is a blog post of a space that leaves these out.
    pub is_left_out_blog_post: bool,
    /// The page or folder above it (or itself) whose restriction hides it: its id, and its title if it is a page.
    pub restricted_by: Option<(String, Option<String>)>,
    pub synced_at: i64,
    pub article: Option<KnownArticle>,
}

/// The article of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArticle {
    pub id: i64,
    pub slug: String,
    /// `draft`, `published` or `retired`.
    pub status: String,
    pub is_readable: bool,
    /// Why not everyone may read it.
    pub restriction: Option<String>,
}

/// What is asked for: a page by its id, or by its space and title; or a space alone.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    Content(&'a str),
    Titled { space_key: &'a str, title: &'a str },
    Space(&'a str),
}

/// How a page of a site stands with us.
pub fn whereabouts(
    database: &impl Database,
    site_url: &str,
    asked: Asked<'_>,
) -> Result<Whereabouts, DatabaseError> {
    let rows = database.execute(
        "select id, site_url, account_name, state, state_reason, last_synced_at is not null as is_synced
             from connections order by id",
        &[],
    )?;
    let mut connected = Vec::new();
    let mut found = None;
    for row in rows.iter() {
        let site: String = row.get("site_url")?;
        if site.trim_end_matches('/').eq_ignore_ascii_case(site_url) {
            found = Some(row);
        }
        connected.push(site);
    }
    let Some(row) = found else { return Ok(Whereabouts::AnotherSite { connected }) };
    let connection: i64 = row.get("id")?;
    let account_name: String = row.get("account_name")?;
    let page = match asked {
        Asked::Content(id) => known(database, connection, "p.page_id = ?2", &[id.into()])?,
        Asked::Titled { space_key, title } => {
            let condition = "s.key = ?2 and p.title = ?3 collate nocase";
            known(database, connection, condition, &[space_key.into(), title.into()])?
        }
        Asked::Space(_) => None,
    };
    if let Some(page) = page {
        return Ok(Whereabouts::Known(Box::new(KnownPage { account_name, ..page })));
    }
    if row.get::<String>("state")? != "connected" {
        let reason = row.get("state_reason")?;
        return Ok(Whereabouts::NotConnected { connection_id: connection, reason });
    }
    let key = match asked {
        Asked::Content(_) => None,
        Asked::Titled { space_key, .. } | Asked::Space(space_key) => Some(space_key),
    };
    let space = match key {
        Some(key) => space(database, connection, key)?,
        None => None,
    };
    Ok(Whereabouts::Unknown {
        connection_id: connection,
        account_name,
        space,
        is_synced: row.get("is_synced")?,
    })
}

fn space(
    database: &impl Database,
    connection: i64,
    key: &str,
) -> Result<Option<SpaceStanding>, DatabaseError> {
    let statement = "select name, chosen from spaces where connection_id = ?1 and key = ?2";
    let rows = database.execute(statement, &[connection.into(), key.into()])?;
    rows.first()
        .map(|row| Ok(SpaceStanding { name: row.get("name")?, is_chosen: row.get("chosen")? }))
        .transpose()
}

fn known(
    database: &impl Database,
    connection: i64,
    condition: &str,
    names: &[ports::Value],
) -> Result<Option<KnownPage>, DatabaseError> {
    let is_left_out = blog_posts::is_left_out("?1", "p.page_id", "p.space_id");
    let statement = format!(
        "select p.page_id, p.title, p.space_id, p.source_state, p.failure, p.web_path, p.synced_at, c.site_url,
           {is_left_out} as is_left_out_blog_post,
           coalesce(s.name, p.space_id) as space_name, coalesce(s.chosen, 0) as is_chosen, a.id as article_id, a.slug,
           a.status, a.audience, a.audience_reason,
           coalesce(a.status = 'published' and a.source_state = 'current' and a.audience = 'everyone', 0) as is_readable
         from pages p join connections c on c.id = p.connection_id
         left join spaces s on s.connection_id = p.connection_id and s.space_id = p.space_id
         left join articles a on a.connection_id = p.connection_id and a.page_id = p.page_id
         where p.connection_id = ?1 and {condition} order by p.source_state <> 'current', p.page_id limit 1"
    );
    let mut parameters = vec![connection.into()];
    parameters.extend_from_slice(names);
    let rows = database.execute(&statement, &parameters)?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (page_id, space_id): (String, String) = (row.get("page_id")?, row.get("space_id")?);
    let site: String = row.get("site_url")?;
    let path: String = row.get("web_path")?;
    let article = match row.get::<Option<i64>>("article_id")? {
        Some(id) => Some(KnownArticle {
            id,
            slug: row.get("slug")?,
            status: row.get("status")?,
            is_readable: row.get("is_readable")?,
            restriction: (row.get::<String>("audience")? != "everyone")
                .then(|| row.get::<Option<String>>("audience_reason"))
                .transpose()?
                .map(Option::unwrap_or_default),
        }),
        None => None,
    };
    Ok(Some(KnownPage {
        connection_id: connection,
        account_name: String::new(),
        title: row.get("title")?,
        source_url: format!("{}/wiki{path}", site.trim_end_matches('/')),
        space_name: row.get("space_name")?,
        is_space_chosen: row.get("is_chosen")?,
        source_state: row.get("source_state")?,
        failure: row.get("failure")?,
        is_left_out_blog_post: row.get("is_left_out_blog_post")?,
        out_of_scope: out_of_scope_because(database, connection, &space_id, &page_id)?,
        restricted_by: restricted_by(database, connection, &page_id)?,
        synced_at: row.get("synced_at")?,
        space_id,
        article,
    }))
}

/// The first node from the page up that is not open, or that we cannot see.
fn restricted_by(
    database: &impl Database,
    connection: i64,
    page_id: &str,
) -> Result<Option<(String, Option<String>)>, DatabaseError> {
    let rows = database
        .execute(
            "with recursive above (id, height) as (
               select ?2, 0
               union all
               select coalesce(pages.parent_id, parents.parent_id), above.height + 1 from above
               left join pages on pages.connection_id = ?1 and pages.page_id = above.id
               left join parents on parents.connection_id = ?1 and parents.content_id = above.id
                 and pages.page_id is null
               where above.height < 200 and coalesce(pages.parent_id, parents.parent_id) is not null)
             select above.id, pages.title from above
             left join pages on pages.connection_id = ?1 and pages.page_id = above.id
             left join parents on parents.connection_id = ?1 and parents.content_id = above.id
             where coalesce(pages.own_restriction, iif(parents.content_id is null, 'unknown', 'open')) <> 'open'
             order by above.height limit 1",
            &[connection.into(), page_id.into()],
        )?;
    rows.first().map(|row| Ok((row.get("id")?, row.get("title")?))).transpose()
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::runs::tests::store;

    fn shelf() -> Sqlite {
        let database = store();
        for (id, parent, restriction) in
            [("1", None, "open"), ("2", Some("1"), "restricted"), ("3", Some("2"), "open")]
        {
            database
                .execute(
                    "insert into pages (connection_id, page_id, space_id, parent_id, title, web_path, version_number,
                       version_created_at, own_restriction, first_seen_at, synced_at)
                     values (1, ?1, '10', ?2, 'Page ' || ?1, '/p', 1, 'v', ?3, 0, 5)",
                    &[id.into(), parent.into(), restriction.into()],
                )
                .unwrap();
        }
        database
    }

    #[test]
    fn a_page_is_found_by_its_id_and_by_its_title_with_what_restricts_it() {
        let database = shelf();
        let site = "https://acme.atlassian.net";
        for asked in [Asked::Content("3"), Asked::Titled { space_key: "IT", title: "page 3" }] {
            let Whereabouts::Known(page) = whereabouts(&database, site, asked).unwrap() else {
                panic!("it is known")
            };
            assert_eq!((page.title.as_str(), page.space_name.as_str()), ("Page 3", "IT"));
            assert_eq!(page.restricted_by, Some(("2".into(), Some("Page 2".into()))));
            assert_eq!((page.article, page.is_space_chosen), (None, true));
        }
        let Whereabouts::Known(page) = whereabouts(&database, site, Asked::Content("1")).unwrap() else {
            panic!("it is known")
        };
        assert_eq!(page.restricted_by, None);
    }

    #[test]
    fn what_is_not_known_says_what_is_known_of_its_site_and_space() {
        let database = shelf();
        let site = "https://acme.atlassian.net";
        let elsewhere = whereabouts(&database, "https://other.atlassian.net", Asked::Content("1")).unwrap();
        assert_eq!(elsewhere, Whereabouts::AnotherSite { connected: vec![site.into()] });
        let unknown = whereabouts(&database, site, Asked::Space("IT")).unwrap();
        let Whereabouts::Unknown { space: Some(space), is_synced: false, .. } = unknown else {
            panic!("{unknown:?}")
        };
        assert!(space.is_chosen);
        database.execute("update connections set state = 'connection_lost'", &[]).unwrap();
        let lost = whereabouts(&database, site, Asked::Content("9")).unwrap();
        assert!(matches!(lost, Whereabouts::NotConnected { connection_id: 1, .. }));
    }
}
