//! `RequestChangeOtp`.

use crate::api::otp::{OtpRequest, OtpSent};

abdm_core::endpoint! {
    /// Send an OTP that confirms a change: of mobile number, e-mail address, password, identity
    /// data, or a deletion or deactivation. The scope says which.
    pub RequestChangeOtp {
        method: POST,
        family: Abha,
        path: "/v3/profile/account/request/otp",
        auth: SessionAndUser,
        request: OtpRequest,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: Account,
        source: "m1-abha.md 9",
    }
}
