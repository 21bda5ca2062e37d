//! `VerifyChange`.

use crate::api::auth::OtpVerified;
use crate::api::proof::ProofRequest;

abdm_core::endpoint! {
    /// Confirm a change by OTP or password. Deletion, deactivation, password and e-mail changes are
    /// in the documents of 2025 and absent from NHA's interface description of September 2026.
    pub VerifyChange {
        method: POST,
        family: Abha,
        path: "/v3/profile/account/verify",
        auth: SessionAndUser,
        request: ProofRequest,
        response: OtpVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: Account,
        source: "m1-abha.md 9",
    }
}
