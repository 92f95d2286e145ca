//! What a file is by its name and its first bytes: where it is opened, how it is told, and how it may be sent.

mod address;
mod delivery;
mod words;

pub use address::{address, address_by_title};
pub use delivery::{Delivery, disposition};
pub use words::{kind, size};

/// The file's extension in lower case; empty where it has none.
fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

/// Whether a browser shows such a file inside a page.
#[must_use]
pub fn is_picture(name: &str) -> bool {
    matches!(&*extension(name), "png" | "jpg" | "jpeg" | "jfif" | "gif" | "webp" | "avif" | "bmp" | "svg")
}
