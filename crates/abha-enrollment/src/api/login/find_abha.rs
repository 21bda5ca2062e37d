//! `FindAbha`.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::api::fields::{Personal, SeenAbhaNumber, flag_text, gender, maybe_id, seen};
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::vocabulary::{AuthOption, Scope};
use crate::encryption::{AbhaKey, Encrypted};

abdm_core::endpoint! {
    /// List the ABHA numbers of a mobile number, masked. Sends no OTP: one of them is then proved
    /// by its place in the list.
    pub FindAbha {
        method: POST,
        family: Abha,
        path: "/v3/profile/account/abha/search",
        auth: Session,
        headers: ProfileBenefitHeaders,
        request: FindAbhaRequest,
        response: FoundAccounts,
        success: OK,
        replay: Safe,
        errors: Login,
        source: "m1-abha.md 7.5",
    }
}

/// Which mobile number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FindAbhaRequest {
    /// `["search-abha"]`.
    pub scope: Vec<Scope>,
    /// The mobile number, encrypted. The one place where a field of this name is.
    pub mobile: Encrypted<AbhaKey>,
}

impl FindAbhaRequest {
    /// A search for this mobile number.
    #[must_use]
    pub fn new(mobile: Encrypted<AbhaKey>) -> Self {
        Self { scope: vec![Scope::SearchAbha], mobile }
    }
}

/// The answer: a list with one page in it. `[]` says that there are no accounts; an answer that
/// says nothing (`null`, `[{}]`) is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FoundAccounts(#[serde(deserialize_with = "told_pages")] pub Vec<FoundPage>);

fn told_pages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<FoundPage>, D::Error> {
    let pages = lenient::list::option::deserialize(deserializer)?;
    pages.ok_or_else(|| de::Error::custom("expected a list of accounts"))
}

/// The accounts, and the transaction in which one of them may be proved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundPage {
    /// The transaction.
    #[serde(with = "maybe_id", default)]
    pub txn_id: Option<TxnId>,
    /// The accounts. Only a list that is there and empty says that there are none.
    #[serde(rename = "ABHA", with = "lenient::list::option", default)]
    pub accounts: Option<Vec<FoundAbha>>,
}

impl FoundPage {
    /// A page, as the sandbox makes it.
    #[must_use]
    pub const fn new(txn_id: TxnId, accounts: Vec<FoundAbha>) -> Self {
        Self { txn_id: Some(txn_id), accounts: Some(accounts) }
    }
}

/// One account that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundAbha {
    /// Its place, from 1. Without it the account cannot be proved from this list: another way to
    /// prove it is needed.
    #[serde(with = "lenient::integer::option", default)]
    pub index: Option<i64>,
    /// The number, masked but for the last two digits.
    #[serde(deserialize_with = "seen", rename = "ABHANumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// Name.
    #[serde(default)]
    pub name: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default)]
    pub gender: Option<Gender>,
    /// Whether the identity is proved. A text on the wire.
    #[serde(with = "flag_text", default)]
    pub kyc_verified: Option<bool>,
    /// How the account may be proved.
    #[serde(with = "lenient::list", default)]
    pub auth_methods: Vec<AuthOption>,
}

impl FoundAbha {
    /// An account, as the sandbox lists it.
    #[must_use]
    pub const fn new(index: i64, abha_number: SeenAbhaNumber, name: Personal) -> Self {
        Self {
            index: Some(index),
            abha_number: Some(abha_number),
            name: Some(name),
            gender: None,
            kyc_verified: None,
            auth_methods: Vec::new(),
        }
    }
}
