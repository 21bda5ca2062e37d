//! `EnrolByDocument`.

use abdm_core::id::TxnId;
use abdm_core::person::BirthDate;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use super::enrol_by_aadhaar::AgreedConsent;
use crate::api::fields::{Personal, SeenAbhaNumber, addresses, flag, gender, seen, word};
use crate::api::vocabulary::{AbhaStatus, VerificationStatus};

abdm_core::endpoint! {
    /// Apply for an ABHA number by driving licence. Gives an *enrolment number*, which becomes an
    /// ABHA number when a facility has checked the papers. Fading: absent from NHA's interface
    /// description of September 2026.
    pub EnrolByDocument {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/enrol/byDocument",
        auth: Session,
        request: DocumentEnrolment,
        response: DocumentEnrolled,
        success: OK,
        replay: Never,
        errors: EnrolByDocument,
        source: "m1-abha.md 6.5",
    }
}

/// The document and the person as on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DocumentEnrolment {
    /// The transaction in which the mobile number was proved.
    pub txn_id: TxnId,
    /// `DRIVING_LICENCE`; no other is documented.
    pub document_type: String,
    /// The licence's number.
    pub document_id: Personal,
    /// First name.
    pub first_name: Personal,
    /// Middle name; may be blank.
    #[serde(default)]
    pub middle_name: Personal,
    /// Last name.
    pub last_name: Personal,
    /// Date of birth, year first: `1999-06-26`.
    pub dob: Personal,
    /// Gender.
    pub gender: Gender,
    /// The front, base64 of an image.
    pub front_side_photo: Personal,
    /// The back, base64 of an image.
    pub back_side_photo: Personal,
    /// Postal address.
    pub address: Personal,
    /// State.
    pub state: Personal,
    /// District.
    pub district: Personal,
    /// Postal code.
    pub pin_code: Personal,
    /// Which consent text the person agreed to.
    pub consent: AgreedConsent,
}

impl DocumentEnrolment {
    /// An application by driving licence: its number, the person's name, date of birth (year first)
    /// and gender, both sides of the licence in base64, and where the person lives.
    #[must_use]
    pub fn driving_licence(
        txn_id: TxnId,
        consent: AgreedConsent,
        number: Personal,
        (first_name, last_name): (Personal, Personal),
        (dob, gender): (Personal, Gender),
        (front, back): (Personal, Personal),
        home: Home,
    ) -> Self {
        Self {
            txn_id,
            document_type: "DRIVING_LICENCE".to_owned(),
            document_id: number,
            first_name,
            middle_name: Personal::default(),
            last_name,
            dob,
            gender,
            front_side_photo: front,
            back_side_photo: back,
            address: home.address,
            state: home.state,
            district: home.district,
            pin_code: home.pin_code,
            consent,
        }
    }
}

/// Where an applicant lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Postal address.
    pub address: Personal,
    /// State.
    pub state: Personal,
    /// District.
    pub district: Personal,
    /// Postal code.
    pub pin_code: Personal,
}

/// The application was taken. Its number is in the block, wherever it stood in the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Told")]
#[non_exhaustive]
pub struct DocumentEnrolled {
    /// ABDM's text.
    pub message: Option<String>,
    /// The application. One document writes the key with a capital E; both are read.
    pub enrol_profile: Option<ApplicationProfile>,
    /// `false`: there was one before.
    #[serde(with = "flag")]
    pub is_new: Option<bool>,
}

/// The answer as it stands on the wire: the block, and a number beside it or without it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Told {
    message: Option<String>,
    #[serde(alias = "EnrolProfile")]
    enrol_profile: Option<ApplicationProfile>,
    #[serde(with = "flag")]
    is_new: Option<bool>,
    #[serde(deserialize_with = "seen")]
    enrolment_number: Option<SeenAbhaNumber>,
    enrolment_state: Option<VerificationStatus>,
}

impl From<Told> for DocumentEnrolled {
    fn from(told: Told) -> Self {
        let mut enrol_profile = told.enrol_profile;
        if told.enrolment_number.is_some() {
            let block = enrol_profile.get_or_insert_default();
            let whole = |seen: &Option<SeenAbhaNumber>| {
                seen.as_ref().is_some_and(|seen| seen.whole().is_some())
            };
            // Whole before masked, in the block before beside it.
            if block.enrolment_number.is_none()
                || whole(&told.enrolment_number) && !whole(&block.enrolment_number)
            {
                block.enrolment_number = told.enrolment_number;
            }
            block.enrolment_state = block.enrolment_state.take().or(told.enrolment_state);
        }
        Self { message: told.message, enrol_profile, is_new: told.is_new }
    }
}

/// An application. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplicationProfile {
    /// The enrolment number. It looks like an ABHA number and is none yet.
    #[serde(deserialize_with = "seen", default)]
    pub enrolment_number: Option<SeenAbhaNumber>,
    /// `PROVISIONAL` until the papers are checked.
    #[serde(default)]
    pub enrolment_state: Option<VerificationStatus>,
    /// First name.
    #[serde(default)]
    pub first_name: Option<Personal>,
    /// Middle name.
    #[serde(default)]
    pub middle_name: Option<Personal>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<Personal>,
    /// Date of birth, year first and unpadded: `1999-6-26`.
    #[serde(default)]
    pub dob: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// Mobile number.
    #[serde(default)]
    pub mobile: Option<Personal>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<Personal>,
    /// LGD code of the district.
    #[serde(default)]
    pub district_code: Option<Personal>,
    /// District.
    #[serde(default)]
    pub district: Option<Personal>,
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Option<Personal>,
    /// State.
    #[serde(default)]
    pub state: Option<Personal>,
    /// The account's state.
    #[serde(deserialize_with = "word", default)]
    pub abha_status: Option<AbhaStatus>,
    /// ABHA addresses; mostly `[null]`.
    #[serde(deserialize_with = "addresses", default)]
    pub phr_address: Vec<Personal>,
}

impl ApplicationProfile {
    /// The date of birth, as far as it is told.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        BirthDate::read(self.dob.as_ref()?.as_str())
    }
}
