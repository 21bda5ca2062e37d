//! What a facility knows of one of its patients.

use std::fmt;

use abdm_core::id::PatientReference;
use abdm_core::person::BirthDate;
use abdm_core::vocabulary::Gender;

/// Whether an ABHA number or address is known to be the patient's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// It was typed in or read from a card. Desks make mistakes: it may be a relative's.
    Typed,
    /// An M1 login, a profile share or a link token has shown that it is the patient's
    /// (rulings.md 8).
    Proven,
}

impl Proof {
    /// [`Proven`](Self::Proven) when a column says so.
    #[must_use]
    pub const fn when(proven: bool) -> Self {
        if proven { Self::Proven } else { Self::Typed }
    }
}

/// One row of the facility's register: what it knows of a patient, in the spelling in which it
/// stands there. Values that are empty or unreadable are as good as absent.
///
/// ```
/// use hip_services::patient_index::{Proof, RegisteredPatient};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let patient = RegisteredPatient::new("UHID-000123".parse()?, "Asha T.")
///     .name("Smt. Asha Test Kumari")
///     .gender("F")
///     .year_of_birth(1988)
///     .abha_number("91-0000-0000-0001", Proof::Typed)
///     .mobile("+91 90000-00000")
///     .record_number("UHID-000123");
/// # Ok(())
/// # }
/// ```
///
/// `Debug` shows the reference and which values are there.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisteredPatient {
    /// The facility's number for the patient: what ABDM is told.
    pub reference: PatientReference,
    /// What the patient sees in the app. Nothing clinical: it is shown before the patient has
    /// proven to be the one.
    pub display: String,
    /// The name.
    pub name: Option<String>,
    /// The gender.
    pub gender: Option<Gender>,
    /// The year of birth, also where it was reckoned from an age.
    pub year_of_birth: Option<u16>,
    /// ABHA addresses.
    pub abha_addresses: Vec<(String, Proof)>,
    /// The ABHA number. More than one stands there only by mistake.
    pub abha_numbers: Vec<(String, Proof)>,
    /// Mobile numbers.
    pub mobiles: Vec<String>,
    /// Medical record numbers (UHID, MRN, IP number).
    pub record_numbers: Vec<String>,
}

impl RegisteredPatient {
    /// A patient of whom nothing but the number is known so far.
    #[must_use]
    pub fn new(reference: PatientReference, display: impl Into<String>) -> Self {
        Self {
            reference,
            display: display.into(),
            name: None,
            gender: None,
            year_of_birth: None,
            abha_addresses: Vec::new(),
            abha_numbers: Vec::new(),
            mobiles: Vec::new(),
            record_numbers: Vec::new(),
        }
    }

    /// The same with the name, in any of India's scripts.
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

    /// The same with the year of birth. [`year_of_birth`](crate::year_of_birth) reads it from a
    /// text.
    #[must_use]
    pub const fn year_of_birth(mut self, year: u16) -> Self {
        self.year_of_birth = Some(year);
        self
    }

    /// The same with the year of a date of birth.
    #[must_use]
    pub const fn born(self, born: BirthDate) -> Self {
        self.year_of_birth(born.year())
    }

    /// The same with one more ABHA address.
    #[must_use]
    pub fn abha_address(mut self, address: impl Into<String>, proof: Proof) -> Self {
        self.abha_addresses.push((address.into(), proof));
        self
    }

    /// The same with an ABHA number.
    #[must_use]
    pub fn abha_number(mut self, number: impl Into<String>, proof: Proof) -> Self {
        self.abha_numbers.push((number.into(), proof));
        self
    }

    /// The same with one more mobile number, in any spelling.
    #[must_use]
    pub fn mobile(mut self, mobile: impl Into<String>) -> Self {
        self.mobiles.push(mobile.into());
        self
    }

    /// The same with one more medical record number.
    #[must_use]
    pub fn record_number(mut self, number: impl Into<String>) -> Self {
        self.record_numbers.push(number.into());
        self
    }
}

/// Names no person.
impl fmt::Debug for RegisteredPatient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredPatient")
            .field("reference", &self.reference)
            .field("has_name", &self.name.is_some())
            .field("has_gender", &self.gender.is_some())
            .field("has_year_of_birth", &self.year_of_birth.is_some())
            .field("abha_addresses", &self.abha_addresses.len())
            .field("abha_numbers", &self.abha_numbers.len())
            .field("mobiles", &self.mobiles.len())
            .field("record_numbers", &self.record_numbers.len())
            .finish_non_exhaustive()
    }
}
