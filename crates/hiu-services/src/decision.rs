//! What came of a consent request.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api::consent::Reason;
use crate::flow::{ConsentState, Refusal};

/// What came of a consent request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Decision {
    /// The patient granted it, perhaps less than was asked.
    Granted,
    /// The patient refused it: stop, do not ask again.
    Denied {
        /// Why, where the patient said so.
        reason: Option<Reason>,
    },
    /// It ran out.
    Expired,
    /// The patient took it back.
    Revoked,
    /// The consent manager refused it.
    Refused(Refusal),
    /// The consent manager took it and did not call back within a minute: check the bridge URL.
    /// Should the callback come after all, the request goes on; wait again.
    Unknown,
}

impl Decision {
    /// In a word, for logs.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied { .. } => "denied",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Refused(_) => "refused",
            Self::Unknown => "silent",
        }
    }

    pub(crate) fn of(state: &ConsentState) -> Option<Self> {
        Some(match state {
            ConsentState::Asking | ConsentState::Requested => return None,
            ConsentState::Silent => Self::Unknown,
            ConsentState::Refused(refusal) => Self::Refused(refusal.clone()),
            ConsentState::Granted => Self::Granted,
            ConsentState::Denied { reason } => Self::Denied { reason: reason.clone() },
            ConsentState::Expired => Self::Expired,
            ConsentState::Revoked => Self::Revoked,
        })
    }
}

/// In words, with the patient's reason where one was told: to be shown to whoever asked, and to
/// nobody else.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied { reason: Some(reason) } => {
                write!(f, "the patient denied the consent: {}", reason.as_str())
            }
            other => other.in_our_words(f),
        }
    }
}

impl Decision {
    /// As [`Display`](fmt::Display), without what the patient said.
    pub(crate) fn in_our_words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted => f.write_str("the patient granted the consent"),
            Self::Denied { reason: Some(_) } => {
                f.write_str("the patient denied the consent and gave a reason")
            }
            Self::Denied { reason: None } => {
                f.write_str("the patient denied the consent and gave no reason")
            }
            Self::Expired => f.write_str("the consent, or the question for it, ran out"),
            Self::Revoked => f.write_str("the patient took the consent back"),
            Self::Refused(refusal) => write!(f, "ABDM refused the question: {refusal}"),
            Self::Unknown => f.write_str(
                "ABDM took the question and did not call back: check the bridge URL, then wait again",
            ),
        }
    }
}
