//! The states, events and effects of a link by itself.

use std::collections::BTreeMap;

use abdm_core::vocabulary::HiType;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::final_record::FinalRecord;
use crate::flow::{Failure, LinkReport};
use crate::hooks::HipEvent;

/// HI types, and when the latest record of each became final.
pub type Types = BTreeMap<HiType, DateTime<Utc>>;

/// Where a link by itself stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AutoLinkState {
    /// Nothing has happened yet.
    New,
    /// A record is final; others of the same moment may follow and go out with it.
    Gathering,
    /// The hospital makes the documents ready.
    Preparing {
        /// Which question to the hospital it is.
        ask: u64,
        /// Of what.
        of: Types,
        /// Whether the hospital is being asked now; else it will be again.
        asked: bool,
        /// How often it was not ready.
        tries: usize,
    },
    /// The link is on its way, or the notice, or both.
    Linking {
        /// What word is awaited of, by the number of the wish.
        waits: BTreeMap<u64, Wish>,
        /// What has gone wrong so far.
        trouble: Option<Trouble>,
    },
    /// It was tried in vain, or its outcome is unknown, and it will be tried again.
    Waiting {
        /// When.
        until: DateTime<Utc>,
        /// Why; `None` when the outcome is unknown.
        trouble: Option<Trouble>,
        /// What word may still come of.
        waits: BTreeMap<u64, Wish>,
    },
    /// Linked, and told of.
    Finished,
    /// Nothing more is done by itself. It goes on when the hospital says again that the record is
    /// final.
    Stopped {
        /// Why, and what to do.
        failure: Failure,
        /// Whether the visit is linked, so that only the notice of its records has failed.
        linked: bool,
    },
}

/// A link that was wished for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Wish {
    /// Of which HI types.
    pub types: Types,
    /// Whether it is only the notice of the records.
    pub notice_only: bool,
}

/// What has gone wrong with a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Trouble {
    /// Why.
    pub failure: Failure,
    /// Whether the visit is linked all the same.
    pub linked: bool,
    /// Whether there was no link token.
    pub no_token: bool,
}

/// What came of making the documents ready.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preparation {
    /// They are.
    Ready {
        /// Of which HI types the visit is linked already, as the facility knows.
        linked: Vec<HiType>,
    },
    /// Not yet.
    NotYet {
        /// After how many seconds the hospital wants to be asked again.
        seconds: u32,
    },
    /// They never will be.
    Never {
        /// Why.
        reason: String,
    },
    /// The hospital's own system failed.
    Failed,
}

/// What can happen to a link by itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AutoLinkEvent {
    /// The hospital says that a record is final.
    RecordIsFinal {
        /// Which.
        record: Box<FinalRecord>,
        /// Until when others are waited for, to go out with it.
        begin_at: DateTime<Utc>,
    },
    /// The hospital was asked for the documents.
    Prepared {
        /// By which question, as its effect says.
        ask: u64,
        /// What it said.
        preparation: Preparation,
    },
    /// Word of a link that was wished for.
    Word(LinkReport),
    /// Time has passed.
    Woken,
}

/// What a link by itself wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AutoLinkEffect {
    /// Ask the hospital for the documents ([`RecordPreparer`](crate::RecordPreparer)), and look
    /// what is linked already.
    Prepare {
        /// Which question it is.
        ask: u64,
        /// Of what.
        record: FinalRecord,
    },
    /// Tell the hospital.
    Announce(HipEvent),
}
