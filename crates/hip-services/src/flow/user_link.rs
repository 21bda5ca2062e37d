//! User-initiated linking: a patient finds their records from their app, and links them with an
//! OTP.

mod offer;
mod otp;
mod refusal;
mod state;

use abdm_core::id::{HipId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::offer::{Choice, Offer, ShownOffer};
pub use self::otp::OtpDigest;
pub use self::refusal::{ConfirmRefusal, DiscoveryRefusal, InitRefusal};
pub use self::state::{
    AwaitedOtp, DiscoveryAnswer, InitAnswer, UserLinkEffect, UserLinkEnd, UserLinkEvent,
    UserLinkState,
};
use super::Failure;
use crate::api::hip_linking::PatientCareContexts;
use crate::api::user_linking::{LinkOtp, LinkReference};
use crate::hooks::HipEvent;
use crate::linked_context::{LinkedBy, LinkedContext};

/// How long an offer may be taken up.
const OFFER_STANDS: TimeDelta = TimeDelta::minutes(30);
/// How long after an OTP's end the patient is still told that it has ended.
const LATE_WORD: TimeDelta = TimeDelta::minutes(10);
/// How many wrong OTPs end a link: "send a new code after three tries" (errors.md, 1035).
const MOST_WRONG: u8 = 3;
/// How many OTPs one discovery can bring about.
const MOST_OTPS: u8 = 3;

/// One discovery, and the link that comes of it:
/// `DISCOVERED → INIT → CONFIRMED | OTP_FAILED | EXPIRED` (m2-hip.md 11).
///
/// ```text
/// New ─► Matching ─► AnsweringDiscovery ─► Offered ─► SendingOtp ─► AwaitingOtp ─► Confirming ─► Ended
///                            │                │           │            │  ▲
///                            └────────────────┴───────────┴────────────┘  └─ another OTP, twice
/// ```
///
/// An OTP is kept as a digest only, and bound to the contexts that were chosen under it.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserLinkFlow {
    /// The transaction of the discovery; of a stray confirmation that names none, its link reference.
    pub transaction_id: TransactionId,
    /// The facility.
    pub hip_id: HipId,
    /// When the first word of it came.
    pub received_at: DateTime<Utc>,
    /// What was offered, once it was.
    pub offer: Option<Offer>,
    /// Where it stands.
    pub state: UserLinkState,
    /// How many OTPs were made.
    otps: u8,
}

