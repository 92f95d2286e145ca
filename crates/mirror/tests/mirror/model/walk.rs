//! One world: its steps, its judge, and its healing.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use knowledge::connection_settings;
use mirror::Settings;
use mirror::grants;
use ports::World;
use ports::{Database, Value};
use serde_json::json;

use super::edits::{self, edition};
use super::faults;
use super::history::{History, Shelves, Shown};
use super::site::{Simulated, URL};
use super::truth::{READERS, Truth, account_of};
use crate::support::{Death, TestWorld, settings};

/// How many steps a world walks before it is healed and compared.
const BETWEEN_HEALINGS: usize = 25;
/// How many of the last steps a failure tells.
const TOLD: usize = 60;
const CATEGORIES: [&str; 3] = ["Network", "Accounts", "Ours"];

pub(super) struct Walk {
    seed: u64,
    random: fastrand::Rng,
    world: TestWorld<Simulated>,
    chosen: BTreeSet<String>,
    history: History,
    /// Status and category of each article as people set them last.
    own: BTreeMap<String, (String, Option<String>)>,
    edits: usize,
    /// The last edit of each page's body.
    words: BTreeMap<String, usize>,
    log: Vec<String>,
    /// The stores after a failure, for `MODEL_SEED` alone.
    pub(super) dump: String,
}

type Outcome = Result<(), String>;

