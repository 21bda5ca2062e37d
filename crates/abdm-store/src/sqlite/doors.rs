//! Doors for the vendor's own tables in the same file.

use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use abdm_flow::store::{Accepted, Arrival, Commit, StoreError, StoreErrorKind};
use rusqlite::Connection;

use super::{SqliteStore, database, intake};

/// Changes tables of the vendor's own together with the flows: whatever it writes on the connection
/// is part of the same transaction.
pub trait SqliteListener: Send + Sync + 'static {
    /// A commit is about to be made durable. It is in clear: flows, rows, notes and what becomes of
    /// the work. Write on `connection`, begin and end nothing, and be quick: everybody waits.
    ///
    /// # Errors
    /// The whole commit is undone and tried again later; also after a panic. The error's text is
    /// not logged: it may hold what was to be written.
    fn changed(
        &self,
        connection: &Connection,
        commit: &Commit,
    ) -> Result<(), Box<dyn StdError + Send + Sync>>;
}

/// The listener of a store, if it has one.
#[derive(Clone, Default)]
pub(super) struct Listening(pub(super) Option<Arc<dyn SqliteListener>>);

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listening").field(&self.0.is_some()).finish()
    }
}

impl Listening {
    pub(super) fn tell(&self, connection: &Connection, commit: &Commit) -> Result<(), StoreError> {
        let Some(listener) = &self.0 else {
            return Ok(());
        };
        // A panic in the vendor's code must not end the thread that writes for everybody.
        let call = AssertUnwindSafe(|| listener.changed(connection, commit.in_clear()));
        let changed = catch_unwind(call).unwrap_or_else(|_| Err("a listener panicked".into()));
        changed.map_err(|_| {
            tracing::warn!("a listener did not take a commit, which is undone");
            StoreError::with_source(StoreErrorKind::Unavailable, "the listener did not take it")
        })
    }
}

impl SqliteStore {
    /// Takes a message in within a transaction of the caller's, on a connection of the caller's to
    /// the same file: the message comes if and only if that transaction is committed. For "this
    /// record is final". The arrival is one that was made by
    /// [`Handle::as_kept`](abdm_flow::Handle::as_kept), so that it is sealed. Begin the transaction
    /// with `BEGIN IMMEDIATE`.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use abdm_flow::ids::RandomIds;
    /// use abdm_flow::store::{Arrival, BodyId, Inbound, InboundKey, Scope};
    /// use abdm_store::{SqliteStore, rusqlite};
    ///
    /// # let file = std::env::temp_dir().join(format!("abdm-store-doors-{}", std::process::id()));
    /// let store = SqliteStore::open(&file)?;
    /// let mut own = rusqlite::Connection::open(&file)?;
    /// own.execute("CREATE TABLE IF NOT EXISTS visits (id TEXT, final INTEGER)", [])?;
    ///
    /// let key = InboundKey::new("clinic.record-final", "OPD-42");
    /// let inbound = Inbound::new(key, "{}", chrono::Utc::now());
    /// let arrival =
    ///     Arrival::new(Scope::new("IN01"), "hip.link", inbound, BodyId::fresh(&RandomIds));
    ///
    /// let transaction = own.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    /// transaction.execute("INSERT INTO visits VALUES ('OPD-42', 1)", [])?;
    /// SqliteStore::accept_in(&transaction, &arrival)?;
    /// transaction.commit()?;
    /// # drop((own, store));
    /// # std::fs::remove_file(&file)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// As [`FlowStore::accept`](abdm_flow::store::FlowStore::accept); roll the transaction back.
    pub fn accept_in(connection: &Connection, arrival: &Arrival) -> Result<Accepted, StoreError> {
        intake::accept(connection, arrival).map_err(database)
    }
}
