//! `LinkBenefit`.

use serde::{Deserialize, Serialize};

use crate::api::fields::{SeenAbhaNumber, seen};
use crate::api::headers::BenefitLinkHeaders;
use crate::api::vocabulary::{LoginHint, Scope};
use crate::encryption::{AbhaKey, Encrypted};

abdm_core::endpoint! {
    /// Link an ABHA number with a benefit programme, or take the link away. Already so: ABDM-1140,
    /// ABDM-1138.
    pub LinkBenefit {
        method: POST,
        family: Abha,
        path: "/v3/profile/benefit/linkAndDelink",
        auth: Session,
        headers: BenefitLinkHeaders,
        request: BenefitSubject,
        response: BenefitLinked,
        success: OK,
        replay: Safe,
        errors: Benefit,
        source: "m1-abha.md 10",
    }
}

/// What to do, and whose; without `login_id` it is the owner of the token in the headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BenefitSubject {
    /// `["link"]`, `["de-link"]` or `["search"]`.
    pub scope: Vec<Scope>,
    /// What `login_id` is: an ABHA number, or the id of the programme's record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<LoginHint>,
    /// The value, encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_id: Option<Encrypted<AbhaKey>>,
}

impl BenefitSubject {
    /// For the owner of the token in the headers.
    #[must_use]
    pub fn of_token(scope: Scope) -> Self {
        Self { scope: vec![scope], login_hint: None, login_id: None }
    }

    /// For whoever this value names.
    #[must_use]
    pub fn named(scope: Scope, hint: LoginHint, value: Encrypted<AbhaKey>) -> Self {
        Self { scope: vec![scope], login_hint: Some(hint), login_id: Some(value) }
    }
}

/// The link, or its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BenefitLinked {
    /// The programme.
    #[serde(default)]
    pub benefit_name: Option<String>,
    /// The ABHA number.
    #[serde(deserialize_with = "seen", default)]
    pub health_id: Option<SeenAbhaNumber>,
    /// ABDM's text.
    #[serde(default)]
    pub status: Option<String>,
}
