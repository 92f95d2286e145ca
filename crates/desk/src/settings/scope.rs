//! What of a chosen space comes in: its rules as sentences, what a change would do, and the change itself.

use askama::Template;
use confluence::{Named, PageAddress};
use http::{Response, StatusCode};
use knowledge::connection_settings::{Connection, Space, SpaceFilter, spaces};
use knowledge::runs;
use knowledge::scopes::{
    self, DryRun, Effect, Kind, MOST_RULES, Rule, Scope, Verdict, apply, dry_run, find_pages, scope,
};
use ports::Database;
use screen::{Frame, Notice, address};

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::{count, scope_rule, scope_verdict};

/// How many pages of the same words are offered.
const MATCHES: i64 = 12;

#[derive(Template)]
#[template(path = "scope.html")]
struct ScopePage<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    space: Space,
    here: String,
    scope: Option<Scope>,
    rules: Vec<RuleLine>,
    /// Whether the rules shown are not those that apply.
    is_draft: bool,
    /// What was typed and could not be taken, with the reason, and what it may mean.
    what: &'a str,
    subject: &'a str,
    error: String,
    matches: Vec<(String, String)>,
    dry_run: DryRun,
    comes: Vec<String>,
    goes: Vec<(String, String)>,
    includes_blog_posts: bool,
    now: i64,
}

struct RuleLine {
    sentence: String,
    /// As the form carries it.
    value: String,
    /// The page without this rule.
    without: String,
}

pub(crate) fn show<D: Database>(
    visit: &Visit<'_, D>,
    id: &str,
    space_id: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let space = chosen_space(visit, &connection, space_id)?;
    let applied = scope(visit.database, connection.id, &space.id)?;
    let mut rules = if visit.query.get("draft") == "1" {
        rules_of(visit.query.all("rule"))
    } else {
        applied.as_ref().map(|scope| scope.rules.clone()).unwrap_or_default()
    };
    let (mut error, mut matches) = (String::new(), Vec::new());
    if !visit.query.get("subject").is_empty() {
        match added(visit, &connection, &space)? {
            Added::Rule(rule) if rules.contains(&rule) => {}
            Added::Rule(_) if rules.len() >= MOST_RULES => {
                error = format!("A space has room for {MOST_RULES} rules. Take one away first.");
            }
            Added::Rule(rule) => rules.push(rule),
            Added::Several(pages) => matches = pages,
            Added::Nothing(reason) => error = reason,
        }
    }
    page(visit, connection, space, applied, rules, (StatusCode::OK, None), (error, matches))
}

/// Applies the rules of the form, or takes the last change back.
pub(crate) fn change<D: Database>(
    visit: &Visit<'_, D>,
    id: &str,
    space_id: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let space = chosen_space(visit, &connection, space_id)?;
    let rules = rules_of(visit.form.all("rule"));
    if let Err(notice) = visit.check_form() {
        let applied = scope(visit.database, connection.id, &space.id)?;
        let status = (StatusCode::FORBIDDEN, Some(notice));
        return page(visit, connection, space, applied, rules, status, (String::new(), Vec::new()));
    }
    let here = here(&connection, &space);
    let (by, now) = (&visit.session.email, visit.now);
    if visit.form.get("do") == "blog_posts" {
        return blog_posts(visit, &connection, &space, &here);
    }
    let notice = if visit.form.get("do") == "undo" {
        let at = visit.form.number("at").unwrap_or_default();
        if scopes::undo(visit.database, connection.id, &space.id, at, by, now)? {
            Notice::done("Undone: the rules are as they were, and a sync brings back what they take in.")
        } else {
            let notice =
                Notice::warning("There was nothing to undo: the rules have been changed again since.");
            return Ok(visit.redirect_with(&here, &notice));
        }
    } else {
        let dry = dry_run(visit.database, connection.id, &space.id, &rules)?;
        apply(visit.database, connection.id, &space.id, &rules, by, now)?;
        let number = |total: usize| count(i64::try_from(total).unwrap_or(i64::MAX), "page");
        let words = format!(
            "Applied. {} hidden; {} with the sync that has been queued.",
            number(dry.goes.total),
            match dry.comes.total {
                0 => "whatever else the rules take in comes".to_owned(),
                total => format!("{} back", number(total)),
            }
        );
        let fields = vec![("do".to_owned(), "undo".to_owned()), ("at".to_owned(), now.to_string())];
        Notice::done(words).with_undo(here.clone(), fields)
    };
    runs::ask(visit.database, connection.id, by, now)?;
    Ok(visit.redirect_with(&here, &notice))
}

