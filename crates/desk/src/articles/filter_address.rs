use knowledge::article_review::{ArticleFilter, Order, SourceFilter, SourceState, Status};
use screen::{Fields, address};

use super::ARTICLES;

/// The value of `category` that asks for articles without one.
pub(super) const NO_CATEGORY: &str = "(none)";

/// The orders, as the address names them.
const ORDERS: [(&str, Order); 5] = [
    ("", Order::LatestFirst),
    ("oldest", Order::OldestFirst),
    ("title", Order::Title),
    ("title-reversed", Order::TitleReversed),
    ("losses", Order::MostLosses),
];

/// The filter that an address asks for; what it does not understand narrows nothing.
pub(super) fn filter_of(query: &Fields) -> ArticleFilter {
    ArticleFilter {
        text: query.get("q").chars().take(200).collect(),
        status: Status::parse(query.get("status")),
        source: source_of(query.get("source")),
        space: query.get("space").to_owned(),
        category: match query.get("category") {
            "" => None,
            NO_CATEGORY => Some(String::new()),
            name => Some(name.to_owned()),
        },
        losses: query.get("losses") == "1",
        edits: query.get("edits") == "1",
        order: ORDERS
            .iter()
            .find(|(word, _)| *word == query.get("sort"))
            .map_or(Order::default(), |(_, order)| *order),
    }
}

/// The address of the list with this filter.
pub(super) fn address_of(filter: &ArticleFilter) -> String {
    address(
        ARTICLES,
        &[
            ("q", &filter.text),
            ("status", filter.status.map_or("", Status::word)),
            ("source", source_value(filter.source)),
            ("space", &filter.space),
            ("category", category_value(filter)),
            ("losses", if filter.losses { "1" } else { "" }),
            ("edits", if filter.edits { "1" } else { "" }),
            ("sort", order_word(filter.order)),
        ],
    )
}

pub(super) fn order_word(order: Order) -> &'static str {
    ORDERS.iter().find(|(_, each)| *each == order).map_or("", |(word, _)| word)
}

pub(super) fn category_value(filter: &ArticleFilter) -> &str {
    match filter.category.as_deref() {
        None => "",
        Some("") => NO_CATEGORY,
        Some(name) => name,
    }
}

pub(super) fn source_value(source: Option<SourceFilter>) -> &'static str {
    match source {
        None => "",
        Some(SourceFilter::Restricted) => "restricted",
        Some(SourceFilter::State(state)) => state.word(),
    }
}

fn source_of(word: &str) -> Option<SourceFilter> {
    if word == "restricted" {
        return Some(SourceFilter::Restricted);
    }
    SourceState::ALL.into_iter().find(|state| state.word() == word).map(SourceFilter::State)
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::*;

    #[test]
    fn a_filter_survives_its_address() {
        let addresses = [
            ARTICLES.to_owned(),
            format!(
                "{ARTICLES}?q=vpn+%26+co&status=draft&source=restricted&space=IT&category=IT+help&losses=1&edits=1&sort=title"
            ),
            format!("{ARTICLES}?source=not_chosen&category=%28none%29&sort=oldest"),
        ];
        for text in addresses {
            let uri: Uri = text.parse().unwrap();
            assert_eq!(address_of(&filter_of(&Fields::of_query(&uri))), text);
        }
    }

    #[test]
    fn nonsense_in_an_address_narrows_nothing() {
        let uri: Uri = format!("{ARTICLES}?status=x&source=y&sort=z&losses=no").parse().unwrap();
        assert_eq!(filter_of(&Fields::of_query(&uri)), ArticleFilter::default());
    }
}
