//! People as the sandbox's owner sees and adds them.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abdm_core::vocabulary::Gender;
use abha_enrollment::input::VirtualId;
use chrono::NaiveDate;

/// A person of the sandbox, as its owner sees them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Patient {
    /// The whole name, as in the ABHA profile.
    pub name: String,
    /// Gender.
    pub gender: Gender,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// The Aadhaar number. A child, and somebody who only declared an ABHA address, has none.
    pub aadhaar: Option<AadhaarNumber>,
    /// A virtual id that stands for the Aadhaar number. UIDAI's are random; here it is `9999`
    /// before the first eleven digits of the Aadhaar number, and a check digit.
    pub vid: Option<VirtualId>,
    /// The mobile number that Aadhaar knows, or the one that the person gave.
    pub mobile: MobileNumber,
    /// The ABHA number, once there is one.
    pub abha_number: Option<AbhaNumber>,
    /// The preferred ABHA address, once there is one.
    pub abha_address: Option<AbhaAddress>,
    /// What is special: deactivated, a child, linked with a benefit programme …
    pub note: Option<&'static str>,
}

/// A person to add to the sandbox.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PatientDetails {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Gender.
    pub gender: Gender,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// The Aadhaar number.
    pub aadhaar: AadhaarNumber,
    /// The mobile number that Aadhaar knows.
    pub mobile: MobileNumber,
    /// The name of the ABHA address, for a person who has an ABHA number already.
    pub abha_name: Option<String>,
}

impl PatientDetails {
    /// A person without ABHA number.
    pub fn new(
        (first_name, last_name): (impl Into<String>, impl Into<String>),
        gender: Gender,
        date_of_birth: NaiveDate,
        aadhaar: AadhaarNumber,
        mobile: MobileNumber,
    ) -> Self {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            gender,
            date_of_birth,
            aadhaar,
            mobile,
            abha_name: None,
        }
    }

    /// The same with an ABHA number and the address `name@sbx`.
    #[must_use]
    pub fn with_abha(mut self, name: impl Into<String>) -> Self {
        self.abha_name = Some(name.into());
        self
    }
}
