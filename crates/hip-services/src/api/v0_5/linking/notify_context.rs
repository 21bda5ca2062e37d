//! `NotifyContextV05`.

use abdm_core::wire::Accepted;

use super::OnNotifyContextV05;
use crate::api::hip_linking::{ContextNotification, NotifyContext};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// Tell the patient's apps that a linked care context has new records: as in V3.
    pub NotifyContextV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/links/context/notify",
        auth: Session,
        envelope: Body,
        request: ContextNotification,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnNotifyContextV05,
        errors: NotifyContext,
        source: "m2-hip.md 10",
    }
}

same_body! { call NotifyContextV05 => NotifyContext; }
