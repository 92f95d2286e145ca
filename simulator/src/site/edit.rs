//! Everything that changes the site: new spaces and pages, edits, moves, the trash, the archive, restrictions.

use std::sync::Arc;

use jiff::Timestamp;

use super::sample::file_id;
use super::{Attachment, Content, Kind, Principal, Restriction, Site, Space, Status, Upload, Version};

/// Why the site refused an edit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EditError {
    NoSuchSpace(String),
    NoSuchContent(u64),
    NoSuchFile(String),
    TitleTaken(String),
    EmptyTitle,
    KeyTaken(String),
    /// A content cannot lie under itself or in another space than its parent.
    BadParent(u64),
}

impl std::fmt::Display for EditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchSpace(space) => write!(f, "no space {space}; name one by its key or id"),
            Self::NoSuchContent(id) => write!(f, "no page or folder {id}"),
            Self::NoSuchFile(name) => write!(f, "no file {name} on this page"),
            Self::TitleTaken(title) => {
                write!(f, "a page with the title {title:?} already exists in this space; choose another")
            }
            Self::EmptyTitle => f.write_str("the title is empty; give one"),
            Self::KeyTaken(key) => write!(f, "a space with the key {key} already exists; choose another"),
            Self::BadParent(id) => {
                write!(f, "{id} cannot be the parent; choose a page or folder of the same space")
            }
        }
    }
}

pub(crate) struct NewContent {
    pub(crate) kind: Kind,
    pub(crate) space: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) title: String,
    pub(crate) body: Arc<str>,
    pub(crate) status: Status,
    pub(crate) author: String,
    pub(crate) created: Timestamp,
}

impl Site {
    pub(crate) fn add_space(
        &mut self,
        key: &str,
        name: &str,
        author: &str,
        created: Timestamp,
        viewers: Vec<Principal>,
    ) -> Result<u64, EditError> {
        if self.space_by_key(key).is_some() {
            return Err(EditError::KeyTaken(key.to_owned()));
        }
        let id = self.next_space;
        self.next_space += 3;
        self.spaces.push(Space {
            id,
            key: key.to_owned(),
            name: name.to_owned(),
            description: String::new(),
            kind: "global".to_owned(),
            archived: false,
            homepage: None,
            author: author.to_owned(),
            created,
            viewers,
        });
        Ok(id)
    }

    pub(crate) fn add(&mut self, new: NewContent) -> Result<u64, EditError> {
        if self.space(new.space).is_none() {
            return Err(EditError::NoSuchSpace(new.space.to_string()));
        }
        self.check_title(new.space, None, &new.title)?;
        self.check_parent(new.space, None, new.parent)?;
        Ok(self.insert(new))
    }

    /// Adds without the checks that look at every other content; for sites built at start, whose titles are unique.
    pub(super) fn insert(&mut self, new: NewContent) -> u64 {
        let id = self.next_id();
        let content = Content {
            id,
            kind: new.kind,
            space: new.space,
            parent: new.parent,
            position: i32::try_from(id).unwrap_or(i32::MAX),
            status: new.status,
            title: new.title,
            body: new.body,
            author: new.author.clone(),
            created: new.created,
            version: Version { number: 1, at: new.created, author: new.author, message: String::new() },
            labels: Vec::new(),
            attachments: Vec::new(),
            readers: Restriction::default(),
            live: false,
            live_steps: 0,
        };
        self.contents.insert(id, content);
        id
    }

    /// Ids of contents and attachments share one sequence, with gaps, as Confluence's do.
    pub(super) fn next_id(&mut self) -> u64 {
        let id = self.next_content;
        self.next_content += 7;
        id
    }

