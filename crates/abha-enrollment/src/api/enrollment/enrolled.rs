//! What `EnrolByAadhaar` answers.

mod told;

use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, AbhaNumber, BirthDate};
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use self::told::Told;
use crate::api::fields::{
    Personal, SeenAbhaNumber, add, addresses, birth_date, flag, gender, maybe_id, seen, word,
};
use crate::api::token::IssuedTokens;
use crate::api::vocabulary::{AbhaStatus, AbhaType};

/// The answer: one shape for all proofs but the demographic one, whose answer is flat.
///
/// Neither hides the other: what stands beside the block `ABHAProfile` fills what is missing
/// inside, and an ABHA number that stands anywhere in the answer is the account's
/// ([`EnrolledAccount::abha_number`]).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum EnrolmentReply {
    /// The account, with its profile in a block of its own.
    Account(Box<EnrolledAccount>),
    /// The answer to a demographic proof.
    Demographic(Box<DemographicReply>),
}

impl Serialize for EnrolmentReply {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Account(account) => account.serialize(serializer),
            Self::Demographic(reply) => reply.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for EnrolmentReply {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Told::deserialize(deserializer).map(Self::from)
    }
}

/// An account that was created, or found.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnrolledAccount {
    /// ABDM's text: `Account created successfully`, `This account already exist`.
    #[serde(default)]
    pub message: Option<String>,
    /// The transaction for the steps that follow.
    #[serde(with = "maybe_id", default)]
    pub txn_id: Option<TxnId>,
    /// The person's tokens.
    #[serde(default)]
    pub tokens: Option<IssuedTokens>,
    /// The person.
    #[serde(rename = "ABHAProfile", default)]
    pub profile: Option<EnrolledProfile>,
    /// `false`: the account existed before.
    #[serde(with = "flag", default)]
    pub is_new: Option<bool>,
}

impl EnrolledAccount {
    /// An answer, as the sandbox makes it.
    pub fn new(
        message: impl Into<String>,
        txn_id: TxnId,
        tokens: IssuedTokens,
        profile: EnrolledProfile,
        is_new: bool,
    ) -> Self {
        Self {
            message: Some(message.into()),
            txn_id: Some(txn_id),
            tokens: Some(tokens),
            profile: Some(profile),
            is_new: Some(is_new),
        }
    }

    /// The ABHA number, when all of it stands in the answer: in the profile, beside it, or in the
    /// one account that is listed. The one place where it is looked for.
    #[must_use]
    pub fn abha_number(&self) -> Option<&AbhaNumber> {
        self.profile.as_ref()?.abha_number.as_ref()?.whole()
    }
}

/// `ABHAProfile`: the person as the enrolment shows them. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnrolledProfile {
    /// First name.
    #[serde(default)]
    pub first_name: Option<Personal>,
    /// Middle name; often empty.
    #[serde(default)]
    pub middle_name: Option<Personal>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<Personal>,
    /// Whole name, which the documents have beside this block only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// Date of birth, `26-06-1999`; may be unpadded (`18-6-1995`) or a year alone.
    /// [`birth_date`](Self::birth_date) reads it.
    #[serde(default)]
    pub dob: Option<Personal>,
    /// Day of birth, where the answer has the date in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_of_birth: Option<Personal>,
    /// Month of birth, where the answer has the date in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_of_birth: Option<Personal>,
    /// Year of birth, where the answer has the date in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year_of_birth: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// The photo, base64 of a JPEG.
    #[serde(default)]
    pub photo: Option<Personal>,
    /// The linked mobile number, masked (`******3210`) or not. `None`: none is linked yet.
    #[serde(default)]
    pub mobile: Option<Personal>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<Personal>,
    /// ABHA addresses with their suffix; the first is the preferred one.
    #[serde(deserialize_with = "addresses", default)]
    pub phr_address: Vec<Personal>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<Personal>,
    /// LGD code of the district.
    #[serde(default)]
    pub district_code: Option<Personal>,
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Option<Personal>,
    /// Postal code. Here `pinCode`; the profile spells it `pincode`.
    #[serde(alias = "pincode", default)]
    pub pin_code: Option<Personal>,
    /// Adult or child.
    #[serde(default)]
    pub abha_type: Option<AbhaType>,
    /// State.
    #[serde(default)]
    pub state_name: Option<Personal>,
    /// District.
    #[serde(default)]
    pub district_name: Option<Personal>,
    /// The ABHA number.
    #[serde(deserialize_with = "seen", rename = "ABHANumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// Its state.
    #[serde(deserialize_with = "word", default)]
    pub abha_status: Option<AbhaStatus>,
}

