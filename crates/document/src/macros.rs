//! What is done with each macro, by name; the same for storage format, ADF and wiki markup.

pub(crate) mod call;
mod carry_out;
mod content;
mod packed_diagram;
mod references;

use crate::{article::Origin, tree::CalloutKind};

/// What is done with a macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Callout(CalloutKind),
    /// A callout whose kind is given by a parameter `type`.
    TypedCallout,
    Panel,
    Code,
    Preformatted,
    Expand,
    Contents,
    Anchor,
    Status,
    Jira,
    Excerpt,
    ExcerptInclude,
    Include,
    Children,
    Query,
    /// Page properties: a table that other pages may report on.
    Details,
    Attachments,
    Gallery,
    /// A file with a preview.
    File,
    /// Something from elsewhere, shown as a link.
    Embed,
    Profile,
    /// The old task list, a line of text per task.
    OldTasks,
    /// Nothing but its body.
    Body,
    /// Its body under a label.
    Section,
    /// A table that Confluence draws.
    Chart,
    /// A link given by parameters.
    Button,
    MathBlock,
    MathInline,
    /// A diagram whose source is the macro's own text.
    DiagramSource,
    /// A diagram whose source is packed into a parameter.
    PackedDiagram,
    /// A diagram of which Confluence holds an image.
    Diagram,
    Markdown,
    Html,
    Roadmap,
    Decision,
    /// Readable by some people only: never public.
    Restricted,
    Labels,
    /// Made from other data of the site; shown in Confluence only.
    Dynamic,
    /// A control or a decoration that holds no knowledge.
    Control,
    /// A footnote, in the line.
    Footnote,
}

