use askama::Template;
use freshness::Shown;
use http::{Response, StatusCode};
use knowledge::attachments::{self, Attachment};
use knowledge::events::Kind;
use knowledge::reading::{self, Access, Article, ArticleCard};
use ports::Database;
use screen::{Frame, Time, ago, day, redirect_permanently};
use serde_json::json;

use crate::ask::{self, Reply};
use crate::category::category_address;
use crate::error::Error;
use crate::visit::Visit;

const RELATED: usize = 4;
/// What most people read in a minute of plain prose.
const WORDS_A_MINUTE: usize = 220;

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage<'a> {
    frame: &'a Frame<'a>,
    article: &'a Article,
    updated: Time,
    minutes: usize,
    trail: [(&'a str, String); 2],
    /// The files that the article does not show by itself.
    files: Vec<Attachment>,
    related: Vec<ArticleCard>,
    query: &'a str,
    reply: Option<Reply>,
    /// Why it is shown although not everyone may see it.
    visible_because: Option<String>,
    checked: Time,
}

/// The page of an article; `?ask=` has it answer a question (as JSON for programs).
pub(crate) async fn show<D: Database>(
    visit: &Visit<'_, D>,
    id: &str,
    slug: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let id: i64 = id.parse().map_err(|_| Error::NoSuchArticle)?;
    let article = visit.fresh(Shown::Whole, || reading::article(&visit.library(), id), |_| vec![id]).await?;
    let article = article.ok_or(Error::NoSuchArticle)?;
    if slug != article.card.slug {
        let query = visit.request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(redirect_permanently(&format!("{}{query}", article.location(""))));
    }
    let question = visit.query.get("ask");
    let reply = if question.is_empty() {
        visit.record(Kind::Opened, Some(id), json!({}));
        None
    } else {
        let outcome = answer::answer_from_article(&visit.library(), id, question)?;
        let outcome = outcome.ok_or(Error::NoSuchArticle)?;
        ask::record(visit, question, Some(id), &outcome);
        if visit.wants_json() {
            return Ok(ask::json_of(&outcome));
        }
        Some(Reply::from(outcome))
    };
    let access = reading::access(&visit.library(), id)?;
    let mut files = attachments::of_article(&visit.library(), id)?;
    files.retain(|file| !file.is_shown_in(&article.html));
    let related = || retrieval::related(&visit.library(), id, RELATED);
    let related = visit.fresh(Shown::Listed, related, |cards| reading::ids(cards)).await?;
    let frame = visit.frame();
    let category = article.card.category.as_str();
    let page = ArticlePage {
        frame: &frame,
        article: &article,
        updated: day(article.card.source_updated_at),
        minutes: article.markdown.split_whitespace().count().div_ceil(WORDS_A_MINUTE).max(1),
        trail: [("Home", "/".to_owned()), (category, category_address(category))],
        files,
        related,
        query: question,
        reply,
        checked: ago(access.as_ref().map_or(visit.now, |access| access.checked_at), visit.now),
        visible_because: access.map(|access| because(&access)),
    };
    Ok(frame.page(StatusCode::OK, &page))
}

/// Why a reader sees what not everyone may see.
fn because(access: &Access) -> String {
    let groups = access.groups.join(", ");
    let group = if access.groups.len() == 1 { "the group" } else { "the groups" };
    match (access.groups.is_empty(), access.is_named) {
        (false, true) => format!("Confluence names you and {group} {groups}, which you are in"),
        (false, false) => format!("you are in {group} {groups} in Confluence"),
        (true, _) => "Confluence names you as a reader".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use identity::Role;
    use knowledge::samples::Sample;

    use super::*;
    use crate::sample::Portal;

    #[test]
    fn a_restricted_article_says_why_it_is_shown_and_how_fresh_that_is() {
        let portal = Portal::with(Role::Employee, &[Sample::new(1, "Salaries", "Numbers.")]);
        let address = "/articles/1/page-1";
        assert!(!portal.get(address).has("Visible to you because"));
        for statement in [
            "update articles set audience = '[1,\"1@1\"]'".to_owned(),
            "insert into audiences values ('[1,\"1@1\"]', 1)".to_owned(),
            format!("update spaces set reconciled_at = {}", crate::sample::NOW - 7 * 60_000),
            "insert into node_readers values (1, '1@1', '1', 'group', 'g', 'g@1')".to_owned(),
            format!(
                "insert into groups (connection_id, group_id, name, edition, state, checked_at)
               values (1, 'g', 'people-team', 'g@1', 'read', {})",
                crate::sample::NOW - 3 * 60_000
            ),
            "insert into group_members values (1, 'g', 'g@1', 'a-ada')".to_owned(),
            "insert into people values ('sub-1', 'Ada', '', 0, 0, 0)".to_owned(),
            "insert into person_accounts values ('sub-1', 1, 'a-ada', 'admin', 'ada', 0)".to_owned(),
        ] {
            ports::Database::execute(&portal.database, &statement, &[]).unwrap();
        }
        assert_eq!(portal.get(address).status(), 404);
        knowledge::audiences::recompute(&portal.database, 1).unwrap();
        let page = portal.get(address);
        assert!(page.has("you are in the group people-team in Confluence"), "{}", page.body());
        assert!(page.has("7 minutes ago"));
        ports::Database::execute(
            &portal.database,
            "insert into node_readers values (1, '1@1', '1', 'user', 'a-ada', '')",
            &[],
        )
        .unwrap();
        assert!(portal.get(address).has("Confluence names you and the group people-team"));
    }

    fn portal() -> Portal {
        Portal::with(
            Role::Employee,
            &[
                Sample::new(1, "Set up the VPN", "You need a managed laptop.")
                    .section(
                        "Install the client",
                        "Install-the-client",
                        "Open Self Service and select Install.",
                    )
                    .section("Connect", "Connect", "Select your region and sign in.")
                    .category("IT"),
                Sample::new(2, "VPN on a phone", "Set up the VPN on a phone."),
                Sample { status: "draft", ..Sample::new(3, "Draft about the VPN", "Set up.") },
                Sample { audience: "restricted", ..Sample::new(4, "Restricted VPN", "Set up.") },
            ],
        )
    }

    fn address(portal: &Portal) -> String {
        portal.get("/articles/1").header("location").to_owned()
    }

    #[test]
    fn an_article_says_where_it_comes_from_and_what_is_like_it() {
        let portal = portal();
        let shown = portal.get(&address(&portal));
        assert_eq!(shown.status(), 200);
        for part in [
            "Source: Confluence",
            "Was this article helpful?",
            "VPN on a phone",
            "1 min read",
            "/categories/IT",
        ] {
            assert!(shown.has(part), "{part}: {}", shown.body());
        }
        assert!(!shown.has("Draft about the VPN") && !shown.has("Restricted VPN"));
        assert_eq!(shown.events[0].kind, Kind::Opened);
    }

    #[test]
    fn a_blog_post_says_that_it_is_one() {
        let portal = portal();
        let address = address(&portal);
        assert!(!portal.get(&address).has("Blog post"));
        let post =
            knowledge::blog_posts::BlogPost { page_id: "1".into(), posted_at: Some(1_791_792_000_000) };
        knowledge::blog_posts::record(&portal.database, 1, &[post]).unwrap();
        assert!(portal.get(&address).has("Blog post of"));
    }

    #[test]
    fn another_slug_leads_to_the_right_one_and_keeps_the_question() {
        let portal = portal();
        let moved = portal.get("/articles/1/old-title?ask=how");
        assert_eq!(moved.status(), 301);
        assert_eq!(moved.header("location"), format!("{}?ask=how", address(&portal)));
    }

    #[test]
    fn what_may_not_be_read_looks_like_what_never_was() {
        let portal = portal();
        let absent = portal.get("/articles/999/x");
        for path in ["/articles/3/draft", "/articles/4/restricted", "/articles/3?ask=vpn", "/articles/abc/x"]
        {
            let hidden = portal.get(path);
            assert_eq!(hidden.status(), 404, "{path}");
            let body =
                |body: &str| body.lines().filter(|line| !line.contains("name=\"next\"")).collect::<String>();
            assert_eq!(body(hidden.body()), body(absent.body()), "{path}");
        }
    }

    #[test]
    fn an_article_that_was_restricted_a_moment_ago_is_not_shown() {
        let before = portal();
        let address = address(&before);
        let portal = Portal { restricted: Some(1), ..before };
        let shown = portal.get(&address);
        assert_eq!(shown.status(), 404);
        // Nor does an address without the title lead to the one with it.
        assert_eq!(portal.get("/articles/1").status(), 404);
        assert!(shown.has("This article is not available") && !shown.has("managed laptop"));
        assert!(shown.events.is_empty());
    }

    #[test]
    fn an_article_answers_a_question_about_itself() {
        let portal = portal();
        let shown = portal.get(&format!("{}?ask=How+do+I+install+the+client%3F", address(&portal)));
        assert!(shown.has("select Install.") && shown.has("#Install-the-client"), "{}", shown.body());
        assert_eq!(shown.events[0].kind, Kind::Asked);
        assert_eq!(shown.events[0].article_id, Some(1));
    }
}
