//! What an employee may open: every query here reads `readable_articles`.

mod article;
mod card;
mod categories;

pub use article::{Article, Heading, article, article_of_page, article_of_title};
pub use card::{ArticleCard, article_count, cards, location, recently_updated};
pub use categories::{CardPage, Category, UNCATEGORISED, articles_in_category, categories, category};
