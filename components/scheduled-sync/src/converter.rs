use document::{Article, ConversionError};
use mirror::{Converter, SourcePage};

use crate::bindings::knowledge::siit::knowledge::converter as wit;

/// The component `convert`, which can reach nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComposedConverter;

impl Converter for ComposedConverter {
    fn slug(&self, title: &str) -> String {
        wit::slug(title)
    }

    fn convert(&self, page: &SourcePage<'_>) -> Result<Article, ConversionError> {
        let known = wit::Known::from(page.known);
        let page = wit::Page {
            connection: page.connection,
            id: page.id.to_owned(),
            title: page.title.to_owned(),
            space_key: page.space_key.to_owned(),
            site_url: page.site_url.to_owned(),
            format: wit::Format::Storage,
            body: page.body.to_owned(),
        };
        wit::convert(&page, &known).map(Article::from).map_err(ConversionError::from)
    }
}

impl From<&document::Known> for wit::Known {
    fn from(known: &document::Known) -> Self {
        let included = known.included.iter().map(|(name, page)| {
            let owner = page.owner.clone().unwrap_or_default();
            wit::IncludedPage {
                named: name.into(),
                id: owner.page_id,
                space_key: owner.space_key,
                body: page.body.clone(),
            }
        });
        let children = known.children.iter().map(|(name, pages)| {
            let pages = pages
                .iter()
                .map(|page| wit::FoundPage { id: page.id.clone(), title: page.title.clone() })
                .collect();
            wit::ChildPages { named: name.into(), pages }
        });
        let titles = known
            .titles
            .iter()
            .map(|(name, title)| wit::PageTitle { named: name.into(), title: title.clone() });
        Self {
            included: included.collect(),
            children: children.collect(),
            titles: titles.collect(),
            files: known.files.clone(),
        }
    }
}

impl From<&document::PageName> for wit::PageName {
    fn from(name: &document::PageName) -> Self {
        Self { id: name.id.clone(), title: name.title.clone(), space_key: name.space_key.clone() }
    }
}

impl From<wit::Article> for Article {
    fn from(article: wit::Article) -> Self {
        Self {
            html: article.html,
            markdown: article.markdown,
            summary: article.summary,
            text: article.text,
            outline: article.outline.into_iter().map(Into::into).collect(),
            passages: article.passages.into_iter().map(Into::into).collect(),
            links: article.links.into_iter().map(Into::into).collect(),
            dependencies: article.dependencies.into_iter().map(Into::into).collect(),
            report: document::Report {
                losses: article.report.losses.into_iter().map(Into::into).collect(),
                malformed_at: article.report.malformed_at,
            },
        }
    }
}

impl From<wit::Heading> for document::Heading {
    fn from(heading: wit::Heading) -> Self {
        Self { level: heading.level, text: heading.text, anchor: heading.anchor }
    }
}

impl From<wit::Passage> for document::Passage {
    fn from(passage: wit::Passage) -> Self {
        Self {
            heading_path: passage.heading_path,
            anchor: passage.anchor,
            text: passage.text,
            offset: passage.offset,
            words: passage.words,
        }
    }
}

impl From<wit::Link> for document::Link {
    fn from(link: wit::Link) -> Self {
        let kind = match link.kind {
            wit::LinkKind::Page => document::LinkKind::Page,
            wit::LinkKind::Anchor => document::LinkKind::Anchor,
            wit::LinkKind::Attachment => document::LinkKind::Attachment,
            wit::LinkKind::Space => document::LinkKind::Space,
            wit::LinkKind::User => document::LinkKind::User,
            wit::LinkKind::External => document::LinkKind::External,
        };
        Self { kind, address: link.address, text: link.text }
    }
}

impl From<wit::Dependency> for document::Dependency {
    fn from(dependency: wit::Dependency) -> Self {
        let kind = match dependency.kind {
            wit::DependencyKind::Page => document::DependencyKind::Page,
            wit::DependencyKind::IncludedPage => document::DependencyKind::IncludedPage,
            wit::DependencyKind::Excerpt => document::DependencyKind::Excerpt,
            wit::DependencyKind::Children => document::DependencyKind::Children,
            wit::DependencyKind::Query => document::DependencyKind::Query,
            wit::DependencyKind::Attachment => document::DependencyKind::Attachment,
            wit::DependencyKind::User => document::DependencyKind::User,
            wit::DependencyKind::Space => document::DependencyKind::Space,
        };
        Self { kind, name: dependency.name, id: dependency.id, space_key: dependency.space_key }
    }
}

impl From<wit::Loss> for document::Loss {
    fn from(loss: wit::Loss) -> Self {
        let origin = match loss.origin {
            wit::Origin::Native => document::Origin::Native,
            wit::Origin::KnownApp => document::Origin::KnownApp,
            wit::Origin::UnknownApp => document::Origin::UnknownApp,
            wit::Origin::Markup => document::Origin::Markup,
        };
        let outcome = match loss.outcome {
            wit::Outcome::Approximated => document::Outcome::Approximated,
            wit::Outcome::Linked => document::Outcome::Linked,
            wit::Outcome::Dropped => document::Outcome::Dropped,
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

impl From<wit::ConversionError> for ConversionError {
    fn from(error: wit::ConversionError) -> Self {
        let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        match error {
            wit::ConversionError::TooLarge(excess) => {
                Self::TooLarge { actual: number(excess.actual), limit: number(excess.limit) }
            }
            wit::ConversionError::TooManyElements(excess) => {
                Self::TooManyElements { limit: number(excess.limit) }
            }
            wit::ConversionError::TooMuchWork(excess) => Self::TooMuchWork { limit: excess.limit },
            wit::ConversionError::NotADocument(fault) => {
                Self::NotADocument { reason: fault.reason, offset: number(fault.offset) }
            }
        }
    }
}
