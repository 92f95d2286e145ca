//! Which pages of a chosen space come in: page trees and labels, included and left out.

mod applying;
mod known;
mod rules;

pub use applying::{Scope, apply, scope, settle, undo};
pub use known::{DryRun, Moving, PageFound, dry_run, find_pages, out_of_scope_because};
pub use rules::{Effect, Kind, MOST_RULES, Node, Rule, Verdict, verdicts};
