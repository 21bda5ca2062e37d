//! FHIR documents for ABDM, from the command line: check them, read them, make them.

mod check;
mod files;
mod make;
mod output;
mod show;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use fhir_bundles::{HiType, Language};

/// Check, show and make the NRCES India FHIR documents that ABDM exchanges.
#[derive(Debug, Parser)]
#[command(name = "nrces", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell every problem of bundles, with its path, its rule and how to mend it.
    Check {
        /// Bundles as JSON files; `-` reads standard input, a folder means its *.json files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The record type that is expected: one of another type is an error.
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<HiType>,
        /// Print JSON for programs.
        #[arg(long)]
        json: bool,
        /// Print errors alone, no warnings.
        #[arg(long)]
        errors_only: bool,
    },
    /// Show a bundle's record on the terminal.
    Show {
        /// A bundle as a JSON file; `-` reads standard input.
        file: PathBuf,
        /// Columns; those of the terminal, or 80, unless given.
        #[arg(long)]
        width: Option<usize>,
        /// The language of labels and words: en, hi or ur; the document's own unless given.
        #[arg(long, value_name = "TAG", value_parser = language)]
        language: Option<Language>,
    },
    /// Write a bundle's record as one HTML page.
    Html {
        /// A bundle as a JSON file; `-` reads standard input.
        file: PathBuf,
        /// Where to write; standard output unless given.
        #[arg(short, long, value_name = "OUT")]
        output: Option<PathBuf>,
        /// The language of labels and words: en, hi or ur; the document's own unless given.
        #[arg(long, value_name = "TAG", value_parser = language)]
        language: Option<Language>,
    },
    /// Make a bundle from a plain record.
    FromPlain {
        /// The record type, see `example --list`.
        #[arg(value_name = "TYPE")]
        kind: HiType,
        /// A plain record as a JSON file; `-` reads standard input.
        file: PathBuf,
        /// Where to write; standard output unless given.
        #[arg(short, long, value_name = "OUT")]
        output: Option<PathBuf>,
        /// Print problems as JSON for programs.
        #[arg(long)]
        json: bool,
    },
    /// Print a correct bundle of a type, or the plain record from which it is made.
    Example {
        /// The record type.
        #[arg(value_name = "TYPE", required_unless_present = "list")]
        kind: Option<HiType>,
        /// Print the plain record instead of the bundle.
        #[arg(long)]
        plain: bool,
        /// List the record types.
        #[arg(long, conflicts_with = "plain")]
        list: bool,
        /// With --list: print JSON for programs.
        #[arg(long, requires = "list")]
        json: bool,
    },
    /// Print the JSON Schema of a type's plain record.
    Schema {
        /// The record type.
        #[arg(value_name = "TYPE")]
        kind: HiType,
    },
}

/// A language that has all the words of a page.
fn language(tag: &str) -> Result<Language, String> {
    let whole = || Language::ALL.into_iter().filter(|language| language.is_whole());
    let tags = || whole().map(Language::code).collect::<Vec<_>>().join(", ");
    let found = Language::from_tag(tag).filter(|language| language.is_whole());
    found.ok_or_else(|| format!("there are no words of it; use one of {}", tags()))
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Check { files, kind, json, errors_only } => {
            check::run(&files, &check::Options { kind, as_json: json, errors_only })
        }
        Command::Show { file, width, language } => show::on_terminal(&file, width, language),
        Command::Html { file, output, language } => {
            show::as_page(&file, output.as_deref(), language)
        }
        Command::FromPlain { kind, file, output, json } => {
            make::from_plain(kind, &file, output.as_deref(), json)
        }
        Command::Example { list: true, json, .. } => make::list(json),
        Command::Example { kind: Some(kind), plain, .. } => make::example(kind, plain),
        Command::Example { kind: None, .. } => make::list(false),
        Command::Schema { kind } => make::schema(kind),
    };
    match result {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::from(1),
        // Whoever reads our output has seen enough, as `| head` does.
        Err(error) if files::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nrces: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether what was looked at is in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    Bad,
}
