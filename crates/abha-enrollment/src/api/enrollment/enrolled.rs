//! What `EnrolByAadhaar` answers.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, flag, maybe_id};
use crate::api::token::IssuedTokens;
use crate::api::vocabulary::{AbhaStatus, AbhaType};

/// The answer: one shape for all proofs but the demographic one, whose answer is flat.
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
        use serde::de::Error as _;
        let value = serde_json::Value::deserialize(deserializer)?;
        let flat = value.get("healthIdNumber").is_some() || value.get("jwtResponse").is_some();
        if flat {
            serde_json::from_value(value).map(Self::Demographic).map_err(D::Error::custom)
        } else {
            serde_json::from_value(value).map(Self::Account).map_err(D::Error::custom)
        }
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
    /// Date of birth, `26-06-1999`; may be unpadded (`18-6-1995`).
    #[serde(default)]
    pub dob: Option<Personal>,
    /// Gender.
    #[serde(default)]
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
    #[serde(with = "lenient::list", default)]
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
    #[serde(rename = "ABHANumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// Its state.
    #[serde(default)]
    pub abha_status: Option<AbhaStatus>,
}

impl EnrolledProfile {
    /// The preferred ABHA address, when it is one.
    #[must_use]
    pub fn preferred_address(&self) -> Option<AbhaAddress> {
        self.phr_address.first()?.as_str().parse().ok()
    }
}

/// The flat answer to a demographic proof (m1-abha.md 6.6). Every field may be absent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DemographicReply {
    /// The ABHA number.
    #[serde(default)]
    pub health_id_number: Option<SeenAbhaNumber>,
    /// The ABHA address.
    #[serde(default)]
    pub health_id: Option<Personal>,
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
    #[serde(default)]
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
    /// The account's state.
    #[serde(default)]
    pub status: Option<AbhaStatus>,
    /// `false`: the account existed before. Here `new`, elsewhere `isNew`.
    #[serde(with = "flag", default)]
    pub new: Option<bool>,
}

/// The flat answer in the shape of the others.
impl From<DemographicReply> for EnrolledAccount {
    fn from(reply: DemographicReply) -> Self {
        let parts = [&reply.day_of_birth, &reply.month_of_birth, &reply.year_of_birth];
        let parts: Option<Vec<&str>> =
            parts.into_iter().map(|part| part.as_ref().map(Personal::as_str)).collect();
        let profile = EnrolledProfile {
            dob: parts.map(|parts| Personal::new(parts.join("-"))),
            first_name: reply.first_name,
            middle_name: reply.middle_name,
            last_name: reply.last_name,
            gender: reply.gender,
            mobile: reply.mobile,
            phr_address: reply.health_id.into_iter().collect(),
            address: reply.address,
            district_code: reply.district_code,
            state_code: reply.state_code,
            pin_code: reply.pincode,
            state_name: reply.state_name,
            district_name: reply.district_name,
            abha_number: reply.health_id_number,
            abha_status: reply.status,
            ..EnrolledProfile::default()
        };
        Self {
            message: None,
            txn_id: None,
            tokens: reply.jwt_response,
            profile: Some(profile),
            is_new: reply.new,
        }
    }
}
