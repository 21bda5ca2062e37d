//! A facility that is HIP and HIU in a program of its own: one bridge, one store, one receiver, one
//! end; what it tells those who watch it.

#![cfg(test)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::bridge::set_callback_url;
use abdm_core::client::AbdmClient;
use abdm_core::metric::{self, Metric};
use abdm_core::receiver::listen;
use abdm_core::seal::SealingKey;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::testing::log;
use abdm_core::testing::metrics::{Measured, measure};
use abdm_core::vocabulary::{Gender, HiType};
use abdm_sandbox::examples::CLINIC;
use abdm_sandbox::{Sandbox, Switches};
use abdm_store::SqliteStore;
use axum::Router;
use chrono::TimeDelta;
use fhir_bundles::build::{Facility, OpConsultation, Patient, Practitioner, Visit as Encounter};
use hip_services::{
    Bridge, Hip, Hospital, HospitalError, LinkPatient, ListedRecord, Record, RecordId,
    RecordsWanted, Visit,
};
use hiu_services::hooks::MemoryRecords;
use hiu_services::{ConsentRequest, Decision, Hiu};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(60);
const SEEN_AT: &str = "2026-09-14T10:30:00+05:30";
const NAME: &str = "Ravi Example";
const ADDRESS: &str = "ravi.example@sbx";

/// One patient with one visit.
struct Clinic;

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

/// A clinic at work, in both roles.
struct Program {
    bridge: Bridge,
    hip: Hip,
    hiu: Hiu,
    records: Arc<MemoryRecords>,
    client: AbdmClient,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

async fn sandbox() -> Sandbox {
    let mut switches = Switches::quick();
    // The patient's app does not ask by itself: the clinic's question is the only one.
    switches.patient_app_pulls = false;
    let sandbox = Sandbox::builder().switches(switches).start().await.unwrap();
    sandbox.register_examples().unwrap();
    sandbox
}

impl Program {
    async fn start(sandbox: &Sandbox, file: &Path) -> Self {
        let credentials = Credentials::new(CLINIC.id, ClientSecret::new(CLINIC.secret));
        let client = AbdmClient::new(sandbox.environment().unwrap(), credentials).unwrap();
        let listener: TcpListener = listen("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}/abdm");
        let store = Arc::new(SqliteStore::open(file).unwrap());
        let key = || SealingKey::from_bytes(b"this-key-of-32-bytes-is-not-real").unwrap();
        let records = Arc::new(MemoryRecords::new(SealingKey::generate().unwrap()));
        let hip = Hip::builder(CLINIC.facility.parse().unwrap(), client.clone())
            .node("clinic-1")
            .hospital(Clinic)
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
        let bridge = Bridge::new(&client, &[&hip, &hiu]);
        let app = Router::new().nest("/abdm", bridge.router()).merge(bridge.health_router());
        let (stop, stopped) = oneshot::channel();
        let at_work = bridge.clone();
        let served = tokio::spawn(async move {
            at_work.serve(listener, app, async { drop(stopped.await) }).await;
        });
        set_callback_url(&client, &url).await.unwrap();
        Self { bridge, hip, hiu, records, client, address, stop, served }
    }

    /// Links the visit.
    async fn link(&self) {
        let patient = LinkPatient::new(
            ADDRESS.parse().unwrap(),
            "UHID-000123".parse().unwrap(),
            NAME,
            Gender::Male,
            1975,
        )
        .visit(Visit::new(
            "OPD-2026-0042".parse().unwrap(),
            "OPD visit 14 Sep 2026",
            SEEN_AT.parse().unwrap(),
            [HiType::OpConsultation],
        ));
        let link = self.hip.link(patient).await.unwrap();
        link.finished(PATIENCE).await.unwrap();
    }

    /// Asks for the records, has the patient say yes, and tells how many documents came.
    async fn read(&self, sandbox: &Sandbox) -> usize {
        let now = self.client.now();
        let doctor = Requester::registered("Dr. Rao", "REGNO", "MH1001", "https://www.nmc.org.in");
        let request = ConsentRequest::for_care(ADDRESS.parse().unwrap(), doctor)
            .of_types([HiType::OpConsultation])
            .dated(DateRange::new(now - TimeDelta::days(3650), now))
            .erased_at(now + TimeDelta::days(30));
        let consent = self.hiu.request_consent(request).await.unwrap();
        let phr = sandbox.phr(&ADDRESS.parse().unwrap()).unwrap();
        let asked = phr.next_request(PATIENCE).await.unwrap();
        phr.approve(&asked.request_id, |_| {}).await.unwrap();
        assert_eq!(consent.wait_for_decision(PATIENCE).await.unwrap(), Decision::Granted);
        let deliveries = consent.wait_for_records(PATIENCE).await.unwrap();
        for delivery in &deliveries {
            let problems: Vec<_> = delivery.problems().collect();
            assert!(problems.is_empty(), "{problems:?}");
        }
        deliveries.iter().map(|d| self.records.documents_under(&d.consent).len()).sum()
    }

