use http::Response;
use identity::forgery;
use knowledge::events::{self, Kind};
use knowledge::reading::{self, ArticleCard};
use ports::Database;
use screen::{Fields, Notice, redirect};
use serde_json::json;

use crate::error::Error;
use crate::visit::Visit;

/// Records whether an article helped, and leads back to it.
pub(crate) fn vote<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let form = Fields::of_form(visit.request);
    let (headers, site) = (visit.request.headers(), visit.site);
    forgery::check(headers, &site.key, visit.session, &site.public_url, form.get("csrf"))?;
    let card = readable(visit, id)?;
    let (kind, thanks) = match form.get("value") {
        "yes" => (Kind::Helped, "Thank you. It is good to know that this article helped."),
        "no" => {
            (Kind::Failed, "Thank you. The people who look after this article will see that it needs work.")
        }
        _ => return Ok(redirect(&card.location())),
    };
    events::append(visit.database, &[visit.event(kind, Some(card.id), json!({}))])?;
    Ok(site.redirect_with(&card.location(), &Notice::done(thanks), Some(visit.session)))
}

/// The address of the form, opened like a page.
pub(crate) fn back<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    Ok(redirect(&readable(visit, id)?.location()))
}

fn readable<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<ArticleCard, Error> {
    let id = id.parse().map_err(|_| Error::NoSuchArticle)?;
    reading::cards(&visit.library(), &[id])?.pop().ok_or(Error::NoSuchArticle)
}

#[cfg(test)]
mod tests {
    use identity::{Role, forgery};
    use knowledge::samples::Sample;

    use super::*;
    use crate::sample::Portal;

    #[test]
    fn a_vote_is_counted_and_thanked_for_and_a_second_one_replaces_it() {
        let portal = Portal::with(Role::Employee, &[Sample::new(1, "Set up the VPN", "Open Self Service.")]);
        let csrf = forgery::token(&portal.config.site.key, portal.session.as_ref().unwrap());
        let voted = portal.post("/articles/1/helpful", &format!("csrf={csrf}&value=yes"));
        assert_eq!(voted.status(), 303);
        assert!(voted.header("location").starts_with("/articles/1/"));
        assert!(voted.header("set-cookie").starts_with("notice="));
        let votes = || events::votes(&portal.database, 1).unwrap();
        assert_eq!((votes().helped, votes().failed), (1, 0));
        portal.post("/articles/1/helpful", &format!("csrf={csrf}&value=no"));
        assert_eq!((votes().helped, votes().failed), (0, 1));
    }

    #[test]
    fn a_forged_vote_and_one_for_a_hidden_article_count_nothing() {
        let draft = Sample { status: "draft", ..Sample::new(1, "Plan", "Plan.") };
        let portal = Portal::with(Role::Admin, &[draft]);
        assert_eq!(portal.post("/articles/1/helpful", "value=yes").status(), 403);
        let csrf = forgery::token(&portal.config.site.key, portal.session.as_ref().unwrap());
        assert_eq!(portal.post("/articles/1/helpful", &format!("csrf={csrf}&value=yes")).status(), 404);
        let votes = events::votes(&portal.database, 1).unwrap();
        assert_eq!((votes.helped, votes.failed), (0, 0));
    }
}
