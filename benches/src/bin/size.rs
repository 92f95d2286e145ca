//! How large each component is, against 1 MiB.

use anyhow::Context;
use benches::{Goal, Report, root};

fn main() -> anyhow::Result<()> {
    let mut report = Report::new("size");
    let mut components: Vec<String> = std::fs::read_dir(root().join("components"))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<anyhow::Result<_>>()?;
    components.sort();
    let mut all = 0.0;
    for component in components {
        let file = root().join("target/wasm32-wasip2/release").join(component.replace('-', "_") + ".wasm");
        let bytes = std::fs::metadata(&file)
            .with_context(|| format!("{} is missing; run `make build`", file.display()))?
            .len();
        let size = bytes as f64 / 1024.0;
        all += size;
        report.add(component, size, "KiB", Goal::AtMost(1024.0));
    }
    report.add("all components", all, "KiB", Goal::None);
    report.finish()?;
    Ok(())
}
