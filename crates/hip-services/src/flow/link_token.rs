//! One patient's link token at one facility: asked for seldom, kept long.

mod account;
mod asking;
mod demographics;
#[cfg(feature = "v0_5")]
mod given;
mod refusal;
mod state;

use std::collections::BTreeMap;

use abdm_core::error::ErrorClass;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::Sealed;
use abdm_flow::store::{FlowId, FlowKey};
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub(super) use self::asking::differ;
use self::asking::{Asking, Details, Waiting};
use self::demographics::Demographics;
#[cfg(feature = "v0_5")]
pub(crate) use self::given::unproved;
#[cfg(feature = "v0_5")]
pub(crate) use self::state::GivenToken;
pub use self::state::{
    AccountWord, HeldToken, LinkTokenEffect, LinkTokenEvent, LinkTokenState, TokenWord,
};
pub(crate) use self::state::{WordForLink, WordForToken};
use super::{AnswerTo, Failure, HipLinkFlow};
#[cfg(feature = "v0_5")]
use super::{PatientAuthFlow, TokenTaken};
use crate::api::hip_linking::LinkTokenRequest;

/// When the next request leaves, for the desk: see [`WINDOW`] and [`MOST_A_DAY`].
pub(crate) const NEXT_REQUEST: &str = "the next request for a link token leaves by itself, seven \
     minutes after the last; more than three a day are refused here";

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
/// A link that wants the token says so by [`Wanted`](LinkTokenEvent::Wanted) and is told by a note
/// with a [`TokenWord`]; while no answer comes it stays subscribed.
///
/// Whose token it is, its ABHA number says, and every link that names one is compared with it: at
/// once where the number is known, else when the token comes. Name, gender and year of birth are
/// compared with those that ABDM has given the token for, for as long as it is held: by itself ABDM
/// compares them only when the token is asked for.
///
/// Of several links that wait one is asked for. A token is for each of them whose details fit. A
/// refusal of details is told those who have just these; who has others is asked for next, when the
/// window opens: what is wrong in one record says nothing of another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkTokenFlow {
    /// The facility.
    pub hip_id: HipId,
    /// The patient.
    pub abha_address: AbhaAddress,
    /// Where it stands.
    pub state: LinkTokenState,
    /// The requests of the last day, oldest first: those that left, or may have left.
    asked: Vec<Asking>,
    /// How many requests there have been.
    sendings: u32,
    /// How often in a row a request could not leave.
    unsent: u8,
    /// The links that wait.
    waiting: BTreeMap<FlowId, Waiting>,
    /// The first cause of trouble. A later "duplicate request" must not hide it. What was refused
    /// for its details, each [`Asking`] says.
    cause: Option<Failure>,
    /// See [`abha_number`](Self::abha_number).
    #[serde(with = "digits::option", default)]
    abha_number: Option<AbhaNumber>,
    /// For which demographics ABDM gave the token that is held. Unknown for one that the patient
    /// has given (V0.5), and for one of an earlier release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<Demographics>,
    /// How the patient's account stands, where ABDM has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<AccountWord>,
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
            sendings: 0,
            unsent: 0,
            waiting: BTreeMap::new(),
            cause: None,
            abha_number: None,
            confirmed: None,
            account: None,
        }
    }

    /// The name under which the token of this patient at this facility is found.
    #[must_use]
    pub fn key(hip_id: &HipId, abha_address: &AbhaAddress) -> FlowKey {
        FlowKey::new("link-token", format!("{hip_id}/{}", abha_address.folded()))
    }

    /// The ABHA number that ABDM has for the address: the one that the latest token names or, if it
    /// names none, the one that it was asked for with, which ABDM has compared.
    ///
    /// It stays known when the token has run out, for as long as the store lasts: documents are
    /// compared with it. It is unknown before the first token, when a token neither names one nor
    /// was asked for with one, and from the day on which the token is dropped to the next token.
    #[must_use]
    pub const fn abha_number(&self) -> Option<&AbhaNumber> {
        self.abha_number.as_ref()
    }

    /// When the next request for a token leaves, where one waits for that.
    #[must_use]
    pub const fn goes_on_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            LinkTokenState::Postponed { until, .. } => Some(until),
            _ => None,
        }
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
        if let Some(failure) = self.closed() {
            return tell(Step::nothing(), by, TokenWord::Refused(failure));
        }
        // Where ABDM is asked anew, its answer decides.
        let asks = matches!(
            self.state,
            LinkTokenState::Missing | LinkTokenState::Refused(_) | LinkTokenState::Blocked { .. }
        );
        if !asks && self.is_of_another(request.abha_number.as_ref()) {
            return tell(Step::nothing(), by, mismatch());
        }
        let details = Details::of(&request);
        let unlike = self.unlike(&details);
        let is_refused = self.refusal_of(&details).is_some();
        match &mut self.state {
            LinkTokenState::Held(held)
                if in_place_of != Some(&held.token) && held.is_worth_using(now) =>
            {
                if let Some(failure) = unlike {
                    return tell(Step::nothing(), by, TokenWord::Refused(failure));
                }
                let step = tell(Step::nothing(), by, TokenWord::Ready(held.clone()));
                if held.is_last_use() {
                    self.state = LinkTokenState::Missing;
                    return step.wake_at(now + A_DAY);
                }
                step
            }
            LinkTokenState::Blocked { until, failure } if now < *until => {
                tell(Step::nothing(), by, TokenWord::Refused(failure.clone()))
            }
            LinkTokenState::Asked { .. } => {
                self.waits(by, details, now);
                Step::nothing()
            }
            LinkTokenState::Postponed { request: old, .. } => {
                // Nothing has left yet: the newest details are asked with, the old may be wrong.
                // But not those of another person, to whom those that wait would then be linked,
                // nor those of which ABDM has just said that they are wrong.
                if !is_refused && !differ(old.abha_number.as_ref(), request.abha_number.as_ref()) {
                    *old = request;
                }
                self.waits(by, details, now);
                Step::nothing()
            }
            _ => {
                self.waits(by, details, now);
                self.ask(request, now)
            }
        }
    }

    /// A link waits. Wanting it again does not put it behind the others.
    fn waits(&mut self, link: FlowId, details: Details, now: DateTime<Utc>) {
        let since = self.waiting.get(&link).and_then(|waiting| waiting.since).unwrap_or(now);
        self.waiting.insert(link, Waiting { details, since: Some(since) });
    }

    /// Why a record with these details may not be linked by the token that is held.
    fn unlike(&self, details: &Details) -> Option<Failure> {
        details.demographics.as_ref()?.unlike(self.confirmed.as_ref()?)
    }

    /// Whether a patient with this number is another person than the address has: ABDM would refuse
    /// the link (ABDM-1062), or hang one person's visits on another's address.
    fn is_of_another(&self, abha_number: Option<&AbhaNumber>) -> bool {
        differ(self.abha_number.as_ref(), abha_number)
    }

    /// A token that is of no use is forgotten, and the number that it named. What was asked for
    /// today is not: the patient's limits go on.
    fn dropped(&mut self, token: Option<&Sealed>, now: DateTime<Utc>) -> LinkTokenStep {
        match &self.state {
            LinkTokenState::Held(held) if token.is_none_or(|token| *token == held.token) => {
                self.state = LinkTokenState::Missing;
            }
            LinkTokenState::Missing
            | LinkTokenState::Refused(_)
            | LinkTokenState::Blocked { .. }
                if token.is_none() => {}
            // What is on its way names its number itself.
            _ => return Step::nothing(),
        }
        (self.abha_number, self.confirmed) = (None, None);
        Step::nothing().wake_at(now + A_DAY)
    }

    /// Asks now, when the window is open; at the day's limit, says so.
    fn ask(&mut self, request: LinkTokenRequest, now: DateTime<Utc>) -> LinkTokenStep {
        self.confirmed = None;
        self.asked.retain(|asking| asking.at + A_DAY > now);
        let opens = self.asked.last().map(|last| last.at + WINDOW).filter(|opens| *opens > now);
        if let (true, Some(first)) = (self.asked.len() >= MOST_A_DAY, self.asked.first()) {
            return self.day_is_full(first.at + A_DAY, now);
        }
        if let Some(until) = opens {
            self.state = LinkTokenState::Postponed { request, until };
            let told = LinkTokenEffect::Waits { until };
            return Step::nothing().effect_in(EVENTS_LANE, told).wake_at(until);
        }
        self.sendings += 1;
        let (sending, hip_id) = (self.sendings, self.hip_id.clone());
        let details = Details::of(&request);
        let (requests, refused) = (Vec::new(), None);
        self.asked.push(Asking { sending, at: now, details, requests, refused });
        self.state = LinkTokenState::Asked { request: request.clone(), since: now };
        Step::nothing()
            .call(LinkTokenEffect::Request { sending, hip_id, request })
            .wake_at(now + PATIENCE)
    }

    /// Whether a request of this number is still to be sent: not when time has passed over it, and
    /// another took its place.
    #[must_use]
    pub fn awaits(&self, sending: u32) -> bool {
        matches!(self.state, LinkTokenState::Asked { .. } | LinkTokenState::Silent { .. })
            && self.is_latest(sending)
    }

    /// Whether it may still leave: not when another took its place, nor for an account that is
    /// switched off.
    #[must_use]
    pub fn may_leave(&self, sending: u32) -> bool {
        self.awaits(sending) && self.closed().is_none()
    }

    /// Whether a try of this request has left, or may have: it is said before.
    #[must_use]
    pub fn has_left(&self, sending: u32) -> bool {
        let its = self.asked.iter().find(|asking| asking.sending == sending);
        its.is_some_and(|asking| !asking.requests.is_empty())
    }

    fn is_latest(&self, sending: u32) -> bool {
        self.asked.last().is_some_and(|latest| latest.sending == sending)
    }

    fn asking_of(&mut self, sending: u32) -> Option<&mut Asking> {
        self.asked.iter_mut().find(|asking| asking.sending == sending)
    }

    /// What a callback answers; `None` when nothing was asked for within a day. Every try is made
    /// known before it leaves: word of an unknown one is on its way, or the request is more than a
    /// day old, and the answer to it decides over nothing.
    fn answered(&self, request: RequestId) -> Result<Option<&Asking>, FlowError> {
        let found = self.asked.iter().find(|asking| asking.requests.contains(&request));
        if found.is_none() && !self.asked.is_empty() {
            return Err(FlowError::not_yet("without word of the request", "link token answered"));
        }
        Ok(found)
    }

    fn tell_all(&self, word: impl Fn(&Waiting) -> TokenWord) -> LinkTokenStep {
        let told = |step, (link, waiting): (&FlowId, &Waiting)| tell(step, *link, word(waiting));
        self.waiting.iter().fold(Step::nothing(), told)
    }

    fn issued(
        &mut self,
        request: RequestId,
        token: Sealed,
        expires_at: DateTime<Utc>,
        named: Option<AbhaNumber>,
        now: DateTime<Utc>,
    ) -> Result<LinkTokenStep, FlowError> {
        if matches!(&self.state, LinkTokenState::Held(held) if held.token == token) {
            return Ok(Step::nothing());
        }
        let (asked_with, confirmed) = match self.answered(request)?.map(|asking| &asking.details) {
            Some(details) => (details.abha_number.clone(), details.demographics.clone()),
            // A token that comes when nobody knows any more what was asked.
            None => (named.clone(), None),
        };
        if self.is_deleted() {
            return Ok(self.forget(now));
        }
        // Made from the address alone, it is used without the number that it names (rulings.md 16).
        let abha_number = asked_with.as_ref().and(named.clone().or_else(|| asked_with.clone()));
        self.abha_number = named.or(asked_with);
        self.confirmed = confirmed;
        let held = HeldToken { token, expires_at, abha_number, uses: None };
        let step = self.tell_all(|waiting| {
            if self.is_of_another(waiting.details.abha_number.as_ref()) {
                return mismatch();
            }
            match self.unlike(&waiting.details) {
                Some(failure) => TokenWord::Refused(failure),
                None => TokenWord::Ready(held.clone()),
            }
        });
        self.waiting.clear();
        self.cause = None;
        self.unsent = 0;
        self.state = LinkTokenState::Held(held);
        Ok(step.wake_at(expires_at))
    }

    fn not_sent(&mut self, sending: u32, failure: Failure, now: DateTime<Utc>) -> LinkTokenStep {
        let (LinkTokenState::Asked { request, .. } | LinkTokenState::Silent { request, .. }) =
            &self.state
        else {
            return Step::nothing();
        };
        if !self.is_latest(sending) {
            return Step::nothing();
        }
        let request = request.clone();
        self.asked.pop();
        if self.closed().is_some() {
            self.state = LinkTokenState::Missing;
            return self.rest(now);
        }
        self.unsent = self.unsent.saturating_add(1);
        if self.unsent >= MOST_UNSENT {
            self.unsent = 0;
            return self.refuse_all(&failure, now);
        }
        let until = now + UNSENT_PAUSE;
        self.state = LinkTokenState::Postponed { request, until };
        Step::nothing().wake_at(until)
    }

    fn accepted(&mut self, sending: u32, now: DateTime<Utc>) -> LinkTokenStep {
        self.unsent = 0;
        // ABDM's window opens when it takes the request, not when we decide.
        if let Some(asking) = self.asking_of(sending) {
            asking.at = now;
        }
        let latest = self.is_latest(sending);
        match &mut self.state {
            LinkTokenState::Asked { since, .. } if latest => {
                *since = now;
                Step::nothing().wake_at(now + PATIENCE)
            }
            // The callback was faster than the answer, or the answer took longer than anybody
            // waits.
            _ => Step::nothing(),
        }
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
                self.tell_all(|_| TokenWord::Silent).wake_at(since + A_DAY)
            }
            LinkTokenState::Silent { .. } => {
                let failure = Failure::new(
                    "no answer to the request for a link token has come for a day: check that the \
                     callback URL is registered and the HIP id is one of the bridge's services",
                );
                let failure = failure.of_class(ErrorClass::UpstreamFault);
                let mut told = self.refuse_all(&failure, now);
                let rest = self.rest(now);
                (told.wake, told.done) = (rest.wake, rest.done);
                told
            }
            LinkTokenState::Held(_) => {
                (self.state, self.confirmed) = (LinkTokenState::Missing, None);
                self.rest(now)
            }
            LinkTokenState::Missing
            | LinkTokenState::Refused(_)
            | LinkTokenState::Blocked { .. } => self.rest(now),
        }
    }

    /// Nothing is under way. A number that is known is not forgotten with the rest: what is
    /// finished is purged, and documents must be compared with it however long ago the last link
    /// was.
    ///
    /// What was asked for today is not forgotten either, or the next link would begin to count anew.
    fn rest(&self, now: DateTime<Utc>) -> LinkTokenStep {
        let step = Step::nothing();
        let counts_until = self.asked.last().map(|last| last.at + A_DAY);
        let word_until = self.account.map(|word| word.since + A_DAY);
        if let Some(until) = counts_until.max(word_until).filter(|until| *until > now) {
            return step.wake_at(until);
        }
        // Nor is an account that is switched off: the address must not be asked for.
        let is_kept = self.abha_number.is_some() || self.closed().is_some();
        if is_kept { step.no_wake() } else { step.done() }
    }
}

