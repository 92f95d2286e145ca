//! The converter as it is shipped: nothing imported, and small.

use std::{fs, path::Path};

const LARGEST: usize = 900_000;

#[test]
fn the_converter_imports_nothing_and_is_small() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/wasm32-wasip2/release/convert.wasm");
    let Ok(component) = fs::read(&path) else {
        // `scripts/test` builds the components before it runs the tests.
        eprintln!("skipped: {} is not built; run scripts/build components", path.display());
        return;
    };
    assert_eq!(seal::imports(&component).expect("a component"), Vec::<String>::new());
    assert!(component.len() < LARGEST, "{} bytes", component.len());
}

#[test]
fn what_cargo_builds_is_sealed_with_the_same_exports() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/wasm32-wasip2/release");
    let Ok(component) = fs::read(folder.join("deps/convert.wasm")) else {
        eprintln!("skipped: the components are not built; run scripts/build components");
        return;
    };
    assert_ne!(seal::imports(&component).expect("a component"), Vec::<String>::new());
    let sealed = seal::seal(&component).expect("a sealed component");
    assert_eq!(seal::imports(&sealed).expect("a component"), Vec::<String>::new());
    assert_eq!(exports(&sealed), exports(&component));
    assert!(exports(&sealed).iter().any(|name| name.starts_with("siit:knowledge/converter")));
}

#[test]
fn what_is_no_component_is_refused() {
    for bytes in [b"".as_slice(), b"\0asm\x01\0\0\0", b"text"] {
        assert!(seal::seal(bytes).is_err());
    }
}

fn exports(component: &[u8]) -> Vec<String> {
    let mut depth = 0_u32;
    let mut names = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        match payload.expect("a section") {
            wasmparser::Payload::ModuleSection { .. } | wasmparser::Payload::ComponentSection { .. } => {
                depth += 1
            }
            wasmparser::Payload::End(_) => depth = depth.saturating_sub(1),
            wasmparser::Payload::ComponentExportSection(section) if depth == 0 => {
                names.extend(section.into_iter().map(|export| export.expect("an export").name.0.to_owned()));
            }
            _ => {}
        }
    }
    names
}
