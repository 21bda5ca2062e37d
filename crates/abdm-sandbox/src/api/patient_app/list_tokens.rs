//! `ListTokens`.

use abdm_core::id::HipId;
use abdm_core::lenient;
use abdm_core::wire::NoBody;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// The tokens that counters have given to this patient, the newest first.
    ///
    /// What a real app is answered is not published: these are the fields of the token that the
    /// facility gave, and where and when.
    pub ListTokens {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/patient-share/v3/profile/getTokenDetails",
        auth: SessionAndPhrUser,
        request: NoBody,
        response: Vec<TokenDetails>,
        success: OK,
        replay: Safe,
        errors: PatientShare,
        source: "phr-simulator.md 3",
    }
}

/// A token of a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenDetails {
    /// The facility.
    #[schemars(with = "String")]
    pub hip_id: HipId,
    /// The counter.
    pub context: String,
    /// The number that the patient is called by.
    pub token_number: String,
    /// For how many seconds from then it is good, as the facility said it.
    pub expiry: String,
    /// When it was given.
    #[serde(with = "lenient::instant")]
    #[schemars(with = "DateTime<Utc>")]
    pub date_created: DateTime<Utc>,
}

impl TokenDetails {
    /// A token by its parts.
    #[must_use]
    pub fn new(
        (hip_id, context): (HipId, impl Into<String>),
        (token_number, expiry): (impl Into<String>, impl Into<String>),
        date_created: DateTime<Utc>,
    ) -> Self {
        Self {
            hip_id,
            context: context.into(),
            token_number: token_number.into(),
            expiry: expiry.into(),
            date_created,
        }
    }
}
