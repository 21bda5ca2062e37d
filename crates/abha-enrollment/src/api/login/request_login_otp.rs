//! `RequestLoginOtp`.

use crate::api::headers::ProfileBenefitHeaders;
use crate::api::otp::{OtpRequest, OtpSent};

abdm_core::endpoint! {
    /// Send an OTP to the owner of an ABHA number, mobile number or Aadhaar number, or announce a
    /// scan. Nobody under this value: 404 with ABDM-1114, before any OTP. A
    /// benefit programme names itself after its search.
    pub RequestLoginOtp {
        method: POST,
        family: Abha,
        path: "/v3/profile/login/request/otp",
        auth: Session,
        headers: ProfileBenefitHeaders,
        request: OtpRequest,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: Login,
        source: "m1-abha.md 7.2",
    }
}
