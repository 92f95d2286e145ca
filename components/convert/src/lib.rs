//! The converter: a page of Confluence in, an article out, with no capability at all.
//!
//! All modules but `bindings` are also built natively, against a host's own types of the interface, by the story and
//! the bench that hold the component against native code; that is why they say `super` and not `crate`.

mod addresses;
mod article;
mod bindings;
mod conversion;
mod known;

use bindings::exports::siit::knowledge::converter::{Article, ConversionError, Guest, Known, Page};

struct Converter;

impl Guest for Converter {
    fn slug(title: String) -> String {
        document::slug(&title)
    }

    fn convert(page: Page, known: Known) -> Result<Article, ConversionError> {
        conversion::convert(&page, known)
    }
}

#[expect(unsafe_code, reason = "generated: the functions that a host calls")]
#[cfg_attr(
    target_family = "wasm",
    expect(unreachable_pub, reason = "generated: the functions that a host calls")
)]
mod exports {
    use crate::{Converter, bindings};
    bindings::export!(Converter with_types_in bindings);
}
