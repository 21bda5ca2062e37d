//! `FetchAddressProfile`.

use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, BirthDate};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, birth_date, flag_text, gender, seen, word};
use crate::api::vocabulary::{AbhaStatus, AuthOption, VerificationStatus};

abdm_core::endpoint! {
    /// Fetch the profile of the person who proved an ABHA address.
    pub FetchAddressProfile {
        method: GET,
        family: AbhaAddressWeb,
        path: "/login/profile/abha-profile",
        auth: SessionAndAddressUser,
        request: NoBody,
        response: AddressProfile,
        success: OK,
        replay: Safe,
        errors: WebProfile,
        source: "m1-abha.md 8",
    }
}

/// The person as an ABHA address knows them. Every field may be absent; flags and counts are texts
/// on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddressProfile {
    /// The address, with its suffix.
    #[serde(deserialize_with = "word", default)]
    pub abha_address: Option<Personal>,
    /// Whole name.
    #[serde(default)]
    pub full_name: Option<Personal>,
    /// The photo, base64.
    #[serde(default)]
    pub profile_photo: Option<Personal>,
    /// First name.
    #[serde(default)]
    pub first_name: Option<Personal>,
    /// Middle name.
    #[serde(default)]
    pub middle_name: Option<Personal>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<Personal>,
    /// Day of birth.
    #[serde(default)]
    pub day_of_birth: Option<Personal>,
    /// Month of birth.
    #[serde(default)]
    pub month_of_birth: Option<Personal>,
    /// Year of birth.
    #[serde(default)]
    pub year_of_birth: Option<Personal>,
    /// Date of birth, `26-06-1999`.
    #[serde(default)]
    pub date_of_birth: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<Personal>,
    /// Mobile number, masked or not.
    #[serde(default)]
    pub mobile: Option<Personal>,
    /// The ABHA number, if one is linked.
    #[serde(deserialize_with = "seen", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<Personal>,
    /// State.
    #[serde(default)]
    pub state_name: Option<Personal>,
    /// District.
    #[serde(default)]
    pub district_name: Option<Personal>,
    /// Sub-district.
    #[serde(default)]
    pub sub_district_name: Option<Personal>,
    /// Postal code.
    #[serde(alias = "pincode", default)]
    pub pin_code: Option<Personal>,
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Option<Personal>,
    /// LGD code of the district.
    #[serde(default)]
    pub district_code: Option<Personal>,
    /// LGD code of the sub-district.
    #[serde(default)]
    pub sub_district_code: Option<Personal>,
    /// How the address may be proved.
    #[serde(with = "lenient::list", default)]
    pub auth_methods: Vec<AuthOption>,
    /// Its state.
    #[serde(deserialize_with = "word", default)]
    pub status: Option<AbhaStatus>,
    /// Whether the e-mail address is verified.
    #[serde(with = "flag_text", default)]
    pub email_verified: Option<bool>,
    /// Whether the mobile number is verified.
    #[serde(with = "flag_text", default)]
    pub mobile_verified: Option<bool>,
    /// Whether the identity is proved.
    #[serde(default)]
    pub kyc_status: Option<VerificationStatus>,
    /// How many addresses the ABHA number has.
    #[serde(default)]
    pub abha_linked_count: Option<lenient::Text>,
}

impl AddressProfile {
    /// The address, when it is one.
    #[must_use]
    pub fn preferred_address(&self) -> Option<AbhaAddress> {
        self.abha_address.as_ref()?.as_str().parse().ok()
    }

    /// The date of birth, as far as it is told. The parts stay as they came.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        let parts = [&self.day_of_birth, &self.month_of_birth, &self.year_of_birth];
        birth_date(parts, &self.date_of_birth)
    }
}
