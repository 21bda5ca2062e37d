//! `OnInitAuth`.

use abdm_core::headers::HipHeaders;
use abdm_core::id::TransactionId;
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AuthMode, ProofReply};
use crate::api::readable;

abdm_core::endpoint! {
    /// What the patient must do to prove themselves.
    pub OnInitAuth {
        method: POST,
        family: Bridge,
        path: "/v0.5/users/auth/on-init",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: AuthInitReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// What is to be done, or why nothing can be.
pub type AuthInitReply = ProofReply<AuthChallenge>;

/// A proof that is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthChallenge {
    /// The transaction, which the proof names.
    pub transaction_id: TransactionId,
    /// How the patient proves themselves: what was asked for, as a rule.
    pub mode: AuthMode,
    /// Where the OTP went, and how long there is time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<AuthMeta>,
}

impl AuthChallenge {
    /// A proof in this way, within this time.
    #[must_use]
    pub const fn new(transaction_id: TransactionId, mode: AuthMode, meta: AuthMeta) -> Self {
        Self { transaction_id, mode, meta: Some(meta) }
    }
}

/// Where an OTP went, and how long there is time. What cannot be read counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthMeta {
    /// Where the OTP went: the end of the mobile number, say.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Until when the proof is taken.
    #[serde(with = "lenient::instant::option", default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<DateTime<Utc>>,
}

impl AuthMeta {
    /// This hint, until this instant.
    #[must_use]
    pub const fn new(hint: Option<String>, expiry: DateTime<Utc>) -> Self {
        Self { hint, expiry: Some(expiry) }
    }
}
