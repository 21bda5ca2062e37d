//! `OnFetchConsent`.

use abdm_core::api::consent::ConsentDetail;
use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::RequestId;
use abdm_core::lenient;
use abdm_core::vocabulary::ConsentStatus;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::outcome;

abdm_core::endpoint! {
    /// A consent artefact, or why there is none (ABDM-1080).
    pub OnFetchConsent {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/consent/on-fetch",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: FetchedConsent,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: ConsentFetch,
        source: "m3-hiu.md 2.6",
    }
}

/// The artefact, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FetchedConsent {
    /// The artefact.
    #[serde(default)]
    pub consent: Option<ConsentArtefact>,
    /// Why there is none.
    #[serde(default, deserialize_with = "CallbackError::read_optional")]
    pub error: Option<CallbackError>,
    /// Which call it answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl FetchedConsent {
    /// The answer to `request`.
    #[must_use]
    pub fn found(request: RequestId, artefact: ConsentArtefact) -> Self {
        Self { consent: Some(artefact), error: None, answered: request.into() }
    }

    /// The answer to `request`: there is none.
    #[must_use]
    pub fn missing(request: RequestId, error: CallbackError) -> Self {
        Self { consent: None, error: Some(error), answered: request.into() }
    }

    /// The call that it answers.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }

    /// What came of the call; `None` when the message says neither.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<&ConsentArtefact, &CallbackError>> {
        outcome(self.consent.as_ref(), self.error.as_ref())
    }
}

/// A consent artefact: its state, its terms, the consent manager's signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentArtefact {
    /// `GRANTED`, `DENIED`, `EXPIRED` or `REVOKED`.
    #[serde(deserialize_with = "lenient::any_case::deserialize")]
    pub status: ConsentStatus,
    /// Its terms. The patient may have narrowed every part of what was asked.
    #[serde(default)]
    pub consent_detail: Option<ConsentDetail>,
    /// The consent manager's signature. How it is made is not published: kept, never relied upon.
    #[serde(default)]
    pub signature: Option<String>,
}

impl ConsentArtefact {
    /// An artefact by its parts.
    #[must_use]
    pub const fn new(status: ConsentStatus, detail: ConsentDetail, signature: String) -> Self {
        Self { status, consent_detail: Some(detail), signature: Some(signature) }
    }
}