    /// Publishes a new title or body: the only edits that make a new version, but for those of a live doc.
    pub(crate) fn publish(
        &mut self,
        id: u64,
        title: Option<String>,
        body: Option<Arc<str>>,
        author: &str,
        now: Timestamp,
    ) -> Result<(), EditError> {
        let content = self.contents.get(&id).ok_or(EditError::NoSuchContent(id))?;
        if let Some(title) = &title {
            self.check_title(content.space, Some(id), title)?;
        }
        let content = self.content_mut(id)?;
        if let Some(title) = title {
            content.title = title;
        }
        if let Some(body) = body {
            content.body = body;
        }
        // Two edits within one millisecond would carry the same time on the wire.
        let at = now.max(content.version.at + jiff::SignedDuration::from_millis(1));
        content.live_steps += u32::from(content.live);
        content.version = Version {
            number: content.version.number + u32::from(!content.live),
            at,
            author: author.to_owned(),
            message: String::new(),
        };
        Ok(())
    }

    /// Attaches a file, as a new version where one of its name is there; the page's own version stays.
    pub(crate) fn attach(
        &mut self,
        id: u64,
        upload: Upload,
        author: &str,
        now: Timestamp,
    ) -> Result<u64, EditError> {
        let own = self.next_id();
        let content = self.content_mut(id)?;
        let Upload { name, media_type, bytes } = upload;
        if let Some(known) = content.attachments.iter_mut().find(|known| known.title == name) {
            let at = now.max(known.version.at + jiff::SignedDuration::from_millis(1));
            let (number, author) = (known.version.number + 1, author.to_owned());
            known.version = Version { number, at, author, message: String::new() };
            (known.media_type, known.bytes, known.file_id) = (media_type, bytes, file_id(own));
            return Ok(known.id);
        }
        let version = Version { number: 1, at: now, author: author.to_owned(), message: String::new() };
        content.attachments.push(Attachment {
            id: own,
            title: name,
            media_type,
            file_id: file_id(own),
            bytes,
            created: now,
            version,
        });
        Ok(own)
    }

    /// Takes a file away.
    pub(crate) fn detach(&mut self, id: u64, name: &str) -> Result<(), EditError> {
        let content = self.content_mut(id)?;
        let before = content.attachments.len();
        content.attachments.retain(|known| known.title != name);
        if content.attachments.len() == before {
            return Err(EditError::NoSuchFile(name.to_owned()));
        }
        Ok(())
    }

    /// Trash, archive, restore and unarchive leave the version alone. What lay under a page that is trashed or
    /// archived moves up to the page's parent.
    pub(crate) fn set_status(&mut self, id: u64, status: Status) -> Result<(), EditError> {
        let parent = self.contents.get(&id).ok_or(EditError::NoSuchContent(id))?.parent;
        if matches!(status, Status::Trashed | Status::Archived) {
            for child in self.contents.values_mut().filter(|content| content.parent == Some(id)) {
                child.parent = parent;
            }
        }
        self.content_mut(id)?.status = status;
        Ok(())
    }

    /// Moves a content and everything under it; the version stays.
    pub(crate) fn move_to(&mut self, id: u64, space: u64, parent: Option<u64>) -> Result<(), EditError> {
        let content = self.contents.get(&id).ok_or(EditError::NoSuchContent(id))?;
        if self.space(space).is_none() {
            return Err(EditError::NoSuchSpace(space.to_string()));
        }
        if content.space != space {
            self.check_title(space, Some(id), &content.title)?;
        }
        self.check_parent(space, Some(id), parent)?;
        self.content_mut(id)?.parent = parent;
        let mut moved = vec![id];
        while let Some(id) = moved.pop() {
            self.content_mut(id)?.space = space;
            moved.extend(
                self.contents.values().filter(|content| content.parent == Some(id)).map(|content| content.id),
            );
        }
        Ok(())
    }

    pub(crate) fn restrict(&mut self, id: u64, readers: Restriction) -> Result<(), EditError> {
        self.content_mut(id)?.readers = readers;
        Ok(())
    }

