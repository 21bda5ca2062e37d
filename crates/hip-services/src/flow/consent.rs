//! One consent artefact: granted, then over.

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{ConsentId, RequestId};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{FlowKey, RowChange};
use abdm_flow::{Flow, FlowError, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::hooks::HipEvent;
use crate::scope::Refusal;
use abdm_role::EVENTS_LANE;

/// How long the end of a consent is remembered, so that a grant that comes late finds it dead.
const TOMBSTONE: TimeDelta = TimeDelta::days(30);

/// One consent artefact, as this facility knows it.
///
/// Each notice is acknowledged, also a repeated one. A revocation is final: a grant that comes
/// after it, late or forged, does not bring the consent back (rulings.md 11). When its time is over
/// the consent ends by our own clock, whether or not a notice comes.
///
/// The terms are given out by [`terms`](Self::terms) only, and only while the consent lives.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentFlow {
    /// The artefact's id.
    pub consent_id: ConsentId,
    state: ConsentState,
}

/// Where a consent stands.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ConsentState {
    /// Nothing has come yet.
    New,
    /// The patient lets the records go.
    Granted {
        /// The terms.
        detail: Box<ConsentDetail>,
        /// The consent manager's signature, kept and not relied on.
        signature: Option<String>,
    },
    /// The patient has taken it back. The terms are forgotten.
    Revoked,
    /// Its time is over. The terms are forgotten.
    Expired,
}

impl std::fmt::Debug for ConsentState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::New => "New",
            Self::Granted { .. } => "Granted",
            Self::Revoked => "Revoked",
            Self::Expired => "Expired",
        })
    }
}

/// What can happen to a consent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConsentEvent {
    /// The patient has granted it.
    Granted {
        /// The notice, to be acknowledged.
        notice: RequestId,
        /// The terms.
        detail: Box<ConsentDetail>,
        /// The consent manager's signature.
        signature: Option<String>,
    },
    /// The patient has taken it back.
    Revoked {
        /// The notice, to be acknowledged.
        notice: RequestId,
    },
    /// The consent manager says that its time is over.
    Expired {
        /// The notice, to be acknowledged.
        notice: RequestId,
    },
    /// A notice that cannot be understood: a grant without terms or without an end that can be
    /// read, or a status of no known meaning.
    NotUnderstood {
        /// The notice, to be refused.
        notice: RequestId,
    },
    /// The patient has deleted their ABHA account (m2-hip.md 9).
    AccountDeleted,
    /// Time has passed.
    Woken,
}

/// Which consents an ABHA address has given: one row for each that lives, under the address.
pub(crate) const CONSENTS_TABLE: &str = "hip.consent_of_address";

/// What the notice that an account is deleted tells each of its consents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WordForConsent {
    /// Which consent.
    pub(crate) consent_id: ConsentId,
}

impl WordForConsent {
    pub(crate) const SUBJECT: &'static str = "AccountOfConsentDeleted";
}

/// What a consent wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ConsentEffect {
    /// Acknowledge this notice.
    Acknowledge {
        /// The artefact.
        consent_id: ConsentId,
        /// The notice.
        notice: RequestId,
        /// Whether it was understood.
        understood: bool,
    },
    /// Tell the hospital.
    Announce(HipEvent),
}

type ConsentStep = Step<ConsentEffect>;

impl ConsentFlow {
    /// A consent of which nothing is known yet.
    #[must_use]
    pub const fn new(consent_id: ConsentId) -> Self {
        Self { consent_id, state: ConsentState::New }
    }

