//! The program that prints the tables.

use std::process::Command;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let program = env!("CARGO_BIN_EXE_abdm-store");
    let output = Command::new(program).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_tables_of_each_dialect_are_printed_with_their_version() {
    for (dialect, word) in [("sqlite", "STRICT"), ("postgres", "bytea")] {
        let (code, text) = run(&["schema", "--dialect", dialect]);
        assert_eq!(code, Some(0), "{dialect}");
        assert!(text.starts_with("-- version 1"), "{dialect}: {text}");
        for table in ["flows", "messages", "effects", "bodies", "rows"] {
            assert!(text.contains(&format!("CREATE TABLE {table} (")), "{dialect}: {table}");
        }
        assert!(text.contains(word), "{dialect}");
    }
    let (_, text) = run(&["schema", "--dialect", "postgres"]);
    assert!(text.contains("CREATE TABLE IF NOT EXISTS schema_version ("), "{text}");
}

#[test]
fn what_is_no_dialect_is_answered_with_the_usage() {
    let (code, text) = run(&["schema", "--dialect", "oracle"]);
    assert_eq!((code, text.as_str()), (Some(2), ""));
}
