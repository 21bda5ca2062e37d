//! `RequestPhrChangeOtp` and `VerifyPhrChange`.

use crate::api::address::AddressVerified;
use crate::api::otp::{OtpRequest, OtpSent};
use crate::api::proof::ProofRequest;
use crate::encryption::PhrKey;

abdm_core::endpoint! {
    /// Send an OTP that confirms a new mobile number or e-mail address, or (with the scope of a
    /// login) proves an ABHA number that is to be linked or de-linked.
    pub RequestPhrChangeOtp {
        method: POST,
        family: PhrApp,
        path: "/login/profile/request/otp",
        auth: SessionAndAppUser,
        request: OtpRequest<PhrKey>,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Confirm by that OTP; or set a new password, which needs none.
    pub VerifyPhrChange {
        method: POST,
        family: PhrApp,
        path: "/login/profile/verify",
        auth: SessionAndAppUser,
        request: ProofRequest<PhrKey>,
        response: AddressVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}
