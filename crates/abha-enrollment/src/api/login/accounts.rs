//! What a verified login answers.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, AbhaNumber, BirthDate};
use abdm_core::secret::RefreshToken;
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, flag, gender, maybe_id, seen, word};
use crate::api::token::{IssuedToken, IssuedTokens, Said, maybe_exposed, maybe_token};
use crate::api::vocabulary::{AbhaStatus, AuthResult, VerificationStatus, VerificationType};

/// The proof was accepted, or (`authResult: "failed"` on 200) refused.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LoginVerified {
    /// The transaction; absent after a password.
    #[serde(with = "maybe_id", default, skip_serializing_if = "Option::is_none")]
    pub txn_id: Option<TxnId>,
    /// The outcome.
    #[serde(deserialize_with = "word", default)]
    pub auth_result: Option<AuthResult>,
    /// ABDM's text.
    #[serde(default)]
    pub message: Option<String>,
    /// The token, of a kind that `refresh_token` tells.
    #[serde(
        serialize_with = "maybe_exposed",
        deserialize_with = "maybe_token",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub token: Option<IssuedToken>,
    /// Its life in seconds.
    #[serde(with = "lenient::integer::option", default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// The token that renews it; not there beside a transfer token.
    #[serde(
        serialize_with = "maybe_exposed",
        deserialize_with = "maybe_token",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub refresh_token: Option<RefreshToken>,
    /// Its life in seconds.
    #[serde(with = "lenient::integer::option", default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_in: Option<i64>,
    /// The tokens in a block of their own, as the PHR families have them.
    #[serde(default, rename = "tokens", skip_serializing_if = "Option::is_none")]
    pub(crate) block: Option<IssuedTokens>,
    /// The accounts. Only a list that is there and empty says that there are none.
    #[serde(with = "lenient::list::option", default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<Account>>,
}

impl LoginVerified {
    /// An answer, as the sandbox makes it.
    pub fn new(
        txn_id: Option<TxnId>,
        result: AuthResult,
        message: impl Into<String>,
        tokens: Option<IssuedTokens>,
        accounts: Vec<Account>,
    ) -> Self {
        let mut this = Self {
            txn_id,
            auth_result: Some(result),
            message: Some(message.into()),
            accounts: Some(accounts),
            ..Self::default()
        };
        if let Some(tokens) = tokens {
            this.token = Some(tokens.token);
            this.expires_in = tokens.expires_in;
            this.refresh_token = tokens.refresh_token;
            this.refresh_expires_in = tokens.refresh_expires_in;
        }
        this
    }

    /// The tokens, which stand flat in this answer or in a block.
    #[must_use]
    pub fn tokens(&self) -> Option<IssuedTokens> {
        let flat = self.token.clone().map(|token| IssuedTokens {
            token,
            expires_in: self.expires_in,
            refresh_token: self.refresh_token.clone(),
            refresh_expires_in: self.refresh_expires_in,
            said: Said::default(),
        });
        flat.or_else(|| self.block.clone())
    }

    /// Whether accounts are listed, and none of them by a whole ABHA number: nothing can be chosen
    /// from such a list.
    #[must_use]
    pub fn lists_masked_numbers_only(&self) -> bool {
        let accounts = self.accounts.as_deref().unwrap_or_default();
        !accounts.is_empty() && accounts.iter().all(|account| account.number().is_none())
    }
}

/// An account, as a login lists it. Only number, address, name and status are always there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Account {
    /// The ABHA number; masked in some lists. A list of enrolment numbers calls it
    /// `enrolmentNumber`. [`whole`](SeenAbhaNumber::whole) gives all of it, to be stored with
    /// [`to_digits`](abdm_core::person::AbhaNumber::to_digits); a screen shows
    /// [`to_text`](SeenAbhaNumber::to_text).
    #[serde(deserialize_with = "seen", rename = "ABHANumber", alias = "enrolmentNumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// The preferred ABHA address.
    #[serde(deserialize_with = "word", default)]
    pub preferred_abha_address: Option<Personal>,
    /// Whole name.
    #[serde(default)]
    pub name: Option<Personal>,
    /// Gender.
    #[serde(deserialize_with = "gender", default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Date of birth, `26-06-1999`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dob: Option<Personal>,
    /// Whether the identity is proved in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_status: Option<VerificationStatus>,
    /// How it was proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_type: Option<VerificationType>,
    /// The account's state.
    #[serde(deserialize_with = "word", default)]
    pub status: Option<AbhaStatus>,
    /// The photo, base64.
    #[serde(default)]
    pub profile_photo: Option<Personal>,
    /// Whether the identity is proved.
    #[serde(with = "flag", default, skip_serializing_if = "Option::is_none")]
    pub kyc_verified: Option<bool>,
    /// Whether the mobile number is verified.
    #[serde(with = "flag", default, skip_serializing_if = "Option::is_none")]
    pub mobile_verified: Option<bool>,
}

impl Account {
    /// An account, as the sandbox lists it.
    pub fn new(
        abha_number: impl Into<SeenAbhaNumber>,
        address: impl Into<Personal>,
        name: impl Into<Personal>,
        status: AbhaStatus,
    ) -> Self {
        Self {
            abha_number: Some(abha_number.into()),
            preferred_abha_address: Some(address.into()),
            name: Some(name.into()),
            status: Some(status),
            ..Self::default()
        }
    }

    /// The ABHA number, when all of it is told.
    #[must_use]
    pub fn number(&self) -> Option<&AbhaNumber> {
        self.abha_number.as_ref()?.whole()
    }

    /// The preferred ABHA address, when it is one.
    #[must_use]
    pub fn preferred_address(&self) -> Option<AbhaAddress> {
        self.preferred_abha_address.as_ref()?.as_str().parse().ok()
    }

    /// The date of birth, as far as it is told.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        BirthDate::read(self.dob.as_ref()?.as_str())
    }
}
