//! What a fuzzer found, kept as cases: each file of `tests/fuzzed` once broke a promise. The promises, and the inputs
//! that are made up here, are those of the fuzz targets (`make fuzz`).

mod properties;

use std::{fs, path::Path};

use document::Format;

fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "storage" | "xml" => Some(Format::Storage),
        "adf" | "json" => Some(Format::AtlasDocFormat),
        "wiki" => Some(Format::Wiki),
        _ => None,
    }
}

#[test]
fn what_was_found_stays_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed");
    let mut cases = 0;
    for entry in fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let format =
            format_of(&path).unwrap_or_else(|| panic!("{}: name it .storage, .adf or .wiki", path.display()));
        let bytes = fs::read(&path).expect("a case");
        properties::hold(format, &String::from_utf8_lossy(&bytes));
        cases += 1;
    }
    assert!(cases > 0);
}

/// Every case of `tests/pages`, cut short at many places, and read as each of the formats.
#[test]
fn pages_that_end_anywhere_keep_every_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut bodies = 0;
    for case in fs::read_dir(folder).expect("the folder of cases") {
        let case = case.expect("a case").path();
        for name in ["in.xml", "in.json", "in.wiki"] {
            let Ok(body) = fs::read_to_string(case.join(name)) else { continue };
            let step = (body.len() / 12).max(1);
            for end in (0..=body.len()).step_by(step).chain([body.len()]) {
                let Some(body) = body.get(..end) else { continue };
                for format in [Format::Storage, Format::AtlasDocFormat, Format::Wiki] {
                    properties::hold(format, body);
                }
                bodies += 1;
            }
        }
    }
    assert!(bodies > 300, "{bodies}");
}
