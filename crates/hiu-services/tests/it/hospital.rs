//! A hospital at work, against ABDM and a HIP in the process.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::id::PatientReference;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::ids::RandomIds;
use abdm_flow::store::{FlowList, FlowStore as _, MemoryStore, Payload, Scope};
use abdm_flow::testing::{CallCounts, GatedStore};
use abdm_flow::{Engine, EngineOptions};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::hooks::{MemoryRecords, Records};
use hiu_services::{ArtefactView, Consent, ConsentRequest, Decision, Delivery, Hiu, HiuBuilder};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::abdm::{Abdm, Habits};
use crate::made_up::{consent_id, context, hiu_id, question};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// For the only node over its store: nothing comes in elsewhere, and hours that pass in a test need
/// not be looked at second by second.
pub(crate) fn alone() -> EngineOptions {
    let mut options = EngineOptions::default();
    options.poll_interval = 10 * MINUTE;
    options
}

/// A hospital at work: killed and begun again as often as a test likes.
pub(crate) struct Hospital {
    pub(crate) abdm: Arc<Abdm>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) records: Arc<MemoryRecords>,
    pub(crate) hiu: Hiu,
    pub(crate) worker: JoinHandle<()>,
    options: EngineOptions,
    set_up: Box<dyn Fn(HiuBuilder) -> HiuBuilder>,
}

impl Hospital {
    pub(crate) fn open(habits: Habits) -> Self {
        Self::open_with(habits, |builder| builder)
    }

    pub(crate) fn open_with(
        habits: Habits,
        set_up: impl Fn(HiuBuilder) -> HiuBuilder + 'static,
    ) -> Self {
        Self::open_on(habits, alone(), set_up)
    }

    /// Over a store in which something stands already.
    pub(crate) fn open_over(habits: Habits, store: MemoryStore) -> Self {
        Self::open_with_all(habits, store, alone(), |builder| builder)
    }

    /// With an engine that works so.
    pub(crate) fn open_on(
        habits: Habits,
        options: EngineOptions,
        set_up: impl Fn(HiuBuilder) -> HiuBuilder + 'static,
    ) -> Self {
        Self::open_with_all(habits, MemoryStore::new(), options, set_up)
    }

