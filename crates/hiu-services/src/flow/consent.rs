//! One consent request, from the question to its end (m3-hiu.md 2 and 6).

mod decided;
mod event;

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::{ConsentId, ConsentRequestId};
use abdm_core::person::{AbhaNumber, digits};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{FlowKey, Payload};
use abdm_flow::{Flow, FlowError, SnapshotError, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use self::event::{ConsentEffect, ConsentEvent};
use super::artefact::ArtefactWord;
use super::{EVENTS_LANE, EndReason, Patience, QUESTIONS_LANE, Refusal};
use crate::api::consent::{ConsentTerms, Reason};
use crate::decision::Decision;
use crate::hooks::HiuEvent;

/// How often the patient is asked when it is unclear whether the question was taken.
const ASK_TRIES: u32 = 2;
/// How often a granted request looks whether all of its artefacts have come to their end.
const REVIEW_INTERVAL: TimeDelta = TimeDelta::hours(24);

/// One consent request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) struct ConsentFlow {
    /// What was asked.
    pub(crate) terms: ConsentTerms,
    /// The patient's ABHA number, when the application told it. It stays here: the terms, which are
    /// sent, have the address alone.
    #[serde(with = "digits::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) abha_number: Option<AbhaNumber>,
    /// Where it stands.
    pub(crate) state: ConsentState,
    /// Since when.
    pub(crate) since: DateTime<Utc>,
    /// The consent manager's id of it.
    pub(crate) id: Option<ConsentRequestId>,
    /// Further ids: a question in doubt was asked once more, and both were taken. The patient may
    /// grant either.
    #[serde(default)]
    pub(crate) others: BTreeSet<ConsentRequestId>,
    /// The artefacts of the grant, one for each HIP, and why each ended that did.
    pub(crate) artefacts: BTreeMap<ConsentId, Option<EndReason>>,
    /// The end of the whole request, told before or without its artefacts.
    ended: Option<EndReason>,
    /// The ids that were denied (`None`) or are over as a whole.
    #[serde(default)]
    closed: BTreeMap<ConsentRequestId, Option<EndReason>>,
    /// Which id each artefact belongs to.
    #[serde(default)]
    origins: BTreeMap<ConsentId, ConsentRequestId>,
    /// The artefacts that have a flow; those that were over before their grant have none.
    #[serde(default)]
    begun: BTreeSet<ConsentId>,
    patience: Patience,
    /// How often it was sent, and whether the last time is in doubt.
    tries: u32,
    in_doubt: bool,
    /// Whether the latest try has left, or may have: only then a callback can be missing.
    #[serde(default)]
    left: bool,
}

/// Where a consent request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ConsentState {
    /// On its way to the consent manager.
    Asking,
    /// The consent manager took it: the patient decides.
    Requested,
    /// No callback came within a minute. It may still come; more often the bridge URL is wrong.
    Silent,
    /// The consent manager refused it.
    Refused(Refusal),
    /// The patient granted it, perhaps less than was asked.
    Granted,
    /// The patient refused it.
    Denied {
        /// Why, where the patient said so.
        reason: Option<Reason>,
    },
    /// It ran out: before a decision, or all of its artefacts since.
    Expired,
    /// The patient took it back, with all of its artefacts.
    Revoked,
}

