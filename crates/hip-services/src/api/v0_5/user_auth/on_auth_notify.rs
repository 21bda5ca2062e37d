//! `OnAuthNotify`.

use abdm_core::headers::HipHeaders;
use abdm_core::id::TransactionId;
use abdm_core::lenient;
use abdm_core::secret::LinkToken;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::on_confirm_auth::exposed;
use super::{AuthPurpose, AuthRequester, AuthStatus, KycPatient};

abdm_core::endpoint! {
    /// The patient has decided in their own app. To be answered by
    /// [`AcknowledgeAuth`](super::AcknowledgeAuth).
    pub OnAuthNotify {
        method: POST,
        family: Bridge,
        path: "/v0.5/users/auth/notify",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: AuthNotice,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// The envelope of a decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthNotice {
    /// The decision.
    pub auth: AuthDecision,
}

impl From<AuthDecision> for AuthNotice {
    fn from(auth: AuthDecision) -> Self {
        Self { auth }
    }
}

/// What a patient has decided, and what that gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthDecision {
    /// The transaction of the answer to the init.
    pub transaction_id: TransactionId,
    /// The decision.
    #[serde(deserialize_with = "lenient::any_case::deserialize")]
    pub status: AuthStatus,
    /// The right to link care contexts.
    #[serde(default, serialize_with = "exposed", skip_serializing_if = "Option::is_none")]
    pub access_token: Option<LinkToken>,
    /// How long, and how often, the token is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<TokenValidity>,
    /// The patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<KycPatient>,
}

impl AuthDecision {
    /// The patient has decided so.
    #[must_use]
    pub const fn new(transaction_id: TransactionId, status: AuthStatus) -> Self {
        Self { transaction_id, status, access_token: None, validity: None, patient: None }
    }
}

/// What an access token is good for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenValidity {
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<AuthPurpose>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<AuthRequester>,
    /// Until when.
    #[serde(with = "lenient::instant::option", default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<DateTime<Utc>>,
    /// For how many calls.
    #[serde(with = "lenient::integer::option", default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}
