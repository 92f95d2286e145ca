use askama::Template;
use freshness::Shown;
use http::{Response, StatusCode};
use knowledge::reading::{ArticleCard, Category, article_count, categories, ids, pinned, recently_updated};
use ports::Database;
use screen::{Frame, Time, ago};

use crate::error::Error;
use crate::visit::Visit;

const RECENT: i64 = 6;
const PINNED: i64 = 12;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    frame: &'a Frame<'a>,
    /// How many articles there are to read; without any, the page says how that changes.
    articles: i64,
    categories: Vec<Category>,
    pinned: Vec<ArticleCard>,
    recent: Vec<(ArticleCard, Time)>,
}

pub(crate) async fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let frame = visit.frame();
    let read = || Ok((pinned(&visit.library(), PINNED)?, recently_updated(&visit.library(), RECENT)?));
    let shown = |(pinned, recent): &(Vec<_>, Vec<_>)| [ids(pinned), ids(recent)].concat();
    let (pinned, recent) = visit.fresh(Shown::Listed, read, shown).await?;
    let home = Home {
        frame: &frame,
        articles: article_count(&visit.library())?,
        categories: categories(&visit.library())?,
        pinned,
        recent: recent
            .into_iter()
            .map(|card| {
                let updated = ago(card.source_updated_at, visit.now);
                (card, updated)
            })
            .collect(),
    };
    Ok(frame.page(StatusCode::OK, &home))
}

#[cfg(test)]
mod tests {
    use identity::Role;
    use knowledge::samples::Sample;

    use crate::sample::Portal;

    #[test]
    fn an_empty_portal_tells_each_role_what_comes_next() {
        let shown = |role| Portal::with(role, &[]).get("/");
        assert!(shown(Role::Admin).has("href=\"/console/settings/integrations/confluence\""));
        let agent = shown(Role::Agent);
        assert!(agent.has("Review imported articles") && !agent.has("Connect Confluence"));
        let employee = shown(Role::Employee);
        assert!(employee.has("No article is published yet") && !employee.has("/console"));
    }

    #[test]
    fn what_is_pinned_stands_first_if_it_may_be_read() {
        let samples = [
            Sample::new(1, "Set up the VPN", "Open Self Service.").category("IT"),
            Sample { audience: "restricted", ..Sample::new(2, "Salaries", "Numbers.").category("IT") },
        ];
        let portal = Portal::with(Role::Employee, &samples);
        assert!(!portal.get("/").has("Pinned"));
        for article in [1, 2] {
            knowledge::pins::pin(&portal.database, article, "ada", 1).unwrap();
        }
        for path in ["/", "/categories/IT"] {
            let shown = portal.get(path);
            assert!(shown.has("Pinned") && shown.has("Set up the VPN") && !shown.has("Salaries"), "{path}");
        }
    }

    #[test]
    fn only_what_may_be_read_is_counted_and_listed() {
        let samples = [
            Sample::new(1, "Set up the VPN", "Open Self Service.").category("IT"),
            Sample::new(2, "🎉 مرحبا بكم", "First day.").category("HR"),
            Sample {
                status: "draft",
                ..Sample::new(3, "Draft of a policy", "Secret plan.").category("Secret drafts")
            },
            Sample { audience: "restricted", ..Sample::new(4, "Salaries", "Numbers.").category("Payroll") },
            Sample { source_state: "trashed", ..Sample::new(5, "Old printer", "Gone.").category("Bin") },
        ];
        let home = Portal::with(Role::Admin, &samples).get("/");
        assert!(home.has("Search 2 articles from your team"));
        assert!(home.has("href=\"/categories/IT\"") && home.has("Set up the VPN"));
        assert!(home.has("<span dir=\"auto\">🎉 مرحبا بكم</span>"));
        for hidden in ["Draft of a policy", "Secret drafts", "Salaries", "Payroll", "Old printer", "Bin"] {
            assert!(!home.has(hidden), "{hidden}");
        }
    }
}
