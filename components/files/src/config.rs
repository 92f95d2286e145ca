use mirror::Settings;
use ports::{ConfigError, Configuration};
use screen::Site;

/// How long a request for a file may work, in milliseconds; an access token has to be good for as long.
const PATIENCE: i64 = 30_000;

/// What this component is configured with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The variables `public_url`, `portal_name` and `session_key`.
    pub(crate) site: Site,
    /// The variables `confluence_*`, `atlassian_*`, `sealing_key` and `sync_points_per_hour`.
    pub(crate) settings: Settings,
    /// The origin of the host that gives the bytes (variable `atlassian_media_url`).
    pub(crate) media_url: String,
    /// The largest file that is given, in bytes (variable `max_file_megabytes`).
    pub(crate) max_file: usize,
}

impl Config {
    /// Reads the component's variables.
    pub(crate) fn load(configuration: &Configuration) -> Result<Self, ConfigError> {
        Ok(Self {
            site: Site::load(configuration)?,
            settings: Settings::load(configuration, Some(mirror::app(configuration)?), PATIENCE, PATIENCE)?,
            media_url: configuration.parse("atlassian_media_url", media_url)?,
            max_file: configuration.parse("max_file_megabytes", megabytes)?,
        })
    }
}

/// An origin that is reached over TLS, or on this machine.
fn media_url(text: &str) -> Result<String, &'static str> {
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("http://").map(|host| host.split(':').next().unwrap_or_default());
    match host {
        None if text.starts_with("https://") => Ok(text.to_owned()),
        Some("127.0.0.1" | "localhost") => Ok(text.to_owned()),
        _ => Err("it is not an origin such as https://api.media.atlassian.com"),
    }
}

fn megabytes(text: &str) -> Result<usize, &'static str> {
    match text.parse::<usize>() {
        Ok(megabytes @ 1..=100) => Ok(megabytes * 1_000_000),
        _ => Err("it is not a number from 1 to 100"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_over_tls_or_from_this_machine() {
        for good in ["https://api.media.atlassian.com/", "http://127.0.0.1:4100", "http://localhost:4100"] {
            assert_eq!(media_url(good).unwrap(), good.trim_end_matches('/'));
        }
        for bad in
            ["http://api.media.atlassian.com", "api.media.atlassian.com", "", "http://127.0.0.1.example"]
        {
            assert!(media_url(bad).is_err(), "{bad}");
        }
        assert_eq!(megabytes("25"), Ok(25_000_000));
        assert!(megabytes("0").is_err() && megabytes("101").is_err() && megabytes("25MB").is_err());
    }
}