    fn open_with_all(
        habits: Habits,
        store: MemoryStore,
        mut options: EngineOptions,
        set_up: impl Fn(HiuBuilder) -> HiuBuilder + 'static,
    ) -> Self {
        options.node = Some("hospital".to_owned());
        let abdm = Abdm::new(habits);
        let store = Arc::new(store);
        let records = Arc::new(MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()));
        let (hiu, worker) = Self::start(&abdm, &store, records.clone(), &options, &set_up);
        Self { abdm, store, records, hiu, worker, options, set_up: Box::new(set_up) }
    }

    fn start(
        abdm: &Arc<Abdm>,
        store: &Arc<MemoryStore>,
        records: Arc<dyn Records>,
        options: &EngineOptions,
        set_up: &dyn Fn(HiuBuilder) -> HiuBuilder,
    ) -> (Hiu, JoinHandle<()>) {
        // Nothing is sealed, so that a test can look for what must not even stand there sealed.
        let (ids, clock) = (Arc::new(RandomIds), abdm.client().clock());
        let gated = GatedStore::new(store.clone(), Arc::new(CallCounts::default())).called_sealed();
        let engine = Engine::with(Arc::new(gated), clock, ids, options.clone());
        let builder = Hiu::builder(hiu_id(), abdm.client())
            .records(records)
            .engine(&engine, SealingKey::from_bytes(&[2; 32]).unwrap())
            .bridge_url("http://127.0.0.1:1");
        let hiu = set_up(builder).build().unwrap();
        abdm.connect(&hiu);
        let working = hiu.clone();
        let worker = tokio::spawn(async move { working.run(std::future::pending()).await });
        (hiu, worker)
    }

    /// Kills everything but the store, and begins again over what it had written.
    pub(crate) async fn crash_and_restart(&mut self) {
        self.crash_and_restart_over(|written| written).await;
    }

    /// The same, over a store that somebody has changed meanwhile.
    pub(crate) async fn crash_and_restart_over(&mut self, change: impl Fn(String) -> String) {
        self.abdm.disconnect();
        self.worker.abort();
        tokio::time::sleep(MINUTE).await;
        let written = String::from_utf8(self.store.to_snapshot_bytes().unwrap()).unwrap();
        let written = change(written);
        self.store = Arc::new(MemoryStore::from_snapshot_bytes(written.as_bytes()).unwrap());
        (self.hiu, self.worker) = self.start_again(self.records.clone());
    }

    fn start_again(&self, records: Arc<dyn Records>) -> (Hiu, JoinHandle<()>) {
        Self::start(&self.abdm, &self.store, records, &self.options, &*self.set_up)
    }

    /// Ends the workers, and begins again over the same store with this record store.
    pub(crate) fn restart_with(&mut self, records: Arc<dyn Records>) {
        self.abdm.disconnect();
        self.worker.abort();
        (self.hiu, self.worker) = self.start_again(records);
    }

    /// The workers end; callbacks and pushes are still taken in.
    pub(crate) fn stop_working(&self) {
        self.worker.abort();
    }

    pub(crate) async fn ask(&self) -> Consent {
        self.hiu.request_consent(question()).await.unwrap()
    }

    /// Asks; the patient grants one artefact.
    pub(crate) async fn ask_and_grant(&self) -> Consent {
        self.ask_and_grant_this(question()).await
    }

    pub(crate) async fn ask_and_grant_this(&self, question: ConsentRequest) -> Consent {
        let consent = self.hiu.request_consent(question).await.unwrap();
        self.abdm.wait_for::<RequestConsent>(1).await;
        self.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
        assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Granted);
        consent
    }

    pub(crate) async fn delivery(&self, consent: &Consent) -> Delivery {
        let mut deliveries = consent.wait_for_records(HOUR).await.unwrap();
        assert_eq!(deliveries.len(), 1);
        deliveries.remove(0)
    }

    /// The medicines of every document kept, sorted.
    pub(crate) fn medicines(&self) -> Vec<String> {
        let documents = self.records.documents_under(&consent_id(1));
        let mut names: Vec<_> = documents
            .iter()
            .flat_map(|document| {
                let record = self.records.open(document).unwrap().record().unwrap();
                let held = record.medicines().filter_map(|medicine| medicine.if_holds());
                held.map(|medicine| medicine.name.clone()).collect::<Vec<_>>()
            })
            .collect();
        names.sort();
        names
    }

    /// The one artefact.
    pub(crate) async fn artefact(&self) -> ArtefactView {
        self.hiu.artefact(&consent_id(1)).await.unwrap().unwrap()
    }

    /// How many documents are known to be kept under it.
    pub(crate) async fn documents(&self) -> usize {
        self.artefact().await.documents
    }

    /// The snapshot of the artefact's flow.
    pub(crate) async fn snapshot(&self) -> Payload {
        let scope = Scope::new(hiu_id().as_str());
        let stored = self.store.flows(&FlowList::new(&scope, "hiu.artefact", 10)).await.unwrap();
        stored.into_iter().next().unwrap().state
    }

    /// The present transfer's keys, as they are stored.
    pub(crate) async fn keys(&self) -> Option<String> {
        let state: Value = self.snapshot().await.decode().unwrap();
        state["transfer"]["keys"].as_str().map(str::to_owned)
    }

    pub(crate) async fn has_keys(&self) -> bool {
        self.keys().await.is_some()
    }

    /// Everything that is stored; what stands there as base64, as what it says.
    pub(crate) fn stored_text(&self) -> String {
        fn opened(value: &mut Value) {
            match value {
                Value::String(text) => {
                    if let Ok(bytes) = STANDARD.decode(&*text)
                        && let Ok(mut inner) = serde_json::from_slice(&bytes)
                    {
                        opened(&mut inner);
                        *value = inner;
                    }
                }
                Value::Array(items) => items.iter_mut().for_each(opened),
                Value::Object(fields) => fields.values_mut().for_each(opened),
                _ => {}
            }
        }
        let mut stored = serde_json::from_slice(&self.store.to_snapshot_bytes().unwrap()).unwrap();
        opened(&mut stored);
        stored.to_string()
    }
}

