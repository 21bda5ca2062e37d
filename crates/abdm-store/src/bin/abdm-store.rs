//! Prints the tables of a store, for whoever has to look at them before they are made:
//! `abdm-store schema --dialect sqlite` or `--dialect postgres`.

use std::io::Write as _;
use std::process::ExitCode;

use abdm_store::{PostgresStore, SqliteStore};

const USAGE: &str = "usage: abdm-store schema --dialect <sqlite|postgres>";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let text = match words.as_slice() {
        ["schema", "--dialect", "sqlite"] => SqliteStore::schema(),
        ["schema", "--dialect", "postgres"] => PostgresStore::schema(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    // A reader that has closed the pipe has seen enough.
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the schema cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
