//! Takes every import out of a component, so that the component itself proves that it is granted nothing.
//!
//! Rust's standard library links calls of WASI that print the message of a panic and read the environment for it.
//! A converter without capabilities never needs them: here each becomes a trap, and the module is wrapped into a
//! component anew, with the same exports and no imports. One call is not only for panics: the seed of hash maps, which
//! is documented as one that need not be random. It becomes a call that leaves the seed as it finds it.

use anyhow::{Context as _, Result, bail, ensure};
use wasm_encoder::{CodeSection, Function, FunctionSection, Module, RawSection};
use wasmparser::{Parser, Payload, TypeRef};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::decoding::{DecodedWasm, decode};

/// The same component without imports.
///
/// # Errors
/// If the bytes are no component, hold no module of their own, or import a type that a resource would be made from.
pub fn seal(component: &[u8]) -> Result<Vec<u8>> {
    let DecodedWasm::Component(mut resolve, world) = decode(component).context("this is not a component")?
    else {
        bail!("this is a package of interfaces, not a component");
    };
    resolve.worlds.get_mut(world).context("the component's world")?.imports.clear();
    let mut module = without_imports(main_module(component)?)?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    ComponentEncoder::default().module(&module)?.validate(true).encode().context("wrapping the module")
}

/// What a component imports, by name.
///
/// # Errors
/// If the bytes are no WebAssembly.
pub fn imports(component: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            // What is nested is fulfilled inside the component, or is imported by it.
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    names.push(import?.name.0.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

/// The module that the component is made of; the others adapt it to its imports.
fn main_module(component: &[u8]) -> Result<&[u8]> {
    for payload in Parser::new(0).parse_all(component) {
        if let Payload::ModuleSection { unchecked_range, .. } = payload? {
            return component.get(unchecked_range).context("a module that ends behind the file");
        }
    }
    bail!("the component holds no module")
}

/// The module with a trap in the place of every imported function.
///
/// Imported functions have the first indices, and the module's own the next ones. Functions that are put before the
/// module's own therefore keep every index.
fn without_imports(module: &[u8]) -> Result<Vec<u8>> {
    let mut types = Vec::new();
    let mut seeds = Vec::new();
    let mut sealed = Module::new();
    let mut functions = None;
    let mut code = CodeSection::new();
    let mut bodies = 0;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        match &payload {
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    let import = import?;
                    let TypeRef::Func(index) = import.ty else {
                        bail!(
                            "the module imports `{}` of `{}`, which is no function",
                            import.name,
                            import.module
                        );
                    };
                    types.push(index);
                    seeds.push(import.module.starts_with("wasi:random/insecure-seed@"));
                }
            }
            Payload::FunctionSection(section) => {
                let own: Vec<u32> = section.clone().into_iter().collect::<Result<_, _>>()?;
                let mut section = FunctionSection::new();
                for &index in types.iter().chain(&own) {
                    section.function(index);
                }
                sealed.section(&section);
                functions = Some(own.len());
            }
            Payload::CodeSectionStart { count, .. } => {
                bodies = *count;
                for &is_seed in &seeds {
                    let mut body = Function::new([]);
                    if !is_seed {
                        body.instructions().unreachable();
                    }
                    body.instructions().end();
                    code.function(&body);
                }
            }
            Payload::CodeSectionEntry(body) => {
                code.raw(module.get(body.range()).context("a body that ends behind the module")?);
                bodies -= 1;
                if bodies == 0 {
                    sealed.section(&code);
                }
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = module.get(range).context("a section that ends behind the module")?;
                    sealed.section(&RawSection { id, data });
                }
            }
        }
    }
    ensure!(types.is_empty() || functions.is_some(), "the module has no functions of its own");
    Ok(sealed.finish())
}
