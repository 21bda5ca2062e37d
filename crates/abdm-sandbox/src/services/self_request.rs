//! What the patient's own app does without anybody asking: seconds after a link or a notice it
//! pulls the new record (reality 17, phr-simulator.md 5).
//!
//! Consent and request happen inside the consent manager, as at ABDM. From there on it is HTTP: the
//! HIP is notified and asked by callback, pushes to the app's own URL here, and the app reports.

use std::sync::Arc;

use abdm_core::api::consent::{
    ConsentCareContext, ConsentDetail, DateRange, Permission, Requester,
};
use abdm_core::api::data_flow::{
    DataPage, HiRequest, KeyMaterialJson, NotifyHealthInformation, PushHealthInformation,
};
use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{ConsentId, ConsentRequestId, HipId, HiuId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode, SessionStatus};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use bytes::Bytes;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use fidelius_crypto::ReceiverKeys;
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
use crate::pushes::{self, Intake, Judged, Next, PageMark, Receipt, Receiver, Secrets};
use crate::server::LARGEST_BODY;
use crate::shared::Shared;
use crate::world::{
    AppRecord, AppTransfer, Artefact, Awaited, ClientId, ConsentRequest, PHR_HIU_ID, Transfer,
    World,
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
#[cfg_attr(not(feature = "v0_5"), expect(unused_mut, reason = "V0.5 tells no HI types"))]
pub(super) fn notice(engine: &Arc<Engine>, mut record: Seen) {
    let now = engine.now();
    {
        let mut world = engine.world();
        #[cfg(feature = "v0_5")]
        if world.switches.v0_5_facilities.iter().any(|id| id == record.hip.as_str()) {
            super::v0_5::widen(&mut record.hi_types);
        }
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
    let transaction = TransactionId::new(crate::random_uuid().to_string())?;
    let keys = ReceiverKeys::generate().map_err(|_| SandboxError::Keys)?;
    let push = crate::random_uuid().to_string();
    let expiry = engine.now() + TimeDelta::days(1);
    let form = engine.switches().app_key_form;
    let material = form.rewrite(keys.key_material_as(form.encoding(), expiry));
    let material = KeyMaterialJson::write(&material).map_err(|_| SandboxError::Keys)?;
    let url = format!("{}{PUSH_PATH}{push}", engine.base_url());
    let request = HiRequest::new(consent.clone(), dates, url, material);
    let sent = RequestId::random();
    let mut transfer = Transfer::new(consent.clone(), sent);
    transfer.announced = true;
    let mut world = engine.world();
    let granted = world.artefacts.get(&consent).map(|a| a.detail.care_contexts.as_slice());
    let granted = granted.unwrap_or_default().iter().map(|c| c.care_context_reference.clone());
    let intake = Intake::new(granted, engine.now());
    let from = (consent, hip.clone());
    let expected = AppTransfer::new((address, client), keys, transaction.clone(), from, intake);
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
    let app = PhrApp::of(engine, record.address.clone())?;
    // As exact as the wire: an artefact that was kept is the one that was given.
    let now = engine.now().trunc_subsecs(3);
    let hiu = HiuId::new(HIU_ID)?;
    let request = ConsentRequestId::new(crate::random_uuid().to_string())?;
    let id = ConsentId::new(crate::random_uuid().to_string())?;
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
    take_page(&engine, &id, &all, &body).await.unwrap_or_else(|refused| refused)
}

/// The status with which a page is taken, or by which it is refused (rulings.md 31).
async fn take_page(
    engine: &Arc<Engine>,
    id: &str,
    all: &HeaderMap,
    body: &Bytes,
) -> Result<StatusCode, StatusCode> {
    let taken = PushHealthInformation::META.success;
    let page = pushes::admit(engine, all, body)?;
    let mark = PageMark::of(&page);
    loop {
        match judge(engine, id, &page, &mark)? {
            Judged::New => break,
            Judged::Opening => pushes::while_opening().await,
            Judged::Repeated => return Ok(taken),
            Judged::Unwanted => return Err(StatusCode::CONFLICT),
        }
    }
    let kept = keep(Arc::clone(engine), id.to_owned(), page, mark);
    let kept = pushes::to_the_end(engine, kept).await;
    kept.unwrap_or(Err(StatusCode::SERVICE_UNAVAILABLE)).map(|()| taken)
}

/// What the app makes of a page before it opens it, or the status by which it is refused.
fn judge(
    engine: &Engine,
    id: &str,
    page: &DataPage,
    mark: &PageMark,
) -> Result<Judged, StatusCode> {
    let (now, mut world) = (engine.now(), engine.world());
    let world = &mut *world;
    let transfer = world.app_transfers.get_mut(id).ok_or(StatusCode::NOT_FOUND)?;
    if !world.artefacts.get(transfer.consent()).is_some_and(|a| a.is_granted(now)) {
        return Err(StatusCode::GONE);
    }
    if page.transaction_id != *transfer.transaction() {
        return Err(StatusCode::CONFLICT);
    }
    Ok(transfer.intake.judge(mark, now))
}

/// Opens a page that is new, and keeps what was in it.
async fn keep(
    engine: Arc<Engine>,
    id: String,
    page: DataPage,
    mark: PageMark,
) -> Result<(), StatusCode> {
    let engine = &engine;
    let (keys, granted, secrets) = {
        let world = engine.world();
        let secrets = Secrets::dropping(world.switches.app_drops_zeros);
        let transfer = world.app_transfers.get(&id).ok_or(StatusCode::NOT_FOUND)?;
        let contexts = page.entries.iter().map(|entry| &entry.care_context_reference);
        let granted = contexts.map(|context| transfer.intake.names(context)).collect();
        (transfer.keys(), granted, secrets)
    };
    let opened = pushes::open(keys, page, granted, secrets).await;
    let (now, mut world) = (engine.now(), engine.world());
    let world = &mut *world;
    let transfer = world.app_transfers.get_mut(&id).ok_or(StatusCode::NOT_FOUND)?;
    // The consent may have ended meanwhile.
    if !world.artefacts.get(transfer.consent()).is_some_and(|a| a.is_granted(now)) {
        transfer.intake.give_up(&mark);
        return Err(StatusCode::GONE);
    }
    let Some(entries) = opened else {
        transfer.intake.give_up(&mark);
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let read = entries.iter().map(|(context, opened)| (context, opened.is_ok()));
    transfer.intake.opened(mark, read, now);
    for entry in entries {
        let record = AppRecord::new(transfer, entry);
        if !world.app_records.iter().any(|known| known.is_as(&record)) {
            world.app_records.push(Shared::new(record));
        }
    }
    if let Some(at) = go_on(engine, transfer, pushes::patience(&world.switches)) {
        engine.wait_for_page(Receiver::App, &id, at);
    }
    Ok(())
}

/// A consent is over: the app drops what came of a transfer under way, and reports that it has
/// failed (rulings.md 12).
pub(super) fn break_off(engine: &Arc<Engine>, world: &mut World, consent: &ConsentId) {
    let transfers = world.app_transfers.values_mut();
    for transfer in transfers.filter(|transfer| transfer.consent() == consent) {
        let Some(fates) = transfer.intake.break_off() else {
            continue;
        };
        world.app_records.retain(|record| record.transaction() != transfer.transaction());
        engine.undertake(Work::AppReport(transfer.report(fates, true)));
    }
}

/// Reports a transfer that has ended; until when a further page is waited for, if one is.
fn go_on(
    engine: &Arc<Engine>,
    transfer: &mut AppTransfer,
    patience: TimeDelta,
) -> Option<DateTime<Utc>> {
    match transfer.intake.next(engine.now(), patience) {
        Next::Nothing => None,
        Next::LookAt(at) => Some(at),
        Next::Ended(fates) => {
            engine.undertake(Work::AppReport(transfer.report(fates, false)));
            None
        }
    }
}

/// Reports a transfer to the app, if it has ended by now; until when it is waited for, if not.
pub(crate) fn look_at_app_transfer(engine: &Arc<Engine>, push: &str) -> Option<DateTime<Utc>> {
    let mut world = engine.world();
    let patience = pushes::patience(&world.switches);
    go_on(engine, world.app_transfers.get_mut(push)?, patience)
}

/// A transfer that has ended, and that the app is to report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AppReport {
    client: ClientId,
    receipt: Receipt,
}

impl AppReport {
    pub(crate) const fn new(client: ClientId, receipt: Receipt) -> Self {
        Self { client, receipt }
    }

    /// Under which client the app calls.
    pub(crate) const fn client(&self) -> &ClientId {
        &self.client
    }
}

/// Reports to the consent manager, as the HIU that the app is.
pub(crate) async fn report_to_manager(errand: &Errand, report: AppReport) {
    let engine = errand.engine();
    let AppReport { client, receipt } = report;
    let Some(app) = PhrApp::client(engine, &client) else {
        return;
    };
    let body = receipt.written(PHR_HIU_ID, SessionStatus::Received, engine.now());
    if let Err(error) = app.send(&Call::<NotifyHealthInformation>::new(body)).await {
        tracing::warn!(%error, "the patient's app could not report the transfer");
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::api::data_flow::Entry;
    use fidelius_crypto::{EncryptOptions, KeyEncoding, encrypt_entry};

    use super::*;
    use crate::engine::tests::engine;

    const PUSH: &str = "a-push";

    /// The patient's app waits for a record, under a consent that lasts until then.
    fn waits(engine: &Engine, push: &str, consent: &str, until: DateTime<Utc>) {
        let id = ConsentId::new(consent).unwrap();
        let (hip, hiu) = (HipId::new("IN-1").unwrap(), HiuId::new(HIU_ID).unwrap());
        let address: AbhaAddress = "ravi.example@sbx".parse().unwrap();
        let permission = Permission::new(
            AccessMode::View,
            DateRange::new(DateTime::UNIX_EPOCH, engine.now()),
            until,
        );
        let requester = Requester::registered(HIU_NAME, "REGNO", HIU_ID, "https://www.abdm.gov.in");
        let terms = ConsentTerms::new(
            address.clone(),
            hiu.clone(),
            PurposeCode::SelfRequested,
            requester,
            Vec::new(),
            permission.clone(),
        );
        let purpose = terms.purpose;
        let artefact = Artefact {
            request: ConsentRequestId::new("a-request").unwrap(),
            detail: ConsentDetail::new(
                id.clone(),
                address.clone(),
                hip.clone(),
                purpose,
                permission,
            ),
            signature: String::new(),
            status: ConsentStatus::Granted,
            hiu,
            hiu_client: ClientId::from("APP"),
            hip_client: ClientId::from("HIP"),
            acknowledged: true,
        };
        let transfer = AppTransfer::new(
            (address, ClientId::from("APP")),
            ReceiverKeys::generate().unwrap(),
            TransactionId::new(push).unwrap(),
            (id.clone(), hip),
            Intake::new(["OPD-1".parse().unwrap()], engine.now()),
        );
        let mut world = engine.world();
        world.artefacts.insert(id, Shared::new(artefact));
        world.app_transfers.insert(push.to_owned(), transfer);
    }

    /// A page with a record of `OPD-1`, the first of so many.
    fn page(engine: &Engine, push: &str, count: i64) -> DataPage {
        let expiry = engine.now() + TimeDelta::hours(1);
        let keys = engine.world().app_transfers.get(push).unwrap().keys();
        let material = keys.key_material_as(KeyEncoding::X509, expiry);
        let options = EncryptOptions::new(expiry);
        let sealed = encrypt_entry(b"{}".as_slice(), &material, &options).unwrap();
        let content = String::from_utf8(sealed.content.into()).unwrap();
        let entry = Entry::new(content, sealed.checksum.clone(), "OPD-1".parse().unwrap());
        let keys = KeyMaterialJson::write(&sealed.key_material).unwrap();
        DataPage::new(1, count, TransactionId::new(push).unwrap(), vec![entry], keys)
    }

    fn reports(engine: &Engine) -> usize {
        let works = engine.pending().works();
        works.values().filter(|work| matches!(work, Work::AppReport(_))).count()
    }

    #[tokio::test]
    async fn a_page_that_is_opened_while_its_consent_ends_is_410_and_not_kept() {
        for ends in [ConsentStatus::Revoked, ConsentStatus::Expired] {
            let engine = engine();
            waits(&engine, PUSH, "a-consent", engine.now() + TimeDelta::hours(1));
            let page = page(&engine, PUSH, 1);
            let mark = PageMark::of(&page);
            assert_eq!(judge(&engine, PUSH, &page, &mark), Ok(Judged::New));
            let consent = ConsentId::new("a-consent").unwrap();
            engine.world().artefacts.get_mut(&consent).unwrap().status = ends;
            let kept = keep(Arc::clone(&engine), PUSH.to_owned(), page, mark).await;
            assert_eq!(kept, Err(StatusCode::GONE));
            assert_eq!(engine.world().app_records.len(), 0);
        }
    }

    /// Ruling 12.
    #[tokio::test]
    async fn a_transfer_under_way_whose_consent_expires_is_reported_and_what_came_is_dropped() {
        let engine = engine();
        waits(&engine, PUSH, "a-consent", engine.now() + TimeDelta::minutes(5));
        let page = page(&engine, PUSH, 2);
        let mark = PageMark::of(&page);
        assert_eq!(judge(&engine, PUSH, &page, &mark), Ok(Judged::New));
        keep(Arc::clone(&engine), PUSH.to_owned(), page, mark).await.unwrap();
        assert_eq!((engine.world().app_records.len(), reports(&engine)), (1, 0));
        engine.advance(TimeDelta::minutes(6)).unwrap();
        assert_eq!((engine.world().app_records.len(), reports(&engine)), (0, 1));
    }

    #[tokio::test]
    async fn many_pulls_leave_no_transfer_behind_a_day_after_their_deadline() {
        let engine = engine();
        let until = engine.now() + TimeDelta::days(2);
        for number in 0..100 {
            let push = format!("push-{number}");
            waits(&engine, &push, "a-consent", until);
            // Of every other one nothing comes.
            if number % 2 == 0 {
                let page = page(&engine, &push, 1);
                let mark = PageMark::of(&page);
                assert_eq!(judge(&engine, &push, &page, &mark), Ok(Judged::New));
                keep(Arc::clone(&engine), push, page, mark).await.unwrap();
            }
        }
        engine.advance(TimeDelta::days(1) + TimeDelta::minutes(19)).unwrap();
        assert_eq!(engine.world().app_transfers.len(), 100);
        engine.advance(TimeDelta::minutes(2)).unwrap();
        assert_eq!(engine.world().app_transfers.len(), 0);
        assert_eq!(engine.world().app_records.len(), 50);
    }
}
