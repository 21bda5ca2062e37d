//! The transfer of health information (m2-hip.md 8, m3-hiu.md 3).

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::data_flow::{
    CheckHealthInformationStatus, HiRequest, NotifyHealthInformation, TransferStatus,
};
use abdm_core::error::CallbackError;
use abdm_core::headers::{HipHeaders, HiuHeaders};
use abdm_core::id::{ConsentId, HiuId, RequestId, TransactionId};
use abdm_core::vocabulary::NotifierType;
use abdm_core::wire::Accepted;
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, HealthInformationRequest as RequestToHip,
    OnHealthInformationRequest,
};
use hiu_services::api::health_information::{
    HealthInformationRequested, OnHealthInformationRequested, RequestHealthInformation,
};
use http::StatusCode;
use serde_json::json;

use super::consent::no_mapping;
use crate::engine::Engine;
use crate::journal::OnItsWay;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{Awaited, ClientId, Reporter, Transfer};

/// How often a missing acknowledgement is looked for.
const LOOK: Duration = Duration::from_millis(50);
/// With `push_first`, the HIU learns the transaction after this at the latest.
const LONGEST_SECRET: Duration = Duration::from_secs(60);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<RequestHealthInformation>(request)
        .serve::<AcknowledgeHealthInformationRequest>(acknowledge)
        .serve::<NotifyHealthInformation>(notify)
        .serve::<CheckHealthInformationStatus>(status)
}

/// Taken at once; everything that is wrong comes by callback (rulings.md 13).
fn request(
    engine: &Arc<Engine>,
    received: Received<RequestHealthInformation>,
) -> Result<Answer, Refusal> {
    let asked = Asked {
        client: received.client()?.clone(),
        hiu: received.call.headers.hiu_id,
        asked_by: received.call.request_id,
        request: received.call.body.hi_request,
    };
    let worker = Arc::clone(engine);
    let way = engine.journal().begin(OnItsWay::new("a data request of the consent manager"));
    engine.spawn(async move {
        serve_request(&worker, asked).await;
        drop(way);
    });
    Answer::of::<RequestHealthInformation>(&Accepted)
}

/// A data request on its way through the consent manager.
struct Asked {
    client: ClientId,
    hiu: HiuId,
    asked_by: RequestId,
    request: HiRequest,
}

async fn serve_request(engine: &Arc<Engine>, asked: Asked) {
    let consent = asked.request.consent.id.clone();
    if let Err(error) = check(engine, &asked) {
        return refuse(engine, &asked, error);
    }
    if !is_acknowledged(engine, &consent).await {
        let text =
            "HIP did not acknowledge the HIP consent notify. Please try again after some time";
        return refuse(engine, &asked, CallbackError::new(8877, text));
    }
    let Ok(transaction) = TransactionId::new(uuid::Uuid::new_v4().to_string()) else {
        return;
    };
    let (push_first, delay, hip) = {
        let mut world = engine.world();
        let transfer = Transfer::new(consent.clone(), asked.asked_by);
        world.transfers.insert(transaction.clone(), transfer);
        let hip = world.artefacts.get(&consent);
        let hip = hip.map(|a| (a.hip_client.clone(), a.detail.hip.id.clone()));
        (world.switches.push_first, world.switches.data_request_delay_seconds, hip)
    };
    if push_first {
        let (worker, id) = (Arc::clone(engine), transaction.clone());
        engine.spawn(async move {
            worker.moved_clock().sleep(LONGEST_SECRET).await;
            announce(&worker, &id);
        });
    } else {
        announce(engine, &transaction);
    }
    let Some((hip_client, hip_id)) = hip else {
        return;
    };
    engine.pause(Duration::try_from_secs_f64(delay).unwrap_or_default()).await;
    let sent = RequestId::random();
    engine.world().awaited.insert(sent, Awaited::HipRequest(transaction.clone()));
    engine.call_back_as::<OnHealthInformationRequest>(
        sent,
        &hip_client,
        HipHeaders { hip_id },
        RequestToHip::new(transaction, asked.request),
    );
}

fn check(engine: &Engine, asked: &Asked) -> Result<(), CallbackError> {
    let (now, world) = (engine.now(), engine.world());
    let artefact = world.artefacts.get(&asked.request.consent.id);
    let artefact = artefact.filter(|a| a.hiu_client == asked.client && a.hiu == asked.hiu);
    let gone = || CallbackError::new(1112, "Invalid or already expired consent artefact id");
    let artefact = artefact.filter(|artefact| artefact.is_granted(now)).ok_or_else(gone)?;
    let dates = &asked.request.date_range;
    if dates.from > dates.to || !artefact.detail.permission.date_range.covers(dates) {
        return Err(CallbackError::new(1063, "Date Range given is invalid"));
    }
    Ok(())
}

