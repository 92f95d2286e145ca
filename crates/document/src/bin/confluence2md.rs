//! Converts a page of Confluence on the command line.

use std::{
    fs,
    io::{self, Read, Write},
    process::ExitCode,
};

use document::{Article, Format, Options, Source, convert};

const HELP: &str = "\
Converts a page of Confluence to Markdown.

usage: confluence2md [OPTIONS] [FILE]

Reads standard input where no FILE is given. The format is told by the first character: `{` begins Atlassian
Document Format, everything else is storage format.

  --html            write HTML instead of Markdown
  --text            write plain text instead of Markdown
  --passages        write the passages as JSON
  --report json     write the report of losses as JSON instead of Markdown
  --report text     write the report of losses for people, to standard error, beside the output
  --json            write the whole article as JSON
  --wiki            the input is wiki markup
  --help            show this
";

#[derive(Clone, Copy, PartialEq)]
enum Output {
    Markdown,
    Html,
    Text,
    Passages,
    Report,
    Json,
}

struct Arguments {
    file: Option<std::path::PathBuf>,
    output: Output,
    report_to_people: bool,
    wiki: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("confluence2md: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let Some(arguments) = arguments().map_err(|error| format!("{error}; see --help"))? else {
        return write(HELP);
    };
    let body = match &arguments.file {
        Some(file) => fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?,
        None => {
            let mut body = Vec::new();
            io::stdin()
                .read_to_end(&mut body)
                .map_err(|error| format!("cannot read standard input: {error}"))?;
            body
        }
    };
    let body = String::from_utf8_lossy(&body);
    let format = match body.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        _ if arguments.wiki => Format::Wiki,
        true => Format::AtlasDocFormat,
        false => Format::Storage,
    };
    let article =
        convert(&Source { format, body: &body }, &Options::default()).map_err(|error| error.to_string())?;
    if arguments.report_to_people {
        report_to_people(&article);
    }
    let json = |result: serde_json::Result<String>| {
        result.map(|text| text + "\n").map_err(|error| error.to_string())
    };
    let output = match arguments.output {
        Output::Markdown => article.markdown,
        Output::Html => article.html,
        Output::Text => article.text,
        Output::Passages => json(serde_json::to_string_pretty(&article.passages))?,
        Output::Report => json(serde_json::to_string_pretty(&article.report))?,
        Output::Json => json(serde_json::to_string_pretty(&article))?,
    };
    write(&output)
}

fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    use lexopt::prelude::{Long, Short, Value};
    let mut arguments =
        Arguments { file: None, output: Output::Markdown, report_to_people: false, wiki: false };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("html") => arguments.output = Output::Html,
            Long("text") => arguments.output = Output::Text,
            Long("passages") => arguments.output = Output::Passages,
            Long("json") => arguments.output = Output::Json,
            Long("wiki") => arguments.wiki = true,
            Long("report") => match parser.value()?.to_str() {
                Some("json") => arguments.output = Output::Report,
                Some("text") => arguments.report_to_people = true,
                _ => return Err("--report is `json` or `text`".into()),
            },
            Long("help") | Short('h') => return Ok(None),
            Value(file) if arguments.file.is_none() => arguments.file = Some(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(arguments))
}

fn report_to_people(article: &Article) {
    for loss in &article.report.losses {
        let outcome = match loss.outcome {
            document::Outcome::Approximated => "simplified",
            document::Outcome::Linked => "linked",
            document::Outcome::Dropped => "left out",
        };
        let place =
            if loss.place.is_empty() { String::new() } else { format!(" in {}", loss.place.join(" > ")) };
        let words = if loss.words.is_empty() {
            String::new()
        } else {
            format!(": {}", loss.words.replace('\n', " "))
        };
        eprintln!("{outcome}: {} ×{}{place}{words}", loss.name, loss.count);
    }
    if let Some(at) = article.report.malformed_at {
        eprintln!("broken markup at byte {at}");
    }
}

/// A reader that goes away, as `head` does, is no error.
fn write(output: &str) -> Result<(), String> {
    match io::stdout().write_all(output.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
