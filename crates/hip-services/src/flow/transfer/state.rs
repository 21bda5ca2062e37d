//! The stages, events and effects of a transfer.

use abdm_core::api::consent::{ConsentCareContext, DateRange};
use abdm_core::api::data_flow::{KeyMaterialJson, TransferReport};
use abdm_core::id::{CareContextReference, ConsentId, HipId, RequestId, TransactionId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::older::PageOfVersion1;
use super::plan::Pages;
use super::rows::PlannedRecords;
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
    Pushing(Box<Pushing>),
    /// Reporting.
    Reporting(Box<TransferReport>),
    /// Over and reported.
    Reported(Box<TransferReport>),
    /// Over; ABDM did not take the report.
    Unreported(Box<TransferReport>, Failure),
    /// Over: refused, by us or by ABDM.
    Refused(Failure),
}

/// How far the sending is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pushing {
    /// The pages.
    pub pages: Pages,
    /// Which effect pushes them, or did last: what an earlier one says is no longer heard.
    pub(super) turn: u32,
    /// Whether none does for the moment, because the HIU could not be reached.
    pub(super) pauses: bool,
    /// Of a transfer that version 1 has planned: the records from the first page on that is not
    /// dealt with, until they are rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unwritten: Vec<RecordId>,
}

impl Pushing {
    /// Which effect pushes them, or did last.
    pub(crate) const fn turn(&self) -> u32 {
        self.turn
    }

    pub(super) const fn of(pages: Pages) -> Self {
        Self { pages, turn: 0, pauses: false, unwritten: Vec::new() }
    }
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

impl KeyForm {
    /// The one that is tried when this one is refused.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::X509 => Self::Raw,
            Self::Raw => Self::X509,
        }
    }
}

/// What is to be sent of one care context.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContextPlan {
    /// Which, and whose.
    pub care_context: ConsentCareContext,
    /// How many records, or why the hospital cannot say.
    pub records: Result<u32, String>,
    /// Why a record was left out that would have been sent, if one was.
    pub withheld: Option<String>,
}

impl ContextPlan {
    /// A care context with so many records.
    #[must_use]
    pub const fn new(care_context: ConsentCareContext, records: Result<u32, String>) -> Self {
        Self { care_context, records, withheld: None }
    }
}

/// What became of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageDone {
    /// Which, counted from 0.
    pub page: u32,
    /// What.
    pub fate: PageFate,
}

impl PageDone {
    /// This became of that page.
    #[must_use]
    pub const fn new(page: u32, fate: PageFate) -> Self {
        Self { page, fate }
    }

    /// Whether the numbers of all later pages depend on this: to be stored before any of them
    /// leaves.
    pub(crate) const fn uses_no_number(&self) -> bool {
        matches!(self.fate, PageFate::Withheld { number_is_used: false, .. })
    }
}

/// What became of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageFate {
    /// The HIU accepted it, with a key of this form.
    Accepted(KeyForm),
    /// The HIU answered 409 to it, and an earlier try of it may have arrived: nothing is missing
    /// there (rulings.md 31).
    Kept,
    /// The HIU did not take it, and why.
    Failed(String),
    /// Its record is not sent.
    Withheld {
        /// Why.
        why: String,
        /// Whether its number is used up all the same ([`Pages::number_is_used`]).
        number_is_used: bool,
    },
}

/// Why pushing has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushingEnd {
    /// No page is left, or other work is let through.
    Paused,
    /// The HIU could not be reached.
    Unreachable,
    /// The HIU's address may not be called, however often it is tried.
    Forbidden,
    /// The time for the transfer is over.
    TimeOver,
    /// The consent has ended.
    ConsentOver,
}

/// What can happen to a transfer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TransferEvent {
    /// A HIU asks.
    Requested,
    /// A HIU asks for what cannot be read.
    Unreadable,
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
    Planned {
        /// How many there are, in the order of their care contexts.
        contexts: Vec<ContextPlan>,
        /// Which, as far as the rows of them are not written yet.
        records: Vec<PlannedRecords>,
    },
    /// These pages are dealt with, and others leave.
    PagesDone(Vec<PageDone>),
    /// Pushing has ended, for now or for good.
    PushingEnded {
        /// Which effect pushed.
        turn: u32,
        /// Further pages that are dealt with.
        pages: Vec<PageDone>,
        /// Pages that are not, although a try may have arrived.
        unheard: Vec<u32>,
        /// No page from this one on has left so far, not even in vain.
        sent_before: u32,
        /// Why.
        end: PushingEnd,
    },
    /// An effect of version 1 is taken up, which pushed a single page: whether that may have
    /// arrived.
    TakenOver {
        /// Whether it may have.
        perhaps_sent: bool,
    },
    /// No further page makes sense: before the first one.
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
    /// Push the pages that are not dealt with. Which, the transfer itself says.
    PushPages {
        /// Its number among the effects that do so.
        turn: u32,
    },
    /// Push one page: as version 1 did.
    Push(Box<PageOfVersion1>),
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
