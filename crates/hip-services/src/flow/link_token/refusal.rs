//! Why there is no token, and whom that is told.
//!
//! What ABDM says of the details of one request it says of just these: two records of one ABHA
//! address may differ in the year of birth, and one of them may be right. Who waits with details
//! that were not asked with so far is asked for next, within the limits; a request that was sent is
//! never sent again by itself.

use abdm_core::error::ErrorClass;
use abdm_flow::store::FlowId;
use abdm_flow::{FlowError, Step};
use chrono::{DateTime, Utc};

use super::asking::{Details, Waiting, differ};
use super::{
    A_DAY, AnswerTo, Failure, LinkTokenFlow, LinkTokenState, LinkTokenStep, NEXT_REQUEST,
    TokenWord, tell,
};
use crate::api::hip_linking::LinkTokenRequest;

/// What becomes of a link that waits, when a request is refused.
enum Turn {
    /// It is told why there is no token for it.
    Told(Failure),
    /// It is asked for next.
    Next,
}

impl LinkTokenFlow {
    pub(super) fn refused(
        &mut self,
        to: AnswerTo,
        failure: Failure,
        now: DateTime<Utc>,
    ) -> Result<LinkTokenStep, FlowError> {
        // "Duplicate request" is the echo of an earlier refusal, which says why (gateway.md 8).
        let duplicate = failure.has_code("ABDM-1092");
        let sending = match to {
            AnswerTo::Sending(sending) => Some(sending.number),
            AnswerTo::Request(request) => self.answered(request)?.map(|asking| asking.sending),
        };
        if is_of_details(&failure)
            && let Some(asking) = sending.and_then(|sending| self.asking_of(sending))
        {
            asking.refused = Some(failure.clone());
        }
        if !sending.is_some_and(|sending| self.awaits(sending)) {
            if duplicate || matches!(self.state, LinkTokenState::Held(_)) {
                return Ok(Step::nothing());
            }
            self.cause = Some(failure.clone());
            return Ok(self.refused_late(&failure, now));
        }
        let cause = self.cause.clone().filter(|_| duplicate).unwrap_or_else(|| failure.clone());
        self.cause = Some(cause.clone());
        Ok(if is_of_details(&cause) {
            self.refuse(&failure, now)
        } else {
            self.refuse_all(&cause, now)
        })
    }

    /// An earlier request is refused. That does not decide over what is asked now, but over what has
    /// not been asked so far.
    fn refused_late(&mut self, failure: &Failure, now: DateTime<Utc>) -> LinkTokenStep {
        let LinkTokenState::Postponed { request, until } = &self.state else {
            let is_asked =
                matches!(self.state, LinkTokenState::Asked { .. } | LinkTokenState::Silent { .. });
            return if blocks(failure) && !is_asked {
                self.refuse_all(failure, now)
            } else {
                Step::nothing()
            };
        };
        if blocks(failure) {
            return self.refuse_all(failure, now);
        }
        let (is_refused, until) = (self.refusal_of(&Details::of(request)).is_some(), *until);
        let refused: Vec<(FlowId, Failure)> = self
            .waiting
            .iter()
            .filter_map(|(link, waiting)| Some((*link, self.refusal_of(&waiting.details)?.clone())))
            .collect();
        let step = refused.into_iter().fold(Step::nothing(), |step, (link, why)| {
            self.waiting.remove(&link);
            tell(step, link, TokenWord::Refused(why))
        });
        if !is_refused {
            return step;
        }
        if let Some(request) = self.next_request() {
            self.state = LinkTokenState::Postponed { request, until };
            return step;
        }
        let others = self.tell_all(|_| TokenWord::Refused(failure.clone()));
        self.waiting.clear();
        self.ends_refused(failure.clone(), now);
        step.and(others).wake_at(now + A_DAY)
    }