impl ConsentState {
    /// Whether the patient or the consent manager has decided.
    #[must_use]
    pub const fn is_decided(&self) -> bool {
        !matches!(self, Self::Asking | Self::Requested | Self::Silent)
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Requested => "requested",
            Self::Silent => "silent",
            Self::Refused(_) => "refused",
            Self::Granted => "granted",
            Self::Denied { .. } => "denied",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl ConsentFlow {
    /// A request that is about to be sent.
    #[must_use]
    pub(crate) const fn new(terms: ConsentTerms, patience: Patience, now: DateTime<Utc>) -> Self {
        Self {
            terms,
            abha_number: None,
            state: ConsentState::Asking,
            since: now,
            id: None,
            others: BTreeSet::new(),
            artefacts: BTreeMap::new(),
            ended: None,
            closed: BTreeMap::new(),
            origins: BTreeMap::new(),
            begun: BTreeSet::new(),
            patience,
            tries: 0,
            in_doubt: false,
            left: false,
        }
    }

    /// The same, with the patient's ABHA number, where it is known.
    #[must_use]
    pub(crate) fn of_number(mut self, number: Option<AbhaNumber>) -> Self {
        self.abha_number = number;
        self
    }

    /// The name under which decisions find the flow.
    #[must_use]
    pub(crate) fn key(id: &ConsentRequestId) -> FlowKey {
        FlowKey::new("consent-request", id.as_str())
    }

    /// The artefacts that have a flow of their own.
    pub(crate) fn begun(&self) -> impl Iterator<Item = &ConsentId> {
        self.begun.iter()
    }

    /// Every id that the consent manager has given it.
    fn ids(&self) -> impl Iterator<Item = &ConsentRequestId> {
        self.id.iter().chain(&self.others)
    }

    /// Whether nothing is to be expected of any id.
    fn all_closed(&self) -> bool {
        self.ids().all(|id| self.closed.contains_key(id))
    }

    fn artefacts_of(&self, request: &ConsentRequestId) -> Vec<ConsentId> {
        let of_request = |id: &&ConsentId| self.origins.get(*id).is_none_or(|of| of == request);
        self.artefacts.keys().filter(of_request).cloned().collect()
    }

    /// What the hospital is told of the present state, where there is anything to tell.
    fn event(&self) -> Option<HiuEvent> {
        self.event_of(&self.state)
    }

    /// The same of a state that it has had.
    pub(crate) fn event_of(&self, state: &ConsentState) -> Option<HiuEvent> {
        let (request, decision) = (self.id.clone(), Decision::of(state)?);
        let artefacts = self.artefacts.keys().cloned().collect();
        Some(HiuEvent::ConsentDecided { request, decision, artefacts })
    }

    fn ask(&mut self, now: DateTime<Utc>) -> Step<ConsentEffect> {
        self.tries += 1;
        self.in_doubt = false;
        self.left = false;
        Step::nothing()
            .call(ConsentEffect::Ask(Box::new(self.terms.clone())))
            .wake_at(self.patience.callback_until(now))
    }

    fn enter(&mut self, state: ConsentState, now: DateTime<Utc>) {
        if self.state != state {
            self.state = state;
            self.since = now;
        }
    }

    fn taken(&mut self, id: ConsentRequestId, now: DateTime<Utc>) -> Step<ConsentEffect> {
        if self.ids().any(|known| *known == id) {
            return Step::nothing();
        }
        let step = Step::nothing().key(Self::key(&id));
        if self.id.is_some() {
            self.others.insert(id);
            return step;
        }
        // Also after a refusal: another try of the same question was taken.
        self.enter(ConsentState::Requested, now);
        self.id = Some(id);
        step.no_wake()
    }

    fn refused(&mut self, refusal: Refusal, now: DateTime<Utc>) -> Step<ConsentEffect> {
        if self.id.is_some() || self.state.is_decided() {
            return Step::nothing();
        }
        self.enter(ConsentState::Refused(refusal), now);
        Step::nothing().done()
    }

    const fn is_closed(&self) -> bool {
        matches!(
            self.state,
            ConsentState::Refused(_)
                | ConsentState::Denied { .. }
                | ConsentState::Expired
                | ConsentState::Revoked
        )
    }
}

impl Flow for ConsentFlow {
    const KIND: &'static str = "hiu.consent";
    /// 2 since the hospital is told of events, and artefacts by notes: a node of release 1 leaves the
    /// work of such consents to others. Their notes it would set aside: it must be stopped first.
    const VERSION: u32 = 2;
    type Event = ConsentEvent;
    type Effect = ConsentEffect;

    fn on(
        &mut self,
        event: ConsentEvent,
        now: DateTime<Utc>,
    ) -> Result<Step<ConsentEffect>, FlowError> {
        let before = self.state.name();
        let mut step = self.take(event, now)?;
        if self.state.name() != before
            && let Some(event) = self.event()
        {
            let told = Step::nothing().effect_in(EVENTS_LANE, ConsentEffect::Tell(event));
            step.effects.splice(0..0, told.effects);
        }
        Ok(step)
    }

    fn woken() -> ConsentEvent {
        ConsentEvent::Woken
    }

    fn upgrade(version: u32, state: serde_json::Value) -> Result<Self, SnapshotError> {
        let kind = Self::KIND;
        match version {
            // The state reads as it is: what differs are its effects.
            1 => Payload::encode(&state)
                .and_then(|state| state.decode())
                .map_err(|source| SnapshotError::Corrupt { kind, source }),
            found => Err(SnapshotError::Version { kind, found, known: Self::VERSION }),
        }
    }
}

impl ConsentFlow {
    fn take(
        &mut self,
        event: ConsentEvent,
        now: DateTime<Utc>,
    ) -> Result<Step<ConsentEffect>, FlowError> {
        let name = event.name();
        let state = self.state.name();
        match event {
            ConsentEvent::Ask if self.tries == 0 => Ok(self.ask(now)),
            ConsentEvent::Ask => Ok(Step::nothing()),
            ConsentEvent::Sent | ConsentEvent::InDoubt if self.state == ConsentState::Asking => {
                self.in_doubt = name == ConsentEvent::InDoubt.name();
                self.left = true;
                Ok(Step::nothing().wake_at(self.patience.callback_until(now)))
            }
            ConsentEvent::Sent | ConsentEvent::InDoubt => Ok(Step::nothing()),
            ConsentEvent::NotSent(refusal) | ConsentEvent::Refused(refusal) => {
                Ok(self.refused(refusal, now))
            }
            ConsentEvent::Taken(id) => Ok(self.taken(id, now)),
            ConsentEvent::Decided { decision, notice } => {
                if self.id.is_none() {
                    return Err(FlowError::not_yet(state, name));
                }
                let named = decision.consent_artefacts.into_iter().map(|a| a.id).collect();
                let request = decision.consent_request_id;
                let status = &decision.status;
                Ok(self.decided(&request, Some(notice), status, decision.reason, named, now))
            }
            ConsentEvent::Check if self.id.is_none() => Err(FlowError::not_yet(state, name)),
            ConsentEvent::Check => {
                let checks = self.ids().cloned().map(ConsentEffect::Check);
                Ok(checks.fold(Step::nothing(), |step, check| step.call_in(QUESTIONS_LANE, check)))
            }
            // A grant without artefacts comes by notice; everything else is as good as the notice,
            // the end of a grant too.
            ConsentEvent::Status(found) => {
                let named: Vec<_> = found.consent_artefacts.into_iter().map(|a| a.id).collect();
                let bare_grant = found.status == ConsentStatus::Granted && named.is_empty();
                let over = matches!(found.status, ConsentStatus::Revoked | ConsentStatus::Expired);
                let news = match self.state {
                    ConsentState::Requested => !bare_grant,
                    ConsentState::Granted => over,
                    _ => false,
                };
                Ok(if news {
                    self.decided(&found.id, None, &found.status, None, named, now)
                } else {
                    Step::nothing()
                })
            }
            ConsentEvent::Reviewed { alive: true } if self.state == ConsentState::Granted => {
                Ok(Step::nothing().wake_at(now + REVIEW_INTERVAL))
            }
            ConsentEvent::Reviewed { alive: false } if self.state == ConsentState::Granted => {
                self.enter(ConsentState::Expired, now);
                Ok(Step::nothing().done())
            }
            ConsentEvent::Reviewed { .. } => Ok(Step::nothing()),
            // An artefact that has ended meanwhile need not begin.
            ConsentEvent::NotifyArtefact(effect) => Ok(match *effect {
                ConsentEffect::Begin(artefact)
                    if self.artefacts.get(&artefact).is_none_or(Option::is_none) =>
                {
                    self.told(Step::nothing(), &artefact, ArtefactWord::Begin)
                }
                ConsentEffect::End { artefact, reason } => {
                    self.told(Step::nothing(), &artefact, ArtefactWord::End(reason))
                }
                _ => Step::nothing(),
            }),
            ConsentEvent::Woken => match self.state {
                // ABDM has not been reached yet: nobody has been silent.
                ConsentState::Asking if !self.left => {
                    Ok(Step::nothing().wake_at(self.patience.callback_until(now)))
                }
                ConsentState::Asking if self.in_doubt && self.tries < ASK_TRIES => {
                    Ok(self.ask(now))
                }
                ConsentState::Asking => {
                    self.enter(ConsentState::Silent, now);
                    Ok(Step::nothing())
                }
                ConsentState::Granted => {
                    let artefacts = self.artefacts.keys().cloned().collect();
                    Ok(Step::nothing()
                        .effect(ConsentEffect::Review(artefacts))
                        .wake_at(now + REVIEW_INTERVAL))
                }
                _ => Ok(Step::nothing()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
