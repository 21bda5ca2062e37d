//! A hospital with as many documents as a test wants, each made when it is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use abdm_core::vocabulary::HiType;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hip_services::{Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted};

/// How many documents exist at once.
#[derive(Debug, Default)]
pub(crate) struct Held {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Held {
    /// The most there were at one moment.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

/// A document that is counted as long as anybody has it.
struct Document {
    text: String,
    held: Arc<Held>,
}

impl AsRef<[u8]> for Document {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        self.held.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// So many prescriptions, all of the visit OPD-1.
#[derive(Debug, Clone)]
pub(crate) struct Archive {
    pub(crate) documents: usize,
    pub(crate) held: Arc<Held>,
}

impl Archive {
    pub(crate) fn of(documents: usize) -> Self {
        Self { documents, held: Arc::default() }
    }

    /// What the document of this number says.
    pub(crate) fn text(number: usize) -> String {
        format!("prescription {number}")
    }
}

fn date() -> DateTime<Utc> {
    "2026-01-02T10:30:00Z".parse().unwrap()
}

#[async_trait]
impl Hospital for Archive {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let there = wanted.care_context.care_context_reference.as_str() == "OPD-1";
        let numbers = 0..if there { self.documents } else { 0 };
        let listed = numbers.map(|number| {
            let id = format!("{number:06}").parse().unwrap();
            ListedRecord::new(id, HiType::Prescription, date())
        });
        Ok(listed.collect())
    }

    async fn document(
        &self,
        id: &RecordId,
        _: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let now = self.held.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.held.most.fetch_max(now, Ordering::SeqCst);
        let text = Self::text(id.as_str().parse().unwrap());
        let document = Document { text, held: Arc::clone(&self.held) };
        Ok(Some(Record::new(HiType::Prescription, date(), Bytes::from_owner(document))))
    }
}
