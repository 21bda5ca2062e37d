//! An SMS with a link to the patient's app (m2-hip.md 4, rulings.md 39).

use std::sync::Arc;

use abdm_core::headers::HipHeaders;
use abdm_core::wire::Accepted;
use hip_services::api::sms::{NotifyBySms, OnSmsNotified, SmsReply};

use super::coded::coded_error;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.serve::<NotifyBySms>(notify)
}

/// Accepts for sending, and says so in both of ABDM's forms by turns. Nothing is sent.
pub(super) fn notify(
    engine: &Arc<Engine>,
    received: Received<NotifyBySms>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let (request_id, notice) = (received.call.request_id, received.call.body.notification);
    let hip = notice.hip.id.clone();
    let mut world = engine.world();
    if !world.is_hip_of(&client, hip.as_str()) {
        return Err(Refusal::bad("ABDM-1035", "Invalid HIP ID"));
    }
    let body = if let Some(error) = coded_error::<OnSmsNotified>(&mut world) {
        SmsReply::refused(request_id, error)
    } else if world.turn("the answer to an SMS notice").is_multiple_of(2) {
        SmsReply::acknowledged(request_id)
    } else {
        SmsReply::accepted(request_id)
    };
    drop(world);
    if let Some(mobile) = notice.mobile().filter(|_| body.error.is_none()) {
        let name = notice.hip.name.as_deref().unwrap_or(hip.as_str());
        engine.tell(&format!("SMS to {}: {name} has records of yours", mobile.masked()));
    }
    engine.call_back::<OnSmsNotified>(&client, HipHeaders { hip_id: hip }, body);
    Answer::of::<NotifyBySms>(&Accepted)
}
