//! The store: what we mirror from Confluence, what people read, and what was done with it.
//!
//! Functions are named after the question that they answer. Whatever employees see is read through a
//! [`Library`], for one reader; only the console and the sync may name the table `articles`.

pub mod article_review;
pub mod article_writes;
pub mod attachments;
pub mod audiences;
pub mod blog_posts;
pub mod budgets;
pub mod categories;
pub mod checks;
pub mod connection_settings;
pub mod connections;
pub mod dependencies;
pub mod events;
pub mod groups;
pub mod held_removals;
pub mod hooks;
mod library;
pub mod migrations;
pub mod nudges;
pub mod pages;
pub mod people;
pub mod pins;
pub mod reading;
pub mod reconnections;
pub mod runs;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod scopes;
pub mod searching;
pub mod spaces;
pub mod whereabouts;

pub use audience::Reader;
pub use library::Library;
