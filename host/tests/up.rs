//! `host up` from outside: its errors, and an application of two small components (`guests/`) that it runs.

mod support;

use std::time::{Duration, Instant};

use support::{App, Folder, server_that_answers, up};

#[test]
fn what_cannot_run_ends_with_the_cure() {
    let folder = Folder::new("mistakes");
    let manifest = |body: &str| {
        let path = folder.0.join("spin.toml");
        let head = "spin_manifest_version = 2\n[application]\nname = \"x\"\n";
        std::fs::write(&path, format!("{head}{body}")).unwrap();
        path.display().to_string()
    };
    let cases = [
        ("[variables]\ntoken = { required = true }", "SPIN_VARIABLE_TOKEN"),
        ("[component.a]\nfiles = []\nsource = \"a.wasm\"", "unknown field `files`"),
        ("[[trigger.http]]\nroute = \"/\"\ncomponent = \"a\"", "[component.a]"),
        (
            "[[trigger.http]]\nroute = \"/\"\ncomponent = \"a\"\n[component.a]\nsource = \"a.wasm\"\nbuild.command = \"cargo build -p a\"",
            "cargo build -p a",
        ),
    ];
    for (body, expected) in cases {
        let output = up(&["-f", &manifest(body)]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{body}: {said}");
        assert!(said.starts_with("error: ") && said.contains(expected), "{body}: {said}");
    }
    assert_eq!(up(&["--nonsense"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn a_guest_gets_what_spin_would_give_it() {
    let Some(app) = App::start("given", &[]) else { return };
    let (status, headers) =
        app.get_with("/spaces/IT/pages/42/?a=b", "spin-client-addr: forged\r\nspin-x: forged\r\n");
    assert_eq!(status, 200);
    for expected in [
        "spin-path-info: /42/",
        "spin-full-url: http://app.example/spaces/IT/pages/42/?a=b",
        "spin-matched-route: /spaces/:space_key/pages/...",
        "spin-base-path: /",
        "spin-raw-component-route: /spaces/:space_key/pages/...",
        "spin-component-route: /spaces/:space_key/pages",
        "spin-path-match-space-key: IT",
        "spin-client-addr: 127.0.0.1:",
    ] {
        assert!(headers.lines().any(|line| line.starts_with(expected)), "{expected} in\n{headers}");
    }
    assert!(!headers.contains("forged"), "{headers}");
    assert_eq!(app.get("/variable?phrase"), (200, r#"Ok("hello, s3cret")"#.to_owned()));
    assert_eq!(
        app.get("/variable?secret").1,
        r#"Err(Error::Undefined("no variable for \"handler\".\"secret\""))"#
    );
    assert_eq!(app.get("/environment").1, r#"[("MODE", "test")]"#);
    assert_eq!(app.get("/.well-known/spin/health"), (200, "OK".to_owned()));
    assert_eq!(app.get("http://other.example/"), (400, String::new()));
}

#[test]
fn what_a_guest_stores_outlives_the_host() {
    let Some(mut app) = App::start("stores", &[]) else { return };
    assert_eq!(app.get("/key-value?first").1, r#"None ["key"] Some(Error::AccessDenied)"#);
    assert_eq!(app.get("/sql?CREATE+TABLE+t+AS+SELECT+7").1, "[]");
    assert_eq!(app.get("/other-database").1, "Some(Error::AccessDenied)");
    app.restart();
    assert_eq!(app.get("/key-value?second").1, r#"Some("first") ["key"] Some(Error::AccessDenied)"#);
    assert_eq!(app.get("/sql?SELECT+*+FROM+t").1, "[[Value::Integer(7)]]");
    assert!(app.folder.0.join("state/sqlite_db.db").exists());
    assert!(app.folder.0.join("state/sqlite_key_value.db").exists());
}

#[test]
fn requests_leave_only_for_the_hosts_that_are_allowed() {
    let allowed = server_that_answers("from outside");
    let Some(app) = App::start("outbound", &["--variable", &format!("allowed=http://{allowed}")]) else {
        return;
    };
    assert_eq!(app.get(&format!("/fetch?http://{allowed}/path")).1, "200 from outside");
    let other = server_that_answers("never");
    let (_, denied) = app.get(&format!("/fetch?http://{other}/?token=hidden"));
    assert!(denied.contains("HttpRequestDenied"), "{denied}");
    let log = app.log();
    assert!(log.contains(&format!("http://{other} was denied")), "{log}");
    assert!(!log.contains("hidden"), "{log}");
}

#[test]
fn a_component_calls_another_where_it_may() {
    let own = "http://handler.spin.internal";
    let Some(app) = App::start("chaining", &["--variable", &format!("allowed={own}")]) else { return };
    let (_, answer) = app.get(&format!("/fetch?{own}/deep/path"));
    assert!(answer.starts_with("200 "), "{answer}");
    for expected in ["spin-path-info: /deep/path", "spin-full-url: http://handler.spin.internal/deep/path"] {
        assert!(answer.contains(expected), "{expected} in {answer}");
    }
    assert!(app.get(&format!("/fetch?{own}/panic")).1.starts_with("500 "), "a call that fails");
    assert!(app.get("/fetch?http://nobody.spin.internal/").1.contains("HttpRequestDenied"));

    let all = ["--variable", "allowed=http://*.spin.internal", "--deadline", "5"];
    let Some(app) = App::start("chaining-all", &all) else { return };
    // Neither a component that is not there nor one without an HTTP trigger.
    for missing in ["nobody", "converter"] {
        let (_, answer) = app.get(&format!("/fetch?http://{missing}.spin.internal/"));
        assert!(answer.contains("DestinationNotFound"), "{answer}");
    }
}

#[test]
fn the_memory_of_the_largest_instance_is_told_at_the_end() {
    let Some(mut app) = App::start("peak", &[]) else { return };
    app.get("/environment");
    app.restart();
    let log = app.log();
    let line = log.lines().find(|line| line.contains("component handler: its largest instance had"));
    let kib: usize = line.and_then(|line| line.split(' ').rev().nth(3)?.parse().ok()).unwrap_or_default();
    assert!((1_000..100_000).contains(&kib), "{log}");
}

#[test]
fn a_guest_may_go_on_after_its_response() {
    let Some(mut app) = App::start("late", &[]) else { return };
    let asked = Instant::now();
    assert_eq!(app.get("/late"), (200, "answered".to_owned()));
    assert!(asked.elapsed() < Duration::from_secs(1), "the response waited for the work after it");
    // Stopping lets the work finish.
    app.restart();
    assert_eq!(app.get("/sql?SELECT+*+FROM+late").1, "[[Value::Integer(1)]]");
}

#[test]
fn a_call_that_fails_is_an_empty_500_and_a_reason_in_the_log() {
    let Some(app) = App::start("failures", &["--deadline", "1"]) else { return };
    let endless =
        "/sql?WITH+RECURSIVE+r(n)+AS+(SELECT+1+UNION+ALL+SELECT+n-(-1)+FROM+r)+SELECT+count(*)+FROM+r";
    let cases = [
        ("/panic", "unreachable"),
        ("/silent", "returned without a response"),
        ("/memory", "memory limit of 256 MiB"),
        ("/loop", "deadline of 1 s"),
        ("/sleep", "deadline of 1 s"),
        (endless, "deadline of 1 s"),
        ("/convert?panic", "in its dependency `converter`"),
        ("/convert?loop", "deadline of 1 s"),
    ];
    for (path, reason) in cases {
        assert_eq!(app.get(path), (500, String::new()), "{path}");
        let log = app.log();
        let line =
            log.lines().rev().find(|line| line.starts_with("host: component handler: GET")).unwrap_or("");
        assert!(line.contains(path.split('?').next().unwrap()) && line.contains(reason), "{path}: {log}");
    }
    assert!(app.log().contains("[handler] the handler was told to panic"), "{}", app.log());
    assert_eq!(app.get("/sql?SELECT+1").0, 200);
}

#[test]
fn a_dependency_works_for_its_caller_and_is_given_nothing() {
    let Some(app) = App::start("dependency", &[]) else { return };
    assert_eq!(
        app.get("/convert?some+text").1,
        r#"Ok(("SOME+TEXT", Report { lost: ["one", "two"], calls: 1 })) Ok(("SOME+TEXT", Report { lost: ["one", "two"], calls: 2 }))"#
    );
    assert_eq!(
        app.get("/convert?").1,
        r#"Err(Failure::Malformed("nothing to convert")) Err(Failure::Malformed("nothing to convert"))"#
    );
    assert!(app.get("/convert?a+text+of+more+than+twenty+letters").1.ends_with("Err(Failure::TooLarge)"));
    let (_, granted) = app.get("/convert?grants");
    assert!(granted.contains("environment 0, files false, network false"), "{granted}");
}

#[test]
fn a_schedule_ticks_whatever_becomes_of_the_ticks() {
    let Some(app) = App::start("schedule", &[]) else { return };
    let started = Instant::now();
    while !(app.log().contains("scheduled call failed: an even second")
        && app.log().contains("scheduled call failed: wasm trap"))
    {
        assert!(started.elapsed() < Duration::from_secs(30), "{}", app.log());
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert_ne!(app.get("/sql?SELECT+count(*)+FROM+ticks").1, "[[Value::Integer(0)]]");
}
