//! What stands beside the tree: links, images, losses and dependencies.

use super::Builder;
use crate::{
    article::{Dependency, LinkKind, Origin, Outcome},
    text,
    tree::{LinkEntry, LinkId, LossEntry, Picture},
};

impl Builder {
    /// A link to an address, if it may be linked to.
    pub(crate) fn link(&mut self, kind: LinkKind, address: &str) -> LinkId {
        let Some(address) = crate::address::allowed(address) else {
            self.lose("link", Origin::Markup, Outcome::Approximated, "");
            return LinkId::NONE;
        };
        if let Some(last) = self.document.links.last()
            && last.kind == kind
            && last.address == address
        {
            return LinkId::new(self.document.links.len() - 1);
        }
        self.document.links.push(LinkEntry { kind, address });
        LinkId::new(self.document.links.len() - 1)
    }

    /// Keeps an image; an address that may not be linked to is left out.
    pub(crate) fn checked_picture(&mut self, mut picture: Picture) -> u32 {
        use crate::source::ImageAddress;
        let (ImageAddress::Shown(address) | ImageAddress::Linked(address)) = &mut picture.address else {
            return self.picture(picture);
        };
        match crate::address::allowed(address) {
            Some(allowed) => *address = allowed,
            None => picture.address = ImageAddress::Unknown,
        }
        self.picture(picture)
    }

    fn picture(&mut self, mut picture: Picture) -> u32 {
        let mut label = String::new();
        text::append_words(&mut label, &picture.label);
        picture.label.clear();
        text::push_clean(&mut picture.label, &label);
        self.document.images.push(picture);
        self.document.images.len() as u32 - 1
    }

    /// Writes a line of the report.
    pub(crate) fn lose(&mut self, name: &str, origin: Origin, outcome: Outcome, words: &str) {
        let mut held = String::new();
        text::append_words(&mut held, words);
        let key = (name.to_owned(), outcome, self.heading);
        if let Some(&index) = self.losses.get(&key) {
            let entry = &mut self.document.losses[index];
            entry.count += 1;
            if !held.is_empty() {
                if !entry.words.is_empty() {
                    entry.words.push('\n');
                }
                entry.words.push_str(&held);
            }
            return;
        }
        self.losses.insert(key, self.document.losses.len());
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
        if self.dependencies.insert(dependency.clone()) {
            self.document.dependencies.push(dependency);
        }
    }

    pub(crate) fn malformed_at(&mut self, offset: Option<usize>) {
        if self.document.malformed_at.is_none() {
            self.document.malformed_at = offset.map(|offset| offset as u64);
        }
    }
}
