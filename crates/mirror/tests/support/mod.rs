//! A Confluence site in memory, a clock, and a world that can die at any call.
//!
//! The site stands in where faults are injected between two calls; the stories run against the simulator.

#![allow(dead_code, reason = "each test file uses a part of it")]

mod site;
mod world;

pub use site::{Page, Site, answer};
pub use world::{Death, TestWorld, settings};
