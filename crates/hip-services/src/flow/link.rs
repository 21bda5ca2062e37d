//! Linking care contexts: token, link, notice of the records.

mod state;

use abdm_core::flow::{Flow, FlowError, FlowKey, Step};
use abdm_core::id::{HipId, RequestId};
use abdm_core::seal::Sealed;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::state::{
    LinkAnswer, LinkEffect, LinkEvent, LinkProgress, LinkState, NoticeAnswer, SentNotice,
};
use super::{Failure, HeldToken, TokenWord};
use crate::api::linking::{
    ContextNotice, LinkCareContextsRequest, LinkTokenRequest, PatientCareContexts,
};
use crate::hooks::HipEvent;
use crate::patient::LinkPatient;

/// A callback that has not come after this time may never come.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// How long a late callback is still waited for.
const LAST_PATIENCE: TimeDelta = TimeDelta::hours(24);
/// A link is not visible to the notice at once (m2-hip.md 3).
const BEFORE_NOTICE: TimeDelta = TimeDelta::seconds(5);
/// The pauses when the notice says that the link is not there yet.
const NOT_YET_PAUSES: [TimeDelta; 3] =
    [TimeDelta::seconds(5), TimeDelta::seconds(15), TimeDelta::seconds(60)];

/// One link: care contexts of one patient.
///
/// ```text
/// New ─► AwaitingToken ─► Linking ─► Noticing ─► Finished
///              │    ▲         │  └─ link token no longer taken: once, a new one
///              └────┴─────────┴──► Failed
/// ```
/// While a callback is overdue (60 s) the link is *silent*: its outcome is unknown. Nothing is sent
/// again by itself; a late callback still moves it, and so does linking the same again by hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkFlow {
    /// The facility.
    pub hip_id: HipId,
    /// What is linked.
    pub patient: LinkPatient,
    /// Where it stands.
    pub state: LinkState,
    /// Whether ABDM has refused one token already.
    renewed: bool,
}

type LinkStep = Step<LinkEffect>;

impl LinkFlow {
    /// A link that has not begun.
    #[must_use]
    pub const fn new(hip_id: HipId, patient: LinkPatient) -> Self {
        Self { hip_id, patient, state: LinkState::New, renewed: false }
    }

    /// The name under which a link of the same care contexts and HI types of the same patient is
    /// found: asking twice joins the first.
    #[must_use]
    pub fn key(hip_id: &HipId, patient: &LinkPatient) -> FlowKey {
        let mut visits: Vec<String> = patient.visits.iter().map(|visit| visit.key()).collect();
        visits.sort();
        let address = patient.abha_address.folded();
        FlowKey::new("link", format!("{hip_id}/{address}/{}", visits.join(";")))
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> LinkProgress {
        match &self.state {
            LinkState::AwaitingToken { silent: true } | LinkState::Linking { silent: true, .. } => {
                LinkProgress::Unknown
            }
            LinkState::New | LinkState::AwaitingToken { .. } | LinkState::Linking { .. } => {
                LinkProgress::Pending
            }
            LinkState::Noticing { already, .. } => {
                LinkProgress::Linked { already: *already, notices: None }
            }
            LinkState::Finished { already, problems } => {
                LinkProgress::Linked { already: *already, notices: Some(problems.len()) }
            }
            LinkState::Failed(failure) => LinkProgress::Failed(failure.clone()),
        }
    }

    fn name(&self) -> &'static str {
        match self.state {
            LinkState::New => "new",
            LinkState::AwaitingToken { .. } => "awaiting token",
            LinkState::Linking { .. } => "linking",
            LinkState::Noticing { .. } => "noticing",
            LinkState::Finished { .. } => "finished",
            LinkState::Failed(_) => "failed",
        }
    }

    fn want_token(&mut self, in_place_of: Option<Sealed>, now: DateTime<Utc>) -> LinkStep {
        self.state = LinkState::AwaitingToken { silent: false };
        let request = self.patient.token_request();
        let hip_id = self.hip_id.clone();
        // The token's own flow keeps the time; this is for the day when it is lost.
        Step::nothing()
            .effect(LinkEffect::WantToken { hip_id, request, in_place_of })
            .wake_at(now + LAST_PATIENCE + LAST_PATIENCE)
    }

    fn link(&mut self, token: HeldToken, now: DateTime<Utc>) -> LinkStep {
        let elements: Vec<PatientCareContexts> = self.patient.elements();
        let mut request = LinkCareContextsRequest::new(self.patient.abha_address.clone(), elements);
        request.abha_number = token.abha_number.clone();
        let effect =
            LinkEffect::Link { hip_id: self.hip_id.clone(), token: token.token.clone(), request };
        self.state = LinkState::Linking { token, request: None, silent: false };
        Step::nothing().effect(effect).wake_at(now + PATIENCE)
    }

    fn begin(&mut self, now: DateTime<Utc>) -> LinkStep {
        let step = match &self.state {
            LinkState::New | LinkState::AwaitingToken { silent: true } => {
                self.want_token(None, now)
            }
            LinkState::Linking { token, silent: true, .. } => {
                let token = token.clone();
                self.link(token, now)
            }
            _ => Step::nothing(),
        };
        step.key(Self::key(&self.hip_id, &self.patient))
    }

    fn token(&mut self, word: TokenWord, now: DateTime<Utc>) -> LinkStep {
        let LinkState::AwaitingToken { silent } = &mut self.state else {
            return Step::nothing();
        };
        match word {
            TokenWord::Ready(token) => self.link(token, now),
            TokenWord::Silent if *silent => Step::nothing(),
            TokenWord::Silent => {
                *silent = true;
                self.announce_unknown()
            }
            TokenWord::Refused(failure) => self.fail(failure),
        }
    }

