use std::cell::Cell;

use confluence::oauth::{App, Grant};
use document::{Article, ConversionError};
use http::{Request, Response};
use identity::Key;
use mirror::native::DocumentConverter;
use mirror::{Converter, Settings, SourcePage, Worker, grants};
use ports::native::{Memory, Sqlite};
use ports::{Database, DatabaseError, HttpClient, HttpError, KeyValue, KeyValueError, Rows, Value, World};

use super::Site;

/// What anybody may read.
pub(crate) const OPEN_ARTICLES: &str = "(select * from articles
  where status = 'published' and source_state = 'current' and audience = 'everyone')";

/// At which call the process dies, and whether the call still takes effect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Death {
    pub(crate) at: u32,
    pub(crate) after_effect: bool,
}

/// A port of which one call ends the process.
pub(crate) struct Mortal<T> {
    inner: T,
    life: std::rc::Rc<Life>,
}

#[derive(Default)]
struct Life {
    calls: Cell<u32>,
    death: Cell<Option<Death>>,
}

/// What a process that ends unwinds with, to [`TestWorld::tick`].
struct Ended;

impl Life {
    /// Takes one call: it has its effect or not, and the process lives on or not.
    fn call<R>(&self, effect: impl FnOnce() -> R) -> R {
        let call = self.calls.get();
        self.calls.set(call + 1);
        match self.death.get() {
            Some(death) if call > death.at || call == death.at && !death.after_effect => end(),
            Some(death) if call == death.at => {
                effect();
                end()
            }
            _ => effect(),
        }
    }
}

fn end() -> ! {
    std::panic::resume_unwind(Box::new(Ended))
}

impl<T: Database> Database for Mortal<T> {
    fn execute(&self, statement: &str, parameters: &[Value]) -> Result<Rows, DatabaseError> {
        self.life.call(|| self.inner.execute(statement, parameters))
    }
}

impl<T: KeyValue> KeyValue for Mortal<T> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KeyValueError> {
        self.life.call(|| self.inner.get(key))
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), KeyValueError> {
        self.life.call(|| self.inner.set(key, value))
    }
    fn delete(&self, key: &str) -> Result<(), KeyValueError> {
        self.life.call(|| self.inner.delete(key))
    }
}

impl<T: HttpClient> HttpClient for Mortal<T> {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        self.life.call(|| pollster::block_on(self.inner.send(request)))
    }
}

/// A converter that one page makes end the process, as a trap does.
#[derive(Default)]
pub(crate) struct FatalConverter(std::cell::RefCell<Option<&'static str>>);

impl FatalConverter {
    pub(crate) fn dies_of(&self, title: &'static str) {
        *self.0.borrow_mut() = Some(title);
    }
}

impl Converter for FatalConverter {
    fn slug(&self, title: &str) -> String {
        DocumentConverter.slug(title)
    }

    fn convert(&self, page: &SourcePage<'_>) -> Result<Article, ConversionError> {
        assert!(*self.0.borrow() != Some(page.title), "the process ends here");
        DocumentConverter.convert(page)
    }
}

/// The ports of one application whose processes come and go.
pub(crate) struct TestWorld<C = Site> {
    database: Mortal<Sqlite>,
    key_value: Mortal<Memory>,
    client: Mortal<C>,
    converter: FatalConverter,
    now: Cell<i64>,
    /// Names the workers, so that a world that is drawn from a seed is the same each time.
    pub(crate) random: std::cell::RefCell<fastrand::Rng>,
    pub(crate) settings: Settings,
}

impl<C: HttpClient> World for TestWorld<C> {
    type Database = Mortal<Sqlite>;
    type KeyValue = Mortal<Memory>;
    type HttpClient = Mortal<C>;

    fn database(&self) -> &Mortal<Sqlite> {
        &self.database
    }
    fn key_value(&self) -> &Mortal<Memory> {
        &self.key_value
    }
    fn client(&self) -> &Mortal<C> {
        &self.client
    }
    fn now(&self) -> i64 {
        self.now.get()
    }
}

impl<C: HttpClient> Worker for TestWorld<C> {
    type Converter = FatalConverter;

    fn converter(&self) -> &FatalConverter {
        &self.converter
    }
    fn name(&self) -> String {
        let mut random = self.random.borrow_mut();
        std::iter::repeat_with(|| random.alphanumeric()).take(16).collect()
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        app: Some(App {
            auth_url: "https://auth.invalid".into(),
            client_id: "client".into(),
            client_secret: "secret".into(),
        }),
        api_url: "https://api.invalid".into(),
        sealing_key: Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap(),
        interval: 300_000,
        tick: 20_000,
        max_body: 100_000,
        points_per_hour: 25_000,
    }
}

impl TestWorld {
    /// A site that is connected, with the spaces IT and HR chosen and nothing imported yet.
    pub(crate) fn connected(site: Site) -> Self {
        let world = Self::over(site, settings());
        for statement in [
                "insert into connections (id, cloud_id, site_url, site_name, account_id, account_name, created_at,
                   created_by, state_changed_at)
                 values (1, 'cloud-1', 'https://acme.atlassian.net', 'acme', 'a', 'Sync', 0, 'ada', 0)",
                "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at) values
                   (1, '10', 'IT', 'IT Help', 'global', 'current', 1, 0),
                   (1, '20', 'HR', 'People', 'global', 'current', 1, 0),
                   (1, '30', 'OPS', 'Operations', 'global', 'current', 0, 0)",
            ] {
                world.database.execute(statement, &[]).unwrap();
            }
        let grant = Grant {
            access_token: "access-0".into(),
            refresh_token: "refresh-0".into(),
            expires_at: world.now() + 3_600_000,
            scope: String::new(),
        };
        grants::store(&world.key_value, &world.settings.sealing_key, 1, &grant.into()).unwrap();
        world
    }
}

