//! A clinic: its records, its server, its patient.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::client::{AbdmClient, AbdmClientBuilder};
use abdm_core::environment::Environment;
use abdm_core::id::{CareContextReference, HipId};
use abdm_core::seal::SealingKey;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::Transport;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::store::{DeadLetter, DeadLetterList, FlowStore as _, MemoryStore};
use abdm_flow::testing::{CallCounts, GatedStore};
use abdm_flow::{Engine, EngineOptions, Flow, SealedStore, VirtualClock};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hip_services::{
    Hip, HipBuilder, HipEvent, Hospital, HospitalError, LinkPatient, ListedRecord, Record,
    RecordId, RecordsWanted, Visit,
};

use crate::gateway::{Gateway, address, hip_id};
use crate::sharing::Reception;
use crate::user_linking::Register;

/// For the only node over its store: nothing comes in elsewhere, and days that pass in a test need
/// not be looked at second by second.
fn alone() -> EngineOptions {
    let mut options = EngineOptions::default();
    options.poll_interval = Duration::from_secs(600);
    options
}

/// A clinic with three records on two visits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clinic {
    pub(crate) events: Arc<Mutex<Vec<HipEvent>>>,
    pub(crate) fails: Arc<Mutex<u32>>,
    /// Its database never answers.
    pub(crate) hangs: Arc<AtomicBool>,
    /// It never comes back from an event.
    pub(crate) deaf: Arc<AtomicBool>,
    /// How often it has listed a visit.
    pub(crate) lists: Arc<AtomicUsize>,
    /// Which documents were read, in order.
    pub(crate) read: Arc<Mutex<Vec<String>>>,
    /// Which documents are listed and no longer there.
    pub(crate) gone: Arc<Mutex<BTreeSet<String>>>,
    /// Until then no document can be read; lists can.
    pub(crate) away_until: Arc<Mutex<Option<tokio::time::Instant>>>,
    /// Which documents never come.
    pub(crate) stuck: Arc<Mutex<BTreeSet<String>>>,
    /// Further documents of a visit.
    pub(crate) more: Arc<Mutex<BTreeMap<String, Vec<Row>>>>,
}

impl Clinic {
    pub(crate) fn heard(&self) -> Vec<&'static str> {
        self.events.lock().unwrap().iter().map(HipEvent::name).collect()
    }
}

/// A row of the clinic's database.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: RecordId,
    pub(crate) hi_type: HiType,
    pub(crate) date: DateTime<Utc>,
    pub(crate) text: String,
}

pub(crate) fn row(id: &str, hi_type: HiType, date: &str, text: &str) -> Row {
    let (id, date) = (id.parse().unwrap(), date.parse().unwrap());
    Row { id, hi_type, date, text: text.to_owned() }
}

impl Row {
    pub(crate) fn record(&self) -> Record {
        Record::new(self.hi_type.clone(), self.date, self.text.clone())
    }
}

impl Clinic {
    /// The documents of a visit. More than is asked for: the wellness record and the old one must
    /// not leave.
    pub(crate) fn rows(&self, visit: &CareContextReference) -> Vec<Row> {
        let mut rows = match visit.as_str() {
            "OPD-1" => vec![
                row("p1", HiType::Prescription, "2026-01-02T11:00:00Z", "prescription 1"),
                row("c1", HiType::OpConsultation, "2026-01-02T10:30:00Z", "consultation 1"),
                row("w1", HiType::WellnessRecord, "2026-01-02T10:30:00Z", "wellness 1"),
                row("p0", HiType::Prescription, "2025-06-02T11:00:00Z", "old prescription"),
            ],
            "OPD-2" => {
                vec![row("c2", HiType::OpConsultation, "2026-01-03T09:00:00Z", "consultation 2")]
            }
            // Somebody has put a document of Ravi's into Asha's visit, and one of her other number.
            "OPD-4" => vec![
                row("r4", HiType::OpConsultation, "2026-01-02T08:00:00Z", &of("ravi.test@sbx")),
                row("a4", HiType::OpConsultation, "2026-01-02T09:00:00Z", &of("ASHA.Test@sbx")),
                row("n4", HiType::Prescription, "2026-01-02T09:30:00Z", &of("91-0000-0000-0002")),
            ],
            _ => Vec::new(),
        };
        rows.extend(self.more.lock().unwrap().get(visit.as_str()).cloned().unwrap_or_default());
        rows
    }

