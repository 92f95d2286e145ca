/// A variable that the component needs and did not get.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the variable `{name}` is not available: {reason}; set SPIN_VARIABLE_{upper} and start again", upper = name.to_uppercase())]
pub struct VariableError {
    pub name: String,
    pub reason: String,
}

/// Reads one of the component's variables.
pub fn variable(name: &str) -> Result<String, VariableError> {
    spin_sdk::variables::get(name)
        .map_err(|error| VariableError { name: name.to_owned(), reason: error.to_string() })
}
