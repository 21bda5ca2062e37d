//! Linking the visits of earlier years, slowly.

mod options;
mod pace;
mod rows;
mod state;
mod trail;
mod word;

use std::collections::BTreeMap;

use abdm_core::error::ErrorClass;
use abdm_core::id::HipId;
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::options::BackfillOptions;
pub(crate) use self::rows::{FAILED, LATER, Later};
pub use self::state::{
    Again, BackfillCounts, BackfillEffect, BackfillEvent, BackfillFailure, BackfillNews,
    BackfillProgress, BackfillState, BackfillWait, Taken,
};
pub use self::trail::BackfillTrail;
use super::{HipLinkFlow, ListenerKind, WishForLink};
use crate::hooks::BackfillCursor;

/// An answer of this node is lost after this time, and asked for again.
const EFFECT_LOST: TimeDelta = TimeDelta::hours(24);
/// A link comes to an end by itself within this time.
const LINK_LOST: TimeDelta = TimeDelta::days(4);
/// So many visits may wait for another try; then none of the list are begun.
const MOST_WAITING: u64 = 1_000;

/// A back-fill: the hospital's list of old visits is read from the first to the last, and what of
/// it is not linked is linked, one patient after the other, at a pace.
///
/// ```text
/// New ─► Running ◄─► Paused ─► Cancelled
///           └─► Finished
/// ```
/// There is one for each facility and name. Its snapshot holds a place in the list and numbers,
/// whatever the length of the list: what waits for another try and what has failed stands in rows.
/// The place moves on in the same commit in which a patient's link begins, so that none is left out
/// or begun twice, wherever the process dies.
///
/// When link after link fails for no fault of the patient's, it waits, longer and longer up to six
/// hours, tries one, and says so ([`BackfillWait::Failing`]): a day without ABDM costs a handful of
/// tries and no visit.
///
/// A list that comes back to a visit that was read ([`BackfillTrail`]) counts as a failure of the hospital's
/// system: it waits, and says so ([`BackfillNews::ListComesBack`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackfillFlow {
    /// The facility.
    pub hip_id: HipId,
    /// Its name.
    pub name: String,
    /// At which pace.
    pub options: BackfillOptions,
    /// Where it stands.
    pub state: BackfillState,
    /// Since when it stands there.
    since: DateTime<Utc>,
    begun_at: DateTime<Utc>,
    /// Up to where the list is read.
    cursor: Option<BackfillCursor>,
    at_end: bool,
    /// Whether the list goes on, and whether it was told that it does not.
    #[serde(default)]
    trail: BackfillTrail,
    #[serde(default)]
    comes_back: bool,
    counts: BackfillCounts,
    /// The links under way, by the numbers of their wishes: at most as many as the options allow.
    under_way: BTreeMap<u64, UnderWay>,
    wishes: u64,
    failures: i64,
    /// Which turn of taking it is, and whether it goes on.
    turn: u64,
    taking: bool,
    /// When the next of those that wait is to be tried, and of those that came while taking.
    next_later: Option<DateTime<Utc>>,
    came_while_taking: Option<DateTime<Utc>>,
    pace: pace::Pace,
    waits: Option<(BackfillWait, DateTime<Utc>)>,
}

/// One patient's link.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct UnderWay {
    visits: u64,
    /// How often it was tried before, and since when it fails.
    tries: u32,
    since: DateTime<Utc>,
    begun_at: DateTime<Utc>,
}

type BackfillStep = Step<BackfillEffect>;

impl BackfillFlow {
    /// One that has not begun.
    #[must_use]
    pub fn new(hip_id: HipId, name: impl Into<String>, now: DateTime<Utc>) -> Self {
        Self {
            hip_id,
            name: name.into(),
            options: BackfillOptions::default(),
            state: BackfillState::New,
            since: now,
            begun_at: now,
            cursor: None,
            at_end: false,
            trail: BackfillTrail::default(),
            comes_back: false,
            counts: BackfillCounts::default(),
            under_way: BTreeMap::new(),
            wishes: 0,
            failures: 0,
            turn: 0,
            taking: false,
            next_later: None,
            came_while_taking: None,
            pace: pace::Pace::new(now),
            waits: None,
        }
    }

