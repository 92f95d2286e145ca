//! The simulated site: its spaces, pages, folders and people, and who sees what.

mod edit;
mod files;
mod people;
mod sample;
mod synthetic;
mod visibility;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

pub(crate) use edit::{EditError, NewContent};
pub(crate) use people::{Account, Group, account, account_by_key, accounts, consenting, group, groups};
pub(crate) use sample::media_type;
pub(crate) use visibility::Principal;

/// The cloud id of the simulated site.
pub(crate) const CLOUD_ID: &str = "5e6c1f0a-7b2d-4c3e-9f10-acce00000001";

pub(crate) struct Site {
    pub(crate) spaces: Vec<Space>,
    pub(crate) contents: BTreeMap<u64, Content>,
    /// Ids of the groups that each account is in, by its id.
    memberships: BTreeMap<&'static str, Vec<&'static str>>,
    next_content: u64,
    next_space: u64,
}

pub(crate) struct Space {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// `global`, `personal`, … as the API calls it.
    pub(crate) kind: String,
    pub(crate) archived: bool,
    pub(crate) homepage: Option<u64>,
    pub(crate) author: String,
    pub(crate) created: Timestamp,
    pub(crate) viewers: Vec<Principal>,
}

pub(crate) struct Content {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) space: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) position: i32,
    pub(crate) status: Status,
    pub(crate) title: String,
    pub(crate) body: Arc<str>,
    pub(crate) author: String,
    pub(crate) created: Timestamp,
    pub(crate) version: Version,
    pub(crate) labels: Vec<String>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) readers: Restriction,
    /// A live doc has no publish step; absent for ordinary pages on the wire.
    pub(crate) live: bool,
    /// The edits of a live doc since its last version: they are seen at once and make none.
    pub(crate) live_steps: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Page,
    BlogPost,
    Folder,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::BlogPost => "blogpost",
            Self::Folder => "folder",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Current,
    Archived,
    Trashed,
    Draft,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
            Self::Draft => "draft",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Current, Self::Archived, Self::Trashed, Self::Draft]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

#[derive(Clone)]
pub(crate) struct Version {
    pub(crate) number: u32,
    pub(crate) at: Timestamp,
    pub(crate) author: String,
    pub(crate) message: String,
}

#[derive(Clone)]
pub(crate) struct Attachment {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) media_type: String,
    pub(crate) file_id: String,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) created: Timestamp,
    pub(crate) version: Version,
}

/// A file as somebody uploads it.
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: Arc<[u8]>,
}

/// A content's own view restriction; empty lists restrict nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Restriction {
    pub(crate) users: Vec<String>,
    pub(crate) groups: Vec<String>,
}

impl Restriction {
    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty() && self.groups.is_empty()
    }
}

impl Site {
    pub(crate) fn empty() -> Self {
        let memberships = accounts().iter().map(|account| (account.id, account.groups.to_vec())).collect();
        Self {
            spaces: Vec::new(),
            contents: BTreeMap::new(),
            memberships,
            next_content: 65_537,
            next_space: 32_769,
        }
    }

    pub(crate) fn space(&self, id: u64) -> Option<&Space> {
        self.spaces.iter().find(|space| space.id == id)
    }

    pub(crate) fn space_by_key(&self, key: &str) -> Option<&Space> {
        self.spaces.iter().find(|space| space.key.eq_ignore_ascii_case(key))
    }

    /// The groups that an account is in, by their ids.
    pub(crate) fn groups_of(&self, account_id: &str) -> &[&'static str] {
        self.memberships.get(account_id).map_or(&[], Vec::as_slice)
    }

    /// Puts an account into these groups alone.
    pub(crate) fn join_groups(&mut self, account: &'static Account, groups: Vec<&'static str>) {
        self.memberships.insert(account.id, groups);
    }

    pub(crate) fn page(&self, id: u64) -> Option<&Content> {
        self.contents.get(&id).filter(|content| content.kind == Kind::Page)
    }

    pub(crate) fn blog_post(&self, id: u64) -> Option<&Content> {
        self.contents.get(&id).filter(|content| content.kind == Kind::BlogPost)
    }

    /// The contents above one, nearest first.
    pub(crate) fn ancestors<'a>(&'a self, content: &'a Content) -> impl Iterator<Item = &'a Content> {
        let above = |content: &'a Content| content.parent.and_then(|parent| self.contents.get(&parent));
        std::iter::successors(above(content), move |content| above(content))
    }

    /// The contents under a parent (or at a space's root) in their order, whatever their status.
    pub(crate) fn children(&self, space: u64, parent: Option<u64>) -> Vec<&Content> {
        let mut children: Vec<_> = self
            .contents
            .values()
            .filter(|content| content.space == space && content.parent == parent)
            .collect();
        children.sort_by_key(|content| (content.position, content.id));
        children
    }
}
