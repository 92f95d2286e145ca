//! Stories of people who use the application, told on the real components.

mod access;
mod attachments;
mod audience;
mod bad_input;
mod connecting;
mod content;
mod contract;
mod converter;
mod identity;
mod kinds_of_spaces;
mod narrowing;
mod nudges;
mod real_input;
mod reviewing_edits;
mod staying_in_sync;
mod whole_path;
