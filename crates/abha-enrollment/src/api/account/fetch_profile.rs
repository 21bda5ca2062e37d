//! `FetchProfile`.

use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, BirthDate};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, birth_date, flag, gender, seen, word};
use crate::api::vocabulary::{AbhaStatus, AuthOption, VerificationStatus, VerificationType};

abdm_core::endpoint! {
    /// Fetch the profile of the person whose token is given.
    pub FetchProfile {
        method: GET,
        family: Abha,
        path: "/v3/profile/account",
        auth: SessionAndUser,
        request: NoBody,
        response: AbhaProfile,
        success: OK,
        replay: Safe,
        errors: Account,
        source: "m1-abha.md 9",
    }
}

/// The person as ABDM knows them. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaProfile {
    /// The ABHA number.
    #[serde(deserialize_with = "seen", rename = "ABHANumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// The preferred ABHA address, with its suffix.
    #[serde(deserialize_with = "word", alias = "abhaAddress", default)]
    pub preferred_abha_address: Option<Personal>,
    /// The linked mobile number, masked or not.
    #[serde(default)]
    pub mobile: Option<Personal>,
    /// First name.
    #[serde(default)]
    pub first_name: Option<Personal>,
    /// Middle name; often empty.
    #[serde(default)]
    pub middle_name: Option<Personal>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<Personal>,
    /// Whole name.
    #[serde(alias = "fullName", default)]
    pub name: Option<Personal>,
    /// Year of birth. [`birth_date`](Self::birth_date) reads the three parts.
    #[serde(default)]
    pub year_of_birth: Option<Personal>,
    /// Day of birth, where it is known.
    #[serde(default)]
    pub day_of_birth: Option<Personal>,
    /// Month of birth, where it is known.
    #[serde(default)]
    pub month_of_birth: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<Personal>,
    /// The photo, base64.
    #[serde(default)]
    pub profile_photo: Option<Personal>,
    /// The photo that Aadhaar has, base64.
    #[serde(default)]
    pub kyc_photo: Option<Personal>,
    /// The account's state.
    #[serde(deserialize_with = "word", default)]
    pub status: Option<AbhaStatus>,
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Option<Personal>,
    /// LGD code of the district.
    #[serde(default)]
    pub district_code: Option<Personal>,
    /// LGD code of the sub-district.
    #[serde(default)]
    pub sub_district_code: Option<Personal>,
    /// LGD code of the village.
    #[serde(default)]
    pub village_code: Option<Personal>,
    /// LGD code of the town.
    #[serde(default)]
    pub town_code: Option<Personal>,
    /// LGD code of the ward.
    #[serde(default)]
    pub ward_code: Option<Personal>,
    /// Postal code. Here `pincode`; the enrolment spells it `pinCode`.
    #[serde(alias = "pinCode", default)]
    pub pincode: Option<Personal>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<Personal>,
    /// State.
    #[serde(default)]
    pub state_name: Option<Personal>,
    /// District.
    #[serde(default)]
    pub district_name: Option<Personal>,
    /// Sub-district. The wire writes it without a capital D.
    #[serde(rename = "subdistrictName", alias = "subDistrictName", default)]
    pub sub_district_name: Option<Personal>,
    /// How the account may be proved.
    #[serde(with = "lenient::list", default)]
    pub auth_methods: Vec<AuthOption>,
    /// Whether the identity is proved.
    #[serde(with = "flag", default)]
    pub kyc_verified: Option<bool>,
    /// Whether that proof is complete.
    #[serde(default)]
    pub verification_status: Option<VerificationStatus>,
    /// How it was proved.
    #[serde(default)]
    pub verification_type: Option<VerificationType>,
    /// Name and places in the state's language.
    #[serde(default)]
    pub localized_details: Option<LocalizedDetails>,
    /// Date of birth as one text; the documents have the three parts instead.
    #[serde(alias = "dateOfBirth", default, skip_serializing_if = "Option::is_none")]
    pub dob: Option<Personal>,
    /// When the account was made, `07-05-2024`.
    #[serde(default)]
    pub created_date: Option<String>,
}

impl AbhaProfile {
    /// The preferred ABHA address, when it is one.
    #[must_use]
    pub fn preferred_address(&self) -> Option<AbhaAddress> {
        self.preferred_abha_address.as_ref()?.as_str().parse().ok()
    }

    /// The date of birth, as far as it is told. The parts stay as they came.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        birth_date([&self.day_of_birth, &self.month_of_birth, &self.year_of_birth], &self.dob)
    }
}

/// Name and places in the state's language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LocalizedDetails {
    /// Name.
    #[serde(default)]
    pub name: Option<Personal>,
    /// State.
    #[serde(default)]
    pub state_name: Option<Personal>,
    /// District.
    #[serde(default)]
    pub district_name: Option<Personal>,
    /// Village.
    #[serde(default)]
    pub village_name: Option<Personal>,
    /// Town.
    #[serde(default)]
    pub town_name: Option<Personal>,
    /// Gender, as a word.
    #[serde(default)]
    pub gender: Option<Personal>,
}
