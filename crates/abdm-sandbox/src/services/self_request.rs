//! What the patient's own app does without anybody asking: seconds after a link or a notice it pulls
//! the new record (reality 17, phr-simulator.md 5).
//!
//! Consent and request happen inside the consent manager, as live. From there on it is HTTP: the HIP
//! is notified and asked by callback, pushes to the app's own URL here, and the app reports.

use std::sync::Arc;

use abdm_core::api::consent::{
    ConsentCareContext, ConsentDetail, DateRange, Permission, Requester,
};
use abdm_core::api::data_flow::{
    DataPage, HealthInformationReport, HiRequest, KeyMaterialJson, Notifier,
    NotifyHealthInformation, PushHealthInformation, StatusNotification, StatusResponse,
    TransferReport,
};
use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{
    CareContextReference, ConsentId, ConsentRequestId, HipId, HiuId, RequestId, TransactionId,
};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{
    AccessMode, ConsentStatus, HiStatus, HiType, NotifierType, PurposeCode, SessionStatus,
};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use bytes::Bytes;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use fidelius_crypto::{KeyEncoding, KeyMaterial, ReceiverKeys};
use hip_services::api::health_information::{HealthInformationRequest, OnHealthInformationRequest};
use hiu_services::api::consent::ConsentTerms;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::consent::tell_hip;
use super::data_flow::is_acknowledged;
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::pending::{Errand, Work};
use crate::phr::PhrApp;
use crate::pushes;
use crate::server::LARGEST_BODY;
use crate::shared::Shared;
use crate::world::{
    AppRecord, AppTransfer, Artefact, Awaited, ClientId, ConsentRequest, OpenedDocument,
    PHR_HIU_ID, Transfer,
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(super) address: AbhaAddress,
    pub(super) hip: HipId,
    pub(super) context: ConsentCareContext,
    pub(super) hi_types: Vec<HiType>,
}

/// How far the app is with a new record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum NewRecord {
    /// It will ask for it in a while.
    Seen(Seen),
    /// It asks for it then.
    Due(Seen, DateTime<Utc>),
    /// It has the consent.
    Granted(Consented),
}

/// A record that the app may ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Consented {
    address: AbhaAddress,
    hip: HipId,
    /// Under which client the app calls.
    client: ClientId,
    hip_client: ClientId,
    consent: ConsentId,
    dates: DateRange,
}

impl NewRecord {
    /// The client under which the app calls, once it has one.
    pub(crate) const fn client(&self) -> Option<&ClientId> {
        match self {
            Self::Granted(consented) => Some(&consented.client),
            Self::Seen(_) | Self::Due(..) => None,
        }
    }
}

/// The app hears of a record, and in a while asks for it. Not twice for a link and its notice.
pub(super) fn notice(engine: &Arc<Engine>, record: Seen) {
    let now = engine.now();
    {
        let mut world = engine.world();
        if !world.switches.patient_app_pulls {
            return;
        }
        let context = record.context.care_context_reference.clone();
        let address = record.address.as_str().to_ascii_lowercase();
        let key = (address, record.hip.clone(), context);
        let last = world.pulled.insert(key, now);
        if last.is_some_and(|last| now - last < SAME_OCCASION) {
            return;
        }
    }
    engine.undertake(Work::NewRecord(Box::new(NewRecord::Seen(record))));
}

/// Asks for a new record, from where it stands on.
pub(crate) async fn ask_for_record(errand: &Errand, record: NewRecord) {
    if let Err(error) = ask(errand, record).await {
        tracing::warn!(%error, "the patient's app could not ask for the new record");
    }
}

async fn ask(errand: &Errand, record: NewRecord) -> Result<(), SandboxError> {
    let engine = errand.engine();
    let note = |record| errand.note(Work::NewRecord(Box::new(record)));
    let consented = match record {
        NewRecord::Seen(seen) => {
            let at = engine.after(engine.scaled(engine.random_seconds(DELAY_SECONDS)));
            note(NewRecord::Due(seen.clone(), at));
            engine.moved_clock().sleep_until(at).await;
            grant(errand, seen)?
        }
        NewRecord::Due(seen, at) => {
            engine.moved_clock().sleep_until(at).await;
            grant(errand, seen)?
        }
        NewRecord::Granted(consented) => Some(consented),
    };
    match consented {
        Some(consented) => pull(errand, consented).await,
        None => Ok(()),
    }
}

async fn pull(errand: &Errand, consented: Consented) -> Result<(), SandboxError> {
    let engine = errand.engine();
    let Consented { address, hip, client, hip_client, consent, dates } = consented;
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
    let request = HiRequest::new(consent.clone(), dates, url, material);
    let sent = RequestId::random();
    let mut transfer = Transfer::new(consent.clone(), sent);
    transfer.announced = true;
    let of = (address, client);
    let expected = AppTransfer::new(of, keys, transaction.clone(), consent, hip.clone());
    let mut world = engine.world();
    world.transfers.insert(transaction.clone(), transfer);
    world.awaited.insert(sent, Awaited::HipRequest(transaction.clone()));
    world.app_transfers.insert(push, expected);
    engine.call_back_as::<OnHealthInformationRequest>(
        sent,
        &hip_client,
        HipHeaders { hip_id: hip },
        HealthInformationRequest::new(transaction, request),
    );
    errand.done();
    Ok(())
}

