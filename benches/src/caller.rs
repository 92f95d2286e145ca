//! A component that does nothing but call `convert`, as `scheduled-sync` does, and the two of them in one.

use anyhow::{Context, Result};
use wasm_encoder::{
    CodeSection, ComponentBuilder, ComponentExportKind, ConstExpr, DataSection, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemArg,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::root;

/// The interface by its full name.
pub const CONVERTER: &str = "siit:knowledge/converter@0.1.0";

const WORLD: &str = "package siit:bench;
world caller {
  import siit:knowledge/converter@0.1.0;
  /// Has a body converted, and says how long the HTML is; 0 if it could not be converted.
  export run: func(format: u8, body: string) -> u32;
}";

/// The caller's memory: what every page has in common, what `convert` is passed, what it gives, and the rest.
const WORDS: i32 = 0;
const ARGUMENTS: i32 = 512;
const RESULT: i32 = 1024;
const HEAP: i32 = 4096;
/// 512 MiB: the caller never grows.
const PAGES: u64 = 8192;

/// `convert.wasm` and its caller in one component, which exports the caller's `run`.
///
/// Spin fuses a component and its dependency like this: what one passes to the other goes from memory to memory.
pub fn composed(convert: &[u8]) -> Result<Vec<u8>> {
    let mut outer = ComponentBuilder::default();
    let converter = outer.component_raw(None, convert);
    let caller = outer.component_raw(None, &caller()?);
    let none: [(&str, ComponentExportKind, u32); 0] = [];
    let converter = outer.instantiate(None, converter, none);
    let interface = outer.alias_export(converter, CONVERTER, ComponentExportKind::Instance);
    let arguments = [(CONVERTER, ComponentExportKind::Instance, interface)];
    let caller = outer.instantiate(None, caller, arguments);
    let run = outer.alias_export(caller, "run", ComponentExportKind::Func);
    outer.export("run", ComponentExportKind::Func, run, None);
    Ok(outer.finish())
}

/// The caller by itself, which imports the interface.
pub fn caller() -> Result<Vec<u8>> {
    let mut resolve = Resolve::default();
    resolve.push_dir(root().join("wit")).context("wit/")?;
    let package = resolve.push_str("caller.wit", WORLD)?;
    let world = resolve.select_world(&[package], Some("caller"))?;
    let mut module = module();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    ComponentEncoder::default().module(&module)?.validate(true).encode().context("the caller")
}

fn module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 2], []);
    types.ty().function([ValType::I32; 3], [ValType::I32]);
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import(CONVERTER, "convert", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    functions.function(1).function(2);
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: PAGES,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let heap = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    globals.global(heap, &ConstExpr::i32_const(HEAP));
    let mut exports = ExportSection::new();
    exports.export("run", ExportKind::Func, 1);
    exports.export("cabi_realloc", ExportKind::Func, 2);
    exports.export("memory", ExportKind::Memory, 0);
    let (run, words) = run();
    let mut code = CodeSection::new();
    code.function(&run).function(&cabi_realloc());
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(WORDS), words.bytes());
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&memories).section(&globals);
    module.section(&exports).section(&code).section(&data);
    module.finish()
}

/// `run(format, body, length)`: writes the record `page` and an empty `known`, and calls `convert`.
fn run() -> (Function, String) {
    let at = |offset: i32| MemArg { offset: offset as u64, align: 0, memory_index: 0 };
    let mut words = String::new();
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.i32_const(ARGUMENTS).i64_const(1).i64_store(at(0));
    for (place, word) in [(8, "98765"), (16, "A page"), (24, "IT"), (32, "https://example.atlassian.net")] {
        code.i32_const(ARGUMENTS).i32_const(WORDS + words.len() as i32).i32_store(at(place));
        code.i32_const(ARGUMENTS).i32_const(word.len() as i32).i32_store(at(place + 4));
        words.push_str(word);
    }
    code.i32_const(ARGUMENTS).local_get(0).i32_store8(at(40));
    code.i32_const(ARGUMENTS).local_get(1).i32_store(at(44));
    code.i32_const(ARGUMENTS).local_get(2).i32_store(at(48));
    // `known` follows at 56: three lists and an option, all zero as memory is at first.
    code.i32_const(ARGUMENTS).i32_const(RESULT).call(0);
    // What was passed here is used up.
    code.i32_const(HEAP).global_set(0);
    code.i32_const(0).i32_const(RESULT).i32_load(at(12));
    code.i32_const(RESULT).i32_load8_u(at(0)).select().end();
    (function, words)
}

/// Gives out memory from the beginning on; `run` takes it all back.
fn cabi_realloc() -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    // The heap aligned up: (heap + align - 1) & -align.
    code.global_get(0).local_get(2).i32_add().i32_const(1).i32_sub();
    code.i32_const(0).local_get(2).i32_sub().i32_and().local_tee(0);
    code.local_get(3).i32_add().global_set(0).local_get(0).end();
    function
}