/// Has the space include its blog posts, or leave them out.
fn blog_posts<D: Database>(
    visit: &Visit<'_, D>,
    connection: &Connection,
    space: &Space,
    here: &str,
) -> Result<Response<Vec<u8>>, Error> {
    let (wanted, by) = (visit.form.get("blog_posts") == "1", &visit.session.email);
    if !knowledge::blog_posts::include(visit.database, connection.id, &space.id, wanted, by, visit.now)? {
        return Ok(visit.redirect_with(here, &Notice::done("Nothing has changed.")));
    }
    runs::ask(visit.database, connection.id, by, visit.now)?;
    let (words, before) = if wanted {
        ("The blog posts of this space become drafts with the sync that has been queued.", "")
    } else {
        ("The articles of blog posts are hidden. They keep their status and category.", "1")
    };
    let fields = [("do", "blog_posts"), ("blog_posts", before)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Ok(visit.redirect_with(here, &Notice::done(words).with_undo(here.to_owned(), fields)))
}

fn chosen_space<D: Database>(
    visit: &Visit<'_, D>,
    connection: &Connection,
    space_id: &str,
) -> Result<Space, Error> {
    let chosen_only = SpaceFilter { chosen_only: true, ..SpaceFilter::default() };
    let chosen = spaces(visit.database, connection.id, &chosen_only)?;
    chosen.into_iter().find(|space| space.id == space_id).ok_or(Error::NoSuchPage)
}

fn here(connection: &Connection, space: &Space) -> String {
    format!("{CONFLUENCE}/{}/scope/{}", connection.id, space.id)
}

/// What came of what was typed.
enum Added {
    Rule(Rule),
    /// Pages that may be meant: id and title.
    Several(Vec<(String, String)>),
    Nothing(String),
}

fn added<D: Database>(visit: &Visit<'_, D>, connection: &Connection, space: &Space) -> Result<Added, Error> {
    let Some((kind, effect)) = what_of(visit.query.get("what")) else {
        return Ok(Added::Nothing("Choose what the rule does.".into()));
    };
    let typed = visit.query.get("subject");
    if kind == Kind::Label {
        let label = typed.to_lowercase();
        // Confluence's labels have no spaces and none of these signs.
        if label.contains(|letter: char| letter.is_whitespace() || ":;,.?&[]()#^*@!".contains(letter)) {
            return Ok(Added::Nothing(format!(
                "“{typed}” is no label of Confluence, which is a single word. Add one rule for each label."
            )));
        }
        return Ok(Added::Rule(Rule { kind, effect, subject: label, title: String::new() }));
    }
    let mut words = typed.to_owned();
    if typed.contains('/') {
        match PageAddress::parse(typed) {
            Ok(address)
                if !connection.site_url.trim_end_matches('/').eq_ignore_ascii_case(address.site.as_str()) =>
            {
                return Ok(Added::Nothing(format!(
                    "This address is of {}, not of this site.",
                    address.site.host()
                )));
            }
            Ok(PageAddress { names: Named::Content(id), .. }) => words = id,
            Ok(PageAddress { names: Named::Titled { title, .. }, .. }) => words = title,
            Ok(PageAddress { names: Named::Space(_), .. }) => {
                return Ok(Added::Nothing(
                    "This is the address of a space. Paste that of a page or folder.".into(),
                ));
            }
            Err(error) => return Ok(Added::Nothing(crate::words::sentence(&error))),
        }
    }
    let found = find_pages(visit.database, connection.id, &space.id, &words, MATCHES)?;
    let one = match found.as_slice() {
        [one] => Some(one),
        several => {
            let mut exact = several.iter().filter(|page| page.page_id == words || page.title == words);
            exact.next().filter(|_| exact.next().is_none())
        }
    };
    let is_id = words.bytes().all(|byte| byte.is_ascii_digit());
    Ok(match one {
        Some(page) => {
            Added::Rule(Rule { kind, effect, subject: page.page_id.clone(), title: page.title.clone() })
        }
        // A folder, or a page that has not been listed yet.
        None if found.is_empty() && is_id && typed.contains('/') => {
            Added::Rule(Rule { kind, effect, subject: words, title: String::new() })
        }
        None if found.is_empty() => Added::Nothing(format!(
            "No page of {} that is known here has “{typed}” in its title. Paste the address of the page instead.",
            space.name
        )),
        None => Added::Several(found.into_iter().map(|page| (page.page_id, page.title)).collect()),
    })
}

fn what_of(word: &str) -> Option<(Kind, Effect)> {
    let (effect, kind) = word.split_once('-')?;
    let effect = match effect {
        "only" => Effect::Only,
        "never" => Effect::Never,
        _ => return None,
    };
    match kind {
        "tree" => Some((Kind::Tree, effect)),
        "label" => Some((Kind::Label, effect)),
        _ => None,
    }
}

/// The rules that a form carries, as `only-tree:ID:title`.
fn rules_of<'a>(values: impl Iterator<Item = &'a str>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = values
        .filter_map(|value| {
            let (what, rest) = value.split_once(':')?;
            let (kind, effect) = what_of(what)?;
            let (subject, title) = rest.split_once(':').unwrap_or((rest, ""));
            Some(Rule { kind, effect, subject: subject.to_owned(), title: title.to_owned() })
        })
        .filter(|rule| !rule.subject.is_empty())
        .take(MOST_RULES)
        .collect();
    rules.dedup();
    rules
}

