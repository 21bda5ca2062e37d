//! Scan and share: the patient's app shares a profile, the facility answers with a token number
//! (m2-hip.md 6, phr-simulator.md 3).

use std::sync::Arc;
use std::time::Duration;

use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId};
use abdm_core::wire::Accepted;
use hip_services::api::sharing::{
    AcknowledgeShare, OnPatientShare, ShareAcknowledged, ShareStatus,
};
use http::StatusCode;

use super::app_callback::tell_app;
use super::patient_app::patient;
use crate::api::patient_app::{OnProfileShared, ProfileShared, ShareProfile};
use crate::callbacks::abdm_error;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes, Waiting};
use crate::world::{AppCall, Share, ShareAnswer, Taken};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.serve_waiting::<ShareProfile>(share).serve::<AcknowledgeShare>(on_share)
}

/// Calls the facility back, and answers when it has answered.
fn share(engine: &Arc<Engine>, received: Received<ShareProfile>) -> Result<Waiting, Refusal> {
    let by = received.client()?.clone();
    let (hiu, id) = (received.call.headers.hiu_id, received.call.request_id);
    let by = AppCall { client: by, hiu, id };
    let share = received.call.body;
    let now = engine.now();
    let mut world = engine.world();
    let address = patient(&world, &received.call.credential.0, now)?;
    let (Some(hip), Some(counter)) = (&share.meta_data.hip_id, &share.meta_data.context) else {
        return Err(Refusal::bad("ABDM-1050", "Invalid Profile Share Metadata Keys"));
    };
    let shared = share.profile.patient.as_ref().and_then(|patient| patient.abha_address.as_ref());
    let shared =
        shared.ok_or_else(|| Refusal::bad("ABDM-1102", "Profile information cannot be null"))?;
    if *shared != address {
        return Err(Refusal::bad("ABDM-1065", "Invalid X Auth token"));
    }
    let facility = world.registry.facility(hip).filter(|facility| facility.is_hip());
    // A counter is none that is named like its facility (m2-hip.md 6).
    if facility.is_some_and(|facility| [&facility.id, &facility.name].contains(&counter)) {
        return Err(Refusal::bad("ABDM-1050", "Invalid Profile Share Metadata Keys"));
    }
    let client = facility.map(|facility| facility.client.clone());
    let (Some(client), Ok(hip)) = (client, HipId::new(hip.as_str())) else {
        return Err(Refusal::bad("ABDM-1025", "Invalid ServiceId"));
    };
    let (id, counter) = (RequestId::random(), counter.clone());
    let (of_hip, of_client) = (hip.clone(), client.clone());
    let scanned = Share { address, hip: of_hip, counter, client: of_client, by: Some(by) };
    let Some(answer) = world.shares.begin(id, scanned, now) else {
        return Err(Refusal::bad("ABDM-1087", "Duplicate patient share request"));
    };
    let patience = world.switches.share_wait_seconds;
    drop(world);
    engine.call_back_as::<OnPatientShare>(id, &client, HipHeaders { hip_id: hip }, share);
    let patience = Duration::try_from_secs_f64(patience).unwrap_or_default();
    let engine = Arc::clone(engine);
    Ok(Box::pin(async move {
        let answer = tokio::select! {
            answer = engine.moved_clock().within(patience, answer) => answer,
            () = engine.stop().cancelled() => None,
        };
        match answer {
            Some(Ok(answer)) => told(answer),
            _ => {
                engine.world().shares.give_up(id);
                Err(timed_out())
            }
        }
    }))
}

/// To the app: the facility is silent. To the facility: its answer comes too late.
fn timed_out() -> Refusal {
    let text = "Connection failed due to timeout";
    Refusal::error(StatusCode::REQUEST_TIMEOUT, "ABDM-1007", text)
}

/// What the patient's app is told of the facility's answer.
fn told(answer: ShareAnswer) -> Result<Answer, Refusal> {
    match answer {
        Ok(acknowledged) => Answer::of::<ShareProfile>(&acknowledged),
        Err(CallbackError { code, message, .. }) => {
            let code = code.as_ref().map_or("ABDM-9999", |code| code.as_str());
            Err(Refusal::bad(code, &message))
        }
    }
}

pub(super) fn on_share(
    engine: &Arc<Engine>,
    received: Received<AcknowledgeShare>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let body = received.call.body;
    let unknown = || Refusal::error(StatusCode::NOT_FOUND, "ABDM-1001", "No data found");
    let id = body.response.request().ok_or_else(unknown)?;
    let mut world = engine.world();
    let share = world.shares.share(id, &client).ok_or_else(unknown)?;
    let answer = match (body.acknowledgement, body.error) {
        (Some(acknowledged), None) => {
            check(&acknowledged, share)?;
            if acknowledged.status == ShareStatus::Success {
                Ok(acknowledged)
            } else {
                Err(abdm_error(9999, "The facility could not register the patient"))
            }
        }
        (None, Some(error)) => Err(error),
        _ => return Err(Refusal::invalid(&["Either acknowledgement or error should be present"])),
    };
    let issued = answer.as_ref().ok().and_then(|acknowledged| acknowledged.profile.clone());
    let (share, now) = (share.clone(), engine.now());
    let told = share.by.as_ref().map(|by| ProfileShared::new(by.id, &answer));
    let taken = world.shares.answer(id, answer);
    if let (Taken::Now, Some(by), Some(told)) = (&taken, &share.by, told) {
        tell_app::<OnProfileShared>(engine, &world, by, told);
    }
    if let (Taken::Now, Some(token)) = (&taken, issued) {
        world.tokens.give(id, &share, token, now);
    }
    match taken {
        Taken::Now => Answer::of::<AcknowledgeShare>(&Accepted),
        Taken::Twice => Err(Refusal::bad("ABDM-1087", "Duplicate patient share request")),
        Taken::TooLate => Err(timed_out()),
        Taken::Unknown => Err(unknown()),
    }
}

/// Whether an acknowledgement is about this share.
fn check(acknowledged: &ShareAcknowledged, share: &Share) -> Result<(), Refusal> {
    if acknowledged.abha_address != share.address {
        return Err(Refusal::invalid(&["Invalid ABHA Address, it is not that of the share"]));
    }
    let context = acknowledged.profile.as_ref().map(|token| token.context.as_str());
    if acknowledged.status == ShareStatus::Success && context != Some(share.counter.as_str()) {
        return Err(Refusal::invalid(&["Invalid context, it is not that of the share"]));
    }
    Ok(())
}
