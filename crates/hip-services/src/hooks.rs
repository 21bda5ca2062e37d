//! What the hospital implements.

mod old_visits;
mod one_function;
mod otp;
mod preparer;

use std::fmt;

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange};
use abdm_core::api::data_flow::TransferReport;
use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{ConsentStatus, HiType};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::old_visits::{BackfillCursor, OldVisit, OldVisits};
pub use self::one_function::{HospitalFn, hospital_fn};
pub use self::otp::{OtpMessage, OtpSender};
pub use self::preparer::{Readiness, RecordPreparer};
use crate::api::patient_status::AbhaStanding;
use crate::flow::Failure;
use crate::linked_context::LinkedBy;

/// The hospital behind a HIP: two questions about its own database.
///
/// ```
/// use async_trait::async_trait;
/// use hip_services::{Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted};
///
/// struct Clinic; // the connection to your database
///
/// #[async_trait]
/// impl Hospital for Clinic {
///     async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
///         // SELECT id, hi_type, made_at FROM documents WHERE visit = wanted.care_context …
///         Ok(Vec::new())
///     }
///
///     async fn document(
///         &self,
///         id: &RecordId,
///         wanted: &RecordsWanted,
///     ) -> Result<Option<Record>, HospitalError> {
///         // SELECT hi_type, made_at, bundle FROM documents WHERE id = id
///         Ok(None)
///     }
/// }
/// ```
///
/// A hospital with a handful of small documents for each visit can give one function instead:
/// [`hospital_fn`](crate::hospital_fn).
#[async_trait]
pub trait Hospital: Send + Sync + 'static {
    /// The records of one care context, of these HI types, made at these dates: without their
    /// contents, in any order.
    ///
    /// Asked once for each care context, when a transfer is planned; from then on the transfer goes
    /// by the ids. Too many do no harm, what lies outside the consent is left out; an empty list
    /// says that there are none. A record that is made later is for the next request.
    ///
    /// # Errors
    /// Any: it is asked again a few times, then the care context is reported as not delivered. An
    /// answer that takes longer than 60 seconds is dropped and counts as an error.
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError>;

    /// One of the records that were listed, with its contents. `None` when it is no longer there:
    /// its care context is then reported so, the others go on.
    ///
    /// Asked once for each record, shortly before its page leaves, and for several records at a
    /// time ([`HipBuilder::pages_at_once`](crate::HipBuilder::pages_at_once) of a transfer,
    /// [`HipBuilder::documents_at_once`](crate::HipBuilder::documents_at_once) of all). Asked again
    /// when it answered with an error, when the HIU or the store could not be reached, when the
    /// pages of other transfers left no room for it for half a minute, and when the process died
    /// over it. The last record of a transfer, and those before it that turn out not to be
    /// sendable, are asked for once more, before the first page leaves: the number of pages depends
    /// on them. HI type, date and patient of the record itself are compared with the consent.
    ///
    /// A record that is gone once its page may have left keeps its page number, so that no other
    /// record goes out under it: a HIU that did not get the page waits for it to the transfer's
    /// end.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError>;

    /// Told of what happened. At least once for each event, in order within one link, consent or
    /// transfer.
    ///
    /// # Errors
    /// Any: the event is told again after growing pauses. Taking longer than 60 seconds counts as
    /// one.
    async fn on_event(&self, event: &HipEvent) -> Result<(), HospitalError> {
        tracing::debug!(event = event.name(), "a HIP event");
        Ok(())
    }
}

abdm_core::opaque_id! {
    /// The hospital's own number of one record, the same whenever it is asked. Part of what is
    /// stored while a transfer is under way, so no name of a person; unique within its care
    /// context.
    pub struct RecordId;
}

/// A record without its contents: one line of a hospital's answer to [`Hospital::list`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedRecord {
    /// Its number.
    pub id: RecordId,
    /// Its kind.
    pub hi_type: HiType,
    /// When it was made: decides whether the consent's dates let it out.
    pub date: DateTime<Utc>,
}

impl ListedRecord {
    /// The record `id`, of this kind, made at `date`.
    #[must_use]
    pub const fn new(id: RecordId, hi_type: HiType, date: DateTime<Utc>) -> Self {
        Self { id, hi_type, date }
    }
}

/// Which records are wanted. Everything in it is inside the patient's consent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordsWanted {
    /// Of which facility.
    pub hip_id: HipId,
    /// For which transfer: the same in every question of one transfer.
    pub transaction_id: TransactionId,
    /// Under which consent.
    pub consent_id: ConsentId,
    /// Whose, as ABDM knows them.
    pub abha_address: AbhaAddress,
    /// Whose and of which visit, as the facility knows them.
    pub care_context: ConsentCareContext,
    /// Of which kinds.
    pub hi_types: Vec<HiType>,
    /// Made when.
    pub dates: DateRange,
}

