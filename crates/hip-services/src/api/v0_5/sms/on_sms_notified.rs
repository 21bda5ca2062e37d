//! `OnSmsNotifiedV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::wire::{Accepted, WireError};

use crate::api::sms::{OnSmsNotified, SmsOutcome, SmsReply};
use crate::api::v0_5::OlderCallback;

abdm_core::endpoint! {
    /// Whether an SMS was accepted for sending: `ACKNOWLEDGED` or `ERRORED`.
    pub OnSmsNotifiedV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/patients/sms/on-notify",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: SmsReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: NotifySms,
        source: "m2-hip.md 10",
    }
}

impl OlderCallback for OnSmsNotifiedV05 {
    type Newer = OnSmsNotified;

    fn newer(body: SmsReply) -> SmsReply {
        body
    }

    fn older(body: &SmsReply) -> Result<SmsReply, WireError> {
        let mut older = body.clone();
        let status = match body.outcome() {
            SmsOutcome::Accepted => "ACKNOWLEDGED",
            _ => "ERRORED",
        };
        (older.status, older.acknowledgement) = (Some(status.to_owned()), None);
        Ok(older)
    }
}
