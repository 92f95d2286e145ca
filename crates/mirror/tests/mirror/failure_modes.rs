//! `docs/failure-modes.md` against the tree.

use std::collections::BTreeSet;
use std::path::Path;

const MODES: usize = 72;

/// Every function of the tree's own Rust files.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(
                text.lines().filter_map(|line| Some(line.split_once("fn ")?.1.split_once('(')?.0.to_owned())),
            );
        }
    }
}

#[test]
fn every_failure_mode_has_a_test_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let mut known = BTreeSet::new();
    for folder in ["components", "crates", "host", "simulator", "tests"] {
        functions(&root.join(folder), &mut known);
    }
    let text = std::fs::read_to_string(root.join("docs/failure-modes.md")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| no."))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let numbers: Vec<usize> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=MODES).collect::<Vec<_>>());
    for row in rows {
        let names: Vec<&str> = row[2].split('`').skip(1).step_by(2).collect();
        let has_test = names.iter().any(|name| name.contains('_'));
        let has_reason = row[2].starts_with("Cannot happen") || row[2].starts_with("Not yet shown");
        assert!(has_test || has_reason, "row {}: {}", row[0], row[2]);
        for name in names.iter().filter(|name| name.contains('_')) {
            assert!(known.contains(*name), "row {}: there is no test `{name}`", row[0]);
        }
    }
}
