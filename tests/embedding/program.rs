//! A clinic in a program of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::bridge::set_callback_url;
use abdm_core::callback::{CallbackVerifier, KeyCache, KeyCacheSettings, VerifyPolicy};
use abdm_core::client::{AbdmClient, GatewayKeys};
use abdm_core::id::{HipId, PatientReference};
use abdm_core::receiver::listen;
use abdm_core::seal::SealingKey;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::store::FlowStore;
use abdm_sandbox::examples::CLINIC;
use abdm_sandbox::{Sandbox, Switches};
use abdm_store::SqliteStore;
use axum::Router;
use chrono::TimeDelta;
use fhir_bundles::build::{Facility, OpConsultation, Patient, Practitioner, Visit as Encounter};
use hip_services::patient_index::{PatientIndex, PatientQuery, Proof, RegisteredPatient};
use hip_services::{
    Bridge, Hip, Hospital, HospitalError, LinkPatient, ListedRecord, OtpMessage, OtpSender, Record,
    RecordId, RecordsWanted, Visit,
};
use hiu_services::hooks::MemoryRecords;
use hiu_services::{Consent, ConsentRequest, Decision, Delivery, Hiu};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
const SEEN_AT: &str = "2026-09-14T10:30:00+05:30";
pub(crate) const NAME: &str = "Ravi Example";
pub(crate) const ADDRESS: &str = "ravi.example@sbx";

/// The visit that the clinic links by itself.
const LINKED: &str = "OPD-2026-0042";
/// A visit that the patient finds from their app.
const FOUND: &str = "OPD-2026-0043";
const PATIENT: &str = "UHID-000123";

/// One patient with two visits, and an SMS service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clinic {
    /// The OTPs that the clinic has sent.
    otps: Arc<Mutex<Vec<String>>>,
    /// Of which round of a story the visits are.
    round: Arc<AtomicU32>,
}

#[async_trait::async_trait]
impl Hospital for Clinic {
    async fn list(&self, _: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let made = SEEN_AT.parse()?;
        Ok(vec![ListedRecord::new("DOC-1".parse()?, HiType::OpConsultation, made)])
    }

    async fn document(
        &self,
        _: &RecordId,
        _: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let document = OpConsultation::new(
            Patient::with_abha_address(NAME, ADDRESS),
            Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
            Facility::new("Example Clinic", CLINIC.facility),
            Encounter::outpatient(SEEN_AT),
        )
        .chief_complaint("Fever for three days")
        .build()?;
        Ok(Some(Record::new(HiType::OpConsultation, SEEN_AT.parse()?, document.to_vec())))
    }
}

#[async_trait::async_trait]
impl PatientIndex for Clinic {
    async fn find(&self, _: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
        let patient = RegisteredPatient::new(PATIENT.parse()?, "Ravi E.")
            .name(NAME)
            .gender("M")
            .abha_address(ADDRESS, Proof::Proven)
            .mobile("9999900002");
        Ok(vec![patient])
    }

    async fn care_contexts(
        &self,
        _: &HipId,
        _: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError> {
        let round = self.round.load(Ordering::SeqCst);
        Ok(vec![visit(LINKED, round), visit(FOUND, round)])
    }
}

#[async_trait::async_trait]
impl OtpSender for Clinic {
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
        self.otps.lock().unwrap().push(otp.code.expose().to_owned());
        Ok(())
    }
}

/// A visit, under a name of its own for each round of a story.
fn visit(name: &str, round: u32) -> Visit {
    let reference = if round == 0 { name.to_owned() } else { format!("{name}-{round}") };
    let (reference, at) = (reference.parse().unwrap(), SEEN_AT.parse().unwrap());
    Visit::new(reference, "OPD visit 14 Sep 2026", at, [HiType::OpConsultation])
}

/// A clinic at work, in both roles.
pub(crate) struct Program {
    pub(crate) bridge: Bridge,
    pub(crate) hip: Hip,
    pub(crate) hiu: Hiu,
    clinic: Clinic,
    records: Arc<MemoryRecords>,
    client: AbdmClient,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

/// A sandbox in a hurry. The patient's app does not ask by itself: the clinic's question is the
/// only one.
pub(crate) async fn sandbox() -> Sandbox {
    sandbox_with(Switches::quick()).await
}

pub(crate) async fn sandbox_with(switches: Switches) -> Sandbox {
    let sandbox = Sandbox::builder().switches(switches).start().await.unwrap();
    sandbox.register_examples().unwrap();
    sandbox
}

/// The check of callbacks that every program has, but for the pause between two fetches of keys.
fn eager_verifier(client: &AbdmClient) -> Arc<CallbackVerifier> {
    let mut settings = KeyCacheSettings::default();
    settings.fetch_floor = Duration::ZERO;
    let source = Arc::new(GatewayKeys::new(client.clone()));
    let keys = KeyCache::with_settings(source, client.clock(), settings);
    let policy = VerifyPolicy::for_issuers(client.environment().issuers().iter().cloned());
    Arc::new(CallbackVerifier::new(keys, policy, client.clock()))
}

impl Program {
    pub(crate) async fn start(sandbox: &Sandbox, file: &Path) -> Self {
        Self::over(sandbox, Arc::new(SqliteStore::open(file).unwrap())).await
    }

