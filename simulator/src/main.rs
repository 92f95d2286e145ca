//! Starts the simulated Confluence site from the command line.

use std::time::Duration;

use anyhow::Context;
use lexopt::prelude::{Long, Short, ValueExt};
use simulator::Options;

const USAGE: &str = "\
Simulates Confluence Cloud and an OpenID Connect provider on one port.

Usage: simulator [OPTIONS]

  --listen ADDRESS            address to listen on (127.0.0.1:4100; port 0 takes a free one)
  --public-url URL            address under which browsers and the application reach it (http://ADDRESS)
  --app-url URL               address of the application; its callbacks are registered under it (http://127.0.0.1:3000)
  --client-id ID              the application's Atlassian client (siit-confluence)
  --client-secret SECRET      and its secret (simulated-client-secret)
  --oidc-client-id ID         the application's OpenID Connect client (siit-portal)
  --oidc-client-secret SECRET and its secret (simulated-oidc-secret)
  --latency-ms N              added to every answer of the Confluence API (0)
  --pages DIR                 serve the storage-format files under DIR as one more space
  --pages-space KEY           key of that space (CORPUS)
  --synthetic N               add the space SYN with N generated pages (0)
  --synthetic-spaces N        spread them over N spaces (1)
  --grants FILE               keep grants there, so that a connected application stays so
  --help                      this text";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(options) = options()? else {
        println!("{USAGE}");
        return Ok(());
    };
    let running = simulator::start(options).await?;
    println!("Simulated Confluence: {}", running.url);
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")
}

/// The options of the command line, or none when the usage was asked for.
fn options() -> anyhow::Result<Option<Options>> {
    let mut options = Options::default();
    options.listen.set_port(4100);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("listen") => {
                options.listen = arguments.value()?.parse().context("--listen takes ADDRESS:PORT")?
            }
            Long("public-url") => options.public_url = Some(arguments.value()?.string()?),
            Long("app-url") => options.app_url = arguments.value()?.string()?,
            Long("client-id") => options.atlassian.id = arguments.value()?.string()?,
            Long("client-secret") => options.atlassian.secret = arguments.value()?.string()?,
            Long("oidc-client-id") => options.oidc.id = arguments.value()?.string()?,
            Long("oidc-client-secret") => options.oidc.secret = arguments.value()?.string()?,
            Long("latency-ms") => options.latency = Duration::from_millis(arguments.value()?.parse()?),
            Long("pages") => options.pages = Some(arguments.value()?.into()),
            Long("pages-space") => options.pages_space = arguments.value()?.string()?,
            Long("synthetic") => options.synthetic = arguments.value()?.parse()?,
            Long("synthetic-spaces") => options.synthetic_spaces = arguments.value()?.parse()?,
            Long("grants") => options.grants = Some(arguments.value()?.into()),
            Long("help") | Short('h') => return Ok(None),
            unknown => return Err(unknown.unexpected().into()),
        }
    }
    Ok(Some(options))
}
