//! The patient that a proof of identity tells of.

use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::MobileNumber;
use abdm_core::vocabulary::Gender;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::api::readable;
use crate::api::sharing::PostalAddress;
use crate::api::user_linking::Identifier;

/// A patient as the consent manager knows them, told to a facility to which they have proved
/// themselves. What cannot be read counts as absent. `Debug` names nobody.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KycPatient {
    /// The ABHA address.
    #[serde(default, deserialize_with = "readable::parsed")]
    pub id: Option<AbhaAddress>,
    /// The name.
    #[serde(default, deserialize_with = "readable::text")]
    pub name: Option<String>,
    /// The gender: `M`, `F`, `O`, `U`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Year of birth.
    #[serde(default, deserialize_with = "readable::parsed")]
    pub year_of_birth: Option<u16>,
    /// Month of birth, 1 to 12; may be unknown.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub month_of_birth: Option<u16>,
    /// Day of the month of birth, 1 to 31; may be unknown.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub day_of_birth: Option<u16>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<PostalAddress>,
    /// Further identifiers.
    #[serde(with = "lenient::list", default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
}

impl KycPatient {
    /// The patient of this address.
    #[must_use]
    pub fn new(id: AbhaAddress) -> Self {
        Self { id: Some(id), ..Self::default() }
    }

    /// The whole date of birth, where day, month and year are there and make one.
    #[must_use]
    pub fn date_of_birth(&self) -> Option<NaiveDate> {
        let (month, day) = (self.month_of_birth?, self.day_of_birth?);
        NaiveDate::from_ymd_opt(self.year_of_birth?.into(), month.into(), day.into())
    }

    /// The ABHA number, where it is among the identifiers.
    #[must_use]
    pub fn abha_number(&self) -> Option<AbhaNumber> {
        self.identifiers.iter().find_map(Identifier::abha_number)
    }

    /// The mobile number, where it is among the identifiers.
    #[must_use]
    pub fn mobile(&self) -> Option<MobileNumber> {
        self.identifiers.iter().find_map(Identifier::mobile)
    }
}

impl std::fmt::Debug for KycPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KycPatient").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_with_what_is_odd_left_out_and_names_nobody() {
        let patient: KycPatient = serde_json::from_str(
            r#"{"id":"asha.test@sbx","name":"Asha Test","gender":"F","yearOfBirth":"1988","monthOfBirth":6,
                "dayOfBirth":6,"address":{"line":"1 Example Road","pincode":411001},
                "identifiers":[{"type":"MOBILE","value":"+919999999999"},{"type":"NDHM_HEALTH_NUMBER","value":"91-0000-0000-0001"},
                {"type":"HEALTH_ID","value":"asha.test@sbx"}]}"#,
        )
        .unwrap();
        assert_eq!(patient.date_of_birth(), "1988-06-06".parse().ok());
        assert_eq!(patient.abha_number().unwrap().to_digits(), "91000000000001");
        assert_eq!(patient.mobile().unwrap().expose(), "9999999999");
        assert!(!format!("{patient:?}").contains("Asha"));
        let bare: KycPatient = serde_json::from_str(r#"{"id":7,"yearOfBirth":"old"}"#).unwrap();
        assert_eq!((bare.id, bare.year_of_birth, bare.name), (None, None, None));
    }
}
