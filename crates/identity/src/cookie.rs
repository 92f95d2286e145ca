use cookie::{Cookie, SameSite};
use http::HeaderValue;

/// The `Set-Cookie` header of a cookie that scripts do not read; `max_age` is in milliseconds, and 0 removes it.
///
/// The value is one that [`crate::seal`] made, or empty.
#[must_use]
pub fn set_cookie(name: &str, sealed: &str, path: &str, max_age: i64, secure: bool) -> HeaderValue {
    let cookie = Cookie::build((name, sealed))
        .path(path)
        .http_only(true)
        // Not Strict: the callback of a sign-in is a navigation that the provider's site begins.
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(cookie::time::Duration::milliseconds(max_age));
    HeaderValue::from_str(&cookie.to_string()).expect("a sealed value is URL-safe base64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_has_its_path_its_age_and_its_guards() {
        assert_eq!(
            set_cookie("sign_in", "abc", "/sign-in", 600_000, true),
            "sign_in=abc; HttpOnly; SameSite=Lax; Secure; Path=/sign-in; Max-Age=600"
        );
        assert_eq!(
            set_cookie("notice", "", "/", 0, false),
            "notice=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
        );
    }
}
