//! The patient in a shared profile.

use abdm_core::lenient::Text;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::Gender;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A patient as their app shares them. All of it is what the app says: compare it with the patient.
///
/// What cannot be read counts as absent, so that one odd field does not turn a patient away.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SharedPatient {
    /// The ABHA number; somebody may have an address alone. Dashed on the wire.
    #[serde(default, deserialize_with = "readable", serialize_with = "dashed")]
    pub abha_number: Option<AbhaNumber>,
    /// The ABHA address.
    #[serde(default, deserialize_with = "readable")]
    pub abha_address: Option<AbhaAddress>,
    /// The name.
    #[serde(default, deserialize_with = "any_text")]
    pub name: Option<String>,
    /// The gender.
    #[serde(default)]
    pub gender: Option<Gender>,
    /// Day of the month of birth, 1 to 31; often unknown.
    #[serde(default, deserialize_with = "any_text")]
    pub day_of_birth: Option<String>,
    /// Month of birth, 1 to 12; often unknown.
    #[serde(default, deserialize_with = "any_text")]
    pub month_of_birth: Option<String>,
    /// Year of birth, four digits.
    #[serde(default, deserialize_with = "any_text")]
    pub year_of_birth: Option<String>,
    /// The postal address.
    #[serde(default)]
    pub address: Option<PostalAddress>,
    /// The mobile number, ten digits.
    #[serde(default, deserialize_with = "any_text")]
    pub phone_number: Option<String>,
}

impl SharedPatient {
    /// Somebody with this ABHA address.
    #[must_use]
    pub fn new(abha_address: AbhaAddress) -> Self {
        Self { abha_address: Some(abha_address), ..Self::default() }
    }

    /// The whole date of birth, where day, month and year are there and make one.
    #[must_use]
    pub fn date_of_birth(&self) -> Option<NaiveDate> {
        let number = |part: &Option<String>| part.as_ref()?.trim().parse::<u32>().ok();
        let year = i32::try_from(number(&self.year_of_birth)?).ok()?;
        NaiveDate::from_ymd_opt(year, number(&self.month_of_birth)?, number(&self.day_of_birth)?)
    }
}

/// Names no person.
impl std::fmt::Debug for SharedPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedPatient").finish_non_exhaustive()
    }
}

/// A postal address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostalAddress {
    /// House, street, place.
    #[serde(default, deserialize_with = "any_text")]
    pub line: Option<String>,
    /// District.
    #[serde(default, deserialize_with = "any_text")]
    pub district: Option<String>,
    /// State.
    #[serde(default, deserialize_with = "any_text")]
    pub state: Option<String>,
    /// Postal code, six digits.
    #[serde(default, deserialize_with = "any_text", alias = "pinCode")]
    pub pincode: Option<String>,
}

/// Names no place.
impl std::fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostalAddress").finish_non_exhaustive()
    }
}

/// A text, a number or a boolean; `null` and blank are none.
pub(super) fn any_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    let text = Option::<Text>::deserialize(d)?.map(|text| text.0);
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// A value that is none when its text breaks the rule.
fn readable<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
{
    Ok(any_text(deserializer)?.and_then(|text| text.trim().parse().ok()))
}

fn dashed<S: Serializer>(number: &Option<AbhaNumber>, s: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => s.serialize_str(&number.to_dashed()),
        None => s.serialize_none(),
    }
}
