//! A store in one SQLite file.

mod backup;
mod claim;
mod codec;
mod commit;
mod doors;
mod intake;
mod kept;
mod read;
mod schema;
mod upkeep;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use abdm_flow::RequestId;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, KeptList, KeptValue, Lease, Purge, Purged, QueueDepths,
    Row, RowList, Scope, StoreError, StoreErrorKind, StoredFlow, WorkId,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use self::backup::BackupError;
use self::doors::Listening;
pub use self::doors::SqliteListener;
use self::read::Readers;
use self::schema::SchemaError;
use self::writer::Writer;

/// How long a call waits for another process that has the file.
const BUSY_PATIENCE: Duration = Duration::from_secs(10);

/// A durable store in one SQLite file, for one machine.
///
/// What a call returned is on the disk (`synchronous=FULL`, write-ahead log). Several processes may
/// share the file on one machine; never over a network file system.
///
/// ```
/// # async fn open() -> Result<(), abdm_store::OpenError> {
/// use abdm_store::SqliteStore;
///
/// let file = std::env::temp_dir().join("abdm-store-example.sqlite");
/// let store = SqliteStore::open(&file)?;
/// # drop(store);
/// # std::fs::remove_file(&file).ok();
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(open()).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    file: PathBuf,
    writer: Writer,
    readers: Readers,
    listening: Listening,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("file", &self.inner.file).finish_non_exhaustive()
    }
}

/// How a file is opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// How many threads read. Default 2.
    pub readers: usize,
    listening: Listening,
    slower_sync: Duration,
}

impl SqliteOptions {
    /// Lets a listener change tables of its own in the same file with each commit.
    #[must_use]
    pub fn listener(mut self, listener: impl SqliteListener) -> Self {
        self.listening = Listening(Some(Arc::new(listener)));
        self
    }

    /// For measurements: each transaction takes so much longer, as if the disk were slower to say
    /// that it is written.
    #[cfg(feature = "testing")]
    #[must_use]
    pub const fn slower_sync(mut self, by: Duration) -> Self {
        self.slower_sync = by;
        self
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { readers: 2, listening: Listening::default(), slower_sync: Duration::ZERO }
    }
}

/// Why a file cannot be opened as a store.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The SQLite that this program was built with can lose committed transactions.
    #[error(
        "SQLite {version} can lose committed transactions (fixed in 3.51.3, 3.50.7 and 3.44.6): \
         build with a newer one"
    )]
    OldSqlite {
        /// Its version.
        version: &'static str,
    },
    /// A newer release has written the file.
    #[error(
        "the file has the schema version {found}, this program knows up to {known}: use the newer \
         program, or a backup from before"
    )]
    NewerSchema {
        /// The version found.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// SQLite cannot use the file.
    #[error("the file cannot be opened as a store: {0}")]
    Database(#[from] rusqlite::Error),
    /// The operating system gives no thread.
    #[error("no thread for the store: {0}")]
    Thread(#[from] std::io::Error),
}

abdm_base::debug_in_words!(OpenError);

impl SqliteStore {
    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(file: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(file, &SqliteOptions::default())
    }

    /// Opens a file with these options, or makes it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_with(file: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, OpenError> {
        let file = file.as_ref().to_owned();
        refuse_old_sqlite(rusqlite::version_number())?;
        let mut connection = Connection::open(&file)?;
        connection.busy_timeout(BUSY_PATIENCE)?;
        // Before the first table is made, or it has no effect: freed pages go back to the disk.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // What is deleted is overwritten, and nothing readable lies in other places.
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "trusted_schema", "OFF")?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        plans_once(&connection)?;
        connection.set_prepared_statement_cache_capacity(128);
        schema::migrate(&mut connection).map_err(|error| match error {
            SchemaError::Newer(found) => OpenError::NewerSchema { found, known: schema::NEWEST },
            SchemaError::Database(error) => error.into(),
        })?;
        let readers = (0..options.readers.max(1))
            .map(|_| {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let reader = Connection::open_with_flags(&file, flags)?;
                reader.busy_timeout(BUSY_PATIENCE)?;
                reader.pragma_update(None, "temp_store", "MEMORY")?;
                plans_once(&reader)?;
                reader.set_prepared_statement_cache_capacity(64);
                Ok(reader)
            })
            .collect::<Result<Vec<_>, rusqlite::Error>>()?;
        let writer = Writer::new(connection, options.slower_sync)?;
        let readers = Readers::new(readers);
        let listening = options.listening.clone();
        Ok(Self { inner: Arc::new(Inner { file, writer, readers, listening }) })
    }

    /// The schema, for a person to read.
    #[must_use]
    pub fn schema() -> String {
        schema::text()
    }

    /// Writes a copy of the whole store, as it is at one moment, while it is in use. The copy has its
    /// name only when it is whole and on the disk.
    ///
    /// # Errors
    /// [`BackupError`].
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), BackupError> {
        let to = to.as_ref().to_owned();
        self.inner.readers.call(move |connection| Ok(backup::copy(connection, &to))).await?
    }

    /// Writes a copy of a store's file, which another program may be using: what
    /// `abdm-store backup` does. The file is only read, and stays of the version that it is of.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn backup_file(file: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), BackupError> {
        backup::copy_file(file.as_ref(), to.as_ref())
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.inner.writer.call(work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.inner.readers.call(work).await
    }
}

