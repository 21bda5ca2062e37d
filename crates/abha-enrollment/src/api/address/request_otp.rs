//! `RequestAddressOtp`.

use crate::api::otp::{OtpRequest, OtpSent};
use crate::encryption::PhrKey;

abdm_core::endpoint! {
    /// Send an OTP to the owner of an ABHA address, or announce a scan.
    pub RequestAddressOtp {
        method: POST,
        family: AbhaAddressWeb,
        path: "/login/abha/request/otp",
        auth: Session,
        request: OtpRequest<PhrKey>,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: WebLogin,
        source: "m1-abha.md 8",
    }
}
