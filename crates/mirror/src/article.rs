use confluence::pages::{Page, Version};
use document::Article;
use knowledge::article_writes::{ConvertedArticle, StoredPassage};

/// Rises when the converter changes what an article looks like, so that unchanged pages are converted again.
const CONVERSION: u32 = 2;

/// What marks the version of a page that an article was made from.
///
/// A live document moves its time and its step while its number stays.
pub(crate) fn version_key(version: &Version) -> String {
    let step = version.ncs_step_version.as_deref().unwrap_or_default();
    format!("{}@{}#{step}/{CONVERSION}", version.number, version.created_at)
}

/// The article as it is stored; a page without a slug goes by its id.
pub(crate) fn stored(page: &Page, article: Article, slug: String, site_url: &str) -> ConvertedArticle {
    let headings = article.outline.iter().map(|heading| heading.text.as_str()).collect::<Vec<_>>().join("\n");
    let passages = article
        .passages
        .into_iter()
        .map(|passage| StoredPassage {
            title: page.title.clone(),
            heading: passage.heading_path.join(" › "),
            anchor: passage.anchor.unwrap_or_default(),
            text: passage.text,
            offset: passage.offset,
            words: passage.words,
        })
        .collect();
    let losses = article.report.losses.iter().map(|loss| i64::from(loss.count)).sum::<i64>();
    ConvertedArticle {
        page_id: page.id.clone(),
        slug: if slug.is_empty() { page.id.to_ascii_lowercase() } else { slug },
        title: page.title.clone(),
        headings,
        text: article.text,
        summary: article.summary,
        html: article.html,
        markdown: article.markdown,
        outline: article.outline,
        passages,
        losses: losses.max(i64::from(!article.report.is_empty())),
        report: article.report,
        source_url: format!("{}/wiki{}", site_url.trim_end_matches('/'), page.web_path()),
        source_version: page.version.number,
        // A time that cannot be read is no reason to lose the page.
        source_updated_at: page.version.time().unwrap_or_default(),
        shows: Vec::new(),
    }
}
