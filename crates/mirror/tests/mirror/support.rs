//! A Confluence site in memory, a clock, and a world that can die at any call.
//!
//! The site stands in where faults are injected between two calls; the stories run against the simulator.

mod site;
mod world;

pub(crate) use site::{Folder, Page, Site, answer};
pub(crate) use world::{Death, OPEN_ARTICLES, TestWorld, settings};
