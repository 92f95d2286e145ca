use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What the simulated site is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address under which browsers and the application reach the site; derived from `listen` when absent.
    pub public_url: Option<String>,
    /// The address of the application, from which its registered callbacks follow.
    pub app_url: String,
    /// The application as Atlassian knows it.
    pub atlassian: Client,
    /// The application as the identity provider knows it.
    pub oidc: Client,
    /// Added to every answer of the Confluence API.
    pub latency: Duration,
    /// A folder of storage-format files to serve as one more space.
    pub pages: Option<PathBuf>,
    /// The key of the space of `pages`.
    pub pages_space: String,
    /// How many generated pages the space SYN holds; no such space at 0.
    pub synthetic: usize,
    /// Over how many spaces the generated pages are spread: SYN, SYN2, SYN3 and so on.
    pub synthetic_spaces: usize,
    /// A file that keeps grants from one start to the next; they are forgotten when absent.
    pub grants: Option<PathBuf>,
}

/// A registered OAuth client.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    pub secret: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            app_url: "http://127.0.0.1:3000".to_owned(),
            atlassian: Client {
                id: "siit-confluence".to_owned(),
                secret: "simulated-client-secret".to_owned(),
            },
            oidc: Client { id: "siit-portal".to_owned(), secret: "simulated-oidc-secret".to_owned() },
            latency: Duration::ZERO,
            pages: None,
            pages_space: "CORPUS".to_owned(),
            synthetic: 0,
            synthetic_spaces: 1,
            grants: None,
        }
    }
}
