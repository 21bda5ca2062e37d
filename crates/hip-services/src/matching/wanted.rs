//! The person who searches, as a discovery describes them.

use std::fmt;

use abdm_core::id::HipId;
use abdm_core::vocabulary::Gender;

use crate::api::user_linking::{Identifier, IdentifierType};
use crate::patient_index::{
    PatientQuery, abha_number_digits, folded_abha_address, folded_record_number, ten_digit_mobile,
};

/// The person who searches for their records: what came in a discovery (m2-hip.md 5.1).
///
/// Verified identifiers, name, gender and year of birth are the consent manager's word about the
/// account; unverified identifiers are what the person typed into the app.
///
/// ```
/// use hip_services::matching::WantedPatient;
///
/// let wanted = WantedPatient::new("IN0000000001".parse()?)
///     .abha_address("asha.test@sbx")
///     .verified("MOBILE", "+919000000000")
///     .verified("ABHA_NUMBER", "91-0000-0000-0001")
///     .unverified("MR", "UHID-000123")
///     .name("Asha Test Kumari")
///     .gender("F")
///     .year_of_birth(1988);
/// assert_eq!(wanted.query().mobiles, ["9000000000"]);
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
///
/// `Debug` shows kinds and which values are there.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WantedPatient {
    /// At which facility.
    pub hip_id: HipId,
    /// The ABHA address of the account (`patient.id`).
    pub abha_address: Option<String>,
    /// What the consent manager vouches for.
    pub verified: Vec<Identifier>,
    /// What the person typed.
    pub unverified: Vec<Identifier>,
    /// The name of the account.
    pub name: Option<String>,
    /// The gender of the account.
    pub gender: Option<Gender>,
    /// The year of birth of the account.
    pub year_of_birth: Option<u16>,
}

impl WantedPatient {
    /// Somebody of whom nothing is known so far.
    #[must_use]
    pub const fn new(hip_id: HipId) -> Self {
        Self {
            hip_id,
            abha_address: None,
            verified: Vec::new(),
            unverified: Vec::new(),
            name: None,
            gender: None,
            year_of_birth: None,
        }
    }

    /// The same with the account's ABHA address.
    #[must_use]
    pub fn abha_address(mut self, address: impl Into<String>) -> Self {
        self.abha_address = Some(address.into());
        self
    }

    /// The same with one more verified identifier. An empty value is kept and matches nothing.
    #[must_use]
    pub fn verified(mut self, kind: &str, value: impl Into<String>) -> Self {
        self.verified.push(Identifier::new(IdentifierType::read(kind), value));
        self
    }

    /// The same with one more identifier that the person typed.
    #[must_use]
    pub fn unverified(mut self, kind: &str, value: impl Into<String>) -> Self {
        self.unverified.push(Identifier::new(IdentifierType::read(kind), value));
        self
    }

    /// The same with the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same with the gender, as [`Gender`] or as ABDM's letter.
    #[must_use]
    pub fn gender(mut self, gender: impl Into<Gender>) -> Self {
        self.gender = Some(gender.into());
        self
    }

    /// The same with the year of birth.
    #[must_use]
    pub const fn year_of_birth(mut self, year: u16) -> Self {
        self.year_of_birth = Some(year);
        self
    }

    /// The keys by which the register is searched: every verified identifier, and the medical
    /// record numbers that the person typed.
    #[must_use]
    pub fn query(&self) -> PatientQuery {
        let mut query = PatientQuery::new(self.hip_id.clone());
        query.abha_addresses.extend(self.abha_address.as_deref().and_then(folded_abha_address));
        for identifier in &self.verified {
            let Some(value) = identifier.text() else { continue };
            match &identifier.kind {
                IdentifierType::Mobile => query.mobiles.extend(ten_digit_mobile(value)),
                // V0.5's names were used for both, so the form of the value tells which it is.
                IdentifierType::AbhaNumber | IdentifierType::AbhaAddress => {
                    query.abha_addresses.extend(folded_abha_address(value));
                    query.abha_numbers.extend(abha_number_digits(value));
                }
                _ => {}
            }
        }
        query.record_numbers = record_numbers(&self.verified);
        query.record_numbers.extend(record_numbers(&self.unverified));
        for keys in [
            &mut query.abha_addresses,
            &mut query.abha_numbers,
            &mut query.mobiles,
            &mut query.record_numbers,
        ] {
            keys.sort_unstable();
            keys.dedup();
        }
        query
    }
}

/// The medical record numbers among these identifiers, folded.
pub(super) fn record_numbers(identifiers: &[Identifier]) -> Vec<String> {
    identifiers
        .iter()
        .filter(|identifier| identifier.kind == IdentifierType::MedicalRecord)
        .filter_map(|identifier| folded_record_number(identifier.text()?))
        .collect()
}

/// Names no person.
impl fmt::Debug for WantedPatient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WantedPatient")
            .field("hip_id", &self.hip_id)
            .field("has_abha_address", &self.abha_address.is_some())
            .field("verified", &self.verified)
            .field("unverified", &self.unverified)
            .field("has_name", &self.name.is_some())
            .field("has_gender", &self.gender.is_some())
            .field("has_year_of_birth", &self.year_of_birth.is_some())
            .finish()
    }
}
