//! `RequestAddressEnrolmentOtp` and `VerifyAddressEnrolment`.

use super::verify::AddressVerified;
use crate::api::otp::{OtpRequest, OtpSent};
use crate::api::proof::ProofRequest;
use crate::encryption::PhrKey;

abdm_core::endpoint! {
    /// Send an OTP to a mobile number for which an ABHA address is to be created.
    pub RequestAddressEnrolmentOtp {
        method: POST,
        family: AbhaAddressWeb,
        path: "/enrollment/abha/request/otp",
        auth: Session,
        request: OtpRequest<PhrKey>,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: WebEnrol,
        source: "m1-abha.md 8, 11",
    }
}

abdm_core::endpoint! {
    /// Verify that OTP. The answer lists the addresses that the mobile number has already.
    pub VerifyAddressEnrolment {
        method: POST,
        family: AbhaAddressWeb,
        path: "/enrollment/abha/verify",
        auth: Session,
        request: ProofRequest<PhrKey>,
        response: AddressVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: WebEnrol,
        source: "m1-abha.md 8, 11",
    }
}
