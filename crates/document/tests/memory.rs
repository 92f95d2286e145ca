//! What a conversion takes of memory: the most bytes that live at once between the call and its return, the article
//! included and the body not, for bodies in which every byte is as dear as it can be.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use document::{Format, Limits, Options, Source, convert};

/// The most bytes of memory for a byte of the body.
const MOST: f64 = 12.0;
/// The length from which on that holds; a conversion of nothing takes a few kilobytes.
const LENGTHS: [usize; 2] = [100_000, 1_000_000];

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "an allocator cannot be written without; each call goes on to the system's")]
// SAFETY: every method hands its arguments to `System` as they are, which keeps the promises of `GlobalAlloc`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: see above.
        unsafe { System.alloc(layout) }
    }

    // What grows is counted twice while it is copied, as `GlobalAlloc::realloc` does without this one.
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: see above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes of memory for a byte of a body that repeats a piece.
fn factor(format: Format, (before, piece, after): (&str, &str, &str), length: usize) -> f64 {
    let body = format!("{before}{}{after}", piece.repeat(length / piece.len()));
    let limits = Limits { elements: 20_000_000, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let base = LIVE.load(Relaxed);
    PEAK.store(base, Relaxed);
    let article = convert(&Source { format, body: &body }, &options);
    let peak = PEAK.load(Relaxed) - base;
    drop(article);
    peak as f64 / body.len() as f64
}

const ADF: &str = "{\"type\":\"doc\",\"content\":[";

#[test]
fn memory_is_in_proportion_to_the_body() {
    let mut worst: Vec<String> = Vec::new();
    for (most, format, before, piece, after) in [
        (
            MOST,
            Format::Storage,
            "",
            "<p>Some words of <strong>a page</strong> &amp; more, as people write them.</p>",
            "",
        ),
        (MOST, Format::Storage, "", "<p>x</p>", ""),
        (MOST, Format::Storage, "", "<b>", ""),
        (MOST, Format::Storage, "", "<b>x</b>", ""),
        (MOST, Format::Storage, "", "&amp;", ""),
        (MOST, Format::Storage, "", "<", ""),
        (MOST, Format::Storage, "<table>", "<tr><td>x</td><td>y</td></tr>", "</table>"),
        (MOST, Format::Storage, "", "<ul><li>x</li></ul>", ""),
        (MOST, Format::Storage, "", "<a href=\"/x\">y</a>", ""),
        (MOST, Format::Storage, "", "<ac:structured-macro ac:name=\"x\"/>", ""),
        (
            MOST,
            Format::Storage,
            "",
            "<ac:structured-macro ac:name=\"x\"><ac:rich-text-body>y</ac:rich-text-body></ac:structured-macro>",
            "",
        ),
        (MOST, Format::Storage, "", "<ac:link><ri:page ri:content-title=\"t\"/></ac:link>", ""),
        (MOST, Format::Storage, "", "<ri:user ri:account-id=\"1\"/>", ""),
        (MOST, Format::Storage, "", "<blockquote>x</blockquote>", ""),
        (MOST, Format::Storage, "<pre>", "\n", "</pre>"),
        (MOST, Format::AtlasDocFormat, ADF, "{\"type\":\"text\",\"text\":\"x\"},", "{}]}"),
        (MOST, Format::AtlasDocFormat, ADF, "{\"type\":\"paragraph\"},", "{}]}"),
        // Not there yet: what costs most is a block of a few bytes, which is two operations of 16 bytes and a line.
        (13.0, Format::Storage, "", "<p/>", ""),
        (13.0, Format::Storage, "", "x<br/>", ""),
        (20.0, Format::Storage, "", "<td>", ""),
        (15.0, Format::Storage, "<table><tr>", "<td>x</td>", "</tr></table>"),
        (27.0, Format::Storage, "", "<ul><li>", ""),
        (15.0, Format::Storage, "<ul>", "<li>x</li>", "</ul>"),
        (18.0, Format::Storage, "", "<h1>a</h1>", ""),
        (15.0, Format::Storage, "", "<h2>a</h2><p>Some words of the section.</p>", ""),
        (16.0, Format::AtlasDocFormat, ADF, "[],", "{}]}"),
        (18.0, Format::Wiki, "", "*_x_* ", ""),
        (64.0, Format::Wiki, "", "|x|y\n", ""),
        (39.0, Format::Wiki, "", "* x\n", ""),
        (33.0, Format::Wiki, "", "h1. x\n", ""),
        (37.0, Format::Wiki, "", "[x|/y] ", ""),
        (33.0, Format::Wiki, "", "x\n\n", ""),
    ] {
        for length in LENGTHS {
            let factor = factor(format, (before, piece, after), length);
            println!("{factor:>6.1}  {length:>8}  {format:?} {piece:?}");
            if factor > most {
                worst.push(format!("{piece:?}, {length} bytes: {factor:.1} times, not {most}"));
            }
        }
    }
    assert!(worst.is_empty(), "{worst:#?}");
}
