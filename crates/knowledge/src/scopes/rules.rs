use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// The most rules that one space may have; more could hardly be read.
pub const MOST_RULES: usize = 50;
/// No tree of Confluence is as deep; a tree that turns in a circle ends here.
const DEEPEST: usize = 500;

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A page or folder with everything below it.
    Tree,
    Label,
}

/// What a rule does. Where there are several, a page must be in one of the trees that are taken, bear one of the
/// labels that are taken, and be in nothing and bear nothing that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    Only,
    Never,
}

/// One rule of a space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub kind: Kind,
    pub effect: Effect,
    /// The id of a page or folder, or a label.
    pub subject: String,
    /// The title that the page had when the rule was made; empty for labels and folders.
    #[serde(default)]
    pub title: String,
}

/// A page, or what stands between pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    pub parent_id: Option<String>,
    /// Separated by spaces; none where they are not known.
    pub labels: Option<String>,
}

/// Whether a page comes in, and otherwise the rule's reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    In,
    /// It is in none of the trees that are taken.
    OutsideTrees,
    /// It bears none of the labels that are taken.
    WithoutLabel,
    /// It is this page or folder, or lies below it.
    InTree {
        subject: String,
    },
    /// It bears this label.
    WithLabel {
        label: String,
    },
    /// Its labels decide, and could not be read.
    LabelsUnknown,
}

impl Verdict {
    #[must_use]
    pub fn is_in(&self) -> bool {
        *self == Self::In
    }
}

/// What the rules say of each node, in the order of the nodes.
#[must_use]
pub fn verdicts(rules: &[Rule], nodes: &[Node]) -> Vec<Verdict> {
    let parents: HashMap<&str, Option<&str>> =
        nodes.iter().map(|node| (node.id.as_str(), node.parent_id.as_deref())).collect();
    nodes.iter().map(|node| verdict(rules, node, &parents)).collect()
}

fn verdict(rules: &[Rule], node: &Node, parents: &HashMap<&str, Option<&str>>) -> Verdict {
    let of = |kind, effect| rules.iter().filter(move |rule| rule.kind == kind && rule.effect == effect);
    let chain: Vec<&str> =
        std::iter::successors(Some(node.id.as_str()), |id| *parents.get(id)?).take(DEEPEST).collect();
    let holds = |rule: &&Rule| chain.contains(&rule.subject.as_str());
    if let Some(rule) = of(Kind::Tree, Effect::Never).find(holds) {
        return Verdict::InTree { subject: rule.subject.clone() };
    }
    if of(Kind::Tree, Effect::Only).next().is_some() && !of(Kind::Tree, Effect::Only).any(|rule| holds(&rule))
    {
        return Verdict::OutsideTrees;
    }
    if !rules.iter().any(|rule| rule.kind == Kind::Label) {
        return Verdict::In;
    }
    let Some(labels) = &node.labels else { return Verdict::LabelsUnknown };
    let bears = |rule: &&Rule| labels.split(' ').any(|label| label == rule.subject);
    if let Some(rule) = of(Kind::Label, Effect::Never).find(bears) {
        return Verdict::WithLabel { label: rule.subject.clone() };
    }
    if of(Kind::Label, Effect::Only).next().is_some()
        && !of(Kind::Label, Effect::Only).any(|rule| bears(&rule))
    {
        return Verdict::WithoutLabel;
    }
    Verdict::In
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: Kind, effect: Effect, subject: &str) -> Rule {
        Rule { kind, effect, subject: subject.into(), title: String::new() }
    }

    fn node(id: &str, parent: &str, labels: Option<&str>) -> Node {
        let parent_id = (!parent.is_empty()).then(|| parent.to_owned());
        Node { id: id.into(), parent_id, labels: labels.map(Into::into) }
    }

    /// 1 ─ 2 ─ 3, 1 ─ f (a folder) ─ 4, and 8 and 9, each the other's parent.
    fn tree() -> Vec<Node> {
        vec![
            node("1", "", Some("")),
            node("2", "1", Some("howto draft")),
            node("3", "2", Some("howto")),
            node("f", "1", None),
            node("4", "f", Some("drafts")),
            node("8", "9", Some("")),
            node("9", "8", None),
        ]
    }

    #[test]
    fn trees_and_labels_narrow_and_what_is_left_out_wins() {
        use Effect::{Never, Only};
        use Kind::{Label, Tree};
        let cases: [(Vec<Rule>, &[&str]); 8] = [
            (vec![], &["1", "2", "3", "f", "4", "8", "9"]),
            (vec![rule(Tree, Only, "2")], &["2", "3"]),
            (vec![rule(Tree, Only, "f"), rule(Tree, Only, "3")], &["3", "f", "4"]),
            (vec![rule(Tree, Never, "2")], &["1", "f", "4", "8", "9"]),
            (vec![rule(Tree, Only, "1"), rule(Tree, Never, "2")], &["1", "f", "4"]),
            // An unknown label is not an absent one.
            (vec![rule(Label, Never, "draft")], &["1", "3", "4", "8"]),
            (vec![rule(Label, Only, "howto"), rule(Label, Never, "draft")], &["3"]),
            (vec![rule(Label, Only, "howto"), rule(Tree, Never, "3")], &["2"]),
        ];
        for (rules, expected) in cases {
            let nodes = tree();
            let said = verdicts(&rules, &nodes);
            let kept: Vec<&str> = nodes
                .iter()
                .zip(said)
                .filter(|(_, said)| said.is_in())
                .map(|(node, _)| node.id.as_str())
                .collect();
            assert_eq!(kept, expected, "{rules:?}");
        }
    }

    #[test]
    fn a_verdict_names_the_rule() {
        let nodes = tree();
        let said = |rules: &[Rule], id: &str| {
            let at = nodes.iter().position(|node| node.id == id).unwrap();
            verdicts(rules, &nodes)[at].clone()
        };
        let below = [rule(Kind::Tree, Effect::Never, "1")];
        assert_eq!(said(&below, "4"), Verdict::InTree { subject: "1".into() });
        assert_eq!(said(&below, "8"), Verdict::In, "a circle is below nothing");
        let labels = [rule(Kind::Label, Effect::Never, "drafts")];
        assert_eq!(said(&labels, "4"), Verdict::WithLabel { label: "drafts".into() });
        assert_eq!(said(&labels, "9"), Verdict::LabelsUnknown);
        assert_eq!(said(&[rule(Kind::Label, Effect::Only, "x")], "3"), Verdict::WithoutLabel);
    }
}
