//! The people of Acme, their groups, and the accounts that can consent.

/// An Atlassian account.
pub(crate) struct Account {
    /// What the hand page, manifests and the control interface call it.
    pub(crate) key: &'static str,
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    /// Whether the profile makes the email address visible to others.
    pub(crate) email_visible: bool,
    /// Ids of the groups that the account is in at first.
    pub(crate) groups: &'static [&'static str],
    /// Whether the account may use Confluence on the site.
    pub(crate) licensed: bool,
    /// What the consent page says of the account; empty for those who are not offered there.
    pub(crate) consent: &'static str,
}

pub(crate) struct Group {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

const USERS: &str = "a0c0ffee-0000-4000-8000-00000000c001";
const PEOPLE_TEAM: &str = "a0c0ffee-0000-4000-8000-00000000c002";
const SECURITY_TEAM: &str = "a0c0ffee-0000-4000-8000-00000000c003";
const INTEGRATIONS: &str = "a0c0ffee-0000-4000-8000-00000000c004";
const AGENTS: &str = "a0c0ffee-0000-4000-8000-00000000c005";

static GROUPS: [Group; 5] = [
    Group { id: USERS, name: "confluence-users" },
    Group { id: PEOPLE_TEAM, name: "people-team" },
    Group { id: SECURITY_TEAM, name: "security-team" },
    Group { id: INTEGRATIONS, name: "integrations" },
    Group { id: AGENTS, name: "it-agents" },
];

const fn employee(
    key: &'static str,
    id: &'static str,
    name: &'static str,
    email: &'static str,
    email_visible: bool,
    groups: &'static [&'static str],
) -> Account {
    Account { key, id, name, email, email_visible, groups, licensed: true, consent: "" }
}

static ACCOUNTS: [Account; 12] = [
    Account {
        key: "service",
        id: "712020:acce0001-5e41-4a60-9c11-000000000001",
        name: "Confluence service user",
        email: "confluence-sync@acme.example",
        email_visible: true,
        groups: &[USERS, INTEGRATIONS],
        licensed: true,
        consent: "Sees every space, and the restricted pages that name it or its group.",
    },
    Account {
        key: "noor",
        id: "712020:acce0001-5e41-4a60-9c11-000000000002",
        name: "Noor Limited",
        email: "noor.limited@acme.example",
        email_visible: false,
        groups: &[],
        licensed: true,
        consent: "Sees the space People Team only.",
    },
    Account {
        key: "sam",
        id: "712020:acce0001-5e41-4a60-9c11-000000000003",
        name: "Sam Spaceless",
        email: "sam.spaceless@acme.example",
        email_visible: false,
        groups: &[],
        licensed: true,
        consent: "May use Confluence, but sees no space.",
    },
    Account {
        key: "jo",
        id: "712020:acce0001-5e41-4a60-9c11-000000000004",
        name: "Jo Jira",
        email: "jo.jira@acme.example",
        email_visible: false,
        groups: &[],
        licensed: false,
        consent: "Has a site with Jira, but without Confluence.",
    },
    employee(
        "mia",
        "712020:acce0001-5e41-4a60-9c11-000000000011",
        "Mia Employee",
        "mia@acme.example",
        true,
        &[USERS],
    ),
    employee(
        "alex",
        "712020:acce0001-5e41-4a60-9c11-000000000012",
        "Alex Agent",
        "alex@acme.example",
        true,
        &[USERS, AGENTS],
    ),
    employee(
        "ada",
        "712020:acce0001-5e41-4a60-9c11-000000000013",
        "Ada Admin",
        "ada@acme.example",
        true,
        &[USERS, AGENTS, PEOPLE_TEAM, SECURITY_TEAM],
    ),
    employee(
        "priya",
        "712020:acce0001-5e41-4a60-9c11-000000000021",
        "Priya Raman",
        "priya@acme.example",
        false,
        &[USERS, AGENTS],
    ),
    employee(
        "tomas",
        "712020:acce0001-5e41-4a60-9c11-000000000022",
        "Tomás Lindqvist",
        "tomas@acme.example",
        false,
        &[USERS, PEOPLE_TEAM],
    ),
    employee(
        "hana",
        "712020:acce0001-5e41-4a60-9c11-000000000023",
        "Hana Okafor",
        "hana@acme.example",
        true,
        &[USERS, SECURITY_TEAM],
    ),
    employee(
        "leo",
        "712020:acce0001-5e41-4a60-9c11-000000000024",
        "Leo Baptiste",
        "leo@acme.example",
        false,
        &[USERS],
    ),
    employee(
        "yusuf",
        "712020:acce0001-5e41-4a60-9c11-000000000025",
        "Yusuf Haddad",
        "yusuf@acme.example",
        false,
        &[USERS],
    ),
];

pub(crate) fn accounts() -> &'static [Account] {
    &ACCOUNTS
}

/// The accounts that the consent page offers.
pub(crate) fn consenting() -> impl Iterator<Item = &'static Account> {
    ACCOUNTS.iter().filter(|account| !account.consent.is_empty())
}

pub(crate) fn account(id: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|account| account.id == id)
}

/// An account by its short key, its id or its email address.
pub(crate) fn account_by_key(key: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|account| account.key == key || account.id == key || account.email == key)
}

pub(crate) fn groups() -> &'static [Group] {
    &GROUPS
}

/// A group by its id or its name.
pub(crate) fn group(key: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.id == key || group.name == key)
}
