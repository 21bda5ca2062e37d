//! What happens to an artefact, and what it wants done.

use abdm_core::api::data_flow::StatusResponse;
use abdm_core::id::{ConsentId, RequestId, TransactionId};
use abdm_core::seal::Sealed;
use abdm_core::vocabulary::SessionStatus;
use abdm_flow::store::BodyId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::report::Summary;
use super::rows::{Known, Seen};
use super::{EndReason, PushId, TakenPage};
use crate::api::consent::ConsentArtefact;
use crate::flow::{EntryReport, Outcome, Page, PageHead, PageId, PageRefusal, Refusal};
use crate::hooks::{ErasureProof, HiuEvent};

/// What can happen to a consent artefact.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub(crate) enum ArtefactEvent {
    /// The grant named it.
    Begin,
    /// `on-fetch` with the artefact.
    Fetched(Box<ConsentArtefact>),
    /// `on-fetch` with an error, or the call was refused.
    NotFetched(Refusal),
    /// The application wants its records (again).
    Ask,
    /// Keys and push address of a transfer are ready.
    Prepared {
        /// The unguessable part of the push URL.
        push_id: PushId,
        /// Private key and nonce, sealed.
        keys: Sealed,
    },
    /// The request was sent, or may have been.
    Requested {
        /// Its `REQUEST-ID`, which `on-request` names.
        request: Option<RequestId>,
        /// It may have been: when nothing comes of it, it is sent once more.
        in_doubt: bool,
    },
    /// The request was refused at once.
    NotRequested(Refusal),
    /// `on-request` with a transaction.
    Accepted {
        /// The `REQUEST-ID` that it answers.
        request: RequestId,
        /// The transfer's id.
        transaction: TransactionId,
    },
    /// `on-request` with an error.
    Refused {
        /// The `REQUEST-ID` that it answers.
        request: RequestId,
        /// Why.
        refusal: Refusal,
    },
    /// A page was pushed.
    Pushed {
        /// Where.
        push_id: PushId,
        /// What can be said of it without opening it.
        page: Box<PageHead>,
        /// The page itself, still encrypted.
        body: BodyId,
        /// What is known of it.
        seen: Box<Seen>,
    },
    /// A page was decrypted and its documents kept, entry by entry.
    Opened {
        /// Where it was pushed.
        push_id: PushId,
        /// Which page, as it was taken.
        page: Box<TakenPage>,
        /// What became of each entry.
        entries: Vec<EntryReport>,
        /// What was known of them.
        known: Box<Known>,
        /// The effect that did it: it is repeated where another page was opened meanwhile.
        opening: Box<ArtefactEffect>,
    },
    /// A page could not be opened so far, for example because the record store does not answer: it
    /// goes to the end of its lane.
    NotOpened(Box<ArtefactEffect>),
    /// What each care context of a transfer is reported as.
    Summarised {
        /// Of which transfer.
        push_id: PushId,
        /// What is reported.
        summary: Summary,
    },
    /// What an earlier release kept in the snapshot is to become rows.
    Moved,
    /// A push was longer than the limit. It was not read, and its sender was answered 413.
    OverLimit {
        /// Where.
        push_id: PushId,
        /// How long it was, when that was announced.
        length: Option<usize>,
        /// The limit in bytes.
        limit: usize,
    },
    /// A page was not taken.
    PageRefused {
        /// Where it was pushed.
        push_id: PushId,
        /// Why.
        why: PageRefusal,
    },
    /// How the consent manager says that a transfer stands; `None` when it says nothing.
    Status(Option<SessionStatus>),
    /// It is over.
    Ended(EndReason),
    /// Everything kept under it is gone.
    Erased(Box<ErasureProof>),
    /// Time has passed.
    Woken,
}

impl ArtefactEvent {
    /// The push address whose transfer it is about, where it names one.
    pub(super) fn pushed_to(&self) -> Option<&PushId> {
        match self {
            Self::Pushed { push_id, .. }
            | Self::Opened { push_id, .. }
            | Self::OverLimit { push_id, .. }
            | Self::PageRefused { push_id, .. } => Some(push_id),
            Self::NotOpened(opening) => match &**opening {
                ArtefactEffect::Open { push_id, .. } | ArtefactEffect::OpenPage { push_id, .. } => {
                    Some(push_id)
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Fetched(_) => "fetched",
            Self::NotFetched(_) => "not fetched",
            Self::Ask => "ask",
            Self::Prepared { .. } => "prepared",
            Self::Requested { .. } => "requested",
            Self::NotRequested(_) => "not requested",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
            Self::Pushed { .. } => "pushed",
            Self::Opened { .. } => "opened",
            Self::NotOpened(_) => "not opened",
            Self::Summarised { .. } => "summarised",
            Self::Moved => "moved",
            Self::OverLimit { .. } => "over the limit",
            Self::PageRefused { .. } => "page refused",
            Self::Status(_) => "status",
            Self::Ended(_) => "ended",
            Self::Erased(_) => "erased",
            Self::Woken => "woken",
        }
    }
}

/// What a consent artefact wants done. None carries a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) enum ArtefactEffect {
    /// Ask the consent manager for it.
    Fetch(ConsentId),
    /// Make a key pair, a nonce and a push address.
    Prepare,
    /// Ask for the records, with the keys of the present transfer.
    Request {
        /// The transfer's push address.
        push_id: PushId,
    },
    /// Decrypt a page, check its documents and keep them.
    OpenPage {
        /// The transfer's push address.
        push_id: PushId,
        /// Which page.
        page: PageId,
        /// Where it is, still encrypted.
        body: BodyId,
    },
    /// The same, as earlier releases stored it.
    Open {
        /// The transfer's push address.
        push_id: PushId,
        /// The page, still encrypted.
        page: Box<Page>,
    },
    /// Ask the consent manager how a transfer stands that brings no pages, or fewer than announced.
    CheckTransfer(TransactionId),
    /// Put together what is to be told of each care context of a transfer.
    Summarise {
        /// The transfer's push address.
        push_id: PushId,
    },
    /// Tell the consent manager how a transfer ended.
    Report {
        /// Which transfer.
        transaction: TransactionId,
        /// Whether anything was read.
        received: bool,
        /// Each care context's fate.
        responses: Vec<StatusResponse>,
        /// When it ended.
        done_at: DateTime<Utc>,
    },
    /// Erase everything kept under it.
    Erase {
        /// Why.
        reason: EndReason,
        /// Since when it is over.
        at: DateTime<Utc>,
    },
    /// Tell the hospital.
    Tell(HiuEvent),
    /// Let the operator know: as earlier releases stored it.
    Announce(ArtefactNews),
}

/// What the operator of an HIU was told of an artefact by earlier releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) enum ArtefactNews {
    /// The consent manager does not give it.
    Unavailable(Refusal),
    /// A page was refused for a reason that none before it in its transfer had. Further ones are
    /// counted, see [`Transfer::refused_pages`](super::Transfer::refused_pages).
    PageRefused {
        /// Of which transfer, when anybody named it.
        transaction: Option<TransactionId>,
        /// Why.
        why: PageRefusal,
    },
    /// A transfer has ended.
    Transfer {
        /// Which, when anybody named it.
        transaction: Option<TransactionId>,
        /// How.
        outcome: Option<Outcome>,
        /// How many pages were taken.
        pages: usize,
        /// How many documents were kept.
        documents: usize,
        /// How many entries could not be kept.
        failed: usize,
        /// Of how many consented contexts nothing is here; `None` when the consent names none.
        missing: Option<usize>,
    },
}
