//! The stages, events and effects of a transfer.

use abdm_core::api::consent::DateRange;
use abdm_core::api::data_flow::{KeyMaterialJson, TransferReport};
use abdm_core::id::{CareContextReference, ConsentId, HipId, RequestId, TransactionId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::Failure;
use crate::hooks::HipEvent;
use crate::scope::Refusal;

/// Where a transfer stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TransferStage {
    /// Nothing has happened yet.
    New,
    /// Is there a consent that covers it?
    Checking {
        /// How often no consent was found.
        tries: usize,
    },
    /// Saying that the records will be sent.
    Acknowledging,
    /// Saying that they will not.
    Refusing(Refusal),
    /// Asking the hospital how many records there are.
    Counting,
    /// Sending.
    Pushing {
        /// The care contexts, in order.
        contexts: Vec<ContextProgress>,
        /// The page on its way, counted from 0.
        page: u32,
    },
    /// Reporting.
    Reporting(Box<TransferReport>),
    /// Over and reported.
    Reported(Box<TransferReport>),
    /// Over; ABDM did not take the report.
    Unreported(Box<TransferReport>, Failure),
    /// Over: refused, by us or by ABDM.
    Refused(Failure),
}

/// How many records one care context has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContextPlan {
    /// Which.
    pub care_context: CareContextReference,
    /// How many, or why the hospital cannot say.
    pub records: Result<u32, String>,
    /// Why others of it are held back, if any are: the care context is then reported `ERRORED`, although
    /// the rest is sent.
    pub held_back: Option<String>,
}

impl ContextPlan {
    /// A care context with so many records.
    #[must_use]
    pub const fn new(care_context: CareContextReference, records: Result<u32, String>) -> Self {
        Self { care_context, records, held_back: None }
    }

    /// The same, with others that are not sent, and why.
    #[must_use]
    pub fn held_back(mut self, why: impl Into<String>) -> Self {
        self.held_back = Some(why.into());
        self
    }
}

/// How far one care context is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContextProgress {
    /// Which.
    pub care_context: CareContextReference,
    /// How many records it has.
    pub records: u32,
    /// How many the HIU has accepted.
    pub accepted: u32,
    /// What went wrong, if anything did.
    pub problem: Option<String>,
}

/// What can happen to a transfer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TransferEvent {
    /// A HIU asks.
    Requested,
    /// The check's result: the care contexts of the consent, or why not.
    Checked(Result<Vec<CareContextReference>, Refusal>),
    /// No consent of this id is known, so far.
    ConsentNotThere,
    /// ABDM took the acknowledgement.
    Acknowledged,
    /// ABDM did not take the acknowledgement.
    AcknowledgementRefused(Failure),
    /// The refusal is said.
    RefusalSent,
    /// The records are counted.
    Counted(Vec<ContextPlan>),
    /// The HIU accepted a page.
    PageAccepted(u32),
    /// A page did not get through, and why.
    PageFailed(u32, String),
    /// The HIU cannot be reached, or the time is over: no further page makes sense.
    GivenUp(String),
    /// The consent ended meanwhile.
    ConsentOver,
    /// ABDM took the report.
    Reported,
    /// ABDM did not take the report, and will not.
    ReportRefused(Failure),
    /// Time has passed.
    Woken,
}

/// What a transfer wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TransferEffect {
    /// Check consent, dates, key and URL.
    Check(Box<Asked>),
    /// Say that the records will be sent.
    Acknowledge {
        /// The request.
        request: RequestId,
        /// The transfer.
        transaction_id: TransactionId,
    },
    /// Say that they will not.
    Refuse {
        /// The request.
        request: RequestId,
        /// Why.
        refusal: Refusal,
    },
    /// Count the records.
    Count(Box<Asked>),
    /// Push one page.
    Push(Box<Page>),
    /// Report the end.
    Report(Box<TransferReport>),
    /// Tell the hospital.
    Announce(HipEvent),
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Asked {
    /// Of which facility.
    pub hip_id: HipId,
    /// Under which consent.
    pub consent_id: ConsentId,
    /// Which records' dates.
    pub dates: DateRange,
    /// Where to push.
    pub push_url: String,
    /// The HIU's public key and nonce.
    pub key_material: KeyMaterialJson,
    /// When it must be over.
    pub deadline: DateTime<Utc>,
}

/// One page to push: one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// What was asked for.
    pub asked: Asked,
    /// Which transfer.
    pub transaction_id: TransactionId,
    /// Which page, counted from 0.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// The care context.
    pub care_context: CareContextReference,
    /// Which of its records, counted from 0.
    pub record: u32,
}
