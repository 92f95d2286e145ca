//! The mirror and a simulated site in one process, on a clock that is pushed: days of the schedule in a minute.
//!
//! The mirror's code, its store and the site are the real ones; only time is not waited for.

use std::cell::Cell;
use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use confluence::oauth::App;
use http::{Request, Response};
use identity::Key;
use knowledge::checks::Shown;
use mirror::native::DocumentConverter;
use mirror::{Settings, Worker, grants};
use ports::native::{Memory, Sqlite};
use ports::{Database, HttpClient, HttpError, Value, World};
use serde_json::json;
use tower::ServiceExt;

const URL: &str = "https://atlassian.test";
const CALLBACK: &str = "http://127.0.0.1:3000/oauth/callback";
/// What the application asks a consent for.
const SCOPES: &str = "offline_access read:me read:space:confluence read:page:confluence \
    read:attachment:confluence read:hierarchical-content:confluence read:content.metadata:confluence \
    read:folder:confluence read:user:confluence read:space.permission:confluence read:configuration:confluence \
    search:confluence read:confluence-content.all readonly:content.attachment:confluence \
    read:confluence-user read:confluence-groups";
/// Both clocks begin here.
const BEGIN: i64 = 1_800_000_000_000;
/// Between two calls of the schedule; `spin.toml` says 5 s, which differs by less than this.
const TICK: i64 = 20_000;

/// A connected site whose spaces are all chosen, and the mirror's world around it.
pub struct Hours {
    database: Sqlite,
    key_value: Memory,
    site: Simulated,
    now: Cell<i64>,
    settings: Settings,
}

/// The simulator's routes, called in this process.
pub struct Simulated(Router);

/// What was asked of the site in a stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    pub requests: usize,
    pub points: usize,
}

impl HttpClient for Simulated {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let response = self.0.clone().oneshot(request.map(Body::from)).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("an answer in memory is whole");
        Ok(Response::from_parts(parts, body.to_vec()))
    }
}

impl World for Hours {
    type Database = Sqlite;
    type KeyValue = Memory;
    type HttpClient = Simulated;

    fn database(&self) -> &Sqlite {
        &self.database
    }
    fn key_value(&self) -> &Memory {
        &self.key_value
    }
    fn client(&self) -> &Simulated {
        &self.site
    }
    fn now(&self) -> i64 {
        self.now.get()
    }
}

impl Worker for Hours {
    type Converter = DocumentConverter;

    fn converter(&self) -> &DocumentConverter {
        &DocumentConverter
    }
}

impl Hours {
    /// A site with so many generated pages in so many spaces, connected and not yet imported.
    pub fn before(pages: usize, spaces: usize) -> anyhow::Result<Self> {
        let options = simulator::Options {
            synthetic: pages,
            synthetic_spaces: spaces,
            ..simulator::Options::default()
        };
        let client = options.atlassian.clone();
        let app = App { auth_url: URL.into(), client_id: client.id, client_secret: client.secret };
        let settings = Settings {
            app: Some(app.clone()),
            api_url: URL.into(),
            sealing_key: Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").context("a key")?,
            interval: variable("sync_interval_seconds")? * 1_000,
            tick: variable("sync_tick_seconds")? * 1_000,
            max_body: Settings::MAX_BODY,
            points_per_hour: variable("sync_points_per_hour")?,
        };
        let hours = Self {
            database: Sqlite::in_memory()?,
            key_value: Memory::default(),
            site: Simulated(simulator::router(options, URL)?),
            now: Cell::new(BEGIN),
            settings,
        };
        hours.control("POST", "/clock", &json!({"hold_at": "2027-01-15T08:00:00Z"}))?;
        knowledge::migrations::apply(&hours.database)?;
        hours.connect(&app)?;
        Ok(hours)
    }

