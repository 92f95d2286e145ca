//! Tokens: renewed by one worker, stored before they are used, and never a loop of consents.

use confluence::ApiToken;
use mirror::grants::{self, Access};
use ports::World;

use crate::support::{Site, TestWorld};

fn connection(world: &TestWorld) -> String {
    world.text("select state || ': ' || coalesce(state_reason, '') as v from connections")
}

fn refreshes(world: &TestWorld) -> usize {
    world.site().log.borrow().iter().filter(|path| *path == "/oauth/token").count()
}

#[test]
fn an_access_token_is_used_until_shortly_before_it_expires() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    assert_eq!(refreshes(&world), 0);
    world.pass(3_600_000);
    world.settle();
    world.next_run();
    assert_eq!(refreshes(&world), 1);
    assert_eq!(connection(&world), "connected: ");
}

#[test]
fn a_refused_token_is_renewed_once_and_the_run_goes_on() {
    let world = TestWorld::connected(Site::sample());
    *world.site().generation.borrow_mut() = 1;
    world.settle();
    assert_eq!(refreshes(&world), 1);
    assert_eq!(world.readable().len(), 7);
}

#[test]
fn a_revoked_grant_is_said_and_nothing_is_hidden() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    *world.site().revoked.borrow_mut() = true;
    world.pass(3_600_000);
    world.settle();
    assert_eq!(
        connection(&world),
        "connection_lost: Atlassian no longer accepts the authorisation; reconnect Confluence."
    );
    assert_eq!(
        world.text("select failure as v from runs order by id desc limit 1"),
        "Atlassian no longer accepts the authorisation; reconnect Confluence."
    );
    assert_eq!(world.readable().len(), 7);
    let asked = world.site().log.borrow().len();
    world.next_run();
    assert_eq!(world.site().log.borrow().len(), asked, "a lost connection asks nothing");
}

#[test]
fn a_fresh_token_that_is_refused_too_is_the_end() {
    let world = TestWorld::connected(Site::sample());
    world.site().fail("/wiki/", 100, 401, r#"{"code":401,"message":"Unauthorized"}"#);
    world.settle();
    assert_eq!(refreshes(&world), 1);
    assert!(connection(&world).starts_with("connection_lost: Confluence refuses even a fresh access token"));
}

#[test]
fn our_own_wrong_secret_is_no_lost_connection() {
    let mut world = TestWorld::connected(Site::sample());
    world.settings.app.as_mut().unwrap().client_secret = "wrong".into();
    world.pass(3_600_000);
    world.settle();
    assert!(
        connection(&world)
            .starts_with("misconfigured: Atlassian did not accept this application's own credentials")
    );
}

#[test]
fn a_missing_scope_ends_the_run_with_the_cure_and_does_not_refresh() {
    let world = TestWorld::connected(Site::sample());
    world.site().fail(
        "/api/v2/spaces",
        100,
        401,
        r#"{"code":401,"message":"Unauthorized; scope does not match"}"#,
    );
    world.settle();
    assert_eq!(refreshes(&world), 0);
    let failure = world.text("select failure as v from runs");
    assert!(
        failure.contains("lacks the permission to read the spaces") && failure.contains("reconnect"),
        "{failure}"
    );
}

#[test]
fn an_app_that_was_removed_from_the_site_is_told_apart_from_an_outage() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    let bare = r#"{"errors":[{"status":404,"code":"NOT_FOUND","title":"Not Found","detail":null}]}"#;
    world.site().fail("/wiki/", 3, 404, bare);
    world.next_run();
    assert_eq!(connection(&world), "connected: ");
    *world.site().reaches_site.borrow_mut() = false;
    world.site().fail("/wiki/", 100, 404, bare);
    world.next_run();
    assert!(
        connection(&world).starts_with("connection_lost: The authorisation no longer reaches https://acme")
    );
    assert_eq!(world.readable().len(), 7);
}

