//! Which spaces become articles.

use std::collections::BTreeSet;

use askama::Template;
use http::{Response, StatusCode};
use knowledge::connection_settings::{
    Connection, Space, SpaceFilter, choose_spaces, space_kinds, spaces, unchoosing,
};
use knowledge::runs;
use ports::Database;
use screen::{Frame, Notice};

use super::{CONFLUENCE, find, trail_of};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::count;

#[derive(Template)]
#[template(path = "spaces.html")]
struct Picker<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    here: String,
    /// The picker's address with its filters, where the form is posted to.
    frame_query: String,
    connection: Connection,
    filter: SpaceFilter,
    is_filtered: bool,
    kinds: Vec<String>,
    spaces: Vec<Space>,
}

/// Says what unchoosing does before it is done.
#[derive(Template)]
#[template(path = "unchoose.html")]
struct Unchoose<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    here: String,
    leaving: Vec<Space>,
    shown: Vec<String>,
    chosen: Vec<String>,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    picker(visit, connection, StatusCode::OK, None, None)
}

/// The picker; `ticked` are the boxes of a form that could not be accepted.
fn picker<D: Database>(
    visit: &Visit<'_, D>,
    connection: Connection,
    status: StatusCode,
    notice: Option<Notice>,
    ticked: Option<&[String]>,
) -> Result<Response<Vec<u8>>, Error> {
    let filter = SpaceFilter {
        text: visit.query.get("q").to_owned(),
        kind: visit.query.get("kind").to_owned(),
        chosen_only: visit.query.get("chosen") == "1",
    };
    let mut spaces = spaces(visit.database, connection.id, &filter)?;
    if let Some(ticked) = ticked {
        for space in &mut spaces {
            space.chosen = ticked.contains(&space.id);
        }
    }
    let frame = visit.frame_with(notice);
    let page = Picker {
        frame: &frame,
        trail: trail_of(&connection),
        here: here(&connection),
        frame_query: visit.address().to_owned(),
        is_filtered: filter != SpaceFilter::default(),
        kinds: space_kinds(visit.database, connection.id)?,
        filter,
        spaces,
        connection,
    };
    Ok(frame.page(status, &page))
}

pub(crate) fn choose<D: Database>(visit: &Visit<'_, D>, id: &str) -> Result<Response<Vec<u8>>, Error> {
    let connection = find(visit.database, id)?;
    let all = |name: &str| visit.form.all(name).map(str::to_owned).collect::<Vec<_>>();
    let (shown, chosen) = (all("shown"), all("space"));
    if let Err(notice) = visit.check_form() {
        return picker(visit, connection, StatusCode::FORBIDDEN, Some(notice), Some(&chosen));
    }
    let leaving = unchoosing(visit.database, connection.id, &shown, &chosen)?;
    if leaving.iter().any(|space| space.articles > 0) && visit.form.get("confirmed") != "yes" {
        let frame = visit.frame();
        let page = Unchoose {
            frame: &frame,
            trail: trail_of(&connection),
            here: here(&connection),
            leaving,
            shown,
            chosen,
        };
        return Ok(frame.page(StatusCode::OK, &page));
    }
    let known: BTreeSet<String> = spaces(visit.database, connection.id, &SpaceFilter::default())?
        .into_iter()
        .map(|space| space.id)
        .collect();
    let gone = chosen.iter().filter(|id| !known.contains(*id)).count();
    let by = &visit.session.email;
    let (added, removed) = choose_spaces(visit.database, connection.id, &shown, &chosen, by, visit.now)?;
    let chosen_now = super::find(visit.database, id)?.chosen_spaces;
    if chosen_now == 0 && removed == 0 {
        let notice = Notice::warning("Tick at least one space: its pages become articles.");
        return picker(visit, connection, StatusCode::UNPROCESSABLE_ENTITY, Some(notice), None);
    }
    let page = format!("{CONFLUENCE}/{}", connection.id);
    if added + removed == 0 {
        return Ok(visit.redirect_with(&page, &Notice::done("The choice is as it was. Nothing was changed.")));
    }
    if chosen_now > 0 {
        runs::ask(visit.database, connection.id, by, visit.now)?;
    }
    Ok(visit.redirect_with(&page, &told(added, removed, gone)))
}

fn told(added: usize, removed: usize, gone: usize) -> Notice {
    let spaces = |number: usize| count(i64::try_from(number).unwrap_or(i64::MAX), "space");
    let mut parts = Vec::new();
    if added > 0 {
        parts.push(format!("{} added: the import has been queued.", spaces(added)));
    }
    if removed > 0 {
        parts.push(format!("{} no longer chosen: its articles are hidden.", spaces(removed)));
    }
    if gone > 0 {
        parts.push(format!("{} left out, for the site no longer has it.", spaces(gone)));
        return Notice::warning(parts.join(" "));
    }
    Notice::done(parts.join(" "))
}

fn here(connection: &Connection) -> String {
    format!("{CONFLUENCE}/{}/spaces", connection.id)
}
