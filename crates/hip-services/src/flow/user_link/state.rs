//! The states, events and effects of a user-initiated link.

use abdm_core::id::{HipId, HiuId, PatientReference, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::seal::Sealed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::offer::{Choice, Offer, ShownOffer};
use super::otp::OtpDigest;
use super::refusal::{ConfirmRefusal, DiscoveryRefusal, InitRefusal};
use crate::api::hip_linking::PatientCareContexts;
use crate::api::user_linking::{LinkOtp, LinkReference};
use crate::flow::Failure;
use crate::hooks::HipEvent;

/// Where a discovery, or the link that comes of it, stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum UserLinkState {
    /// Nothing has come yet.
    New,
    /// The hospital is asked for the patient.
    Matching {
        /// The discovery, which the answer names.
        discovery: RequestId,
        /// Who asks: the `X-HIU-ID` of the discovery, where it has one.
        hiu: Option<HiuId>,
    },
    /// ABDM is being told what was found.
    AnsweringDiscovery {
        /// Whether anything was.
        offered: bool,
        /// What the hospital is told of it as soon as ABDM has the answer; `None` once it is told.
        #[serde(default)]
        explanation: Option<String>,
        /// Whether no word came of the answer in time, and the hospital was told so.
        #[serde(default)]
        overdue: bool,
    },
    /// The patient may choose.
    Offered,
    /// The patient has chosen, and is being sent an OTP.
    SendingOtp {
        /// The init, which the answer names.
        init: RequestId,
        /// What was chosen.
        chosen: Vec<PatientCareContexts>,
        /// The OTP, once it is made.
        made: Option<Box<AwaitedOtp>>,
        /// The OTP that the patient has already: it stays good if this one cannot be sent.
        #[serde(default)]
        before: Option<Box<AwaitedOtp>>,
    },
    /// ABDM is being told of the OTP, or why there is none.
    AnsweringInit {
        /// The OTP.
        awaited: Option<Box<AwaitedOtp>>,
    },
    /// The patient has the OTP.
    AwaitingOtp(Box<AwaitedOtp>),
    /// The patient has typed the right OTP, and ABDM is being told.
    Confirming {
        /// The confirmation, which the answer names.
        confirm: RequestId,
        /// What is linked by it.
        contexts: Vec<PatientCareContexts>,
        /// The OTP, for a confirmation that comes again; what was chosen under it stands in
        /// `contexts`.
        #[serde(default)]
        otp: Option<Box<AwaitedOtp>>,
        /// Whether no word came of the answer in time, and the hospital was told so.
        #[serde(default)]
        overdue: bool,
    },
    /// It is over.
    Ended(UserLinkEnd),
    /// It began with an init or a confirmation of no discovery that is known: ABDM is told so.
    Stray,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum UserLinkEnd {
    /// The contexts are linked.
    Linked,
    /// There was nothing to offer.
    NothingOffered,
    /// ABDM did not take an answer, to the discovery as a rule, or nobody knows whether it did.
    NotHeard(Failure),
    /// The patient did not go on.
    NotTakenUp,
    /// The patient was sent as many OTPs as may be.
    TooManyOtps,
    /// No OTP could be sent, however often the patient asked.
    OtpsNotSent,
    /// The OTP was not typed in time.
    OtpExpired,
    /// ABDM did not take the answer to the right OTP.
    NotTaken(Failure),
    /// ABDM has ended it: an init that carries only an error (rulings.md 29).
    EndedByAbdm(Failure),
}

/// An OTP that a patient was sent, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AwaitedOtp {
    /// The link reference, by which the confirmation names it.
    pub link_reference: LinkReference,
    /// The OTP's digest.
    pub digest: OtpDigest,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// How often a wrong one was typed.
    pub wrong: u8,
    /// What is linked when it is typed.
    pub chosen: Vec<PatientCareContexts>,
}

impl AwaitedOtp {
    /// An OTP of which nothing was typed yet.
    #[must_use]
    pub const fn new(
        link_reference: LinkReference,
        digest: OtpDigest,
        expires_at: DateTime<Utc>,
        chosen: Vec<PatientCareContexts>,
    ) -> Self {
        Self { link_reference, digest, expires_at, wrong: 0, chosen }
    }
}

/// What ABDM is told of a discovery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DiscoveryAnswer {
    /// What the patient may link.
    Offer(ShownOffer),
    /// Why there is nothing.
    Refused(DiscoveryRefusal),
}

impl DiscoveryAnswer {
    /// Whether there is anything to choose from.
    #[must_use]
    pub const fn is_offer(&self) -> bool {
        matches!(self, Self::Offer(_))
    }
}

/// What ABDM is told of an init.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum InitAnswer {
    /// The patient has an OTP.
    OtpSent {
        /// The link reference.
        link_reference: LinkReference,
        /// Until when the OTP is good.
        expires_at: DateTime<Utc>,
    },
    /// Why there is none.
    Refused(InitRefusal),
}