impl HeldToken {
    /// Whether it lives long enough to begin with. One that the patient has given cannot be asked
    /// for anew, and is good to its last moment.
    fn is_worth_using(&self, now: DateTime<Utc>) -> bool {
        let reserve = if self.uses.is_some() { TimeDelta::zero() } else { LAST_MOMENTS };
        now + reserve < self.expires_at
    }

    /// Counts a use; whether it was the last.
    const fn is_last_use(&mut self) -> bool {
        match &mut self.uses {
            // Good for as long as it lives.
            None | Some(u32::MAX) => false,
            Some(left) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
        }
    }
}

/// A step, and word for a link beside it.
fn tell(step: LinkTokenStep, link: FlowId, word: TokenWord) -> LinkTokenStep {
    step.note(HipLinkFlow::KIND, WordForLink::SUBJECT, &WordForLink { link, word })
}

fn mismatch() -> TokenWord {
    let failure = Failure::new(
        "the ABHA number is not the one that ABDM has for this ABHA address: check both with the \
         patient. Nothing was linked",
    );
    TokenWord::Refused(failure.of_class(ErrorClass::UserInput))
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
            LinkTokenEvent::Leaving { sending, request } => {
                if let Some(asking) = self.asking_of(sending) {
                    asking.requests.push(request);
                    // It may have waited long for its turn: ABDM counts from when it has it.
                    asking.at = now;
                }
                Step::nothing()
            }
            LinkTokenEvent::Accepted { sending } => self.accepted(sending, now),
            LinkTokenEvent::NotSent { sending, failure } => self.not_sent(sending, failure, now),
            LinkTokenEvent::Unclear => Step::nothing(),
            LinkTokenEvent::Refused(to, failure) => self.refused(to, failure, now)?,
            LinkTokenEvent::Issued { request, token, expires_at, abha_number } => {
                self.issued(request, token, expires_at, abha_number, now)?
            }
            #[cfg(feature = "v0_5")]
            LinkTokenEvent::NeedsPatient { sending, failure } => {
                self.needs_patient(sending, failure, now)
            }
            #[cfg(feature = "v0_5")]
            LinkTokenEvent::Given { token, by } => {
                let key = Self::key(&self.hip_id, &self.abha_address);
                let taken = TokenTaken { auth: by };
                let step = self.given(token, now).key(key);
                step.note(PatientAuthFlow::KIND, TokenTaken::SUBJECT, &taken)
            }
            LinkTokenEvent::Dropped { token } => self.dropped(token.as_ref(), now),
            LinkTokenEvent::Account(word) => {
                let key = Self::key(&self.hip_id, &self.abha_address);
                self.account_stands(word, now).key(key)
            }
            LinkTokenEvent::Woken => self.wake(now),
        })
    }

    fn woken() -> LinkTokenEvent {
        LinkTokenEvent::Woken
    }
}

#[cfg(test)]
mod tests;
