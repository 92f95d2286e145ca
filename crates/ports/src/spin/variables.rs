use crate::{Configuration, VariableError};

/// The component's variables.
#[must_use]
pub fn configuration() -> Configuration {
    Configuration::new(|name| {
        spin_sdk::variables::get(name)
            .map_err(|error| VariableError { name: name.to_owned(), reason: error.to_string() })
    })
}
