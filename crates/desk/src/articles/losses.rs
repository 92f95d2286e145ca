//! The report of losses, for a person who has never heard of macros.

mod plain_words;

use document::{Loss, Outcome, Report};

/// What could not be shown of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LossReport {
    /// All lines in one sentence; empty if nothing was lost.
    pub(super) summary: String,
    /// What is missing first, then what is plainer.
    pub(super) lines: Vec<LossLine>,
}

/// One kind of loss at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LossLine {
    /// `A diagram from the app Gliffy could not be shown (2×), in section Network › Diagram.`
    pub(super) text: String,
    /// The words that it held and that are not in the article.
    pub(super) words: String,
    /// Whether something is missing, and not only plainer.
    pub(super) is_missing: bool,
    /// The section that it stands in; none before the first heading.
    pub(super) section: Option<Section>,
}

/// A section of the page, which has the same anchor in the article and in Confluence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The words of its heading.
    pub(super) heading: String,
    /// What stands behind the `#` of its address.
    pub(super) anchor: String,
}

/// The report in sentences.
pub(super) fn losses(report: &str) -> LossReport {
    let Ok(report) = serde_json::from_str::<Report>(report) else {
        return LossReport {
            summary: "What is missing from the article is not known.".to_owned(),
            lines: vec![LossLine {
                text: "The report of this article could not be read. Edit the page in Confluence or sync it again to make a new one.".to_owned(),
                words: String::new(),
                is_missing: true,
                section: None,
            }],
        };
    };
    let mut merged: Vec<Loss> = Vec::new();
    for loss in report.losses {
        let same = |other: &&mut Loss| {
            (&other.name, other.outcome, &other.place, &other.anchor, &other.words)
                == (&loss.name, loss.outcome, &loss.place, &loss.anchor, &loss.words)
        };
        match merged.iter_mut().find(same) {
            Some(known) => known.count += loss.count,
            None => merged.push(loss),
        }
    }
    let mut lines: Vec<LossLine> = merged.iter().map(line).collect();
    lines.sort_by_key(|line| !line.is_missing);
    if report.malformed_at.is_some() {
        lines.push(LossLine {
            text: "The page’s markup is broken in one place. The article was made as a browser would read it; compare it with the page in Confluence.".to_owned(),
            words: String::new(),
            is_missing: false,
            section: None,
        });
    }
    LossReport { summary: summary(&lines), lines }
}

fn summary(lines: &[LossLine]) -> String {
    let missing = lines.iter().filter(|line| line.is_missing).count();
    let plainer = lines.len() - missing;
    let things = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 thing {one}"),
        _ => format!("{count} things {many}"),
    };
    let missing_words = things(missing, "is missing from the article", "are missing from the article");
    let plainer_words =
        things(plainer, "looks plainer than in Confluence", "look plainer than in Confluence");
    match (missing, plainer) {
        (0, 0) => String::new(),
        (0, _) => format!("Nothing is missing from the article. {plainer_words}."),
        (_, 0) => format!("{missing_words}."),
        _ => format!("{missing_words}, and {plainer_words}."),
    }
}