    /// There will be no token for those who were asked for. Whoever was not is next.
    fn refuse(&mut self, failure: &Failure, now: DateTime<Utc>) -> LinkTokenStep {
        let (LinkTokenState::Asked { request, .. } | LinkTokenState::Silent { request, .. }) =
            &self.state
        else {
            return Step::nothing();
        };
        let sent = Details::of(request);
        let turns: Vec<(FlowId, Turn)> = self
            .waiting
            .iter()
            .map(|(link, waiting)| (*link, self.turn(&waiting.details, &sent, failure)))
            .collect();
        let mut step = Step::nothing();
        for (link, turn) in turns {
            if let Turn::Told(why) = turn {
                self.waiting.remove(&link);
                step = tell(step, link, TokenWord::Refused(why));
            }
        }
        self.ends_refused(failure.clone(), now);
        match self.next_request() {
            Some(request) => step.and(self.ask(request, now)),
            None => step.wake_at(now + A_DAY),
        }
    }

    /// There will be no token for anybody.
    pub(super) fn refuse_all(&mut self, failure: &Failure, now: DateTime<Utc>) -> LinkTokenStep {
        let step = self.tell_all(|_| TokenWord::Refused(failure.clone()));
        self.waiting.clear();
        self.ends_refused(failure.clone(), now);
        step.wake_at(now + A_DAY)
    }

    /// A further request today would block the patient: who waits is told until when.
    pub(super) fn day_is_full(
        &mut self,
        again: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> LinkTokenStep {
        let again = again.format("%Y-%m-%d %H:%M UTC");
        let limit = |cause: Option<&Failure>| {
            let failure = Failure::new(format!(
                "three link tokens were asked for within a day, a fourth would block the patient: \
                 link again after {again}{}",
                cause.map(|cause| format!(" (first cause: {cause})")).unwrap_or_default(),
            ));
            failure.of_class(ErrorClass::Wait)
        };
        let step = self.tell_all(|Waiting { details, .. }| {
            let shared = self.cause.as_ref().filter(|cause| !is_of_details(cause));
            TokenWord::Refused(limit(self.refusal_of(details).or(shared)))
        });
        self.waiting.clear();
        self.ends_refused(limit(self.cause.as_ref()), now);
        step.wake_at(now + A_DAY)
    }

    fn ends_refused(&mut self, failure: Failure, now: DateTime<Utc>) {
        self.state = if blocks(&failure) {
            LinkTokenState::Blocked { until: now + A_DAY, failure }
        } else {
            LinkTokenState::Refused(failure)
        };
    }

    /// Why ABDM gave no token today for just these details.
    pub(super) fn refusal_of(&self, details: &Details) -> Option<&Failure> {
        let its = self.asked.iter().rev().filter(|asking| asking.details == *details);
        its.filter_map(|asking| asking.refused.as_ref()).next()
    }

    /// Whose turn it is, when the request that was `sent` is refused with `failure`.
    fn turn(&self, details: &Details, sent: &Details, failure: &Failure) -> Turn {
        if let Some(own) = self.refusal_of(details) {
            return Turn::Told(own.clone());
        }
        // An earlier release kept the number alone.
        let is_whole = details.demographics.is_some();
        let differs = if is_whole {
            details != sent
        } else {
            differ(details.abha_number.as_ref(), sent.abha_number.as_ref())
        };
        if !differs {
            return Turn::Told(failure.clone());
        }
        if is_whole && self.asked.iter().all(|asking| asking.details != *details) {
            return Turn::Next;
        }
        let not_said = Failure::new(format!(
            "ABDM has refused a link token for this ABHA address with the details of another record, \
             and has said nothing of this one: link again: {NEXT_REQUEST}"
        ));
        Turn::Told(not_said.of_class(ErrorClass::Wait))
    }

    /// The request for the link that has waited longest.
    fn next_request(&self) -> Option<LinkTokenRequest> {
        let first = self.waiting.iter().min_by_key(|(link, waiting)| (waiting.since, **link))?;
        first.1.details.request(&self.abha_address)
    }
}

/// Whether ABDM blocks the address.
fn blocks(failure: &Failure) -> bool {
    failure.has_code("ABDM-1027")
}

/// Whether a refusal is about what the request named, so that another may succeed (rulings.md 17).
fn is_of_details(failure: &Failure) -> bool {
    failure.class == ErrorClass::UserInput
}
