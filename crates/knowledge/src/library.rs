use audience::{Reader, readable};
use ports::{Database, DatabaseError, Rows, Value};

/// The store as one reader may see it: the only way to `readable_articles`.
///
/// It is no [`Database`], so that nothing which employees see can be asked without saying for whom.
#[derive(Debug, Clone)]
pub struct Library<'a, D> {
    database: &'a D,
    reader: Reader,
}

impl<'a, D: Database> Library<'a, D> {
    /// What this reader may see.
    #[must_use]
    pub fn of(database: &'a D, reader: Reader) -> Self {
        Self { database, reader }
    }

    /// What everyone may see.
    #[must_use]
    pub fn public(database: &'a D) -> Self {
        Self::of(database, Reader::nobody())
    }

    /// Whose library it is, if it is a person's.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.reader.subject()
    }

    /// Runs a statement that reads `readable_articles`.
    pub(crate) fn execute(&self, statement: &str, parameters: &[Value]) -> Result<Rows, DatabaseError> {
        let mut parameters = parameters.to_vec();
        parameters.push(self.reader.subject().into());
        self.database.execute(&readable(statement, parameters.len()), &parameters)
    }
}
