//! Copies of a file that is in use.

use std::path::Path;
use std::process::Command;

use abdm_flow::ids::RandomIds;
use abdm_flow::store::{Arrival, BodyId, FlowStore, Inbound, InboundKey, Scope};
use abdm_store::{BackupError, SqliteStore};
use chrono::DateTime;

use super::fresh_file;

const KIND: &str = "backup.kind";

async fn take_in(store: &SqliteStore, message: &str) {
    let key = InboundKey::new("backup", message);
    let inbound = Inbound::new(key, message.to_owned(), DateTime::UNIX_EPOCH);
    let body = BodyId::fresh(&RandomIds);
    let arrival = Arrival::new(Scope::new("IN01"), KIND, inbound, body);
    assert!(store.accept(&arrival).await.unwrap().is_new());
}

async fn messages_in(file: &Path) -> u64 {
    let copy = SqliteStore::open(file).unwrap();
    copy.depths(&[KIND]).await.unwrap()[0].messages
}

/// Whether a half copy of this name lies about.
fn partial(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_str().unwrap();
    let Ok(beside) = std::fs::read_dir(file.parent().unwrap()) else { return false };
    beside.flatten().any(|other| {
        let other = other.file_name().into_string().unwrap_or_default();
        other.starts_with(name) && other.ends_with(".partial")
    })
}

fn program(file: &Path, to: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_abdm-store"));
    let output = command.arg("backup").arg(file).arg("--to").arg(to).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn a_copy_holds_what_was_answered_until_then_and_the_file_goes_on() {
    let file = fresh_file("in-use");
    let store = SqliteStore::open(&file).unwrap();
    take_in(&store, "before").await;
    let (own, by_program) = (fresh_file("own-copy"), fresh_file("copy-by-program"));
    store.backup(&own).await.unwrap();
    take_in(&store, "between").await;
    assert_eq!(program(&file, &by_program), (Some(0), String::new()));
    take_in(&store, "after").await;
    assert_eq!(messages_in(&own).await, 1);
    assert_eq!(messages_in(&by_program).await, 2);
    assert_eq!(store.depths(&[KIND]).await.unwrap()[0].messages, 3);
    assert!(!partial(&own) && !partial(&by_program));
}

#[tokio::test]
async fn a_copy_never_replaces_another_file() {
    let file = fresh_file("precious");
    let store = SqliteStore::open(&file).unwrap();
    take_in(&store, "one").await;
    let copy = fresh_file("last-good-copy");
    std::fs::write(&copy, "the last good copy").unwrap();
    assert!(matches!(store.backup(&copy).await, Err(BackupError::Exists(_))));
    let (code, text) = program(&file, &copy);
    assert_eq!(code, Some(1));
    assert!(text.contains("is there already"), "{text}");
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "the last good copy");
}

#[tokio::test]
async fn what_is_no_store_is_not_copied_and_not_made() {
    let (nowhere, copy) = (fresh_file("nowhere"), fresh_file("copy-of-nothing"));
    assert_eq!(program(&nowhere, &copy).0, Some(1));
    assert!(!nowhere.exists() && !copy.exists());
    let other = fresh_file("other-tables");
    let connection = abdm_store::rusqlite::Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE patients (id TEXT)").unwrap();
    assert!(matches!(SqliteStore::backup_file(&other, &copy), Err(BackupError::NoStore(_))));
    assert!(!copy.exists() && !partial(&copy));
}

#[tokio::test]
async fn a_copy_that_cannot_be_written_leaves_nothing_behind() {
    let file = fresh_file("to-nowhere");
    let store = SqliteStore::open(&file).unwrap();
    let copy = file.with_extension("no-such-folder").join("copy.sqlite");
    assert!(store.backup(&copy).await.is_err());
    assert!(SqliteStore::backup_file(&file, &copy).is_err());
    assert!(!copy.exists() && !partial(&copy));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_of_one_name_that_are_made_at_once_are_whole() {
    let file = fresh_file("at-once");
    let store = SqliteStore::open(&file).unwrap();
    take_in(&store, "one").await;
    let copy = fresh_file("copy-at-once");
    let tries = std::array::from_fn::<_, 4, _>(|_| {
        let (file, copy) = (file.clone(), copy.clone());
        std::thread::spawn(move || SqliteStore::backup_file(file, copy).is_ok())
    });
    assert!(tries.map(|one| one.join().unwrap()).contains(&true));
    assert_eq!(messages_in(&copy).await, 1);
    assert!(!partial(&copy));
}