    fn link_answered(
        &mut self,
        answered: Option<RequestId>,
        answer: LinkAnswer,
        now: DateTime<Utc>,
    ) -> Result<LinkStep, FlowError> {
        let LinkState::Linking { token, request, .. } = &self.state else {
            return if matches!(self.state, LinkState::New) {
                Err(FlowError::not_yet(self.name(), "link answered"))
            } else {
                Ok(Step::nothing())
            };
        };
        let refusal = match answer {
            // Linked is linked, whichever attempt did it.
            LinkAnswer::Linked => return Ok(self.linked(false, now)),
            LinkAnswer::Already => return Ok(self.linked(true, now)),
            LinkAnswer::TokenRefused(failure) => (failure, !self.renewed),
            LinkAnswer::Refused(failure) => (failure, false),
        };
        match (answered, *request) {
            (Some(_), None) => return Err(FlowError::not_yet(self.name(), "link refused")),
            // Of an attempt that was given up.
            (Some(answered), Some(request)) if answered != request => return Ok(Step::nothing()),
            _ => {}
        }
        Ok(match refusal {
            (_, true) => {
                let refused = token.token.clone();
                self.renewed = true;
                self.want_token(Some(refused), now)
            }
            (failure, false) => self.fail(failure),
        })
    }

    fn linked(&mut self, already: bool, now: DateTime<Utc>) -> LinkStep {
        let step = Step::nothing().effect(LinkEffect::Announce(HipEvent::Linked {
            abha_address: self.patient.abha_address.clone(),
            care_contexts: self.patient.references(),
            already,
        }));
        if self.patient.visits.is_empty() || !self.patient.notifies {
            self.state = LinkState::Finished { already, problems: Vec::new() };
            return step.no_wake().done();
        }
        self.state =
            LinkState::Noticing { already, visit: 0, tries: 0, sent: None, problems: Vec::new() };
        step.wake_at(now + BEFORE_NOTICE)
    }

    fn notice_answered(
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
        let LinkState::Noticing { already, visit, tries, sent, problems } = &mut self.state else {
            return Step::nothing();
        };
        *visit += 1;
        *tries = 0;
        *sent = None;
        if *visit < self.patient.visits.len() {
            return self.send_notice(now);
        }
        let (already, problems) = (*already, std::mem::take(problems));
        self.state = LinkState::Finished { already, problems };
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

    fn wake(&mut self, now: DateTime<Utc>) -> LinkStep {
        match &mut self.state {
            LinkState::Linking { silent: silent @ false, .. } => {
                *silent = true;
                self.announce_unknown().wake_at(now + LAST_PATIENCE)
            }
            LinkState::Linking { silent: true, .. } => self.fail(Failure::new(
                "ABDM took the link request and never answered: link the same again, ABDM then says \
                 whether it is linked already",
            )),
            LinkState::AwaitingToken { .. } => {
                self.fail(Failure::new("no word of the link token has come: link the same again"))
            }
            LinkState::Noticing { sent: None, .. } => self.send_notice(now),
            LinkState::Noticing { problems, .. } => {
                problems.push(Failure::new("ABDM took the notice of the records and never answered"));
                self.next_notice(now)
            }
            _ => Step::nothing(),
        }
    }

    fn fail(&mut self, failure: Failure) -> LinkStep {
        self.state = LinkState::Failed(failure.clone());
        let event = HipEvent::LinkFailed {
            abha_address: self.patient.abha_address.clone(),
            care_contexts: self.patient.references(),
            failure,
        };
        Step::nothing().effect(LinkEffect::Announce(event)).no_wake().done()
    }

    fn announce_unknown(&self) -> LinkStep {
        Step::nothing().effect(LinkEffect::Announce(HipEvent::LinkUnknown {
            abha_address: self.patient.abha_address.clone(),
            care_contexts: self.patient.references(),
        }))
    }
}

impl Flow for LinkFlow {
    const KIND: &'static str = "hip.link";
    const VERSION: u32 = 1;
    type Event = LinkEvent;
    type Effect = LinkEffect;

    fn on(&mut self, event: LinkEvent, now: DateTime<Utc>) -> Result<LinkStep, FlowError> {
        match event {
            LinkEvent::Begin => Ok(self.begin(now)),
            LinkEvent::Token(word) => Ok(self.token(word, now)),
            LinkEvent::LinkAccepted(id) => Ok(match &mut self.state {
                LinkState::Linking { request, silent, .. } => {
                    (*request, *silent) = (Some(id), false);
                    Step::nothing().wake_at(now + PATIENCE)
                }
                _ => Step::nothing(),
            }),
            LinkEvent::LinkAnswered(answered, answer) => self.link_answered(answered, answer, now),
            LinkEvent::NoticeAccepted(id) => Ok(match &mut self.state {
                LinkState::Noticing { sent: Some(notice), .. } => {
                    notice.request = Some(id);
                    Step::nothing().wake_at(now + PATIENCE)
                }
                _ => Step::nothing(),
            }),
            LinkEvent::NoticeAnswered(answered, answer) => {
                self.notice_answered(answered, answer, now)
            }
            LinkEvent::Woken => Ok(self.wake(now)),
        }
    }

    fn woken() -> LinkEvent {
        LinkEvent::Woken
    }
}

impl LinkPatient {
    fn token_request(&self) -> LinkTokenRequest {
        let mut request = LinkTokenRequest::new(
            self.abha_address.clone(),
            self.name.clone(),
            self.gender.clone(),
            i64::from(self.year_of_birth),
        );
        request.abha_number = self.abha_number.clone();
        request
    }
}

#[cfg(test)]
mod tests;
