//! `EnrolAbhaAddress`.

use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, BirthDate};
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use crate::api::fields::{
    Personal, add, addresses, birth_date, gender, is_whole_address, maybe_id, word,
};
use crate::api::token::IssuedTokens;
use crate::encryption::{Encrypted, PhrKey};

abdm_core::endpoint! {
    /// Create an ABHA address for a mobile number that was proved. Taken: 400 with ABDM-9999 or
    /// ABDM-1101, "This ABHA Address already exists".
    pub EnrolAbhaAddress {
        method: POST,
        family: AbhaAddressWeb,
        path: "/enrollment/abha/enrol",
        auth: Session,
        request: EnrolAddressRequest,
        response: AddressEnrolled,
        success: OK,
        replay: Never,
        errors: WebAddress,
        source: "m1-abha.md 8, 11",
    }
}

/// Who the new address is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnrolAddressRequest {
    /// The transaction of the verification.
    pub txn_id: TxnId,
    /// The person.
    pub phr_details: NewAddressDetails,
}

impl EnrolAddressRequest {
    /// An enrolment in this transaction.
    #[must_use]
    pub const fn new(txn_id: TxnId, phr_details: NewAddressDetails) -> Self {
        Self { txn_id, phr_details }
    }
}

/// A person with a new address. Only mobile number and password are encrypted; what is not known of
/// the others is sent as a blank, as the samples do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewAddressDetails {
    /// The mobile number that was proved.
    pub mobile: Encrypted<PhrKey>,
    /// First name.
    pub first_name: Personal,
    /// Middle name.
    #[serde(default)]
    pub middle_name: Personal,
    /// Last name.
    #[serde(default)]
    pub last_name: Personal,
    /// Day of birth, without a leading zero.
    #[serde(default)]
    pub day_of_birth: Personal,
    /// Month of birth, without a leading zero.
    #[serde(default)]
    pub month_of_birth: Personal,
    /// Year of birth.
    pub year_of_birth: Personal,
    /// Gender.
    pub gender: Gender,
    /// E-mail address.
    #[serde(default)]
    pub email: Personal,
    /// The photo, base64.
    #[serde(default)]
    pub profile_photo: Personal,
    /// Postal address.
    #[serde(default)]
    pub address: Personal,
    /// State.
    #[serde(default)]
    pub state_name: Personal,
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Personal,
    /// District.
    #[serde(default)]
    pub district_name: Personal,
    /// LGD code of the district.
    #[serde(default)]
    pub district_code: Personal,
    /// Postal code.
    #[serde(alias = "pincode", default)]
    pub pin_code: Personal,
    /// The new address, with its suffix.
    pub abha_address: Personal,
    /// The password for logins by address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Encrypted<PhrKey>>,
}

impl NewAddressDetails {
    /// The least that is to be told; the other fields are blank.
    #[must_use]
    pub fn new(
        abha_address: &AbhaAddress,
        mobile: Encrypted<PhrKey>,
        first_name: Personal,
        year_of_birth: Personal,
        gender: Gender,
    ) -> Self {
        Self {
            mobile,
            first_name,
            middle_name: Personal::default(),
            last_name: Personal::default(),
            day_of_birth: Personal::default(),
            month_of_birth: Personal::default(),
            year_of_birth,
            gender,
            email: Personal::default(),
            profile_photo: Personal::default(),
            address: Personal::default(),
            state_name: Personal::default(),
            state_code: Personal::default(),
            district_name: Personal::default(),
            district_code: Personal::default(),
            pin_code: Personal::default(),
            abha_address: Personal::new(abha_address.as_str()),
            password: None,
        }
    }
}

/// The address exists. It is in the block, wherever it stood in the answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Told")]
#[non_exhaustive]
pub struct AddressEnrolled {
    /// The transaction.
    #[serde(with = "maybe_id", skip_serializing_if = "Option::is_none")]
    pub txn_id: Option<TxnId>,
    /// ABDM's text.
    pub message: Option<String>,
    /// The person.
    pub phr_details: Option<EnrolledAddress>,
    /// The tokens; some answers have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<IssuedTokens>,
}

/// The answer as it stands on the wire: the block, and addresses beside it or without it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Told {
    #[serde(with = "maybe_id")]
    txn_id: Option<TxnId>,
    message: Option<String>,
    phr_details: Option<EnrolledAddress>,
    tokens: Option<IssuedTokens>,
    #[serde(deserialize_with = "addresses")]
    abha_address: Vec<Personal>,
    #[serde(deserialize_with = "word")]
    preferred_abha_address: Option<Personal>,
    #[serde(deserialize_with = "addresses")]
    phr_address: Vec<Personal>,
}

impl From<Told> for AddressEnrolled {
    fn from(told: Told) -> Self {
        let Told { txn_id, message, mut phr_details, tokens, .. } = told;
        let beside: Vec<Personal> = told
            .abha_address
            .into_iter()
            .chain(told.preferred_abha_address)
            .chain(told.phr_address)
            .filter(is_whole_address)
            .collect();
        if !beside.is_empty() {
            add(&mut phr_details.get_or_insert_default().abha_address, beside);
        }
        Self { txn_id, message, phr_details, tokens }
    }
}

impl AddressEnrolled {
    /// An answer, as the sandbox makes it.
    pub fn new(
        txn_id: TxnId,
        message: impl Into<String>,
        phr_details: EnrolledAddress,
        tokens: Option<IssuedTokens>,
    ) -> Self {
        Self {
            txn_id: Some(txn_id),
            message: Some(message.into()),
            phr_details: Some(phr_details),
            tokens,
        }
    }
}

/// The person whose address was created. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnrolledAddress {
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
    pub full_name: Option<Personal>,
    /// Day of birth.
    #[serde(default)]
    pub day_of_birth: Option<Personal>,
    /// Month of birth.
    #[serde(default)]
    pub month_of_birth: Option<Personal>,
    /// Year of birth.
    #[serde(default)]
    pub year_of_birth: Option<Personal>,
    /// Date of birth, `26-06-1999`.
    #[serde(default)]
    pub date_of_birth: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<Personal>,
    /// Mobile number, masked or not.
    #[serde(default)]
    pub mobile: Option<Personal>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<Personal>,
    /// State.
    #[serde(default)]
    pub state_name: Option<Personal>,
    /// LGD code of the state.
    #[serde(default)]
    pub state_code: Option<Personal>,
    /// District.
    #[serde(default)]
    pub district_name: Option<Personal>,
    /// LGD code of the district.
    #[serde(default)]
    pub district_code: Option<Personal>,
    /// Postal code.
    #[serde(alias = "pincode", default)]
    pub pin_code: Option<Personal>,
    /// The person's addresses, the new one among them: here a list.
    #[serde(deserialize_with = "addresses", default)]
    pub abha_address: Vec<Personal>,
}

impl EnrolledAddress {
    /// The date of birth, as far as it is told. The parts stay as they came.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        let parts = [&self.day_of_birth, &self.month_of_birth, &self.year_of_birth];
        birth_date(parts, &self.date_of_birth)
    }
}
