//! What the sealed component costs against native code: the same pages, in turn, in the same run.

use std::fs;
use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use benches::caller::{CONVERTER, caller, composed};
use benches::{Goal, Report, best_of_batches};
use stories::converter::{self, Converter, Format, Page, convert_natively, nothing_known};
use stories::corpus;
use wasmtime::component::{Component, Func, Instance, Linker, TypedFunc};
use wasmtime::{Engine, Store, StoreContextMut};

const ROUNDS: usize = 20;

fn main() -> Result<()> {
    let (place, bodies) = match corpus::real_pages() {
        Some(bodies) => ("../shared/corpus", bodies),
        None => ("the suite's own pages, for there is no ../shared/corpus", corpus::own_cases()),
    };
    let pages = |format| -> Vec<Page> {
        let bodies = bodies.iter().filter(|body| body.format == format && body.is_well_formed);
        bodies.map(|body| converter::page(format, body.text.clone())).collect()
    };
    let engine = converter::engine();
    let convert = fs::read(converter::component()).context("convert.wasm is missing; run `make build`")?;
    let mut from_host = Converter::start();
    let mut fused = Caller::fused(&engine, &convert)?;
    let mut forwarded = Caller::forwarded(&engine, &convert)?;
    let mut report = Report::new("component");
    for (name, format) in [("storage format", Format::Storage), ("ADF", Format::AtlasDocFormat)] {
        let pages = pages(format);
        let bytes: usize = pages.iter().map(|page| page.body.len()).sum();
        println!("{} pages of {name}, {bytes} bytes: {place}", pages.len());
        for page in pages.iter().take(50) {
            let native = convert_natively(page, nothing_known()).map_or(0, |article| article.html.len());
            ensure!(fused.run(page)? as usize == native, "the fused component gave another article");
            ensure!(forwarded.run(page)? as usize == native, "the forwarded call gave another article");
        }
        let [native, fused, host, forwarded] = best_of_batches(
            &pages,
            ROUNDS,
            [
                &mut |page: &Page| {
                    black_box(convert_natively(page, nothing_known()).is_ok());
                    Ok(())
                },
                &mut |page: &Page| fused.run(page).map(drop),
                &mut |page: &Page| {
                    black_box(from_host.convert(page, &nothing_known())?.is_ok());
                    Ok(())
                },
                &mut |page: &Page| forwarded.run(page).map(drop),
            ],
        )?;
        report.add(format!("{name}, native"), bytes as f64 / 1e6 / native, "MB/s", Goal::None);
        let mut times = |what: &str, seconds: f64, goal| {
            report.add(format!("{name}, {what}, against native"), seconds / native, "times", goal);
        };
        times("called from another component", fused, Goal::AtMost(2.0));
        times("called by a host", host, Goal::None);
        times("called from another component through our own host", forwarded, Goal::None);
    }
    report.finish()?;
    Ok(())
}

/// The component that calls `convert`, however the call gets there.
struct Caller {
    store: Store<Option<Callee>>,
    run: TypedFunc<(u8, String), (u32,)>,
}

/// The converter in a store of its own, as our own host has it.
struct Callee {
    store: Store<()>,
    convert: Func,
}

impl Caller {
    /// Both in one component, as Spin makes it.
    fn fused(engine: &Engine, convert: &[u8]) -> Result<Self> {
        let component = Component::from_binary(engine, &composed(convert)?)?;
        Self::instance(engine, &component, &Linker::new(engine), None)
    }

    /// Two components, between which the host carries values as `host/src/composition.rs` does.
    fn forwarded(engine: &Engine, convert: &[u8]) -> Result<Self> {
        let component = Component::from_binary(engine, convert)?;
        let (_, interface) = component.get_export(None, CONVERTER).context("the interface")?;
        let function = component.get_export_index(Some(&interface), "convert").context("its function")?;
        let mut store = converter::store(engine, ());
        let instance: Instance = Linker::new(engine).instantiate(&mut store, &component)?;
        let convert = instance.get_func(&mut store, function).context("its function")?;

        let component = Component::from_binary(engine, &caller()?)?;
        let mut linker: Linker<Option<Callee>> = Linker::new(engine);
        linker.instance(CONVERTER)?.func_new(
            "convert",
            |mut caller: StoreContextMut<'_, Option<Callee>>, _, arguments, results| {
                let callee = caller.data_mut().as_mut().expect("made with it");
                callee.convert.call(&mut callee.store, arguments, results)
            },
        )?;
        Self::instance(engine, &component, &linker, Some(Callee { store, convert }))
    }

    fn instance(
        engine: &Engine,
        component: &Component,
        linker: &Linker<Option<Callee>>,
        callee: Option<Callee>,
    ) -> Result<Self> {
        let mut store = converter::store(engine, callee);
        let instance = linker.instantiate(&mut store, component)?;
        let run = instance.get_typed_func(&mut store, "run")?;
        Ok(Self { store, run })
    }

    fn run(&mut self, page: &Page) -> Result<u32> {
        let (length,) = self.run.call(&mut self.store, (page.format as u8, page.body.clone()))?;
        Ok(length)
    }
}
