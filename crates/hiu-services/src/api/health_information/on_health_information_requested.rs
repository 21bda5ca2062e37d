//! `OnHealthInformationRequested`.

use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{RequestId, TransactionId};
use abdm_core::vocabulary::SessionStatus;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::outcome;

abdm_core::endpoint! {
    /// The consent manager took the request for health information, or not. The pushes may be here
    /// before it.
    pub OnHealthInformationRequested {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/health-information/on-request",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: HealthInformationRequested,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: DataRequest,
        source: "m3-hiu.md 3.2",
    }
}

/// The transfer's id, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HealthInformationRequested {
    /// The transfer.
    #[serde(default)]
    pub hi_request: Option<HealthInformationSession>,
    /// Why there is none: ABDM-1092 or 1112 for an artefact that is over, 1063 for a wider range.
    #[serde(default, deserialize_with = "CallbackError::read_optional")]
    pub error: Option<CallbackError>,
    /// Which call it answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl HealthInformationRequested {
    /// The answer to `request`: it is transfer `transaction`.
    #[must_use]
    pub fn accepted(request: RequestId, transaction: TransactionId) -> Self {
        let session = HealthInformationSession {
            transaction_id: transaction,
            session_status: Some(SessionStatus::Requested),
        };
        Self { hi_request: Some(session), error: None, answered: request.into() }
    }

    /// The answer to `request`: it was refused.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { hi_request: None, error: Some(error), answered: request.into() }
    }

    /// The call that it answers.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }

    /// What came of the call; `None` when the message says neither.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<&TransactionId, &CallbackError>> {
        outcome(self.hi_request.as_ref().map(|s| &s.transaction_id), self.error.as_ref())
    }
}

/// A transfer that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HealthInformationSession {
    /// Its id.
    pub transaction_id: TransactionId,
    /// `REQUESTED`; in V0.5 also `ACKNOWLEDGED`.
    #[serde(default)]
    pub session_status: Option<SessionStatus>,
}
