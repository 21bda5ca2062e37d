//! What a decision means for a request and its artefacts.

use abdm_core::id::{ConsentId, ConsentRequestId, RequestId};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::Step;
use chrono::{DateTime, Utc};

use super::{ConsentEffect, ConsentFlow, ConsentState, REVIEW_INTERVAL};
use crate::api::consent::Reason;
use crate::flow::artefact::{ArtefactNote, ArtefactWord};
use crate::flow::{EVENTS_LANE, EndReason, REPORTS_LANE};
use crate::hooks::HiuEvent;

impl ConsentFlow {
    /// Takes a decision in. Each is acknowledged, repetitions too; what is over stays over, in
    /// whichever order the news come (rulings.md 11).
    pub(super) fn decided(
        &mut self,
        request: &ConsentRequestId,
        notice: Option<RequestId>,
        status: &ConsentStatus,
        reason: Option<Reason>,
        named: Vec<ConsentId>,
        now: DateTime<Utc>,
    ) -> Step<ConsentEffect> {
        let acknowledge = notice.map(|notice| {
            let artefacts = match status {
                ConsentStatus::Revoked | ConsentStatus::Expired if named.is_empty() => {
                    self.artefacts_of(request)
                }
                _ => named.clone(),
            };
            ConsentEffect::Acknowledge { notice, artefacts }
        });
        let step = match status {
            ConsentStatus::Granted => self.grant(request, named),
            ConsentStatus::Denied => {
                self.closed.entry(request.clone()).or_insert(None);
                let denied = !self.state.is_decided() && self.all_closed();
                let step = reported(Step::nothing(), acknowledge);
                if !denied {
                    return step;
                }
                self.enter(ConsentState::Denied { reason }, now);
                return step.done();
            }
            ConsentStatus::Revoked => self.end(request, EndReason::Revoked, named),
            ConsentStatus::Expired => self.end(request, EndReason::Expired, named),
            // What it means is nobody's to guess, and not to be lost in silence either.
            unknown => {
                let is_news = notice.is_some() || *unknown != ConsentStatus::Requested;
                let step = reported(Step::nothing(), acknowledge);
                if !is_news {
                    return step;
                }
                let event = HiuEvent::DecisionNotUnderstood { status: unknown.clone() };
                return step.effect_in(EVENTS_LANE, ConsentEffect::Tell(event));
            }
        };
        self.settle(status, reported(step, acknowledge), now)
    }

    fn grant(&mut self, request: &ConsentRequestId, named: Vec<ConsentId>) -> Step<ConsentEffect> {
        let over = self.closed.get(request).copied().flatten();
        let over = self.ended.or(over);
        let mut step = Step::nothing();
        for artefact in named {
            if !self.artefacts.contains_key(&artefact) {
                if over.is_none() {
                    step = self.told(step, &artefact, ArtefactWord::Begin);
                    self.begun.insert(artefact.clone());
                }
                self.origins.insert(artefact.clone(), request.clone());
                self.artefacts.insert(artefact, over);
            }
        }
        step
    }

    /// The step, with a word for one of the artefacts.
    pub(super) fn told(
        &self,
        step: Step<ConsentEffect>,
        artefact: &ConsentId,
        word: ArtefactWord,
    ) -> Step<ConsentEffect> {
        let (artefact, abha_number) = (artefact.clone(), self.abha_number.clone());
        ArtefactNote { artefact, abha_number, word }.on(step)
    }

    /// Ends the named artefacts, or all of this id: one id's end says nothing of another's
    /// artefacts.
    fn end(
        &mut self,
        request: &ConsentRequestId,
        reason: EndReason,
        named: Vec<ConsentId>,
    ) -> Step<ConsentEffect> {
        let mut affected = named;
        if affected.is_empty() {
            self.closed.entry(request.clone()).or_insert(Some(reason));
            if self.all_closed() {
                self.ended.get_or_insert(reason);
            }
            affected = self.artefacts_of(request);
        }
        let mut step = Step::nothing();
        for artefact in affected {
            match self.artefacts.get(&artefact) {
                // Begun by the grant: its flow must know.
                Some(None) => {
                    step = self.told(step, &artefact, ArtefactWord::End(reason));
                    self.artefacts.insert(artefact, Some(reason));
                }
                // The grant has not come yet, and will find it over.
                None => {
                    self.origins.insert(artefact.clone(), request.clone());
                    self.artefacts.insert(artefact, Some(reason));
                }
                // Over already: the first reason stands.
                Some(Some(_)) => {}
            }
        }
        step
    }

    /// Draws the conclusion for the request as a whole.
    fn settle(
        &mut self,
        status: &ConsentStatus,
        step: Step<ConsentEffect>,
        now: DateTime<Utc>,
    ) -> Step<ConsentEffect> {
        // One of two identical questions may be denied and the other granted.
        let denied = matches!(self.state, ConsentState::Denied { .. });
        let open = !self.state.is_decided() || (denied && !self.others.is_empty());
        if *status == ConsentStatus::Granted && open {
            self.enter(ConsentState::Granted, now);
        }
        let mut ends: Vec<EndReason> = self.artefacts.values().flatten().copied().collect();
        ends.extend(self.ended);
        let all_over = !self.artefacts.is_empty() && self.artefacts.values().all(Option::is_some);
        let granted = self.state == ConsentState::Granted;
        if (self.ended.is_some() || (granted && all_over)) && !self.is_closed() {
            let revoked = ends.contains(&EndReason::Revoked);
            self.enter(if revoked { ConsentState::Revoked } else { ConsentState::Expired }, now);
        }
        match self.state {
            ConsentState::Granted => step.wake_at(now + REVIEW_INTERVAL),
            _ if self.is_closed() => step.done(),
            _ => step,
        }
    }
}

/// The step, with the acknowledgement of the notice that brought it.
fn reported(
    step: Step<ConsentEffect>,
    acknowledgement: Option<ConsentEffect>,
) -> Step<ConsentEffect> {
    match acknowledgement {
        Some(acknowledgement) => step.effect_in(REPORTS_LANE, acknowledgement),
        None => step,
    }
}
