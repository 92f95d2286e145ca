//! The steps of a run, in the order in which they follow one another.

pub(crate) mod attachment_feed;
pub(crate) mod audiences;
pub(crate) mod bodies;
pub(crate) mod changes;
mod converting;
pub(crate) mod counts;
pub(crate) mod finish;
pub(crate) mod followed;
pub(crate) mod groups;
pub(crate) mod listing;
pub(crate) mod page_attachments;
pub(crate) mod parents;
pub(crate) mod removals;
pub(crate) mod restrictions;
pub(crate) mod space_attachments;
pub(crate) mod spaces;
pub(crate) mod sweep;
pub(crate) mod viewers;
