//! `ListChildren`.

use abdm_core::lenient;
use abdm_core::person::BirthDate;
use abdm_core::vocabulary::Gender;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, gender, seen, word};
use crate::api::headers::ProfileBenefitHeaders;

abdm_core::endpoint! {
    /// List the children below a parent's ABHA number. One document of NHA's prints `POST`; the
    /// collection's `GET` is used.
    pub ListChildren {
        method: GET,
        family: Abha,
        path: "/v3/enrollment/profile/children",
        auth: SessionAndUser,
        headers: ProfileBenefitHeaders,
        request: NoBody,
        response: Children,
        success: OK,
        replay: Safe,
        errors: Children,
        source: "m1-abha.md 6.7",
    }
}

/// The children of a parent. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Children {
    /// The parent's ABHA number.
    #[serde(deserialize_with = "seen", default)]
    pub parent_abha_number: Option<SeenAbhaNumber>,
    /// The parent's mobile number, masked.
    #[serde(default)]
    pub mobile_number: Option<Personal>,
    /// The parent's postal address.
    #[serde(default)]
    pub address: Option<Personal>,
    /// How many there are.
    #[serde(with = "lenient::integer::option", default)]
    pub children_count: Option<i64>,
    /// The children.
    #[serde(with = "lenient::list", default)]
    pub children: Vec<Child>,
}

/// A child. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Child {
    /// Date of birth.
    #[serde(default)]
    pub date_of_birth: Option<Personal>,
    /// Whole name.
    #[serde(default)]
    pub name: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// ABHA address.
    #[serde(deserialize_with = "word", default)]
    pub phr_address: Option<Personal>,
    /// ABHA number.
    #[serde(deserialize_with = "seen", rename = "ABHANumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
}

impl Child {
    /// The date of birth, as far as it is told.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        BirthDate::read(self.date_of_birth.as_ref()?.as_str())
    }
}
