use ports::{Database, DatabaseError};

use crate::Library;

/// Why a reader may see an article that is not for everyone, and how fresh that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Groups by which the reader passes, by their names.
    pub groups: Vec<String>,
    /// Whether somewhere they are named themselves.
    pub is_named: bool,
    /// When everything on which it rests was last read.
    pub checked_at: i64,
}

/// Why this reader may see an article; none where everyone may, or they may not.
pub fn access(library: &Library<'_, impl Database>, id: i64) -> Result<Option<Access>, DatabaseError> {
    let Some(subject) = library.subject() else { return Ok(None) };
    let rows = library
        .execute(
            "select named.kind, coalesce(groups.name, '') as name,
               min(coalesce(spaces.reconciled_at, 0), iif(named.kind = 'group', groups.checked_at, coalesce(spaces.reconciled_at, 0)))
                 as checked_at
             from readable_articles as a
             join json_each(iif(json_valid(a.audience), a.audience, '[]')) as gate
             join node_readers as named on named.connection_id = a.connection_id and named.gate = gate.value
             join person_accounts as own on own.subject = ?2 and own.connection_id = a.connection_id
             join spaces on spaces.connection_id = a.connection_id and spaces.space_id = a.space_id
             left join groups on named.kind = 'group' and groups.connection_id = a.connection_id
               and groups.group_id = named.subject_id
             where a.id = ?1 and (named.kind = 'user' and named.subject_id = own.account_id
               or named.kind = 'group' and exists (select 1 from group_members as members
                 where members.connection_id = a.connection_id and members.edition = named.edition
                   and members.account_id = own.account_id))
             order by name",
            &[id.into(), subject.into()],
        )?;
    let mut access = Access { groups: Vec::new(), is_named: false, checked_at: i64::MAX };
    for row in rows.iter() {
        let name: String = row.get("name")?;
        if row.get::<String>("kind")? == "user" {
            access.is_named = true;
        } else if !name.is_empty() && !access.groups.contains(&name) {
            access.groups.push(name);
        }
        access.checked_at = access.checked_at.min(row.get("checked_at")?);
    }
    Ok((!rows.is_empty()).then_some(access))
}
