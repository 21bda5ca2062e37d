//! Reads a record from the hospital.

use abdm_role::hook;
use std::time::Duration;

use super::{Context, TransferHost};
use crate::hooks::{Record, RecordId, RecordsWanted};
use crate::host::{MOST_HOSPITAL_TRIES, ask_hospital};

/// What ABDM is told when the hospital's own system does not answer.
pub(super) const HOSPITAL_FAILED: &str = "the record could not be produced";
/// The pause after the first try; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Why there is no record.
pub(super) enum Unread {
    /// It is no longer there.
    Gone,
    /// The hospital's own system did not give it; later it may.
    HospitalFailed(&'static str),
}

impl Unread {
    /// In the words of the report.
    pub(super) const fn reported(&self) -> &'static str {
        match self {
            Self::Gone => "the record is no longer there",
            Self::HospitalFailed(_) => HOSPITAL_FAILED,
        }
    }
}

impl TransferHost {
    /// A record as the hospital has it now.
    pub(super) async fn read(
        &self,
        cx: &Context<'_>,
        wanted: &RecordsWanted,
        record: &RecordId,
    ) -> Result<Record, Unread> {
        let read = ask_hospital(
            hook!(hospital "Hospital::document"),
            self.facility.hospital.document(record, wanted),
        )
        .await;
        cx.progress();
        match read {
            Ok(Some(record)) => Ok(record),
            Ok(None) => {
                let care_context = &wanted.care_context.care_context_reference;
                tracing::warn!(%care_context, "a listed document is no longer there");
                Err(Unread::Gone)
            }
            Err(reason) => Err(Unread::HospitalFailed(reason)),
        }
    }

    /// The same, asked for again a few times while the hospital's own system fails.
    pub(super) async fn read_patiently(
        &self,
        cx: &Context<'_>,
        wanted: &RecordsWanted,
        record: &RecordId,
    ) -> Result<Record, Unread> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..MOST_HOSPITAL_TRIES {
            match self.read(cx, wanted, record).await {
                Err(Unread::HospitalFailed(reason)) => {
                    tracing::info!(reason, "a record is asked for again");
                }
                read => return read,
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.read(cx, wanted, record).await.inspect_err(|why| {
            if let Unread::HospitalFailed(reason) = why {
                tracing::error!(reason, "the hospital could not produce a record");
            }
        })
    }
}