/// Names no patient.
impl std::fmt::Debug for UserLinkFlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserLinkFlow")
            .field("transaction", &self.transaction_id)
            .field("hip_id", &self.hip_id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

type UserLinkStep = Step<UserLinkEffect>;

impl UserLinkFlow {
    /// A discovery that has just come.
    #[must_use]
    pub const fn new(
        transaction_id: TransactionId,
        hip_id: HipId,
        received_at: DateTime<Utc>,
    ) -> Self {
        Self {
            transaction_id,
            hip_id,
            received_at,
            offer: None,
            state: UserLinkState::New,
            otps: 0,
        }
    }

    /// The name under which a discovery is found.
    #[must_use]
    pub fn key(transaction_id: &TransactionId) -> FlowKey {
        FlowKey::new("discovery", transaction_id.as_str())
    }

    /// The name under which the link with this reference is found.
    #[must_use]
    pub fn reference_key(link_reference: &LinkReference) -> FlowKey {
        FlowKey::new("link-reference", link_reference.as_str())
    }

    /// The name of a flow that answers a message of no link that is under way.
    #[must_use]
    pub fn stray_key(message: RequestId) -> FlowKey {
        FlowKey::new("stray-link-message", message.to_string())
    }

    /// What the sealed words of a discovery are bound to.
    #[must_use]
    pub fn seal_context(discovery: RequestId) -> String {
        format!("discovery/{discovery}")
    }

    const fn is_stray(&self) -> bool {
        matches!(self.state, UserLinkState::Stray)
    }

    const fn name(&self) -> &'static str {
        match self.state {
            UserLinkState::New => "new",
            UserLinkState::Matching { .. } => "matching",
            UserLinkState::AnsweringDiscovery { .. } => "answering the discovery",
            UserLinkState::Offered => "offered",
            UserLinkState::SendingOtp { .. } => "sending an OTP",
            UserLinkState::AnsweringInit { .. } => "answering the init",
            UserLinkState::AwaitingOtp(_) => "awaiting the OTP",
            UserLinkState::Confirming { .. } => "confirming",
            UserLinkState::Ended(_) => "ended",
            UserLinkState::Stray => "of no known discovery",
        }
    }

    fn answer_discovery(&mut self, answer: DiscoveryAnswer, explanation: String) -> UserLinkStep {
        let UserLinkState::Matching { discovery, hiu } = &self.state else {
            return Step::nothing();
        };
        let (discovery, hiu) = (*discovery, hiu.clone());
        self.state = UserLinkState::AnsweringDiscovery { offered: answer.is_offer() };
        let told = HipEvent::DiscoveryAnswered {
            hip_id: self.hip_id.clone(),
            transaction_id: self.transaction_id.clone(),
            offered: answer.offered(),
            explanation,
        };
        let told = Step::nothing().effect_in(EVENTS_LANE, UserLinkEffect::Announce(told));
        told.effect(UserLinkEffect::AnswerDiscovery {
            discovery,
            transaction_id: self.transaction_id.clone(),
            hiu,
            received_at: self.received_at,
            answer,
        })
    }

    fn init(
        &mut self,
        init: RequestId,
        abha_address: Option<&AbhaAddress>,
        choices: &[Choice],
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        let own = |offer: &&Offer| abha_address.is_none_or(|named| *named == offer.abha_address);
        let chosen = match (self.offer.as_ref().filter(own), self.otps) {
            (_, MOST_OTPS..) => Err(InitRefusal::TooManyOtps),
            (Some(offer), _) => {
                offer.choose(choices).and_then(|c| offer.mobile(&c).map(|m| (c, m)))
            }
            (None, _) => Err(InitRefusal::NotOffered),
        };
        match chosen {
            Ok((chosen, (patient, mobile))) => {
                self.otps += 1;
                self.state = UserLinkState::SendingOtp { init, chosen, made: None };
                Step::nothing()
                    .effect(UserLinkEffect::SendOtp {
                        init,
                        hip_id: self.hip_id.clone(),
                        patient,
                        mobile,
                    })
                    .no_wake()
            }
            Err(refusal) => self.refuse_init(init, refusal, now),
        }
    }

    /// Says why no OTP was sent. What was offered may still be chosen from, unless it may not.
    fn refuse_init(
        &mut self,
        init: RequestId,
        refusal: InitRefusal,
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        self.state = UserLinkState::AnsweringInit { awaited: None };
        self.answer_init(init, InitAnswer::Refused(refusal)).wake_at(now + OFFER_STANDS)
    }

    fn answer_init(&self, init: RequestId, answer: InitAnswer) -> UserLinkStep {
        let transaction_id = self.transaction_id.clone();
        Step::nothing().effect(UserLinkEffect::AnswerInit { init, transaction_id, answer })
    }

    fn otp_made(&mut self, init: RequestId, otp: AwaitedOtp) -> UserLinkStep {
        let UserLinkState::SendingOtp { init: own, made, .. } = &mut self.state else {
            return Step::nothing();
        };
        if *own != init {
            return Step::nothing();
        }
        let key = Self::reference_key(&otp.link_reference);
        *made = Some(Box::new(otp));
        Step::nothing().key(key)
    }

    /// The hospital has sent the OTP: the app may ask the patient for it.
    fn otp_sent(&mut self) -> Result<UserLinkStep, FlowError> {
        let UserLinkState::SendingOtp { init, made, .. } = &self.state else {
            return Ok(Step::nothing());
        };
        let Some(otp) = made.as_deref() else {
            return Err(FlowError::not_valid(self.name(), "an OTP was sent that was not made"));
        };
        let (init, otp) = (*init, otp.clone());
        let answer = InitAnswer::OtpSent {
            link_reference: otp.link_reference.clone(),
            expires_at: otp.expires_at,
        };
        let wake = otp.expires_at + LATE_WORD;
        self.state = UserLinkState::AnsweringInit { awaited: Some(Box::new(otp)) };
        Ok(self.answer_init(init, answer).wake_at(wake))
    }

    /// ABDM has the answer to an init, or will not have it.
    fn init_answered(&mut self) -> UserLinkStep {
        if self.is_stray() {
            return self.end(UserLinkEnd::NothingOffered);
        }
        if let UserLinkState::AnsweringInit { awaited } = &mut self.state {
            self.state = match awaited.take() {
                Some(otp) => UserLinkState::AwaitingOtp(otp),
                None if self.otps >= MOST_OTPS => {
                    return self.end(UserLinkEnd::TooManyOtps);
                }
                None => UserLinkState::Offered,
            };
        }
        Step::nothing()
    }

    fn confirm(
        &mut self,
        confirm: RequestId,
        link_reference: &LinkReference,
        typed: &LinkOtp,
        now: DateTime<Utc>,
    ) -> Result<UserLinkStep, FlowError> {
        let otp = match &mut self.state {
            UserLinkState::AwaitingOtp(otp) => otp,
            // The app was faster than the word that ABDM has our answer.
            UserLinkState::AnsweringInit { awaited: Some(otp) } => otp,
            UserLinkState::SendingOtp { .. } | UserLinkState::Confirming { .. } => {
                return Err(FlowError::not_yet(self.name(), "confirm"));
            }
            UserLinkState::New => {
                self.state = UserLinkState::Stray;
                return Ok(self.refuse_confirm(confirm, ConfirmRefusal::UnknownReference));
            }
            _ => return Ok(self.refuse_confirm(confirm, ConfirmRefusal::UnknownReference)),
        };
        if otp.link_reference != *link_reference {
            return Ok(self.refuse_confirm(confirm, ConfirmRefusal::UnknownReference));
        }
        if now >= otp.expires_at {
            return Ok(self.refuse_confirm(confirm, ConfirmRefusal::Expired));
        }
        if otp.digest.is_of(typed, link_reference) {
            let contexts = std::mem::take(&mut otp.chosen);
            self.state = UserLinkState::Confirming { confirm, contexts: contexts.clone() };
            let answer = UserLinkEffect::AnswerConfirm {
                confirm,
                hip_id: self.hip_id.clone(),
                answer: Ok(contexts),
            };
            return Ok(Step::nothing().effect(answer).no_wake());
        }
        otp.wrong = otp.wrong.saturating_add(1);
        if otp.wrong < MOST_WRONG {
            return Ok(self.refuse_confirm(confirm, ConfirmRefusal::Wrong));
        }
        let refusal = self.refuse_confirm(confirm, ConfirmRefusal::TooManyWrong);
        if self.otps >= MOST_OTPS {
            return Ok(refusal.and(self.end(UserLinkEnd::TooManyOtps)));
        }
        // The OTP is dead; the app may ask for another.
        self.state = UserLinkState::Offered;
        Ok(refusal.wake_at(now + OFFER_STANDS))
    }

    fn refuse_confirm(&self, confirm: RequestId, refusal: ConfirmRefusal) -> UserLinkStep {
        let hip_id = self.hip_id.clone();
        Step::nothing().effect(UserLinkEffect::AnswerConfirm {
            confirm,
            hip_id,
            answer: Err(refusal),
        })
    }

    /// ABDM has taken the answer to the right OTP: the contexts are linked.
    fn linked(&mut self, confirm: RequestId, now: DateTime<Utc>) -> UserLinkStep {
        let UserLinkState::Confirming { confirm: own, contexts } = &self.state else {
            return Step::nothing();
        };
        if *own != confirm {
            return Step::nothing();
        }
        let Some(abha_address) = self.offer.as_ref().map(|offer| offer.abha_address.clone()) else {
            return Step::nothing();
        };
        let event = HipEvent::Linked {
            hip_id: self.hip_id.clone(),
            abha_address: abha_address.clone(),
            care_contexts: references(contexts),
            already: false,
            linked_by: LinkedBy::Patient,
            unknown_status: None,
        };
        let step = contexts
            .iter()
            .fold(Step::nothing(), |step, element| record(&abha_address, element, now, step));
        let step = step.effect_in(EVENTS_LANE, UserLinkEffect::Announce(event));
        step.and(self.end(UserLinkEnd::Linked))
    }

    /// ABDM has not taken the answer to the right OTP.
    fn not_linked(&mut self, confirm: RequestId, failure: Failure) -> UserLinkStep {
        let UserLinkState::Confirming { confirm: own, contexts } = &self.state else {
            return Step::nothing();
        };
        if *own != confirm {
            return Step::nothing();
        }
        let Some(abha_address) = self.offer.as_ref().map(|offer| offer.abha_address.clone()) else {
            return Step::nothing();
        };
        let event = HipEvent::LinkFailed {
            hip_id: self.hip_id.clone(),
            abha_address,
            care_contexts: references(contexts),
            failure: failure.clone(),
        };
        let told = Step::nothing().effect_in(EVENTS_LANE, UserLinkEffect::Announce(event));
        told.and(self.end(UserLinkEnd::NotTaken(failure)))
    }

    fn end(&mut self, end: UserLinkEnd) -> UserLinkStep {
        self.offer = None;
        self.state = UserLinkState::Ended(end);
        Step::nothing().no_wake().done()
    }
}

