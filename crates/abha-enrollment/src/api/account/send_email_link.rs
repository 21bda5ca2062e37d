//! `SendEmailLink`.

use abdm_core::wire::Accepted;

use crate::api::otp::OtpRequest;

abdm_core::endpoint! {
    /// Send a link to an e-mail address; opening it links the address. The answer is empty.
    pub SendEmailLink {
        method: POST,
        family: Abha,
        path: "/v3/profile/account/request/emailVerificationLink",
        auth: SessionAndUser,
        request: OtpRequest,
        response: Accepted,
        success: OK,
        replay: IfUnprocessed,
        errors: Account,
        source: "m1-abha.md 6.2",
    }
}
