//! Every address of the sign-in.

use http::{Method, Request, Response};
use identity::session;
use ports::{Database, HttpClient};
use screen::{Fields, Frame, local_path};

use crate::config::Config;
use crate::error::Error;
use crate::{callback, out, start, welcome};

/// Answers a request, whoever it comes from and whatever it holds.
pub(crate) async fn handle<C: HttpClient, D: Database>(
    provider: &C,
    database: &D,
    config: &Config,
    request: &Request<Vec<u8>>,
    now: i64,
) -> Response<Vec<u8>> {
    let site = &config.site;
    let session = session::read(request.headers(), &site.key, now);
    let query = Fields::of_query(request.uri());
    let next = local_path(query.get("next")).unwrap_or("/");
    let posted = request.method() == Method::POST;
    let frame = Frame::new(site, request, session.as_ref());
    match request.uri().path() {
        "/sign-in" => welcome::show(&frame, next),
        "/sign-in/start" => match start::begin(provider, config, next, now).await {
            Ok(response) => response,
            Err(error) => error.page(&frame, next),
        },
        "/sign-in/callback" => callback::finish(provider, database, config, request, &frame, now).await,
        "/sign-in/out" if posted => match out::sign_out(site, request, session.as_ref()) {
            Ok(response) => response,
            Err(error) => error.page(&frame, "/"),
        },
        "/sign-in/out" => screen::redirect("/"),
        _ => Error::NoSuchPage.page(&frame, "/"),
    }
}

#[cfg(test)]
mod tests {
    use identity::{Role, forgery};

    use crate::sample::{Browser, Provider, config, location, words};

    fn begun(browser: &mut Browser, provider: &mut Provider, next: &str) -> String {
        let response = browser.get(provider, &format!("/sign-in/start?next={next}"));
        assert_eq!(response.status(), 302);
        format!("/sign-in/callback?{}", provider.agree(location(&response)))
    }

    #[test]
    fn a_person_signs_in_and_gets_where_they_wanted_to_go() {
        for (groups, role) in
            [(&["staff"][..], Role::Employee), (&["agents"], Role::Agent), (&["admins"], Role::Admin)]
        {
            let (mut browser, mut provider) = (Browser::default(), Provider::new(groups));
            let page = browser.get(&provider, "/sign-in?next=%2Fask%3Fq%3Dvpn");
            assert!(words(&page).contains("href=\"/sign-in/start?next=%2Fask%3Fq%3Dvpn\""));
            let callback = begun(&mut browser, &mut provider, "%2Fask%3Fq%3Dvpn");
            let response = browser.get(&provider, &callback);
            assert_eq!((response.status().as_u16(), location(&response)), (303, "/ask?q=vpn"));
            let session = browser.session().unwrap();
            assert_eq!((session.name.as_str(), session.role), ("Ada Byron", role));
            assert_eq!(location(&browser.get(&provider, "/sign-in?next=%2Fsearch")), "/search");
        }
    }

    #[test]
    fn who_signed_in_is_noted_and_an_address_counts_only_if_the_provider_vouches_for_it() {
        for (claim, verified) in [
            (true.into(), true),
            ("true".into(), true),
            (false.into(), false),
            (serde_json::Value::Null, false),
        ] {
            let (mut browser, mut provider) = (Browser::default(), Provider::new(&["staff"]));
            provider.claims["email_verified"] = claim;
            let callback = begun(&mut browser, &mut provider, "%2F");
            browser.get(&provider, &callback);
            assert_eq!(browser.noted(), ("ada@acme.example".to_owned(), verified));
        }
    }

    #[test]
    fn no_address_of_another_site_is_gone_to() {
        for next in ["https://evil.example/", "//evil.example", "/%5Cevil.example", "%2F%09%2Fevil.example"] {
            let (mut browser, mut provider) = (Browser::default(), Provider::new(&[]));
            let callback = begun(&mut browser, &mut provider, next);
            assert_eq!(location(&browser.get(&provider, &callback)), "/", "{next}");
        }
    }

