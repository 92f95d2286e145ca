//! The spaces and their pages in reading order, with a depth each.

use crate::site::{Content, Site, Status};

pub(super) struct Branch<'a> {
    pub(super) key: &'a str,
    pub(super) name: &'a str,
    pub(super) leaves: Vec<Leaf<'a>>,
    /// How many contents are not shown.
    pub(super) hidden: usize,
}

pub(super) struct Leaf<'a> {
    pub(super) content: &'a Content,
    pub(super) status: &'static str,
    pub(super) kind: &'static str,
    pub(super) is_restricted: bool,
    /// Marks that open and close nested lists before and after this leaf.
    pub(super) opens: bool,
    pub(super) closes: Vec<()>,
}

/// A space of thousands of pages is shown in part.
const SHOWN: usize = 300;

pub(super) fn branches(site: &Site) -> Vec<Branch<'_>> {
    let branch = |space: &'_ crate::site::Space| {
        let mut flat: Vec<(usize, &Content)> = Vec::new();
        let mut waiting: Vec<_> =
            site.children(space.id, None).into_iter().rev().map(|content| (0, content)).collect();
        while let Some((depth, content)) = waiting.pop() {
            if flat.len() == SHOWN {
                break;
            }
            flat.push((depth, content));
            let below = site.children(space.id, Some(content.id));
            waiting.extend(below.into_iter().rev().map(|child| (depth + 1, child)));
        }
        let total = site.contents.values().filter(|content| content.space == space.id).count();
        let leaves = flat
            .iter()
            .enumerate()
            .map(|(index, (depth, content))| {
                let next = flat.get(index + 1).map_or(0, |(depth, _)| *depth);
                Leaf {
                    content,
                    status: if content.status == Status::Current { "" } else { content.status.name() },
                    kind: content.kind.name(),
                    is_restricted: !content.readers.is_empty(),
                    opens: next > *depth,
                    closes: vec![(); depth.saturating_sub(next)],
                }
            })
            .collect();
        (leaves, total - flat.len())
    };
    site.spaces
        .iter()
        .map(|space| {
            let (leaves, hidden) = branch(space);
            Branch { key: &space.key, name: &space.name, leaves, hidden }
        })
        .collect()
}
