//! `seal FILE…`: takes every import out of components, in place.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context as _, Result};

fn main() -> ExitCode {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: seal COMPONENT…\nTakes every import out of the components, in place.");
        return ExitCode::FAILURE;
    }
    for file in &files {
        if let Err(error) = seal_file(Path::new(file)) {
            eprintln!("seal: {}: {error:#}", Path::new(file).display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn seal_file(path: &Path) -> Result<()> {
    let component = fs::read(path).context("it cannot be read; run scripts/build first")?;
    if seal::imports(&component)?.is_empty() {
        return Ok(());
    }
    let sealed = seal::seal(&component)?;
    // A new file in the old one's place: Cargo keeps a hard link of what it built.
    let temporary = path.with_extension("sealing");
    fs::write(&temporary, sealed).context("it cannot be written")?;
    fs::rename(&temporary, path).context("it cannot be replaced")
}