/// One record: a FHIR document bundle as bytes. Sent exactly as given.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its kind.
    pub hi_type: HiType,
    /// When it was made: decides whether the consent's dates let it out.
    pub date: DateTime<Utc>,
    /// The document bundle, UTF-8 JSON.
    pub content: Bytes,
}

impl Record {
    /// A record.
    #[must_use]
    pub fn new(hi_type: HiType, date: DateTime<Utc>, content: impl Into<Bytes>) -> Self {
        Self { hi_type, date, content: content.into() }
    }
}

/// Shows the size only.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("hi_type", &self.hi_type)
            .field("date", &self.date)
            .field("content_bytes", &self.content.len())
            .finish()
    }
}

/// What happened, in the words of the hospital.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HipEvent {
    /// Care contexts are linked.
    Linked {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// To which address.
        abha_address: AbhaAddress,
        /// Which.
        care_contexts: Vec<CareContextReference>,
        /// Whether they had been linked before.
        already: bool,
        /// Who began the link.
        #[serde(default = "LinkedBy::facility")]
        linked_by: LinkedBy,
        /// What ABDM said, when it was neither an error nor one of the texts that the contract
        /// knows: taken as linked (rulings.md 28), for a person to look at.
        #[serde(default)]
        unknown_status: Option<AbdmText>,
    },
    /// Whether care contexts are linked is unknown: ABDM's word is overdue.
    LinkUnknown {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// To which address.
        abha_address: AbhaAddress,
        /// Which.
        care_contexts: Vec<CareContextReference>,
    },
    /// Care contexts are not linked.
    LinkFailed {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// To which address.
        abha_address: AbhaAddress,
        /// Which.
        care_contexts: Vec<CareContextReference>,
        /// Why, and what to do.
        failure: Failure,
    },
    /// A visit whose record is final does not get linked by itself
    /// ([`Hip::record_is_final`](crate::Hip::record_is_final)), or its notice not sent: somebody
    /// must act. Of each try in vain before a [`LinkFailed`](Self::LinkFailed) has told.
    AutoLinkStopped {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// To which address.
        abha_address: AbhaAddress,
        /// Which.
        care_context: CareContextReference,
        /// Whether it is linked all the same, and only the notice of its records was not taken.
        linked: bool,
        /// Why, and what to do. When it is done, say again that the record is final, with the
        /// details as they are in the ABHA profile.
        failure: Failure,
    },
    /// A patient looked for their records from their app, and ABDM has the answer.
    DiscoveryAnswered {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// Which discovery.
        transaction_id: TransactionId,
        /// What they may link now: nothing, if they were not found.
        offered: Vec<CareContextReference>,
        /// Why, without a name or number: for the help desk, when a patient says that their records
        /// are not found.
        explanation: String,
    },
    /// ABDM did not take an answer to a patient who looks for their records or links them, or nobody
    /// knows whether it did: their app shows an error of its own. Of a link whose OTP was right
    /// [`LinkFailed`](Self::LinkFailed) or [`LinkUnknown`](Self::LinkUnknown) tells.
    UserLinkFailed {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// Which discovery.
        transaction_id: TransactionId,
        /// Why, and what to do.
        failure: Failure,
    },
    /// A patient lets somebody have records.
    ConsentGranted(Box<ConsentDetail>),
    /// A consent is over: nothing leaves under it any more.
    ConsentEnded {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// Which.
        consent_id: ConsentId,
        /// `REVOKED` or `EXPIRED`.
        status: ConsentStatus,
    },
    /// A request for records was refused, before anything left.
    TransferRefused {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// Which.
        transaction_id: TransactionId,
        /// Under which consent it was asked.
        consent_id: ConsentId,
        /// Why.
        failure: Failure,
    },
    /// A transfer has ended: the report as ABDM got it.
    TransferEnded(TransferReport),
    /// A patient has deactivated, reactivated or deleted their ABHA account (feature
    /// `patient_status`). Take a deleted address off the patient at your side, and keep the
    /// clinical records and the local patient (m2-hip.md 9).
    PatientStatusChanged {
        /// At which facility.
        #[serde(default = "stored_without")]
        hip_id: HipId,
        /// Which address.
        abha_address: AbhaAddress,
        /// How the account stands now.
        standing: AbhaStanding,
    },
}

/// A text of ABDM's, cut to 256 characters. It may name a person: `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AbdmText(String);

impl AbdmText {
    /// The first 256 characters of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().chars().take(256).collect())
    }

    /// The text. Show it, do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AbdmText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbdmText({} characters)", self.0.chars().count())
    }
}

/// Stands in an event that an earlier release has stored: it named no facility. Nobody is told it,
/// see [`HipEvent::at`].
#[expect(clippy::expect_used, reason = "a literal, which a test reads")]
fn stored_without() -> HipId {
    HipId::new("not-stored").expect("a literal id")
}

