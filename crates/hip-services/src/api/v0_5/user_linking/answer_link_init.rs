//! `AnswerLinkInitV05`.

use abdm_core::wire::Accepted;

use crate::api::user_linking::{AnswerLinkInit, LinkInitAnswer};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// Say that an OTP is on its way to the patient, or why not.
    pub AnswerLinkInitV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/links/link/on-init",
        auth: Session,
        envelope: Body,
        request: LinkInitAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: OnInit,
        source: "m2-hip.md 10",
    }
}

same_body! { call AnswerLinkInitV05 => AnswerLinkInit; }
