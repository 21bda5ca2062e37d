//! What was asked of ABDM, and who waits for it.

use abdm_core::id::RequestId;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::demographics::Demographics;
use crate::api::hip_linking::LinkTokenRequest;
use crate::flow::Failure;

/// A request that left, or may have left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asking {
    /// Which, as its effect says.
    pub(super) sending: u32,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// What it names.
    #[serde(flatten)]
    pub(super) details: Details,
    /// The `REQUEST-ID`s under which it left.
    pub(super) requests: Vec<RequestId>,
    /// Why ABDM gave no token for it, if it said so. That it is a duplicate is not such a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<Failure>,
}

/// A link that waits for the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// What its hospital says of the patient.
    #[serde(flatten)]
    pub(super) details: Details,
    /// Since when. Releases that did not keep the demographics did not keep this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<DateTime<Utc>>,
}

/// What a request names beside the ABHA address: ABDM compares all of it with the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    /// The ABHA number, if any.
    #[serde(with = "digits::option")]
    pub(super) abha_number: Option<AbhaNumber>,
    /// Name, gender and year of birth. Earlier releases did not keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) demographics: Option<Demographics>,
}

impl Details {
    pub(super) fn of(request: &LinkTokenRequest) -> Self {
        Self {
            abha_number: request.abha_number.clone(),
            demographics: Some(Demographics::of(request)),
        }
    }

    /// The request that names just this; none where not all of it is known.
    pub(super) fn request(&self, abha_address: &AbhaAddress) -> Option<LinkTokenRequest> {
        let Demographics { name, gender, year_of_birth } = self.demographics.clone()?;
        let mut request = LinkTokenRequest::new(abha_address.clone(), name, gender, year_of_birth);
        request.abha_number = self.abha_number.clone();
        Some(request)
    }
}

/// Whether both are known and differ.
pub(in crate::flow) fn differ(one: Option<&AbhaNumber>, other: Option<&AbhaNumber>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}
