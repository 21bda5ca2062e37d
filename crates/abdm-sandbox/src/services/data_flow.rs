//! The transfer of health information (m2-hip.md 8, m3-hiu.md 3).

use std::collections::BTreeSet;
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
use chrono::{DateTime, Utc};
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, HealthInformationRequest as RequestToHip,
    OnHealthInformationRequest,
};
use hiu_services::api::health_information::{
    HealthInformationRequested, OnHealthInformationRequested, RequestHealthInformation,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::coded::coded_error;
use super::consent::no_mapping;
use crate::callbacks::abdm_error;
use crate::engine::Engine;
use crate::journal::{Delivery, OnItsWay};
use crate::pending::{Errand, Work};
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{Awaited, ClientId, Reporter, Transfer, World};

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
    engine.undertake(Work::DataRequest(Box::new(DataRequest::New(asked))));
    Answer::of::<RequestHealthInformation>(&Accepted)
}

/// What a HIU asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    client: ClientId,
    hiu: HiuId,
    asked_by: RequestId,
    request: HiRequest,
}

/// A data request on its way through the consent manager.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum DataRequest {
    /// It is looked at, and waits for the HIP's acknowledgement of the consent.
    New(Asked),
    /// It goes to the HIP then.
    Taken { transaction: TransactionId, request: HiRequest, at: DateTime<Utc> },
}

/// Brings a data request to the HIP, from where it stands on.
pub(crate) async fn pass_on(errand: &Errand, request: DataRequest) {
    let taken = match request {
        DataRequest::New(asked) => take(errand, asked).await,
        DataRequest::Taken { transaction, request, at } => Some((transaction, request, at)),
    };
    let Some((transaction, request, at)) = taken else {
        return;
    };
    let engine = errand.engine();
    engine.moved_clock().sleep_until(at).await;
    let mut world = engine.world();
    let consent = world.transfers.get(&transaction).map(|transfer| transfer.consent.clone());
    let artefact = consent.and_then(|consent| world.artefacts.get(&consent));
    let hip = artefact.map(|a| (a.hip_client.clone(), a.detail.hip.id.clone()));
    let Some((hip_client, hip_id)) = hip else {
        return;
    };
    let sent = RequestId::random();
    world.awaited.insert(sent, Awaited::HipRequest(transaction.clone()));
    engine.call_back_as::<OnHealthInformationRequest>(
        sent,
        &hip_client,
        HipHeaders { hip_id },
        RequestToHip::new(transaction, request),
    );
    errand.done();
}

/// Makes a transfer of a data request, or refuses it.
async fn take(errand: &Errand, asked: Asked) -> Option<(TransactionId, HiRequest, DateTime<Utc>)> {
    let engine = errand.engine();
    let consent = asked.request.consent.id.clone();
    let coded = coded_error::<OnHealthInformationRequested>(&mut engine.world());
    if let Some(error) = coded.or_else(|| check(engine, &asked).err()) {
        refuse(errand, &asked, error);
        return None;
    }
    if !is_acknowledged(engine, &consent).await {
        let text =
            "HIP did not acknowledge the HIP consent notify. Please try again after some time";
        refuse(errand, &asked, abdm_error(8877, text));
        return None;
    }
    // The patient may have taken it back meanwhile.
    if let Err(error) = check(engine, &asked) {
        refuse(errand, &asked, error);
        return None;
    }
    let transaction = TransactionId::new(crate::random_uuid().to_string()).ok()?;
    let (push_first, delay) = {
        let switches = engine.switches();
        (switches.push_first, switches.data_request_delay_seconds)
    };
    let delay = engine.scaled(Duration::try_from_secs_f64(delay).unwrap_or_default());
    let mut transfer = Transfer::new(consent, asked.asked_by);
    transfer.announce_at = push_first.then(|| engine.after(LONGEST_SECRET));
    let (request, at) = (asked.request, engine.after(delay));
    let taken =
        DataRequest::Taken { transaction: transaction.clone(), request: request.clone(), at };
    let mut world = engine.world();
    let announce_at = transfer.announce_at;
    world.transfers.insert(transaction.clone(), transfer);
    errand.note(Work::DataRequest(Box::new(taken)));
    match announce_at {
        Some(at) => announce_later(engine, transaction.clone(), at),
        None => announce(engine, &mut world, &transaction),
    }
    drop(world);
    Some((transaction, request, at))
}

/// Tells the HIU its transaction then, unless the HIP has reported before.
pub(crate) fn announce_later(engine: &Arc<Engine>, id: TransactionId, at: DateTime<Utc>) {
    let worker = Arc::clone(engine);
    engine.spawn(async move {
        worker.moved_clock().sleep_until(at).await;
        announce(&worker, &mut worker.world(), &id);
    });
}

