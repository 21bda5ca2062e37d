//! `OnConsentStatus`.

use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentId, ConsentRequestId, RequestId};
use abdm_core::lenient;
use abdm_core::vocabulary::ConsentStatus;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::artefacts::{self, ArtefactReference};
use crate::api::outcome;

abdm_core::endpoint! {
    /// How a consent request stands.
    pub OnConsentStatus {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/consent/request/on-status",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: ConsentStatusReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: ConsentStatus,
        source: "m3-hiu.md 2.3",
    }
}

/// The state, or why it is not known (ABDM-1001 or ABDM-1039 for an unknown id).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentStatusReply {
    /// The state.
    #[serde(default)]
    pub consent_request: Option<ConsentRequestState>,
    /// Why it is not known.
    #[serde(default, deserialize_with = "CallbackError::read_optional")]
    pub error: Option<CallbackError>,
    /// Which call it answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl ConsentStatusReply {
    /// The answer to `request`.
    #[must_use]
    pub fn known(request: RequestId, state: ConsentRequestState) -> Self {
        Self { consent_request: Some(state), error: None, answered: request.into() }
    }

    /// The answer to `request`: not known.
    #[must_use]
    pub fn unknown(request: RequestId, error: CallbackError) -> Self {
        Self { consent_request: None, error: Some(error), answered: request.into() }
    }

    /// The call that it answers.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }

    /// What came of the call; `None` when the message says neither.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<&ConsentRequestState, &CallbackError>> {
        outcome(self.consent_request.as_ref(), self.error.as_ref())
    }
}

/// How a consent request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentRequestState {
    /// Which consent request.
    pub id: ConsentRequestId,
    /// Its state. One specification knows no `GRANTED` here: the grant then comes by notice only.
    #[serde(deserialize_with = "lenient::any_case::deserialize")]
    pub status: ConsentStatus,
    /// The artefacts of a grant. May be absent although granted: wait for the notice then.
    #[serde(default, deserialize_with = "artefacts::read", skip_serializing_if = "Vec::is_empty")]
    pub consent_artefacts: Vec<ArtefactReference>,
}

impl ConsentRequestState {
    /// This state of this consent request, with the artefacts of a grant.
    #[must_use]
    pub fn new(
        id: ConsentRequestId,
        status: ConsentStatus,
        artefacts: impl IntoIterator<Item = ConsentId>,
    ) -> Self {
        Self { id, status, consent_artefacts: artefacts.into_iter().map(Into::into).collect() }
    }
}