/// A HIP that is asked for the records of these contexts and pushes nothing by itself.
pub(crate) async fn asked_for(contexts: &[&str]) -> (Hospital, Consent) {
    asked_with(contexts, |builder| builder).await
}

pub(crate) async fn asked_with(
    contexts: &[&str],
    set_up: impl Fn(HiuBuilder) -> HiuBuilder + 'static,
) -> (Hospital, Consent) {
    asked_by(Habits::default(), contexts, set_up).await
}

pub(crate) async fn asked_by(
    habits: Habits,
    contexts: &[&str],
    set_up: impl Fn(HiuBuilder) -> HiuBuilder + 'static,
) -> (Hospital, Consent) {
    asked_of(habits, contexts, alone(), set_up).await
}

/// With an engine that works so.
pub(crate) async fn asked_on(contexts: &[&str], options: EngineOptions) -> (Hospital, Consent) {
    asked_of(Habits::default(), contexts, options, |builder| builder).await
}

async fn asked_of(
    habits: Habits,
    contexts: &[&str],
    options: EngineOptions,
    set_up: impl Fn(HiuBuilder) -> HiuBuilder + 'static,
) -> (Hospital, Consent) {
    let mut habits = Habits { pushes: false, ..habits };
    let patient = PatientReference::new("UHID-77").unwrap();
    let consented = |name: &&str| ConsentCareContext::new(patient.clone(), context(name));
    habits.terms.care_contexts = contexts.iter().map(consented).collect();
    let hospital = Hospital::open_on(habits, options, set_up);
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(SECOND).await;
    (hospital, consent)
}

/// Each care context's fate in the one receipt there must be.
pub(crate) async fn receipt(abdm: &Abdm) -> (String, Vec<(String, String)>) {
    tokio::time::sleep(MINUTE).await;
    let receipts = abdm.calls::<NotifyHealthInformation>();
    assert_eq!(receipts.len(), 1, "one receipt, not {receipts:#?}");
    let status = &receipts[0]["notification"]["statusNotification"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fates = status["statusResponses"].as_array().unwrap().iter();
    let fates =
        fates.map(|fate| (text(&fate["careContextReference"]), text(&fate["hiStatus"]))).collect();
    (text(&status["sessionStatus"]), fates)
}

pub(crate) fn all_ok(contexts: &[&str]) -> (String, Vec<(String, String)>) {
    let ok = |name: &&str| ((*name).to_owned(), "OK".to_owned());
    ("RECEIVED".to_owned(), contexts.iter().map(ok).collect())
}

/// The tables of the rows that the flows keep in a store, a name for each row.
pub(crate) fn rows_in(store: &MemoryStore) -> Vec<String> {
    let stored = stored_in(store);
    let rows = stored["rows"].as_array().unwrap().iter();
    let tables = rows.map(|row| row[0][1].as_str().unwrap().to_owned());
    tables.filter(|table| table.starts_with("hiu.")).collect()
}

/// How many bodies of messages and pages a store holds.
pub(crate) fn bodies_in(store: &MemoryStore) -> usize {
    stored_in(store)["bodies"].as_array().unwrap().len()
}

fn stored_in(store: &MemoryStore) -> Value {
    serde_json::from_slice(&store.to_snapshot_bytes().unwrap()).unwrap()
}