impl Walk {
    pub(super) fn new(seed: u64) -> Self {
        let settings = Settings { app: Some(Simulated::app()), api_url: URL.into(), ..settings() };
        let world = TestWorld::over(Simulated::new(), settings);
        *world.random.borrow_mut() = fastrand::Rng::with_seed(seed ^ 1);
        let spaces = world.site().spaces();
        let chosen: BTreeSet<String> = ["IT", "HR"].iter().map(|key| spaces[*key].clone()).collect();
        world.run(
            "insert into connections (id, cloud_id, site_url, site_name, account_id, account_name, created_at,
               created_by, state_changed_at)
             values (1, '5e6c1f0a-7b2d-4c3e-9f10-acce00000001', 'https://acme.test', 'acme', 'a', 'Sync', 0, 'ada', 0)",
        );
        for (key, id) in &spaces {
            let is_chosen = i64::from(chosen.contains(id));
            world.run(&format!(
                "insert into spaces (connection_id, space_id, key, name, kind, status, chosen, seen_at)
                 values (1, '{id}', '{key}', '{key}', 'global', 'current', {is_chosen}, 0)"
            ));
        }
        for reader in READERS {
            world.run(&format!("insert into people values ('{reader}', '{reader}', '', 0, 0, 0)"));
            if let Some(account) = account_of(reader) {
                world.run(&format!(
                    "insert into person_accounts values ('{reader}', 1, '{account}', 'admin', 'ada', 0)"
                ));
            }
        }
        let mut walk = Self {
            seed,
            random: fastrand::Rng::with_seed(seed),
            world,
            chosen,
            history: History::default(),
            own: BTreeMap::new(),
            edits: 0,
            words: BTreeMap::new(),
            log: Vec::new(),
            dump: String::new(),
        };
        walk.reconnect();
        walk.look();
        walk
    }

    /// Walks, and tells on a failure what led to it.
    pub(super) fn steps(&mut self, steps: usize) -> Outcome {
        let walked = catch_unwind(AssertUnwindSafe(|| {
            for step in 1..=steps {
                self.step()?;
                if step % BETWEEN_HEALINGS == 0 || step == steps {
                    self.heal()?;
                }
            }
            Ok(())
        }));
        let problem = match walked {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(problem)) => problem,
            Err(panic) => {
                let words = panic.downcast_ref::<String>().cloned();
                words
                    .or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()))
                    .unwrap_or_default()
            }
        };
        for table in [
            "spaces",
            "pages",
            "runs",
            "run_spaces",
            "space_permissions",
            "gates",
            "node_readers",
            "groups",
            "group_members",
            "audiences",
            "audience_readers",
        ] {
            let rows = self.world.rows(&format!("select * from {table}"));
            self.dump.push_str(&format!("{table}\n"));
            rows.iter().for_each(|row| self.dump.push_str(&format!("  {row:?}\n")));
        }
        let told = self.log.len().saturating_sub(TOLD);
        Err(format!(
            "MODEL_SEED={} MODEL_STEPS={steps}\n{}\n=> {problem}",
            self.seed,
            self.log[told..].join("\n")
        ))
    }

    fn step(&mut self) -> Outcome {
        match self.random.u32(0..100) {
            0..36 => self.edit(),
            36..48 => {
                let fault = faults::fault(&mut self.random);
                self.say(format!("fault {fault}"));
                self.world.site().control("POST", "/faults", &fault);
            }
            48..52 => {
                let broken = faults::broken(&mut self.random);
                self.say(format!("break {broken:?}"));
                self.world.site().breaks.borrow_mut().push(broken);
            }
            52..54 => {
                self.say("every access token expires");
                self.world.site().control("POST", "/tokens/revoke", &json!({"access_only": true}));
            }
            54 => {
                self.say("the grant is revoked");
                self.world.site().control("POST", "/tokens/revoke", &json!({}));
            }
            55 => {
                // Our clock alone; Confluence's stays.
                let by = self.random.i64(-600..600) * 1_000;
                self.say(format!("our clock goes by {by} ms"));
                self.world.pass(by);
            }
            56..58 => self.choose(),
            58..62 => self.own_data(),
            62..64 => {
                let viewers = [
                    json!(["everyone"]),
                    json!(["group:confluence-users"]),
                    json!(["hana", "service"]),
                    json!(["group:people-team", "group:integrations"]),
                    json!(["group:people-team"]),
                ];
                let viewers = viewers[self.random.usize(..viewers.len())].clone();
                let key = ["IT", "HR", "SEC"][self.random.usize(..3)];
                self.say(format!("the space {key} is for {viewers}"));
                self.world.site().control("PATCH", &format!("/spaces/{key}"), &json!({"viewers": viewers}));
            }
            64..67 => {
                let who = ["mia", "hana", "tomas", "tomas", "hana", "service"][self.random.usize(..6)];
                // Whoever may use the site is in the group of everybody.
                let mut groups = vec!["confluence-users"];
                let others = ["people-team", "security-team", "integrations"];
                groups.extend(others.into_iter().filter(|_| self.random.bool()));
                self.say(format!("{who} is in the groups {groups:?}"));
                let groups = json!({"groups": groups});
                self.world.site().control("PATCH", &format!("/accounts/{who}"), &groups);
            }
            67..70 => {
                self.say("sync now");
                let now = self.world.now();
                knowledge::runs::ask(self.world.database(), 1, "ada", now).unwrap();
            }
            70..76 => {
                let by = [5, 60, 310, 1_900, 4_000][self.random.usize(..5)];
                self.pass(by);
            }
            _ => return self.tick(),
        }
        self.look();
        Ok(())
    }

    fn say(&mut self, what: impl Into<String>) {
        self.log.push(what.into());
    }

    fn edit(&mut self) {
        self.edits += 1;
        let (method, path, body) = edits::edit(&mut self.random, self.world.site(), self.edits);
        let done = self.world.site().change(method, &path, &body);
        if let Ok(content) = &done
            && body.get("body").is_some()
        {
            let id = content["id"].as_str().expect("an edited page has an id").to_owned();
            self.words.insert(id, self.edits);
        }
        self.say(format!("{method} {path} {body}: {}", done.err().unwrap_or_default()));
    }

    fn choose(&mut self) {
        let spaces = self.world.site().spaces();
        let (key, id) = spaces.iter().nth(self.random.usize(..spaces.len())).expect("there are spaces");
        let is_chosen = self.chosen.contains(id);
        // At least one stays, for without any there is nothing to compare.
        if is_chosen && self.chosen.len() == 1 {
            return;
        }
        self.say(format!("the space {key} is {}", if is_chosen { "no longer chosen" } else { "chosen" }));
        let (shown, wanted) = (vec![id.clone()], if is_chosen { Vec::new() } else { vec![id.clone()] });
        let now = self.world.now();
        let database = self.world.database();
        let chosen = connection_settings::choose_spaces(database, 1, &shown, &wanted, "ada", now);
        chosen.unwrap();
        knowledge::runs::ask(database, 1, "ada", now).unwrap();
        if is_chosen {
            self.chosen.remove(id)
        } else {
            self.chosen.insert(id.clone())
        };
    }

    /// An agent gives an article another status or category.
    fn own_data(&mut self) {
        if self.own.is_empty() {
            return;
        }
        let id = self.own.keys().nth(self.random.usize(..self.own.len())).expect("there are some").clone();
        let status = ["published", "published", "published", "draft", "retired"][self.random.usize(..5)];
        let category = CATEGORIES[self.random.usize(..CATEGORIES.len())];
        self.say(format!("article {id} is {status} in {category}"));
        self.world.run(&format!(
            "update articles set status = '{status}', category = '{category}' where page_id = '{id}'"
        ));
        self.own.insert(id, (status.into(), Some(category.into())));
    }

    fn pass(&mut self, seconds: i64) {
        self.say(format!("{seconds} seconds pass"));
        self.world.pass(seconds * 1_000);
        self.world.site().control("POST", "/clock", &json!({"advance_seconds": seconds}));
    }

    /// A tick of the schedule, perhaps of one step alone, perhaps killed at one of its calls.
    fn tick(&mut self) -> Outcome {
        self.world.settings.tick = if self.random.bool() { 0 } else { 20_000 };
        self.world.site().part.set(self.random.usize(3..40));
        let death = (self.random.u32(0..3) == 0)
            .then(|| Death { at: self.random.u32(0..60), after_effect: self.random.bool() });
        self.ticked(death)
    }

    fn ticked(&mut self, death: Option<Death>) -> Outcome {
        let (before, current) = (self.shown(), self.current_pages());
        self.world.doom(death);
        let survived = self.world.tick();
        self.world.doom(None);
        self.publish_new();
        let after = self.shown();
        let remaining = self.current_pages();
        // What an admin took out of the selection is no removal of the mirror's.
        let removed: Vec<String> = current.difference(&remaining).cloned().collect();
        let run = self.world.rows("select id, state, step, failure from runs order by id desc limit 1");
        self.say(format!("tick {} of {death:?}: {run:?}", if survived { "survived" } else { "died" }));
        let judged = self.history.judge(&before, &after, &removed);
        let open = self.world.rows("select id from runs where state in ('queued', 'running', 'waiting')");
        self.history.ticked(open.first().map(|row| match row[0] {
            Value::Integer(id) => id,
            ref other => panic!("{other:?} is no id"),
        }));
        judged
    }

    /// Agents publish what is new, so that everything is judged.
    fn publish_new(&mut self) {
        for id in texts(self.world.rows("select page_id from articles")) {
            if !self.own.contains_key(&id) {
                self.world.run(&format!("update articles set status = 'published' where page_id = '{id}'"));
                let category =
                    self.world.rows(&format!("select category from articles where page_id = '{id}'"));
                let category = match &category[0][0] {
                    Value::Text(category) => Some(category.clone()),
                    _ => None,
                };
                self.own.insert(id, ("published".into(), category));
            }
        }
    }

    fn look(&mut self) {
        let truth = Truth::of(self.world.site(), &self.chosen);
        self.history.note(&truth, &self.words);
    }

    fn current_pages(&self) -> BTreeSet<String> {
        texts(self.world.rows("select page_id from articles where source_state = 'current'"))
            .into_iter()
            .collect()
    }

    /// What each reader finds, by the one predicate.
    fn shown(&self) -> Shelves {
        READERS.into_iter().map(|reader| (reader, self.shelf(reader))).collect()
    }

    fn shelf(&self, reader: &str) -> BTreeMap<String, Shown> {
        let statement = audience::readable(
            "select page_id, title, space_id, labels, text, source_version from readable_articles",
            1,
        );
        let rows = self.world.store().execute(&statement, &[reader.into()]).unwrap();
        rows.values
            .into_iter()
            .map(|row| {
                let mut cells = row.into_iter();
                let mut text = || match cells.next() {
                    Some(Value::Text(text)) => text,
                    other => panic!("{other:?} is no text"),
                };
                let (id, title, space, labels, text) = (text(), text(), text(), text(), text());
                let Some(Value::Integer(version)) = cells.next() else { panic!("a version is a number") };
                (id, Shown { title, version, space, labels, text })
            })
            .collect()
    }

    /// An admin connects again.
    fn reconnect(&mut self) {
        let grant = self.world.site().consent(self.world.now());
        let access = grant.into();
        let store = grants::store(self.world.key_value(), &self.world.settings.sealing_key, 1, &access);
        store.unwrap();
        self.world
            .run("update connections set state = 'connected', state_reason = null, refresh_lease_until = 0");
    }

    /// Everything works again; once it is quiet, readers find what Confluence would show them.
    fn heal(&mut self) -> Outcome {
        self.say("everything works again");
        self.world.site().control("DELETE", "/faults", &json!({}));
        self.world.site().breaks.borrow_mut().clear();
        self.world.settings.tick = 20_000;
        self.pass(7_200);
        self.reconnect();
        self.look();
        self.quiet()?;
        // By the second turn each space is listed again, and by the third what was held back until then has left.
        for _ in 0..2 {
            self.decide()?;
        }
        self.compare()
    }

    /// What left in unusual numbers waits for an admin, who finds that it is as it should be.
    fn decide(&mut self) -> Outcome {
        let (database, now) = (self.world.database(), self.world.now());
        let remove = connection_settings::HeldDecision::Remove;
        connection_settings::decide_held(database, 1, remove, now, "ada", now).unwrap();
        self.pass(1_200);
        self.quiet()
    }

    /// Ticks until no run is open.
    fn quiet(&mut self) -> Outcome {
        for _ in 0..400 {
            self.ticked(None)?;
            let last = self.world.rows("select state, failure from runs order by id desc limit 1");
            match &last[0][0] {
                Value::Text(state) if state == "finished" => return Ok(()),
                _ => self.pass(60),
            }
        }
        Err("no run comes to its end".into())
    }

    fn compare(&mut self) -> Outcome {
        let truth = Truth::of(self.world.site(), &self.chosen);
        let shelves = self.shown();
        let is_published = |id: &String| self.own.get(id).is_none_or(|(status, _)| status == "published");
        for (reader, open) in &truth.open {
            let shelf = &shelves[reader];
            for id in open {
                let content = &truth.contents[id];
                if !is_published(id) {
                    continue;
                }
                let Some(article) = shelf.get(id) else {
                    let pages = self.world.rows(&format!("select * from pages where page_id = '{id}'"));
                    let article = self.world.rows(&format!(
                        "select page_id, status, source_state, audience, audience_reason from articles where page_id = '{id}'"
                    ));
                    return Err(format!("LOST: {reader} does not find {content:?}: {pages:?} {article:?}"));
                };
                let mut wanted = (content.title.clone(), content.version, content.space.clone());
                if wanted != (article.title.clone(), article.version, article.space.clone()) {
                    return Err(format!("STALE: {reader} finds {content:?} as {article:?}"));
                }
                let body = self.world.site().body_of(id);
                if let Some(edition) = edition(&body)
                    && !article.text.contains(&format!("What edit {edition} said."))
                {
                    wanted.0.push_str(&body);
                    return Err(format!("STALE: {reader} finds {wanted:?} as {article:?}"));
                }
                let open_words: BTreeSet<usize> =
                    open.iter().filter_map(|id| self.words.get(id)).copied().collect();
                if let Some(edit) = edits::editions(&article.text).find(|edit| !open_words.contains(edit)) {
                    return Err(format!(
                        "LEAK: {reader} finds {article:?} with edit {edit}, which cannot be read any more"
                    ));
                }
                let known = self.world.rows(&format!(
                    "select name, version from attachments where page_id = '{id}' order by name"
                ));
                let files: Vec<Vec<Value>> = self
                    .world
                    .site()
                    .files_of(id)
                    .into_iter()
                    .map(|(name, version)| vec![Value::Text(name), Value::Integer(version)])
                    .collect();
                if known != files {
                    return Err(format!(
                        "STALE: the files of {content:?} are {files:?} and known as {known:?}"
                    ));
                }
                let labels: BTreeSet<&str> = content.labels.iter().map(String::as_str).collect();
                if labels != article.labels.split_whitespace().collect() {
                    return Err(format!(
                        "STALE: the labels of {content:?} are shown as {:?}",
                        article.labels
                    ));
                }
            }
            for (id, article) in shelf {
                if !open.contains(id) && !truth.doubtful.contains(&article.space) {
                    return Err(format!("LEAK: {reader} finds {:?} as {article:?}", truth.contents.get(id)));
                }
            }
        }
        for (id, own) in &self.own {
            let row =
                self.world.rows(&format!("select status, category from articles where page_id = '{id}'"));
            let wanted = vec![Value::Text(own.0.clone()), own.1.clone().map_or(Value::Null, Value::Text)];
            if row != vec![wanted] {
                return Err(format!("OWN DATA: article {id} was {own:?} and is {row:?}"));
            }
        }
        Ok(())
    }
}

fn texts(rows: Vec<Vec<Value>>) -> Vec<String> {
    rows.into_iter()
        .map(|row| match row.into_iter().next() {
            Some(Value::Text(text)) => text,
            other => panic!("{other:?} is no text"),
        })
        .collect()
}
