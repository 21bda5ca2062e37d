//! `ListArtefacts`.

use abdm_core::id::ConsentRequestId;
use abdm_core::lenient;
use abdm_core::wire::NoBody;
use hiu_services::api::consent::ConsentArtefact;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// The artefacts that came of one consent request.
    pub ListArtefacts {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/consent/v3/artefact/request/{consentRequestId}",
        auth: SessionAndPhrUser,
        params: ConsentRequestId,
        request: NoBody,
        response: ArtefactPage,
        success: OK,
        replay: Safe,
        errors: ConsentReview,
        source: "phr-simulator.md 4",
    }
}

/// A page of artefacts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ArtefactPage {
    /// How many there are.
    #[serde(with = "lenient::integer")]
    pub size: i64,
    /// The artefacts.
    #[serde(with = "lenient::list", default)]
    pub consent_artefacts: Vec<ConsentArtefact>,
}

impl ArtefactPage {
    /// All of these.
    #[must_use]
    pub fn new(consent_artefacts: Vec<ConsentArtefact>) -> Self {
        let size = i64::try_from(consent_artefacts.len()).unwrap_or(i64::MAX);
        Self { size, consent_artefacts }
    }
}
