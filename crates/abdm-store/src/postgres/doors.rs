//! Doors for the vendor's own tables in the same database.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use abdm_flow::store::{Accepted, Arrival, Commit, StoreError, StoreErrorKind};
use async_trait::async_trait;
use tokio_postgres::Transaction;
use tokio_postgres::error::SqlState;

use super::{PostgresStore, database, intake};

/// Changes tables of the vendor's own together with the flows: whatever it writes in the
/// transaction is committed with them, or not at all.
#[async_trait]
pub trait PostgresListener: Send + Sync + 'static {
    /// A commit is about to be made durable. It is in clear: flows, rows, notes and what becomes of
    /// the work. Name tables with their schema. It runs in a savepoint: a statement of yours that
    /// failed undoes the commit, also if you have let its error pass. The connection is the store's,
    /// and has `enable_seqscan = off` and `jit = off`: where your statement needs a scan, begin with
    /// `SET LOCAL enable_seqscan = on`.
    ///
    /// # Errors
    /// The whole commit is undone and tried again later. The error's text is not logged: it may
    /// hold what was to be written.
    async fn changed(
        &self,
        transaction: &Transaction<'_>,
        commit: &Commit,
    ) -> Result<(), Box<dyn StdError + Send + Sync>>;
}

/// The listener of a store, if it has one.
#[derive(Clone, Default)]
pub(super) struct Listening(pub(super) Option<Arc<dyn PostgresListener>>);

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listening").field(&self.0.is_some()).finish()
    }
}

impl Listening {
    pub(super) async fn tell(
        &self,
        transaction: &mut deadpool_postgres::Transaction<'_>,
        commit: &Commit,
    ) -> Result<(), StoreError> {
        let Some(listener) = &self.0 else {
            return Ok(());
        };
        // After a failed statement PostgreSQL answers a COMMIT with a rollback, and no error; the
        // release of a savepoint it refuses.
        let savepoint = transaction.transaction().await.map_err(database)?;
        let changed = listener.changed(&savepoint, commit.in_clear()).await;
        if changed.is_ok() {
            match savepoint.commit().await {
                Ok(()) => return Ok(()),
                Err(error) if error.code() != Some(&SqlState::IN_FAILED_SQL_TRANSACTION) => {
                    return Err(database(error));
                }
                Err(_) => {}
            }
        }
        tracing::warn!("a listener did not take a commit, which is undone");
        Err(StoreError::with_source(StoreErrorKind::Unavailable, "the listener did not take it"))
    }
}

impl PostgresStore {
    /// Takes a message in within a transaction of the caller's, on a connection of the caller's to
    /// the same database: the message comes if and only if that transaction is committed. For "this
    /// record is final". The arrival is one that was made by
    /// [`Handle::as_kept`](abdm_flow::Handle::as_kept), so that it is sealed.
    ///
    /// ```no_run
    /// # use abdm_flow::store::Arrival;
    /// # use abdm_store::{PostgresStore, tokio_postgres};
    /// # async fn example(
    /// #     store: PostgresStore, own: &mut tokio_postgres::Client, arrival: Arrival,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let transaction = own.transaction().await?;
    /// transaction.execute("UPDATE visits SET final = true WHERE id = 'OPD-42'", &[]).await?;
    /// store.accept_in(&transaction, &arrival).await?;
    /// transaction.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`FlowStore::accept`](abdm_flow::store::FlowStore::accept); the transaction is then
    /// broken.
    pub async fn accept_in(
        &self,
        transaction: &Transaction<'_>,
        arrival: &Arrival,
    ) -> Result<Accepted, StoreError> {
        intake::accept_in(transaction, &self.schema, arrival).await
    }
}
