//! `VerifyEnrolmentOtp`.

use crate::api::auth::{OtpVerification, OtpVerified};

abdm_core::endpoint! {
    /// Verify the OTP that links another mobile number or e-mail address to a new ABHA number, or
    /// that begins an enrolment by driving licence.
    pub VerifyEnrolmentOtp {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/auth/byAbdm",
        auth: Session,
        request: OtpVerification,
        response: OtpVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: Enrol,
        source: "m1-abha.md 6.2, 6.5",
    }
}
