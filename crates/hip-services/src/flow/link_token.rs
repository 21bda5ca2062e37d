//! One patient's link token at one facility: asked for seldom, kept long.

mod state;

use std::collections::BTreeSet;

use abdm_core::error::ErrorClass;
use abdm_core::flow::{Flow, FlowError, FlowId, FlowKey, Step};
use abdm_core::id::HipId;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::Sealed;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::state::{HeldToken, LinkTokenEffect, LinkTokenEvent, LinkTokenState, TokenWord};
use super::Failure;
use crate::api::linking::LinkTokenRequest;

/// ABDM refuses a second request of one patient for 362 to 374 s (live-measurements.md 8).
const WINDOW: TimeDelta = TimeDelta::minutes(7);
/// More than three requests a day block the address for a day (gateway.md 8).
const A_DAY: TimeDelta = TimeDelta::hours(24);
const MOST_A_DAY: usize = 3;
/// A callback that has not come after this time may never come.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// The pause after a request that could not leave, and how often it is tried.
const UNSENT_PAUSE: TimeDelta = TimeDelta::seconds(30);
const MOST_UNSENT: u8 = 10;
/// A token this close to its end is not worth beginning with.
const LAST_MOMENTS: TimeDelta = TimeDelta::minutes(10);

/// The right to link one patient's care contexts at one facility.
///
/// Every rule that protects the patient from the 24-hour block is here, so that a facility cannot
/// cause it: at most one request in seven minutes and three a day, whatever asks; nothing repeated
/// by itself once it may have arrived; a block is remembered. The token serves every link until its
/// own `exp`.
///
/// A link that wants the token says so by [`Wanted`](LinkTokenEvent::Wanted) and is told by
/// [`Tell`](LinkTokenEffect::Tell); while no answer comes it stays subscribed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkTokenFlow {
    /// The facility.
    pub hip_id: HipId,
    /// The patient.
    pub abha_address: AbhaAddress,
    /// Where it stands.
    pub state: LinkTokenState,
    /// When requests left, or may have left, within the last day.
    asked: Vec<DateTime<Utc>>,
    /// How often in a row a request could not leave.
    unsent: u8,
    /// The links that wait.
    waiting: BTreeSet<FlowId>,
    /// The first cause of trouble. A later "duplicate request" must not hide it.
    cause: Option<Failure>,
    /// The ABHA number that ABDM has for the address, as the latest token says; known also when
    /// that token is used up.
    #[serde(with = "digits::option", default)]
    abha_number: Option<AbhaNumber>,
}

type LinkTokenStep = Step<LinkTokenEffect>;

impl LinkTokenFlow {
    /// No token yet.
    #[must_use]
    pub const fn new(hip_id: HipId, abha_address: AbhaAddress) -> Self {
        Self {
            hip_id,
            abha_address,
            state: LinkTokenState::Missing,
            asked: Vec::new(),
            unsent: 0,
            waiting: BTreeSet::new(),
            cause: None,
            abha_number: None,
        }
    }

    /// The name under which the token of this patient at this facility is found.
    #[must_use]
    pub fn key(hip_id: &HipId, abha_address: &AbhaAddress) -> FlowKey {
        FlowKey::new("link-token", format!("{hip_id}/{}", abha_address.folded()))
    }

    /// The ABHA number that ABDM has for the address, as the latest token says.
    #[must_use]
    pub const fn abha_number(&self) -> Option<&AbhaNumber> {
        self.abha_number.as_ref()
    }

    /// What a sealed token is bound to.
    #[must_use]
    pub fn seal_context(hip_id: &HipId, abha_address: &AbhaAddress) -> String {
        format!("link-token/{hip_id}/{}", abha_address.folded())
    }

