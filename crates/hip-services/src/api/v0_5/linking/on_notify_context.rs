//! `OnNotifyContextV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::wire::Accepted;

use crate::api::hip_linking::{ContextReply, OnNotifyContext};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// Whether the notice of new records was taken.
    pub OnNotifyContextV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/links/context/on-notify",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: ContextReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: NotifyContext,
        source: "m2-hip.md 10",
    }
}

same_body! { callback OnNotifyContextV05 => OnNotifyContext; }
