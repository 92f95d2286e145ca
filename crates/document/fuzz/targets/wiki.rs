#![no_main]

#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::hold(document::Format::Wiki, &String::from_utf8_lossy(bytes));
});
