//! What the site does beyond the shape of its answers: consent, tokens, visibility, paging, faults.

use crate::site::{CALLBACK, CLOUD, SCOPES, Site};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn titles(listing: &Value) -> Vec<String> {
    listing["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| page["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn authorize_wants_every_documented_parameter() {
    let site = Site::new();
    let good = [
        ("audience", "api.atlassian.com"),
        ("client_id", "siit-confluence"),
        ("scope", SCOPES),
        ("redirect_uri", CALLBACK),
        ("state", "s"),
        ("response_type", "code"),
        ("prompt", "consent"),
    ];
    let ask = |fields: Vec<(&'static str, &'static str)>| {
        format!("/authorize?{}", serde_urlencoded::to_string(fields).unwrap())
    };
    let shown = site.send("GET", &ask(good.to_vec()), &[], String::new()).await;
    assert_eq!(shown.status, StatusCode::OK);
    for name in ["Confluence service user", "Noor Limited", "Sam Spaceless", "Jo Jira", "Accept", "Decline"] {
        assert!(shown.text.contains(name), "{name}");
    }
    for left_out in 0..good.len() {
        let mut fields = good.to_vec();
        let (name, _) = fields.remove(left_out);
        let refused = site.send("GET", &ask(fields), &[], String::new()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "without {name}");
        assert!(refused.text.contains(name), "without {name}: {}", refused.text);
    }
    let mut fields = good.to_vec();
    fields[3].1 = "http://evil.example/oauth/callback";
    assert_eq!(site.send("GET", &ask(fields), &[], String::new()).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn declining_returns_access_denied_without_a_code() {
    let site = Site::new();
    let fields = [
        ("client_id", "siit-confluence"),
        ("redirect_uri", CALLBACK),
        ("state", "s"),
        ("decision", "decline"),
    ];
    let location = site.form("/authorize/decision", &fields).await.location();
    let query = location.query().unwrap();
    assert!(
        query.contains("error=access_denied") && query.contains("state=s") && !query.contains("code="),
        "{query}"
    );
}

#[tokio::test]
async fn token_errors_have_the_measured_bodies() {
    let site = Site::new();
    let unknown = site.token(json!({"grant_type": "refresh_token", "refresh_token": "x"})).await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN);
    assert_eq!(
        unknown.json(),
        json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"})
    );
    let body =
        json!({"grant_type": "refresh_token", "client_id": "siit-confluence", "client_secret": "wrong"});
    let refused = site.send("POST", "/oauth/token", &[], body.to_string()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.json(), json!({"error": "access_denied", "error_description": "Unauthorized"}));
}

#[tokio::test]
async fn tokens_rotate_expire_and_are_revoked() {
    let site = Site::new();
    let first = site.connect("service", SCOPES).await;
    let access = first["access_token"].as_str().unwrap().to_owned();
    let spaces = format!("{CLOUD}/wiki/api/v2/spaces");
    assert_eq!(site.get(&access, &spaces).await.status, StatusCode::OK);

    site.control("POST", "/tokens/revoke", json!({"access_only": true})).await;
    assert_eq!(site.get(&access, &spaces).await.status, StatusCode::UNAUTHORIZED);
    let refresh = |token: Value| site.token(json!({"grant_type": "refresh_token", "refresh_token": token}));
    let second = refresh(first["refresh_token"].clone()).await.json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(refresh(first["refresh_token"].clone()).await.status, StatusCode::OK, "within the leeway");

    site.control("POST", "/clock", json!({"advance_seconds": 601})).await;
    assert_eq!(refresh(first["refresh_token"].clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        refresh(second["refresh_token"].clone()).await.status,
        StatusCode::FORBIDDEN,
        "the family is revoked"
    );
}

#[tokio::test]
async fn each_account_sees_its_spaces_and_no_more() {
    let site = Site::new();
    for (account, expected) in [("service", vec!["IT", "HR", "SEC"]), ("noor", vec!["HR"]), ("sam", vec![])] {
        let token = site.access(account).await;
        let listing = site.get(&token, &format!("{CLOUD}/wiki/api/v2/spaces")).await.json();
        let keys: Vec<_> = listing["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|space| space["key"].as_str().unwrap())
            .collect();
        assert_eq!(keys, expected, "{account}");
    }
    let jo = site.access("jo").await;
    let sites = site.get(&jo, "/oauth/token/accessible-resources").await.json();
    assert_eq!(sites[0]["scopes"], json!(["read:jira-work"]));
    assert_eq!(sites.as_array().unwrap().len(), 1);
    let v2 = site.get(&jo, &format!("{CLOUD}/wiki/api/v2/spaces")).await;
    assert_eq!(
        (v2.status, v2.json()["errors"][0]["title"].as_str()),
        (StatusCode::NOT_FOUND, Some("Not Found"))
    );
    let v1 = site.get(&jo, &format!("{CLOUD}/wiki/rest/api/user/current")).await;
    assert_eq!(v1.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_sample_site_has_what_was_promised() {
    let site = Site::new();
    let token = site.access("service").await;
    let listing =
        site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages?limit=250&body-format=storage")).await.json();
    let all = titles(&listing);
    assert!(all.len() >= 45, "{}", all.len());
    assert!(all.contains(&"How do I request VPN access?".to_owned()));
    assert!(all.contains(&"🔐 كيف أعيد تعيين كلمة المرور؟".to_owned()));
    assert!(!all.contains(&"Salary bands 2026".to_owned()), "restricted to people without the service user");
    assert!(!all.contains(&"Break-glass administrator accounts".to_owned()));
    assert!(!all.contains(&"New rules for company phones".to_owned()), "a draft is not listed");
    assert!(
        all.contains(&"VPN with the old client (until 2023)".to_owned()),
        "archived pages are listed by default"
    );
    let bodies: String = listing["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| page["body"]["storage"]["value"].as_str().unwrap())
        .collect();
    assert!(!bodies.contains("{{"), "a placeholder was left");
}

#[tokio::test]
async fn a_restriction_hides_the_page_and_all_below_it() {
    let site = Site::new();
    let (noor, service) = (site.access("noor").await, site.access("service").await);
    let parent = site.page("How do I request time off?").await;
    let child = site.page("What do I do when I am ill?").await;
    let path = format!("{CLOUD}/wiki/api/v2/pages/{child}");
    assert_eq!(site.get(&noor, &path).await.status, StatusCode::OK);

    let readers = json!({"restriction": {"users": ["mia"], "groups": ["integrations"]}});
    site.control("PATCH", &format!("/pages/{parent}"), readers).await;
    let hidden = site.get(&noor, &path).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(hidden.json()["errors"][0]["title"], format!("Cannot find a page with id [{child}]"));
    assert_eq!(site.get(&service, &path).await.status, StatusCode::OK);
    let own = format!("{CLOUD}/wiki/rest/api/content/{child}/restriction/byOperation/read");
    let own = site.get(&service, &own).await.json();
    assert_eq!(own["restrictions"]["group"]["size"], 0, "inherited restrictions are never listed");

    site.control("PATCH", &format!("/pages/{parent}"), json!({"restriction": null})).await;
    assert_eq!(site.get(&noor, &path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn cursors_walk_every_page_once_and_foreign_ones_are_refused() {
    let site = Site::new();
    let token = site.access("service").await;
    let start = "/wiki/api/v2/pages?limit=7&sort=-modified-date&status=current".to_owned();
    let mut seen = Vec::new();
    let mut next = Some(start.clone());
    while let Some(path) = next {
        let answer = site.get(&token, &format!("{CLOUD}{path}")).await;
        let listing = answer.json();
        next = listing["_links"]["next"].as_str().map(str::to_owned);
        assert_eq!(answer.headers["link"].to_str().unwrap().contains("rel=\"next\""), next.is_some());
        seen.extend(titles(&listing));
    }
    let whole = site
        .get(&token, &format!("{CLOUD}/wiki/api/v2/pages?limit=250&sort=-modified-date&status=current"))
        .await;
    assert_eq!(seen, titles(&whole.json()));

    let first = site.get(&token, &format!("{CLOUD}{start}")).await.json();
    let cursor = first["_links"]["next"].as_str().unwrap().split("cursor=").nth(1).unwrap().to_owned();
    for query in ["cursor=abc".to_owned(), format!("limit=7&sort=id&cursor={cursor}")] {
        let refused = site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages?{query}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.json()["errors"][0]["code"], "INVALID_REQUEST_PARAMETER");
    }
}

#[tokio::test]
async fn a_search_pages_by_context_relative_links() {
    let site = Site::new();
    let token = site.access("service").await;
    let mut seen = 0;
    let mut next = Some("/rest/api/content/search?cql=space%3D%22HR%22+and+type%3Dpage&limit=4".to_owned());
    while let Some(path) = next {
        let listing = site.get(&token, &format!("{CLOUD}/wiki{path}")).await.json();
        seen += listing["results"].as_array().unwrap().len();
        assert!(listing.get("totalSize").is_none());
        next = listing["_links"]["next"].as_str().map(str::to_owned);
    }
    // 19 pages, without the archived one and the one that the service user may not see.
    assert_eq!(seen, 17);
    let refused =
        site.get(&token, &format!("{CLOUD}/wiki/rest/api/content/search?cql=status%3Dcurrent")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_search_tells_how_many_there_are_without_giving_them_all() {
    let site = Site::new();
    let token = site.access("service").await;
    let query = "cql=space+in+(%22HR%22%2C%22NONE%22)+and+type%3Dpage&limit=1&excerpt=none";
    let found = site.get(&token, &format!("{CLOUD}/wiki/rest/api/search?{query}")).await.json();
    assert_eq!(found["results"].as_array().unwrap().len(), 1);
    // 19 pages without the archived one: the index counts the one that the service user may not see.
    assert_eq!(found["totalSize"], 18);
}

#[tokio::test]
async fn a_missing_scope_is_a_401_of_the_gateway_and_writes_have_none() {
    let site = Site::new();
    let token =
        site.connect("service", "read:space:confluence").await["access_token"].as_str().unwrap().to_owned();
    let refused = site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.json(), json!({"code": 401, "message": "Unauthorized; scope does not match"}));
    let refused = site.post(&token, &format!("{CLOUD}/wiki/api/v2/pages"), json!({})).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let gone = site.get(&token, &format!("{CLOUD}/wiki/rest/api/content/1")).await;
    assert_eq!(gone.status, StatusCode::GONE);
}

#[tokio::test]
async fn edits_moves_and_the_trash_show_in_the_api() {
    let site = Site::new();
    let token = site.access("service").await;
    let id = site.page("How do I create a mailing list?").await;
    let get = || {
        site.get(
            &token,
            Box::leak(format!("{CLOUD}/wiki/api/v2/pages/{id}?body-format=storage").into_boxed_str()),
        )
    };
    let before = get().await.json();
    site.control("PATCH", &format!("/pages/{id}"), json!({"body": "<p>New.</p>"})).await;
    let edited = get().await.json();
    assert_eq!(edited["body"]["storage"]["value"], "<p>New.</p>");
    assert_eq!(edited["version"]["number"], before["version"]["number"].as_u64().unwrap() + 1);

    site.control("PATCH", &format!("/pages/{id}"), json!({"status": "trashed"})).await;
    let trashed = get().await.json();
    assert_eq!((&trashed["status"], &trashed["parentId"]), (&json!("trashed"), &Value::Null));
    assert_eq!(trashed["version"], edited["version"], "the trash makes no version");
    let listed = site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages?id={id}")).await.json();
    assert_eq!(listed["results"], json!([]));

    site.control("PATCH", &format!("/pages/{id}"), json!({"status": "current", "spaceId": "SEC"})).await;
    assert_ne!(get().await.json()["spaceId"], before["spaceId"]);
    site.control("DELETE", &format!("/pages/{id}"), Value::Null).await;
    assert_eq!(get().await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn faults_replace_or_spoil_answers_as_often_as_asked() {
    let site = Site::new();
    let token = site.access("service").await;
    let path = format!("{CLOUD}/wiki/api/v2/spaces?limit=1");
    let slow_down = json!([{"match": "/api/v2/spaces", "status": 429, "headers": {"Retry-After": "2"}, "after": 1, "times": 1}]);
    site.control("POST", "/faults", slow_down).await;
    assert_eq!(site.get(&token, &path).await.status, StatusCode::OK);
    let limited = site.get(&token, &path).await;
    assert_eq!(
        (limited.status, limited.headers["retry-after"].to_str().unwrap()),
        (StatusCode::TOO_MANY_REQUESTS, "2")
    );
    assert_eq!(site.get(&token, &path).await.status, StatusCode::OK);
    site.control("DELETE", "/faults", Value::Null).await;

    for (change, holds) in [
        ("truncate", (|text| serde_json::from_str::<Value>(text).is_err()) as fn(&str) -> bool),
        ("empty-listing", |text| text.contains("\"results\":[]") && !text.contains("next")),
        ("empty-results", |text| text.contains("\"results\":[]") && text.contains("next")),
        ("drop-next", |text| text.contains("\"IT\"") && !text.contains("next")),
        ("repeat-cursor", |text| text.contains("\"next\":\"/wiki/api/v2/spaces?limit=1\"")),
    ] {
        site.control("POST", "/faults", json!({"match": "/spaces", "change": change, "times": 1})).await;
        let text = site.get(&token, &path).await.text;
        assert!(holds(&text), "{change}: {text}");
    }
    site.control(
        "POST",
        "/faults",
        json!({"match": "/spaces", "status": 200, "body": "<html>Log in</html>"}),
    )
    .await;
    let page = site.get(&token, &path).await;
    assert_eq!(page.headers["content-type"], "text/html;charset=UTF-8");
}

#[tokio::test]
async fn the_log_names_requests_and_accounts_but_no_token() {
    let site = Site::new();
    let token = site.access("noor").await;
    site.get(&token, &format!("{CLOUD}/wiki/api/v2/spaces?limit=5")).await;
    let log = site.control("GET", "/requests", Value::Null).await;
    assert!(!log.text.contains(&token) && !log.text.contains("simulated-client-secret"));
    let last = log.json().as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["method"], "GET");
    assert_eq!(last["query"], "limit=5");
    assert_eq!(last["status"], 200);
    assert_eq!(last["account"], "712020:acce0001-5e41-4a60-9c11-000000000002");
}

#[tokio::test]
async fn attachments_come_by_a_redirect_that_wants_no_token() {
    let site = Site::new();
    let token = site.access("service").await;
    let page = site.page("How do I request VPN access?").await;
    let listing = site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages/{page}/attachments")).await.json();
    let id = listing["results"][0]["id"].as_str().unwrap();
    let path = format!("{CLOUD}/wiki/rest/api/content/{page}/child/attachment/{id}/download");
    let location = site.get(&token, &path).await.location();
    let address = format!("{}?{}", location.path(), location.query().unwrap());
    let bytes = site.send("GET", &address, &[], String::new()).await;
    assert_eq!(bytes.headers["content-type"], "image/svg+xml");
    assert!(bytes.text.starts_with("<svg"));
}

#[tokio::test]
async fn every_link_of_the_api_opens_a_page_of_the_site() {
    let site = Site::new();
    let token = site.access("service").await;
    let listing = site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages?limit=250")).await.json();
    for page in listing["results"].as_array().unwrap() {
        let path = format!("/wiki{}", page["_links"]["webui"].as_str().unwrap());
        let shown = site.send("GET", &path, &[], String::new()).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
    }
    for path in [
        "/",
        "/hand/new/IT",
        "/hand/pages/65537",
        "/wiki/spaces/IT/overview",
        "/style.css",
        "/_edge/tenant_info",
    ] {
        assert_eq!(site.send("GET", path, &[], String::new()).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_log_counts_points_as_atlassian_does() {
    let site = Site::new();
    let token = site.access("service").await;
    site.control("DELETE", "/requests", json!({})).await;
    let page = site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages?limit=7")).await.json();
    let id = page["results"][0]["id"].as_str().unwrap();
    site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages/{id}")).await;
    site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages/1")).await;
    site.get(&token, &format!("{CLOUD}/wiki/rest/api/user/current")).await;
    let log = site.control("GET", "/requests", json!({})).await.json();
    let points: Vec<u64> =
        log.as_array().unwrap().iter().map(|entry| entry["points"].as_u64().unwrap()).collect();
    assert_eq!(points, [8, 2, 1, 3], "{log}");
}

#[tokio::test]
async fn a_space_changes_its_viewers_and_a_held_clock_stands() {
    let site = Site::new();
    site.control("PATCH", "/spaces/IT", json!({"viewers": ["hana"]})).await;
    let seen = |account: &'static str| {
        let site = &site;
        async move {
            site.control("GET", &format!("/visible?account={account}"), json!({})).await.json()["spaces"]
                .clone()
        }
    };
    assert!(seen("hana").await.to_string().contains("\"IT\""));
    assert!(!seen("mia").await.to_string().contains("\"IT\""));
    let held = site.control("POST", "/clock", json!({"hold_at": "2026-11-02T09:00:00Z"})).await.json();
    assert_eq!(held["now"], "2026-11-02T09:00:00.000Z");
    let pushed = site.control("POST", "/clock", json!({"advance_seconds": 61})).await.json();
    assert_eq!(pushed["now"], "2026-11-02T09:01:01.000Z");
}