    /// A clinic over a store of its own.
    pub(crate) async fn over(sandbox: &Sandbox, store: Arc<dyn FlowStore>) -> Self {
        Self::open(sandbox, store, |client, hip, hiu| Bridge::new(client, &[hip, hiu])).await
    }

    /// The same, and it fetches the gateway's keys as often as there is an unknown one.
    pub(crate) async fn with_eager_keys(sandbox: &Sandbox, store: Arc<dyn FlowStore>) -> Self {
        Self::open(sandbox, store, |client, hip, hiu| {
            let bridge = Bridge::builder(client).role(hip).role(hiu);
            bridge.verifier(eager_verifier(client)).build()
        })
        .await
    }

    async fn open(
        sandbox: &Sandbox,
        store: Arc<dyn FlowStore>,
        bridge: impl FnOnce(&AbdmClient, &Hip, &Hiu) -> Bridge,
    ) -> Self {
        let credentials = Credentials::new(CLINIC.id, ClientSecret::new(CLINIC.secret));
        let client = AbdmClient::new(sandbox.environment().unwrap(), credentials).unwrap();
        let listener: TcpListener = listen("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}/abdm");
        let key = || SealingKey::from_bytes(b"this-key-of-32-bytes-is-not-real").unwrap();
        let records = Arc::new(MemoryRecords::new(SealingKey::generate().unwrap()));
        let clinic = Clinic::default();
        let hip = Hip::builder(CLINIC.facility.parse().unwrap(), client.clone())
            .node("clinic-1")
            .hospital(clinic.clone())
            .patients(clinic.clone(), clinic.clone())
            .store(store.clone(), key())
            .build()
            .unwrap();
        let hiu = Hiu::builder(CLINIC.facility.parse().unwrap(), client.clone())
            .node("clinic-1")
            .records(records.clone())
            .store(store, key())
            .bridge_url(&url)
            .build()
            .unwrap();
        let bridge = bridge(&client, &hip, &hiu);
        let app = Router::new().nest("/abdm", bridge.router()).merge(bridge.health_router());
        let (stop, stopped) = oneshot::channel();
        let at_work = bridge.clone();
        let served = tokio::spawn(async move {
            at_work.serve(listener, app, async { drop(stopped.await) }).await;
        });
        set_callback_url(&client, &url).await.unwrap();
        Self { bridge, hip, hiu, clinic, records, client, address, stop, served }
    }

    /// Links the visit.
    pub(crate) async fn link(&self) {
        let link = self.hip.link(self.patient(1975, 0)).await.unwrap();
        link.finished(PATIENCE).await.unwrap();
    }

    /// The patient as the desk knows them, with the visit of this round.
    pub(crate) fn patient(&self, born: u16, round: u32) -> LinkPatient {
        self.clinic.round.store(round, Ordering::SeqCst);
        let (address, reference) = (ADDRESS.parse().unwrap(), PATIENT.parse().unwrap());
        LinkPatient::new(address, reference, NAME, Gender::Male, born).visit(visit(LINKED, round))
    }

    /// The OTP that the patient got last.
    pub(crate) fn otp(&self) -> String {
        self.clinic.otps.lock().unwrap().last().cloned().unwrap_or_default()
    }

    /// Asks for the records.
    pub(crate) async fn ask(&self) -> Consent {
        let now = self.client.now();
        let doctor = Requester::registered("Dr. Rao", "REGNO", "MH1001", "https://www.nmc.org.in");
        let request = ConsentRequest::for_care(ADDRESS.parse().unwrap(), doctor)
            .of_types([HiType::OpConsultation])
            .dated(DateRange::new(now - TimeDelta::days(3650), now))
            .erased_at(now + TimeDelta::days(30));
        self.hiu.request_consent(request).await.unwrap()
    }

    /// Asks for the records, has the patient say yes, and tells how many documents came.
    pub(crate) async fn read(&self, sandbox: &Sandbox) -> usize {
        let consent = self.ask().await;
        let phr = sandbox.phr(&ADDRESS.parse().unwrap()).unwrap();
        let asked = phr.next_request(PATIENCE).await.unwrap();
        phr.approve(&asked.request_id, |_| {}).await.unwrap();
        assert_eq!(consent.wait_for_decision(PATIENCE).await.unwrap(), Decision::Granted);
        let deliveries = consent.wait_for_records(PATIENCE).await.unwrap();
        for delivery in &deliveries {
            let problems: Vec<_> = delivery.problems().collect();
            assert!(problems.is_empty(), "{problems:?}");
        }
        self.documents(&deliveries)
    }

    /// How many documents are here of these deliveries.
    pub(crate) fn documents(&self, deliveries: &[Delivery]) -> usize {
        deliveries.iter().map(|d| self.records.documents_under(&d.consent).len()).sum()
    }

    /// The status and the body of a `GET`.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    /// Nothing waits in any queue.
    pub(crate) async fn quiet(&self) {
        let idle = async {
            while self.bridge.health().await.waiting > 0 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, idle).await.unwrap();
    }

    pub(crate) async fn end(self) -> Bridge {
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.served).await.unwrap().unwrap();
        self.bridge
    }
}
