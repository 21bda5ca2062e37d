//! `AcknowledgeConsentV05`.

use abdm_core::wire::Accepted;

use crate::api::consent::{AcknowledgeConsent, ConsentAcknowledgement};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// Acknowledge a consent notice. The status is `OK`; V0.5 has `UNKNOWN`, too, where V3 sends an
    /// error, which V0.5 takes as well.
    pub AcknowledgeConsentV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/consents/hip/on-notify",
        auth: Session,
        envelope: Body,
        request: ConsentAcknowledgement,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HipOnNotify,
        source: "m2-hip.md 10",
    }
}

same_body! { call AcknowledgeConsentV05 => AcknowledgeConsent; }