    fn wanted(
        &mut self,
        by: FlowId,
        request: LinkTokenRequest,
        in_place_of: Option<&Sealed>,
        now: DateTime<Utc>,
    ) -> LinkTokenStep {
        if matches!(self.state, LinkTokenState::Held(_)) && self.is_of_another(&request) {
            let failure = Failure::new(
                "the ABHA number is not the one that ABDM has for this ABHA address: check both with \
                 the patient. Nothing was sent",
            );
            let word = TokenWord::Refused(failure.of_class(ErrorClass::UserInput));
            return Step::nothing().effect(LinkTokenEffect::Tell { link: by, word });
        }
        match &mut self.state {
            LinkTokenState::Held(held)
                if in_place_of != Some(&held.token) && now + LAST_MOMENTS < held.expires_at =>
            {
                let word = TokenWord::Ready(held.clone());
                Step::nothing().effect(LinkTokenEffect::Tell { link: by, word })
            }
            LinkTokenState::Blocked { until, failure } if now < *until => {
                let word = TokenWord::Refused(failure.clone());
                Step::nothing().effect(LinkTokenEffect::Tell { link: by, word })
            }
            LinkTokenState::Asked { .. } => {
                self.waiting.insert(by);
                Step::nothing()
            }
            LinkTokenState::Postponed { request: old, .. } => {
                // Nothing has left yet: the newest details are asked with, the old may be wrong.
                *old = request;
                self.waiting.insert(by);
                Step::nothing()
            }
            _ => {
                self.waiting.insert(by);
                self.ask(request, now)
            }
        }
    }

    /// Whether the request is about a person of another number than the address has: ABDM would
    /// refuse the link (ABDM-1062), or hang one person's visits on another's address.
    fn is_of_another(&self, request: &LinkTokenRequest) -> bool {
        matches!((&self.abha_number, &request.abha_number), (Some(own), Some(other)) if own != other)
    }

    /// A token that is of no use is forgotten, and the number that it named. What was asked for
    /// today is not: the patient's limits go on.
    fn dropped(&mut self, token: Option<&Sealed>, now: DateTime<Utc>) -> LinkTokenStep {
        match &self.state {
            LinkTokenState::Held(held) if token.is_none_or(|token| *token == held.token) => {
                self.state = LinkTokenState::Missing;
                self.abha_number = None;
                Step::nothing().wake_at(now + A_DAY)
            }
            _ => Step::nothing(),
        }
    }

    /// Asks now, when the window is open; at the day's limit, says so.
    fn ask(&mut self, request: LinkTokenRequest, now: DateTime<Utc>) -> LinkTokenStep {
        self.asked.retain(|at| *at + A_DAY > now);
        let opens = self.asked.last().map(|last| *last + WINDOW).filter(|opens| *opens > now);
        if let (true, Some(first)) = (self.asked.len() >= MOST_A_DAY, self.asked.first()) {
            let again = *first + A_DAY;
            let text = format!(
                "three link tokens were asked for within a day, a fourth would block the patient: \
                 link again after {}{}",
                again.format("%Y-%m-%d %H:%M UTC"),
                self.cause.as_ref().map(|c| format!(" (first cause: {c})")).unwrap_or_default(),
            );
            return self.refuse(Failure::new(text).of_class(ErrorClass::Wait), now);
        }
        if let Some(until) = opens {
            self.state = LinkTokenState::Postponed { request, until };
            return Step::nothing().wake_at(until);
        }
        self.asked.push(now);
        self.state = LinkTokenState::Asked { request: request.clone(), since: now };
        Step::nothing()
            .effect(LinkTokenEffect::Request { hip_id: self.hip_id.clone(), request })
            .wake_at(now + PATIENCE)
    }

    fn refuse(&mut self, failure: Failure, now: DateTime<Utc>) -> LinkTokenStep {
        let step = self.tell_all(&TokenWord::Refused(failure.clone()));
        self.waiting.clear();
        self.state = if failure.has_code("ABDM-1027") {
            LinkTokenState::Blocked { until: now + A_DAY, failure }
        } else {
            LinkTokenState::Refused(failure)
        };
        step.wake_at(now + A_DAY)
    }

    fn tell_all(&self, word: &TokenWord) -> LinkTokenStep {
        let tell = |link: &FlowId| LinkTokenEffect::Tell { link: *link, word: word.clone() };
        Step::nothing().effects(self.waiting.iter().map(tell))
    }

    fn refused(&mut self, failure: Failure, now: DateTime<Utc>) -> LinkTokenStep {
        if !matches!(self.state, LinkTokenState::Asked { .. } | LinkTokenState::Silent { .. }) {
            return Step::nothing();
        }
        // "Duplicate request" is the echo of an earlier refusal, which says why (gateway.md 8).
        let duplicate = failure.has_code("ABDM-1092");
        let failure = self.cause.clone().filter(|_| duplicate).unwrap_or(failure);
        self.cause = Some(failure.clone());
        self.refuse(failure, now)
    }

