//! Giving a proof: `authData` by OTP, and what comes back.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use serde::{Deserialize, Serialize};

use super::fields::{SeenAbhaNumber, maybe_id, seen, word};
use super::token::{IssuedToken, IssuedTokens, maybe_token};
use super::vocabulary::{AuthMethod, AuthResult, Scope};
use crate::encryption::{AbhaKey, Encrypted, KeyFamily};

/// Verify an OTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
#[non_exhaustive]
pub struct OtpVerification<K: KeyFamily = AbhaKey> {
    /// The scope of the request that sent the OTP.
    pub scope: Vec<Scope>,
    /// The OTP.
    pub auth_data: OtpAuthData<K>,
}

impl<K: KeyFamily> OtpVerification<K> {
    /// A verification of this OTP.
    #[must_use]
    pub fn new(scope: Vec<Scope>, otp: OtpProof<K>) -> Self {
        Self { scope, auth_data: OtpAuthData { auth_methods: vec![AuthMethod::Otp], otp } }
    }
}

/// `authData` with an OTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
#[non_exhaustive]
pub struct OtpAuthData<K: KeyFamily = AbhaKey> {
    /// `["otp"]`.
    pub auth_methods: Vec<AuthMethod>,
    /// The OTP.
    pub otp: OtpProof<K>,
}

/// An OTP and its transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
#[non_exhaustive]
pub struct OtpProof<K: KeyFamily = AbhaKey> {
    /// When it was typed, `YYYY-MM-DD HH:mm:ss` in India's time. Optional everywhere; the
    /// documents' samples have it on the enrolment's mobile step only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_stamp: Option<String>,
    /// The transaction of the request that sent it.
    pub txn_id: TxnId,
    /// The six digits, encrypted.
    pub otp_value: Encrypted<K>,
}

impl<K: KeyFamily> OtpProof<K> {
    /// This OTP of this transaction.
    #[must_use]
    pub const fn new(txn_id: TxnId, otp_value: Encrypted<K>) -> Self {
        Self { time_stamp: None, txn_id, otp_value }
    }

    /// The same with the time at which it was typed.
    #[must_use]
    pub fn typed_at(mut self, text: String) -> Self {
        self.time_stamp = Some(text);
        self
    }
}

/// Whether the proof was accepted, without a token.
///
/// A refusal comes with status 200 and `authResult: "failed"`; the client turns it into an error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OtpVerified {
    /// The transaction; may be absent on a refusal.
    #[serde(with = "maybe_id", default, skip_serializing_if = "Option::is_none")]
    pub txn_id: Option<TxnId>,
    /// The outcome.
    #[serde(deserialize_with = "word", default)]
    pub auth_result: Option<AuthResult>,
    /// ABDM's text.
    #[serde(default)]
    pub message: Option<String>,
    /// The accounts that it concerns.
    #[serde(with = "lenient::list", default)]
    pub accounts: Vec<AccountReference>,
    /// Tokens, which the documents have not here; they prove a success as well as `auth_result`
    /// (rulings.md 42).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<IssuedTokens>,
    /// The same, flat.
    #[serde(deserialize_with = "maybe_token", default, skip_serializing)]
    pub token: Option<IssuedToken>,
}

impl OtpVerified {
    /// An answer, as the sandbox makes it.
    #[must_use]
    pub fn new(
        txn_id: Option<TxnId>,
        result: AuthResult,
        message: impl Into<String>,
        accounts: Vec<AccountReference>,
    ) -> Self {
        Self {
            txn_id,
            auth_result: Some(result),
            message: Some(message.into()),
            accounts,
            tokens: None,
            token: None,
        }
    }

    /// Whether it brought a token.
    #[must_use]
    pub const fn brings_token(&self) -> bool {
        self.tokens.is_some() || self.token.is_some()
    }

    /// The numbers of the accounts that it concerns, as far as they are told.
    pub(crate) fn listed(&self) -> impl Iterator<Item = Option<&SeenAbhaNumber>> {
        self.accounts.iter().map(|account| account.abha_number.as_ref())
    }
}

/// An account by its number alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountReference {
    /// The ABHA number.
    #[serde(deserialize_with = "seen", rename = "ABHANumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
}

impl AccountReference {
    /// This account.
    #[must_use]
    pub fn new(abha_number: impl Into<SeenAbhaNumber>) -> Self {
        Self { abha_number: Some(abha_number.into()) }
    }
}