/// What can happen to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UserLinkEvent {
    /// A patient looks for their records.
    Discovered {
        /// The discovery.
        discovery: RequestId,
        /// Its `X-HIU-ID`.
        hiu: Option<HiuId>,
        /// What ABDM says of the patient, sealed.
        wanted: Sealed,
    },
    /// The patient is known, and has contexts that are not linked.
    Matched {
        /// They.
        offer: Box<Offer>,
        /// Why it is they, for the operator.
        explanation: String,
    },
    /// There is nothing to offer.
    NotMatched {
        /// Why, for the patient.
        refusal: DiscoveryRefusal,
        /// Why, for the operator.
        explanation: String,
    },
    /// ABDM has taken the answer to the discovery.
    DiscoveryAnswered,
    /// ABDM has not taken it.
    DiscoveryNotHeard(Failure),
    /// The patient has chosen.
    Init {
        /// The init.
        init: RequestId,
        /// To which address, where the app says so.
        abha_address: Option<AbhaAddress>,
        /// What.
        choices: Vec<Choice>,
    },
    /// The patient has chosen, and what cannot be read.
    UnreadableInit {
        /// The init.
        init: RequestId,
    },
    /// ABDM says that there will be no link.
    EndedByAbdm(Failure),
    /// An OTP is made, and about to be sent.
    OtpMade {
        /// For which init.
        init: RequestId,
        /// It.
        otp: Box<AwaitedOtp>,
    },
    /// The hospital has sent the OTP.
    OtpSent {
        /// For which init.
        init: RequestId,
    },
    /// The hospital has not sent it.
    OtpNotSent {
        /// For which init.
        init: RequestId,
        /// Why.
        refusal: InitRefusal,
    },
    /// ABDM has the answer to the init, or will never have it.
    InitAnswered,
    /// The patient has typed an OTP.
    Confirm {
        /// The confirmation.
        confirm: RequestId,
        /// Of which link.
        link_reference: LinkReference,
        /// What was typed.
        otp: LinkOtp,
    },
    /// The patient has typed an OTP, and of which link cannot be read.
    UnreadableConfirm {
        /// The confirmation.
        confirm: RequestId,
    },
    /// ABDM has taken the answer to a confirmation.
    ConfirmAnswered {
        /// Which.
        confirm: RequestId,
    },
    /// ABDM has not taken it.
    ConfirmNotHeard {
        /// Which.
        confirm: RequestId,
        /// Why.
        failure: Failure,
    },
    /// Time has passed.
    Woken,
}

/// What it wants done.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum UserLinkEffect {
    /// Look for the patient and for what is not linked.
    Match {
        /// The discovery.
        discovery: RequestId,
        /// The facility.
        hip_id: HipId,
        /// When it came.
        received_at: DateTime<Utc>,
        /// What ABDM says of the patient, sealed.
        wanted: Sealed,
    },
    /// Send [`AnswerDiscovery`](crate::api::user_linking::AnswerDiscovery).
    AnswerDiscovery {
        /// The discovery.
        discovery: RequestId,
        /// Its transaction.
        transaction_id: TransactionId,
        /// Its `X-HIU-ID`.
        hiu: Option<HiuId>,
        /// When it came.
        received_at: DateTime<Utc>,
        /// What to say.
        answer: DiscoveryAnswer,
    },
    /// Make an OTP and let the hospital send it.
    SendOtp {
        /// For which init.
        init: RequestId,
        /// At which facility.
        hip_id: HipId,
        /// The patient whose mobile it is.
        patient: PatientReference,
        /// Where to: ten digits.
        mobile: String,
    },
    /// Send [`AnswerLinkInit`](crate::api::user_linking::AnswerLinkInit).
    AnswerInit {
        /// The init.
        init: RequestId,
        /// Its transaction.
        transaction_id: TransactionId,
        /// What to say.
        answer: InitAnswer,
    },
    /// Send [`AnswerLinkConfirm`](crate::api::user_linking::AnswerLinkConfirm).
    AnswerConfirm {
        /// The confirmation.
        confirm: RequestId,
        /// At which facility.
        hip_id: HipId,
        /// What is linked, or why nothing is.
        answer: Result<Vec<PatientCareContexts>, ConfirmRefusal>,
    },
    /// Tell the hospital.
    Announce(HipEvent),
}

/// Names no patient.
impl std::fmt::Debug for UserLinkEffect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, of) = match self {
            Self::Match { discovery, .. } => ("Match", discovery),
            Self::AnswerDiscovery { discovery, .. } => ("AnswerDiscovery", discovery),
            Self::SendOtp { init, .. } => ("SendOtp", init),
            Self::AnswerInit { init, .. } => ("AnswerInit", init),
            Self::AnswerConfirm { confirm, .. } => ("AnswerConfirm", confirm),
            Self::Announce(event) => return f.debug_tuple("Announce").field(event).finish(),
        };
        f.debug_tuple(name).field(of).finish()
    }
}
