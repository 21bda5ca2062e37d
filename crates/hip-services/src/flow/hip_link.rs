//! Linking care contexts: token, link, notice of the records.

mod answer;
mod key;
mod notice;
mod outcome;
mod report;
mod sending;
mod state;

use std::collections::VecDeque;

use abdm_core::error::ErrorClass;
use abdm_core::id::{CareContextReference, HipId, RequestId};
use abdm_core::seal::Sealed;
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::outcome::ContextOutcome;
pub use self::report::{LinkReport, LinkWord, Listener, ListenerKind};
pub(crate) use self::report::{WishForLink, WordOfLink};
pub use self::sending::{AnswerTo, Awaited, Sending};
pub use self::state::{
    HipLinkAnswer, HipLinkEffect, HipLinkEvent, HipLinkProgress, HipLinkState, NoticeAnswer,
};
use super::link_token::differ;
use super::{Failure, HeldToken, LinkTokenFlow, TokenWord, WordForToken};
use crate::api::hip_linking::{LinkCareContextsRequest, LinkTokenRequest};
use crate::hooks::HipEvent;
use crate::patient::LinkPatient;

/// A callback that has not come after this time may never come.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// How long a late callback is still waited for.
const LAST_PATIENCE: TimeDelta = TimeDelta::hours(24);

/// One link: care contexts of one patient.
///
/// ```text
/// New ─► AwaitingToken ─► Linking ─► Noticing ─► Finished
///              │    ▲         │  └─ link token no longer taken: once, a new one
///              └────┴─────────┴──► Failed
/// ```
/// While a callback is overdue (60 s) the link is *silent*: its outcome is unknown. Nothing is sent
/// again by itself; a late callback still moves it, and so does linking the same again by hand.
///
/// Every sending of a request has a number, and every try of it is made known before it leaves
/// ([`HipLinkEvent::Leaving`]): an answer counts for the request that it answers, and for no other,
/// however late it comes and whatever became of the HTTP answer.
///
/// A call links all of its care contexts or none. When ABDM says that something in it is linked
/// already, it says so of one of them, and nobody knows of which: the batch is halved and each half
/// sent again, so that the others do get linked and what is told is true of each
/// ([`outcomes`](Self::outcomes)).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HipLinkFlow {
    /// The facility.
    pub hip_id: HipId,
    /// What is linked.
    pub patient: LinkPatient,
    /// Where it stands.
    pub state: HipLinkState,
    /// Whether ABDM has refused one token already.
    renewed: bool,
    /// Whether the care contexts are linked already, so that there is only a notice to be sent.
    notice_only: bool,
    /// Which visits, by position, are to be sent together, one batch after the other.
    batches: VecDeque<Vec<usize>>,
    /// What became of each visit so far, by position.
    outcomes: Vec<Option<ContextOutcome>>,
    /// How often something was sent.
    sendings: u32,
    /// The tries that are answered or given up: what still answers them is no news.
    past: Vec<RequestId>,
    /// The flows that wished for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    listeners: Vec<Listener>,
    /// Whether it has failed for want of a link token.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    no_token: bool,
}

type LinkStep = Step<HipLinkEffect>;

impl HipLinkFlow {
    /// A link that has not begun.
    #[must_use]
    pub fn new(hip_id: HipId, patient: LinkPatient) -> Self {
        let outcomes = vec![None; patient.visits.len()];
        Self {
            hip_id,
            patient,
            state: HipLinkState::New,
            renewed: false,
            notice_only: false,
            batches: VecDeque::new(),
            outcomes,
            sendings: 0,
            past: Vec::new(),
            listeners: Vec::new(),
            no_token: false,
        }
    }