/// Who made the macro of this name, and what is done with it; none if it is unknown.
pub(crate) fn find(name: &str) -> Option<(Origin, Action)> {
    use Action::*;
    use Origin::{KnownApp, Native};
    Some(match name {
        "info" => (Native, Callout(CalloutKind::Info)),
        // The storage format's names are not the editor's: its `note` is the yellow panel, which ADF calls `warning`.
        "note" => (Native, Callout(CalloutKind::Warning)),
        "tip" => (Native, Callout(CalloutKind::Success)),
        "warning" => (Native, Callout(CalloutKind::Error)),
        "success" => (Native, Callout(CalloutKind::Success)),
        "error" => (Native, Callout(CalloutKind::Error)),
        "panel" => (Native, Panel),
        "code" | "paste-code-macro" | "newcode" | "code-pro" => (Native, Code),
        "noformat" => (Native, Preformatted),
        "expand" => (Native, Expand),
        "toc" | "toc-zone" | "table-of-contents" => (Native, Contents),
        "anchor" => (Native, Anchor),
        "status" | "status-macro" => (Native, Status),
        "jira" | "jiraissues" => (Native, Jira),
        "excerpt" => (Native, Excerpt),
        "excerpt-include" => (Native, ExcerptInclude),
        "include" => (Native, Include),
        "children" | "pagetree" | "content-tree" => (Native, Children),
        "contentbylabel" => (Native, Query),
        "details" => (Native, Details),
        "attachments" | "space-attachments" => (Native, Attachments),
        "gallery" => (Native, Gallery),
        "view-file" | "viewfile" | "viewpdf" | "viewdoc" | "viewxls" | "viewppt" | "multimedia" => {
            (Native, File)
        }
        "widget" | "iframe" | "html-include" | "rss" | "gadget" | "video" => (Native, Embed),
        "profile" | "profile-picture" => (Native, Profile),
        "tasklist" => (Native, OldTasks),
        "section" | "column" | "nested-table" => (Native, Body),
        "chart" => (Native, Chart),
        "roadmap" => (Native, Roadmap),
        "decision" | "decision-item" => (Native, Decision),
        "decision-list" => (Native, Body),
        "html" | "html-macro" => (Native, Html),
        "labels-list" => (Native, Labels),
        "markdown" | "mohamicorp-markdown" => (KnownApp, Markdown),
        "detailssummary"
        | "tasks-report-macro"
        | "decisionreport"
        | "content-report-table"
        | "recently-updated"
        | "recently-updated-dashboard"
        | "blog-posts"
        | "content-by-user"
        | "change-history"
        | "contributors"
        | "contributors-summary"
        | "userlister"
        | "space-details"
        | "spaces"
        | "status-list"
        | "index"
        | "outgoing-links"
        | "network"
        | "listlabels"
        | "popular-labels"
        | "recently-used-labels"
        | "related-labels"
        | "global-reports"
        | "favpages"
        | "navmap" => (Native, Dynamic),
        "livesearch"
        | "pagetreesearch"
        | "search"
        | "create-from-template"
        | "create-space-button"
        | "im"
        | "cheese"
        | "loremipsum"
        | "spacejump" => (Native, Control),
        "rw-pagetree" => (KnownApp, Children),
        "auimessage" | "alert" => (KnownApp, TypedCallout),
        "ui-expand" => (KnownApp, Expand),
        "auibutton" | "ui-button" => (KnownApp, Button),
        "lozenge" | "clickable" => (KnownApp, Button),
        "mathblock" | "easy-math-block" | "eazy-math-block" | "latex-formatting" | "latex" => {
            (KnownApp, MathBlock)
        }
        "mathinline" | "easy-math-inline" | "eazy-math-inline" | "unit" => (KnownApp, MathInline),
        "plantuml"
        | "mermaid"
        | "mermaid-macro"
        | "zenuml"
        | "graphviz"
        | "flowchart"
        | "swagger-open-api"
        | "swagger-integration" => (KnownApp, DiagramSource),
        "plantumlcloud" => (KnownApp, PackedDiagram),
        "mermaid-cloud" | "drawio" | "inc-drawio" | "drawio-sketch" | "gliffy" | "lucidchart"
        | "balsamiq" => (KnownApp, Diagram),
        "show-if" | "hide-if" => (KnownApp, Restricted),
        "footnote" | "cfm-footnote" | "cfm-tooltip" | "tooltip" => (KnownApp, Footnote),
        "ui-tab"
        | "localtab"
        | "tab-pane"
        | "card"
        | "ui-step"
        | "sv-translation"
        | "roundrect"
        | "auihorizontalnavpage"
        | "horizontal-nav-item"
        | "vertical-nav-item"
        | "ui-text-box"
        | "legend"
        | "scroll-title" => (KnownApp, Section),
        "ui-tabs"
        | "localtabgroup"
        | "tabs-group"
        | "deck"
        | "deck-container"
        | "horizontal-nav-group"
        | "vertical-nav-group"
        | "auihorizontalnav"
        | "auibuttongroup"
        | "ui-steps"
        | "table-filter"
        | "tableenhancer"
        | "table-chart"
        | "table-excerpt"
        | "table-joiner"
        | "pivot-table"
        | "shared-block"
        | "multiexcerpt"
        | "multiexcerpt-macro"
        | "multiexcerpt-fast-block-macro"
        | "multiexcerpt-fast-inline-macro"
        | "align"
        | "center"
        | "floatmenu"
        | "composition-setup"
        | "scroll-only"
        | "scroll-only-inline"
        | "scroll-pdf-only"
        | "scroll-content-block"
        | "scroll-landscape"
        | "scroll-portrait"
        | "scroll-tablelayout"
        | "scroll-ignore"
        | "scroll-ignore-inline"
        | "scroll-pdf-ignore"
        | "scroll-pdf-ignore-inline"
        | "div"
        | "span"
        | "ul"
        | "block" => (KnownApp, Body),
        "scroll-pagebreak"
        | "scroll-exportbutton"
        | "scroll-indexterm"
        | "scroll-bookmark"
        | "scroll-pagetitle"
        | "mathblock-ref" => (KnownApp, Control),
        "include-shared-block"
        | "multiexcerpt-include"
        | "multiexcerpt-include-macro"
        | "multiexcerpt-fast-include-block-macro"
        | "multiexcerpt-fast-include-inline-macro" => (KnownApp, Dynamic),
        // One language of a page in several: all of them are shown.
        "english" | "english-us" | "canadian-en" | "french" | "canadian-fr" | "icelandic" | "irish"
        | "slovak" | "spanish" | "italian" | "catalan" | "chinese" | "czech" | "hindi" | "latvian"
        | "hungarian" | "maltese" | "dutch" | "german" | "polish" | "turkish" | "norwegian-nb"
        | "norwegian" | "korean" | "japanese" | "portuguese" | "croatian" | "welsh" | "greek" | "russian"
        | "ukrainian" | "slovenian" | "romanian" | "belarusian" | "estonian" | "portuguese-br" | "thai"
        | "lithuanian" | "bulgarian" | "danish" | "vietnamese" | "swedish" | "finnish" => (KnownApp, Body),
        _ => return None,
    })
}
