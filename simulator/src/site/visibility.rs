//! Who sees what: the space's viewers, then the restriction of the content and of everything above it.

use super::{Content, Site, Space, Status, account};

/// Whom a space's view permission names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// An account, by its id.
    User(String),
    /// A group, by its id.
    Group(String),
    /// Everyone with a licence for the site.
    AllLicensedUsers,
}

impl Site {
    pub(crate) fn sees_space(&self, account_id: &str, space: &Space) -> bool {
        let Some(account) = account(account_id) else { return false };
        // Whoever made a space keeps the permissions that this gave.
        space.author == account.id
            || space.viewers.iter().any(|viewer| match viewer {
                Principal::User(id) => id == account.id,
                Principal::Group(id) => self.groups_of(account.id).contains(&id.as_str()),
                Principal::AllLicensedUsers => account.licensed,
            })
    }

    /// View restrictions add up: a reader must pass the content's own and every ancestor's.
    /// A draft is seen by its author alone.
    pub(crate) fn sees(&self, account_id: &str, content: &Content) -> bool {
        let in_space = self.space(content.space).is_some_and(|space| self.sees_space(account_id, space));
        let may_read_status = content.status != Status::Draft || content.author == account_id;
        in_space
            && may_read_status
            && self.passes(account_id, content)
            && self.ancestors(content).all(|ancestor| self.passes(account_id, ancestor))
    }

    fn passes(&self, account_id: &str, content: &Content) -> bool {
        let readers = &content.readers;
        readers.is_empty()
            || readers.users.iter().any(|user| user == account_id)
            || self
                .groups_of(account_id)
                .iter()
                .any(|group| readers.groups.iter().any(|reader| reader == group))
    }
}