    /// As a database answers: perhaps not at all, perhaps with an error.
    async fn answers(&self) -> Result<(), HospitalError> {
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        let mut fails = self.fails.lock().unwrap();
        if *fails > 0 {
            *fails -= 1;
            return Err(HospitalError::new("the database is away"));
        }
        Ok(())
    }
}

#[async_trait]
impl Hospital for Clinic {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        self.answers().await?;
        let mut rows = self.rows(&wanted.care_context.care_context_reference);
        // Without ORDER BY each answer has an order of its own.
        let shift = self.lists.fetch_add(1, Ordering::Relaxed) % rows.len().max(1);
        rows.rotate_left(shift);
        Ok(rows.into_iter().map(|r| ListedRecord::new(r.id, r.hi_type, r.date)).collect())
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        self.answers().await?;
        if self.away_until.lock().unwrap().is_some_and(|then| tokio::time::Instant::now() < then) {
            return Err(HospitalError::new("the archive is away"));
        }
        let stuck = self.stuck.lock().unwrap().contains(id.as_str());
        if stuck {
            std::future::pending::<()>().await;
        }
        self.read.lock().unwrap().push(id.to_string());
        if self.gone.lock().unwrap().contains(id.as_str()) {
            return Ok(None);
        }
        let rows = self.rows(&wanted.care_context.care_context_reference);
        Ok(rows.iter().find(|row| row.id == *id).map(Row::record))
    }

    async fn on_event(&self, event: &HipEvent) -> Result<(), HospitalError> {
        if self.deaf.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        self.events.lock().unwrap().push(event.clone());
        Ok(())
    }
}