impl EnrolledProfile {
    /// The preferred ABHA address, when it is one.
    #[must_use]
    pub fn preferred_address(&self) -> Option<AbhaAddress> {
        self.phr_address.first()?.as_str().parse().ok()
    }

    /// The date of birth, as far as it is told. Text and parts stay as they came.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        birth_date([&self.day_of_birth, &self.month_of_birth, &self.year_of_birth], &self.dob)
    }
}

/// The flat answer to a demographic proof (m1-abha.md 6.6). Every field may be absent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DemographicReply {
    /// The ABHA number.
    #[serde(deserialize_with = "seen", default)]
    pub health_id_number: Option<SeenAbhaNumber>,
    /// The ABHA address.
    #[serde(default)]
    pub health_id: Option<Personal>,
    /// All ABHA addresses, which the documents have not here.
    #[serde(deserialize_with = "addresses", default, skip_serializing_if = "Vec::is_empty")]
    pub phr_address: Vec<Personal>,
    /// Mobile number.
    #[serde(default)]
    pub mobile: Option<Personal>,
    /// First name.
    #[serde(default)]
    pub first_name: Option<Personal>,
    /// Middle name.
    #[serde(default)]
    pub middle_name: Option<Personal>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<Personal>,
    /// Whole name.
    #[serde(default)]
    pub name: Option<Personal>,
    /// Date of birth, which the documents have in parts here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dob: Option<Personal>,
    /// The photo, which the documents have not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Personal>,
    /// E-mail address, which the documents have not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal>,
    /// Adult or child, which the documents have not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abha_type: Option<AbhaType>,
    /// Year of birth.
    #[serde(default)]
    pub year_of_birth: Option<Personal>,
    /// Day of birth.
    #[serde(default)]
    pub day_of_birth: Option<Personal>,
    /// Month of birth.
    #[serde(default)]
    pub month_of_birth: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Option<Personal>,
    /// LGD code of the district.
    #[serde(default)]
    pub district_code: Option<Personal>,
    /// Postal code.
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
    /// Whether the identity is proved.
    #[serde(with = "flag", default)]
    pub kyc_verified: Option<bool>,
    /// The person's tokens.
    #[serde(default)]
    pub jwt_response: Option<IssuedTokens>,
    /// The transaction, which the documents have not here.
    #[serde(with = "maybe_id", default, skip_serializing_if = "Option::is_none")]
    pub txn_id: Option<TxnId>,
    /// ABDM's text, which the documents have not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The account's state.
    #[serde(deserialize_with = "word", default)]
    pub status: Option<AbhaStatus>,
    /// `false`: the account existed before. Here `new`, elsewhere `isNew`.
    #[serde(with = "flag", default)]
    pub new: Option<bool>,
}

/// The flat answer in the shape of the others.
impl From<DemographicReply> for EnrolledAccount {
    fn from(reply: DemographicReply) -> Self {
        let mut phr_address: Vec<Personal> = reply.health_id.into_iter().collect();
        add(&mut phr_address, reply.phr_address);
        let mut profile = EnrolledProfile {
            first_name: reply.first_name,
            middle_name: reply.middle_name,
            last_name: reply.last_name,
            name: reply.name,
            dob: reply.dob,
            photo: reply.photo,
            email: reply.email,
            abha_type: reply.abha_type,
            day_of_birth: reply.day_of_birth,
            month_of_birth: reply.month_of_birth,
            year_of_birth: reply.year_of_birth,
            gender: reply.gender,
            mobile: reply.mobile,
            phr_address,
            address: reply.address,
            district_code: reply.district_code,
            state_code: reply.state_code,
            pin_code: reply.pincode,
            state_name: reply.state_name,
            district_name: reply.district_name,
            abha_number: reply.health_id_number,
            abha_status: reply.status,
        };
        let parts = || profile.birth_date().map(|born| Personal::new(born.to_day_first()));
        let told = profile.dob.clone().filter(|dob| !dob.as_str().trim().is_empty());
        profile.dob = told.or_else(parts);
        Self {
            message: reply.message,
            txn_id: reply.txn_id,
            tokens: reply.jwt_response,
            profile: Some(profile),
            is_new: reply.new,
        }
    }
}
