//! `UpdateProfile`.

use abdm_core::person::AbhaNumber;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use super::fetch_profile::{AbhaProfile, FetchProfile};
use crate::api::fields::{Personal, dashed_option, word};
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::vocabulary::AbhaStatus;

abdm_core::endpoint! {
    /// Change the photo; for programmes also mobile number and state, for children name, date of
    /// birth and gender (once). An adult's name, date of birth and gender change by re-KYC only.
    pub UpdateProfile {
        method: PATCH,
        family: Abha,
        same_path_as: FetchProfile,
        auth: SessionAndUser,
        headers: ProfileBenefitHeaders,
        request: ProfileUpdate,
        response: AbhaProfile,
        success: OK,
        replay: Safe,
        errors: Account,
        source: "m1-abha.md 9, 6.7",
    }
}

/// What changes; fields that are `None` stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfileUpdate {
    /// Whose, when it is not the token's owner: a child's.
    #[serde(with = "dashed_option", default, skip_serializing_if = "Option::is_none")]
    pub abha_number: Option<AbhaNumber>,
    /// The photo, base64 of a PNG or JPEG of at most 100 KB, in the clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_photo: Option<Personal>,
    /// The mobile number; benefit programmes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Personal>,
    /// The state; benefit programmes only.
    #[serde(deserialize_with = "word", default, skip_serializing_if = "Option::is_none")]
    pub account_status: Option<AbhaStatus>,
    /// A child's date of birth, `21-02-2020`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dob: Option<Personal>,
    /// A child's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// A child's gender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
}

impl ProfileUpdate {
    /// A new photo.
    #[must_use]
    pub fn photo(base64: Personal) -> Self {
        Self { profile_photo: Some(base64), ..Self::default() }
    }

    /// Corrected data of a child without KYC.
    #[must_use]
    pub fn child(child: AbhaNumber, name: Personal, dob: Personal, gender: Gender) -> Self {
        Self {
            abha_number: Some(child),
            name: Some(name),
            dob: Some(dob),
            gender: Some(gender),
            ..Self::default()
        }
    }
}
