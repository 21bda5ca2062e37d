//! What the hospital's software supplies: a place for the records, and an ear for what happens.

mod event;
mod memory;
mod received;

use std::collections::BTreeSet;

use abdm_core::id::ConsentId;
use abdm_core::person::PatientMismatch;
use async_trait::async_trait;

pub use self::event::{EventId, HiuEvent, TransferSummary};
pub use self::memory::{MemoryRecords, SetAsideDocument, StoredDocument};
pub(crate) use self::received::hex;
pub use self::received::{ErasureProof, Provenance, ReceivedDocument};
use crate::flow::DocumentId;

/// Where received documents live: the hospital's record store.
///
/// [`MemoryRecords`] is the reference. Every method may be called again for the same thing after a
/// crash, and must then change nothing.
///
/// # Duties (m3-hiu.md 4)
/// - Keep documents encrypted, with their provenance, and show them only while their consent lives.
/// - Under access mode `VIEW`, keep nothing beyond need.
/// - After [`erase`](Records::erase) nothing of them is left: no copies, no derived rows, no index.
///   What comes later under a consent whose proof is there is not kept, and that is no error: a
///   node that was held up may bring it after another one has erased.
///
/// ```
/// use std::collections::BTreeSet;
///
/// use abdm_core::id::ConsentId;
/// use async_trait::async_trait;
/// use hiu_services::flow::DocumentId;
/// use hiu_services::hooks::{ErasureProof, MemoryRecords, ReceivedDocument, Records, RecordsError};
/// use hiu_services::{EventId, HiuEvent};
///
/// /// Your database; here the reference stands for it.
/// #[derive(Debug)]
/// struct Chart(MemoryRecords);
///
/// #[async_trait]
/// impl Records for Chart {
///     async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
///         self.0.keep(document).await
///     }
///
///     async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
///         self.0.held(consent).await
///     }
///
///     async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
///         self.0.erase(proof).await
///     }
///
///     async fn on_event(&self, id: &EventId, event: &HiuEvent) -> Result<(), RecordsError> {
///         // INSERT INTO notices (id, …) VALUES (id, …) ON CONFLICT DO NOTHING
///         if let HiuEvent::TransferEnded(summary) = event {
///             println!("{id}: {} documents came", summary.documents);
///         }
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Records: std::fmt::Debug + Send + Sync + 'static {
    /// Keeps one document. A document whose id is there already is kept once. When it returns, the
    /// document is durable: ABDM is told that it was received.
    ///
    /// # Errors
    /// When it could not be kept: it is offered again later.
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError>;

    /// Sets a document aside that names another patient than its consent: somewhere apart, where it
    /// appears in nobody's history, for a person to look at. Its provenance names the consent's
    /// patient, not whom it is about. Whether it was kept; if not, only the delivery's report tells
    /// of it.
    ///
    /// Keeps nothing unless implemented. Whoever keeps it must [`erase`](Records::erase) it with
    /// the others of its consent.
    ///
    /// # Errors
    /// When it could not be kept: it is offered again later.
    async fn set_aside(
        &self,
        document: ReceivedDocument,
        mismatch: PatientMismatch,
    ) -> Result<bool, RecordsError> {
        tracing::warn!(document = %document.id, %mismatch, "a received document was not kept");
        Ok(false)
    }

    /// The ids of everything that is here under one consent artefact, set aside or not. Asked
    /// before it is erased: a document whose keeping a crash cut off from its record is known here
    /// alone, and the proof must count it.
    ///
    /// # Errors
    /// When it could not be told: it is asked for again, until it succeeds.
    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError>;

    /// Erases everything kept under one consent artefact, set aside or not, and keeps the proof in
    /// its place. Gives back the proof that is kept: this one, or that of an earlier erasure, whose
    /// end a crash has hidden.
    ///
    /// # Errors
    /// When it could not be erased: it is asked for again, until it succeeds.
    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError>;

    /// Told of what happened. At least once for each event, in order within one consent request,
    /// and in order within one artefact; whoever must not act twice recognises a repetition by its
    /// `id`. Does nothing unless implemented.
    ///
    /// # Errors
    /// Any: the event is told again after growing pauses; one that is never taken is set aside for
    /// a person to look at. Taking longer than 60 seconds counts as an error.
    async fn on_event(&self, id: &EventId, event: &HiuEvent) -> Result<(), RecordsError> {
        tracing::debug!(%id, event = event.name(), "an event of the HIU");
        Ok(())
    }
}

/// Why the hospital's record store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("the record store failed: {reason}")]
#[non_exhaustive]
pub struct RecordsError {
    /// What failed, in words for the operator; never contents.
    pub reason: String,
    /// The cause, where there is one.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl RecordsError {
    /// An error without a further cause.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), source: None }
    }

    /// An error with its cause.
    #[must_use]
    pub fn with_source(
        reason: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { reason: reason.into(), source: Some(source.into()) }
    }
}