    /// The name under which this artefact is found.
    #[must_use]
    pub fn key(consent_id: &ConsentId) -> FlowKey {
        FlowKey::new("consent", consent_id.as_str())
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> &ConsentState {
        &self.state
    }

    /// The terms, while the consent lives.
    ///
    /// # Errors
    /// [`Refusal::NotGranted`] or [`Refusal::Expired`].
    pub fn terms(&self, now: DateTime<Utc>) -> Result<&ConsentDetail, Refusal> {
        match &self.state {
            ConsentState::Granted { detail, .. } => match detail.erase_at() {
                Some(at) if now < at => Ok(detail),
                Some(_) => Err(Refusal::Expired),
                // Without an end it was never understood, and is no grant.
                None => Err(Refusal::NotGranted),
            },
            ConsentState::Expired => Err(Refusal::Expired),
            ConsentState::New | ConsentState::Revoked => Err(Refusal::NotGranted),
        }
    }

    fn acknowledge(&self, notice: RequestId, understood: bool) -> ConsentEffect {
        ConsentEffect::Acknowledge { consent_id: self.consent_id.clone(), notice, understood }
    }

    fn granted(
        &mut self,
        detail: Box<ConsentDetail>,
        signature: Option<String>,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> ConsentStep {
        if !matches!(self.state, ConsentState::New) {
            return Step::nothing();
        }
        let event = HipEvent::ConsentGranted(detail.clone());
        let address = detail.patient.id.folded();
        self.state = ConsentState::Granted { detail, signature };
        let step = Step::nothing().effect_in(EVENTS_LANE, ConsentEffect::Announce(event));
        if until <= now {
            let mut ended = self.end(ConsentState::Expired, now);
            ended.effects.splice(0..0, step.effects);
            ended
        } else {
            let (key, place) = (self.consent_id.as_str(), (&*address, now.timestamp_micros()));
            let word = WordForConsent { consent_id: self.consent_id.clone() };
            step.put_until(CONSENTS_TABLE, key, place, until, &word).wake_at(until)
        }
    }

    /// Refuses a notice. Of a consent that is not known otherwise no empty note is kept for ever.
    fn not_understood(&self, notice: RequestId, now: DateTime<Utc>) -> ConsentStep {
        let step = Step::nothing().effect(self.acknowledge(notice, false));
        if matches!(self.state, ConsentState::New) { step.wake_at(now + TOMBSTONE) } else { step }
    }

    fn end(&mut self, state: ConsentState, now: DateTime<Utc>) -> ConsentStep {
        let granted_to = match &self.state {
            ConsentState::Granted { detail, .. } => Some(detail.hip.id.clone()),
            _ => None,
        };
        match (&self.state, &state) {
            (ConsentState::Revoked, _) | (ConsentState::Expired, ConsentState::Expired) => {
                return Step::nothing();
            }
            _ => {}
        }
        let status = match state {
            ConsentState::Revoked => ConsentStatus::Revoked,
            _ => ConsentStatus::Expired,
        };
        self.state = state;
        let step = Step::nothing().wake_at(now + TOMBSTONE);
        let Some(hip_id) = granted_to else {
            return step;
        };
        let event = HipEvent::ConsentEnded { hip_id, consent_id: self.consent_id.clone(), status };
        step.effect_in(EVENTS_LANE, ConsentEffect::Announce(event))
            .row(RowChange::delete(CONSENTS_TABLE, self.consent_id.as_str()))
    }

    fn wake(&mut self, now: DateTime<Utc>) -> ConsentStep {
        match &self.state {
            ConsentState::Granted { detail, .. } => match detail.erase_at() {
                Some(at) if now < at => Step::nothing().wake_at(at),
                _ => self.end(ConsentState::Expired, now),
            },
            _ => Step::nothing().done(),
        }
    }
}

impl Flow for ConsentFlow {
    const KIND: &'static str = "hip.consent";
    const VERSION: u32 = 1;
    type Event = ConsentEvent;
    type Effect = ConsentEffect;

    fn on(&mut self, event: ConsentEvent, now: DateTime<Utc>) -> Result<ConsentStep, FlowError> {
        let (notice, mut step) = match event {
            ConsentEvent::Granted { notice, detail, signature } => match detail.erase_at() {
                Some(until) => (notice, self.granted(detail, signature, until, now)),
                // A consent that never ends is none: the patient has set an end.
                None => return Ok(self.not_understood(notice, now)),
            },
            ConsentEvent::Revoked { notice } => (notice, self.end(ConsentState::Revoked, now)),
            ConsentEvent::Expired { notice } => (notice, self.end(ConsentState::Expired, now)),
            ConsentEvent::NotUnderstood { notice } => return Ok(self.not_understood(notice, now)),
            ConsentEvent::AccountDeleted => return Ok(self.end(ConsentState::Revoked, now)),
            ConsentEvent::Woken => return Ok(self.wake(now)),
        };
        // First of all: until it is acknowledged, the HIU is told that we did not.
        let acknowledged = Step::nothing().effect(self.acknowledge(notice, true));
        step.effects.splice(0..0, acknowledged.effects);
        Ok(step)
    }

    fn woken() -> ConsentEvent {
        ConsentEvent::Woken
    }
}

#[cfg(test)]
mod tests;
