//! What of a back-fill stands in rows: visits that wait for another try, and those that failed.

use abdm_flow::Step;
use abdm_flow::store::{NewRow, Payload, RowChange};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{BackfillEffect, BackfillFailure};
use crate::patient::LinkPatient;

/// The table of those that wait. The parent of a row is the name of its back-fill.
pub(crate) const LATER: &str = "hip.backfill_later";
/// The table of those that failed. The parent of a row is the name of its back-fill.
pub(crate) const FAILED: &str = "hip.backfill_failure";

/// How long a failure is kept.
const KEPT_FOR: TimeDelta = TimeDelta::days(365);

type BackfillStep = Step<BackfillEffect>;

/// A patient who is tried again.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Later {
    /// The name of the row, which the store does not tell.
    pub(crate) key: String,
    /// How often they were tried.
    pub(crate) tries: u32,
    /// Since when.
    pub(crate) since: DateTime<Utc>,
    /// Who, and which visits.
    pub(crate) patient: LinkPatient,
}

impl Later {
    /// A patient whose link was the back-fill's `wish`.
    pub(super) fn of(name: &str, wish: u64, since: DateTime<Utc>, patient: LinkPatient) -> Self {
        Self { key: format!("{name}/{wish}"), tries: 0, since, patient }
    }

    /// Writes it with a step.
    pub(super) fn put(&self, name: &str, due: DateTime<Utc>, step: BackfillStep) -> BackfillStep {
        step.put(LATER, self.key.clone(), (name, due.timestamp_micros()), self)
    }
}

pub(super) fn forget(key: &str, step: BackfillStep) -> BackfillStep {
    step.row(RowChange::delete(LATER, key))
}

/// Forgets what an earlier back-fill of the same name has left.
pub(super) fn forget_all(name: &str, tables: &[&'static str], step: BackfillStep) -> BackfillStep {
    tables.iter().fold(step, |step, table| step.row(RowChange::delete_children(table, name)))
}

/// Writes the failure that is the `number`th of its back-fill.
pub(super) fn put_failure(
    name: &str,
    number: i64,
    failure: &BackfillFailure,
    mut step: BackfillStep,
) -> BackfillStep {
    match Payload::encode(failure) {
        Ok(payload) => {
            let row = NewRow::new(payload).under(name, number).expiring(failure.at + KEPT_FOR);
            step.rows.push(RowChange::put(FAILED, format!("{name}/{number}"), row));
            step
        }
        // It has a JSON form; if it had none, the step would say so.
        Err(_) => step.put(FAILED, format!("{name}/{number}"), (name, number), failure),
    }
}