impl<C: HttpClient> TestWorld<C> {
    /// Empty stores with our schema, before a site that answers by `client`.
    pub(crate) fn over(client: C, settings: Settings) -> Self {
        let life = std::rc::Rc::new(Life::default());
        let world = Self {
            database: Mortal { inner: Sqlite::in_memory().unwrap(), life: life.clone() },
            key_value: Mortal { inner: Memory::default(), life: life.clone() },
            client: Mortal { inner: client, life },
            converter: FatalConverter::default(),
            now: Cell::new(1_800_000_000_000),
            random: std::cell::RefCell::new(fastrand::Rng::with_seed(7)),
            settings,
        };
        knowledge::migrations::apply(&world.database).unwrap();
        world
    }

    /// The store without the mortality, for what happens outside of a process of the mirror.
    pub(crate) fn store(&self) -> &Sqlite {
        &self.database.inner
    }

    pub(crate) fn site(&self) -> &C {
        &self.client.inner
    }

    pub(crate) fn pass(&self, milliseconds: i64) {
        self.now.set(self.now.get() + milliseconds);
    }

    /// One tick of the schedule in a process of its own; false if it was killed.
    pub(crate) fn tick(&self) -> bool {
        let tick = || pollster::block_on(mirror::tick(self, &self.settings)).unwrap();
        // A panic is a trap: the process is gone, and the stores are as it left them.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(tick)).is_ok()
    }

    /// Kills the process of the next tick at a call.
    pub(crate) fn doom(&self, death: Option<Death>) {
        self.client.life.calls.set(0);
        self.client.life.death.set(death);
    }

    /// How many calls were made since [`Self::doom`].
    pub(crate) fn calls(&self) -> u32 {
        self.client.life.calls.get()
    }

    /// Ticks, five seconds apart, until no run is open.
    pub(crate) fn settle(&self) {
        for _ in 0..500 {
            self.tick();
            if self.number("select count(*) as n from runs where state in ('queued', 'running', 'waiting')")
                == 0
            {
                return;
            }
            self.pass(5_000);
        }
        panic!(
            "no end: {:?}",
            self.rows("select state, step, doing, failure, attempts from runs order by id desc limit 1")
        );
    }

    /// Lets so much time pass that every space is listed again, and a run with it.
    pub(crate) fn next_run(&self) {
        self.pass(15 * 60_000);
        self.settle();
    }

    /// Lets the interval pass and a run with it, which follows the changes.
    pub(crate) fn next_look(&self) {
        self.pass(self.settings.interval);
        self.settle();
    }

    pub(crate) fn rows(&self, statement: &str) -> Vec<Vec<Value>> {
        self.database.inner.execute(statement, &[]).unwrap().values
    }

    pub(crate) fn number(&self, statement: &str) -> i64 {
        match self.rows(statement)[0][0] {
            Value::Integer(number) => number,
            ref other => panic!("{other:?} is no number"),
        }
    }

    pub(crate) fn text(&self, statement: &str) -> String {
        match &self.rows(statement)[0][0] {
            Value::Text(text) => text.clone(),
            other => panic!("{other:?} is no text"),
        }
    }

    pub(crate) fn run(&self, statement: &str) {
        self.rows(statement);
    }

    /// Everything that people could notice, without the times at which it came about.
    pub(crate) fn state(&self) -> Vec<Vec<Value>> {
        let mut state = self.rows(
            "select page_id, space_id, slug, title, headings, labels, text, html, outline, passages, source_url,
               source_version, source_state, audience, audience_reason, status, category
             from articles order by page_id",
        );
        for statement in [
            "select page_id, space_id, parent_id, title, source_state, own_restriction, converted_version, failure
             from pages order by page_id",
            "select page_id, attachment_id, name, size, version from attachments order by attachment_id",
            "select space_id, listed_at is null, failure from attachment_lists order by space_id",
            "select count(*) from run_attachments",
            "select articles.page_id, passages.ordinal, passages.text from passages
             join articles on articles.id = passages.article_id order by 1, 2",
            "select count(*) from articles_fts",
            "select state, state_reason from connections",
            "select state, failure, pages_seen, pages_done, pages_with_losses, pages_failed, pages_removed
             from runs order by id desc limit 1",
            "select name from categories order by name",
            "select count(*) from run_pages",
        ] {
            state.extend(self.rows(statement));
        }
        state
    }

    /// The titles that employees could read, once everything is published.
    pub(crate) fn readable(&self) -> Vec<String> {
        self.run("update articles set status = 'published'");
        self.rows(&format!("select title from {OPEN_ARTICLES} order by page_id"))
            .into_iter()
            .map(|row| match &row[0] {
                Value::Text(title) => title.clone(),
                other => panic!("{other:?} is no title"),
            })
            .collect()
    }
}
