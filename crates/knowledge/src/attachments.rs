//! Files of pages: what there is to open with an article. The bytes stay in Confluence.

mod following;
mod reading;

pub use following::{
    SourceAttachment, SpaceToList, count, followed_to, looked, mark_followed, mark_listed, mark_looked,
    pages_to_list, record, recorded_pages, space_to_list, touched_pages, unlisted_spaces, unseen_pages,
    unsettle, unsettle_all,
};
pub use reading::{Attachment, OfPage, of_article, of_article_in_review, open, open_in_review};
