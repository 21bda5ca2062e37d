//! User-initiated linking: a patient finds their records from their app, and links them with an
//! OTP.

mod choosing;
mod confirming;
mod discovery;
mod offer;
mod otp;
mod refusal;
mod state;
mod watch;

use abdm_core::id::{CareContextReference, HipId, RequestId, TransactionId};
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
use crate::api::user_linking::LinkReference;
use crate::hooks::HipEvent;

/// The lane in which the hospital's own system is asked: ABDM is answered beside it, also while the
/// system hangs.
const HOSPITAL_LANE: &str = "hospital";

/// How long an offer may be taken up.
const OFFER_STANDS: TimeDelta = TimeDelta::minutes(30);
/// How long after an OTP's end the patient is still told that it has ended.
const LATE_WORD: TimeDelta = TimeDelta::minutes(10);
/// How many wrong OTPs end a link: "send a new code after three tries" (errors.md, 1035).
const MOST_WRONG: u8 = 3;
/// How many OTPs one discovery can bring about.
const MOST_OTPS: u8 = 3;
/// How often one discovery can bring about that no OTP could be sent.
const MOST_FAILED: u8 = 3;

/// One discovery, and the link that comes of it:
/// `DISCOVERED → INIT → CONFIRMED | OTP_FAILED | EXPIRED` (m2-hip.md 11).
///
/// ```text
/// New ─► Matching ─► AnsweringDiscovery ─► Offered ─► SendingOtp ─► AwaitingOtp ─► Confirming ─► Ended
///                            │                │           │            │  ▲
///                            └────────────────┴───────────┴────────────┘  └─ another OTP, twice
/// ```
///
/// An OTP is kept as a digest only, and bound to the contexts that were chosen under it. Each step
/// has a time: what the hospital's own system or ABDM leaves without a word ends in an answer that
/// says so, or the hospital is told.
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
    /// How many OTPs were sent.
    otps: u8,
    /// How often one could not be sent.
    #[serde(default)]
    failed: u8,
    /// The OTP that has linked, with what it linked.
    #[serde(default)]
    linked: Option<Box<AwaitedOtp>>,
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
            failed: 0,
            linked: None,
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

    /// Whether it has linked under this reference: a confirmation that comes again gets the same
    /// answer.
    #[must_use]
    pub fn has_linked(&self, link_reference: &LinkReference) -> bool {
        self.linked.as_ref().is_some_and(|otp| otp.link_reference == *link_reference)
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

    /// ABDM did not take an answer, or nobody knows whether it did: it is over, and the hospital is
    /// told.
    fn not_heard(&mut self, failure: Failure) -> UserLinkStep {
        self.tell_of(failure.clone()).and(self.end(UserLinkEnd::NotHeard(failure)))
    }

    /// Tells the hospital that an answer did not reach ABDM.
    fn tell_of(&self, failure: Failure) -> UserLinkStep {
        let transaction_id = self.transaction_id.clone();
        tell(HipEvent::UserLinkFailed { hip_id: self.hip_id.clone(), transaction_id, failure })
    }

    fn end(&mut self, end: UserLinkEnd) -> UserLinkStep {
        self.offer = None;
        self.state = UserLinkState::Ended(end);
        Step::nothing().no_wake().done()
    }
}

/// Tells the hospital.
fn tell(event: HipEvent) -> UserLinkStep {
    Step::nothing().effect_in(EVENTS_LANE, UserLinkEffect::Announce(event))
}

/// The care contexts of all elements, each once.
fn references(elements: &[PatientCareContexts]) -> Vec<CareContextReference> {
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
                UserLinkState::New => self.search(discovery, hiu, wanted, now),
                // Each discovery is answered once (ABDM-1103).
                _ => Step::nothing(),
            },
            UserLinkEvent::Matched { offer, explanation } => match self.state {
                UserLinkState::Matching { .. } => {
                    let answer = DiscoveryAnswer::Offer(offer.shown());
                    self.offer = Some(*offer);
                    self.answer_discovery(answer, explanation, now)
                }
                _ => Step::nothing(),
            },
            UserLinkEvent::NotMatched { refusal, explanation } => {
                self.answer_discovery(DiscoveryAnswer::Refused(refusal), explanation, now)
            }
            UserLinkEvent::DiscoveryAnswered => self.discovery_answered(now),
            UserLinkEvent::DiscoveryNotHeard(failure) => match self.state {
                UserLinkState::AnsweringDiscovery { .. } => self.not_heard(failure),
                _ => Step::nothing(),
            },
            UserLinkEvent::Init { init, abha_address, choices } => {
                self.init(init, Ok((abha_address.as_ref(), &choices)), now)?
            }
            UserLinkEvent::UnreadableInit { init } => {
                self.init(init, Err(InitRefusal::Unreadable), now)?
            }
            UserLinkEvent::EndedByAbdm(failure) => match self.state {
                UserLinkState::Ended(_) | UserLinkState::Confirming { .. } => Step::nothing(),
                // ABDM knows what was offered: it is of that that it speaks.
                _ => self.discovery_taken().and(self.end(UserLinkEnd::EndedByAbdm(failure))),
            },
            UserLinkEvent::OtpMade { init, otp } => self.otp_made(init, *otp)?,
            UserLinkEvent::OtpSent { init } => self.otp_sent(init)?,
            UserLinkEvent::OtpNotSent { init, refusal } => self.otp_not_sent(init, refusal, now),
            UserLinkEvent::InitAnswered => self.init_answered(),
            UserLinkEvent::Confirm { confirm, link_reference, otp } => {
                self.confirm(confirm, &link_reference, &otp, now)?
            }
            UserLinkEvent::UnreadableConfirm { confirm } => self.stray_confirm(confirm, now),
            UserLinkEvent::ConfirmAnswered { .. } if self.is_stray() => {
                self.end(UserLinkEnd::NothingOffered)
            }
            UserLinkEvent::ConfirmAnswered { confirm } => self.linked(confirm, now),
            UserLinkEvent::ConfirmNotHeard { failure, .. } if self.is_stray() => {
                self.not_heard(failure)
            }
            UserLinkEvent::ConfirmNotHeard { confirm, failure } => {
                self.not_linked(confirm, failure)
            }
            UserLinkEvent::Woken => self.wake(now),
        })
    }

    fn woken() -> UserLinkEvent {
        UserLinkEvent::Woken
    }
}

#[cfg(test)]
mod tests;
