//! What stands beside the tree: links, images, losses and dependencies.

use super::{Builder, key_of};
use crate::{
    address,
    article::{Dependency, DependencyKind, LinkKind, Origin, Outcome},
    source::ImageAddress,
    text,
    tree::{LinkEntry, LinkId, LossEntry, Picture, PictureAddress, Span},
};

/// What an entry of a map takes, in bytes.
const ENTRY: usize = 24;

/// Stands after `Image: ` where there is no name to show.
const UNNAMED: &str = "without a name";

impl Builder {
    /// A link to an address, if it may be linked to.
    pub(crate) fn link(&mut self, kind: LinkKind, address: &str) -> LinkId {
        if self.room.is_spent() {
            self.lose_structure();
            return LinkId::NONE;
        }
        let links = &mut self.document.links;
        let Some((address, id)) = address::allowed(address).zip(LinkId::new(links.len())) else {
            self.lose("link", Origin::Markup, Outcome::Approximated, "");
            return LinkId::NONE;
        };
        if let Some(last) = links.last()
            && last.kind == kind
            && self.document.kept.get(last.address) == address
        {
            return LinkId::new(links.len() - 1).unwrap_or_default();
        }
        self.room.take_entry(size_of::<LinkEntry>() + 4 + address.len());
        let address = self.document.kept.add(|kept| kept.push_str(&address));
        text::grow(links);
        links.push(LinkEntry { kind, address });
        id
    }

    /// Keeps an image; an address that may not be linked to is left out.
    pub(crate) fn picture(
        &mut self,
        label: &str,
        address: &ImageAddress,
        (width, height): (Option<u32>, Option<u32>),
    ) -> u32 {
        if self.room.is_spent() {
            self.words_apart(label);
            return *self.blank_picture.get_or_insert_with(|| {
                let (label, address) = (Span::EMPTY, PictureAddress::Unknown);
                self.document.images.push(Picture { label, address, width: None, height: None });
                self.document.images.len() as u32 - 1
            });
        }
        let kept = &mut self.document.kept;
        let is_named = !label.trim().is_empty() || matches!(address, ImageAddress::Shown(_));
        let label = kept.add(|kept| text::push_line(kept, if is_named { label } else { UNNAMED }));
        let mut keep =
            |address| address::allowed(address).map(|address| kept.add(|kept| kept.push_str(&address)));
        let address = match address {
            ImageAddress::Shown(address) => keep(address).map(PictureAddress::Shown),
            ImageAddress::Linked(address) => keep(address).map(PictureAddress::Linked),
            ImageAddress::Unknown => None,
        };
        let address = address.unwrap_or(PictureAddress::Unknown);
        self.room.take_entry(size_of::<Picture>());
        text::grow(&mut self.document.images);
        self.document.images.push(Picture { label, address, width, height });
        self.document.images.len() as u32 - 1
    }

    /// Writes a line of the report.
    pub(crate) fn lose(&mut self, name: &str, origin: Origin, outcome: Outcome, words: &str) {
        let next = self.document.losses.len() as u32;
        let key = key_of((name, outcome, self.heading));
        // Where there is no more room, what was not lost before has one line for all of it.
        let (name, origin, key) = if self.room.is_spent() && !self.losses.contains_key(&key) {
            ("structure", Origin::Markup, key_of(("structure", outcome)))
        } else {
            (name, origin, key)
        };
        let index = *self.losses.entry(key).or_insert(next);
        if let Some(entry) = self.document.losses.get_mut(index as usize) {
            entry.count += 1;
            let end = entry.words.len();
            if end > 0 && !words.is_empty() {
                entry.words.push('\n');
            }
            text::append_words(&mut entry.words, words);
            if entry.words.len() == end + 1 {
                entry.words.truncate(end);
            }
            return;
        }
        let mut held = String::new();
        text::append_words(&mut held, words);
        self.room.take_entry(2 * (size_of::<LossEntry>() + name.len()) + ENTRY);
        text::grow(&mut self.document.losses);
        self.document.losses.push(LossEntry {
            name: name.to_owned(),
            origin,
            outcome,
            count: 1,
            words: held,
            heading: self.heading,
            op: self.document.ops.len() as u32,
        });
    }

    pub(crate) fn depend(&mut self, dependency: Dependency) {
        let is_link = matches!(
            dependency.kind,
            DependencyKind::Page | DependencyKind::Attachment | DependencyKind::User | DependencyKind::Space
        );
        if is_link && self.room.is_spent() {
            return;
        }
        let next = self.document.dependencies.len() as u32;
        if *self.dependencies.entry(key_of(&dependency)).or_insert(next) == next {
            self.room.take_entry(size_of::<Dependency>() + dependency.name.len() + ENTRY);
            text::grow(&mut self.document.dependencies);
            self.document.dependencies.push(dependency);
        }
    }

    pub(crate) fn malformed_at(&mut self, offset: Option<usize>) {
        if self.document.malformed_at.is_none() {
            self.document.malformed_at = offset.map(|offset| offset as u64);
        }
    }
}