/// The consent that the patient gave once and for all: granted at once, for this care context.
fn grant(errand: &Errand, record: Seen) -> Result<Option<Consented>, SandboxError> {
    let engine = errand.engine();
    let app = PhrApp::log_in(engine, record.address.clone())?;
    // As exact as the wire: an artefact that was kept is the one that was given.
    let now = engine.now().trunc_subsecs(3);
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
    let consented = Consented {
        address: record.address,
        hip: record.hip,
        client: client.clone(),
        hip_client: hip_client.clone(),
        consent: id.clone(),
        dates,
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
    world.consent_requests.insert(request, Shared::new(entry));
    tell_hip(engine, &mut world, &artefact);
    world.artefacts.insert(id, Shared::new(artefact));
    errand.note(Work::NewRecord(Box::new(NewRecord::Granted(consented.clone()))));
    Ok(Some(consented))
}

pub(super) fn router() -> Router<Arc<Engine>> {
    Router::new()
        .route(&format!("{PUSH_PATH}{{id}}"), post(receive))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// A page of records for the patient's app.
async fn receive(
    State(engine): State<Arc<Engine>>,
    Path(id): Path<String>,
    all: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let page = match pushes::admit(&engine, &all, &body) {
        Ok(page) => page,
        Err(status) => return status,
    };
    let expected = {
        let world = engine.world();
        let transfer = world.app_transfers.get(&id);
        transfer.map(|t| (t.keys(), pushes::granted(&world, &page, t.consent())))
    };
    let (keys, granted) = match expected {
        Some((keys, Some(granted))) => (keys, granted),
        Some((_, None)) => return StatusCode::CONFLICT,
        None => return StatusCode::NOT_FOUND,
    };
    // Large documents take their time, and nobody else shall wait for it.
    let opened = tokio::task::spawn_blocking(move || (open(&keys, &page, &granted), page));
    let Ok((documents, page)) = opened.await else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    let mut world = engine.world();
    let Some(transfer) = world.app_transfers.get_mut(&id) else {
        return StatusCode::NOT_FOUND;
    };
    let documents = documents.into_iter();
    let records: Vec<_> =
        documents.map(|(context, document)| AppRecord::new(transfer, context, document)).collect();
    let done = transfer.take_page(page.page_number, page.page_count);
    world.app_records.extend(records.into_iter().map(Shared::new));
    if let Some(transfer) = done.then(|| world.app_transfers.remove(&id)).flatten() {
        engine.undertake(Work::AppReport(transfer.into_report()));
    }
    drop(world);
    PushHealthInformation::META.success
}

/// A transfer whose last page the app has, and which it is to report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AppReport {
    client: ClientId,
    transaction: TransactionId,
    consent: ConsentId,
    hip: HipId,
}

impl AppReport {
    pub(crate) const fn new(
        client: ClientId,
        transaction: TransactionId,
        consent: ConsentId,
        hip: HipId,
    ) -> Self {
        Self { client, transaction, consent, hip }
    }

    /// Under which client the app calls.
    pub(crate) const fn client(&self) -> &ClientId {
        &self.client
    }
}

/// Reports to the consent manager, as the HIU that the app is.
pub(crate) async fn report_to_manager(errand: &Errand, report: AppReport) {
    let engine = errand.engine();
    let AppReport { client, transaction, consent, hip } = report;
    let fates = {
        let world = engine.world();
        let own = world.app_records.iter().filter(|r| *r.transaction() == transaction);
        own.map(|r| (r.care_context.clone(), r.document.is_some())).collect::<Vec<_>>()
    };
    let any = fates.iter().any(|(_, is_readable)| *is_readable);
    let responses = fates.into_iter().map(|(context, is_readable)| {
        let status = if is_readable { HiStatus::Ok } else { HiStatus::Errored };
        let text = if is_readable { "Received" } else { "cannot be read" };
        StatusResponse::new(context, status, text)
    });
    let status = if any { SessionStatus::Received } else { SessionStatus::Failed };
    let body = HealthInformationReport::from(TransferReport::new(
        consent,
        transaction,
        engine.now(),
        Notifier::new(NotifierType::Hiu, PHR_HIU_ID),
        StatusNotification::new(status, hip, responses.collect()),
    ));
    let Some(app) = PhrApp::client(engine, &client) else {
        return;
    };
    if let Err(error) = app.send(&Call::<NotifyHealthInformation>::new(body)).await {
        tracing::warn!(%error, "the patient's app could not report the transfer");
    }
}

/// Decrypts what was granted and can be decrypted.
fn open(
    keys: &ReceiverKeys,
    page: &DataPage,
    granted: &[bool],
) -> Vec<(CareContextReference, Option<OpenedDocument>)> {
    let material = page.key_material.read::<KeyMaterial>().ok();
    let open = |entry: &abdm_core::api::data_flow::Entry| {
        let content = entry.content.as_deref()?;
        let opened = keys.decrypt_entry(content, material.as_ref()?, entry.checksum.as_deref());
        let opened = opened.ok()?;
        let document = opened.bytes.to_vec();
        let findings = pushes::findings(&document, opened.checksum);
        Some(OpenedDocument { document, findings })
    };
    let records = page.entries.iter().zip(granted).map(|(entry, granted)| {
        (entry.care_context_reference.clone(), granted.then(|| open(entry)).flatten())
    });
    records.collect()
}
