//! The flows of an HIU: pure state machines, of which the words are public in which their states
//! are told.
//!
//! ```text
//! ConsentFlow    Asking ─► Requested ─► Granted ─┬─► one ArtefactFlow for each HIP
//!                  │           ├─► Denied        │
//!                  ├─► Refused ├─► Expired       │
//!                  └─► Silent  └─► Revoked ◄─────┘
//!
//! ArtefactFlow   Fetching ─► Granted ─► transfer: Preparing ─► Asked ─► Done ─► report
//!                               └──────► Ended (revoked, expired, erase date) ─► erase, with proof
//! ```
//!
//! Both run on [`abdm_flow`]: state, settled message and work are written in one transaction,
//! so a restart between any two steps loses nothing. What happens around them (calls, keys,
//! decryption, the records) is [`client`](crate::client)'s matter.

/// The lane of what touches the hospital's record store: pages are opened in it, and an erasure
/// stands in it behind what could keep a document after it, and behind nothing else.
pub(crate) const RECORDS_LANE: &str = "records";
/// The lane of reports and acknowledgements: ABDM has a right to them, and nothing waits for them.
pub(crate) const REPORTS_LANE: &str = "reports";
/// The lane in which is put together what a report says: it waits for no call.
pub(crate) const SUMMARIES_LANE: &str = "summaries";
/// The lane of questions how something stands.
pub(crate) const QUESTIONS_LANE: &str = "questions";

mod artefact;
mod consent;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod made_up;
mod page;
mod page_refusal;
mod patience;
mod refusal;

pub(crate) use abdm_role::EVENTS_LANE;

pub(crate) use self::artefact::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, KeyForm, PushId, TakenPage, Transfer,
};
pub(crate) use self::artefact::{
    ArtefactNote, ArtefactWord, Known, OTHERS_CAME, ReadRows, Seen, StoredRows, documents, fates,
    has_context, has_document, has_waiting_copy, page as taken_page, pages as taken_pages,
};
pub use self::artefact::{EndReason, Outcome, Standing, TransferStage};
pub use self::consent::ConsentState;
pub(crate) use self::consent::{ConsentEffect, ConsentEvent, ConsentFlow};
pub(crate) use self::page::PageHead;
pub use self::page::{DocumentId, EntryReport, Page, PageEntry, PageId};
pub use self::page_refusal::PageRefusal;
pub use self::patience::Patience;
pub use self::refusal::Refusal;