/// Writes down that the contexts of an element are linked.
fn record(
    abha_address: &AbhaAddress,
    element: &PatientCareContexts,
    known_since: DateTime<Utc>,
    step: UserLinkStep,
) -> UserLinkStep {
    element.care_contexts.iter().fold(step, |step, context| {
        let linked = LinkedContext {
            abha_address: abha_address.clone(),
            patient: element.reference_number.clone(),
            care_context: context.reference_number.clone(),
            hi_type: element.hi_type.clone(),
            known_since,
            linked_by: LinkedBy::Patient,
        };
        linked.put(step)
    })
}

/// The care contexts of all elements, each once.
fn references(elements: &[PatientCareContexts]) -> Vec<abdm_core::id::CareContextReference> {
    let mut references = Vec::new();
    for context in elements.iter().flat_map(|element| &element.care_contexts) {
        if !references.contains(&context.reference_number) {
            references.push(context.reference_number.clone());
        }
    }
    references
}

impl Flow for UserLinkFlow {
    const KIND: &'static str = "hip.user-link";
    const VERSION: u32 = 1;
    type Event = UserLinkEvent;
    type Effect = UserLinkEffect;

    fn on(&mut self, event: UserLinkEvent, now: DateTime<Utc>) -> Result<UserLinkStep, FlowError> {
        Ok(match event {
            UserLinkEvent::Discovered { discovery, hiu, wanted } => match self.state {
                UserLinkState::New => {
                    self.state = UserLinkState::Matching { discovery, hiu };
                    Step::nothing().effect(UserLinkEffect::Match {
                        discovery,
                        hip_id: self.hip_id.clone(),
                        received_at: self.received_at,
                        wanted,
                    })
                }
                // Each discovery is answered once (ABDM-1103).
                _ => Step::nothing(),
            },
            UserLinkEvent::Matched { offer, explanation } => match self.state {
                UserLinkState::Matching { .. } => {
                    let answer = DiscoveryAnswer::Offer(offer.shown());
                    self.offer = Some(*offer);
                    self.answer_discovery(answer, explanation)
                }
                _ => Step::nothing(),
            },
            UserLinkEvent::NotMatched { refusal, explanation } => {
                self.answer_discovery(DiscoveryAnswer::Refused(refusal), explanation)
            }
            UserLinkEvent::DiscoveryAnswered => match self.state {
                UserLinkState::AnsweringDiscovery { offered: true } => {
                    self.state = UserLinkState::Offered;
                    Step::nothing().wake_at(now + OFFER_STANDS)
                }
                UserLinkState::AnsweringDiscovery { offered: false } => {
                    self.end(UserLinkEnd::NothingOffered)
                }
                _ => Step::nothing(),
            },
            UserLinkEvent::DiscoveryNotHeard(failure) => match self.state {
                UserLinkState::AnsweringDiscovery { .. } => {
                    self.end(UserLinkEnd::NotHeard(failure))
                }
                _ => Step::nothing(),
            },
            UserLinkEvent::Init { init, abha_address, choices } => match &self.state {
                UserLinkState::New => {
                    self.state = UserLinkState::Stray;
                    self.answer_init(init, InitAnswer::Refused(InitRefusal::NotOffered))
                }
                UserLinkState::Stray | UserLinkState::Ended(_) => Step::nothing(),
                // The app has what was offered, whether or not we have heard that ABDM has.
                UserLinkState::AnsweringDiscovery { offered: true }
                | UserLinkState::Offered
                | UserLinkState::AwaitingOtp(_) => {
                    self.init(init, abha_address.as_ref(), &choices, now)
                }
                UserLinkState::SendingOtp { init: own, .. } if *own == init => Step::nothing(),
                _ => return Err(FlowError::not_yet(self.name(), "init")),
            },
            UserLinkEvent::EndedByAbdm(failure) => match self.state {
                UserLinkState::Ended(_) | UserLinkState::Confirming { .. } => Step::nothing(),
                _ => self.end(UserLinkEnd::EndedByAbdm(failure)),
            },
            UserLinkEvent::OtpMade { init, otp } => self.otp_made(init, *otp),
            UserLinkEvent::OtpSent => self.otp_sent()?,
            UserLinkEvent::OtpNotSent(refusal) => match self.state {
                UserLinkState::SendingOtp { init, .. } => self.refuse_init(init, refusal, now),
                _ => Step::nothing(),
            },
            UserLinkEvent::InitAnswered => self.init_answered(),
            UserLinkEvent::Confirm { confirm, link_reference, otp } => {
                self.confirm(confirm, &link_reference, &otp, now)?
            }
            UserLinkEvent::ConfirmAnswered { .. } if self.is_stray() => {
                self.end(UserLinkEnd::NothingOffered)
            }
            UserLinkEvent::ConfirmAnswered { confirm } => self.linked(confirm, now),
            UserLinkEvent::ConfirmNotHeard { failure, .. } if self.is_stray() => {
                self.end(UserLinkEnd::NotHeard(failure))
            }
            UserLinkEvent::ConfirmNotHeard { confirm, failure } => {
                self.not_linked(confirm, failure)
            }
            UserLinkEvent::Woken => match &self.state {
                UserLinkState::Offered | UserLinkState::AnsweringInit { awaited: None } => {
                    self.end(UserLinkEnd::NotTakenUp)
                }
                UserLinkState::AwaitingOtp(_) | UserLinkState::AnsweringInit { .. } => {
                    self.end(UserLinkEnd::OtpExpired)
                }
                _ => Step::nothing(),
            },
        })
    }

    fn woken() -> UserLinkEvent {
        UserLinkEvent::Woken
    }
}

#[cfg(test)]
mod tests;
