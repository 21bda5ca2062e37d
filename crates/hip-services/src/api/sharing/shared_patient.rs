//! The patient in a shared profile.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::Gender;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::api::readable;

/// A patient as their app shares them. All of it is what the app says: compare it with the patient.
///
/// What cannot be read counts as absent, so that one odd field does not turn a patient away. Other
/// spellings are read, too: `dob` (`yyyy-MM-dd` or `dd-MM-yyyy`) where the parts of the birth date
/// are absent, `mobile` for `phoneNumber`, `pinCode` for `pincode`. A photo has no field here
/// (rulings.md 33).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Spelt")]
#[non_exhaustive]
pub struct SharedPatient {
    /// The ABHA number; somebody may have an address alone. Dashed on the wire.
    #[serde(serialize_with = "dashed")]
    pub abha_number: Option<AbhaNumber>,
    /// The ABHA address.
    pub abha_address: Option<AbhaAddress>,
    /// The name.
    pub name: Option<String>,
    /// The gender.
    pub gender: Option<Gender>,
    /// Day of the month of birth, 1 to 31; often unknown.
    pub day_of_birth: Option<String>,
    /// Month of birth, 1 to 12; often unknown.
    pub month_of_birth: Option<String>,
    /// Year of birth, four digits.
    pub year_of_birth: Option<String>,
    /// The postal address.
    pub address: Option<PostalAddress>,
    /// The mobile number, ten digits.
    pub phone_number: Option<String>,
}

/// The same in every spelling that apps use.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spelt {
    #[serde(default, deserialize_with = "readable::parsed")]
    abha_number: Option<AbhaNumber>,
    #[serde(default, deserialize_with = "readable::parsed")]
    abha_address: Option<AbhaAddress>,
    #[serde(default, deserialize_with = "readable::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    gender: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    day_of_birth: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    month_of_birth: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    year_of_birth: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    dob: Option<String>,
    #[serde(default, deserialize_with = "object")]
    address: Option<PostalAddress>,
    #[serde(default, deserialize_with = "readable::text")]
    phone_number: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    mobile: Option<String>,
}

impl From<Spelt> for SharedPatient {
    fn from(spelt: Spelt) -> Self {
        let mut patient = Self {
            abha_number: spelt.abha_number,
            abha_address: spelt.abha_address,
            name: spelt.name,
            gender: spelt.gender.map(Gender::from),
            day_of_birth: spelt.day_of_birth,
            month_of_birth: spelt.month_of_birth,
            year_of_birth: spelt.year_of_birth,
            address: spelt.address,
            phone_number: spelt.phone_number.or(spelt.mobile),
        };
        let parts = [&patient.day_of_birth, &patient.month_of_birth, &patient.year_of_birth];
        let no_parts = parts.into_iter().all(Option::is_none);
        if let Some(date) = spelt.dob.filter(|_| no_parts).and_then(|text| birth_date(&text)) {
            patient.day_of_birth = Some(date.day().to_string());
            patient.month_of_birth = Some(date.month().to_string());
            patient.year_of_birth = Some(date.year().to_string());
        }
        patient
    }
}

/// `yyyy-MM-dd` or `dd-MM-yyyy`, and nothing else: which of two numbers is the day is never
/// guessed.
fn birth_date(text: &str) -> Option<NaiveDate> {
    let mut forms = ["%Y-%m-%d", "%d-%m-%Y"].into_iter();
    let date = forms.find_map(|form| NaiveDate::parse_from_str(text.trim(), form).ok());
    date.filter(|date| (1000..=9999).contains(&date.year()))
}

/// An object, or none: a text in the place of an address tells no district.
fn object<'de, D: Deserializer<'de>>(d: D) -> Result<Option<PostalAddress>, D::Error> {
    let value = serde_json::Value::deserialize(d)?;
    Ok(PostalAddress::deserialize(value).ok())
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
#[serde(from = "SpeltPlace")]
#[non_exhaustive]
pub struct PostalAddress {
    /// House, street, place.
    pub line: Option<String>,
    /// District.
    pub district: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Postal code, six digits.
    pub pincode: Option<String>,
}

/// The same in both spellings of the postal code.
#[derive(Deserialize)]
struct SpeltPlace {
    #[serde(default, deserialize_with = "readable::text")]
    line: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    district: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "readable::text")]
    pincode: Option<String>,
    #[serde(default, deserialize_with = "readable::text", rename = "pinCode")]
    pin_code: Option<String>,
}

impl From<SpeltPlace> for PostalAddress {
    fn from(spelt: SpeltPlace) -> Self {
        Self {
            line: spelt.line,
            district: spelt.district,
            state: spelt.state,
            pincode: spelt.pincode.or(spelt.pin_code),
        }
    }
}

/// Names no place.
impl std::fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostalAddress").finish_non_exhaustive()
    }
}

pub(crate) fn dashed<S: Serializer>(number: &Option<AbhaNumber>, s: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => s.serialize_str(&number.to_dashed()),
        None => s.serialize_none(),
    }
}
