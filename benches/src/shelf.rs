//! A help desk's worth of articles, the same each time.

use std::collections::HashSet;

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

/// The most frequent words of English prose, the most frequent first.
const PROSE: &[&str] = &[
    "the", "to", "and", "of", "a", "in", "you", "is", "for", "your", "on", "that", "it", "with", "if", "are",
    "or", "be", "this", "can", "as", "will", "not", "from", "by", "have", "at", "we", "it's", "our", "an",
    "when", "all", "do", "any", "they", "may", "which", "has", "must", "more", "then", "after", "only",
    "their", "there", "who", "before", "please", "into", "up", "should", "what", "these", "one", "new", "so",
    "other", "was", "how", "out", "but", "no", "where", "also", "them", "than", "each", "about", "some",
    "time", "use", "need", "first", "two", "make", "see", "work", "next", "own", "back", "set", "same",
    "keep", "give", "take", "find", "part", "name", "place", "way", "ask", "long", "still",
];

/// How many words the articles choose from; the last of them stand in one article or two.
const VOCABULARY: usize = 8_000;

/// What a word is chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Thousands of words, each as often as its rank allows (Zipf, Mandelbrot), as people write them.
    Natural,
    /// Some eighty words, so that each stands in almost every article: the worst case of a search.
    Few,
}

/// `count` articles of some 480 words in four sections, one subject and one task to an article.
#[must_use]
pub fn articles(count: usize, words: Words) -> Vec<Sample> {
    let mut writer = Writer::new(words);
    (0..count).map(|number| article(number, &mut writer)).collect()
}

fn article(number: usize, writer: &mut Writer) -> Sample {
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let task = TASKS[number / SUBJECTS.len() % TASKS.len()];
    let mut sample = Sample::new(10_000 + number, &format!("{task} {subject}"), &writer.prose(subject));
    for heading in ["Before you start", "Step by step", "If it does not work"] {
        sample = sample.section(heading, &heading.replace(' ', "-"), &writer.prose(subject));
    }
    sample.source_updated_at = 1_790_000_000_000 + number as i64 * 60_000;
    sample.category(CATEGORIES[number % CATEGORIES.len()])
}

/// Questions of the kind that people type, about all the subjects.
#[must_use]
pub fn questions() -> Vec<String> {
    let forms =
        ["how do I request a {}", "{} broken", "{}", "who approves {} access", "{} error message on screen"];
    SUBJECTS.iter().flat_map(|subject| forms.iter().map(|form| form.replace("{}", subject))).collect()
}

/// What has been typed of such questions when a suggestion is asked for.
#[must_use]
pub fn beginnings() -> Vec<String> {
    let typed = |question: String, letters: usize| question.chars().take(letters).collect();
    questions().into_iter().zip([1, 3, 6, 10, 15, 20].into_iter().cycle()).map(|(q, n)| typed(q, n)).collect()
}

struct Writer {
    words: Words,
    vocabulary: Vec<String>,
    /// Of each word, the probability that it or one before it is chosen.
    cumulative: Vec<f64>,
    random: Random,
}

impl Writer {
    fn new(words: Words) -> Self {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let vocabulary = match words {
            Words::Natural => natural_vocabulary(&mut random),
            Words::Few => Vec::new(),
        };
        let weights = (1..=vocabulary.len()).map(|rank| 1.0 / (rank as f64 + 2.7));
        let all: f64 = weights.clone().sum();
        let cumulative = weights
            .scan(0.0, |sum, weight| {
                *sum += weight / all;
                Some(*sum)
            })
            .collect();
        Self { words, vocabulary, cumulative, random }
    }

    /// Ten sentences of twelve words, three of which name the subject.
    fn prose(&mut self, subject: &str) -> String {
        let mut text = String::new();
        for sentence in 0..10 {
            for word in 0..12 {
                text.push_str(if sentence % 4 == 0 && word == 5 { subject } else { self.word() });
                text.push(if word == 11 { '.' } else { ' ' });
            }
            text.push(' ');
        }
        text
    }

    fn word(&mut self) -> &str {
        match self.words {
            Words::Few => WORDS[self.random.skewed(WORDS.len())],
            Words::Natural => {
                let chosen = self.random.share();
                let index = self.cumulative.partition_point(|&upto| upto < chosen);
                &self.vocabulary[index.min(self.vocabulary.len() - 1)]
            }
        }
    }
}

/// Words of prose, then those of a help desk and its subjects, then words of made-up syllables.
fn natural_vocabulary(random: &mut Random) -> Vec<String> {
    let subjects = SUBJECTS.iter().flat_map(|subject| subject.split(' '));
    let known = PROSE.iter().chain(WORDS).copied().chain(subjects);
    let mut seen = HashSet::new();
    let mut vocabulary: Vec<String> =
        known.filter(|word| seen.insert(word.to_lowercase())).map(str::to_owned).collect();
    while vocabulary.len() < VOCABULARY {
        let word: String = (0..2 + random.below(3))
            .flat_map(|_| ["bcdfghklmnprstvw", "aeiou"].map(|letters| random.letter(letters)))
            .collect();
        if seen.insert(word.clone()) {
            vocabulary.push(word);
        }
    }
    vocabulary
}

/// Knuth's linear congruential generator: the articles are to be the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as usize
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next() % limit
    }

    fn letter(&mut self, letters: &'static str) -> char {
        char::from(letters.as_bytes()[self.below(letters.len())])
    }

    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        self.next() as f64 / (1 << 24) as f64
    }

    /// A number below `limit`, the small ones more often, as words are.
    fn skewed(&mut self, limit: usize) -> usize {
        let even = self.next();
        (even % limit) * ((even >> 12) % limit) / limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_articles_have_words_as_rare_as_on_a_real_site() {
        let articles = articles(200, Words::Natural);
        let with = |word: &str| {
            articles
                .iter()
                .filter(|article| {
                    article.sections.iter().any(|(_, _, text)| text.split([' ', '.']).any(|w| w == word))
                })
                .count()
        };
        assert_eq!(with("the"), 200);
        assert!((20..120).contains(&with("approval")), "{}", with("approval"));
        assert!(with("firewall") < 60, "{}", with("firewall"));
        assert!(with("nowhere") == 0);
    }
}
