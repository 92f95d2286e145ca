//! What holds for every article, whatever the body it was made from; the fuzz targets and the tests share it.

#[path = "../judges/mod.rs"]
pub(crate) mod judges;

use document::{
    Addresses, Article, AttachmentTarget, ConversionError, Format, FoundPage, ImageAddress, ImageTarget,
    Included, Options, PageTarget, Resolver, Source, UserTarget, convert,
};

/// A site that answers everything with the page's own words, unchecked: the most hostile caller there can be.
struct Echo<'b> {
    format: Format,
    body: &'b str,
}

impl Addresses for Echo<'_> {
    fn page(&self, page: &PageTarget<'_>) -> Option<String> {
        page.id.or(page.title).map(str::to_owned)
    }
    fn space(&self, key: &str) -> Option<String> {
        Some(key.to_owned())
    }
    fn user(&self, user: &UserTarget<'_>) -> Option<String> {
        user.account_id.or(user.user_key).or(user.username).map(str::to_owned)
    }
    fn attachment(&self, attachment: &AttachmentTarget<'_>) -> Option<String> {
        attachment.filename.map(str::to_owned)
    }
    fn image(&self, image: &ImageTarget<'_>) -> ImageAddress {
        match image {
            ImageTarget::External(url) => ImageAddress::Shown((*url).to_owned()),
            ImageTarget::Attachment(attachment) => {
                attachment.filename.map_or(ImageAddress::Unknown, |name| ImageAddress::Shown(name.to_owned()))
            }
        }
    }
    fn issue(&self, key: &str) -> Option<String> {
        Some(key.to_owned())
    }
    fn original(&self) -> Option<String> {
        Some("https://example.atlassian.net/wiki/pages/viewpage.action?pageId=1".to_owned())
    }
}

impl Resolver for Echo<'_> {
    fn user_name(&self, user: &UserTarget<'_>) -> Option<String> {
        user.account_id.map(str::to_owned)
    }
    fn page_title(&self, page: &PageTarget<'_>) -> Option<String> {
        page.id.map(str::to_owned)
    }
    fn url_title(&self, url: &str) -> Option<String> {
        url.rsplit('/').next().map(str::to_owned)
    }
    fn file_name(&self, media_id: &str) -> Option<String> {
        Some(media_id.to_owned())
    }
    fn attachments(&self) -> Option<Vec<String>> {
        Some(vec!["a \"file\" <b>.txt".to_owned(), "javascript:alert(1)".to_owned()])
    }
    fn children(&self, page: &PageTarget<'_>) -> Option<Vec<FoundPage>> {
        let title = page.title?.to_owned();
        Some(vec![FoundPage { id: title.clone(), title }])
    }
    fn query(&self, cql: &str) -> Option<Vec<FoundPage>> {
        Some(vec![FoundPage { id: cql.to_owned(), title: cql.to_owned() }])
    }
    fn labels(&self) -> Option<Vec<String>> {
        Some(vec!["<b>".to_owned(), "a|b".to_owned()])
    }
    fn included(&self, page: &PageTarget<'_>) -> Option<Included> {
        // The page itself, which contains the macro that includes it.
        page.title.map(|_| Included { format: self.format, body: self.body.to_owned(), owner: None })
    }
    fn issue(&self, key: &str) -> Option<String> {
        Some(key.to_owned())
    }
}

/// Converts the body twice, knowing nothing and knowing everything, and panics where a promise is not kept.
pub(crate) fn hold(format: Format, body: &str) {
    let source = Source { format, body };
    let alone = convert(&source, &Options::default());
    if let Ok(article) = &alone {
        check(article, body);
    }
    let echo = Echo { format, body };
    let options = Options { addresses: &echo, resolver: &echo, ..Options::default() };
    match (convert(&source, &options), &alone) {
        (Ok(article), _) => check(&article, body),
        // Included bodies count towards the limit of elements; no other fault may come from what a caller answers.
        (Err(ConversionError::TooManyElements { .. }), _) => {}
        (Err(error), alone) => assert_eq!(Some(&error), alone.as_ref().err()),
    }
}

