//! `VerifyLogin`.

use super::accounts::LoginVerified;
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::proof::ProofRequest;

abdm_core::endpoint! {
    /// Verify an OTP, password or scan. The answer holds a user's token, or, for a mobile number, a
    /// transfer token and the accounts to choose from. A benefit programme names itself after its
    /// search.
    pub VerifyLogin {
        method: POST,
        family: Abha,
        path: "/v3/profile/login/verify",
        auth: Session,
        headers: ProfileBenefitHeaders,
        request: ProofRequest,
        response: LoginVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: Login,
        source: "m1-abha.md 7.3",
    }
}