/// A clinic's server: store and key outlive its processes.
pub(crate) struct Server {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) clinic: Clinic,
    pub(crate) reception: Reception,
    pub(crate) register: Register,
    pub(crate) memory: Arc<MemoryStore>,
    /// Nothing is sealed, so that a test can look for what must not even stand there sealed.
    pub(crate) unsealed: bool,
    pub(crate) retention: Option<Duration>,
    key: String,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            gateway: Gateway::new(VirtualClock::default()),
            clinic: Clinic::default(),
            reception: Reception::default(),
            register: Register::default(),
            memory: Arc::default(),
            unsealed: false,
            retention: None,
            key: SealingKey::generate().unwrap().expose_base64().to_string(),
        }
    }

    /// A HIP as a process builds it when it starts; callbacks go to it from now on.
    pub(crate) fn hip(&self) -> Hip {
        self.hip_of(self.clinic.clone())
    }

    /// The same of another hospital.
    pub(crate) fn hip_of(&self, hospital: impl Hospital) -> Hip {
        let hip = self.builder(hospital).build().unwrap();
        self.gateway.calls_back(&hip);
        hip
    }

    /// The same after the key was changed, and the old one not kept: what is sealed does not open.
    /// For a server of which nothing but that is sealed.
    pub(crate) fn hip_with_another_key(&self) -> Hip {
        assert!(self.unsealed);
        let key = SealingKey::generate().unwrap();
        let hip = self.builder_over(self.clinic.clone(), |client| client, key).build().unwrap();
        self.gateway.calls_back(&hip);
        hip
    }

    /// A client of the gateway.
    pub(crate) fn client(&self) -> AbdmClient {
        self.client_builder().build()
    }

    fn client_builder(&self) -> AbdmClientBuilder {
        let credentials = Credentials::new("SBX_000000", ClientSecret::new("secret"));
        let transport: Arc<dyn Transport> = self.gateway.clone();
        AbdmClient::builder(Environment::sandbox(), credentials, Arc::clone(&transport))
            .outgoing_transport(transport)
            .clock(Arc::new(self.gateway.clock()))
    }

    /// The same before it is built.
    pub(crate) fn builder(&self, hospital: impl Hospital) -> HipBuilder {
        self.builder_with(hospital, |client| client)
    }

    /// The same with a client that is set otherwise.
    pub(crate) fn builder_with(
        &self,
        hospital: impl Hospital,
        set: impl FnOnce(AbdmClientBuilder) -> AbdmClientBuilder,
    ) -> HipBuilder {
        self.builder_over(hospital, set, self.key.parse().unwrap())
    }

    fn builder_over(
        &self,
        hospital: impl Hospital,
        set: impl FnOnce(AbdmClientBuilder) -> AbdmClientBuilder,
        key: SealingKey,
    ) -> HipBuilder {
        let client = set(self.client_builder()).build();
        let mut builder = Hip::builder(hip_id(), client).options(alone());
        if let Some(retention) = self.retention {
            builder = builder.retention(retention);
        }
        let builder = builder
            .also(other_hip_id())
            .hospital(hospital)
            .reception(self.reception.clone())
            .patients(self.register.clone(), self.register.clone());
        if self.unsealed {
            let clock = Arc::new(self.gateway.clock());
            let gate = Arc::new(CallCounts::default());
            let store = GatedStore::new(self.memory.clone(), gate).called_sealed();
            builder.engine(&Engine::new(Arc::new(store), clock), key)
        } else {
            builder.store(self.memory.clone(), key)
        }
    }

    /// The store as the HIP sees it.
    pub(crate) fn store(&self) -> SealedStore {
        let key: SealingKey = self.key.parse().unwrap();
        SealedStore::new(self.memory.clone(), key.into())
    }

    /// Whatever was set aside, in a store that is sealed with this key.
    pub(crate) async fn dead_letters_of(&self, key: &[u8]) -> Vec<DeadLetter> {
        let key = SealingKey::from_bytes(key).unwrap();
        let store = SealedStore::new(self.memory.clone(), key.into());
        store.dead_letters(&DeadLetterList::new(10)).await.unwrap()
    }

    /// What of this kind was set aside.
    pub(crate) async fn dead_letters<F: Flow>(&self) -> Vec<DeadLetter> {
        self.store().dead_letters(&DeadLetterList::new(10).of_kind(F::KIND)).await.unwrap()
    }

    /// How many messages of this kind wait.
    pub(crate) async fn waiting<F: Flow>(&self) -> u64 {
        self.memory.depths(&[F::KIND]).await.unwrap()[0].messages
    }

    /// Runs a HIP while `story` goes on.
    pub(crate) async fn run<T>(&self, hip: &Hip, story: impl Future<Output = T>) -> T {
        tokio::select! {
            () = hip.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
            told = story => told,
        }
    }
}

/// A document whose patient has this ABHA number or address.
pub(crate) fn of(identifier: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Patient","identifier":[
            {{"system":"https://healthid.ndhm.gov.in","value":"{identifier}"}}]}}}}]}}"#
    )
}

/// The clinic's second house, on the same bridge.
pub(crate) fn other_hip_id() -> HipId {
    "IN0000000001_2".parse().unwrap()
}

pub(crate) fn patient() -> LinkPatient {
    LinkPatient::new(
        address(),
        "UHID-000123".parse().unwrap(),
        "Asha Test Kumari",
        Gender::Female,
        1988,
    )
    .abha_number("91-0000-0000-0001".parse().unwrap())
    .visit(Visit::new(
        "OPD-1".parse().unwrap(),
        "OPD visit 2 Jan 2026",
        "2026-01-02T10:30:00Z".parse().unwrap(),
        [HiType::OpConsultation],
    ))
}

/// Waits, in virtual time, until something is so.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..36_000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never happened: {what}");
}