    /// No link, only the notice of further records in visits that are linked already.
    #[must_use]
    pub fn notice(hip_id: HipId, patient: LinkPatient) -> Self {
        Self { notice_only: true, ..Self::new(hip_id, patient) }
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> HipLinkProgress {
        let notices = match &self.state {
            HipLinkState::AwaitingToken { silent: true, .. }
            | HipLinkState::Linking { silent: true, .. } => {
                return HipLinkProgress::Unknown;
            }
            HipLinkState::New
            | HipLinkState::AwaitingToken { .. }
            | HipLinkState::Linking { .. } => {
                return HipLinkProgress::Pending { goes_on_at: None };
            }
            HipLinkState::Failed(failure) => return HipLinkProgress::Failed(failure.clone()),
            HipLinkState::Noticing { .. } => None,
            HipLinkState::Finished { problems } => Some(problems.len()),
        };
        match self.first_failure() {
            Some(failure) => HipLinkProgress::PartlyLinked { failure: failure.clone(), notices },
            None => HipLinkProgress::Linked { already: self.all_were_linked(), notices },
        }
    }

    /// What became of each care context, in the order in which they were given; `None` where that
    /// is not known yet.
    pub fn outcomes(
        &self,
    ) -> impl Iterator<Item = (&CareContextReference, Option<&ContextOutcome>)> {
        let outcomes = self.outcomes.iter().map(Option::as_ref);
        self.patient.visits.iter().map(|visit| &visit.reference).zip(outcomes)
    }

    /// Which notices of records ABDM did not take, and why. The links stand all the same.
    #[must_use]
    pub fn notice_problems(&self) -> &[Failure] {
        match &self.state {
            HipLinkState::Noticing { problems, .. } | HipLinkState::Finished { problems } => {
                problems
            }
            _ => &[],
        }
    }

    fn name(&self) -> &'static str {
        match self.state {
            HipLinkState::New => "new",
            HipLinkState::AwaitingToken { .. } => "awaiting token",
            HipLinkState::Linking { .. } => "linking",
            HipLinkState::Noticing { .. } => "noticing",
            HipLinkState::Finished { .. } => "finished",
            HipLinkState::Failed(_) => "failed",
        }
    }

    fn begin(&mut self, now: DateTime<Utc>) -> LinkStep {
        let step = match &self.state {
            HipLinkState::New if self.notice_only => self.begin_notice(now),
            HipLinkState::New => {
                self.batches = VecDeque::from([(0..self.patient.visits.len()).collect()]);
                self.want_token(None, now)
            }
            // Also while it is awaited: wanting it twice is harmless, and the word may have been lost.
            HipLinkState::AwaitingToken { in_place_of, .. } => {
                let in_place_of = in_place_of.clone();
                self.want_token(in_place_of, now)
            }
            HipLinkState::Linking { silent: true, .. } => self.send_link(now),
            _ => Step::nothing(),
        };
        step.key(self.key())
    }

    /// Takes over corrected details of the patient while no link request has left with the old ones.
    /// Whether what goes on is what was asked for.
    fn takes_details(&mut self, patient: &LinkPatient) -> bool {
        if self.notice_only || self.patient.is_the_same_as(patient) {
            return true;
        }
        match self.state {
            HipLinkState::New | HipLinkState::AwaitingToken { .. } => {
                let other_person =
                    differ(self.patient.abha_number.as_ref(), patient.abha_number.as_ref());
                if !other_person {
                    // The visits are the same: the link is found by them, and tells by their order.
                    self.patient.abha_number.clone_from(&patient.abha_number);
                    self.patient.name.clone_from(&patient.name);
                    self.patient.gender.clone_from(&patient.gender);
                    self.patient.year_of_birth = patient.year_of_birth;
                }
                !other_person
            }
            HipLinkState::Linking { .. } => false,
            // It is decided.
            HipLinkState::Noticing { .. }
            | HipLinkState::Finished { .. }
            | HipLinkState::Failed(_) => true,
        }
    }