/// Keeps the plan of a statement whatever is bound to it. Otherwise SQLite, where it is built with
/// statistics (STAT4), prepares a kept statement anew for each other id that is looked up.
fn plans_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// The WAL-reset fault: versions before 3.51.3 lose committed transactions when a write meets a
/// checkpoint, but for two older lines that were mended (sqlite.org/wal.html).
fn refuse_old_sqlite(version: i32) -> Result<(), OpenError> {
    let mended = version >= 3_051_003
        || (3_050_007..3_051_000).contains(&version)
        || (3_044_006..3_045_000).contains(&version);
    if mended { Ok(()) } else { Err(OpenError::OldSqlite { version: rusqlite::version() }) }
}

/// What a failure of SQLite means for the caller.
fn error_kind(error: &rusqlite::Error) -> StoreErrorKind {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreErrorKind::Corrupt,
        Some(_) => StoreErrorKind::Unavailable,
        // What was read does not have the form it was written in.
        None => StoreErrorKind::Corrupt,
    }
}

/// An error of SQLite. Its text names tables and columns, never values.
fn database(error: rusqlite::Error) -> StoreError {
    StoreError::with_source(error_kind(&error), error)
}

#[async_trait]
impl FlowStore for SqliteStore {
    async fn load(&self, scope: &Scope, id: FlowId) -> Result<Option<StoredFlow>, StoreError> {
        let scope = scope.clone();
        self.read(move |connection| read::flow(connection, &scope, id).map_err(database)).await
    }

    async fn find(
        &self,
        scope: &Scope,
        kind: &str,
        key: &FlowKey,
    ) -> Result<Option<StoredFlow>, StoreError> {
        let (scope, kind, key) = (scope.clone(), kind.to_owned(), key.clone());
        self.read(move |connection| {
            read::flow_by_key(connection, &scope, &kind, &key).map_err(database)
        })
        .await
    }

    async fn find_request(
        &self,
        scope: &Scope,
        request: RequestId,
    ) -> Result<Option<StoredFlow>, StoreError> {
        let scope = scope.clone();
        self.read(move |connection| {
            read::flow_by_request(connection, &scope, request).map_err(database)
        })
        .await
    }

    async fn flows(&self, list: &FlowList<'_>) -> Result<Vec<StoredFlow>, StoreError> {
        let (scope, kind) = (list.scope.clone(), list.kind.to_owned());
        let (after, limit) = (list.after, list.limit);
        self.read(move |connection| {
            read::flows(connection, &scope, &kind, after, limit).map_err(database)
        })
        .await
    }

    async fn row(&self, scope: &Scope, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        let (scope, table, key) = (scope.clone(), table.to_owned(), key.to_owned());
        self.read(move |connection| read::row(connection, &scope, &table, &key).map_err(database))
            .await
    }

