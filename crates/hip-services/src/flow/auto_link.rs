//! Linking by itself: a record is final, and its visit gets linked without a click.

mod outcome;
mod state;
mod stopped;

use std::collections::BTreeMap;

use abdm_core::error::ErrorClass;
use abdm_core::id::{CareContextReference, HipId, PatientReference};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::state::{
    AutoLinkEffect, AutoLinkEvent, AutoLinkState, Preparation, Trouble, Types, Wish,
};
#[cfg(feature = "patient_status")]
pub(crate) use self::stopped::STOPPED_TABLE;
pub(crate) use self::stopped::{ACTIVE_AGAIN, StoppedLink};
use super::{Failure, HipLinkFlow, ListenerKind, WishForLink};
use crate::final_record::FinalRecord;
use crate::hooks::HipEvent;

/// The pauses between the tries of a link that may succeed later; after the last it is given up.
const PAUSES: [TimeDelta; 4] =
    [TimeDelta::minutes(15), TimeDelta::hours(1), TimeDelta::hours(6), TimeDelta::hours(24)];
/// The least pause where a try may ask for a link token: three a day are not more than ABDM takes
/// (gateway.md 8), and nothing may ask in a loop (m2-hip.md 1.1).
const TOKEN_PAUSE: TimeDelta = TimeDelta::hours(8);
/// How long ABDM blocks an address (live-measurements.md 9), and a little more.
const BLOCKED_FOR: TimeDelta = TimeDelta::minutes(24 * 60 + 10);
/// The pauses while the hospital's own system fails, or its document is not ready.
const PREPARING_PAUSES: [TimeDelta; 5] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(15),
    TimeDelta::minutes(30),
    TimeDelta::hours(1),
];
/// A document that is not ready after this time never will be.
const MOST_PREPARING: TimeDelta = TimeDelta::days(7);
/// An answer within this node is lost after this time, and asked for again.
const EFFECT_LOST: TimeDelta = TimeDelta::hours(24);
/// A link comes to an end by itself within this time.
const LINK_LOST: TimeDelta = TimeDelta::days(4);

/// The link of one visit by itself: what of it is final is made ready, linked or told of, and tried
/// again where that may help.
///
/// ```text
/// New ─► Gathering ─► Preparing ─► Linking ─► Finished
///            ▲            ▲           │ ▲
///            │            │           ▼ │
///            │            └──────── Waiting ─► Stopped
///            └─ more has become final meanwhile
/// ```
/// There is one for each facility, ABHA address, patient and care context. Records that become
/// final while it is under way join it: those of the same moment go out in one call. What the
/// facility knows to be linked gets the notice only.
///
/// The limits on link tokens are kept by [`LinkTokenFlow`](super::LinkTokenFlow), whatever is asked
/// here.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AutoLinkFlow {
    /// The facility.
    pub hip_id: HipId,
    /// The patient and the visit, as the hospital said last.
    pub record: FinalRecord,
    /// Where it stands.
    pub state: AutoLinkState,
    /// What is final, and not yet linked and told of.
    wanted: Types,
    /// What is linked, and told of where that is wanted.
    told: Types,
    /// Since when it is tried.
    since: DateTime<Utc>,
    /// How often in a row it was tried in vain.
    tries: usize,
    /// How often the hospital was asked for its document.
    asks: u64,
    /// How many links were wished for.
    wishes: u64,
}

type AutoLinkStep = Step<AutoLinkEffect>;

impl AutoLinkFlow {
    /// One that has not begun.
    #[must_use]
    pub const fn new(hip_id: HipId, record: FinalRecord, since: DateTime<Utc>) -> Self {
        Self {
            hip_id,
            record,
            state: AutoLinkState::New,
            wanted: BTreeMap::new(),
            told: BTreeMap::new(),
            since,
            tries: 0,
            asks: 0,
            wishes: 0,
        }
    }

    /// The same visit anew, when this one has ended: what was told of is not told of again, what
    /// was not is still wanted.
    #[must_use]
    pub fn anew(&self, record: FinalRecord, since: DateTime<Utc>) -> Self {
        let mut next = Self::new(self.hip_id.clone(), record, since);
        next.wanted.clone_from(&self.wanted);
        next.told.clone_from(&self.told);
        next
    }

    /// The name under which the link of a visit is found.
    #[must_use]
    pub fn key(
        hip_id: &HipId,
        abha_address: &AbhaAddress,
        patient: &PatientReference,
        care_context: &CareContextReference,
    ) -> FlowKey {
        let address = abha_address.folded();
        // Lengths stand before the parts, so that no two visits give the same text.
        let lengths = format!("{}.{}", address.len(), patient.as_str().len());
        FlowKey::new("auto-link", format!("{hip_id}/{lengths}/{address}{patient}{care_context}"))
    }