    fn issued(
        &mut self,
        token: Sealed,
        expires_at: DateTime<Utc>,
        named: Option<AbhaNumber>,
    ) -> LinkTokenStep {
        let request = match &self.state {
            LinkTokenState::Asked { request, .. }
            | LinkTokenState::Silent { request, .. }
            | LinkTokenState::Postponed { request, .. } => Some(request),
            LinkTokenState::Held(held) if held.token == token => return Step::nothing(),
            _ => None,
        };
        // A token that comes late, when nobody knows any more what was asked, says itself whose it
        // is.
        let asked_with = request.map(|request| request.abha_number.clone());
        let abha_number = asked_with.unwrap_or_else(|| named.clone());
        self.abha_number = abha_number.clone().or(named);
        let held = HeldToken { token, expires_at, abha_number };
        let step = self.tell_all(&TokenWord::Ready(held.clone()));
        self.waiting.clear();
        self.cause = None;
        self.unsent = 0;
        self.state = LinkTokenState::Held(held);
        step.wake_at(expires_at)
    }

    fn not_sent(&mut self, failure: Failure, now: DateTime<Utc>) -> LinkTokenStep {
        let LinkTokenState::Asked { request, .. } = &self.state else {
            return Step::nothing();
        };
        let request = request.clone();
        self.asked.pop();
        self.unsent = self.unsent.saturating_add(1);
        if self.unsent >= MOST_UNSENT {
            self.unsent = 0;
            return self.refuse(failure, now);
        }
        let until = now + UNSENT_PAUSE;
        self.state = LinkTokenState::Postponed { request, until };
        Step::nothing().wake_at(until)
    }

    fn wake(&mut self, now: DateTime<Utc>) -> LinkTokenStep {
        match &self.state {
            LinkTokenState::Postponed { request, .. } => {
                let request = request.clone();
                self.ask(request, now)
            }
            LinkTokenState::Asked { request, since } => {
                let (request, since) = (request.clone(), *since);
                self.state = LinkTokenState::Silent { request, since };
                self.tell_all(&TokenWord::Silent).wake_at(since + A_DAY)
            }
            LinkTokenState::Silent { .. } => {
                let failure = Failure::new(
                    "ABDM took the request for a link token and never answered: check that the \
                     callback URL is registered and the HIP id is one of the bridge's services",
                );
                self.refuse(failure.of_class(ErrorClass::UpstreamFault), now).no_wake().done()
            }
            LinkTokenState::Held(_) => {
                self.state = LinkTokenState::Missing;
                Step::nothing().done()
            }
            LinkTokenState::Missing
            | LinkTokenState::Refused(_)
            | LinkTokenState::Blocked { .. } => Step::nothing().done(),
        }
    }
}

impl Flow for LinkTokenFlow {
    const KIND: &'static str = "hip.link-token";
    const VERSION: u32 = 1;
    type Event = LinkTokenEvent;
    type Effect = LinkTokenEffect;

    fn on(
        &mut self,
        event: LinkTokenEvent,
        now: DateTime<Utc>,
    ) -> Result<LinkTokenStep, FlowError> {
        Ok(match event {
            LinkTokenEvent::Wanted { by, request, in_place_of } => {
                let key = Self::key(&self.hip_id, &self.abha_address);
                self.wanted(by, request, in_place_of.as_ref(), now).key(key)
            }
            LinkTokenEvent::Accepted => {
                self.unsent = 0;
                match &mut self.state {
                    LinkTokenState::Asked { since, .. } => {
                        // ABDM's window opens when it takes the request, not when we decide.
                        *since = now;
                        self.asked.pop();
                        self.asked.push(now);
                        Step::nothing().wake_at(now + PATIENCE)
                    }
                    // The callback was faster than the answer.
                    _ => Step::nothing(),
                }
            }
            LinkTokenEvent::NotSent(failure) => self.not_sent(failure, now),
            LinkTokenEvent::Unclear => Step::nothing(),
            LinkTokenEvent::Refused(failure) => self.refused(failure, now),
            LinkTokenEvent::Issued { token, expires_at, abha_number } => {
                self.issued(token, expires_at, abha_number)
            }
            LinkTokenEvent::Dropped { token } => self.dropped(token.as_ref(), now),
            LinkTokenEvent::Woken => self.wake(now),
        })
    }

    fn woken() -> LinkTokenEvent {
        LinkTokenEvent::Woken
    }
}

#[cfg(test)]
mod tests;