fn check(engine: &Engine, asked: &Asked) -> Result<(), CallbackError> {
    let (now, world) = (engine.now(), engine.world());
    let artefact = world.artefacts.get(&asked.request.consent.id);
    let artefact = artefact.filter(|a| a.hiu_client == asked.client && a.hiu == asked.hiu);
    let gone = || abdm_error(1112, "Invalid or already expired consent artefact id");
    let artefact = artefact.filter(|artefact| artefact.is_granted(now)).ok_or_else(gone)?;
    let dates = &asked.request.date_range;
    if dates.from > dates.to || !artefact.detail.permission.date_range.covers(dates) {
        return Err(abdm_error(1063, "Date Range given is invalid"));
    }
    Ok(())
}

/// Whether the HIP has acknowledged the grant; it is given some time from when it could know of it.
pub(super) async fn is_acknowledged(engine: &Engine, consent: &ConsentId) -> bool {
    let seconds = engine.switches().acknowledgement_wait_seconds;
    let wait = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    while is_notice_held(engine, consent) {
        tokio::time::sleep(LOOK).await;
    }
    let acknowledged = async {
        while !engine.world().artefacts.get(consent).is_some_and(|a| a.acknowledged) {
            tokio::time::sleep(LOOK).await;
        }
    };
    engine.moved_clock().within(wait, acknowledged).await.is_some()
}

/// Whether the notice of this consent is still with the consent manager, delayed or held by a
/// fault.
fn is_notice_held(engine: &Engine, consent: &ConsentId) -> bool {
    let is_held = |way: &OnItsWay| matches!(way.state, Some(Delivery::Waiting | Delivery::Held));
    let held = engine.journal().on_its_way().into_iter().filter(is_held);
    let mut ids = held.filter_map(|way| way.request_id?.parse::<RequestId>().ok());
    let world = engine.world();
    ids.any(|id| matches!(world.awaited.get(&id), Some(Awaited::HipNotice { consent: of, .. }) if of == consent))
}

fn refuse(errand: &Errand, asked: &Asked, error: CallbackError) {
    let headers = HiuHeaders { hiu_id: asked.hiu.clone() };
    let body = HealthInformationRequested::refused(asked.asked_by, error);
    let engine = errand.engine();
    let _world = engine.world();
    engine.call_back::<OnHealthInformationRequested>(&asked.client, headers, body);
    errand.done();
}

/// Tells the HIU its transaction, once.
fn announce(engine: &Arc<Engine>, world: &mut World, id: &TransactionId) {
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

pub(super) fn acknowledge(
    engine: &Arc<Engine>,
    received: Received<AcknowledgeHealthInformationRequest>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let body = received.call.body;
    let mut world = engine.world();
    let transaction = match body.response.request().and_then(|id| world.awaited.get(&id).cloned()) {
        Some(Awaited::HipRequest(transaction)) => Some(transaction),
        _ => None,
    };
    let was_asked = |transaction: &TransactionId| {
        let transfer = world.transfers.get(transaction);
        let artefact = transfer.and_then(|transfer| world.artefacts.get(&transfer.consent));
        artefact.is_some_and(|artefact| artefact.hip_client == client)
    };
    let transaction = transaction.filter(was_asked);
    let transaction = transaction.ok_or_else(|| no_mapping(&body.response.request_id))?;
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

pub(super) fn notify(
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
    // One word on each care context, and on none that the consent does not name (m2-hip.md 8.4).
    let mut told = BTreeSet::new();
    for (at, response) in report.status_notification.status_responses.iter().enumerate() {
        let context = &response.care_context_reference;
        if !artefact.detail.names(context) {
            let why = format!("statusResponses[{at}]: the consent names no such care context");
            return Err(unknown().because(why));
        }
        if !told.insert(context) {
            let why = format!("statusResponses[{at}]: the care context stands there twice");
            return Err(unknown().because(why));
        }
    }
    let transfer = world.transfers.get_mut(&report.transaction_id).ok_or_else(unknown)?;
    if transfer.consent != report.consent_id {
        return Err(unknown().because("the transaction is of another consent"));
    }
    if transfer.reports.contains(&reporter) {
        let message = "Duplicate Health Information request";
        return Err(Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1101", message));
    }
    transfer.reports.push(reporter);
    transfer.status = report.status_notification.session_status;
    if reporter == Reporter::Hip {
        announce(engine, &mut world, &report.transaction_id);
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
