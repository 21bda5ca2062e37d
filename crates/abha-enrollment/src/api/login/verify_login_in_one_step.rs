//! `VerifyLoginInOneStep`.

use super::accounts::LoginVerified;
use crate::api::proof::ProofRequest;

abdm_core::endpoint! {
    /// Verify an Aadhaar number and a scan at once, without a request before. Version 3.1 of the
    /// path; its production base is not published.
    pub VerifyLoginInOneStep {
        method: POST,
        family: Abha,
        path: "/v3.1/profile/login/verify",
        auth: Session,
        request: ProofRequest,
        response: LoginVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: Login,
        source: "m1-abha.md 7.6",
    }
}