#[test]
fn another_sealing_key_is_named() {
    let mut world = TestWorld::connected(Site::sample());
    world.settings.sealing_key =
        identity::Key::from_base64("//////////////////////////////////////////8=").unwrap();
    world.settle();
    assert!(connection(&world).contains("sealing_key"));
}

#[test]
fn while_another_worker_renews_the_old_token_is_used_or_waited_for() {
    let world = TestWorld::connected(Site::sample());
    world.pass(3_600_000 - 60_000);
    world.run("update connections set refresh_lease_until = 1900000000000");
    world.tick();
    assert_eq!(world.text("select state as v from runs"), "finished");
    world.pass(world.settings.interval);
    world.tick();
    assert_eq!(world.text("select state as v from runs order by id desc limit 1"), "waiting");
    world.run("update connections set refresh_lease_until = 0");
    world.settle();
    assert_eq!(connection(&world), "connected: ");
}

#[test]
fn a_token_that_was_renewed_and_lost_with_its_worker_is_renewed_again() {
    let world = TestWorld::connected(Site::sample());
    world.settle();
    world.pass(3_600_000);
    // The refresh itself is the first call to the network of the next tick: find it, and die after its effect.
    for at in 0..60 {
        world.doom(Some(crate::support::Death { at, after_effect: true }));
        let before = refreshes(&world);
        let _ = world.tick();
        world.doom(None);
        world.pass(60_000);
        if refreshes(&world) > before {
            break;
        }
    }
    assert_eq!(refreshes(&world), 1, "it died with the new grant in its hands");
    world.settle();
    world.next_run();
    assert_eq!(connection(&world), "connected: ");
    assert_eq!(world.readable().len(), 7);
}

/// Connected with an API token that the site takes, in place of a consent.
fn with_api_token(site: Site) -> TestWorld {
    let world = TestWorld::connected(site);
    let token = ApiToken {
        site: "https://acme.atlassian.net".into(),
        email: "sync@acme.example".into(),
        token: "api-token".into(),
        is_scoped: false,
    };
    let key = &world.settings.sealing_key;
    grants::store(world.key_value(), key, 1, &Access::Token(token)).unwrap();
    world.run("update connections set access = 'api_token'");
    world
}

#[test]
fn an_api_token_brings_the_same_pages_from_the_site_itself() {
    let expected = TestWorld::connected(Site::sample());
    expected.settle();
    let mut world = with_api_token(Site::sample());
    // Its requests do not count in the hourly points.
    world.settings.points_per_hour = 1;
    world.settle();
    assert_eq!(world.readable(), expected.readable());
    assert_eq!(refreshes(&world), 0);
    assert!(world.site().log.borrow().iter().all(|path| path.starts_with("/wiki/")));
    world.pass(30 * 24 * 3_600_000);
    world.settle();
    assert_eq!(connection(&world), "connected: ", "nothing of it expires with time");
}

#[test]
fn an_api_token_that_is_revoked_is_said_and_nothing_is_hidden() {
    let world = with_api_token(Site::sample());
    world.settle();
    *world.site().revoked.borrow_mut() = true;
    world.next_run();
    let reason = connection(&world);
    assert!(reason.starts_with("connection_lost: Confluence no longer accepts the API token"), "{reason}");
    assert_eq!(world.readable().len(), 7);
    let asked = world.site().log.borrow().len();
    world.next_run();
    assert_eq!(world.site().log.borrow().len(), asked, "a lost connection asks nothing");
}

#[test]
fn one_wrong_answer_does_not_end_an_api_token() {
    let world = with_api_token(Site::sample());
    world.settle();
    world.site().fail("/wiki/api", 1, 401, "<html>Unauthorized</html>");
    world.next_run();
    world.site().fail("/wiki/api", 1, 404, r#"{"errors":[{"status":404,"title":"Not Found"}]}"#);
    world.next_run();
    assert_eq!(connection(&world), "connected: ");
    assert_eq!(world.readable().len(), 7);
}
