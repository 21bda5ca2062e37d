//! `ListProgrammes`.

use abdm_core::endpoint::PathParams;
use abdm_core::id::IdError;
use abdm_core::lenient;
use abdm_core::person::AbhaNumber;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::fields::{SeenAbhaNumber, seen};

abdm_core::endpoint! {
    /// List the benefit programmes that an ABHA number is linked with. Nobody's number: 404 with
    /// ABDM-1114.
    pub ListProgrammes {
        method: GET,
        family: Abha,
        path: "/v3/profile/benefit/abha/{abhaNumber}",
        auth: Session,
        params: AbhaNumberInPath,
        request: NoBody,
        response: Programmes,
        success: OK,
        replay: Safe,
        errors: Benefit,
        source: "m1-abha.md 10",
    }
}

/// An ABHA number in a path, dashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbhaNumberInPath(pub AbhaNumber);

impl PathParams for AbhaNumberInPath {
    const COUNT: usize = 1;

    fn segments(&self) -> Vec<String> {
        vec![self.0.to_dashed()]
    }

    fn from_segments(segments: &[String]) -> Result<Self, IdError> {
        match segments {
            [only] => only.parse().map(Self),
            _ => Err(IdError::new("AbhaNumber", "the path must hold one ABHA number")),
        }
    }
}

/// The programmes of an ABHA number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Programmes {
    /// The ABHA number.
    #[serde(deserialize_with = "seen", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// The programmes.
    #[serde(with = "lenient::list", default)]
    pub programme: Vec<Programme>,
}

/// A benefit programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Programme {
    /// Its name.
    pub benefit_name: String,
}

impl Programme {
    /// A programme by its name.
    pub fn new(benefit_name: impl Into<String>) -> Self {
        Self { benefit_name: benefit_name.into() }
    }
}