    fn want_token(&mut self, in_place_of: Option<Sealed>, now: DateTime<Utc>) -> LinkStep {
        let request = self.patient.token_request();
        self.state =
            HipLinkState::AwaitingToken { in_place_of: in_place_of.clone(), silent: false };
        // The token's own flow keeps the time; this is for the day when it is lost.
        Self::tell_token(&WordForToken::Wanted { request, in_place_of })
            .wake_at(now + LAST_PATIENCE + LAST_PATIENCE)
    }

    /// Tells the patient's link token something.
    fn tell_token(word: &WordForToken) -> LinkStep {
        Step::nothing().note(LinkTokenFlow::KIND, WordForToken::SUBJECT, word)
    }

    fn token(&mut self, word: TokenWord, now: DateTime<Utc>) -> LinkStep {
        let HipLinkState::AwaitingToken { in_place_of, silent } = &mut self.state else {
            return Step::nothing();
        };
        match word {
            // Word from before ABDM refused it.
            TokenWord::Ready(token) if in_place_of.as_ref() == Some(&token.token) => {
                Step::nothing()
            }
            TokenWord::Ready(token) => self.next_batch(token, now),
            TokenWord::Silent if *silent => Step::nothing(),
            TokenWord::Silent => {
                *silent = true;
                announcing(Step::nothing(), self.unknown())
            }
            TokenWord::Refused(failure) => {
                self.no_token = true;
                self.fail_the_rest(Vec::new(), &failure, now)
            }
        }
    }

    fn next_batch(&mut self, token: HeldToken, now: DateTime<Utc>) -> LinkStep {
        let Some(batch) = self.batches.pop_front() else {
            return self.decided(now);
        };
        let awaited = Awaited::new(self.sendings + 1);
        self.state = HipLinkState::Linking { token, batch, awaited, already: false, silent: false };
        self.send_link(now)
    }

    /// Sends the batch that is under way, again if it was sent before.
    fn send_link(&mut self, now: DateTime<Utc>) -> LinkStep {
        let sending = self.next_sending();
        let HipLinkState::Linking { token, batch, awaited, silent, .. } = &mut self.state else {
            return Step::nothing();
        };
        awaited.again(sending);
        *silent = false;
        let elements = self.patient.elements(batch);
        let mut request = LinkCareContextsRequest::new(self.patient.abha_address.clone(), elements);
        request.abha_number = token.abha_number.clone();
        let (hip_id, token) = (self.hip_id.clone(), token.token.clone());
        Step::nothing()
            .call(HipLinkEffect::Link { sending, hip_id, token, request })
            .wake_at(now + PATIENCE)
    }

    const fn next_sending(&mut self) -> u32 {
        self.sendings += 1;
        self.sendings
    }

    /// Whether anything that comes of this sending still counts.
    #[must_use]
    pub const fn awaits(&self, sending: u32) -> bool {
        match &self.state {
            HipLinkState::Linking { awaited, .. }
            | HipLinkState::Noticing { sent: Some(awaited), .. } => awaited.includes(sending),
            _ => false,
        }
    }

    fn leaving(&mut self, sending: u32, request: RequestId) -> LinkStep {
        if self.past.contains(&request) {
            return Step::nothing();
        }
        match &mut self.state {
            HipLinkState::Linking { awaited, .. }
            | HipLinkState::Noticing { sent: Some(awaited), .. }
                if awaited.includes(sending) =>
            {
                awaited.told(sending, request, &mut self.past);
            }
            HipLinkState::Finished { .. } | HipLinkState::Failed(_) => {}
            _ => self.past.push(request),
        }
        Step::nothing()
    }

    /// Every batch has its answer.
    fn decided(&mut self, now: DateTime<Utc>) -> LinkStep {
        self.past.clear();
        if !self.outcomes.iter().flatten().any(ContextOutcome::is_linked) {
            let failure = self.first_failure().cloned();
            let failure = failure.unwrap_or_else(|| Failure::new("there is nothing to link"));
            self.state = HipLinkState::Failed(failure);
            return Step::nothing().no_wake().done();
        }
        self.after_linking(now)
    }

