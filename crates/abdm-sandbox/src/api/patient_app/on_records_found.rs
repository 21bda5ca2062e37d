//! `OnRecordsFound`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{RequestId, TransactionId};
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use hip_services::api::hip_linking::PatientCareContexts;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// What a facility has found of the patient's, or why nothing. NHA's tables answer it with 200;
    /// any 2xx is taken.
    pub OnRecordsFound {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/patient/care-context/on-discover",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: RecordsFound,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: Discover,
        source: "phr-simulator.md 2",
    }
}

/// What can be linked at a facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecordsFound {
    /// The transaction, which every further step names.
    pub transaction_id: TransactionId,
    /// What was found and is not linked yet.
    #[serde(with = "lenient::list", default, skip_serializing_if = "Vec::is_empty")]
    pub patient: Vec<PatientCareContexts>,
    /// When it was found.
    #[serde(with = "lenient::instant")]
    pub created_at: DateTime<Utc>,
    /// Why nothing was: the facility's own words, unchanged.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the app's search.
    pub response: InResponseTo,
}

impl RecordsFound {
    /// This was found by the search `request`, or was not for this reason.
    #[must_use]
    pub fn new(
        request: RequestId,
        transaction_id: TransactionId,
        created_at: DateTime<Utc>,
        outcome: Result<Vec<PatientCareContexts>, CallbackError>,
    ) -> Self {
        let (patient, error) = match outcome {
            Ok(patient) => (patient, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        Self { transaction_id, patient, created_at, error, response: request.into() }
    }
}
