//! What was lost, in the words of a person who has never heard of macros.

use document::{Loss, Origin, Outcome};

/// What became of a thing: a sentence without its full stop.
pub(super) fn sentence(loss: &Loss) -> String {
    if let Some(sentence) = known_sentence(&loss.name, loss.outcome) {
        return sentence.to_owned();
    }
    let became = match loss.outcome {
        Outcome::Dropped => "could not be shown",
        Outcome::Linked => "is shown as a link",
        Outcome::Approximated => "is shown in a plainer form",
    };
    format!("{} {became}", thing(&loss.name, loss.origin))
}

/// Where it can be said more exactly what became of it.
fn known_sentence(name: &str, outcome: Outcome) -> Option<&'static str> {
    use Outcome::{Approximated, Dropped};
    Some(match (name, outcome) {
        ("ri:user", Approximated) => {
            "A mentioned person is called “someone”, because the name is not known here"
        }
        ("ri:shortcut", Approximated) => {
            "A shortcut link is shown as plain words, because it says no address"
        }
        ("image", Approximated) => "A picture is not shown, only its description or its file’s name",
        ("link", Approximated) => "A link is shown as plain words, because its address is not safe to follow",
        ("nesting", Approximated) => "Blocks that are nested very deep are shown one below the other",
        ("structure", Approximated) => "Part of a very crowded page is shown as plain text",
        ("ac:placeholder", Dropped) => {
            "A hint to the page’s author is left out, as readers of Confluence do not see it either"
        }
        ("excerpt" | "details", Dropped) => "A part that the page itself hides is left out",
        ("show-if" | "hide-if", Dropped) => "A part that only some people may see is left out on purpose",
        _ => return None,
    })
}

/// What a name of Confluence's means to the person who reads the page.
fn thing(name: &str, origin: Origin) -> String {
    if let Some(known) = known_thing(name) {
        return known.to_owned();
    }
    if let Some(mark) = name.strip_prefix("mark ") {
        return format!("Some lettering (“{mark}”)");
    }
    let name = name.strip_prefix("adf:").unwrap_or(name);
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "An" } else { "A" };
    match origin {
        Origin::Native => format!("{article} “{name}” block of Confluence"),
        Origin::KnownApp | Origin::UnknownApp => format!("{article} “{name}” block of an app"),
        Origin::Markup => format!("A piece of markup (“{name}”)"),
    }
}

