//! What a conversion takes of memory: the most bytes that live at once between the call and its return, the article
//! included and the body not, for bodies in which every byte is as dear as it can be.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use document::{Format, Limits, Options, Source, convert};

/// The most bytes of memory for a byte of the body, and those that any conversion may take, however short the body.
const MOST: usize = 12;
const ALLOWANCE: usize = 256 << 10;
const LENGTHS: [usize; 3] = [10_000, 100_000, 1_000_000];

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

/// The length of a body that repeats a piece, and the bytes of memory that its conversion takes.
fn measure(format: Format, (before, piece, after): (&str, &str, &str), length: usize) -> (usize, usize) {
    let body = format!("{before}{}{after}", piece.repeat(length / piece.len()));
    let limits = Limits { elements: 20_000_000, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let base = LIVE.load(Relaxed);
    PEAK.store(base, Relaxed);
    let article = convert(&Source { format, body: &body }, &options);
    let peak = PEAK.load(Relaxed) - base;
    drop(article);
    (body.len(), peak)
}

const ADF: &str = "{\"type\":\"doc\",\"content\":[";
/// A heading whose anchor is as long as one can be, and the shortest passage that repeats it.
const LONG_HEADING: &str = concat!(
    "<h1>",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "cccccccccccccccccccccccccccccccccccccccccccccccccc",
    "dddddddddddddddddddddddddddddddddddddddddddddddddd",
    "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
    "ffffffffffffffffffffffffffffffffffffffffffffffffff",
    "</h1>"
);
const PARAGRAPH: &str = "<p>a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a</p>";
/// A diagram whose source is 1,700 bytes long, each of which is four in HTML.
const PACKED: &str = "<ac:macro ac:name=\"plantumlcloud\"><ac:parameter ac:name=\"data\">s7EZBaNgFIyCUTAKBicAAA==</ac:parameter></ac:macro>";
const TABLE: &str = "<table><tr>";
const FORMULA: &str = "<ac:structured-macro ac:name=\"mathinline\"><ac:parameter ac:name=\"body\">";

#[test]
fn memory_is_in_proportion_to_the_body() {
    let storage = [
        ("", "<p>Some words of <strong>a page</strong> &amp; more, as people write them.</p>", ""),
        ("", "<p>x</p>", ""),
        ("", "<p/>", ""),
        ("", "<b>", ""),
        ("", "x<b>", ""),
        ("", "<b>x</b>", ""),
        ("", "<b>x</b><u>y</u>", ""),
        ("", "x<br/>", ""),
        ("", "&amp;", ""),
        ("", "&", ""),
        ("", "<", ""),
        ("", "<a", ""),
        ("", "é", ""),
        ("<table>", "<tr><td>x</td><td>y</td></tr>", "</table>"),
        (TABLE, "<td>x</td>", "</tr></table>"),
        (TABLE, "<td colspan=\"2\">x</td>", "</tr></table>"),
        (TABLE, "<th>x</th>", "</tr></table>"),
        ("", "<td>", ""),
        ("", "<td>x", ""),
        ("", "<tr>", ""),
        ("", "<table>", ""),
        ("", "<ul><li>x</li></ul>", ""),
        ("<ul>", "<li>x</li>", "</ul>"),
        ("<ul>", "<li>x</li>y", "</ul>"),
        ("", "<ul><li>", ""),
        ("", "<dl><dt>x", ""),
        ("", "<h1>a</h1>", ""),
        ("", "<h1>ab</h1>x", ""),
        ("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5>", "<h6>a</h6>x", ""),
        ("<h1>", "x &amp; ", "</h1>"),
        ("", "<h2>a</h2><p>Some words of the section.</p>", ""),
        ("", "<h1>a</h1><x/>", ""),
        (LONG_HEADING, "<x/>", ""),
        (LONG_HEADING, PARAGRAPH, ""),
        ("", "<hr/>", ""),
        ("", "<pre>x</pre>", ""),
        ("<pre>", "\n", "</pre>"),
        ("<pre>", "x\n", "</pre>"),
        ("<pre>", "&lt;", "</pre>"),
        ("", "<a href=\"/x\">y</a>", ""),
        ("", "<a href=\"/x\">y</a><a href=\"/y\">y</a>", ""),
        ("", "<img src=\"x\"/>", ""),
        ("", "<a name=\"x\"/>", ""),
        ("", "<x/>", ""),
        ("", "<script>x</script>", ""),
        ("", "<iframe src=\"x\"/>", ""),
        ("", "<details><summary>x</summary></details>", ""),
        ("", "<time datetime=\"2026-01-01\"/>", ""),
        ("", "<ac:emoticon ac:name=\"x\"/>", ""),
        ("", "<ac:image/>", ""),
        ("", "<ac:task>", ""),
        ("<ac:task-list>", "<ac:task><ac:task-body>x</ac:task-body></ac:task>", "</ac:task-list>"),
        ("", "<ac:structured-macro ac:name=\"x\"/>", ""),
        ("", "<ac:structured-macro ac:name=\"toc\"/>", ""),
        ("", "<ac:structured-macro ac:name=\"info\"/>", ""),
        (
            "",
            "<ac:structured-macro ac:name=\"x\"><ac:rich-text-body>y</ac:rich-text-body></ac:structured-macro>",
            "",
        ),
        ("", "<ac:link><ri:page ri:content-title=\"t\"/></ac:link>", ""),
        ("", "<ri:user ri:account-id=\"1\"/>", ""),
        ("", "<blockquote>x</blockquote>", ""),
        ("", PACKED, ""),
        (FORMULA, "x+", "</ac:parameter></ac:structured-macro>"),
    ];
    let adf = [
        (ADF, "{\"type\":\"text\",\"text\":\"x\"},", "{}]}"),
        (ADF, "{\"type\":\"paragraph\"},", "{}]}"),
        (ADF, "{\"type\":\"rule\"},", "{}]}"),
        (ADF, "{\"content\":[", ""),
        (ADF, "[],", "{}]}"),
        (ADF, "0,", "{}]}"),
        ("", "[", ""),
        ("{\"type\":\"text\",\"text\":\"", "\\n", "\"}"),
    ];
    let wiki = [
        ("", "*_x_* ", ""),
        ("", "*x* ", ""),
        ("", "|x|y\n", ""),
        ("", "||x||y\n", ""),
        ("", "* x\n", ""),
        ("", "* x\n\n", ""),
        ("", "h1. x\n", ""),
        ("", "[x|/y] ", ""),
        ("", "[x] ", ""),
        ("", "[~x] ", ""),
        ("", "!x.y! ", ""),
        ("", "x\n\n", ""),
        ("", "x\n", ""),
        ("", "----\n", ""),
        ("", "bq. x\n", ""),
        ("", "{x}\n", ""),
        ("", "{info}\n", ""),
    ];
    let mut worst: Vec<String> = Vec::new();
    let formats = [
        (Format::Storage, storage.as_slice()),
        (Format::AtlasDocFormat, adf.as_slice()),
        (Format::Wiki, wiki.as_slice()),
    ];
    for (format, pieces) in formats {
        for (&pieces, length) in pieces.iter().flat_map(|pieces| LENGTHS.map(|length| (pieces, length))) {
            let (bytes, peak) = measure(format, pieces, length);
            let beyond = peak.saturating_sub(ALLOWANCE) as f64 / bytes as f64;
            let piece = pieces.1;
            println!("{:>6.1} {beyond:>6.1}  {bytes:>8}  {format:?} {piece:?}", peak as f64 / bytes as f64);
            if peak > MOST * bytes + ALLOWANCE {
                worst.push(format!("{format:?} {piece:?}, {bytes} bytes: {peak} bytes, {beyond:.1} times"));
            }
        }
    }
    assert!(worst.is_empty(), "{worst:#?}");
}