fn line(loss: &Loss) -> LossLine {
    let sentence = plain_words::sentence(loss);
    let times = if loss.count > 1 { format!(" ({}×)", loss.count) } else { String::new() };
    let place = match loss.place.as_slice() {
        [] => String::new(),
        place => format!(", in section {}", place.join(" › ")),
    };
    LossLine {
        text: format!("{sentence}{times}{place}."),
        words: loss.words.split_whitespace().collect::<Vec<_>>().join(" "),
        is_missing: loss.outcome == Outcome::Dropped,
        section: loss.anchor.as_ref().map(|anchor| Section {
            // A page that is little but headings has anchors only.
            heading: loss.place.last().unwrap_or(anchor).clone(),
            anchor: anchor.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use document::Origin;

    use super::*;

    fn loss(name: &str, origin: Origin, outcome: Outcome, count: u32, place: &[&str]) -> Loss {
        let place = place.iter().map(|heading| (*heading).to_owned()).collect();
        Loss {
            name: name.into(),
            origin,
            outcome,
            count,
            place,
            anchor: None,
            offset: 0,
            words: String::new(),
        }
    }

    fn texts(losses: Vec<Loss>) -> Vec<String> {
        let report = Report { losses, malformed_at: None };
        super::losses(&serde_json::to_string(&report).unwrap())
            .lines
            .into_iter()
            .map(|line| line.text)
            .collect()
    }

    #[test]
    fn a_loss_is_told_in_plain_words() {
        let cases = [
            (
                loss("gliffy", Origin::KnownApp, Outcome::Dropped, 2, &["Network", "Diagram"]),
                "A diagram from the app Gliffy could not be shown (2×), in section Network › Diagram.",
            ),
            (
                loss("jira", Origin::Native, Outcome::Linked, 1, &[]),
                "A Jira issue or a list of them is shown as a link.",
            ),
            (
                loss("acme-poll", Origin::UnknownApp, Outcome::Dropped, 1, &["Vote"]),
                "An “acme-poll” block of an app could not be shown, in section Vote.",
            ),
            (
                loss("blink", Origin::Markup, Outcome::Approximated, 1, &[]),
                "A piece of markup (“blink”) is shown in a plainer form.",
            ),
        ];
        for (loss, expected) in cases {
            assert_eq!(texts(vec![loss]), [expected]);
        }
    }

    #[test]
    fn the_same_loss_at_one_place_is_one_line_and_what_is_missing_comes_first() {
        let lines = texts(vec![
            loss("jira", Origin::Native, Outcome::Linked, 1, &["A"]),
            loss("gliffy", Origin::KnownApp, Outcome::Dropped, 1, &["A"]),
            loss("gliffy", Origin::KnownApp, Outcome::Dropped, 1, &["A"]),
        ]);
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("A diagram from the app Gliffy could not be shown (2×)"), "{lines:?}");
    }

    #[test]
    fn a_report_that_cannot_be_read_is_said_and_broken_markup_is_too() {
        assert!(losses("[").lines[0].text.contains("could not be read"));
        let broken = losses(r#"{"losses":[],"malformed_at":12}"#);
        assert!(broken.lines[0].text.contains("broken in one place"));
        assert_eq!(losses(r#"{"losses":[],"malformed_at":null}"#).lines, []);
    }

    #[test]
    fn a_loss_leads_to_its_section_and_reports_from_before_lead_to_none() {
        let with_anchor = Loss {
            anchor: Some("Diagram.1".to_owned()),
            ..loss("gliffy", Origin::KnownApp, Outcome::Dropped, 1, &["Network", "Diagram"])
        };
        let without_path = Loss { place: Vec::new(), ..with_anchor.clone() };
        let before = loss("gliffy", Origin::KnownApp, Outcome::Dropped, 1, &["Network"]);
        let report = Report { losses: vec![with_anchor, without_path, before], malformed_at: None };
        let kept = serde_json::to_string(&report).unwrap().replace(r#""anchor":null,"#, "");
        let sections: Vec<_> = losses(&kept).lines.into_iter().map(|line| line.section).collect();
        let section =
            |heading: &str| Some(Section { heading: heading.to_owned(), anchor: "Diagram.1".to_owned() });
        assert_eq!(sections, [section("Diagram"), section("Diagram.1"), None]);
    }

    #[test]
    fn the_summary_counts_what_is_missing_and_what_is_plainer() {
        let missing = |name: &str| loss(name, Origin::Native, Outcome::Dropped, 3, &[]);
        let plainer = |name: &str| loss(name, Origin::Native, Outcome::Linked, 1, &[]);
        for (losses, expected) in [
            (vec![], ""),
            (vec![missing("a")], "1 thing is missing from the article."),
            (
                vec![plainer("a"), plainer("b")],
                "Nothing is missing from the article. 2 things look plainer than in Confluence.",
            ),
            (
                vec![missing("a"), missing("b"), plainer("c")],
                "2 things are missing from the article, and 1 thing looks plainer than in Confluence.",
            ),
        ] {
            let report = serde_json::to_string(&Report { losses, malformed_at: None }).unwrap();
            assert_eq!(super::losses(&report).summary, expected);
        }
    }
}
