//! The states, events and effects of a back-fill.

use std::collections::BTreeMap;

use abdm_core::error::ErrorClass;
use abdm_core::id::{CareContextReference, PatientReference};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BackfillOptions, BackfillTrail};
use crate::flow::{Failure, LinkReport};
use crate::hooks::BackfillCursor;
use crate::patient::LinkPatient;

/// Where a back-fill stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BackfillState {
    /// Nothing has happened yet.
    New,
    /// It links, or waits: see [`BackfillProgress::waits`].
    Running,
    /// Nothing is begun until it is resumed.
    Paused,
    /// Every visit has been dealt with.
    Finished,
    /// It was cancelled.
    Cancelled,
}

/// Why a back-fill that runs begins nothing now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BackfillWait {
    /// Its pace: the next patient's turn is soon; so is the next look into the list, after many
    /// visits that need no link.
    Pace,
    /// The day's patients are done.
    Day,
    /// It is not one of its hours.
    Hours,
    /// The hospital's own system fails: its list of old visits cannot be read, or comes back to a
    /// visit that was read before.
    Hospital,
    /// Link after link has failed for no fault of the patient's: ABDM is out of order, or the
    /// set-up is wrong. From time to time one patient is tried.
    Failing(Failure),
    /// What is left was tried in vain, and will be tried again.
    Retries,
    /// The links under way.
    Links,
}

/// What a back-fill has done so far. Every number counts visits: what was `seen` is linked, was
/// linked before, has failed, waits for another try, or is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackfillCounts {
    /// Read from the hospital's list.
    pub seen: u64,
    /// Linked by it.
    pub linked: u64,
    /// Linked before, as the facility or ABDM knew.
    pub already: u64,
    /// Failed for good, by the class of the failure.
    pub failed: BTreeMap<ErrorClass, u64>,
    /// Tried in vain, to be tried again.
    pub waiting: u64,
}

/// How far a back-fill is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackfillProgress {
    /// Where it stands.
    pub state: BackfillState,
    /// Why it begins nothing now, and until when as far as is known.
    pub waits: Option<(BackfillWait, DateTime<Utc>)>,
    /// What it has done.
    pub counts: BackfillCounts,
    /// How many visits are under way.
    pub under_way: u64,
    /// Up to where the hospital's list is read.
    pub cursor: Option<BackfillCursor>,
    /// Whether that is its end.
    pub at_end: bool,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// Since when it stands where it stands.
    pub since: DateTime<Utc>,
}

impl BackfillProgress {
    /// How many visits have failed for good, of whatever class.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.counts.failed.values().sum()
    }
}

/// A visit that a back-fill could not link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackfillFailure {
    /// Under which of the facility's numbers for the patient.
    pub patient: PatientReference,
    /// Which visit.
    pub care_context: CareContextReference,
    /// Why, and what to do.
    pub failure: Failure,
    /// When it was given up.
    pub at: DateTime<Utc>,
}

impl BackfillFailure {
    /// A visit that was not linked.
    #[must_use]
    pub const fn new(
        patient: PatientReference,
        care_context: CareContextReference,
        failure: Failure,
        at: DateTime<Utc>,
    ) -> Self {
        Self { patient, care_context, failure, at }
    }
}

/// What was taken from the hospital's list, or from what waited for another try.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Taken {
    /// The place of the last visit that was dealt with, if any was.
    pub cursor: Option<BackfillCursor>,
    /// How the list has been read up to there.
    pub trail: BackfillTrail,
    /// Whether the list comes back to a visit that was read before; it is not read on.
    pub comes_back: bool,
    /// Whether the list has come to its end.
    pub at_end: bool,
    /// How many visits were dealt with.
    pub seen: u64,
    /// How many of them are linked already.
    pub already: u64,
    /// Which of them ABDM would refuse for their form, and why.
    pub refused: Vec<BackfillFailure>,
    /// Whom to link now.
    pub patient: Option<Box<LinkPatient>>,
    /// Where they had waited for another try.
    pub again: Option<Again>,
    /// When the next of those that wait is to be tried.
    pub next_later: Option<DateTime<Utc>>,
}

/// A patient who had waited for another try.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Again {
    /// The row in which they waited.
    pub key: String,
    /// How often they were tried.
    pub tries: u32,
    /// Since when.
    pub since: DateTime<Utc>,
    /// How many of their visits have been linked meanwhile.
    pub linked: u64,
}

/// What can happen to a back-fill.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum BackfillEvent {
    /// The hospital wants it; again, with other options.
    Begin(BackfillOptions),
    /// The hospital wants it to rest.
    Pause,
    /// The hospital wants it to go on.
    Resume,
    /// The hospital does not want it any more.
    Cancel,
    /// Something was taken.
    Taken {
        /// In which turn, as its effect says.
        turn: u64,
        /// What.
        taken: Taken,
    },
    /// The hospital's list cannot be read.
    NotRead {
        /// In which turn.
        turn: u64,
    },
    /// Word of a link that was wished for.
    Word(LinkReport),
    /// Time has passed.
    Woken,
}

/// What a back-fill wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BackfillEffect {
    /// Take the next patient: of those that wait for another try the first whose time has come,
    /// else the next in the hospital's list who has something to link.
    Take {
        /// Which turn it is.
        turn: u64,
        /// Of which back-fill.
        name: String,
        /// After which place.
        after: Option<BackfillCursor>,
        /// How the list has been read up to there.
        #[serde(default)]
        trail: BackfillTrail,
        /// Whether the list may be read on.
        reads: bool,
        /// How many visits at most.
        visits: u32,
        /// Whether the patient's apps are told.
        notifies: bool,
    },
    /// Tell the operator.
    Tell(BackfillNews),
}

/// What an operator is told of a back-fill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BackfillNews {
    /// Link after link fails: it waits, and tries one from time to time.
    Failing(Failure),
    /// A link has succeeded after that: it goes on.
    Works,
    /// The hospital's list comes back to a visit that was read before, or gives two visits one
    /// cursor: it waits until the list is in an order that does not change. Told once.
    ListComesBack,
    /// Every visit has been dealt with.
    Finished(BackfillCounts),
}