fn check(article: &Article, body: &str) {
    let html = &article.html;
    let errors = judges::parse_errors(html);
    assert!(errors.is_empty(), "invalid HTML: {errors:?}\n{html}");
    // The sanitizer knows no names of hosts but those in ASCII, and refuses what it does not know.
    if !has_international_host(html) {
        let sanitized = judges::sanitized(html);
        assert!(sanitized == *html, "a sanitizer changes it\nours      {html}\nsanitized {sanitized}");
    }
    judges::elements(html, |name, attributes| {
        for (attribute, value) in attributes {
            if matches!(attribute.as_str(), "href" | "src") {
                assert!(is_allowed(value), "<{name} {attribute}={value:?}>");
            }
        }
    });
    for link in &article.links {
        assert!(is_allowed(&link.address), "the link {link:?}");
    }

    // What machines read of it is safe as well, though they may render raw HTML.
    let again = judges::markdown_to_html(&article.markdown);
    judges::elements(&again, |name, attributes| {
        assert!(
            !matches!(
                name,
                "script"
                    | "style"
                    | "iframe"
                    | "object"
                    | "embed"
                    | "svg"
                    | "form"
                    | "base"
                    | "link"
                    | "meta"
            ),
            "Markdown with <{name}>:\n{}",
            article.markdown
        );
        for (attribute, value) in attributes {
            assert!(!attribute.starts_with("on"), "Markdown with {attribute}:\n{}", article.markdown);
            if matches!(attribute.as_str(), "href" | "src") {
                let scheme = scheme(value).to_ascii_lowercase();
                assert!(
                    !matches!(scheme.as_str(), "javascript" | "vbscript" | "data"),
                    "Markdown with {value}:\n{}",
                    article.markdown
                );
            }
        }
    });

    let length = article.text.len();
    for loss in &article.report.losses {
        let offset = loss.offset as usize;
        assert!(offset <= length && article.text.is_char_boundary(offset), "the place of {loss:?}");
        assert!(loss.count > 0 && !loss.name.is_empty(), "{loss:?}");
    }
    let mut last = 0;
    for passage in &article.passages {
        let offset = passage.offset as usize;
        assert!(offset <= length && article.text.is_char_boundary(offset), "the place of {passage:?}");
        assert!(offset >= last, "a passage before its predecessor: {passage:?}");
        last = offset;
        assert!(!passage.text.trim().is_empty(), "an empty passage");
        assert!(passage.words as usize <= passage.text.chars().count(), "{passage:?}");
        if let Some(anchor) = &passage.anchor {
            assert!(article.outline.iter().any(|heading| heading.anchor == *anchor), "{passage:?}");
        }
    }
    if let Some(at) = article.report.malformed_at {
        assert!(at <= body.len() as u64, "broken at {at} of {}", body.len());
    }
}

fn has_international_host(html: &str) -> bool {
    let mut found = false;
    judges::elements(html, |_, attributes| {
        found |= attributes.iter().any(|(name, value)| {
            let after = value.split_once(':').map_or("", |(_, after)| after).trim_start_matches(['/', '\\']);
            let host = after.split(['/', '\\', '?', '#']).next().unwrap_or_default();
            matches!(name.as_str(), "href" | "src")
                && (!host.is_ascii() || host.to_ascii_lowercase().contains("xn--"))
        });
    });
    found
}

/// Whether a browser reads this as an address of an allowed scheme, or of none.
fn is_allowed(address: &str) -> bool {
    let scheme = scheme(address).to_ascii_lowercase();
    ["", "http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "ssh"].contains(&scheme.as_str())
}

/// The scheme as a browser finds it: control characters before it, and tabs and line breaks inside, do not count.
fn scheme(address: &str) -> String {
    let address: String = address
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    match address.split_once(':') {
        Some((scheme, _))
            if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) =>
        {
            scheme.to_owned()
        }
        _ => String::new(),
    }
}