    /// The name under which it is found.
    #[must_use]
    pub fn key(hip_id: &HipId, name: &str) -> FlowKey {
        FlowKey::new("backfill", format!("{hip_id}/{name}"))
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> BackfillProgress {
        BackfillProgress {
            state: self.state.clone(),
            waits: self.waits.clone(),
            counts: self.counts.clone(),
            under_way: self.under_way.values().map(|link| link.visits).sum(),
            cursor: self.cursor.clone(),
            at_end: self.at_end,
            begun_at: self.begun_at,
            since: self.since,
        }
    }

    fn becomes(&mut self, state: BackfillState, now: DateTime<Utc>) {
        self.state = state;
        self.since = now;
        self.waits = None;
    }

    fn begin(&mut self, options: BackfillOptions, now: DateTime<Utc>) -> BackfillStep {
        self.options = options;
        match self.state {
            BackfillState::New => {
                self.becomes(BackfillState::Running, now);
                let step = self.advance(now).key(Self::key(&self.hip_id, &self.name));
                rows::forget_all(&self.name, &[LATER, FAILED], step)
            }
            BackfillState::Running => self.advance(now),
            _ => Step::nothing(),
        }
    }

    fn pause(&mut self, now: DateTime<Utc>) -> BackfillStep {
        if self.state != BackfillState::Running {
            return Step::nothing();
        }
        self.becomes(BackfillState::Paused, now);
        // What is being taken is not begun: it stands in the list, or in its row, as before.
        self.taking = false;
        Step::nothing().no_wake()
    }

    fn resume(&mut self, now: DateTime<Utc>) -> BackfillStep {
        if self.state != BackfillState::Paused {
            return Step::nothing();
        }
        self.becomes(BackfillState::Running, now);
        // Whoever has mended the list says so by this: what was read of it before counts no more.
        self.trail = BackfillTrail::default();
        self.comes_back = false;
        self.pace.hospital_answers();
        self.advance(now)
    }

    fn cancel(&mut self, now: DateTime<Utc>) -> BackfillStep {
        self.becomes(BackfillState::Cancelled, now);
        self.taking = false;
        rows::forget_all(&self.name, &[LATER], Step::nothing().no_wake().done())
    }

    /// Takes the next patient, when it is time; else waits for that.
    fn advance(&mut self, now: DateTime<Utc>) -> BackfillStep {
        if self.state != BackfillState::Running || self.taking {
            return Step::nothing();
        }
        if self.at_end && self.under_way.is_empty() && self.counts.waiting == 0 {
            self.becomes(BackfillState::Finished, now);
            let news = BackfillNews::Finished(self.counts.clone());
            return tell(news, Step::nothing()).no_wake().done();
        }
        let at_once = if self.pace.is_failing() { 1 } else { self.options.at_once.max(1) };
        if self.under_way.len() >= usize::try_from(at_once).unwrap_or(usize::MAX) {
            return self.wait(BackfillWait::Links, self.links_end_by(now));
        }
        if let Some((why, until)) = self.pace.closed(&self.options, now) {
            return self.wait(why, until);
        }
        let reads = !self.at_end && self.counts.waiting < MOST_WAITING;
        if !reads && self.next_later.is_none_or(|due| due > now) {
            return match self.next_later {
                Some(due) => self.wait(BackfillWait::Retries, due),
                None if self.under_way.is_empty() => {
                    self.wait(BackfillWait::Retries, now + TimeDelta::hours(1))
                }
                None => self.wait(BackfillWait::Links, self.links_end_by(now)),
            };
        }
        self.turn += 1;
        self.taking = true;
        self.waits = None;
        self.came_while_taking = None;
        let take = BackfillEffect::Take {
            turn: self.turn,
            name: self.name.clone(),
            after: self.cursor.clone(),
            trail: self.trail.clone(),
            reads,
            visits: self.options.visits_per_call,
            notifies: self.options.notifies,
        };
        Step::nothing().effect(take).wake_at(now + EFFECT_LOST)
    }

    fn wait(&mut self, why: BackfillWait, until: DateTime<Utc>) -> BackfillStep {
        self.waits = Some((why, until));
        Step::nothing().wake_at(until)
    }

    /// When the first of the links under way counts as lost.
    fn links_end_by(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.under_way.values().map(|link| link.begun_at).min().unwrap_or(now) + LINK_LOST
    }

    fn taken(&mut self, turn: u64, taken: Taken, now: DateTime<Utc>) -> BackfillStep {
        if !self.taking || turn != self.turn {
            return Step::nothing();
        }
        self.taking = false;
        let Taken { cursor, trail, comes_back, at_end, .. } = taken;
        let Taken { seen, already, refused, patient, again, next_later, .. } = taken;
        let mut step = Step::nothing();
        if comes_back {
            self.pace.hospital_fails(now);
            if !std::mem::replace(&mut self.comes_back, true) {
                step = tell(BackfillNews::ListComesBack, step);
            }
        } else if cursor.is_some() || at_end {
            self.pace.hospital_answers();
            self.comes_back = false;
        }
        if cursor.is_some() {
            (self.cursor, self.trail) = (cursor, trail);
            if patient.is_none() {
                self.pace.nobody_found(&self.options, now);
            }
        }
        self.at_end |= at_end;
        self.counts.seen += seen;
        self.counts.already += already;
        for failure in refused {
            step = self.fail(&failure, step);
        }
        let came = self.came_while_taking.take();
        self.next_later = [next_later, came].into_iter().flatten().min();
        let visits =
            patient.as_ref().map_or(0, |patient| u64::try_from(patient.visits.len()).unwrap_or(0));
        let (tries, since) = match again {
            Some(again) => {
                step = rows::forget(&again.key, step);
                let left = self.counts.waiting.saturating_sub(again.linked + visits);
                self.counts.waiting = left;
                self.counts.linked += again.linked;
                (again.tries, again.since)
            }
            None => (0, now),
        };
        if let Some(patient) = patient {
            self.wishes += 1;
            let wish = self.wishes;
            let link = UnderWay { visits, tries, since, begun_at: now };
            self.under_way.insert(wish, link);
            self.pace.begun(&self.options, now);
            let wish = WishForLink {
                patient: *patient,
                notice_only: false,
                by: ListenerKind::Backfill,
                wish,
            };
            step = step.note(HipLinkFlow::KIND, WishForLink::SUBJECT, &wish);
        }
        step.and(self.advance(now))
    }

    fn fail(&mut self, failure: &BackfillFailure, step: BackfillStep) -> BackfillStep {
        self.failures += 1;
        *self.counts.failed.entry(failure.failure.class).or_default() += 1;
        rows::put_failure(&self.name, self.failures, failure, step)
    }

    fn not_read(&mut self, turn: u64, now: DateTime<Utc>) -> BackfillStep {
        if !self.taking || turn != self.turn {
            return Step::nothing();
        }
        self.taking = false;
        self.pace.hospital_fails(now);
        self.advance(now)
    }

    fn wake(&mut self, now: DateTime<Utc>) -> BackfillStep {
        // What is being taken would have come by now.
        self.taking = false;
        if self.counts.waiting > 0 && self.next_later.is_none() {
            self.next_later = Some(now);
        }
        let lost: Vec<u64> = self
            .under_way
            .iter()
            .filter(|(_, link)| link.begun_at + LINK_LOST <= now)
            .map(|(wish, _)| *wish)
            .collect();
        for wish in lost {
            // Nobody knows any more which visits they were; another back-fill finds them.
            if let Some(link) = self.under_way.remove(&wish) {
                *self.counts.failed.entry(ErrorClass::UpstreamFault).or_default() += link.visits;
            }
        }
        self.advance(now)
    }
}

/// The same step, and news for the operator.
fn tell(news: BackfillNews, step: BackfillStep) -> BackfillStep {
    step.effect_in(EVENTS_LANE, BackfillEffect::Tell(news))
}

impl Flow for BackfillFlow {
    const KIND: &'static str = "hip.backfill";
    const VERSION: u32 = 1;
    type Event = BackfillEvent;
    type Effect = BackfillEffect;

    fn on(&mut self, event: BackfillEvent, now: DateTime<Utc>) -> Result<BackfillStep, FlowError> {
        if matches!(self.state, BackfillState::Finished | BackfillState::Cancelled) {
            return Ok(Step::nothing());
        }
        Ok(match event {
            BackfillEvent::Begin(options) => self.begin(options, now),
            BackfillEvent::Pause => self.pause(now),
            BackfillEvent::Resume => self.resume(now),
            BackfillEvent::Cancel => self.cancel(now),
            BackfillEvent::Taken { turn, taken } => self.taken(turn, taken, now),
            BackfillEvent::NotRead { turn } => self.not_read(turn, now),
            BackfillEvent::Word(report) => self.word(report, now),
            BackfillEvent::Woken => self.wake(now),
        })
    }

    fn woken() -> BackfillEvent {
        BackfillEvent::Woken
    }
}

#[cfg(test)]
mod tests;
