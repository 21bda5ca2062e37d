//! What a DBA does with a store: prints its tables before they are made, and copies a file that is in
//! use.

use std::io::Write as _;
use std::process::ExitCode;

use abdm_store::{PostgresStore, SqliteStore};

const USAGE: &str = "usage: abdm-store schema --dialect <sqlite|postgres>
       abdm-store backup <file> --to <copy>
PostgreSQL is copied with its own tools (pg_dump, pg_basebackup).";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["schema", "--dialect", "sqlite"] => print(&SqliteStore::schema()),
        ["schema", "--dialect", "postgres"] => print(&PostgresStore::schema()),
        ["backup", file, "--to", copy] => match SqliteStore::backup_file(file, copy) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn print(text: &str) -> ExitCode {
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
