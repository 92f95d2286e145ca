use serde_json::{Map, Value};

use crate::Role;

/// This application, as the identity provider knows it.
#[derive(Clone)]
pub struct Client {
    /// The provider's issuer identifier, without a slash that it does not have itself (variable `oidc_issuer`).
    pub issuer: String,
    /// Variable `oidc_client_id`.
    pub id: String,
    /// Variable `oidc_client_secret`.
    pub secret: String,
    /// Where the provider sends people back to; registered with it to the letter.
    pub redirect_address: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { issuer, id, redirect_address, .. } = self;
        formatter
            .debug_struct("Client")
            .field("issuer", issuer)
            .field("id", id)
            .field("redirect_address", redirect_address)
            .finish_non_exhaustive()
    }
}

/// Which groups of the provider make a person more than an employee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// The claim that lists a person's groups (variable `oidc_groups_claim`).
    pub claim: String,
    /// Variable `agent_group`.
    pub agent: String,
    /// Variable `admin_group`.
    pub admin: String,
}

impl Groups {
    /// The highest role that the groups in these claims give; an empty group name gives none.
    #[must_use]
    pub fn role(&self, claims: &Map<String, Value>) -> Role {
        let is_in = |group: &str| {
            !group.is_empty()
                && match claims.get(&self.claim) {
                    Some(Value::Array(groups)) => groups.iter().any(|each| each.as_str() == Some(group)),
                    Some(Value::String(only)) => only == group,
                    _ => false,
                }
        };
        if is_in(&self.admin) {
            Role::Admin
        } else if is_in(&self.agent) {
            Role::Agent
        } else {
            Role::Employee
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_role_is_the_highest_that_a_group_gives() {
        let groups = Groups { claim: "groups".into(), agent: "agents".into(), admin: "admins".into() };
        let cases = [
            (json!({}), Role::Employee),
            (json!({ "groups": [] }), Role::Employee),
            (json!({ "groups": ["Admins", "all"] }), Role::Employee),
            (json!({ "groups": ["agents", 7] }), Role::Agent),
            (json!({ "groups": ["agents", "admins"] }), Role::Admin),
            (json!({ "groups": "admins" }), Role::Admin),
            (json!({ "groups": "agents admins" }), Role::Employee),
            (json!({ "roles": ["admins"] }), Role::Employee),
        ];
        for (claims, role) in cases {
            assert_eq!(groups.role(claims.as_object().unwrap()), role, "{claims}");
        }
    }

    #[test]
    fn a_group_without_a_name_gives_no_role() {
        let groups = Groups { claim: "groups".into(), agent: String::new(), admin: String::new() };
        assert_eq!(groups.role(json!({ "groups": [""] }).as_object().unwrap()), Role::Employee);
    }

    #[test]
    fn the_secret_is_not_printed() {
        let client = Client {
            issuer: "https://id.example".into(),
            id: "portal".into(),
            secret: "hunter2".into(),
            redirect_address: "https://help.example/sign-in/callback".into(),
        };
        assert!(!format!("{client:?}").contains("hunter2"));
    }
}
