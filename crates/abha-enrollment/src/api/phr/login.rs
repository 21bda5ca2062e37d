//! `RequestPhrLoginOtp`, `VerifyPhrLogin`, `VerifyPhrUser` and `SearchPhrAddress`.

use crate::api::address::{AbhaAddressQuery, AbhaAddressState, AddressVerified, ChosenAddress};
use crate::api::otp::{OtpRequest, OtpSent};
use crate::api::proof::ProofRequest;
use crate::api::token::IssuedTokens;
use crate::encryption::PhrKey;

abdm_core::endpoint! {
    /// Send an OTP to a mobile number, an e-mail address, or the owner of an ABHA address, ABHA
    /// number or Aadhaar number.
    pub RequestPhrLoginOtp {
        method: POST,
        family: PhrApp,
        path: "/login/request/otp",
        auth: Session,
        request: OtpRequest<PhrKey>,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: AppLogin,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Verify that OTP, or a password. Several addresses: the token is a transfer token.
    pub VerifyPhrLogin {
        method: POST,
        family: PhrApp,
        path: "/login/verify",
        auth: Session,
        request: ProofRequest<PhrKey>,
        response: AddressVerified,
        success: OK,
        replay: IfUnprocessed,
        errors: AppLogin,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Exchange a transfer token for the token of the address that the person chose.
    pub VerifyPhrUser {
        method: POST,
        family: PhrApp,
        path: "/login/verify/user",
        auth: SessionAndTransfer,
        request: ChosenAddress,
        response: IssuedTokens,
        success: OK,
        replay: IfUnprocessed,
        errors: AppLogin,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Ask in which state an ABHA address is, and how it may be proved. Sends no OTP. Nobody's: 400
    /// with ABDM-1211.
    pub SearchPhrAddress {
        method: POST,
        family: PhrApp,
        path: "/login/search",
        auth: Session,
        request: AbhaAddressQuery,
        response: AbhaAddressState,
        success: OK,
        replay: Safe,
        errors: AppLogin,
        source: "m1-abha.md 11",
    }
}
