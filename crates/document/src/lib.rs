#![doc = include_str!("../README.md")]

mod address;
mod adf;
mod article;
mod context;
mod day;
mod emoji;
mod html;
mod known;
mod language;
mod lines;
mod macros;
mod markdown;
mod markup;
mod passages;
mod places;
mod resource;
mod slug;
mod source;
mod storage;
mod text;
mod tree;
mod wiki;

pub use article::{
    Article, Dependency, DependencyKind, Heading, Link, LinkKind, Loss, Origin, Outcome, Passage, Report,
};
pub use known::{Known, PageName};
pub use slug::slug;
pub use source::{
    Addresses, AttachmentTarget, ConversionError, Format, FoundPage, ImageAddress, ImageTarget, Included,
    Limits, Options, Owner, PageTarget, Resolver, Source, Unknown, UserTarget,
};

/// Converts the body of a page into an article.
///
/// # Errors
/// If the body exceeds a limit, or is not a document of its format. Broken markup is no error: it is read as a
/// browser would, and [`Report::malformed_at`] says where it was first met.
pub fn convert(source: &Source<'_>, options: &Options<'_>) -> Result<Article, ConversionError> {
    if source.body.len() > options.limits.bytes {
        return Err(ConversionError::TooLarge { actual: source.body.len(), limit: options.limits.bytes });
    }
    let mut cx = context::Context::new(source.body, options);
    if cx.spend(source.body.len()) {
        read(&mut cx, source.format, source.body)?;
    }
    // HTML, Markdown and plain text are each written in one pass.
    cx.spend(cx.builder.operations() * 3);
    cx.check_steps()?;
    Ok(write(cx.builder.finish()))
}

fn read(cx: &mut context::Context<'_>, format: Format, body: &str) -> Result<(), ConversionError> {
    match format {
        Format::Storage => storage::read(cx, body),
        Format::AtlasDocFormat => adf::read(cx, body),
        Format::Wiki => {
            wiki::read(cx, body);
            Ok(())
        }
    }
}

/// Writes the article. What is no longer needed goes before the next thing comes, because a page that is all marks and
/// no words is long in memory.
fn write(mut document: tree::Document) -> Article {
    let mut lines = lines::write(&document);
    let losses = std::mem::take(&mut document.losses);
    let mut places = places::Places::of(&document);
    let losses = losses
        .into_iter()
        .zip(std::mem::take(&mut lines.loss_offsets))
        .map(|(loss, offset)| Loss {
            name: loss.name,
            origin: loss.origin,
            outcome: loss.outcome,
            count: loss.count,
            place: places.path(loss.heading),
            anchor: places.anchor_of_loss(loss.heading),
            offset,
            words: loss.words,
        })
        .collect();
    let summary = passages::summary(&lines);
    let passages = passages::cut(&lines, &mut places);
    let (text, links) = (lines.text, lines.links);
    drop(lines.units);
    let html = html::write(&document);
    let markdown = markdown::write(&document);
    document.ops = Vec::new();
    document.strings = String::new();
    let outline = document.headings.iter().map(|heading| Heading {
        level: heading.level,
        text: document.str(heading.text).to_owned(),
        anchor: document.str(heading.anchor).to_owned(),
    });
    Article {
        html,
        markdown,
        summary,
        text,
        outline: outline.collect(),
        passages,
        links,
        dependencies: document.dependencies,
        report: Report { losses, malformed_at: document.malformed_at },
    }
}
