//! What is known outside the simulated system, and what in it was not right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_core::id::{CareContextReference, ConsentId, RequestId, TransactionId};
use tokio::time::Instant;

/// Of what sort a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// A message, an effect, a document or a link that should be there is not, or is there twice.
    Lost,
    /// Something left that no consent covers, or stayed when its consent was over.
    OutsideConsent,
    /// Something came to no end in time.
    Stuck,
    /// A log line shows what it must not.
    Shown,
}

impl FaultKind {
    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::OutsideConsent => "outside consent",
            Self::Stuck => "stuck",
            Self::Shown => "shown in a log",
        }
    }
}

/// A message that ABDM told a facility.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) facility: String,
    pub(crate) endpoint: &'static str,
    pub(crate) number: RequestId,
}

/// Kept beside the run.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    /// The messages that were answered 202.
    accepted: BTreeSet<Told>,
    faults: Vec<(FaultKind, String)>,
    /// The grants that the hospital heard of.
    granted: BTreeSet<ConsentId>,
    /// When the hospital first heard that a consent is over.
    ended: BTreeMap<ConsentId, Instant>,
    /// Under which consent a transfer is.
    transfers: BTreeMap<TransactionId, ConsentId>,
    /// Which care contexts a HIP reported as delivered, by transfer.
    delivered: BTreeMap<TransactionId, BTreeSet<CareContextReference>>,
}

impl Ledger {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn fault(&self, kind: FaultKind, what: String) {
        self.book().faults.push((kind, what));
    }

    pub(crate) fn faults(&self) -> Vec<(FaultKind, String)> {
        self.book().faults.clone()
    }

    pub(crate) fn has_faults(&self) -> bool {
        !self.book().faults.is_empty()
    }

    pub(crate) fn accepted(&self, told: Told) {
        self.book().accepted.insert(told);
    }

    /// How many messages of an endpoint a facility has answered 202.
    pub(crate) fn accepted_by_endpoint(&self) -> BTreeMap<(String, &'static str), u64> {
        let mut counts = BTreeMap::new();
        for told in &self.book().accepted {
            *counts.entry((told.facility.clone(), told.endpoint)).or_default() += 1;
        }
        counts
    }

    pub(crate) fn consent_granted(&self, consent: &ConsentId) {
        self.book().granted.insert(consent.clone());
    }

    /// Whether the hospital heard of this grant: not of one that was over before word of it came.
    pub(crate) fn is_known_to_hospital(&self, consent: &ConsentId) -> bool {
        self.book().granted.contains(consent)
    }

    pub(crate) fn consent_ended(&self, consent: &ConsentId) {
        self.book().ended.entry(consent.clone()).or_insert_with(Instant::now);
    }

    pub(crate) fn ended_since(&self, consent: &ConsentId) -> Option<Instant> {
        self.book().ended.get(consent).copied()
    }

    pub(crate) fn transfer_begins(&self, transaction: &TransactionId, consent: &ConsentId) {
        self.book().transfers.insert(transaction.clone(), consent.clone());
    }

    pub(crate) fn consent_of(&self, transaction: &TransactionId) -> Option<ConsentId> {
        self.book().transfers.get(transaction).cloned()
    }

    pub(crate) fn delivered(
        &self,
        transaction: &TransactionId,
        contexts: impl IntoIterator<Item = CareContextReference>,
    ) {
        self.book().delivered.entry(transaction.clone()).or_default().extend(contexts);
    }

    /// Whether a transfer under this consent was reported to have delivered this care context.
    pub(crate) fn was_delivered(
        &self,
        consent: &ConsentId,
        context: &CareContextReference,
    ) -> bool {
        let book = self.book();
        let of = book.transfers.iter().filter(|(_, under)| *under == consent);
        of.map(|(transaction, _)| transaction)
            .any(|t| book.delivered.get(t).is_some_and(|contexts| contexts.contains(context)))
    }
}
