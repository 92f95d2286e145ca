//! The mirror: what differs between a Confluence site and our copy, and the next bounded step of a run.
//!
//! [`tick`] does as many steps as its time allows. Each is safe to repeat, and what it learned is stored
//! before the run moves on, so a process may die between any two calls and the next tick goes on.

mod allowance;
mod article;
mod attachments;
mod check;
mod comparing;
mod download;
mod error;
pub mod grants;
mod kinds;
mod listing;
pub mod native;
mod nudges;
mod pace;
mod people;
mod readers;
mod session;
mod settings;
mod step;
mod steps;
mod tick;
mod worker;

pub use check::check;
pub use comparing::compare;
pub use download::download;
pub use error::{GrantError, StepError};
pub use listing::{SpaceListError, list_spaces, record_spaces, refresh_spaces};
pub use settings::{Settings, app};
pub use tick::{Worked, tick, work_on};
pub use worker::{Converter, SourcePage, Worker};
