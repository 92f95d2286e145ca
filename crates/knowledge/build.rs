//! Embeds the migrations as single statements and without comments, for each component carries them.

use std::path::Path;
use std::{env, fs};

#[path = "src/migrations/statements.rs"]
mod statements;

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    let folder = fs::read_dir("migrations").expect("the folder of migrations");
    let mut files: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let migrations = files.iter().map(|file| {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
        let number: i64 =
            name.split('_').next().expect("a word").parse().expect("a name begins with its number");
        let text = fs::read_to_string(file).expect("text");
        format!("({number}, &{:?} as &[&str]),\n", statements::statements(&text))
    });
    let code = format!("&[{}]", migrations.collect::<String>());
    let target = env::var("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&target).join("migrations.rs"), code)
        .expect("the target directory can be written to");
}
