//! Whom restrictions and permissions name, from Confluence's words to the store's.

use confluence::ApiError;
use confluence::restrictions::{self, OwnRestriction, Part, Subjects};
use knowledge::runs::{self, NodeReader, Run};
use ports::World;

use crate::StepError;
use crate::session::Session;

/// The most requests that the readers of one node, or the members of one group, may take. Whoever comes after
/// some ten thousand is not let through, and a page for so many has no need of a list.
pub(crate) const MOST_PARTS: usize = 50;

/// What was found of some nodes, on its way into the store.
#[derive(Default)]
pub(crate) struct Found {
    nodes: Vec<String>,
    readers: Vec<NodeReader>,
}

impl Found {
    /// Adds a node's restriction, and says which word stands for it.
    pub(crate) fn add(&mut self, node: &str, own: OwnRestriction) -> &'static str {
        match own {
            OwnRestriction::Open => {
                self.forget(node);
                "open"
            }
            OwnRestriction::Restricted(subjects) => {
                self.add_readers(node, subjects);
                "restricted"
            }
        }
    }

    /// Whatever was known of whom a node names is forgotten.
    pub(crate) fn forget(&mut self, node: &str) {
        self.nodes.push(node.to_owned());
    }

    pub(crate) fn add_readers(&mut self, node: &str, subjects: Subjects) {
        let reader = |kind, subject_id, name| NodeReader { node_id: node.to_owned(), kind, subject_id, name };
        self.forget(node);
        self.readers.extend(subjects.users.into_iter().map(|id| reader("user", id, String::new())));
        self.readers.extend(subjects.groups.into_iter().map(|group| reader("group", group.id, group.name)));
    }

    pub(crate) fn readers(&self) -> &[NodeReader] {
        &self.readers
    }

    pub(crate) fn keep<W: World>(self, session: &Session<'_, W>, run: &Run) -> Result<(), StepError> {
        let nodes: Vec<&str> = self.nodes.iter().map(String::as_str).collect();
        Ok(runs::readers_found(session.world.database(), run, &nodes, &self.readers)?)
    }
}

/// Asks for the read restrictions of single pages and folders, each to the end of its lists. One that cannot be
/// read, or whose lists have no end, comes without.
pub(crate) async fn restrictions_of<W: World>(
    session: &mut Session<'_, W>,
    ids: Vec<String>,
) -> Result<Vec<(String, Option<OwnRestriction>)>, StepError> {
    let paths: Vec<_> = ids.iter().map(|id| restrictions::of_content(id, 0)).collect();
    let answers = session.get_all(&paths).await?;
    let mut found = Vec::with_capacity(ids.len());
    for (id, answer) in ids.into_iter().zip(answers) {
        let own = match said(restrictions::restriction(&answer?, &id))? {
            Some(Part { restriction: OwnRestriction::Restricted(subjects), further: Some(start) }) => {
                rest(session, &id, subjects, start).await?.map(OwnRestriction::Restricted)
            }
            part => part.map(|part| part.restriction),
        };
        found.push((id, own));
    }
    Ok(found)
}

/// The further parts of a restriction.
async fn rest<W: World>(
    session: &mut Session<'_, W>,
    id: &str,
    mut subjects: Subjects,
    mut start: usize,
) -> Result<Option<Subjects>, StepError> {
    for _ in 1..MOST_PARTS {
        let answer = session.get(&restrictions::of_content(id, start)).await?;
        let Some(part) = said(restrictions::restriction(&answer, id))? else { return Ok(None) };
        match part.restriction {
            OwnRestriction::Open => return Ok(Some(subjects)),
            OwnRestriction::Restricted(more) => subjects.extend(more),
        }
        match part.further {
            None => return Ok(Some(subjects)),
            Some(0) => break,
            Some(further) => start += further,
        }
    }
    Ok(None)
}

/// What an answer says; nothing where it says that we may not know, or not by this connection.
pub(crate) fn said_to_us<T>(answer: Result<T, ApiError>) -> Result<Option<T>, StepError> {
    match answer {
        Err(ApiError::ScopeMissing { .. } | ApiError::Refused { .. }) => Ok(None),
        answer => said(answer),
    }
}

/// What an answer says; nothing where it says that we may not know.
pub(crate) fn said<T>(answer: Result<T, ApiError>) -> Result<Option<T>, StepError> {
    match answer {
        Ok(said) => Ok(Some(said)),
        Err(ApiError::NotVisible { .. } | ApiError::Forbidden { .. } | ApiError::Malformed { .. }) => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
