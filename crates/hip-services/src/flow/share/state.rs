//! The states, events and effects of a share.

use abdm_core::error::CallbackError;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_core::seal::Sealed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::Failure;

/// A token number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CounterToken {
    /// What the patient is called by.
    pub number: String,
    /// Until when it is good.
    pub valid_until: DateTime<Utc>,
    /// Whether the reception has registered the patient under it.
    pub registered: bool,
}

/// Where a share stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ShareState {
    /// Nothing has come yet.
    New,
    /// The reception is asked.
    Registering,
    /// ABDM is being told.
    Answering(ShareVerdict),
    /// ABDM has taken the answer.
    Answered(ShareVerdict),
    /// ABDM has not taken the answer. The token is good all the same: who scans again gets it.
    NotHeard {
        /// What it was.
        verdict: ShareVerdict,
        /// Why not.
        failure: Failure,
    },
    /// The patient's app had given up before the reception could be asked, so it was not.
    TooLate,
}

/// What a patient is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ShareVerdict {
    /// They are registered.
    Registered {
        /// Who.
        abha_address: AbhaAddress,
        /// Under which token.
        token: CounterToken,
    },
    /// They are not.
    Refused(ShareRefusal),
}

/// Names no patient.
impl std::fmt::Debug for ShareVerdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registered { token, .. } => f.debug_tuple("Registered").field(token).finish(),
            Self::Refused(refusal) => f.debug_tuple("Refused").field(refusal).finish(),
        }
    }
}

/// Why a patient is not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ShareRefusal {
    /// The facility has no reception, or the patient wants to share something else than a profile.
    NotOffered,
    /// The share has no profile, or one without an ABHA address.
    NoProfile,
    /// The reception does not take patients at this counter.
    Declined,
    /// The hospital's own system failed.
    Failed,
}

impl ShareRefusal {
    /// The error that ABDM is told (errors.md).
    #[must_use]
    pub fn to_error(self) -> CallbackError {
        match self {
            Self::NotOffered => CallbackError::new(1149, "Intent type is not supported at HIP end"),
            Self::NoProfile => CallbackError::new(1102, "Profile information cannot be null"),
            Self::Declined => CallbackError::new(1149, "This counter takes no patients now"),
            Self::Failed => CallbackError::new(1024, "Dependent service unavailable"),
        }
    }
}

/// What can happen to a share.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ShareEvent {
    /// A patient shares their profile.
    Shared {
        /// Who.
        abha_address: AbhaAddress,
        /// The profile, sealed.
        profile: Sealed,
    },
    /// The reception has registered the patient, now or at an earlier share.
    Registered {
        /// Who.
        abha_address: AbhaAddress,
        /// Under which token.
        token: CounterToken,
    },
    /// The patient is not registered.
    Refused(ShareRefusal),
    /// The patient's app has given up.
    TooLate,
    /// ABDM has taken the answer.
    Answered,
    /// ABDM has not taken the answer.
    NotHeard(Failure),
    /// Time has passed.
    Woken,
}

/// What a share wants done.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ShareEffect {
    /// Give the patient a token and ask the reception.
    Register {
        /// The share.
        share: RequestId,
        /// The facility.
        hip_id: HipId,
        /// The counter.
        counter: String,
        /// Who.
        abha_address: AbhaAddress,
        /// The profile, sealed.
        profile: Sealed,
        /// When the share came.
        received_at: DateTime<Utc>,
    },
    /// Send [`AcknowledgeShare`](crate::api::sharing::AcknowledgeShare).
    Answer {
        /// The share.
        share: RequestId,
        /// The counter.
        counter: String,
        /// What to say.
        verdict: ShareVerdict,
        /// When the share came.
        received_at: DateTime<Utc>,
    },
    /// Tell the operator that nobody knows whether ABDM has the answer.
    TellUnheard {
        /// The share.
        share: RequestId,
        /// What is known.
        failure: Failure,
    },
}

/// Names no patient.
impl std::fmt::Debug for ShareEffect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, share) = match self {
            Self::Register { share, .. } => ("Register", share),
            Self::Answer { share, .. } => ("Answer", share),
            Self::TellUnheard { share, .. } => ("TellUnheard", share),
        };
        f.debug_struct(name).field("share", share).finish_non_exhaustive()
    }
}
