//! The notice of the records, one visit after the other: the link stands whatever becomes of it.

use abdm_core::error::ErrorClass;
use abdm_flow::{FlowError, Step};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    AnswerTo, Awaited, ContextOutcome, HipLinkFlow, HipLinkState, LAST_PATIENCE, LinkStep,
    NoticeAnswer, PATIENCE, Sending,
};
use crate::api::hip_linking::ContextNotice;
use crate::flow::{Failure, HipLinkEffect};

/// A link is not visible to the notice at once (m2-hip.md 3).
const BEFORE_NOTICE: TimeDelta = TimeDelta::seconds(5);
/// The pauses when the notice says that the link is not there yet.
const NOT_YET_PAUSES: [TimeDelta; 3] =
    [TimeDelta::seconds(5), TimeDelta::seconds(15), TimeDelta::seconds(60)];

impl HipLinkFlow {
    /// The notice alone: everything is linked already, so there is nothing to wait for.
    pub(super) fn begin_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        self.outcomes.fill(Some(ContextOutcome::Already));
        self.state =
            HipLinkState::Noticing { visit: 0, tries: 0, sent: None, problems: Vec::new() };
        self.send_notice(now)
    }

    /// What is linked is told to the patient's apps, unless the hospital does not want it.
    pub(super) fn after_linking(&mut self, now: DateTime<Utc>) -> LinkStep {
        match self.next_linked(0).filter(|_| self.patient.notifies) {
            None => {
                self.state = HipLinkState::Finished { problems: Vec::new() };
                Step::nothing().no_wake().done()
            }
            Some(visit) => {
                let problems = Vec::new();
                self.state = HipLinkState::Noticing { visit, tries: 0, sent: None, problems };
                Step::nothing().wake_at(now + BEFORE_NOTICE)
            }
        }
    }

    /// The first visit from `from` on that is linked.
    fn next_linked(&self, from: usize) -> Option<usize> {
        (from..self.outcomes.len())
            .find(|visit| self.outcome(*visit).is_some_and(ContextOutcome::is_linked))
    }

    pub(super) fn notice_accepted(&mut self, sending: &Sending, now: DateTime<Utc>) -> LinkStep {
        let HipLinkState::Noticing { sent: Some(awaited), .. } = &mut self.state else {
            return Step::nothing();
        };
        if !awaited.accepted(sending, &mut self.past) {
            return Step::nothing();
        }
        Step::nothing().wake_at(now + PATIENCE)
    }

    pub(super) fn notice_answered(
        &mut self,
        to: AnswerTo,
        answer: NoticeAnswer,
        now: DateTime<Utc>,
    ) -> Result<LinkStep, FlowError> {
        let name = self.name();
        let HipLinkState::Noticing { tries, sent: Some(awaited), .. } = &mut self.state else {
            return Ok(Step::nothing());
        };
        let newer = match &to {
            AnswerTo::Sending(sending) if !awaited.includes(sending.number) => {
                return Ok(Step::nothing());
            }
            AnswerTo::Sending(sending) => {
                awaited.ended(sending, &mut self.past);
                false
            }
            AnswerTo::Request(request) if self.past.contains(request) => {
                return Ok(Step::nothing());
            }
            // It is made known before it leaves, so that word of it is on its way.
            AnswerTo::Request(request) if !awaited.contains(*request) => {
                return Err(FlowError::not_yet(name, "notice answered"));
            }
            AnswerTo::Request(request) => {
                let newer = awaited.has_newer(*request);
                awaited.close(*request, &mut self.past);
                newer
            }
        };
        let pause = NOT_YET_PAUSES.get(*tries);
        Ok(match answer {
            NoticeAnswer::Taken => self.notice_ends(None, now),
            // It says nothing of what left after it.
            _ if newer => Step::nothing(),
            NoticeAnswer::NotYet(failure) => match pause {
                Some(pause) => self.notice_pauses(now + *pause),
                None => self.notice_ends(Some(failure), now),
            },
            NoticeAnswer::Refused(failure) => self.notice_ends(Some(failure), now),
        })
    }

    /// No try of a notice was answered. If one may have arrived, its callback is waited for.
    pub(super) fn notice_unanswered(
        &mut self,
        sending: &Sending,
        failure: Failure,
        now: DateTime<Utc>,
    ) -> LinkStep {
        match &mut self.state {
            HipLinkState::Noticing { sent: Some(awaited), .. }
                if awaited.includes(sending.number) =>
            {
                awaited.ended(sending, &mut self.past);
                if sending.unheard || !awaited.is_over() {
                    return Step::nothing().wake_at(now + PATIENCE);
                }
            }
            _ => return Step::nothing(),
        }
        self.notice_ends(Some(failure), now)
    }

    fn notice_pauses(&mut self, until: DateTime<Utc>) -> LinkStep {
        self.give_up_notice();
        if let HipLinkState::Noticing { tries, .. } = &mut self.state {
            *tries += 1;
        }
        Step::nothing().wake_at(until)
    }

    fn notice_ends(&mut self, problem: Option<Failure>, now: DateTime<Utc>) -> LinkStep {
        self.give_up_notice();
        if let HipLinkState::Noticing { problems, .. } = &mut self.state {
            problems.extend(problem);
        }
        self.next_notice(now)
    }

    /// What still comes of the notice on its way is no news.
    fn give_up_notice(&mut self) {
        if let HipLinkState::Noticing { sent, .. } = &mut self.state
            && let Some(awaited) = sent.take()
        {
            awaited.give_up(&mut self.past);
        }
    }

    fn next_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        let HipLinkState::Noticing { visit, .. } = &self.state else {
            return Step::nothing();
        };
        let next = self.next_linked(*visit + 1);
        let HipLinkState::Noticing { visit, tries, sent, problems } = &mut self.state else {
            return Step::nothing();
        };
        if let Some(next) = next {
            (*visit, *tries, *sent) = (next, 0, None);
            return self.send_notice(now);
        }
        let problems = std::mem::take(problems);
        self.state = HipLinkState::Finished { problems };
        Step::nothing().no_wake().done()
    }

    fn send_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        let sending = self.next_sending();
        let HipLinkState::Noticing { visit, sent, .. } = &mut self.state else {
            return Step::nothing();
        };
        let Some(noticed) = self.patient.visits.get(*visit) else {
            return Step::nothing();
        };
        *sent = Some(Awaited::new(sending));
        let notice = ContextNotice::new(
            self.hip_id.clone(),
            self.patient.abha_address.clone(),
            noticed.care_context(&self.patient.reference),
            noticed.hi_types.clone(),
            noticed.date,
        );
        // The sending ends by itself; this is for the day when it is lost.
        Step::nothing().call(HipLinkEffect::Notify { sending, notice }).wake_at(now + LAST_PATIENCE)
    }

    pub(super) fn wake_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        match &mut self.state {
            HipLinkState::Noticing { sent: None, .. } => self.send_notice(now),
            HipLinkState::Noticing { .. } => {
                let failure = Failure::new("no answer to the notice of the records has come");
                let failure = failure.of_class(ErrorClass::UpstreamFault);
                self.notice_ends(Some(failure), now)
            }
            _ => Step::nothing(),
        }
    }
}
