//! The stages, events and effects of a transfer.

use std::collections::VecDeque;

use abdm_core::api::consent::DateRange;
use abdm_core::api::data_flow::{KeyMaterialJson, TransferReport};
use abdm_core::id::{CareContextReference, ConsentId, HipId, RequestId, TransactionId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::Failure;
use crate::hooks::{HipEvent, RecordId};
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
    /// Asking the hospital which records there are.
    Planning,
    /// Sending, by the plan that was made once.
    Pushing {
        /// The care contexts, in order.
        contexts: Vec<ContextProgress>,
        /// How many records are dealt with: the number of the one on its way, counted from 0.
        settled: u32,
        /// How many of them were not sent at all: their numbers are not used up.
        withheld: u32,
        /// In which form the HIU takes keys, once it has accepted a page.
        key_form: Option<KeyForm>,
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

/// In which form a public key is sent (rulings.md 23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum KeyForm {
    /// X.509 with explicit curve parameters: what most read.
    X509,
    /// The bare point.
    Raw,
}

/// Which records of one care context are to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContextPlan {
    /// Which.
    pub care_context: CareContextReference,
    /// Its records, in order, or why the hospital cannot say.
    pub records: Result<Vec<RecordId>, String>,
    /// Why a record was left out that would have been sent, if one was.
    pub withheld: Option<String>,
}

impl ContextPlan {
    /// A care context with these records.
    #[must_use]
    pub const fn new(
        care_context: CareContextReference,
        records: Result<Vec<RecordId>, String>,
    ) -> Self {
        Self { care_context, records, withheld: None }
    }
}

/// How far one care context is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContextProgress {
    /// Which.
    pub care_context: CareContextReference,
    /// How many records were planned.
    pub records: u32,
    /// Those that are not dealt with yet, in order. The first is the next to be sent.
    pub left: VecDeque<RecordId>,
    /// How many the HIU has accepted.
    pub accepted: u32,
    /// Of how many of those it said so by 409, when they were sent again.
    pub kept: u32,
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
    /// The records are known.
    Planned(Vec<ContextPlan>),
    /// The HIU accepted a page.
    PageAccepted {
        /// Which, counted from 0.
        page: u32,
        /// With a key of this form.
        key_form: KeyForm,
    },
    /// The HIU answered 409 to a page of which an earlier try may have arrived: nothing is missing
    /// there (rulings.md 31).
    PageKept(u32),
    /// The HIU did not take a page, and why.
    PageFailed(u32, String),
    /// A record was not sent at all, and why.
    PageWithheld(u32, String),
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
    /// Ask the hospital which records there are.
    Plan(Box<Asked>),
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
    /// In which transfer.
    pub transaction_id: TransactionId,
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
    /// Which record of the plan, counted from 0.
    pub page: u32,
    /// The page's number for the HIU, counted from 1 (rulings.md 22): records that were not sent at
    /// all use up none.
    pub number: u32,
    /// How many pages there are, as far as is known: a record that turns out not to be sendable
    /// makes it one fewer from there on. The last page has the right number, since whether the last
    /// record can be sent is seen before the first leaves; only where that one goes meanwhile, the
    /// report alone tells.
    pub pages: u32,
    /// The care context.
    pub care_context: CareContextReference,
    /// The record.
    pub record: RecordId,
    /// In which form the HIU takes keys, where that is known.
    pub key_form: Option<KeyForm>,
}
