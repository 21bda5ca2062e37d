//! A copy of the file while it is in use.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use abdm_flow::store::StoreError;
use rusqlite::{Connection, OpenFlags};

use super::BUSY_PATIENCE;

/// Why there is no copy of a store. What was there before is as it was.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// A file of this name is there already, and may be the last good copy.
    #[error("{} is there already: give the copy another name", .0.display())]
    Exists(PathBuf),
    /// The file to be copied is no store.
    #[error("{} holds no store: its tables are not there", .0.display())]
    NoStore(PathBuf),
    /// SQLite cannot read the store, or cannot write the copy.
    #[error("the copy cannot be made: {0}")]
    Database(#[from] rusqlite::Error),
    /// The copy cannot be brought to the disk.
    #[error("the copy cannot be kept: {0}")]
    File(#[from] io::Error),
    /// The store is closed.
    #[error("the store cannot be read: {0}")]
    Store(#[from] StoreError),
}

abdm_base::debug_in_words!(BackupError);

/// Copies a store that another program may be using, and changes nothing in it.
pub(super) fn copy_file(file: &Path, to: &Path) -> Result<(), BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY_PATIENCE)?;
    let tables: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' \
         AND name IN ('flows', 'messages', 'effects')",
        [],
        |row| row.get(0),
    )?;
    if tables < 3 {
        return Err(BackupError::NoStore(file.to_owned()));
    }
    copy(&connection, to)
}

/// Copies what a connection sees at this moment. The copy gets its name when it is whole and on the
/// disk: SQLite itself does not wait for that.
pub(super) fn copy(connection: &Connection, to: &Path) -> Result<(), BackupError> {
    if to.try_exists()? {
        return Err(BackupError::Exists(to.to_owned()));
    }
    // A name of its own: of two copies that are made at once, each keeps its hands off the other's.
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut partial = to.as_os_str().to_owned();
    partial.push(format!(".{}-{number}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let written = write(connection, &partial).and_then(|()| Ok(std::fs::rename(&partial, to)?));
    if written.is_err() {
        // What is left is of no use to anybody. The error that counts is the first.
        let _ = std::fs::remove_file(&partial);
    } else {
        // That the name is there, too, is for the folder to keep; where a folder cannot be opened,
        // the system sees to it.
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or_else(|| Path::new("."))) {
            let _ = folder.sync_all();
        }
    }
    written
}

fn write(connection: &Connection, to: &Path) -> Result<(), BackupError> {
    let name = to.to_str().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidFilename, "the copy's path must be UTF-8")
    })?;
    connection.execute("VACUUM INTO ?1", [name])?;
    // Opened for writing: some systems sync no other.
    File::options().write(true).open(to)?.sync_all()?;
    Ok(())
}
