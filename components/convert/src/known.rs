//! What is known of the rest of the site, as the crate has it.

use super::bindings::exports::siit::knowledge::converter as wit;

impl From<wit::Known> for document::Known {
    fn from(known: wit::Known) -> Self {
        Self {
            included: known.included.into_iter().map(included).collect(),
            children: known
                .children
                .into_iter()
                .map(|children| (children.named.into(), children.pages.into_iter().map(Into::into).collect()))
                .collect(),
            titles: known.titles.into_iter().map(|title| (title.named.into(), title.title)).collect(),
            files: known.files,
        }
    }
}

fn included(page: wit::IncludedPage) -> (document::PageName, document::Included) {
    let owner = document::Owner { page_id: page.id, space_key: page.space_key };
    let included =
        document::Included { format: document::Format::Storage, body: page.body, owner: Some(owner) };
    (page.named.into(), included)
}

impl From<wit::PageName> for document::PageName {
    fn from(name: wit::PageName) -> Self {
        Self { id: name.id, title: name.title, space_key: name.space_key }
    }
}

impl From<wit::FoundPage> for document::FoundPage {
    fn from(page: wit::FoundPage) -> Self {
        Self { id: page.id, title: page.title }
    }
}
