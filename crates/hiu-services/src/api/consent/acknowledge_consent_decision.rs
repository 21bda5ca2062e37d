//! `AcknowledgeConsentDecision`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::id::{ConsentId, RequestId};
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::ToleratedHiuHeaders;

abdm_core::endpoint! {
    /// Tell the consent manager that a decision has arrived.
    pub AcknowledgeConsentDecision {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request/hiu/on-notify",
        auth: Session,
        headers: ToleratedHiuHeaders,
        request: DecisionAcknowledgement,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HiuOnNotify,
        source: "m3-hiu.md 2.5",
    }
}

/// One acknowledgement for each artefact: an **array** here, an object on the HIP's call.
///
/// Empty for a decision without artefacts (a refusal): the contract leaves its content open
/// (rulings.md 20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecisionAcknowledgement {
    /// One for each artefact.
    pub acknowledgement: Vec<ConsentAcknowledgement>,
    /// Which notice it answers.
    pub response: InResponseTo,
}

impl DecisionAcknowledgement {
    /// `OK` for each of `artefacts`, in answer to the notice with this `REQUEST-ID`.
    #[must_use]
    pub fn ok(notice: RequestId, artefacts: impl IntoIterator<Item = ConsentId>) -> Self {
        Self {
            acknowledgement: artefacts.into_iter().map(ConsentAcknowledgement::ok).collect(),
            response: notice.into(),
        }
    }
}

/// One artefact's acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentAcknowledgement {
    /// `OK`.
    pub status: String,
    /// Which artefact.
    pub consent_id: ConsentId,
}

impl ConsentAcknowledgement {
    /// `OK` for this artefact.
    #[must_use]
    pub fn ok(consent_id: ConsentId) -> Self {
        Self { status: "OK".to_owned(), consent_id }
    }
}
