//! `OnLinkConfirmV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::wire::Accepted;

use crate::api::user_linking::{LinkConfirm, OnLinkConfirm};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// The patient has typed the OTP. To be answered by
    /// [`AnswerLinkConfirmV05`](super::AnswerLinkConfirmV05).
    pub OnLinkConfirmV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/links/link/confirm",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: LinkConfirm,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: LinkConfirm,
        source: "m2-hip.md 10",
    }
}

same_body! { callback OnLinkConfirmV05 => OnLinkConfirm; }
