//! `OnProfileShared`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::RequestId;
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use hip_services::api::sharing::{ShareAcknowledged, ShareStatus};
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// The token that a counter has given, or why none. Flat, and with the seconds as a number,
    /// unlike the facility's own answer.
    pub OnProfileShared {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/patient/on-share",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: ProfileShared,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: PatientShare,
        source: "m2-hip.md 6",
    }
}

/// A token, or why there is none: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProfileShared {
    /// The token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<TokenGiven>,
    /// Why there is none.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the app's share.
    pub response: InResponseTo,
}

impl ProfileShared {
    /// What the facility answered to the share `request`.
    #[must_use]
    pub fn new(request: RequestId, answer: &Result<ShareAcknowledged, CallbackError>) -> Self {
        let (acknowledgement, error) = match answer {
            Ok(acknowledged) => (Some(TokenGiven::from(acknowledged)), None),
            Err(error) => (None, Some(error.clone())),
        };
        Self { acknowledgement, error, response: request.into() }
    }
}

/// A token of a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenGiven {
    /// Whose.
    pub abha_address: AbhaAddress,
    /// What became of the share.
    pub status: ShareStatus,
    /// The counter.
    #[serde(with = "lenient::text")]
    pub context: String,
    /// The number.
    #[serde(with = "lenient::text")]
    pub token_number: String,
    /// For how many seconds it is good.
    pub expiry: u64,
}

impl From<&ShareAcknowledged> for TokenGiven {
    fn from(acknowledged: &ShareAcknowledged) -> Self {
        let token = acknowledged.profile.clone();
        let seconds = token.as_ref().and_then(|token| token.expiry_seconds()).unwrap_or_default();
        let (context, token_number) =
            token.map(|token| (token.context, token.token_number)).unwrap_or_default();
        Self {
            abha_address: acknowledged.abha_address.clone(),
            status: acknowledged.status.clone(),
            context,
            token_number,
            expiry: seconds,
        }
    }
}