/// Whether the HIP has acknowledged the grant; it is given some time.
pub(super) async fn is_acknowledged(engine: &Engine, consent: &ConsentId) -> bool {
    let seconds = engine.switches().acknowledgement_wait_seconds;
    let wait = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let acknowledged = async {
        while !engine.world().artefacts.get(consent).is_some_and(|a| a.acknowledged) {
            tokio::time::sleep(LOOK).await;
        }
    };
    engine.moved_clock().within(wait, acknowledged).await.is_some()
}

fn refuse(engine: &Arc<Engine>, asked: &Asked, error: CallbackError) {
    let headers = HiuHeaders { hiu_id: asked.hiu.clone() };
    let body = HealthInformationRequested::refused(asked.asked_by, error);
    engine.call_back::<OnHealthInformationRequested>(&asked.client, headers, body);
}

/// Tells the HIU its transaction, once.
fn announce(engine: &Arc<Engine>, id: &TransactionId) {
    let mut world = engine.world();
    let Some(transfer) = world.transfers.get_mut(id).filter(|transfer| !transfer.announced) else {
        return;
    };
    transfer.announced = true;
    let (asked_by, consent) = (transfer.asked_by, transfer.consent.clone());
    let Some(artefact) = world.artefacts.get(&consent) else {
        return;
    };
    let headers = HiuHeaders { hiu_id: artefact.hiu.clone() };
    let body = HealthInformationRequested::accepted(asked_by, id.clone());
    engine.call_back::<OnHealthInformationRequested>(&artefact.hiu_client, headers, body);
}

fn acknowledge(
    engine: &Arc<Engine>,
    received: Received<AcknowledgeHealthInformationRequest>,
) -> Result<Answer, Refusal> {
    let body = received.call.body;
    let mut world = engine.world();
    let answered = body.response.request().and_then(|id| world.awaited.get(&id).cloned());
    let Some(Awaited::HipRequest(transaction)) = answered else {
        return Err(no_mapping(&body.response.request_id));
    };
    if body.hi_request.is_some() == body.error.is_some()
        || body.hi_request.is_some_and(|state| state.transaction_id != transaction)
    {
        return Err(Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1031", "Invalid request"));
    }
    let transfer = world.transfers.get_mut(&transaction);
    let transfer = transfer.ok_or_else(|| no_mapping(&body.response.request_id))?;
    if transfer.answered {
        let message = "Duplicate health information provider data flow response";
        return Err(Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1113", message));
    }
    transfer.answered = true;
    // A refusal by the HIP is told to nobody (rulings.md 14).
    Answer::of::<AcknowledgeHealthInformationRequest>(&Accepted)
}

fn notify(
    engine: &Arc<Engine>,
    received: Received<NotifyHealthInformation>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let report = received.call.body.notification;
    let unknown = || Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1031", "Invalid request");
    let reporter = match report.notifier.kind {
        NotifierType::Hip => Reporter::Hip,
        NotifierType::Hiu => Reporter::Hiu,
        _ => return Err(unknown()),
    };
    let mut world = engine.world();
    let artefact = world.artefacts.get(&report.consent_id).ok_or_else(unknown)?;
    let owner = match reporter {
        Reporter::Hip => (&artefact.hip_client, artefact.detail.hip.id.as_str()),
        Reporter::Hiu => (&artefact.hiu_client, artefact.hiu.as_str()),
    };
    let hip = report.status_notification.hip_id.as_str();
    if owner != (&client, report.notifier.id.as_str()) || hip != artefact.detail.hip.id.as_str() {
        return Err(unknown());
    }
    let transfer = world.transfers.get_mut(&report.transaction_id).ok_or_else(unknown)?;
    if transfer.consent != report.consent_id {
        return Err(unknown());
    }
    if transfer.reports.contains(&reporter) {
        let message = "Duplicate Health Information request";
        return Err(Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1101", message));
    }
    transfer.reports.push(reporter);
    transfer.status = report.status_notification.session_status;
    drop(world);
    if reporter == Reporter::Hip {
        announce(engine, &report.transaction_id);
    }
    Ok(Answer::json(StatusCode::ACCEPTED, &json!({"status": "Notification is Accepted"})))
}

fn status(
    engine: &Arc<Engine>,
    received: Received<CheckHealthInformationStatus>,
) -> Result<Answer, Refusal> {
    let id = received.call.path;
    let status = engine.world().transfers.get(&id).map(|transfer| transfer.status.clone());
    let status = status.ok_or_else(|| {
        Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1006", "Bad Request, invalid request Body")
    })?;
    Answer::of::<CheckHealthInformationStatus>(&TransferStatus::new(id, status))
}
