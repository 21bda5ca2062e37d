//! Rows that several flows change at the same moment: read, decided over, and written if nobody was
//! faster.

use abdm_flow::store::{NewRow, Payload, PayloadError, Row, RowChange, StoreError, StoreErrorKind};
use abdm_flow::{EffectContext, Flow};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How often a lost race is run again.
const MOST_RACES: u32 = 64;

/// Where the rows of a facility are.
#[async_trait]
pub(super) trait Rows: Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;

    /// The row with this key.
    async fn row(&self, table: &'static str, key: &str) -> Result<Option<Row>, StoreError>;

    /// Changes rows, all or none.
    async fn change(&self, rows: Vec<RowChange>) -> Result<(), StoreError>;
}

#[async_trait]
impl<F: Flow> Rows for EffectContext<'_, F> {
    fn now(&self) -> DateTime<Utc> {
        EffectContext::now(self)
    }

    async fn row(&self, table: &'static str, key: &str) -> Result<Option<Row>, StoreError> {
        EffectContext::row(self, table, key).await
    }

    async fn change(&self, rows: Vec<RowChange>) -> Result<(), StoreError> {
        self.checkpoint(rows).await
    }
}

/// Runs it again while it loses against somebody else who changes the same rows.
///
/// # Errors
/// The store's.
pub(super) async fn raced<T, F>(mut once: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for _ in 1..MOST_RACES {
        match once().await {
            Err(error) if error.kind == StoreErrorKind::Conflict => {
                tokio::task::yield_now().await;
            }
            ended => return ended,
        }
    }
    once().await
}

/// The row in place of the one that was read, or a new one where there was none.
pub(super) fn written(
    table: &'static str,
    key: String,
    before: Option<&Row>,
    row: NewRow,
) -> RowChange {
    match before {
        Some(before) => RowChange::replace(table, key, before, row),
        None => RowChange::insert(table, key, row),
    }
}

/// What a row is to say.
///
/// # Errors
/// When it has no JSON form.
pub(super) fn write<T: Serialize>(value: &T) -> Result<Payload, StoreError> {
    Payload::encode(value).map_err(unreadable)
}

/// What a row says.
///
/// # Errors
/// When it says something else.
pub(super) fn read<T: DeserializeOwned>(row: &Row) -> Result<T, StoreError> {
    row.payload.decode().map_err(unreadable)
}

fn unreadable(error: PayloadError) -> StoreError {
    StoreError::with_source(StoreErrorKind::Corrupt, error)
}
