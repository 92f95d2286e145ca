use std::fmt;

use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue};
use identity::session::cookie_value;

const NAME: &str = "theme";

/// Light, dark, or as the person's device has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// The theme of the request's cookie; the device's where there is none.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        cookie_value(headers, NAME).and_then(|value| Self::named(&value)).unwrap_or_default()
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark].into_iter().find(|theme| theme.is(name))
    }

    #[must_use]
    pub fn is(self, name: &str) -> bool {
        self.name() == name
    }

    /// The cookie that remembers the theme for a year.
    #[must_use]
    pub fn cookie(self, secure: bool) -> HeaderValue {
        let cookie = Cookie::build((NAME, self.name()))
            .path("/")
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(secure)
            .max_age(cookie::time::Duration::days(365));
        HeaderValue::from_str(&cookie.to_string()).expect("a theme's name is plain ASCII")
    }

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_read_back_and_anything_else_is_auto() {
        let sent = Theme::Dark.cookie(false);
        let pair = sent.to_str().unwrap().split(';').next().unwrap().to_owned();
        let headers = |cookie: &str| {
            HeaderMap::from_iter([(http::header::COOKIE, HeaderValue::from_str(cookie).unwrap())])
        };
        assert_eq!(Theme::of(&headers(&pair)), Theme::Dark);
        assert_eq!(Theme::of(&headers("theme=\"><script>")), Theme::Auto);
        assert_eq!(Theme::of(&HeaderMap::new()), Theme::Auto);
    }
}