/// The things that have words of their own: whatever [`document`] can report, but for what it does not know itself.
fn known_thing(name: &str) -> Option<&'static str> {
    Some(match name {
        "jira" | "jiraissues" => "A Jira issue or a list of them",
        "datasource" => "A table that Confluence fills from another product",
        "excerpt-include" => "A passage that is taken from another page",
        "include" => "Another page that is shown inside this one",
        "include-shared-block"
        | "multiexcerpt-include"
        | "multiexcerpt-include-macro"
        | "multiexcerpt-fast-include-block-macro"
        | "multiexcerpt-fast-include-inline-macro" => "A passage that an app takes from another page",
        "syncBlock" => "A block that is kept the same on several pages",
        "migration" => "The original of a block that Confluence has converted",
        "excerpt" => "A passage that other pages may show",
        "children" | "pagetree" | "content-tree" | "rw-pagetree" => "The list of the pages below this one",
        "toc" => "A table of contents",
        "contentbylabel" => "A list of pages that have a label",
        "details" | "detailssummary" => "A table that collects the properties of other pages",
        "attachments" | "space-attachments" => "The list of attached files",
        "gallery" => "A gallery of pictures",
        "view-file" | "viewfile" | "viewpdf" | "viewdoc" | "viewxls" | "viewppt" => "The preview of a file",
        "multimedia" | "video" | "audio" | "source" => "A video or a sound",
        "widget" | "iframe" | "html-include" | "gadget" | "embed" | "object" | "applet" => {
            "Something embedded from another site"
        }
        "inlineCard" | "blockCard" | "embedCard" => "A link that says no address",
        "applicationCard" => "A card with a link",
        "rss" => "A news feed",
        "profile" | "profile-picture" => "A person’s profile",
        "chart" => "A chart",
        "roadmap" => "A roadmap",
        "html" | "html-macro" => "A piece of HTML that was typed into the page",
        "markdown" | "mohamicorp-markdown" => "A piece of Markdown that was typed into the page",
        "recently-updated" | "recently-updated-dashboard" => "The list of recent changes",
        "blog-posts" => "A list of blog posts",
        "content-by-user" => "A list of what a person has written",
        "tasks-report-macro" => "A report of tasks",
        "decisionreport" => "A report of decisions",
        "content-report-table" => "A table of pages",
        "contributors" | "contributors-summary" => "The list of who contributed",
        "change-history" => "The page’s history of changes",
        "userlister" => "A list of people",
        "network" => "The list of who follows whom",
        "space-details" => "The description of a space",
        "spaces" => "A list of spaces",
        "status-list" => "A list of status updates",
        "index" => "The index of a space",
        "outgoing-links" => "The list of links to other sites",
        "global-reports" => "A list of reports on the site",
        "favpages" => "The list of one’s favourite pages",
        "navmap" => "A map of pages that have a label",
        "labels-list" | "listlabels" | "popular-labels" | "related-labels" | "recently-used-labels" => {
            "A list of labels"
        }
        "livesearch" | "pagetreesearch" | "search" => "A search box",
        "create-from-template" | "create-space-button" => "A button that makes a new page",
        "spacejump" => "A link to the same page in another space",
        "im" => "A button to send somebody a message",
        "cheese" | "loremipsum" => "A block of filler",
        "show-if" | "hide-if" => "A part that only some people may see",
        "plantuml" | "plantumlcloud" => "A diagram from the app PlantUML",
        "mermaid" | "mermaid-macro" | "mermaid-cloud" => "A diagram from the app Mermaid",
        "drawio" | "inc-drawio" | "drawio-sketch" => "A diagram from the app draw.io",
        "gliffy" => "A diagram from the app Gliffy",
        "lucidchart" => "A diagram from the app Lucidchart",
        "balsamiq" => "A sketch from the app Balsamiq",
        "graphviz" | "flowchart" | "zenuml" => "A diagram that is drawn from text",
        "swagger-open-api" | "swagger-integration" => "The description of an API",
        "mathblock" | "easy-math-block" | "eazy-math-block" | "latex-formatting" | "latex" | "mathinline"
        | "easy-math-inline" | "eazy-math-inline" | "unit" | "math" => "A formula",
        "mathblock-ref" => "A reference to a formula",
        "scroll-pagebreak" => "A page break for the export of the page",
        "scroll-exportbutton" => "A button that exports the page",
        "scroll-indexterm" => "An entry of the index in the page’s export",
        "scroll-bookmark" | "scroll-pagetitle" => "A setting for the export of the page",
        "ri:user" => "The name of a mentioned person",
        "ri:shortcut" => "A shortcut link",
        "structure" => "Part of the layout of a very crowded page",
        "nesting" => "A block that is nested very deep",
        "ac:placeholder" => "A hint to the page’s author",
        "image" => "A picture",
        "link" => "A link",
        "svg" | "canvas" => "A drawing in the page’s markup",
        "style" => "Some colour or lettering",
        "script" | "template" => "A script",
        "head" | "title" => "The head of a web page that was pasted in",
        "dialog" | "select" | "textarea" => "A form",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use document::{Format, Options, Source, convert};

    use super::*;

    /// The sources of the crate `document`, one after another.
    fn sources(folder: &Path) -> String {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: std::path::PathBuf| match path.is_dir() {
            true => sources(&path),
            false => fs::read_to_string(path).unwrap(),
        };
        entries.map(read).collect()
    }

    /// The pages that `document` is tested with: one at least for each macro, element, node and mark that it knows.
    fn cases(folder: &Path) -> Vec<(Format, String)> {
        let formats =
            [("in.xml", Format::Storage), ("in.json", Format::AtlasDocFormat), ("in.wiki", Format::Wiki)];
        fs::read_dir(folder)
            .unwrap()
            .map(|case| case.unwrap().path())
            .flat_map(|case| formats.map(|(name, format)| (format, fs::read_to_string(case.join(name)))))
            .filter_map(|(format, body)| Some((format, body.ok()?)))
            .collect()
    }

    /// Each string in quotes that could be the name of a macro, an element or a node, tried as each of them.
    fn trials(sources: &str) -> Vec<(Format, String)> {
        let is_name = |name: &&str| {
            (2..=50).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:".contains(&byte))
        };
        sources
            .split('"')
            .filter(is_name)
            .flat_map(|name| {
                [
                    (Format::Storage, format!(r#"<ac:structured-macro ac:name="{name}"/>"#)),
                    (
                        Format::Storage,
                        format!(
                            r#"<ac:structured-macro ac:name="{name}"><ac:parameter ac:name="body">\unheardof</ac:parameter><ac:plain-text-body>\unheardof</ac:plain-text-body></ac:structured-macro>"#
                        ),
                    ),
                    (Format::Storage, format!("<{name} src=\"https://a.example\">words</{name}>")),
                    (
                        Format::AtlasDocFormat,
                        format!(r#"{{"type":"doc","content":[{{"type":"{name}","attrs":{{}}}}]}}"#),
                    ),
                ]
            })
            .collect()
    }

    #[test]
    fn whatever_can_be_lost_has_plain_words() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let sources = sources(&crates.join("document/src"));
        let mut pages = cases(&crates.join("document/tests/pages"));
        assert!(pages.len() > 50, "{} cases", pages.len());
        pages.extend(trials(&sources));
        let mut wordless: BTreeMap<String, String> = BTreeMap::new();
        let mut reported = 0;
        for (format, body) in &pages {
            let Ok(article) = convert(&Source { format: *format, body }, &Options::default()) else {
                continue;
            };
            for loss in article.report.losses {
                reported += 1;
                // What `document` does not know itself is called by its own name.
                let is_unknown = loss.origin == Origin::UnknownApp
                    || loss.name.starts_with("adf:")
                    || loss.name.starts_with("mark ")
                    || (loss.origin == Origin::Markup && loss.outcome == Outcome::Approximated);
                if !is_unknown && known_thing(&loss.name).is_none() {
                    wordless.insert(loss.name, body.clone());
                }
            }
        }
        assert!(reported > 200, "{reported} losses");
        // Those that the code reports by a name of its own, which hardly any page brings about.
        let calls = [".lose(\"", "lose_to_link(\"", "shown_in_confluence(\"", ".nested(\""];
        for call in calls {
            for after in sources.split(call).skip(1) {
                let name = after.split('"').next().unwrap_or_default();
                if known_thing(name).is_none() {
                    wordless.insert(name.to_owned(), call.to_owned());
                }
            }
        }
        assert!(wordless.is_empty(), "say in plain words what these are: {wordless:#?}");
    }

    #[test]
    fn what_is_not_known_is_called_by_its_name() {
        for (name, origin, expected) in [
            ("acme-poll", Origin::UnknownApp, "An “acme-poll” block of an app"),
            ("adf:timeline", Origin::Native, "A “timeline” block of Confluence"),
            ("mark shadow", Origin::Markup, "Some lettering (“shadow”)"),
            ("blink", Origin::Markup, "A piece of markup (“blink”)"),
        ] {
            assert_eq!(thing(name, origin), expected);
        }
    }
}
