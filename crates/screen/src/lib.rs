//! What every page shares: the frame around it, its style and script, its headers, and the way to
//! say that something worked or failed.
//!
//! A component that renders pages has an `askama.toml` with
//! `dirs = ["templates", "../../crates/screen/templates"]`; its templates begin with
//! `{% extends "base.html" %}`, fill the blocks `title` and `main`, and belong to a struct with a field
//! `frame: &Frame<'_>`. [`Frame::page`] renders such a struct into a response. The building blocks that
//! pages share are macros in `templates/_ui.html`.

// Templates name this crate by its name, here as in the components.
extern crate self as screen;

pub mod asset;
mod error_page;
mod fields;
mod frame;
mod icon;
mod local_path;
mod notice;
mod pages;
mod response;
mod site;
mod theme;
mod time;

pub use self::time::{Time, ago, day};
pub use error_page::{Action, ErrorPage};
pub use fields::{Fields, address};
pub use frame::Frame;
pub use icon::{Icon, icon};
pub use local_path::local_path;
pub use notice::{Notice, Tone, Undo};
pub use pages::Pages;
pub use response::{found, page, redirect, redirect_permanently, sign_in_first};
pub use site::Site;
pub use theme::Theme;
