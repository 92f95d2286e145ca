//! The command line, which is Spin's as far as it goes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
Runs a Spin application on a machine without Spin.

Usage: host up [options]

Options:
  -f, --from FILE               the manifest, or the folder that holds it [spin.toml]
      --listen ADDRESS          where to serve HTTP [127.0.0.1:3000]
      --state-dir DIR           databases and logs [.spin beside the manifest]
      --variable NAME=VALUE     sets an application variable (or set SPIN_VARIABLE_NAME)
      --deadline SECONDS        how long one call may take [60]
      --max-instance-memory N   bytes that one instance may have [268435456]
                                (or set SPIN_MAX_INSTANCE_MEMORY)
      --cache-dir DIR           compiled code [the user's cache folder, or cache in the state folder]
  -q, --quiet                   keep what components print off the terminal
  -h, --help                    this text";

/// What `host up` was asked to do.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) manifest: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) state: Option<PathBuf>,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) deadline: Duration,
    pub(crate) memory: usize,
    pub(crate) quiet: bool,
}

impl Options {
    /// Reads the arguments; `None` asks for the help text.
    pub(crate) fn parse(
        mut arguments: lexopt::Parser,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>> {
        let mut options = Self {
            manifest: "spin.toml".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            state: None,
            cache: None,
            variables: Vec::new(),
            deadline: Duration::from_secs(60),
            memory: 256 << 20,
            quiet: false,
        };
        if let Some(bytes) = environment("SPIN_MAX_INSTANCE_MEMORY") {
            options.memory = bytes.parse().context("SPIN_MAX_INSTANCE_MEMORY is not a number of bytes")?;
        }
        let mut command = None;
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Short('f') | Long("from") => options.manifest = arguments.value()?.into(),
                Long("listen") => {
                    let address = arguments.value()?.string()?;
                    options.listen = address.parse().with_context(|| {
                        format!("--listen {address:?} is not an address and port, such as 127.0.0.1:3000")
                    })?;
                }
                Long("state-dir") => options.state = Some(arguments.value()?.into()),
                Long("cache-dir") => options.cache = Some(arguments.value()?.into()),
                Long("variable") => {
                    // The value is not repeated in the error: it may be a secret.
                    let text = arguments.value()?.string()?;
                    let (name, value) = text.split_once('=').context("--variable takes NAME=VALUE")?;
                    options.variables.push((name.to_owned(), value.to_owned()));
                }
                Long("deadline") => {
                    let seconds: f64 = arguments.value()?.parse()?;
                    ensure!(seconds > 0.0 && seconds < 86_400.0, "--deadline must lie between 0 and a day");
                    options.deadline = Duration::from_secs_f64(seconds);
                }
                Long("max-instance-memory") => options.memory = arguments.value()?.parse()?,
                Short('q') | Long("quiet") => options.quiet = true,
                Value(value) if command.is_none() => command = Some(value.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        match command.as_deref() {
            Some("up") => {}
            Some(other) => bail!("unknown command `{other}`; the only one is `up`"),
            None => return Ok(None),
        }
        ensure!(options.memory >= 1 << 20, "the memory limit is less than 1 MiB; no component would start");
        if options.manifest.is_dir() {
            options.manifest.push("spin.toml");
        }
        Ok(Some(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Option<Options>> {
        Options::parse(lexopt::Parser::from_args(arguments), |_| None)
    }

    #[test]
    fn the_options_of_spin_are_understood() {
        let options = parse(&[
            "up",
            "-f",
            "app/spin.toml",
            "--listen",
            "127.0.0.1:4000",
            "--state-dir",
            "/tmp/s",
            "--variable",
            "a=b=c",
            "--quiet",
        ]);
        let options = options.unwrap().unwrap();
        assert_eq!(options.manifest, PathBuf::from("app/spin.toml"));
        assert_eq!(options.listen.port(), 4000);
        assert_eq!(options.variables, [("a".to_owned(), "b=c".to_owned())]);
        assert_eq!(options.memory, 256 << 20);
        assert!(options.quiet);
    }

    #[test]
    fn mistakes_are_named() {
        let cases: [(&[&str], &str); 5] = [
            (&["up", "--listen", "localhost"], "127.0.0.1:3000"),
            (&["up", "--variable", "secret"], "NAME=VALUE"),
            (&["down"], "`down`"),
            (&["up", "--build"], "--build"),
            (&["up", "--deadline", "0"], "between"),
        ];
        for (arguments, expected) in cases {
            let error = parse(arguments).unwrap_err();
            assert!(format!("{error:#}").contains(expected), "{arguments:?}: {error:#}");
        }
        assert!(parse(&[]).unwrap().is_none());
        assert!(parse(&["--help"]).unwrap().is_none());
    }

    #[test]
    fn the_memory_limit_may_come_from_the_environment() {
        let from = |value: &'static str| {
            Options::parse(lexopt::Parser::from_args(["up"]), move |name| {
                (name == "SPIN_MAX_INSTANCE_MEMORY").then(|| value.to_owned())
            })
        };
        assert_eq!(from("10485760").unwrap().unwrap().memory, 10 << 20);
        assert!(from("much").is_err());
    }
}
