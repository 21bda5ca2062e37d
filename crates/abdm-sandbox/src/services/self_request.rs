//! What the patient's own app does without anybody asking: seconds after a link or a notice it pulls
//! the new record (reality 17, phr-simulator.md 5).
//!
//! Consent and request happen inside the consent manager, as live. From there on it is HTTP: the HIP
//! is notified and asked by callback, pushes to the app's own URL here, and the app reports.

use std::sync::Arc;

use abdm_core::api::consent::{
    ConsentCareContext, ConsentDetail, DateRange, Permission, Requester,
};
use abdm_core::api::data_flow::{DataPage, HiRequest, KeyMaterialJson, PushHealthInformation};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::{self, HipHeaders};
use abdm_core::id::{ConsentId, ConsentRequestId, HipId, HiuId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use fidelius_crypto::{KeyEncoding, KeyMaterial, ReceiverKeys};
use hip_services::api::health_information::{HealthInformationRequest, OnHealthInformationRequest};
use hiu_services::api::consent::ConsentTerms;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::consent::tell_hip;
use super::data_flow::is_acknowledged;
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::journal::OnItsWay;
use crate::phr::PhrApp;
use crate::world::{
    AppRecord, AppTransfer, Artefact, Awaited, ClientId, ConsentRequest, PHR_HIU_ID, Transfer,
};

/// The identity of NHA's own app on the live sandbox, spelling included.
const HIU_ID: &str = PHR_HIU_ID;
const HIU_NAME: &str = "Sanbox Test Hospital";
/// How long after a link it acts.
const DELAY_SECONDS: (f64, f64) = (5.0, 10.0);
/// A link and the notice after it are one occasion.
const SAME_OCCASION: TimeDelta = TimeDelta::seconds(120);
/// Where it takes pushes, below the sandbox's base URL.
pub(crate) const PUSH_PATH: &str = "/phr-app/push/";

/// A new record, seen by the patient's app.
pub(super) struct NewRecord {
    pub(super) address: AbhaAddress,
    pub(super) hip: HipId,
    pub(super) context: ConsentCareContext,
    pub(super) hi_types: Vec<HiType>,
}

/// The app hears of a record, and in a while asks for it. Not twice for a link and its notice.
pub(super) fn notice(engine: &Arc<Engine>, record: NewRecord) {
    let now = engine.now();
    {
        let mut world = engine.world();
        if !world.switches.patient_app_pulls {
            return;
        }
        let key = (record.hip.clone(), record.context.care_context_reference.clone());
        let last = world.pulled.insert(key, now);
        if last.is_some_and(|last| now - last < SAME_OCCASION) {
            return;
        }
    }
    let worker = Arc::clone(engine);
    let way = engine.journal().begin(OnItsWay::new("the patient's app asks for a new record"));
    engine.spawn(async move {
        worker.pause(worker.random_seconds(DELAY_SECONDS)).await;
        if let Err(error) = pull(&worker, record).await {
            tracing::warn!(%error, "the patient's app could not ask for the new record");
        }
        drop(way);
    });
}

async fn pull(engine: &Arc<Engine>, record: NewRecord) -> Result<(), SandboxError> {
    let app = PhrApp::log_in(engine, record.address.clone())?;
    let Some(artefact) = grant(engine, &app, &record)? else {
        return Ok(());
    };
    let consent = artefact.detail.consent_id.clone();
    if !is_acknowledged(engine, &consent).await {
        tracing::warn!("the HIP has not acknowledged the consent of the patient's app");
        return Ok(());
    }
    let transaction = TransactionId::new(uuid::Uuid::new_v4().to_string())?;
    let keys = ReceiverKeys::generate().map_err(|_| SandboxError::Keys)?;
    let push = uuid::Uuid::new_v4().to_string();
    let expiry = engine.now() + TimeDelta::days(1);
    // The live app writes its key with explicit parameters.
    let material = keys.key_material_as(KeyEncoding::X509, expiry);
    let material = KeyMaterialJson::write(&material).map_err(|_| SandboxError::Keys)?;
    let url = format!("{}{PUSH_PATH}{push}", engine.base_url());
    let dates = artefact.detail.permission.date_range;
    let request = HiRequest::new(consent.clone(), dates, url, material);
    let sent = RequestId::random();
    {
        let mut world = engine.world();
        let mut transfer = Transfer::new(consent.clone(), sent);
        transfer.announced = true;
        world.transfers.insert(transaction.clone(), transfer);
        world.awaited.insert(sent, Awaited::HipRequest(transaction.clone()));
        let hip = record.hip.clone();
        let expected = AppTransfer::new(app, keys, transaction.clone(), consent, hip);
        world.app_transfers.insert(push, expected);
    }
    engine.call_back_as::<OnHealthInformationRequest>(
        sent,
        &artefact.hip_client,
        HipHeaders { hip_id: record.hip },
        HealthInformationRequest::new(transaction, request),
    );
    Ok(())
}

/// The consent that the patient gave once and for all: granted at once, for this care context.
fn grant(
    engine: &Arc<Engine>,
    app: &PhrApp,
    record: &NewRecord,
) -> Result<Option<Artefact>, SandboxError> {
    let now = engine.now();
    let hiu = HiuId::new(HIU_ID)?;
    let request = ConsentRequestId::new(uuid::Uuid::new_v4().to_string())?;
    let id = ConsentId::new(uuid::Uuid::new_v4().to_string())?;
    let dates = DateRange::new(DateTime::UNIX_EPOCH, now);
    let permission = Permission::new(AccessMode::View, dates, now + TimeDelta::days(36_500));
    let requester = Requester::registered(HIU_NAME, "REGNO", HIU_ID, "https://www.abdm.gov.in");
    let terms = ConsentTerms::new(
        record.address.clone(),
        hiu.clone(),
        PurposeCode::SelfRequested,
        requester.clone(),
        record.hi_types.clone(),
        permission.clone(),
    );
    let purpose = terms.purpose.clone();
    let (address, hip) = (record.address.clone(), record.hip.clone());
    let mut detail = ConsentDetail::new(id.clone(), address, hip, purpose, permission);
    detail.created_at = Some(now);
    detail.care_contexts = vec![record.context.clone()];
    detail.hiu = Some(hiu.clone().into());
    detail.requester = Some(requester);
    detail.consent_manager = Some(json!({"id": "sbx"}));
    detail.hi_types.clone_from(&record.hi_types);
    let client = ClientId::from(app.client_id());
    let mut world = engine.world();
    let hip_client = world.registry.facility(record.hip.as_str()).map(|f| f.client.clone());
    let Some(hip_client) = hip_client else {
        return Ok(None);
    };
    let artefact = Artefact {
        request: request.clone(),
        signature: super::patient_app::signature(engine, &detail),
        detail,
        status: ConsentStatus::Granted,
        hiu,
        hiu_client: client.clone(),
        hip_client,
        acknowledged: false,
    };
    let status = ConsentStatus::Granted;
    let entry = ConsentRequest {
        number: world.next_number(),
        id: request.clone(),
        terms,
        client,
        status,
        created_at: now,
        changed_at: now,
        artefacts: vec![id.clone()],
    };
    world.consent_requests.insert(request, entry);
    tell_hip(engine, &mut world, &artefact);
    world.artefacts.insert(id, artefact.clone());
    Ok(Some(artefact))
}

pub(super) fn router() -> Router<Arc<Engine>> {
    Router::new()
        .route(&format!("{PUSH_PATH}{{id}}"), post(receive))
        .layer(DefaultBodyLimit::disable())
}

/// A page of records for the patient's app.
async fn receive(
    State(engine): State<Arc<Engine>>,
    Path(id): Path<String>,
    all: HeaderMap,
    body: Bytes,
) -> StatusCode {
    // A token that is there must be good; without one the unguessable path decides (rulings.md 4).
    if let Ok(token) = headers::bearer(&all, headers::AUTHORIZATION)
        && engine.world().session_owner(token, engine.now()).is_none()
    {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(page) = abdm_core::wire::read_json::<DataPage>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let done = {
        let mut world = engine.world();
        let Some(transfer) = world.app_transfers.get_mut(&id) else {
            return StatusCode::NOT_FOUND;
        };
        let records = open(transfer, &page);
        let done = transfer.take_page(page.page_number, page.page_count);
        world.app_records.extend(records);
        done.then(|| world.app_transfers.remove(&id)).flatten()
    };
    if let Some(transfer) = done {
        let worker = Arc::clone(&engine);
        let way = engine.journal().begin(OnItsWay::new("the patient's app reports a transfer"));
        engine.spawn(async move {
            let records = worker.world().app_records.clone();
            if let Err(error) = transfer.report(&records, worker.now()).await {
                tracing::warn!(%error, "the patient's app could not report the transfer");
            }
            drop(way);
        });
    }
    PushHealthInformation::META.success
}

/// Decrypts what can be decrypted.
fn open(transfer: &AppTransfer, page: &DataPage) -> Vec<AppRecord> {
    let material = page.key_material.read::<KeyMaterial>().ok();
    let open = |entry: &abdm_core::api::data_flow::Entry| {
        let content = entry.content.as_deref()?;
        let opened =
            transfer.keys().decrypt_entry(content, material.as_ref()?, entry.checksum.as_deref());
        Some(opened.ok()?.bytes.to_vec())
    };
    let records = page.entries.iter().map(|entry| {
        let reference = entry.care_context_reference.clone();
        AppRecord::new(transfer, reference, open(entry))
    });
    records.collect()
}