    #[test]
    fn an_answer_works_once_and_only_in_the_browser_that_began() {
        let (mut browser, mut provider) = (Browser::default(), Provider::new(&[]));
        let callback = begun(&mut browser, &mut provider, "/");
        let mut victim = Browser::default();
        let response = victim.get(&provider, &callback);
        assert_eq!(response.status(), 400);
        assert!(words(&response).contains("This sign-in has expired"));
        assert!(victim.session().is_none());
        assert_eq!(browser.get(&provider, &callback).status(), 303);
        assert_eq!(browser.get(&provider, &callback).status(), 400);
    }

    #[test]
    fn a_foreign_state_signs_nobody_in_and_leaves_the_sign_in_under_way() {
        let (mut browser, mut provider) = (Browser::default(), Provider::new(&[]));
        let callback = begun(&mut browser, &mut provider, "/");
        let response = browser.get(&provider, "/sign-in/callback?code=stolen&state=forged");
        assert!(words(&response).contains("This sign-in was replaced by another"));
        assert!(browser.session().is_none());
        assert_eq!(browser.get(&provider, &callback).status(), 303);
    }

    #[test]
    fn each_failure_is_a_page_with_a_way_on() {
        type Fault = fn(&mut Provider);
        let cases: [(&str, &str, Fault); 4] = [
            ("The sign-in service cannot be reached", "", |provider| provider.reachable = false),
            ("The sign-in could not be verified", "", |provider| provider.claims["aud"] = "another".into()),
            ("The sign-in could not be completed", "&code=wrong", |_| ()),
            ("You did not sign in", "&error=access_denied", |_| ()),
        ];
        for (title, query, broken) in cases {
            let (mut browser, mut provider) = (Browser::default(), Provider::new(&[]));
            let callback = begun(&mut browser, &mut provider, "%2Fsearch");
            broken(&mut provider);
            // The first field of a name counts.
            let callback = callback.replace("callback?", &format!("callback?x=1{query}&"));
            let response = browser.get(&provider, &callback);
            assert!(response.status().as_u16() >= 400);
            assert!(words(&response).contains(title), "{title}: {}", words(&response));
            assert!(words(&response).contains("href=\"/sign-in?next=%2Fsearch\""), "{title}");
            assert!(browser.session().is_none());
        }
    }

    #[test]
    fn the_provider_s_words_are_shown_as_words() {
        let (mut browser, mut provider) = (Browser::default(), Provider::new(&[]));
        let callback = begun(&mut browser, &mut provider, "/");
        let response = browser
            .get(&provider, &format!("{callback}&error=server_error&error_description=%3Cimg+src%3Dx%3E"));
        assert!(words(&response).contains("server_error") && !words(&response).contains("<img src=x>"));
    }

    #[test]
    fn signing_out_takes_a_form_of_ours() {
        let (mut browser, mut provider) = (Browser::default(), Provider::new(&[]));
        let callback = begun(&mut browser, &mut provider, "/");
        browser.get(&provider, &callback);
        let out = |csrf: &str| {
            http::Request::post("/sign-in/out").body(format!("csrf={csrf}").into_bytes()).unwrap()
        };
        assert_eq!(browser.send(&provider, out("guessed")).status(), 403);
        let session = browser.session().unwrap();
        let response = browser.send(&provider, out(&forgery::token(&config().site.key, &session)));
        assert_eq!(location(&response), "/sign-in");
        assert!(browser.session().is_none());
        assert!(words(&browser.get(&provider, "/sign-in")).contains("You are signed out."));
    }

    #[test]
    fn cookies_go_over_https_alone_and_to_no_script() {
        let (mut browser, provider) = (Browser::default(), Provider::new(&[]));
        let response = browser.get(&provider, "/sign-in/start");
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/sign-in", "Max-Age=600"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
}
