//! `FetchPhrProfile` and `UpdatePhrProfile`.

use abdm_core::vocabulary::Gender;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::address::AddressProfile;
use crate::api::fields::Personal;

abdm_core::endpoint! {
    /// Fetch the profile of the person who is logged in.
    pub FetchPhrProfile {
        method: GET,
        family: PhrApp,
        path: "/login/profile",
        auth: SessionAndAppUser,
        request: NoBody,
        response: AddressProfile,
        success: OK,
        replay: Safe,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Change the profile. Mobile number, e-mail address and password are changed by a proof
    /// ([`VerifyPhrChange`](super::VerifyPhrChange)).
    pub UpdatePhrProfile {
        method: POST,
        family: PhrApp,
        path: "/login/profile/updateProfile",
        auth: SessionAndAppUser,
        request: PhrProfileUpdate,
        response: AddressProfile,
        success: OK,
        replay: Safe,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

/// What changes. The samples send the whole profile; fields that are `None` are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PhrProfileUpdate {
    /// The photo, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_photo: Option<Personal>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<Personal>,
    /// Middle name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<Personal>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Personal>,
    /// Day of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_of_birth: Option<Personal>,
    /// Month of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_of_birth: Option<Personal>,
    /// Year of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year_of_birth: Option<Personal>,
    /// Gender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// E-mail address, as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal>,
    /// Mobile number, as it is, in the clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Personal>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Personal>,
    /// State; letters only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_name: Option<Personal>,
    /// District; letters only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district_name: Option<Personal>,
    /// Postal code.
    #[serde(alias = "pincode", default, skip_serializing_if = "Option::is_none")]
    pub pin_code: Option<Personal>,
    /// LGD code of the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_code: Option<Personal>,
    /// LGD code of the district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district_code: Option<Personal>,
}

impl PhrProfileUpdate {
    /// All of a profile as it is, to change some of it: ABDM's samples send it whole. A mobile
    /// number or e-mail address that was shown masked is left out: `******3210` must not become the
    /// person's.
    #[must_use]
    pub fn of(profile: &AddressProfile) -> Self {
        let shown =
            |text: &Option<Personal>| text.clone().filter(|text| !text.as_str().contains('*'));
        Self {
            profile_photo: profile.profile_photo.clone(),
            first_name: profile.first_name.clone(),
            middle_name: profile.middle_name.clone(),
            last_name: profile.last_name.clone(),
            day_of_birth: profile.day_of_birth.clone(),
            month_of_birth: profile.month_of_birth.clone(),
            year_of_birth: profile.year_of_birth.clone(),
            gender: profile.gender.clone(),
            email: shown(&profile.email),
            mobile: shown(&profile.mobile),
            address: profile.address.clone(),
            state_name: profile.state_name.clone(),
            district_name: profile.district_name.clone(),
            pin_code: profile.pin_code.clone(),
            state_code: profile.state_code.clone(),
            district_code: profile.district_code.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_masked_is_not_sent_back() {
        let profile = AddressProfile {
            first_name: Some("Asha".into()),
            mobile: Some("******3210".into()),
            email: Some("as***@home.in".into()),
            ..AddressProfile::default()
        };
        let update = PhrProfileUpdate::of(&profile);
        assert_eq!((update.mobile, update.email), (None, None));
        assert_eq!(update.first_name, profile.first_name);
    }
}
