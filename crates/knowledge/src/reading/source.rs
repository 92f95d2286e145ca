use ports::{Database, DatabaseError};

/// The address of the site behind a connection, without a slash at the end; without a connection, that of the only
/// site there is.
pub fn site_address(
    database: &impl Database,
    connection: Option<i64>,
) -> Result<Option<String>, DatabaseError> {
    let statement =
        "select rtrim(site_url, '/') as address from connections where ?1 is null or id = ?1 limit 2";
    let rows = database.execute(statement, &[connection.into()])?;
    match rows.iter().collect::<Vec<_>>().as_slice() {
        [only] => only.get("address").map(Some),
        _ => Ok(None),
    }
}
