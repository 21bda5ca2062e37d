//! Which records a transfer sends: rows beside its snapshot, which holds counts only.

use abdm_core::id::TransactionId;
use abdm_flow::store::{NewRow, Payload, PayloadError, RowChange};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::hooks::RecordId;

/// The table of the plans. The parent of a row is its transfer, by the transaction's id.
pub(crate) const TABLE: &str = "hip.transfer_page";
/// How many pages one row tells of. Part of what is stored: never change it.
const PER_ROW: u32 = 64;
/// A row goes with its transfer. One that a transfer should leave behind is forgotten so long after
/// the transfer must be over.
const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// The records of consecutive pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedRecords {
    /// The first of the pages.
    pub first: u32,
    /// The record of each, in order.
    pub records: Vec<RecordId>,
}

impl PlannedRecords {
    /// The rows of a plan whose first page is `first`.
    pub(crate) fn rows(first: u32, records: Vec<RecordId>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for (page, record) in (first..).zip(records) {
            match rows.last_mut().filter(|row| row.number() == page / PER_ROW) {
                Some(row) => row.records.push(record),
                None => rows.push(Self { first: page, records: vec![record] }),
            }
        }
        rows
    }

    const fn number(&self) -> u32 {
        self.first / PER_ROW
    }

    /// The record of a page, when this row tells it.
    pub(crate) fn record(&self, page: u32) -> Option<&RecordId> {
        self.records.get(usize::try_from(page.checked_sub(self.first)?).ok()?)
    }

    /// Writes the row. Of a transfer that must be over at `deadline`.
    pub(crate) fn written(
        &self,
        transaction: &TransactionId,
        deadline: DateTime<Utc>,
    ) -> Result<RowChange, PayloadError> {
        let row = NewRow::new(Payload::encode(self)?)
            .under(transaction.as_str(), i64::from(self.number()))
            .expiring(deadline + KEPT_FOR);
        Ok(RowChange::put(TABLE, row_key(transaction, self.first), row))
    }
}

/// The key of the row that tells of a page.
pub(crate) fn row_key(transaction: &TransactionId, page: u32) -> String {
    format!("{transaction}/{}", page / PER_ROW)
}

/// No plan is needed any more.
pub(crate) fn forget(transaction: &TransactionId) -> RowChange {
    RowChange::delete_children(TABLE, transaction.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(count: u32) -> Vec<RecordId> {
        (0..count).map(|n| format!("doc-{n}").parse().unwrap()).collect()
    }

    #[test]
    fn every_page_of_a_plan_is_told_by_the_row_under_its_key_and_by_no_other() {
        let transaction: TransactionId = "49455d89".parse().unwrap();
        // As of a transfer that begins, and of one that an older release has begun.
        for first in [0, 1, 63, 64, 100] {
            let rows = PlannedRecords::rows(first, records(130));
            let keys: Vec<_> = rows.iter().map(|row| row_key(&transaction, row.first)).collect();
            for (page, record) in (first..).zip(records(130)) {
                for (row, key) in rows.iter().zip(&keys) {
                    let told = (*key == row_key(&transaction, page)).then_some(&record);
                    assert_eq!(row.record(page), told, "page {page} from {first}, row {key}");
                }
            }
            assert!(rows.iter().all(|row| row.record(first + 130).is_none()));
        }
    }
}
