//! SQLite.

mod backup;
mod doors;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use abdm_store::SqliteStore;

/// A file that nobody else uses, and that is not there yet.
pub(super) fn fresh_file(name: &str) -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("{name}-{}-{number}.sqlite", std::process::id()));
    for end in ["", "-wal", "-shm"] {
        let mut beside = file.clone().into_os_string();
        beside.push(end);
        let _ = std::fs::remove_file(beside);
    }
    file
}

#[test]
fn a_file_that_cannot_be_opened_is_told_in_words_also_by_debug() {
    let nowhere = fresh_file("no-such-folder").join("flows.sqlite");
    let error = SqliteStore::open(nowhere).unwrap_err();
    let printed = format!("{error:?}");
    assert!(printed.starts_with("the file cannot be opened as a store: "), "{printed}");
    assert!(!printed.contains("SqliteFailure") && !printed.contains('{'), "{printed}");
}

mod bare {
    use super::*;

    abdm_flow::flow_store_tests!(async {
        Arc::new(SqliteStore::open(fresh_file("bare")).unwrap())
    });
}

mod sealed {
    use abdm_flow::SealedStore;
    use abdm_flow::seal::SealingKey;

    use super::*;

    abdm_flow::flow_store_tests!(async {
        let store = Arc::new(SqliteStore::open(fresh_file("sealed")).unwrap());
        let ring = SealingKey::generate().unwrap().into();
        Arc::new(SealedStore::new(store, ring))
    });
}
