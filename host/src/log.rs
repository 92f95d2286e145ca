//! The host's log on standard error, and what guests write to their standard output and error.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use anyhow::Context as _;
use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// More than one line's worth, so that a guest which never writes a line break is still heard.
const LONGEST_LINE: usize = 8 * 1024;

static QUIET: AtomicBool = AtomicBool::new(false);

/// Keeps what guests print off the terminal; their log files and the host's own lines remain.
pub(crate) fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

/// Logs something that the host has to say.
pub(crate) fn host(message: &str) {
    eprintln!("host: {message}");
}

/// Logs something that the host has to say about a component.
pub(crate) fn component(id: &str, message: &str) {
    eprintln!("host: component {id}: {message}");
}

/// Where one component's standard output or error goes: a file, and the terminal line by line.
#[derive(Clone)]
pub(crate) struct GuestOutput {
    component: Arc<str>,
    file: Arc<Mutex<File>>,
}

impl GuestOutput {
    /// Appends to `<folder>/<component>_<stream>.txt`, as Spin does.
    pub(crate) fn open(folder: &Path, component: &str, stream: &str) -> anyhow::Result<Self> {
        let path = folder.join(format!("{component}_{stream}.txt"));
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot write the log file {}", path.display()))?;
        Ok(Self { component: component.into(), file: Arc::new(Mutex::new(file)) })
    }

    fn line(&self, line: &[u8]) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not stop a request; the terminal below still shows the line.
        let _ = file.write_all(line).and_then(|()| file.write_all(b"\n"));
        if !QUIET.load(Ordering::Relaxed) {
            eprintln!("[{}] {}", self.component, printable(line));
        }
    }
}

/// A guest may print what others wrote; control characters must not steer the terminal.
fn printable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    text.chars().map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(Lines { output: self.clone(), pending: Vec::new() })
    }

    // Written at once rather than by a task, so that the last words before a trap are not lost.
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(Lines { output: self.clone(), pending: Vec::new() })
    }
}

struct Lines {
    output: GuestOutput,
    pending: Vec<u8>,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        while let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            self.output.line(line.trim_ascii_end());
        }
        if self.pending.len() > LONGEST_LINE {
            self.finish();
        }
    }

    fn finish(&mut self) {
        if !self.pending.is_empty() {
            let line = std::mem::take(&mut self.pending);
            self.output.line(&line);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.finish();
    }
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LONGEST_LINE)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Lines {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_cannot_steer_the_terminal() {
        assert_eq!(printable(b"\x1b[2Jcleared\tok"), "\u{fffd}[2Jcleared\tok");
    }
}
