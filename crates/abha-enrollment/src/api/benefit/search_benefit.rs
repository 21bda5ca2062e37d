//! `SearchBenefit`.

use abdm_core::lenient;
use serde::{Deserialize, Serialize};

use super::link_benefit::BenefitSubject;
use crate::api::fields::{Personal, SeenAbhaNumber, seen};
use crate::api::headers::ProfileBenefitHeaders;

abdm_core::endpoint! {
    /// Search a programme's records of a person.
    pub SearchBenefit {
        method: POST,
        family: Abha,
        path: "/v3/profile/benefit/search",
        auth: Session,
        headers: ProfileBenefitHeaders,
        request: BenefitSubject,
        response: Vec<BenefitRecord>,
        success: OK,
        replay: Safe,
        errors: Benefit,
        source: "m1-abha.md 10",
    }
}

/// A record. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BenefitRecord {
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Option<Personal>,
    /// The programme.
    #[serde(default)]
    pub benefit_name: Option<String>,
    /// The record's id.
    #[serde(default)]
    pub benefit_id: Option<Personal>,
    /// The ABHA number.
    #[serde(deserialize_with = "seen", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// A number whose meaning is not published.
    #[serde(with = "lenient::integer::option", default)]
    pub status: Option<i64>,
}
