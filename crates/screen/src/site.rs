use identity::Key;

/// What every component that shows pages is configured with.
#[derive(Debug, Clone)]
pub struct Site {
    /// Our origin, without a slash at the end (variable `public_url`).
    pub public_url: String,
    /// What people call the place (variable `portal_name`).
    pub portal_name: String,
    /// Seals sessions and notices (variable `session_key`).
    pub key: Key,
}

impl Site {
    /// Whether the site is served over HTTPS, so that its cookies may go over nothing else.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
