//! What happens to a consent request, and what it wants done.

use abdm_core::id::{ConsentId, ConsentRequestId, RequestId};
use abdm_core::vocabulary::ConsentStatus;
use serde::{Deserialize, Serialize};

use super::ConsentState;
use crate::api::consent::{ConsentDecision, ConsentRequestState, ConsentTerms};
use crate::flow::{EndReason, Refusal};
use crate::hooks::HiuEvent;

/// What can happen to a consent request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub(crate) enum ConsentEvent {
    /// The application asks.
    Ask,
    /// The call was taken: wait for the callback.
    Sent,
    /// The call may have been taken. When no callback comes it is made once more: asking the
    /// patient twice is bad, not asking is worse.
    InDoubt,
    /// The call was refused.
    NotSent(Refusal),
    /// `on-init` with an id.
    Taken(ConsentRequestId),
    /// `on-init` with an error.
    Refused(Refusal),
    /// The consent manager tells a decision.
    Decided {
        /// The `REQUEST-ID` of the notice, to be named in the acknowledgement.
        notice: RequestId,
        /// The decision.
        decision: ConsentDecision,
    },
    /// The application wants to know how it stands.
    Check,
    /// `on-status`.
    Status(ConsentRequestState),
    /// Whether any of the artefacts is still alive.
    Reviewed {
        /// Any of them.
        alive: bool,
    },
    /// An effect by which earlier releases told an artefact: it is told by a note in its place.
    NotifyArtefact(Box<ConsentEffect>),
    /// Time has passed.
    Woken,
}

impl ConsentEvent {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Sent => "sent",
            Self::InDoubt => "in doubt",
            Self::NotSent(_) => "not sent",
            Self::Taken(_) => "taken",
            Self::Refused(_) => "refused",
            Self::Decided { .. } => "decided",
            Self::Check => "check",
            Self::Status(_) => "status",
            Self::Reviewed { .. } => "reviewed",
            Self::NotifyArtefact(_) => "notify artefact",
            Self::Woken => "woken",
        }
    }
}

/// What a consent request wants done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) enum ConsentEffect {
    /// Send the request.
    Ask(Box<ConsentTerms>),
    /// Acknowledge a notice.
    Acknowledge {
        /// The notice's `REQUEST-ID`.
        notice: RequestId,
        /// One entry for each artefact.
        artefacts: Vec<ConsentId>,
    },
    /// Begin the flow of an artefact: as earlier releases stored it, who had no notes.
    Begin(ConsentId),
    /// Tell the flow of an artefact that it is over: as earlier releases stored it.
    End {
        /// Which artefact.
        artefact: ConsentId,
        /// Why.
        reason: EndReason,
    },
    /// Ask the consent manager how it stands.
    Check(ConsentRequestId),
    /// Look whether any of the artefacts is still alive.
    Review(Vec<ConsentId>),
    /// Tell the hospital.
    Tell(HiuEvent),
    /// Let the operator know of this state: as earlier releases stored it.
    Announce(ConsentState),
    /// Let the operator know of a decision with a status of no known meaning: as earlier releases
    /// stored it.
    AnnounceUnknown(ConsentStatus),
}
