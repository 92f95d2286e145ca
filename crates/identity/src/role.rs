use serde::{Deserialize, Serialize};

/// What a signed-in person may do; each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads the Portal.
    Employee,
    /// Reviews and publishes articles.
    Agent,
    /// Connects sites and chooses what is mirrored.
    Admin,
}
