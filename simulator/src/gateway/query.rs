//! The query of a v2 request: its parameters by their documented types, with Confluence's errors.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

use super::ApiError;

/// Query parameters in their order.
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

impl Query {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A list, whose values may be repeated parameters or stand in one with commas between them.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(key, _)| key == name);
        values.flat_map(|(_, value)| value.split(',')).filter(|value| !value.is_empty()).collect()
    }

    /// A list of ids, none when the parameter is absent.
    pub(crate) fn ids(&self, name: &str, most: usize) -> Result<Option<Vec<u64>>, ApiError> {
        if self.get(name).is_none() {
            return Ok(None);
        }
        let values = self.list(name);
        if values.len() > most {
            let title =
                format!("Provided value for '{name}' has {} items. The maximum is {most}.", values.len());
            return Err(ApiError::bad_parameter(title, ""));
        }
        let ids = values.into_iter().map(|value| value.parse().map_err(|_| wrong_type(value, name, "Long")));
        ids.collect::<Result<_, _>>().map(Some)
    }

    /// One of the values that the specification lists.
    pub(crate) fn one_of<'a>(&'a self, name: &str, allowed: &[&str]) -> Result<Option<&'a str>, ApiError> {
        match self.get(name) {
            Some(value) if !allowed.contains(&value) => Err(not_allowed(value, name, allowed)),
            value => Ok(value),
        }
    }

    /// Some of the values that the specification lists.
    pub(crate) fn some_of<'a>(&'a self, name: &str, allowed: &[&str]) -> Result<Vec<&'a str>, ApiError> {
        let values = self.list(name);
        match values.iter().find(|value| !allowed.contains(value)) {
            Some(value) => Err(not_allowed(value, name, allowed)),
            None => Ok(values),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        Ok(self.one_of(name, &["true", "false"])? == Some("true"))
    }

    /// `limit`: 1 to 250 in v2.
    pub(crate) fn limit(&self, default: usize) -> Result<usize, ApiError> {
        let Some(value) = self.get("limit") else { return Ok(default) };
        match value.parse() {
            Ok(limit @ 1..=250) => Ok(limit),
            Ok(_) => {
                let title = format!("Provided value {{{value}}} for 'limit' is not between 1 and 250.");
                Err(ApiError::bad_parameter(title, ""))
            }
            Err(_) => Err(wrong_type(value, "limit", "int")),
        }
    }

    /// The same query with another cursor.
    pub(crate) fn with_cursor(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.0.iter().filter(|(name, _)| name != "cursor"));
        query.append_pair("cursor", cursor).finish()
    }
}

fn wrong_type(value: &str, name: &str, expected: &str) -> ApiError {
    let title = format!(
        "Provided value {{{value}}} for '{name}' is not the correct type. Expected type is {expected}."
    );
    ApiError::bad_parameter(title, "")
}

fn not_allowed(value: &str, name: &str, allowed: &[&str]) -> ApiError {
    let title = format!(
        "Provided value {{{value}}} for '{name}' is not the correct type. Expected one of {}.",
        allowed.join(", ")
    );
    ApiError::bad_parameter(title, "")
}
