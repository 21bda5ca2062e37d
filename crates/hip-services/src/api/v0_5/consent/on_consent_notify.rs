//! `OnConsentNotifyV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::wire::Accepted;

use crate::api::consent::{ConsentNotification, OnConsentNotify};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// A consent was granted, revoked, or has expired. To be answered by
    /// [`AcknowledgeConsentV05`](super::AcknowledgeConsentV05).
    pub OnConsentNotifyV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/consents/hip/notify",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: ConsentNotification,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HipOnNotify,
        source: "m2-hip.md 10",
    }
}

same_body! { callback OnConsentNotifyV05 => OnConsentNotify; }
