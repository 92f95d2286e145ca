use std::collections::BTreeSet;

use askama::Template;
use http::{Response, StatusCode};
use knowledge::article_review::{
    ArticleFilter, ArticleSummary, EditState, Order, SourceState, Status, StatusCounts, articles,
    space_options, status_counts,
};
use knowledge::categories::categories;
use ports::Database;
use screen::{Frame, Notice, Pages};

use super::filter_address::{address_of, category_value, filter_of, order_word, source_value};
use crate::error::Error;
use crate::visit::Visit;
use crate::words::{source_word, status_word};

const PER_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "articles.html")]
struct Articles<'a> {
    frame: &'a Frame<'a>,
    is_admin: bool,
    filter: &'a ArticleFilter,
    /// The list's address with its filters and its page, where forms are posted to.
    here: String,
    tabs: Vec<Tab>,
    sources: Vec<(&'static str, &'static str)>,
    spaces: Vec<(String, String)>,
    categories: Vec<String>,
    articles: Vec<ArticleSummary>,
    articles_len: i64,
    selected: &'a BTreeSet<i64>,
    total: i64,
    pages: Pages,
    now: i64,
}

/// A status with the number of its articles, as a link.
struct Tab {
    label: &'static str,
    count: i64,
    address: String,
    is_current: bool,
}

impl Articles<'_> {
    /// Whether an edit of one of these articles waits for a decision.
    fn has_edits(&self) -> bool {
        self.articles.iter().any(|article| article.edit == Some(EditState::Waiting))
    }

    fn sort_word(&self) -> &'static str {
        order_word(self.filter.order)
    }

    fn is_category(&self, value: &str) -> bool {
        category_value(self.filter) == value
    }

    fn is_source(&self, value: &str) -> bool {
        source_value(self.filter.source) == value
    }

    /// Whether anything but the tab narrows the list.
    fn is_narrowed(&self) -> bool {
        *self.filter
            != ArticleFilter {
                status: self.filter.status,
                edits: self.filter.edits,
                order: self.filter.order,
                ..ArticleFilter::default()
            }
    }

    /// The address of the same list in another order.
    fn sorted(&self, word: &str) -> String {
        let other = self.sort_of(word);
        address_of(&ArticleFilter { order: other, ..self.filter.clone() })
    }

    fn sort_of(&self, word: &str) -> Order {
        match (word, self.filter.order) {
            ("title", Order::Title) => Order::TitleReversed,
            ("title", _) => Order::Title,
            ("losses", _) => Order::MostLosses,
            (_, Order::LatestFirst) => Order::OldestFirst,
            _ => Order::LatestFirst,
        }
    }

    /// `aria-sort` of a column.
    fn sort_state(&self, word: &str) -> &'static str {
        match (word, self.filter.order) {
            ("title", Order::Title) | ("updated", Order::OldestFirst) => "ascending",
            ("title", Order::TitleReversed)
            | ("updated", Order::LatestFirst)
            | ("losses", Order::MostLosses) => "descending",
            _ => "none",
        }
    }
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    list(visit, StatusCode::OK, None, &BTreeSet::new())
}

/// The list; `selected` are the boxes of a form that could not be accepted.
pub(super) fn list<D: Database>(
    visit: &Visit<'_, D>,
    status: StatusCode,
    notice: Option<Notice>,
    selected: &BTreeSet<i64>,
) -> Result<Response<Vec<u8>>, Error> {
    let filter = filter_of(&visit.query);
    let counts = status_counts(visit.database, &filter)?;
    // The tabs count what each would show.
    let others = ArticleFilter { edits: !filter.edits, ..filter.clone() };
    let other_counts = status_counts(visit.database, &others)?;
    let (all, edited) = if filter.edits { (&other_counts, &counts) } else { (&counts, &other_counts) };
    let total = counts.of(filter.status);
    let pages = Pages::new(visit.query.number("page"), total, PER_PAGE, address_of(&filter));
    let offset = (pages.current - 1) * PER_PAGE;
    let articles = articles(visit.database, &filter, PER_PAGE, offset)?;
    let frame = visit.frame_with(notice);
    let page = Articles {
        frame: &frame,
        is_admin: visit.is_admin(),
        here: here(&filter, &pages),
        tabs: tabs(&filter, all, edited),
        sources: sources(),
        spaces: space_options(visit.database)?,
        categories: categories(visit.database)?.into_iter().map(|category| category.name).collect(),
        articles_len: i64::try_from(articles.len()).unwrap_or(i64::MAX),
        articles,
        filter: &filter,
        selected,
        total,
        pages,
        now: visit.now,
    };
    Ok(frame.page(status, &page))
}

fn here(filter: &ArticleFilter, pages: &Pages) -> String {
    let address = address_of(filter);
    match pages.current {
        1 => address,
        page if address.contains('?') => format!("{address}&page={page}"),
        page => format!("{address}?page={page}"),
    }
}

fn tabs(filter: &ArticleFilter, all: &StatusCounts, edited: &StatusCounts) -> Vec<Tab> {
    let statuses = [None, Some(Status::Draft), Some(Status::Published), Some(Status::Retired)];
    let mut tabs: Vec<Tab> = statuses
        .into_iter()
        .map(|status| Tab {
            label: status.map_or("All", status_word),
            count: all.of(status),
            address: address_of(&ArticleFilter { status, edits: false, ..filter.clone() }),
            is_current: !filter.edits && filter.status == status,
        })
        .collect();
    tabs.push(Tab {
        label: "Edits to review",
        count: edited.all(),
        address: address_of(&ArticleFilter { status: None, edits: true, ..filter.clone() }),
        is_current: filter.edits,
    });
    tabs
}

fn sources() -> Vec<(&'static str, &'static str)> {
    let mut sources: Vec<_> =
        SourceState::ALL.iter().map(|state| (state.word(), source_word(*state))).collect();
    sources.insert(1, ("restricted", "Restricted in Confluence"));
    sources
}
