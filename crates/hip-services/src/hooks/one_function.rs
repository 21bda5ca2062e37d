//! A hospital as one function, for a vendor with ten lines of code.

use std::fmt;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use super::{Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted};

/// A hospital that is one function: the records of one care context, with their contents.
///
/// ```
/// use hip_services::{HospitalError, Record, RecordsWanted, hospital_fn};
///
/// let hospital = hospital_fn(|wanted: RecordsWanted| async move {
///     let visit = &wanted.care_context.care_context_reference;
///     let _bundle = std::fs::read(format!("{visit}.json"));
///     Ok(Vec::<Record>::new())
/// });
/// ```
///
/// For a handful of small documents in each visit: the function is asked once for the plan and once
/// more for each document, each time for all of them. A record is known by the digest of its
/// contents, HI type and date, so that the order of an answer does not matter, and a record that
/// came or went in between moves no other. A document that was changed in between is no longer
/// there; the changed one is for the next request. Who has many or large documents implements
/// [`Hospital`].
#[must_use]
pub fn hospital_fn<F, Fut>(records: F) -> HospitalFn<F>
where
    F: Fn(RecordsWanted) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Vec<Record>, HospitalError>> + Send + 'static,
{
    HospitalFn { records }
}

/// What [`hospital_fn`] makes.
pub struct HospitalFn<F> {
    records: F,
}

impl<F> fmt::Debug for HospitalFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HospitalFn").finish_non_exhaustive()
    }
}

#[async_trait]
impl<F, Fut> Hospital for HospitalFn<F>
where
    F: Fn(RecordsWanted) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Vec<Record>, HospitalError>> + Send + 'static,
{
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let records = (self.records)(wanted.clone()).await?;
        numbered(records)
            .map(|(id, record)| Ok(ListedRecord::new(id?, record.hi_type, record.date)))
            .collect()
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        for (own, record) in numbered((self.records)(wanted.clone()).await?) {
            if own? == *id {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// Each record with its number: its digest, and which of those with the same digest it is.
fn numbered(
    records: Vec<Record>,
) -> impl Iterator<Item = (Result<RecordId, HospitalError>, Record)> {
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    records.into_iter().map(move |record| {
        let digest = digest(&record);
        let before = seen.entry(digest.clone()).or_default();
        let id = RecordId::new(format!("{digest}-{before}"));
        *before += 1;
        (id.map_err(HospitalError::from), record)
    })
}

fn digest(record: &Record) -> String {
    let hi_type = record.hi_type.as_str();
    let date = record.date.timestamp_micros().to_be_bytes();
    let hash = Sha256::new()
        .chain_update(u64::try_from(hi_type.len()).unwrap_or_default().to_be_bytes())
        .chain_update(hi_type)
        .chain_update(date)
        .chain_update(&record.content)
        .finalize();
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