    /// The name for a record.
    #[must_use]
    pub fn key_of(hip_id: &HipId, record: &FinalRecord) -> FlowKey {
        let patient = &record.patient;
        Self::key(hip_id, &patient.abha_address, &patient.reference, &record.visit.reference)
    }

    /// Whether a record says nothing that this one does not know, so that nothing is to be done
    /// when it has ended: the same was linked and told of; or was stopped for details that are
    /// still the same.
    #[must_use]
    pub fn has(&self, record: &FinalRecord) -> bool {
        let date = record.visit.date;
        let within =
            |types: &Types, hi_type| types.get(hi_type).is_some_and(|known| *known >= date);
        let types = &record.visit.hi_types;
        match &self.state {
            AutoLinkState::Finished => types.iter().all(|hi_type| within(&self.told, hi_type)),
            AutoLinkState::Stopped { failure, .. } if failure.class == ErrorClass::UserInput => {
                let known = |hi_type| within(&self.told, hi_type) || within(&self.wanted, hi_type);
                record.patient == self.record.patient && types.iter().all(known)
            }
            _ => false,
        }
    }

    /// The HI types that are final and not yet linked, or linked and not yet told of.
    pub fn pending(&self) -> impl Iterator<Item = &HiType> {
        self.wanted.keys()
    }

    /// Of which HI types the visit is linked, and its records told of.
    pub fn finished(&self) -> impl Iterator<Item = &HiType> {
        self.told.keys()
    }

    fn is_final(&mut self, record: FinalRecord, until: DateTime<Utc>) -> AutoLinkStep {
        let FinalRecord { patient, visit } = record;
        let corrected = patient != self.record.patient;
        self.record.patient = patient;
        for hi_type in &visit.hi_types {
            if self.told.get(hi_type).is_some_and(|known| *known >= visit.date) {
                continue;
            }
            let date = self.wanted.entry(hi_type.clone()).or_insert(visit.date);
            *date = visit.date.max(*date);
        }
        self.record.visit = visit;
        match &mut self.state {
            AutoLinkState::New => {
                self.state = AutoLinkState::Gathering;
                let key = Self::key_of(&self.hip_id, &self.record);
                Step::nothing().key(key).wake_at(until)
            }
            AutoLinkState::Preparing { asked: false, .. } => Step::nothing().wake_at(until),
            AutoLinkState::Waiting { waits, .. } if corrected && waits.is_empty() => {
                self.tries = 0;
                Step::nothing().wake_at(until)
            }
            _ => Step::nothing(),
        }
    }

    /// Asks the hospital for the documents of what is wanted.
    fn prepare(&mut self, tries: usize, now: DateTime<Utc>) -> AutoLinkStep {
        let of = self.wanted.clone();
        if of.is_empty() {
            self.state = AutoLinkState::Finished;
            return Step::nothing().no_wake().done();
        }
        self.asks += 1;
        let (ask, record) = (self.asks, self.record_of(&of));
        self.state = AutoLinkState::Preparing { ask, of, asked: true, tries };
        Step::nothing().effect(AutoLinkEffect::Prepare { ask, record }).wake_at(now + EFFECT_LOST)
    }

    fn prepared(&mut self, ask: u64, preparation: Preparation, now: DateTime<Utc>) -> AutoLinkStep {
        let AutoLinkState::Preparing { ask: current, of, asked, tries } = &mut self.state else {
            return Step::nothing();
        };
        if *current != ask || !*asked {
            return Step::nothing();
        }
        let growing = PREPARING_PAUSES.get(*tries).or(PREPARING_PAUSES.last());
        let pause = match preparation {
            Preparation::Ready { linked } => {
                let of = std::mem::take(of);
                return self.link(of, &linked, now);
            }
            Preparation::Never { reason } => {
                let failure = Failure::new(format!(
                    "the hospital says that the records will not be ready: {reason}"
                ));
                return self.stop(failure.of_class(ErrorClass::Blocked), false);
            }
            Preparation::NotYet { seconds } => TimeDelta::seconds(i64::from(seconds)),
            Preparation::Failed => growing.copied().unwrap_or(TimeDelta::hours(1)),
        };
        if now - self.since > MOST_PREPARING {
            let failure = Failure::new(
                "the records were not ready for seven days: make their documents, and say again \
                 that they are final",
            );
            return self.stop(failure.of_class(ErrorClass::Blocked), false);
        }
        *asked = false;
        *tries += 1;
        Step::nothing().wake_at(now + pause)
    }

