//! `OnRequestConsent`.

use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentRequestId, RequestId};
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::outcome;

abdm_core::endpoint! {
    /// The consent manager took the consent request, or not.
    pub OnRequestConsent {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/consent/request/on-init",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: ConsentRequested,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: ConsentInit,
        source: "m3-hiu.md 2.2",
    }
}

/// The consent request's id, or why there is none. Both keys are on the wire, one of them `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentRequested {
    /// The consent request.
    #[serde(default)]
    pub consent_request: Option<ConsentRequestReference>,
    /// Why there is none.
    #[serde(default, deserialize_with = "CallbackError::read_optional")]
    pub error: Option<CallbackError>,
    /// Which call it answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl ConsentRequested {
    /// The answer to `request`: it is consent request `id`.
    #[must_use]
    pub fn accepted(request: RequestId, id: ConsentRequestId) -> Self {
        Self {
            consent_request: Some(ConsentRequestReference { id }),
            error: None,
            answered: request.into(),
        }
    }

    /// The answer to `request`: it was refused.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { consent_request: None, error: Some(error), answered: request.into() }
    }

    /// The call that it answers.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }

    /// What came of the call; `None` when the message says neither.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<&ConsentRequestId, &CallbackError>> {
        outcome(self.consent_request.as_ref().map(|request| &request.id), self.error.as_ref())
    }
}

/// `{"id": …}` of a consent request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentRequestReference {
    /// The consent request's id.
    pub id: ConsentRequestId,
}
