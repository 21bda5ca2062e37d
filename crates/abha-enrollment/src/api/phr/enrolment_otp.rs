//! `RequestPhrEnrolmentOtp` and `VerifyPhrEnrolment`.

use crate::api::address::AddressVerified;
use crate::api::otp::{OtpRequest, OtpSent};
use crate::api::proof::ProofRequest;
use crate::encryption::PhrKey;

abdm_core::endpoint! {
    /// Send an OTP to a mobile number, or to the owner of an ABHA number, for whom an ABHA address
    /// is to be created.
    pub RequestPhrEnrolmentOtp {
        method: POST,
        family: PhrApp,
        path: "/enrollment/request/otp",
        auth: Session,
        request: OtpRequest<PhrKey>,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: AppEnrol,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Verify that OTP. The answer lists the addresses that there are already, and after an ABHA
    /// number the person as it knows them.
    pub VerifyPhrEnrolment {
        method: POST,
        family: PhrApp,
        path: "/enrollment/verify",
        auth: Session,
        request: ProofRequest<PhrKey>,
        response: AddressVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: AppEnrol,
        source: "m1-abha.md 11",
    }
}
