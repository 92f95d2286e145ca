//! The report of losses, for a person who has never heard of macros.

use document::{Loss, Origin, Outcome, Report};

/// One kind of loss at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LossLine {
    /// `A chart from the app Gliffy could not be shown (2×), in section Network › Diagram.`
    pub(super) text: String,
    /// The words that it held and that are not in the article.
    pub(super) words: String,
    /// Whether something is missing, and not only plainer.
    pub(super) is_missing: bool,
}

/// The report in sentences: what is missing first, then what is plainer.
pub(super) fn losses(report: &str) -> Vec<LossLine> {
    let Ok(report) = serde_json::from_str::<Report>(report) else {
        return vec![LossLine {
            text: "The report of this article could not be read. Edit the page in Confluence or sync it again to make a new one.".to_owned(),
            words: String::new(),
            is_missing: true,
        }];
    };
    let mut merged: Vec<Loss> = Vec::new();
    for loss in report.losses {
        let same = |other: &&mut Loss| {
            (&other.name, other.outcome, &other.place, &other.words)
                == (&loss.name, loss.outcome, &loss.place, &loss.words)
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
            text: "The page's markup is broken in one place. The article was made as a browser would read it; compare it with the page in Confluence.".to_owned(),
            words: String::new(),
            is_missing: false,
        });
    }
    lines
}

fn line(loss: &Loss) -> LossLine {
    let thing = thing(&loss.name, loss.origin);
    let became = match loss.outcome {
        Outcome::Dropped => "could not be shown",
        Outcome::Linked => "is shown as a link",
        Outcome::Approximated => "is shown in a plainer form",
    };
    let times = if loss.count > 1 { format!(" ({}×)", loss.count) } else { String::new() };
    let place = match loss.place.as_slice() {
        [] => String::new(),
        place => format!(", in section {}", place.join(" › ")),
    };
    LossLine {
        text: format!("{thing} {became}{times}{place}."),
        words: loss.words.split_whitespace().collect::<Vec<_>>().join(" "),
        is_missing: loss.outcome == Outcome::Dropped,
    }
}

/// What a name of Confluence's means to the person who reads the page.
fn thing(name: &str, origin: Origin) -> String {
    let known = match name {
        "jira" | "jiraissues" => "A list of Jira issues",
        "excerpt-include" => "A passage that is taken from another page",
        "include" => "Another page that is shown inside this one",
        "children" | "pagetree" | "content-tree" | "rw-pagetree" => "The list of the pages below this one",
        "contentbylabel" => "A list of pages that have a label",
        "details" | "detailssummary" => "A table that collects the properties of other pages",
        "attachments" | "space-attachments" => "The list of attached files",
        "gallery" => "A gallery of pictures",
        "view-file" | "viewfile" | "viewpdf" | "viewdoc" | "viewxls" | "viewppt" => "The preview of a file",
        "multimedia" | "video" => "A video or a sound",
        "widget" | "iframe" | "html-include" | "gadget" | "embed" => "Something embedded from another site",
        "rss" => "A news feed",
        "profile" | "profile-picture" => "A person's profile",
        "chart" => "A chart",
        "roadmap" => "A roadmap",
        "html" | "html-macro" => "A piece of HTML that was typed into the page",
        "recently-updated" | "recently-updated-dashboard" => "The list of recent changes",
        "blog-posts" => "A list of blog posts",
        "tasks-report-macro" => "A report of tasks",
        "decisionreport" => "A report of decisions",
        "content-report-table" => "A table of pages",
        "contributors" | "contributors-summary" => "The list of who contributed",
        "change-history" => "The page's history of changes",
        "labels-list" | "listlabels" | "popular-labels" | "related-labels" => "A list of labels",
        "livesearch" | "pagetreesearch" | "search" => "A search box",
        "create-from-template" | "create-space-button" => "A button that makes a new page",
        "show-if" | "hide-if" => "A part that only some people may see",
        "plantuml" | "plantumlcloud" => "A diagram from the app PlantUML",
        "mermaid" | "mermaid-macro" | "mermaid-cloud" => "A diagram from the app Mermaid",
        "drawio" | "inc-drawio" | "drawio-sketch" => "A diagram from the app draw.io",
        "gliffy" => "A diagram from the app Gliffy",
        "lucidchart" => "A diagram from the app Lucidchart",
        "balsamiq" => "A sketch from the app Balsamiq",
        "graphviz" | "flowchart" | "zenuml" => "A diagram that is drawn from text",
        "swagger-open-api" | "swagger-integration" => "The description of an API",
        "table-chart" => "A chart that is made from a table",
        "table-filter" | "tableenhancer" | "pivot-table" => "The filter of a table",
        "ri:user" => "The name of a mentioned person",
        "ri:shortcut" => "A shortcut link",
        "structure" => "Part of the layout of a very crowded page",
        "nesting" => "A block that is nested very deep",
        "ac:placeholder" => "A hint to the page's author",
        "ac:image" | "img" => "A picture",
        "style" | "font" | "color" => "Some colour or lettering",
        "script" => "A script",
        "form" | "input" | "button" | "select" | "textarea" => "A form",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "An" } else { "A" };
    match origin {
        Origin::Native => format!("{article} “{name}” block of Confluence"),
        Origin::KnownApp | Origin::UnknownApp => format!("{article} “{name}” block of an app"),
        Origin::Markup => format!("A piece of markup (“{name}”)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(name: &str, origin: Origin, outcome: Outcome, count: u32, place: &[&str]) -> Loss {
        let place = place.iter().map(|heading| (*heading).to_owned()).collect();
        Loss { name: name.into(), origin, outcome, count, place, offset: 0, words: String::new() }
    }

    fn texts(losses: Vec<Loss>) -> Vec<String> {
        let report = Report { losses, malformed_at: None };
        super::losses(&serde_json::to_string(&report).unwrap()).into_iter().map(|line| line.text).collect()
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
                "A list of Jira issues is shown as a link.",
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
        assert!(losses("[").first().unwrap().text.contains("could not be read"));
        assert!(losses(r#"{"losses":[],"malformed_at":12}"#)[0].text.contains("broken in one place"));
        assert!(losses(r#"{"losses":[],"malformed_at":null}"#).is_empty());
    }
}