    async fn rows(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError> {
        let page = read::RowPage::of(list);
        self.read(move |connection| page.read(connection).map_err(database)).await
    }

    async fn body(&self, scope: &Scope, id: BodyId) -> Result<Option<Bytes>, StoreError> {
        let scope = scope.clone();
        self.read(move |connection| read::body(connection, &scope, id).map_err(database)).await
    }

    async fn accept(&self, arrival: &Arrival) -> Result<Accepted, StoreError> {
        let arrival = arrival.clone();
        self.write(move |connection| intake::accept(connection, &arrival).map_err(database)).await
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        let wanted = claim::Wanted::of(claim);
        self.write(move |connection| claim::claim(connection, &wanted).map_err(database)).await
    }

    async fn renew(
        &self,
        leases: &[Lease],
        until: DateTime<Utc>,
    ) -> Result<Vec<Lease>, StoreError> {
        let leases = leases.to_vec();
        self.write(move |connection| claim::renew(connection, leases, until).map_err(database))
            .await
    }

    async fn release(&self, kinds: &[&'static str], holder: &str) -> Result<(), StoreError> {
        let (kinds, holder) = (codec::list(kinds), holder.to_owned());
        self.write(move |connection| claim::release(connection, &kinds, &holder).map_err(database))
            .await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let (commit, listening) = (commit.clone(), self.inner.listening.clone());
        self.write(move |connection| {
            let committed = commit::commit(connection, &commit)?;
            listening.tell(connection, &commit)?;
            Ok(committed)
        })
        .await
    }

    async fn kept(&self, list: &KeptList<'_>) -> Result<Vec<KeptValue>, StoreError> {
        let page = kept::Page::of(list);
        self.read(move |connection| page.read(connection).map_err(database)).await
    }

    async fn replace_kept(&self, old: &KeptValue, new: Bytes) -> Result<bool, StoreError> {
        let old = old.clone();
        self.write(move |connection| kept::replace(connection, &old, &new).map_err(database)).await
    }

    fn has_listener(&self) -> bool {
        self.inner.listening.0.is_some()
    }

    async fn remember_request(
        &self,
        scope: &Scope,
        request: RequestId,
        flow: FlowId,
    ) -> Result<(), StoreError> {
        let scope = scope.clone();
        self.write(move |connection| commit::remember(connection, &scope, request, flow)).await
    }

    async fn dead_letters(&self, list: &DeadLetterList<'_>) -> Result<Vec<DeadLetter>, StoreError> {
        let wanted = upkeep::Letters::of(list);
        self.read(move |connection| wanted.read(connection).map_err(database)).await
    }

    async fn replay(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let scope = scope.clone();
        self.write(move |connection| {
            upkeep::replay(connection, &scope, work, now).map_err(database)
        })
        .await
    }

    async fn discard(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let scope = scope.clone();
        self.write(move |connection| {
            upkeep::discard(connection, &scope, work, now).map_err(database)
        })
        .await
    }

    async fn depths(&self, kinds: &[&'static str]) -> Result<Vec<QueueDepths>, StoreError> {
        let kinds = kinds.to_vec();
        self.read(move |connection| upkeep::depths(connection, &kinds).map_err(database)).await
    }

    async fn purge(&self, purge: &Purge<'_>) -> Result<Purged, StoreError> {
        let wanted = upkeep::Forget::of(purge);
        self.write(move |connection| upkeep::purge(connection, &wanted).map_err(database)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_that_can_lose_committed_transactions_is_refused() {
        for bad in [3_007_000, 3_040_001, 3_044_005, 3_045_000, 3_050_006, 3_051_000, 3_051_002] {
            assert!(refuse_old_sqlite(bad).is_err(), "{bad}");
        }
        for good in [3_044_006, 3_050_007, 3_051_003, 3_054_001, 4_000_000] {
            assert!(refuse_old_sqlite(good).is_ok(), "{good}");
        }
        assert!(
            refuse_old_sqlite(rusqlite::version_number()).is_ok(),
            "the one that we build with"
        );
    }
}
