use http::Uri;
use retrieval::MAX_QUERY;

use crate::error::Error;

/// The parameters of a request, the first of each name.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn of(uri: &Uri) -> Self {
        // What is no parameter at all is no reason to refuse the others.
        Self(serde_urlencoded::from_str(uri.query().unwrap_or_default()).unwrap_or_default())
    }

    /// A parameter, empty if it is not given.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.trim())
    }

    /// The text to look for.
    pub(crate) fn text(&self) -> Result<&str, Error> {
        let text = self.get("q");
        if text.len() > MAX_QUERY {
            let reason = format!("It has {} bytes. Shorten it to {MAX_QUERY}.", text.len());
            return Err(Error::Parameter { name: "q", reason });
        }
        Ok(text)
    }

    /// A whole number up to `most`, or `default` if it is not given.
    pub(crate) fn number(&self, name: &'static str, default: usize, most: usize) -> Result<usize, Error> {
        match self.get(name) {
            "" => Ok(default),
            text => text.parse().ok().filter(|number| *number <= most).ok_or_else(|| Error::Parameter {
                name,
                reason: format!("Give a whole number from 0 to {most}."),
            }),
        }
    }
}
