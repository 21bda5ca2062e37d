//! `OnConfirmAuth`.

use abdm_core::headers::HipHeaders;
use abdm_core::secret::LinkToken;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize, Serializer};

use super::{KycPatient, ProofReply};

abdm_core::endpoint! {
    /// Whether the proof was good, and what it gives.
    pub OnConfirmAuth {
        method: POST,
        family: Bridge,
        path: "/v0.5/users/auth/on-confirm",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: AuthReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// What a proof gives, or why it gives nothing.
pub type AuthReply = ProofReply<AuthGrant>;

/// What a proof gives, by its purpose: an access token (`LINK`), the profile (`KYC`), or both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthGrant {
    /// The right to link care contexts.
    #[serde(default, serialize_with = "exposed", skip_serializing_if = "Option::is_none")]
    pub access_token: Option<LinkToken>,
    /// The patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<KycPatient>,
}

impl AuthGrant {
    /// This token and this profile.
    #[must_use]
    pub const fn new(access_token: Option<LinkToken>, patient: Option<KycPatient>) -> Self {
        Self { access_token, patient }
    }
}

pub(super) fn exposed<S: Serializer>(
    token: &Option<LinkToken>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match token {
        Some(token) => serializer.serialize_str(token.expose()),
        None => serializer.serialize_none(),
    }
}
