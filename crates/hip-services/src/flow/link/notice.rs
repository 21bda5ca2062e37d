//! The notice of the records, one visit after the other: the link stands whatever becomes of it.

use abdm_core::flow::{FlowError, Step};
use abdm_core::id::RequestId;
use chrono::{DateTime, TimeDelta, Utc};

use super::{ContextOutcome, LinkFlow, LinkState, LinkStep, NoticeAnswer, PATIENCE, SentNotice};
use crate::api::linking::ContextNotice;
use crate::flow::{Failure, LinkEffect};

/// A link is not visible to the notice at once (m2-hip.md 3).
const BEFORE_NOTICE: TimeDelta = TimeDelta::seconds(5);
/// The pauses when the notice says that the link is not there yet.
const NOT_YET_PAUSES: [TimeDelta; 3] =
    [TimeDelta::seconds(5), TimeDelta::seconds(15), TimeDelta::seconds(60)];

impl LinkFlow {
    /// The notice alone: everything is linked already, so there is nothing to wait for.
    pub(super) fn begin_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        self.outcomes.fill(Some(ContextOutcome::Already));
        self.state = LinkState::Noticing { visit: 0, tries: 0, sent: None, problems: Vec::new() };
        self.send_notice(now)
    }

    /// What is linked is told to the patient's apps, unless the hospital does not want it.
    pub(super) fn after_linking(&mut self, now: DateTime<Utc>) -> LinkStep {
        match self.next_linked(0).filter(|_| self.patient.notifies) {
            None => {
                self.state = LinkState::Finished { problems: Vec::new() };
                Step::nothing().no_wake().done()
            }
            Some(visit) => {
                let problems = Vec::new();
                self.state = LinkState::Noticing { visit, tries: 0, sent: None, problems };
                Step::nothing().wake_at(now + BEFORE_NOTICE)
            }
        }
    }

    /// The first visit from `from` on that is linked.
    fn next_linked(&self, from: usize) -> Option<usize> {
        (from..self.outcomes.len())
            .find(|visit| self.outcome(*visit).is_some_and(ContextOutcome::is_linked))
    }

    pub(super) fn notice_accepted(&mut self, id: RequestId, now: DateTime<Utc>) -> LinkStep {
        match &mut self.state {
            LinkState::Noticing { sent: Some(notice), .. } => {
                notice.request = Some(id);
                Step::nothing().wake_at(now + PATIENCE)
            }
            _ => Step::nothing(),
        }
    }

    pub(super) fn notice_answered(
        &mut self,
        answered: Option<RequestId>,
        answer: NoticeAnswer,
        now: DateTime<Utc>,
    ) -> Result<LinkStep, FlowError> {
        let name = self.name();
        let LinkState::Noticing { tries, sent, problems, .. } = &mut self.state else {
            return Ok(Step::nothing());
        };
        let Some(notice) = sent else {
            return Ok(Step::nothing());
        };
        match (answered, notice.request) {
            (Some(_), None) => return Err(FlowError::not_yet(name, "notice answered")),
            (Some(answered), Some(request)) if answered != request => return Ok(Step::nothing()),
            _ => {}
        }
        let problem = match answer {
            NoticeAnswer::Taken => None,
            NoticeAnswer::NotYet(failure) => match NOT_YET_PAUSES.get(*tries) {
                Some(pause) => {
                    *tries += 1;
                    *sent = None;
                    return Ok(Step::nothing().wake_at(now + *pause));
                }
                None => Some(failure),
            },
            NoticeAnswer::Refused(failure) => Some(failure),
        };
        problems.extend(problem);
        Ok(self.next_notice(now))
    }

    fn next_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        let LinkState::Noticing { visit, .. } = &self.state else {
            return Step::nothing();
        };
        let next = self.next_linked(*visit + 1);
        let LinkState::Noticing { visit, tries, sent, problems } = &mut self.state else {
            return Step::nothing();
        };
        if let Some(next) = next {
            (*visit, *tries, *sent) = (next, 0, None);
            return self.send_notice(now);
        }
        let problems = std::mem::take(problems);
        self.state = LinkState::Finished { problems };
        Step::nothing().no_wake().done()
    }

    fn send_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        let LinkState::Noticing { visit, sent, .. } = &mut self.state else {
            return Step::nothing();
        };
        let Some(noticed) = self.patient.visits.get(*visit) else {
            return Step::nothing();
        };
        *sent = Some(SentNotice { request: None });
        let notice = ContextNotice::new(
            self.hip_id.clone(),
            self.patient.abha_address.clone(),
            noticed.care_context(&self.patient.reference),
            noticed.hi_types.clone(),
            noticed.date,
        );
        Step::nothing().effect(LinkEffect::Notify(notice)).wake_at(now + PATIENCE)
    }

    pub(super) fn wake_notice(&mut self, now: DateTime<Utc>) -> LinkStep {
        match &mut self.state {
            LinkState::Noticing { sent: None, .. } => self.send_notice(now),
            LinkState::Noticing { problems, .. } => {
                problems
                    .push(Failure::new("ABDM took the notice of the records and never answered"));
                self.next_notice(now)
            }
            _ => Step::nothing(),
        }
    }
}
