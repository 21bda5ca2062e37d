//! What is known outside the simulated system, and what in it was not right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_core::id::{CareContextReference, ConsentId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, Utc};
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::patient_status::AbhaStanding;
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
    /// A patient is offered or linked another's records, or another gets their OTP.
    OthersRecords,
    /// An OTP is taken that is wrong, is no longer the latest, or has ended.
    BadOtp,
    /// A link token, or a proof, is asked for more often than ABDM allows.
    TooOften,
    /// Something is asked of an account that is known to be switched off, or stays of one that is
    /// deleted, or how it stands is not known.
    SwitchedOff,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Lost,
        Self::OutsideConsent,
        Self::Stuck,
        Self::Shown,
        Self::OthersRecords,
        Self::BadOtp,
        Self::TooOften,
        Self::SwitchedOff,
    ];

    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::OutsideConsent => "outside consent",
            Self::Stuck => "stuck",
            Self::Shown => "shown in a log",
            Self::OthersRecords => "another's records",
            Self::BadOtp => "a bad OTP taken",
            Self::TooOften => "asked too often",
            Self::SwitchedOff => "an account that is off",
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
    /// When a message was first brought to a node.
    brought: BTreeMap<Told, DateTime<Utc>>,
    /// When the hospital first heard that a care context is linked.
    linked: BTreeMap<CareContextReference, DateTime<Utc>>,
    /// Of which ones it heard that they are not.
    not_linked: BTreeSet<CareContextReference>,
    faults: Vec<(FaultKind, String)>,
    /// What the hospital heard last of an account, and when.
    accounts: BTreeMap<String, (AbhaStanding, DateTime<Utc>)>,
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

    /// A message leaves for a node, from which on the node may deal with it.
    pub(crate) fn brought(&self, told: &Told, now: DateTime<Utc>) {
        self.book().brought.entry(told.clone()).or_insert(now);
    }

    pub(crate) fn brought_at(&self, told: &Told) -> Option<DateTime<Utc>> {
        self.book().brought.get(told).copied()
    }

    pub(crate) fn linked(&self, contexts: &[CareContextReference], now: DateTime<Utc>) {
        let mut book = self.book();
        for context in contexts {
            book.linked.entry(context.clone()).or_insert(now);
        }
    }

    /// The care contexts that the hospital knows to be linked, and since when.
    pub(crate) fn known_links(&self) -> BTreeMap<CareContextReference, DateTime<Utc>> {
        self.book().linked.clone()
    }

    pub(crate) fn not_linked(&self, contexts: &[CareContextReference]) {
        self.book().not_linked.extend(contexts.iter().cloned());
    }

    /// Whether the hospital heard once that one of these care contexts could not be linked.
    pub(crate) fn was_told_as_failed(&self, elements: &[PatientCareContexts]) -> bool {
        let book = self.book();
        let mut contexts = elements.iter().flat_map(|element| &element.care_contexts);
        contexts.any(|context| book.not_linked.contains(&context.reference_number))
    }

    /// The hospital hears how an account stands.
    pub(crate) fn account_heard(
        &self,
        patient: &AbhaAddress,
        standing: AbhaStanding,
        now: DateTime<Utc>,
    ) {
        self.book().accounts.insert(patient.to_string(), (standing, now));
    }

    /// What the hospital heard last of an account.
    pub(crate) fn account_as_heard(&self, patient: &AbhaAddress) -> Option<AbhaStanding> {
        self.book().accounts.get(patient.as_str()).map(|(standing, _)| *standing)
    }

    /// Since when the hospital knows that an account is off.
    pub(crate) fn heard_off_since(&self, patient: &AbhaAddress) -> Option<DateTime<Utc>> {
        let book = self.book();
        let (standing, since) = book.accounts.get(patient.as_str())?;
        (*standing != AbhaStanding::Active).then_some(*since)
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