    /// What is not linked is linked, what is gets the notice.
    fn link(&mut self, of: Types, linked: &[HiType], now: DateTime<Utc>) -> AutoLinkStep {
        let (known, fresh): (Types, Types) =
            of.into_iter().partition(|(hi_type, _)| linked.contains(hi_type));
        let (mut waits, mut step) = (BTreeMap::new(), Step::nothing());
        if !self.record.patient.notifies {
            self.settled(&known);
        }
        for (types, notice_only) in [(fresh, false), (known, true)] {
            if types.is_empty() || (notice_only && !self.record.patient.notifies) {
                continue;
            }
            self.wishes += 1;
            step = self.wish(self.wishes, &types, notice_only, step);
            waits.insert(self.wishes, Wish { types, notice_only });
        }
        if waits.is_empty() {
            return step.and(self.prepare(0, now));
        }
        self.state = AutoLinkState::Linking { waits, trouble: None };
        step.wake_at(now + LINK_LOST)
    }

    fn wish(
        &self,
        wish: u64,
        types: &Types,
        notice_only: bool,
        step: AutoLinkStep,
    ) -> AutoLinkStep {
        let patient = self.record_of(types).as_link();
        let wish = WishForLink { patient, notice_only, by: ListenerKind::AutoLink, wish };
        step.note(HipLinkFlow::KIND, WishForLink::SUBJECT, &wish)
    }

    fn record_of(&self, types: &Types) -> FinalRecord {
        let date = types.values().max().copied().unwrap_or(self.record.visit.date);
        self.record.with(types.keys().cloned().collect(), date)
    }

    /// These are linked and told of.
    fn settled(&mut self, types: &Types) {
        for (hi_type, date) in types {
            // What became final meanwhile is still to be told of.
            if self.wanted.get(hi_type).is_some_and(|wanted| wanted <= date) {
                self.wanted.remove(hi_type);
            }
            let told = self.told.entry(hi_type.clone()).or_insert(*date);
            *told = (*date).max(*told);
        }
    }

    fn stop(&mut self, failure: Failure, linked: bool) -> AutoLinkStep {
        let event = HipEvent::AutoLinkStopped {
            hip_id: self.hip_id.clone(),
            abha_address: self.record.patient.abha_address.clone(),
            care_context: self.record.visit.reference.clone(),
            linked,
            failure: failure.clone(),
        };
        self.state = AutoLinkState::Stopped { failure, linked };
        Step::nothing().effect_in(EVENTS_LANE, AutoLinkEffect::Announce(event)).no_wake().done()
    }

    fn wake(&mut self, now: DateTime<Utc>) -> AutoLinkStep {
        match &self.state {
            AutoLinkState::Gathering => {
                self.since = now;
                self.prepare(0, now)
            }
            AutoLinkState::Preparing { tries, .. } => {
                let tries = *tries;
                self.prepare(tries, now)
            }
            AutoLinkState::Waiting { waits, .. } if waits.is_empty() => self.prepare(0, now),
            AutoLinkState::Waiting { waits, .. } | AutoLinkState::Linking { waits, .. } => {
                let waits = waits.clone();
                self.wish_again(waits, now)
            }
            _ => Step::nothing(),
        }
    }

    /// Whether it is linked is unknown, and asking again tells. With the same HI types, so that the
    /// same link goes on.
    fn wish_again(&mut self, waits: BTreeMap<u64, Wish>, now: DateTime<Utc>) -> AutoLinkStep {
        let step = waits.iter().fold(Step::nothing(), |step, (wish, wanted)| {
            self.wish(*wish, &wanted.types, wanted.notice_only, step)
        });
        self.state = AutoLinkState::Linking { waits, trouble: None };
        step.wake_at(now + LINK_LOST)
    }
}

impl Flow for AutoLinkFlow {
    const KIND: &'static str = "hip.auto-link";
    const VERSION: u32 = 1;
    type Event = AutoLinkEvent;
    type Effect = AutoLinkEffect;

    fn on(&mut self, event: AutoLinkEvent, now: DateTime<Utc>) -> Result<AutoLinkStep, FlowError> {
        let is_over = matches!(self.state, AutoLinkState::Finished | AutoLinkState::Stopped { .. });
        Ok(match event {
            _ if is_over => Step::nothing(),
            AutoLinkEvent::RecordIsFinal { record, begin_at } => {
                self.is_final(*record, begin_at.max(now))
            }
            AutoLinkEvent::Prepared { ask, preparation } => self.prepared(ask, preparation, now),
            AutoLinkEvent::Word(report) => self.word(report, now),
            AutoLinkEvent::Woken => self.wake(now),
        })
    }

    fn woken() -> AutoLinkEvent {
        AutoLinkEvent::Woken
    }
}

#[cfg(test)]
mod tests;
