//! A help desk's worth of articles, the same each time.

use knowledge::samples::Sample;

const SUBJECTS: &[&str] = &[
    "VPN",
    "laptop",
    "password",
    "printer",
    "badge",
    "expense report",
    "parental leave",
    "travel booking",
    "payroll",
    "phishing",
    "software licence",
    "monitor",
    "headset",
    "mailbox",
    "calendar",
    "meeting room",
    "onboarding",
    "offboarding",
    "single sign-on",
    "authenticator",
    "backup",
    "database access",
    "source code",
    "incident",
    "wiki",
    "video call",
    "shared drive",
    "mobile phone",
    "docking station",
    "benefits",
    "pension",
    "sick leave",
    "contractor",
    "visitor",
    "parking",
    "office keys",
    "security training",
    "data request",
    "encryption",
    "firewall",
];
const TASKS: &[&str] = &[
    "How do I request",
    "How to set up",
    "Replace a broken",
    "Who approves",
    "Troubleshoot",
    "Policy on",
    "Return a",
    "Get access to",
    "Report a problem with",
    "Extend the",
    "Move the",
    "Cancel the",
    "Frequently asked about",
    "What to do when you lose your",
    "Share a",
    "Renew the",
    "Checklist for",
    "Change the",
    "Connect the",
    "Remove a",
    "Archive the",
    "Order a",
    "Configure the",
    "Check the status of",
    "Escalate a",
];
const WORDS: &[&str] = &[
    "open",
    "portal",
    "request",
    "manager",
    "approval",
    "team",
    "service",
    "desk",
    "device",
    "account",
    "settings",
    "sign",
    "network",
    "office",
    "remote",
    "access",
    "form",
    "ticket",
    "employee",
    "day",
    "week",
    "contact",
    "email",
    "security",
    "update",
    "install",
    "restart",
    "window",
    "menu",
    "button",
    "choose",
    "select",
    "confirm",
    "policy",
    "department",
    "budget",
    "order",
    "deliver",
    "replace",
    "support",
    "phone",
    "number",
    "code",
    "error",
    "message",
    "screen",
    "browser",
    "version",
    "group",
    "permission",
    "folder",
    "document",
    "page",
    "link",
    "guide",
    "step",
    "finish",
    "wait",
    "minutes",
    "hours",
    "urgent",
    "standard",
    "region",
    "country",
    "London",
    "Paris",
    "Berlin",
    "identity",
    "verify",
    "token",
    "certificate",
    "server",
    "client",
    "system",
    "report",
    "review",
    "audit",
    "owner",
];
const CATEGORIES: &[&str] = &["IT", "HR", "Security", "Finance", "Workplace"];

/// `count` articles of four sections of some 120 words each, one subject and one task to an article.
#[must_use]
pub fn articles(count: usize) -> Vec<Sample> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    (0..count).map(|number| article(number, &mut random)).collect()
}

fn article(number: usize, random: &mut Random) -> Sample {
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let task = TASKS[number / SUBJECTS.len() % TASKS.len()];
    let mut sample = Sample::new(10_000 + number, &format!("{task} {subject}"), &prose(subject, random));
    for heading in ["Before you start", "Step by step", "If it does not work"] {
        sample = sample.section(heading, &heading.replace(' ', "-"), &prose(subject, random));
    }
    sample.source_updated_at = 1_790_000_000_000 + number as i64 * 60_000;
    sample.category(CATEGORIES[number % CATEGORIES.len()])
}

fn prose(subject: &str, random: &mut Random) -> String {
    let mut text = String::new();
    for sentence in 0..10 {
        for word in 0..12 {
            let chosen =
                if sentence % 4 == 0 && word == 5 { subject } else { WORDS[random.skewed(WORDS.len())] };
            text.push_str(chosen);
            text.push(if word == 11 { '.' } else { ' ' });
        }
        text.push(' ');
    }
    text
}

/// Questions of the kind that people type, about all the subjects.
#[must_use]
pub fn questions() -> Vec<String> {
    let forms =
        ["how do I request a {}", "{} broken", "{}", "who approves {} access", "{} error message on screen"];
    SUBJECTS.iter().flat_map(|subject| forms.iter().map(|form| form.replace("{}", subject))).collect()
}

/// Knuth's linear congruential generator: the articles are to be the same on every machine.
struct Random(u64);

impl Random {
    /// A number below `limit`, the small ones more often, as words are.
    fn skewed(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let even = (self.0 >> 40) as usize;
        (even % limit) * ((even >> 12) % limit) / limit
    }
}
