//! What the hospital is told of its consents, transfers and erasures.

use std::fmt;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{ConsentId, ConsentRequestId, HipId, HiuId, TransactionId};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{EffectId, FlowId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ErasureProof;
use crate::decision::Decision;
use crate::flow::{EndReason, Outcome, PageRefusal, Refusal};

/// What happened, in the words of the hospital. Told by [`Records::on_event`](super::Records::on_event).
///
/// `Debug` shows its name and ids only: a decision may carry a patient's words, and terms name a
/// patient.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HiuEvent {
    /// A consent request was decided: granted, denied, refused by ABDM, revoked, expired; or ABDM
    /// took it and stays silent ([`Decision::Unknown`]). Told at each change.
    ConsentDecided {
        /// The consent manager's id of it, where there is one.
        request: Option<ConsentRequestId>,
        /// What was decided.
        decision: Decision,
        /// The artefacts of the grant that are known so far, one for each HIP.
        artefacts: Vec<ConsentId>,
    },
    /// A decision came whose status has no known meaning. It changes nothing: ask ABDM how the
    /// request stands ([`Consent::check`](crate::Consent::check)).
    DecisionNotUnderstood {
        /// The status, as ABDM wrote it.
        status: ConsentStatus,
    },
    /// The terms of an artefact are known: only these count, never what was asked.
    ArtefactGranted(Box<ConsentDetail>),
    /// The consent manager does not give an artefact, or not in a form that may be used.
    ArtefactUnavailable {
        /// Which.
        artefact: ConsentId,
        /// Why.
        refusal: Refusal,
    },
    /// An artefact is over: nothing is asked for under it any more, and what came is being erased.
    ArtefactEnded {
        /// Which.
        artefact: ConsentId,
        /// Why.
        reason: EndReason,
        /// Since when.
        at: DateTime<Utc>,
    },
    /// A page was refused for a reason that none before it in its transfer had. Further ones are
    /// counted, see [`Delivery::refused_pages`](crate::Delivery::refused_pages).
    PageRefused {
        /// Under which artefact.
        artefact: ConsentId,
        /// By which facility, as far as it is known.
        hip: Option<HipId>,
        /// Of which transfer, when anybody named it.
        transaction: Option<TransactionId>,
        /// Why.
        why: PageRefusal,
    },
    /// A transfer has ended. Pages may still come for what is missing.
    TransferEnded(TransferSummary),
    /// Everything that was received under an artefact is gone.
    DocumentsErased(Box<ErasureProof>),
}

/// How a transfer ended, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TransferSummary {
    /// Under which artefact.
    pub artefact: ConsentId,
    /// From which facility, as far as it is known.
    pub hip: Option<HipId>,
    /// Which, when anybody named it.
    pub transaction: Option<TransactionId>,
    /// How; `None` only of one that an older release told while it was under way.
    pub outcome: Option<Outcome>,
    /// How many pages were taken; one that was sent again counts once.
    pub pages: usize,
    /// How many documents were kept.
    pub documents: usize,
    /// How many entries could not be kept.
    pub failed: usize,
    /// Of how many consented contexts nothing is here; `None` when the consent names none.
    pub missing: Option<usize>,
}

impl HiuEvent {
    /// Its name, for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ConsentDecided { .. } => "consent-decided",
            Self::DecisionNotUnderstood { .. } => "decision-not-understood",
            Self::ArtefactGranted(_) => "artefact-granted",
            Self::ArtefactUnavailable { .. } => "artefact-unavailable",
            Self::ArtefactEnded { .. } => "artefact-ended",
            Self::PageRefused { .. } => "page-refused",
            Self::TransferEnded(_) => "transfer-ended",
            Self::DocumentsErased(_) => "documents-erased",
        }
    }

    /// The consent artefact that it is about; `None` when it is about a whole request.
    #[must_use]
    pub const fn artefact(&self) -> Option<&ConsentId> {
        match self {
            Self::ConsentDecided { .. } | Self::DecisionNotUnderstood { .. } => None,
            Self::ArtefactGranted(terms) => Some(&terms.consent_id),
            Self::ArtefactUnavailable { artefact, .. }
            | Self::ArtefactEnded { artefact, .. }
            | Self::PageRefused { artefact, .. } => Some(artefact),
            Self::TransferEnded(summary) => Some(&summary.artefact),
            Self::DocumentsErased(proof) => Some(&proof.consent),
        }
    }
}

impl fmt::Debug for HiuEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("HiuEvent");
        shown.field("name", &self.name());
        if let Some(artefact) = self.artefact() {
            shown.field("artefact", artefact);
        }
        shown.finish_non_exhaustive()
    }
}

/// Which event it is: the same each time it is told, and no other's. As text `flow/number`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventId {
    /// The facility whose it is.
    pub hiu_id: HiuId,
    /// The consent request that it is about, or came from:
    /// [`Hiu::consent_at`](crate::Hiu::consent_at) gives its handle.
    pub consent: FlowId,
    /// The flow that tells it: the request's, or the artefact's. Events of one flow are told in
    /// order.
    pub flow: FlowId,
    /// Its number: later ones of the same flow have higher numbers.
    pub number: EffectId,
}

impl EventId {
    /// The id of an event. For tests of an own [`Records`](super::Records).
    #[must_use]
    pub const fn new(hiu_id: HiuId, consent: FlowId, flow: FlowId, number: EffectId) -> Self {
        Self { hiu_id, consent, flow, number }
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.flow, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::consent::Reason;

    #[test]
    fn debug_shows_neither_the_patients_words_nor_the_terms() {
        let reason = Some(Reason::new("because Ravi would see it"));
        let decision = Decision::Denied { reason };
        let event = HiuEvent::ConsentDecided { request: None, decision, artefacts: Vec::new() };
        let shown = format!("{event:?}");
        assert_eq!(shown, r#"HiuEvent { name: "consent-decided", .. }"#);
        let refusal = Refusal::new("no artefact of Asha's");
        let artefact = ConsentId::new("d6a83f24-6c96-421e-b8b8-844e5344ef01").unwrap();
        let event = HiuEvent::ArtefactUnavailable { artefact, refusal };
        assert!(!format!("{event:?}").contains("Asha"));
    }
}
