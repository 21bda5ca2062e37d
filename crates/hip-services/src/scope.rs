//! What may leave: the patient's consent, as types.
//!
//! A record reaches the network only as a [`ReleasedRecord`]; the only way to one is
//! [`Scope::release`]; the only way to a [`Scope`] is a consent that lives, of this facility, that
//! covers the request. Terms that are granted never change, so that a scope is good for a while;
//! that the consent still lives is looked at right before each try of a page, so that a revocation
//! counts at once. A record whose own HI type or date lies outside, or that names another patient
//! than the consent, never becomes one, whatever it was listed as.

use std::collections::BTreeSet;
use std::fmt;

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange};
use abdm_core::error::CallbackError;
use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::person::{AbhaAddress, AbhaNumber, NamedPatient, PatientMismatch};
use abdm_core::vocabulary::HiType;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::ConsentFlow;
use crate::hooks::{ListedRecord, Record, RecordId, RecordsWanted};

/// Why a request for records is refused. Each has the code that ABDM and the HIU understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The consent is unknown here, or the patient has taken it back.
    #[error("Consent Not granted")]
    NotGranted,
    /// The consent's time is over.
    #[error("Invalid or already expired consent artefact id")]
    Expired,
    /// The consent is about another facility, or the request names another.
    #[error("Invalid HIP ID")]
    OtherFacility,
    /// The request reaches beyond the consent's dates. It is refused, not trimmed.
    #[error("Date Range given is invalid")]
    OutsideDates,
    /// The HIU's key or nonce cannot be used: the records could not be encrypted.
    #[error("Invalid request: the key material cannot be used")]
    KeyMaterial,
    /// The push URL is not one that records may be sent to.
    #[error("Invalid request: the data push URL must be https and public")]
    PushUrl,
    /// The request cannot be read.
    #[error("Invalid request: it cannot be read")]
    Unreadable,
}

impl Refusal {
    /// The error to answer with.
    #[must_use]
    pub fn to_error(self) -> CallbackError {
        CallbackError::new(self.number(), &self.to_string())
    }

    const fn number(self) -> u16 {
        match self {
            Self::NotGranted => 1062,
            Self::Expired => 1112,
            Self::OtherFacility => 1035,
            Self::OutsideDates => 1063,
            Self::KeyMaterial | Self::PushUrl | Self::Unreadable => 1031,
        }
    }
}

/// What one request may take out under one consent, at one moment.
#[derive(Debug, Clone)]
pub struct Scope {
    hip_id: HipId,
    consent_id: ConsentId,
    transaction_id: TransactionId,
    abha_address: AbhaAddress,
    abha_number: Option<AbhaNumber>,
    care_contexts: Vec<ConsentCareContext>,
    hi_types: Vec<HiType>,
    dates: DateRange,
}

impl Scope {
    /// The scope of the request `transaction_id` for `dates` under `consent`, now, at the facility
    /// `hip_id`.
    ///
    /// # Errors
    /// When the consent does not live, is another facility's, or does not cover the dates.
    pub fn open(
        consent: &ConsentFlow,
        hip_id: &HipId,
        transaction_id: &TransactionId,
        dates: DateRange,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let terms = Self::terms(consent, hip_id, dates, now)?;
        let mut care_contexts = terms.care_contexts.clone();
        care_contexts.sort();
        care_contexts.dedup();
        Ok(Self {
            hip_id: hip_id.clone(),
            consent_id: consent.consent_id.clone(),
            transaction_id: transaction_id.clone(),
            abha_address: terms.patient.id.clone(),
            abha_number: None,
            care_contexts,
            hi_types: terms.hi_types.clone(),
            dates,
        })
    }

