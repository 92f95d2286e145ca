//! The article as the interface has it: a flat mirror of the crate's own types.

use super::bindings::exports::siit::knowledge::converter as wit;

impl From<document::Article> for wit::Article {
    fn from(article: document::Article) -> Self {
        Self {
            html: article.html,
            markdown: article.markdown,
            summary: article.summary,
            text: article.text,
            outline: article.outline.into_iter().map(Into::into).collect(),
            passages: article.passages.into_iter().map(Into::into).collect(),
            links: article.links.into_iter().map(Into::into).collect(),
            dependencies: article.dependencies.into_iter().map(Into::into).collect(),
            report: wit::Report {
                losses: article.report.losses.into_iter().map(Into::into).collect(),
                malformed_at: article.report.malformed_at,
            },
        }
    }
}

impl From<document::Heading> for wit::Heading {
    fn from(heading: document::Heading) -> Self {
        Self { level: heading.level, text: heading.text, anchor: heading.anchor }
    }
}

impl From<document::Passage> for wit::Passage {
    fn from(passage: document::Passage) -> Self {
        Self {
            heading_path: passage.heading_path,
            anchor: passage.anchor,
            text: passage.text,
            offset: passage.offset,
            words: passage.words,
        }
    }
}

impl From<document::Link> for wit::Link {
    fn from(link: document::Link) -> Self {
        let kind = match link.kind {
            document::LinkKind::Page => wit::LinkKind::Page,
            document::LinkKind::Anchor => wit::LinkKind::Anchor,
            document::LinkKind::Attachment => wit::LinkKind::Attachment,
            document::LinkKind::Space => wit::LinkKind::Space,
            document::LinkKind::User => wit::LinkKind::User,
            document::LinkKind::External => wit::LinkKind::External,
        };
        Self { kind, address: link.address, text: link.text }
    }
}

impl From<document::Dependency> for wit::Dependency {
    fn from(dependency: document::Dependency) -> Self {
        let kind = match dependency.kind {
            document::DependencyKind::Page => wit::DependencyKind::Page,
            document::DependencyKind::IncludedPage => wit::DependencyKind::IncludedPage,
            document::DependencyKind::Excerpt => wit::DependencyKind::Excerpt,
            document::DependencyKind::Children => wit::DependencyKind::Children,
            document::DependencyKind::Query => wit::DependencyKind::Query,
            document::DependencyKind::Attachment => wit::DependencyKind::Attachment,
            document::DependencyKind::User => wit::DependencyKind::User,
            document::DependencyKind::Space => wit::DependencyKind::Space,
        };
        Self { kind, name: dependency.name, id: dependency.id, space_key: dependency.space_key }
    }
}

impl From<document::Loss> for wit::Loss {
    fn from(loss: document::Loss) -> Self {
        let origin = match loss.origin {
            document::Origin::Native => wit::Origin::Native,
            document::Origin::KnownApp => wit::Origin::KnownApp,
            document::Origin::UnknownApp => wit::Origin::UnknownApp,
            document::Origin::Markup => wit::Origin::Markup,
        };
        let outcome = match loss.outcome {
            document::Outcome::Approximated => wit::Outcome::Approximated,
            document::Outcome::Linked => wit::Outcome::Linked,
            document::Outcome::Dropped => wit::Outcome::Dropped,
        };
        Self {
            name: loss.name,
            origin,
            outcome,
            count: loss.count,
            place: loss.place,
            anchor: loss.anchor,
            offset: loss.offset,
            words: loss.words,
        }
    }
}
