use std::fmt::Display;

/// A variable that the component needs and did not get.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the variable `{name}` is not available: {reason}; {}", cure(.name))]
pub struct VariableError {
    pub name: String,
    pub reason: String,
}

/// A variable that is missing or wrong. No value is repeated here, for it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error(transparent)]
    Missing(#[from] VariableError),
    #[error("the variable `{name}` is wrong: {reason}; {}", cure(.name))]
    Wrong { name: String, reason: String },
}

fn cure(name: &str) -> String {
    format!("set SPIN_VARIABLE_{} and start again", name.to_uppercase())
}

/// The component's variables, read as what they mean.
#[derive(Debug)]
pub struct Configuration {
    variable: fn(&str) -> Result<String, VariableError>,
}

impl Configuration {
    /// Reads each variable with the function that is given.
    #[must_use]
    pub fn new(variable: fn(&str) -> Result<String, VariableError>) -> Self {
        Self { variable }
    }

    /// A text, without white space around it.
    pub fn text(&self, name: &str) -> Result<String, ConfigError> {
        Ok((self.variable)(name)?.trim().to_owned())
    }

    /// An address, without a slash at the end.
    pub fn address(&self, name: &str) -> Result<String, ConfigError> {
        Ok(self.text(name)?.trim_end_matches('/').to_owned())
    }

    /// A span of 1 to 86400 seconds, in milliseconds.
    pub fn seconds(&self, name: &str) -> Result<i64, ConfigError> {
        self.parse(name, |text| match text.parse::<i64>() {
            Ok(seconds @ 1..=86_400) => Ok(seconds * 1_000),
            _ => Err("it is not a number of seconds from 1 to 86400"),
        })
    }

    /// What `read` makes of the text; the error of `read` must not repeat a secret.
    pub fn parse<T, E: Display>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        read(&self.text(name)?)
            .map_err(|error| ConfigError::Wrong { name: name.to_owned(), reason: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each variable holds its own name, but for those that have a value here.
    const CONFIGURATION: Configuration = Configuration {
        variable: |name| match name {
            "missing" => Err(VariableError { name: name.to_owned(), reason: "undefined".to_owned() }),
            "public_url" => Ok(" https://help.acme.example/ \n".to_owned()),
            _ => Ok(name.to_owned()),
        },
    };

    #[test]
    fn a_text_and_an_address_are_tidied() {
        assert_eq!(CONFIGURATION.text("public_url").unwrap(), "https://help.acme.example/");
        assert_eq!(CONFIGURATION.address("public_url").unwrap(), "https://help.acme.example");
    }

    #[test]
    fn seconds_are_within_a_day() {
        assert_eq!(CONFIGURATION.seconds(" 1 "), Ok(1_000));
        assert_eq!(CONFIGURATION.seconds("86400"), Ok(86_400_000));
        for wrong in ["0", "-5", "86401", "1.5", "5 min", "", "99999999999999999999"] {
            assert!(matches!(CONFIGURATION.seconds(wrong), Err(ConfigError::Wrong { .. })), "{wrong}");
        }
    }

    #[test]
    fn an_error_names_the_variable_and_the_cure() {
        assert_eq!(
            CONFIGURATION.address("missing").unwrap_err().to_string(),
            "the variable `missing` is not available: undefined; set SPIN_VARIABLE_MISSING and start again"
        );
        let refused = CONFIGURATION.parse("session_key", |_| Err::<(), _>("it is too short")).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the variable `session_key` is wrong: it is too short; set SPIN_VARIABLE_SESSION_KEY and start again"
        );
    }

    #[test]
    fn an_error_does_not_repeat_the_value() {
        let error = CONFIGURATION.seconds("public_url").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("acme"), "{error:?}");
    }
}
