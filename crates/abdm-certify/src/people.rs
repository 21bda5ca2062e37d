//! Whom and what the cases need: people by their role, phones, papers.

use std::collections::BTreeMap;
use std::fmt;

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abdm_core::vocabulary::Gender;
use abha_enrollment::input::{AbhaAddressName, EmailAddress};
use chrono::NaiveDate;

/// Who somebody is to the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// An adult with an Aadhaar number and a mobile number that Aadhaar knows, without ABHA number.
    WithoutAbha,
    /// A second one.
    AnotherWithoutAbha,
    /// A third one.
    ThirdWithoutAbha,
    /// An adult with Aadhaar number, ABHA number and ABHA address, and a mobile number that nobody
    /// else's ABHA number has.
    AbhaHolder,
    /// One of three people with ABHA numbers and addresses who share one mobile number.
    OfSharedMobile,
    /// Another one of them.
    AnotherOfSharedMobile,
    /// An adult whose ABHA number is linked with a benefit programme.
    Beneficiary,
}

impl Role {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::WithoutAbha => "an adult without ABHA number",
            Self::AnotherWithoutAbha => "a second adult without ABHA number",
            Self::ThirdWithoutAbha => "a third adult without ABHA number",
            Self::AbhaHolder => "the holder of an ABHA number with a phone of their own",
            Self::OfSharedMobile => "one of three holders of ABHA numbers on one phone",
            Self::AnotherOfSharedMobile => "another one of the three on one phone",
            Self::Beneficiary => "the holder of an ABHA number in a benefit programme",
        }
    }
}

/// A person who takes part. Made up in a local sandbox; elsewhere somebody who has agreed to it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Person {
    /// The whole name, as in Aadhaar and in the ABHA profile.
    pub name: String,
    /// Gender.
    pub gender: Gender,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// The mobile number that Aadhaar and, if there is one, the ABHA number have.
    pub mobile: MobileNumber,
    /// The Aadhaar number.
    pub aadhaar: Option<AadhaarNumber>,
    /// The ABHA number, where the person has one.
    pub abha_number: Option<AbhaNumber>,
    /// The preferred ABHA address, where the person has one.
    pub abha_address: Option<AbhaAddress>,
    /// Where the person lives, for creation by demographic data.
    pub home: Option<Home>,
}

impl Person {
    /// A person of whom no more is known than this.
    pub fn new(
        name: impl Into<String>,
        gender: Gender,
        date_of_birth: NaiveDate,
        mobile: MobileNumber,
    ) -> Self {
        Self {
            name: name.into(),
            gender,
            date_of_birth,
            mobile,
            aadhaar: None,
            abha_number: None,
            abha_address: None,
            home: None,
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").finish_non_exhaustive()
    }
}

/// A postal address with the codes of the local government directory.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Home {
    /// House, street, village.
    pub address: String,
    /// The state's name.
    pub state: String,
    /// The state's code in the local government directory.
    pub state_code: String,
    /// The district's name.
    pub district: String,
    /// The district's code in the local government directory.
    pub district_code: String,
    /// The PIN code.
    pub pin_code: String,
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Home").finish_non_exhaustive()
    }
}

/// A driving licence that is on record, with its photos.
#[derive(Clone)]
#[non_exhaustive]
pub struct Licence {
    /// Its number.
    pub number: String,
    /// The owner's first name.
    pub first_name: String,
    /// The owner's last name.
    pub last_name: String,
    /// The owner's date of birth.
    pub date_of_birth: NaiveDate,
    /// The owner's gender.
    pub gender: Gender,
    /// The owner's address.
    pub home: Home,
    /// The front, as an image in base64.
    pub front: String,
    /// The back, as an image in base64.
    pub back: String,
}

impl Licence {
    /// A licence. Names of its owner: first, last. Photos: front, back.
    pub fn new(
        number: impl Into<String>,
        (first_name, last_name): (impl Into<String>, impl Into<String>),
        date_of_birth: NaiveDate,
        gender: Gender,
        home: Home,
        (front, back): (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self {
            number: number.into(),
            first_name: first_name.into(),
            last_name: last_name.into(),
            date_of_birth,
            gender,
            home,
            front: front.into(),
            back: back.into(),
        }
    }
}

impl fmt::Debug for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Licence").finish_non_exhaustive()
    }
}

/// What a place has for its cases. What is absent makes the cases that need it
/// [not possible](crate::Outcome::NotPossible) there.
///
/// ```
/// use abdm_certify::Supplies;
///
/// let mut supplies = Supplies::default();
/// supplies.programme = Some("EXAMPLE-SCHEME".to_owned());
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Supplies {
    /// The people, by role.
    pub people: BTreeMap<Role, Person>,
    /// A mobile number that no ABHA number has, and whose OTPs can be read.
    pub spare_mobile: Option<MobileNumber>,
    /// An e-mail address that no ABHA number has, and whose OTPs can be read.
    pub spare_email: Option<EmailAddress>,
    /// The name of an ABHA address that nobody has.
    pub free_address: Option<AbhaAddressName>,
    /// A well-formed Aadhaar number that is certainly nobody's. Only a made-up world has one: where
    /// ABDM is real, an invented number may be a stranger's, who would be sent an OTP.
    pub nobodys_aadhaar: Option<AadhaarNumber>,
    /// A driving licence.
    pub licence: Option<Licence>,
    /// The benefit programme that this client may speak for.
    pub programme: Option<String>,
}
