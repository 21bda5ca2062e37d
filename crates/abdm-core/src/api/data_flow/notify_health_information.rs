//! `NotifyHealthInformation`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{CareContextReference, ConsentId, HipId, TransactionId};
use crate::lenient;
use crate::vocabulary::{HiStatus, NotifierType, SessionStatus};
use crate::wire::Accepted;

crate::endpoint! {
    /// Report how a transfer ended: once by the HIP, once by the HIU. A second report of the same
    /// consent and transaction is refused with ABDM-1101, which means "already reported".
    pub NotifyHealthInformation {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/data-flow/v3/health-information/notify",
        auth: Session,
        request: HealthInformationReport,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: DataNotify,
        source: "m2-hip.md 8.4, m3-hiu.md 3.4",
    }
}

/// The envelope of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HealthInformationReport {
    /// The report.
    pub notification: TransferReport,
}

impl From<TransferReport> for HealthInformationReport {
    fn from(notification: TransferReport) -> Self {
        Self { notification }
    }
}

/// How one transfer ended, in the words of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TransferReport {
    /// Under which consent artefact.
    pub consent_id: ConsentId,
    /// Which transfer.
    pub transaction_id: TransactionId,
    /// When it ended.
    #[serde(with = "lenient::instant")]
    pub done_at: DateTime<Utc>,
    /// Who reports.
    pub notifier: Notifier,
    /// What happened.
    pub status_notification: StatusNotification,
}

impl TransferReport {
    /// A report by its parts.
    #[must_use]
    pub const fn new(
        consent_id: ConsentId,
        transaction_id: TransactionId,
        done_at: DateTime<Utc>,
        notifier: Notifier,
        status_notification: StatusNotification,
    ) -> Self {
        Self { consent_id, transaction_id, done_at, notifier, status_notification }
    }
}

/// Who reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Notifier {
    /// HIP or HIU.
    #[serde(rename = "type")]
    pub kind: NotifierType,
    /// Its service id.
    pub id: String,
}

impl Notifier {
    /// This side with this service id.
    #[must_use]
    pub fn new(kind: NotifierType, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// The session's end and each care context's fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatusNotification {
    /// `TRANSFERRED`, `RECEIVED` or `FAILED`.
    pub session_status: SessionStatus,
    /// The HIP whose records they are.
    pub hip_id: HipId,
    /// One for each care context.
    #[serde(with = "lenient::list", default)]
    pub status_responses: Vec<StatusResponse>,
}

impl StatusNotification {
    /// A notification by its parts.
    #[must_use]
    pub const fn new(
        session_status: SessionStatus,
        hip_id: HipId,
        status_responses: Vec<StatusResponse>,
    ) -> Self {
        Self { session_status, hip_id, status_responses }
    }
}

/// One care context's fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatusResponse {
    /// Which care context.
    pub care_context_reference: CareContextReference,
    /// Its fate.
    pub hi_status: HiStatus,
    /// The reason in words; required on the wire.
    #[serde(default)]
    pub description: String,
}

impl StatusResponse {
    /// This fate of this care context.
    #[must_use]
    pub fn new(
        care_context: CareContextReference,
        hi_status: HiStatus,
        description: impl Into<String>,
    ) -> Self {
        Self { care_context_reference: care_context, hi_status, description: description.into() }
    }
}
