//! The states, events and effects of a patient's authentication.

use std::fmt;

use abdm_core::id::{HipId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::seal::Sealed;
use abdm_flow::store::FlowId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::api::v0_5::user_auth::{AuthMode, AuthPurpose, KycPatient};
use crate::flow::{Failure, HeldToken};

/// Where an authentication stands. `silent` is set once the callback is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PatientAuthState {
    /// Nothing has happened yet.
    New,
    /// ABDM is asked for the ways that there are.
    AskingModes {
        /// Whether the callback is overdue.
        silent: bool,
    },
    /// The ways are known: the desk chooses one.
    Choosing,
    /// ABDM is asked to begin.
    Beginning {
        /// In which way; ABDM chooses where none is named.
        mode: Option<AuthMode>,
        /// Whether the callback is overdue.
        silent: bool,
    },
    /// The patient's OTP or details are awaited, from the desk.
    AwaitingProof(AwaitedProof),
    /// The patient decides in their own app.
    AwaitingPatient(AwaitedProof),
    /// ABDM judges a proof.
    Confirming {
        /// What was to be proved.
        awaited: AwaitedProof,
        /// Whether the callback is overdue.
        silent: bool,
    },
    /// The patient has proved themselves; their access token is on its way to where links find it.
    HandingOver(Authenticated),
    /// The patient has proved themselves.
    Authenticated(Authenticated),
    /// There is no more to come.
    Failed(Failure),
}

impl PatientAuthState {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::AskingModes { .. } => "asking for the ways",
            Self::Choosing => "awaiting the choice of a way",
            Self::Beginning { .. } => "beginning",
            Self::AwaitingProof(_) => "awaiting the proof",
            Self::AwaitingPatient(_) => "awaiting the patient",
            Self::Confirming { .. } => "confirming",
            Self::HandingOver(_) => "handing the token over",
            Self::Authenticated(_) => "authenticated",
            Self::Failed(_) => "failed",
        }
    }

    /// Whether more is to come.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Authenticated(_) | Self::Failed(_))
    }
}

/// A proof that is awaited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AwaitedProof {
    /// ABDM's transaction.
    pub transaction_id: TransactionId,
    /// How the patient proves themselves: ABDM may have chosen another way than was asked for.
    pub mode: AuthMode,
    /// Where an OTP went, in ABDM's words, for the desk.
    pub hint: Option<String>,
    /// Until when the proof is taken.
    pub expires_at: DateTime<Utc>,
    /// Why the last proof was refused.
    pub refused: Option<Failure>,
    /// How many proofs were passed on.
    pub proofs: u8,
}

impl AwaitedProof {
    /// A proof in this way, until then.
    #[must_use]
    pub const fn new(
        transaction_id: TransactionId,
        mode: AuthMode,
        hint: Option<String>,
        expires_at: DateTime<Utc>,
    ) -> Self {
        Self { transaction_id, mode, hint, expires_at, refused: None, proofs: 0 }
    }
}

/// Shows no hint: it is of the patient's number.
impl fmt::Debug for AwaitedProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitedProof")
            .field("transaction", &self.transaction_id)
            .field("mode", &self.mode)
            .field("expires_at", &self.expires_at)
            .field("proofs", &self.proofs)
            .finish_non_exhaustive()
    }
}

/// What a patient has given a facility by proving themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Authenticated {
    /// Until when visits can be linked without the patient, where that was the purpose. The token
    /// itself is kept for [`Hip::link`](crate::Hip::link), and may be good for one link alone.
    pub link_token_until: Option<DateTime<Utc>>,
    /// Who they are, where that was the purpose.
    pub patient: Option<KycPatient>,
}

/// What ABDM gives for a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthGain {
    /// The access token, sealed.
    pub token: Option<HeldToken>,
    /// The profile.
    pub patient: Option<KycPatient>,
}

impl AuthGain {
    /// This token and this profile.
    #[must_use]
    pub const fn new(token: Option<HeldToken>, patient: Option<KycPatient>) -> Self {
        Self { token, patient }
    }
}

/// The steps that call ABDM and are answered by callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthStep {
    /// Which ways there are.
    FetchModes,
    /// The beginning.
    Init,
    /// The proof.
    Confirm,
}

/// What can happen to an authentication.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PatientAuthEvent {
    /// The desk asks for it.
    Begin,
    /// ABDM has told the ways, or why there are none.
    ModesTold(Result<Vec<AuthMode>, Failure>),
    /// The desk chooses a way, or leaves it to ABDM.
    Choose(Option<AuthMode>),
    /// ABDM says what is to be done, or why nothing can be.
    Challenged(Result<AwaitedProof, Failure>),
    /// The desk passes a proof on, sealed.
    Prove(Sealed),
    /// ABDM has judged the proof.
    Proved(Result<AuthGain, Failure>),
    /// The patient has decided in their app.
    Decided {
        /// The id of the notice.
        notice: RequestId,
        /// What they gave, or that they refused.
        decision: Result<AuthGain, Failure>,
    },
    /// The access token is where links find it.
    TokenTaken,
    /// ABDM has taken a call, or perhaps has.
    Taken(AuthStep),
    /// A call was refused, or has certainly not left.
    CallFailed(AuthStep, Failure),
    /// Time has passed.
    Woken,
}

/// What an authentication wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PatientAuthEffect {
    /// Send [`FetchAuthModes`](crate::api::v0_5::user_auth::FetchAuthModes).
    FetchModes {
        /// The facility.
        hip_id: HipId,
        /// The patient.
        abha_address: AbhaAddress,
        /// What for.
        purpose: AuthPurpose,
    },
    /// Send [`InitAuth`](crate::api::v0_5::user_auth::InitAuth), once.
    Init {
        /// The facility.
        hip_id: HipId,
        /// The patient.
        abha_address: AbhaAddress,
        /// What for.
        purpose: AuthPurpose,
        /// In which way.
        mode: Option<AuthMode>,
    },
    /// Send [`ConfirmAuth`](crate::api::v0_5::user_auth::ConfirmAuth), once.
    Confirm {
        /// The facility.
        hip_id: HipId,
        /// The patient.
        abha_address: AbhaAddress,
        /// ABDM's transaction.
        transaction_id: TransactionId,
        /// The proof, sealed.
        proof: Sealed,
    },
    /// Send [`AcknowledgeAuth`](crate::api::v0_5::user_auth::AcknowledgeAuth).
    Acknowledge {
        /// The id of the notice.
        notice: RequestId,
    },
}

/// What a link token tells the authentication that has given it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenTaken {
    /// Which authentication.
    pub(crate) auth: FlowId,
}

impl TokenTaken {
    pub(crate) const SUBJECT: &'static str = "LinkTokenTakenOver";
}