fn value_of(rule: &Rule) -> String {
    let effect = if rule.effect == Effect::Only { "only" } else { "never" };
    let kind = if rule.kind == Kind::Tree { "tree" } else { "label" };
    format!("{effect}-{kind}:{}:{}", rule.subject, rule.title)
}

fn draft_address(here: &str, rules: &[Rule], but: Option<&Rule>) -> String {
    let values: Vec<String> = rules.iter().filter(|rule| Some(*rule) != but).map(value_of).collect();
    let mut fields = vec![("draft", "1")];
    fields.extend(values.iter().map(|value| ("rule", value.as_str())));
    address(here, &fields)
}

fn page<D: Database>(
    visit: &Visit<'_, D>,
    connection: Connection,
    space: Space,
    applied: Option<Scope>,
    rules: Vec<Rule>,
    (status, notice): (StatusCode, Option<Notice>),
    (error, matches): (String, Vec<(String, String)>),
) -> Result<Response<Vec<u8>>, Error> {
    let here = here(&connection, &space);
    let is_draft = applied.as_ref().map(|scope| scope.rules.as_slice()).unwrap_or_default() != rules;
    let dry = dry_run(visit.database, connection.id, &space.id, &rules)?;
    let what = visit.query.get("what");
    let frame = visit.frame_with(notice);
    let add = |(page_id, title): (String, String)| {
        let (kind, effect) = what_of(what).unwrap_or((Kind::Tree, Effect::Only));
        let mut with = rules.clone();
        with.push(Rule { kind, effect, subject: page_id, title: title.clone() });
        (title, draft_address(&here, &with, None))
    };
    let told = |(title, verdict): &(String, Verdict)| (title.clone(), scope_verdict(verdict, &rules));
    let page = ScopePage {
        frame: &frame,
        trail: trail_of(&connection),
        matches: matches.into_iter().map(add).collect(),
        comes: dry.comes.first.iter().map(|(title, _)| title.clone()).collect(),
        goes: dry.goes.first.iter().map(told).collect(),
        rules: rules
            .iter()
            .map(|rule| RuleLine {
                sentence: scope_rule(rule),
                value: value_of(rule),
                without: draft_address(&here, &rules, Some(rule)),
            })
            .collect(),
        dry_run: dry,
        is_draft,
        what,
        subject: if error.is_empty() { "" } else { visit.query.get("subject") },
        error,
        scope: applied,
        includes_blog_posts: knowledge::blog_posts::is_included(visit.database, connection.id, &space.id)?,
        space,
        here,
        now: visit.now,
    };
    Ok(frame.page(status, &page))
}
