//! `VerifyAbhaAddress`.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::secret::RefreshToken;
use serde::{Deserialize, Serialize};

use crate::api::account::AbhaProfile;
use crate::api::fields::{Personal, SeenAbhaNumber, maybe_id, seen, word};
use crate::api::proof::ProofRequest;
use crate::api::token::{IssuedToken, IssuedTokens, Said, maybe_token};
use crate::api::vocabulary::{AbhaStatus, AuthResult, VerificationStatus};
use crate::encryption::PhrKey;

abdm_core::endpoint! {
    /// Verify an OTP or scan for an ABHA address. The token is good for the PHR families only.
    pub VerifyAbhaAddress {
        method: POST,
        family: AbhaAddressWeb,
        path: "/login/abha/verify",
        auth: Session,
        request: ProofRequest<PhrKey>,
        response: AddressVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: WebLogin,
        source: "m1-abha.md 8",
    }
}

/// The proof was accepted, or (`authResult: "failed"` on 200) refused. One form for every
/// verification of both PHR families: address, enrolment, login and change of profile.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Wire")]
#[non_exhaustive]
pub struct AddressVerified {
    /// The transaction; absent after a password, and mostly after a verification of an address.
    #[serde(with = "maybe_id", skip_serializing_if = "Option::is_none")]
    pub txn_id: Option<TxnId>,
    /// ABDM's text.
    pub message: Option<String>,
    /// The outcome.
    pub auth_result: Option<AuthResult>,
    /// The addresses and their owner: one after an address was proved, all that a mobile number, an
    /// e-mail address or an ABHA number has after one of these was. Where the answer has none,
    /// those of `accounts` that name an address.
    pub users: Vec<AddressUser>,
    /// The person as their ABHA number knows them; after an ABHA number or Aadhaar was proved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AbhaProfile>,
    /// Which of the addresses the person prefers; after Aadhaar was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_abha_address: Option<Personal>,
    /// The tokens; here in a block of their own, read flat as well. Without a refresh token it is a
    /// transfer token, for the choice among the addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<IssuedTokens>,
}

/// The answer as it stands on the wire.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    #[serde(with = "maybe_id")]
    txn_id: Option<TxnId>,
    message: Option<String>,
    #[serde(deserialize_with = "word")]
    auth_result: Option<AuthResult>,
    #[serde(with = "lenient::list::option")]
    users: Option<Vec<AddressUser>>,
    #[serde(with = "lenient::list")]
    accounts: Vec<AbhaProfile>,
    #[serde(deserialize_with = "word")]
    preferred_abha_address: Option<Personal>,
    #[serde(alias = "jwtResponse")]
    tokens: Option<IssuedTokens>,
    #[serde(deserialize_with = "maybe_token")]
    token: Option<IssuedToken>,
    #[serde(with = "lenient::integer::option")]
    expires_in: Option<i64>,
    #[serde(deserialize_with = "maybe_token")]
    refresh_token: Option<RefreshToken>,
    #[serde(with = "lenient::integer::option")]
    refresh_expires_in: Option<i64>,
}

impl From<Wire> for AddressVerified {
    fn from(wire: Wire) -> Self {
        let flat = wire.token.map(|token| IssuedTokens {
            token,
            expires_in: wire.expires_in,
            refresh_token: wire.refresh_token,
            refresh_expires_in: wire.refresh_expires_in,
            said: Said::default(),
        });
        let users = wire
            .users
            .unwrap_or_else(|| wire.accounts.iter().filter_map(AddressUser::of_account).collect());
        Self {
            txn_id: wire.txn_id,
            message: wire.message,
            auth_result: wire.auth_result,
            users,
            accounts: wire.accounts,
            preferred_abha_address: wire.preferred_abha_address,
            tokens: wire.tokens.or(flat),
        }
    }
}

impl AddressVerified {
    /// An answer, as the sandbox makes it.
    pub fn new(
        result: AuthResult,
        message: impl Into<String>,
        users: Vec<AddressUser>,
        tokens: Option<IssuedTokens>,
    ) -> Self {
        Self {
            txn_id: None,
            message: Some(message.into()),
            auth_result: Some(result),
            users,
            tokens,
            ..Self::default()
        }
    }
}

/// An ABHA address and its owner. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddressUser {
    /// The address.
    #[serde(deserialize_with = "word", default)]
    pub abha_address: Option<Personal>,
    /// Whole name.
    #[serde(default)]
    pub full_name: Option<Personal>,
    /// The photo, base64.
    #[serde(default)]
    pub profile_photo: Option<Personal>,
    /// The ABHA number, if one is linked.
    #[serde(deserialize_with = "seen", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// The address's state.
    #[serde(deserialize_with = "word", default)]
    pub status: Option<AbhaStatus>,
    /// Whether the identity is proved: `VERIFIED` or `PENDING`.
    #[serde(default)]
    pub kyc_status: Option<VerificationStatus>,
}

impl AddressUser {
    /// The address of an account, if it names one.
    fn of_account(account: &AbhaProfile) -> Option<Self> {
        Some(Self {
            abha_address: Some(account.preferred_abha_address.clone()?),
            full_name: account.name.clone(),
            profile_photo: account.profile_photo.clone(),
            abha_number: account.abha_number.clone(),
            status: account.status.clone(),
            kyc_status: account.verification_status.clone(),
        })
    }

    /// The address, when it is one.
    #[must_use]
    pub fn address(&self) -> Option<AbhaAddress> {
        self.abha_address.as_ref()?.as_str().parse().ok()
    }
}