    /// What was not answered so far fails for this reason.
    fn fail_the_rest(
        &mut self,
        mut batch: Vec<usize>,
        failure: &Failure,
        now: DateTime<Utc>,
    ) -> LinkStep {
        batch.extend(self.batches.drain(..).flatten());
        let failed = self.batch_failed(&batch, failure);
        announcing(self.decided(now), failed)
    }

    fn wake(&mut self, now: DateTime<Utc>) -> LinkStep {
        match &mut self.state {
            // Nothing more is heard of the earlier try.
            HipLinkState::Linking { already: true, .. } => self.batch_is_linked_already(now),
            HipLinkState::Linking { silent: silent @ false, .. } => {
                *silent = true;
                announcing(Step::nothing(), self.unknown()).wake_at(now + LAST_PATIENCE)
            }
            HipLinkState::Linking { silent: true, batch, .. } => {
                let batch = batch.clone();
                let failure = Failure::new(
                    "no answer to the link request has come for a day: link the same again, ABDM \
                     then says whether it is linked already",
                );
                self.fail_the_rest(batch, &failure.of_class(ErrorClass::UpstreamFault), now)
            }
            HipLinkState::AwaitingToken { .. } => {
                self.no_token = true;
                let failure =
                    Failure::new("no word of the link token has come: link the same again");
                self.fail_the_rest(Vec::new(), &failure.of_class(ErrorClass::UpstreamFault), now)
            }
            HipLinkState::Noticing { .. } => self.wake_notice(now),
            _ => Step::nothing(),
        }
    }
}

/// A step, and what the hospital is told of what led to it.
fn announcing(mut step: LinkStep, event: Option<HipEvent>) -> LinkStep {
    if let Some(event) = event {
        let told = Step::nothing().effect_in(EVENTS_LANE, HipLinkEffect::Announce(event));
        step.effects.splice(0..0, told.effects);
    }
    step
}

impl Flow for HipLinkFlow {
    const KIND: &'static str = "hip.link";
    const VERSION: u32 = 1;
    type Event = HipLinkEvent;
    type Effect = HipLinkEffect;

    fn on(&mut self, event: HipLinkEvent, now: DateTime<Utc>) -> Result<LinkStep, FlowError> {
        let was_overdue = self.is_overdue();
        let step = self.take(event, now)?;
        Ok(self.report(was_overdue, step))
    }

    fn woken() -> HipLinkEvent {
        HipLinkEvent::Woken
    }
}

impl HipLinkFlow {
    fn take(&mut self, event: HipLinkEvent, now: DateTime<Utc>) -> Result<LinkStep, FlowError> {
        match event {
            HipLinkEvent::Begin => Ok(self.begin(now)),
            HipLinkEvent::Again { patient, by_hand } => {
                if !self.takes_details(&patient) && by_hand {
                    return Err(FlowError::not_valid(self.name(), "linked with other details"));
                }
                Ok(self.begin(now))
            }
            HipLinkEvent::Wanted(listener) => Ok(self.listen(listener).and(self.begin(now))),
            HipLinkEvent::Token(word) => Ok(self.token(word, now)),
            HipLinkEvent::Leaving { sending, request } => Ok(self.leaving(sending, request)),
            HipLinkEvent::LinkAccepted(sending) => Ok(self.link_accepted(&sending, now)),
            HipLinkEvent::LinkAnswered(to, answer) => self.link_answered(to, answer, now),
            HipLinkEvent::LinkUnanswered(sending, failure) => {
                Ok(self.link_unanswered(&sending, &failure, now))
            }
            HipLinkEvent::NoticeAccepted(sending) => Ok(self.notice_accepted(&sending, now)),
            HipLinkEvent::NoticeAnswered(to, answer) => self.notice_answered(to, answer, now),
            HipLinkEvent::NoticeUnanswered(sending, failure) => {
                Ok(self.notice_unanswered(&sending, failure, now))
            }
            HipLinkEvent::Woken => Ok(self.wake(now)),
        }
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