    fn connect(&self, app: &App) -> anyhow::Result<()> {
        let form = serde_urlencoded::to_string([
            ("client_id", app.client_id.as_str()),
            ("scope", SCOPES),
            ("redirect_uri", CALLBACK),
            ("state", "s"),
            ("account", "service"),
            ("decision", "accept"),
        ])?;
        let answer = self.ask("POST", "/authorize/decision", "application/x-www-form-urlencoded", form)?;
        let location = answer.headers().get("location").context("the consent leads nowhere")?;
        let location = url::Url::parse(location.to_str()?)?;
        let code = location.query_pairs().find(|(name, _)| name == "code").context("there is no code")?.1;
        let exchange = json!({
            "grant_type": "authorization_code", "client_id": app.client_id,
            "client_secret": app.client_secret, "code": code, "redirect_uri": CALLBACK,
        });
        let answer = self.ask("POST", "/oauth/token", "application/json", exchange.to_string())?;
        let grant = confluence::oauth::grant(&answer, self.now())?;
        grants::store(&self.key_value, &self.settings.sealing_key, 1, &grant.into())?;
        self.rows(
            "insert into connections (id, cloud_id, site_url, site_name, account_id, account_name, created_at,
               created_by, state_changed_at)
             values (1, '5e6c1f0a-7b2d-4c3e-9f10-acce00000001', 'https://acme.test', 'acme', 'a', 'Sync', 0, 'ada', 0)",
            &[],
        )?;
        let spaces = self.control("GET", "/spaces", &serde_json::Value::Null)?;
        for space in spaces.as_array().context("a list of spaces")? {
            let (id, key) = (text(&space["id"])?, text(&space["key"])?);
            let is_chosen = key.starts_with("SYN");
            self.rows(
                "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at)
                 values (1, ?1, ?2, ?2, 'global', 'current', ?3, 0)",
                &[id.as_str().into(), key.as_str().into(), is_chosen.into()],
            )?;
        }
        let now = self.now();
        Ok(knowledge::runs::ask(&self.database, 1, "ada", now)?)
    }

    /// Ticks until no run is open.
    pub fn settle(&self) -> anyhow::Result<()> {
        for _ in 0..5_000 {
            self.tick()?;
            let open = self
                .number("select count(*) as n from runs where state in ('queued', 'running', 'waiting')")?;
            if open == 0 {
                return Ok(());
            }
        }
        let last = self.rows("select state, doing, failure from runs order by id desc limit 1", &[])?;
        anyhow::bail!("no run comes to its end: {last:?}")
    }

    /// One call of the schedule, and the time until the next.
    pub fn tick(&self) -> anyhow::Result<()> {
        pollster::block_on(mirror::tick(self, &self.settings))?;
        self.now.set(self.now.get() + TICK);
        self.control("POST", "/clock", &json!({"advance_seconds": TICK / 1_000}))?;
        Ok(())
    }

    /// Minutes since the beginning.
    #[must_use]
    pub fn minute(&self) -> f64 {
        (self.now.get() - BEGIN) as f64 / 60_000.0
    }

    /// What was asked of the site since this was called last.
    pub fn asked(&self) -> anyhow::Result<Asked> {
        let log = self.control("GET", "/requests", &serde_json::Value::Null)?;
        self.control("DELETE", "/requests", &serde_json::Value::Null)?;
        Ok(Asked::of(&log))
    }

    /// Does something to the site.
    pub fn control(
        &self,
        method: &str,
        path: &str,
        body: &serde_json::Value,
    ) -> anyhow::Result<serde_json::Value> {
        let answer = self.ask(method, &format!("/control{path}"), "application/json", body.to_string())?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        ensure!(answer.status().is_success(), "{method} {path}: {} {text}", answer.status());
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// The ids of some pages that everyone may read, of all spaces in turn.
    pub fn readable(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let rows = self.rows(
            "select page_id, row_number() over (partition by space_id order by page_id desc) as turn
             from articles where source_state = 'current' and audience = 'everyone' order by turn, page_id limit ?1",
            &[i64::try_from(count)?.into()],
        )?;
        Ok(rows.iter().map(|row| row.get("page_id")).collect::<Result<_, _>>()?)
    }

    /// Somebody is shown a list of twenty articles, of which the article of this page is one.
    pub fn list(&self, page: &str) -> anyhow::Result<()> {
        let rows = self.rows(
            "select id from articles where source_state = 'current' and audience = 'everyone'
             order by page_id <> ?1, page_id limit 20",
            &[page.into()],
        )?;
        let articles: Vec<i64> = rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?;
        pollster::block_on(mirror::check(self, &self.settings, &articles, Shown::Listed))?;
        Ok(())
    }

    /// Whether nobody finds the article of this page any more.
    pub fn is_hidden(&self, page: &str) -> anyhow::Result<bool> {
        let rows = self.rows(
            "select 1 from articles where page_id = ?1 and source_state = 'current' and audience = 'everyone'",
            &[page.into()],
        )?;
        Ok(rows.is_empty())
    }

    pub fn number(&self, statement: &str) -> anyhow::Result<i64> {
        let rows = self.rows(statement, &[])?;
        Ok(rows.first().context("a number")?.get("n")?)
    }

    fn rows(&self, statement: &str, parameters: &[Value]) -> anyhow::Result<ports::Rows> {
        Ok(self.database.execute(statement, parameters)?)
    }

    fn ask(&self, method: &str, path: &str, kind: &str, body: String) -> anyhow::Result<Response<Vec<u8>>> {
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        Ok(pollster::block_on(self.site.send(request.body(body.into_bytes())?))?)
    }
}

impl Asked {
    /// The requests to Confluence's API in the simulator's log, and what Atlassian takes for them.
    #[must_use]
    pub fn of(log: &serde_json::Value) -> Self {
        let entries = log.as_array().or_else(|| log["requests"].as_array());
        entries.into_iter().flatten().filter(|entry| is_api(entry)).fold(Self::default(), |sum, entry| Self {
            requests: sum.requests + 1,
            points: sum.points + entry["points"].as_u64().map_or(0, |points| points as usize),
        })
    }
}

fn is_api(entry: &serde_json::Value) -> bool {
    entry["path"].as_str().is_some_and(|path| path.starts_with("/ex/"))
}

fn text(value: &serde_json::Value) -> anyhow::Result<String> {
    Ok(value.as_str().context("text")?.to_owned())
}

/// What `spin.toml` says where nobody sets a variable: the bench measures what is delivered.
fn variable(name: &str) -> anyhow::Result<i64> {
    let manifest = std::fs::read_to_string(crate::root().join("spin.toml"))?;
    let defaults: BTreeMap<&str, &str> =
        manifest.lines().filter_map(|line| line.split_once(" = { default = \"")).collect();
    let default = defaults.get(name).with_context(|| format!("spin.toml has no variable {name}"))?;
    let value = default.split('"').next().unwrap_or_default();
    value.parse().with_context(|| format!("the default of {name} is no number: {value}"))
}