    /// Removes a content for good; what lay under it moves up.
    pub(crate) fn purge(&mut self, id: u64) -> Result<(), EditError> {
        let removed = self.contents.remove(&id).ok_or(EditError::NoSuchContent(id))?;
        for child in self.contents.values_mut().filter(|content| content.parent == Some(id)) {
            child.parent = removed.parent;
        }
        for space in self.spaces.iter_mut().filter(|space| space.homepage == Some(id)) {
            space.homepage = None;
        }
        Ok(())
    }

    pub(crate) fn content_mut(&mut self, id: u64) -> Result<&mut Content, EditError> {
        self.contents.get_mut(&id).ok_or(EditError::NoSuchContent(id))
    }

    /// Titles are unique among a space's pages that are not in the trash, whatever their case.
    fn check_title(&self, space: u64, own: Option<u64>, title: &str) -> Result<(), EditError> {
        if title.trim().is_empty() {
            return Err(EditError::EmptyTitle);
        }
        let wanted = title.to_lowercase();
        let taken = self.contents.values().any(|content| {
            content.space == space
                && Some(content.id) != own
                && content.status != Status::Trashed
                && content.title.to_lowercase() == wanted
        });
        if taken { Err(EditError::TitleTaken(title.to_owned())) } else { Ok(()) }
    }

    fn check_parent(&self, space: u64, own: Option<u64>, parent: Option<u64>) -> Result<(), EditError> {
        let Some(parent) = parent else { return Ok(()) };
        let content = self.contents.get(&parent).ok_or(EditError::NoSuchContent(parent))?;
        let is_below =
            Some(parent) == own || self.ancestors(content).any(|ancestor| Some(ancestor.id) == own);
        if content.space != space || is_below || content.status == Status::Trashed {
            return Err(EditError::BadParent(parent));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> (Site, u64, u64, u64) {
        let mut site = Site::empty();
        let space = site.add_space("IT", "IT", "a", Timestamp::UNIX_EPOCH, vec![]).unwrap();
        let parent = site.add(page(space, None, "Parent")).unwrap();
        let child = site.add(page(space, Some(parent), "Child")).unwrap();
        (site, space, parent, child)
    }

    fn page(space: u64, parent: Option<u64>, title: &str) -> NewContent {
        NewContent {
            kind: Kind::Page,
            space,
            parent,
            title: title.to_owned(),
            body: "".into(),
            status: Status::Current,
            author: "a".to_owned(),
            created: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_publishing_makes_a_version() {
        let (mut site, space, parent, child) = site();
        site.move_to(child, space, None).unwrap();
        site.set_status(child, Status::Archived).unwrap();
        assert_eq!(site.contents[&child].version.number, 1);
        site.publish(child, Some("Renamed".to_owned()), None, "b", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(site.contents[&child].version.number, 2);
        assert_eq!(site.contents[&child].version.author, "b");
        assert!(site.contents[&child].version.at > Timestamp::UNIX_EPOCH);
        assert_eq!(site.contents[&parent].version.number, 1);
    }

    #[test]
    fn children_move_up_when_their_parent_goes() {
        let (mut site, _, parent, child) = site();
        site.set_status(parent, Status::Trashed).unwrap();
        assert_eq!(site.contents[&child].parent, None);
    }

    #[test]
    fn a_page_cannot_lie_under_itself_and_titles_are_unique() {
        let (mut site, space, parent, child) = site();
        assert_eq!(site.move_to(parent, space, Some(child)), Err(EditError::BadParent(child)));
        assert_eq!(site.add(page(space, None, "CHILD")), Err(EditError::TitleTaken("CHILD".to_owned())));
        site.set_status(child, Status::Trashed).unwrap();
        assert!(site.add(page(space, None, "CHILD")).is_ok());
    }

    #[test]
    fn a_subtree_moves_to_another_space_whole() {
        let (mut site, _, parent, child) = site();
        let other = site.add_space("HR", "HR", "a", Timestamp::UNIX_EPOCH, vec![]).unwrap();
        site.move_to(parent, other, None).unwrap();
        assert_eq!(site.contents[&child].space, other);
        assert_eq!(site.contents[&child].parent, Some(parent));
    }
}
