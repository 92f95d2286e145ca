//! A dependency: works on what it is given, and tries what it may not do.

use std::sync::atomic::{AtomicU32, Ordering};

use exports::host::guests::converter::{Failure, Guest, Report};

wit_bindgen::generate!({ path: "../wit", world: "converting" });

struct Converter;

static CALLS: AtomicU32 = AtomicU32::new(0);

impl Guest for Converter {
    fn convert(body: String, most: Option<u32>) -> Result<(String, Report), Failure> {
        let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
        if most.is_some_and(|most| body.len() > most as usize) {
            return Err(Failure::TooLarge);
        }
        let converted = match body.as_str() {
            "" => return Err(Failure::Malformed("nothing to convert".to_owned())),
            "panic" => panic!("the converter was told to panic"),
            "loop" => loop {
                std::hint::black_box(());
            },
            "grants" => format!(
                "environment {}, files {}, network {}",
                std::env::vars().count(),
                std::fs::read_dir("/").is_ok(),
                std::net::TcpStream::connect("127.0.0.1:80").is_ok()
            ),
            _ => body.to_uppercase(),
        };
        Ok((converted, Report { lost: vec!["one".to_owned(), "two".to_owned()], calls }))
    }
}

export!(Converter);