    /// The terms under which a request for `dates` may be served, now, at the facility `hip_id`.
    pub(crate) fn terms<'a>(
        consent: &'a ConsentFlow,
        hip_id: &HipId,
        dates: DateRange,
        now: DateTime<Utc>,
    ) -> Result<&'a ConsentDetail, Refusal> {
        let terms = consent.terms(now)?;
        if terms.hip.id != *hip_id {
            return Err(Refusal::OtherFacility);
        }
        if dates.from > dates.to || !terms.permission.date_range.covers(&dates) {
            return Err(Refusal::OutsideDates);
        }
        Ok(terms)
    }

    /// The same with the patient's ABHA number, where the facility knows it: a consent names the
    /// address alone, and a person may have several. [`Hip`](crate::Hip) knows it from the
    /// patient's link token
    /// ([`LinkTokenFlow::abha_number`](crate::flow::LinkTokenFlow::abha_number)); without it
    /// documents are compared by the address alone.
    #[must_use]
    pub fn of_number(mut self, number: Option<AbhaNumber>) -> Self {
        self.abha_number = number;
        self
    }

    /// The patient's address.
    #[must_use]
    pub const fn abha_address(&self) -> &AbhaAddress {
        &self.abha_address
    }

    /// The consent behind it.
    #[must_use]
    pub const fn consent_id(&self) -> &ConsentId {
        &self.consent_id
    }

    /// What to ask the hospital for: one question for each care context.
    pub fn questions(&self) -> impl Iterator<Item = RecordsWanted> + '_ {
        self.care_contexts.iter().map(|care_context| self.about(care_context))
    }

    fn about(&self, care_context: &ConsentCareContext) -> RecordsWanted {
        RecordsWanted {
            hip_id: self.hip_id.clone(),
            transaction_id: self.transaction_id.clone(),
            consent_id: self.consent_id.clone(),
            abha_address: self.abha_address.clone(),
            care_context: care_context.clone(),
            hi_types: self.hi_types.clone(),
            dates: self.dates,
        }
    }

    /// The question of one care context, when it is inside.
    #[must_use]
    pub fn question(&self, care_context: &ConsentCareContext) -> Option<RecordsWanted> {
        self.care_contexts.contains(care_context).then(|| self.about(care_context))
    }

    /// Which of the listed records lie inside, oldest first and each once, whatever the order of
    /// the list.
    #[must_use]
    pub fn select(&self, wanted: &RecordsWanted, listed: Vec<ListedRecord>) -> Vec<RecordId> {
        let mut inside: Vec<ListedRecord> = listed
            .into_iter()
            .filter(|record| self.covers(wanted, &record.hi_type, record.date))
            .collect();
        inside.sort_by(|a, b| (a.date, &a.hi_type, &a.id).cmp(&(b.date, &b.hi_type, &b.id)));
        let mut seen = BTreeSet::new();
        inside.retain(|record| seen.insert(record.id.clone()));
        inside.into_iter().map(|record| record.id).collect()
    }

    /// Lets out a record of the hospital.
    ///
    /// # Errors
    /// Why it is for nobody to send.
    pub fn release(
        &self,
        wanted: &RecordsWanted,
        record: Record,
    ) -> Result<ReleasedRecord, Withheld> {
        if !self.covers(wanted, &record.hi_type, record.date) {
            return Err(Withheld::OutsideConsent);
        }
        match self.mismatch(&record.content) {
            None => Ok(ReleasedRecord {
                care_context: wanted.care_context.care_context_reference.clone(),
                content: record.content,
            }),
            Some(mismatch) => Err(Withheld::OtherPatient(mismatch)),
        }
    }

    fn covers(&self, wanted: &RecordsWanted, hi_type: &HiType, date: DateTime<Utc>) -> bool {
        self.care_contexts.contains(&wanted.care_context)
            && self.hi_types.contains(hi_type)
            && self.dates.contains(date)
    }

    /// In what the patient whom a document names differs from the patient of the consent.
    fn mismatch(&self, document: &[u8]) -> Option<PatientMismatch> {
        let named = NamedPatient::of_document(document);
        named.mismatch(&self.abha_address, self.abha_number.as_ref())
    }
}

/// Why a record that the hospital gave is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Withheld {
    /// Its own HI type or date is not the consent's, whatever it was listed as.
    #[error("its HI type or date lies outside the consent")]
    OutsideConsent,
    /// It names another patient than the consent.
    #[error(transparent)]
    OtherPatient(PatientMismatch),
}

/// A record that lies inside a living consent and names no other patient. Cannot be made but by
/// [`Scope::release`].
#[derive(Clone)]
pub struct ReleasedRecord {
    care_context: CareContextReference,
    content: Bytes,
}

impl ReleasedRecord {
    /// The care context that it belongs to.
    #[must_use]
    pub const fn care_context(&self) -> &CareContextReference {
        &self.care_context
    }

    /// The document bundle, as the hospital gave it.
    #[must_use]
    pub const fn content(&self) -> &Bytes {
        &self.content
    }
}

/// Shows the size only.
impl fmt::Debug for ReleasedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReleasedRecord")
            .field("care_context", &self.care_context)
            .field("content_bytes", &self.content.len())
            .finish()
    }
}

#[cfg(test)]
mod tests;