    /// The status and the body of a `GET`.
    async fn get(&self, path: &str) -> (u16, Value) {
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
    async fn quiet(&self) {
        let idle = async {
            while self.bridge.health().await.waiting > 0 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, idle).await.unwrap();
    }

    async fn end(self) -> Bridge {
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.served).await.unwrap().unwrap();
        self.bridge
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_roles_work_over_one_store_behind_one_url_and_end_together() {
    let sandbox = sandbox().await;
    let disk = tempfile::tempdir().unwrap();
    let file = disk.path().join("clinic.db");
    let program = Program::start(&sandbox, &file).await;
    program.link().await;
    assert_eq!(program.read(&sandbox).await, 1);
    let (status, ready) = program.get("/ready").await;
    assert_eq!(status, 200, "{ready}");
    assert_eq!(
        (&ready["ready"], &ready["problems"]),
        (&Value::Bool(true), &Value::from(Vec::<Value>::new()))
    );
    assert_eq!(ready["deadLetters"], 0);
    assert!(ready["sessionGoodUntil"].is_string(), "{ready}");
    assert_eq!(program.get("/health").await.0, 200);
    let (hip, hiu) = (program.hip.clone(), program.hiu.clone());
    let bridge = program.end().await;
    assert!(!hip.engine().is_running() && !hiu.engine().is_running());
    let health = bridge.health().await;
    assert!(health.stopping && !health.is_ready(), "{health:?}");

    // The next one, over the same file, goes on.
    let program = Program::start(&sandbox, &file).await;
    assert_eq!(program.read(&sandbox).await, 1);
    program.end().await;
    sandbox.shut_down().await;
}

fn counted(measured: &Measured, metric: Metric, labels: &[(&str, &str)]) -> f64 {
    measured.value(metric, labels)
}

// One thread, so that the test sees everything that is measured and logged in it.
#[tokio::test]
async fn a_day_is_counted_right_and_traced_without_persons_and_secrets() {
    log::listen(tracing::Level::TRACE);
    let measured = measure();
    let sandbox = sandbox().await;
    let disk = tempfile::tempdir().unwrap();
    let program = Program::start(&sandbox, &disk.path().join("clinic.db")).await;
    program.link().await;
    assert_eq!(program.read(&sandbox).await, 1);
    program.quiet().await;
    program.end().await;
    sandbox.shut_down().await;

    let callback = |endpoint| {
        counted(
            &measured,
            metric::CALLBACKS,
            &[("endpoint", endpoint), ("status", "202"), ("reason", "none")],
        )
    };
    for (endpoint, count) in [
        ("OnGenerateLinkToken", 1.0),
        ("OnLinkCareContexts", 1.0),
        ("OnNotifyContext", 1.0),
        ("OnConsentNotify", 1.0),
        ("OnHealthInformationRequest", 1.0),
        ("OnRequestConsent", 1.0),
        ("OnConsentDecision", 1.0),
        ("OnFetchConsent", 1.0),
        ("OnHealthInformationRequested", 1.0),
        ("PushHealthInformation", 1.0),
    ] {
        assert_eq!(callback(endpoint), count, "{endpoint}: {:#?}", measured.lines());
    }
    let call = |endpoint, outcome| {
        counted(&measured, metric::CALLS, &[("endpoint", endpoint), ("outcome", outcome)])
    };
    for endpoint in ["GenerateLinkToken", "PushHealthInformation", "LinkCareContexts"] {
        assert_eq!((call(endpoint, "ok"), call(endpoint, "refused")), (1.0, 0.0), "{endpoint}");
    }
    let push = [("endpoint", "PushHealthInformation")];
    let sent = counted(&measured, metric::CALL_BYTES, &push);
    assert!(sent > 1000.0, "{sent}");
    assert_eq!(counted(&measured, metric::CALLBACK_BYTES, &push), sent, "what is sent comes");
    for kind in ["hip.link", "hip.transfer", "hiu.consent", "hiu.artefact"] {
        let dead = [("kind", kind), ("outcome", "dead")];
        assert_eq!(counted(&measured, metric::EFFECTS, &dead), 0.0, "{kind}");
        assert_eq!(counted(&measured, metric::INBOUND, &dead), 0.0, "{kind}");
        let done = [("kind", kind), ("outcome", "done")];
        assert!(counted(&measured, metric::EFFECTS, &done) >= 1.0, "{kind}");
    }
    let names: Vec<&str> = metric::ALL.iter().map(|metric| metric.name).collect();
    for line in measured.lines() {
        let name = line.split('{').next().unwrap();
        assert!(names.contains(&name), "{name} is not declared");
        assert_eq!(log::shows(&line, [ADDRESS, NAME, CLINIC.facility]), None, "{line}");
    }

    let spans = log::spans();
    for begins in [
        "callback endpoint=\"OnConsentNotify\"",
        "message kind=\"hip.consent\" endpoint=\"OnConsentNotify\"",
        "effect kind=\"hip.transfer\" flow=",
        "effect kind=\"hiu.artefact\" flow=",
        "call endpoint=\"PushHealthInformation\" request_id=",
    ] {
        assert!(spans.iter().any(|span| span.starts_with(begins)), "{begins}: {spans:#?}");
    }
    let request_of = |span: &str| {
        let begins = format!("{span}+ request_id=");
        let of = spans.iter().filter_map(|line| line.strip_prefix(begins.as_str()));
        of.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (came, dealt_with) = (request_of("callback"), request_of("message"));
    assert!(dealt_with.is_subset(&came) && dealt_with.len() >= 9, "{came:?} {dealt_with:?}");
    let hidden = [NAME, "Ravi", "ravi", "UHID", "eyJ", CLINIC.secret, "Fever", "Meera", "not-real"];
    for span in &spans {
        assert_eq!(log::shows(span, hidden), None, "{span}");
    }
}
