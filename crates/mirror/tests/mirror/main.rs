//! The mirror on real SQLite: what it follows, what it refuses to conclude, and that it survives every death.

mod archived;
mod attachments;
mod blog_posts;
mod changes;
mod checking;
mod counts;
mod death;
mod failure_modes;
mod following;
mod holding;
mod including;
mod limits;
mod model;
mod nudges;
mod races;
mod reviewing;
mod scopes;
mod support;
mod tokens;
