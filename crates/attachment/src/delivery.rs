use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::extension;

/// What stays as it is in an extended parameter (RFC 8187 §3.2.1).
const PARAMETER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a stranger's bytes may be sent: as what, and whether a browser may show them by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    pub content_type: &'static str,
    pub is_inline: bool,
}

impl Delivery {
    /// What the bytes are decides and never what somebody says of them: only pixels are shown, the rest is saved.
    ///
    /// A drawing (SVG) keeps its type, so that an article may show it as an image, in which nothing runs and
    /// nothing is loaded; opened by itself it is saved like the rest.
    #[must_use]
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        if let Some(content_type) = pixels(name, bytes) {
            return Self { content_type, is_inline: true };
        }
        let content_type = match &*extension(name) {
            "svg" => "image/svg+xml",
            "pdf" => "application/pdf",
            "txt" | "csv" | "tsv" | "md" | "log" => "text/plain; charset=utf-8",
            "zip" => "application/zip",
            "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            _ => "application/octet-stream",
        };
        Self { content_type, is_inline: false }
    }
}

/// The type of a raster image by its first bytes.
fn pixels(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let at = |from: usize, word: &[u8]| bytes.get(from..from + word.len()) == Some(word);
    if at(0, b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if at(0, b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some("image/gif")
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some("image/webp")
    } else if at(4, b"ftypavif") {
        Some("image/avif")
    } else if at(0, b"BM") && extension(name) == "bmp" {
        Some("image/bmp")
    } else {
        None
    }
}

/// The value of `Content-Disposition` (RFC 6266): the name in ASCII for old programs, and as it is.
#[must_use]
pub fn disposition(name: &str, is_inline: bool) -> String {
    let kind = if is_inline { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            ' '..='~' if !matches!(letter, '"' | '\\' | '%' | '/') => letter,
            _ => '_',
        })
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PARAMETER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pixels_are_shown_by_themselves() {
        let png = b"\x89PNG\r\n\x1a\n....";
        assert_eq!(Delivery::of("a.png", png), Delivery { content_type: "image/png", is_inline: true });
        assert!(Delivery::of("screen shot", png).is_inline, "whatever it is called");
        for (name, bytes, content_type) in [
            ("a.png", &b"<html><script>alert(1)</script>"[..], "application/octet-stream"),
            ("a.html", b"<script>alert(1)</script>", "application/octet-stream"),
            ("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
            ("a.pdf", b"%PDF-1.7", "application/pdf"),
            ("a.csv", b"a,b", "text/plain; charset=utf-8"),
            ("BM.txt", b"BM is short for", "text/plain; charset=utf-8"),
            ("empty", b"", "application/octet-stream"),
        ] {
            assert_eq!(Delivery::of(name, bytes), Delivery { content_type, is_inline: false }, "{name}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(
            disposition("a\"; x=\"y.pdf\r\n", false),
            "attachment; filename=\"a_; x=_y.pdf__\"; filename*=UTF-8''a%22%3B%20x%3D%22y.pdf%0D%0A"
        );
        assert_eq!(
            disposition("プラン.png", true),
            "inline; filename=\"___.png\"; filename*=UTF-8''%E3%83%97%E3%83%A9%E3%83%B3.png"
        );
    }
}