impl HipEvent {
    /// The facility at which it happened.
    #[must_use]
    pub const fn hip_id(&self) -> &HipId {
        match self {
            Self::Linked { hip_id, .. }
            | Self::LinkUnknown { hip_id, .. }
            | Self::LinkFailed { hip_id, .. }
            | Self::AutoLinkStopped { hip_id, .. }
            | Self::DiscoveryAnswered { hip_id, .. }
            | Self::UserLinkFailed { hip_id, .. }
            | Self::ConsentEnded { hip_id, .. }
            | Self::TransferRefused { hip_id, .. }
            | Self::PatientStatusChanged { hip_id, .. } => hip_id,
            Self::ConsentGranted(detail) => &detail.hip.id,
            Self::TransferEnded(report) => &report.status_notification.hip_id,
        }
    }

    /// The same, at the facility whose flow tells it.
    pub(crate) fn at(mut self, facility: HipId) -> Self {
        match &mut self {
            Self::Linked { hip_id, .. }
            | Self::LinkUnknown { hip_id, .. }
            | Self::LinkFailed { hip_id, .. }
            | Self::AutoLinkStopped { hip_id, .. }
            | Self::DiscoveryAnswered { hip_id, .. }
            | Self::UserLinkFailed { hip_id, .. }
            | Self::ConsentEnded { hip_id, .. }
            | Self::TransferRefused { hip_id, .. }
            | Self::PatientStatusChanged { hip_id, .. } => *hip_id = facility,
            Self::ConsentGranted(_) | Self::TransferEnded(_) => {}
        }
        self
    }

    /// Its name, for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Linked { .. } => "linked",
            Self::LinkUnknown { .. } => "link-unknown",
            Self::LinkFailed { .. } => "link-failed",
            Self::AutoLinkStopped { .. } => "auto-link-stopped",
            Self::DiscoveryAnswered { .. } => "discovery-answered",
            Self::UserLinkFailed { .. } => "user-link-failed",
            Self::ConsentGranted(_) => "consent-granted",
            Self::ConsentEnded { .. } => "consent-ended",
            Self::TransferRefused { .. } => "transfer-refused",
            Self::TransferEnded(_) => "transfer-ended",
            Self::PatientStatusChanged { .. } => "patient-status-changed",
        }
    }
}

/// Why the hospital could not do what it was asked. Made from any error with `?`.
///
/// Shows as "the hospital's own system failed", in `Debug`, too: the error inside may name a
/// patient, so its text reaches neither logs nor store. Log it where it happens, or read it by
/// [`source`](Self::source).
pub struct HospitalError(Box<dyn std::error::Error + Send + Sync>);

impl HospitalError {
    /// An error of this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// The error inside, for the hospital's own eyes.
    #[must_use]
    pub fn source(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for HospitalError {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for HospitalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the hospital's own system failed")
    }
}

impl fmt::Debug for HospitalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HospitalError").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_an_earlier_release_is_told_at_the_facility_whose_flow_it_is() {
        let facility: HipId = "IN0000000001_2".parse().unwrap();
        for stored in [
            r#"{"Linked":{"abha_address":"asha.test@sbx","care_contexts":["OPD-1"],"already":false}}"#,
            r#"{"LinkUnknown":{"abha_address":"asha.test@sbx","care_contexts":["OPD-1"]}}"#,
            r#"{"LinkFailed":{"abha_address":"asha.test@sbx","care_contexts":["OPD-1"],
                "failure":{"code":null,"text":"why"}}}"#,
            r#"{"AutoLinkStopped":{"abha_address":"asha.test@sbx","care_context":"OPD-1",
                "linked":false,"failure":{"code":null,"text":"why"}}}"#,
            r#"{"DiscoveryAnswered":{"transaction_id":"t","offered":[],"explanation":"none"}}"#,
            r#"{"ConsentEnded":{"consent_id":"c","status":"REVOKED"}}"#,
            r#"{"TransferRefused":{"transaction_id":"t","consent_id":"c",
                "failure":{"code":null,"text":"why"}}}"#,
            r#"{"PatientStatusChanged":{"abha_address":"asha.test@sbx","standing":"Deleted"}}"#,
        ] {
            let event: HipEvent = serde_json::from_str(stored).unwrap();
            assert_eq!(event.hip_id(), &stored_without(), "{stored}");
            assert_eq!(event.at(facility.clone()).hip_id(), &facility, "{stored}");
        }
    }

    #[test]
    fn an_error_of_the_hospital_shows_its_text_to_the_hospital_only() {
        let error = HospitalError::new("no row for Asha Test Kumari");
        assert!(!format!("{error} {error:?}").contains("Asha"));
        assert!(error.source().to_string().contains("Asha"));
    }
}
