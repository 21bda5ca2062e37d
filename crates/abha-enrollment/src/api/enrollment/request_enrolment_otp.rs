//! `RequestEnrolmentOtp`.

use crate::api::otp::{OtpRequest, OtpSent};

abdm_core::endpoint! {
    /// Send an OTP: to the mobile number that Aadhaar knows, to begin an enrolment; or to another
    /// mobile number or e-mail address, to link it. Each call sends a message to a person's phone.
    pub RequestEnrolmentOtp {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/request/otp",
        auth: Session,
        request: OtpRequest,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: Enrol,
        source: "m1-abha.md 6.1, 6.2, 6.5",
    }
}
