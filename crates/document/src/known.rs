//! What a caller found out beforehand about the rest of the site, as lists.

use crate::source::{FoundPage, Included, PageTarget, Resolver};

/// A page as a body names it: the title, the id and the space of a [`crate::Dependency`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageName {
    /// The content id, where the body gives it.
    pub id: Option<String>,
    /// The title, where the body gives it.
    pub title: Option<String>,
    /// The key of the space, where the body gives it.
    pub space_key: Option<String>,
}

impl PageName {
    fn is(&self, page: &PageTarget<'_>) -> bool {
        self.id.as_deref() == page.id
            && self.title.as_deref() == page.title
            && self.space_key.as_deref() == page.space_key
    }
}

/// A [`Resolver`] that answers from lists, for callers that learn from a first conversion's
/// [`Article::dependencies`](crate::Article::dependencies) what the second is to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Bodies that may be shown inside this one.
    pub included: Vec<(PageName, Included)>,
    /// The child pages of pages.
    pub children: Vec<(PageName, Vec<FoundPage>)>,
    /// The titles of pages that are named by their ids.
    pub titles: Vec<(PageName, String)>,
    /// The names of the files that are attached to the page; none if that is not known.
    pub files: Option<Vec<String>>,
}

fn find<T: Clone>(list: &[(PageName, T)], page: &PageTarget<'_>) -> Option<T> {
    list.iter().find(|(name, _)| name.is(page)).map(|(_, found)| found.clone())
}

impl Resolver for Known {
    fn page_title(&self, page: &PageTarget<'_>) -> Option<String> {
        find(&self.titles, page)
    }

    fn attachments(&self) -> Option<Vec<String>> {
        self.files.clone()
    }

    fn children(&self, page: &PageTarget<'_>) -> Option<Vec<FoundPage>> {
        find(&self.children, page)
    }

    fn included(&self, page: &PageTarget<'_>) -> Option<Included> {
        find(&self.included, page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Addresses, Article, AttachmentTarget, DependencyKind, Format, Options, Owner, Source, convert,
    };

    struct Paths;

    impl Addresses for Paths {
        fn page(&self, page: &PageTarget<'_>) -> Option<String> {
            let title = page.id.or(page.title)?;
            Some(format!("/{}/{}", page.space_key.unwrap_or("here"), title.replace(' ', "-")))
        }
        fn attachment(&self, file: &AttachmentTarget<'_>) -> Option<String> {
            Some(format!("/files/{}/{}", file.page.id.unwrap_or("here"), file.filename?))
        }
    }

    fn include(title: &str) -> String {
        format!(
            r#"<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link><ri:page ri:content-title="{title}"/></ac:link></ac:parameter></ac:structured-macro>"#
        )
    }

    fn named(title: &str, space_key: Option<&str>) -> PageName {
        PageName { id: None, title: Some(title.into()), space_key: space_key.map(Into::into) }
    }

    fn body(id: &str, body: String) -> Included {
        let owner = Owner { page_id: id.into(), space_key: "HR".into() };
        Included { format: Format::Storage, body, owner: Some(owner) }
    }

    fn converted(body: &str, known: &Known) -> Article {
        let options = Options { addresses: &Paths, resolver: known, ..Options::default() };
        convert(&Source { format: Format::Storage, body }, &options).unwrap()
    }

    #[test]
    fn what_an_included_body_names_is_of_its_own_page_and_space() {
        let shared = format!(
            r#"<p><ac:link><ri:page ri:content-title="Leave"/></ac:link> <ac:link><ri:attachment ri:filename="form.pdf"/></ac:link></p>
               <ac:structured-macro ac:name="children"/>{}"#,
            include("Deeper")
        );
        let known = Known {
            included: vec![
                (named("Shared", None), body("7", shared)),
                (named("Deeper", Some("HR")), body("8", "<p>Deep words.</p>".into())),
                (named("Deeper", None), body("9", "<p>Another page of that title.</p>".into())),
            ],
            children: vec![(
                PageName { id: Some("7".into()), ..PageName::default() },
                vec![FoundPage { id: "71".into(), title: "A child".into() }],
            )],
            ..Known::default()
        };
        let page =
            format!("{}<p><ac:link><ri:page ri:content-title=\"Leave\"/></ac:link></p>", include("Shared"));
        let article = converted(&page, &known);
        for part in ["\"/HR/Leave\"", "/files/7/form.pdf", "A child", "Deep words.", "\"/here/Leave\""] {
            assert!(article.html.contains(part), "{part}: {}", article.html);
        }
        assert!(!article.html.contains("Another page"), "{}", article.html);
        let nested = article.dependencies.iter().find(|dependency| {
            dependency.kind == DependencyKind::IncludedPage && dependency.name == "Deeper"
        });
        assert_eq!(nested.unwrap().space_key.as_deref(), Some("HR"));
    }

    #[test]
    fn pages_that_include_each_other_end() {
        let known = Known {
            included: vec![
                (named("One", None), body("1", format!("<p>One.</p>{}", include("Two")))),
                (named("Two", Some("HR")), body("2", format!("<p>Two.</p>{}", include("One")))),
                (named("One", Some("HR")), body("1", format!("<p>One.</p>{}", include("Two")))),
            ],
            ..Known::default()
        };
        let article = converted(&include("One"), &known);
        assert_eq!(article.text.matches("One.").count(), 1, "{}", article.text);
        assert_eq!(article.text.matches("Two.").count(), 1, "{}", article.text);
        assert_eq!(article.report.losses.len(), 1, "{:?}", article.report);
    }
}
