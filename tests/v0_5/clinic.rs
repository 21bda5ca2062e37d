//! A clinic that speaks V0.5, its patient, and the sandbox around them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::bridge::set_callback_url;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::id::{HipId, PatientReference};
use abdm_core::person::AbhaAddress;
use abdm_core::receiver::serve;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::transport::ReqwestTransport;
use abdm_core::vocabulary::HiType;
use abdm_flow::store::MemoryStore;
use abdm_sandbox::transcript::{Exchange, Memory, Party};
use abdm_sandbox::{Facility, Patient, Role, Sandbox, Switches};
use async_trait::async_trait;
use fhir_bundles::build::{
    Facility as House, OpConsultation, Patient as Person, Practitioner, Visit as Encounter,
};
use hip_services::patient_index::{PatientIndex, PatientQuery, Proof, RegisteredPatient};
use hip_services::{
    Edition, Hip, Hospital, HospitalError, LinkPatient, ListedRecord, OtpMessage, OtpSender,
    ReceptionDesk, Record, RecordId, RecordsWanted, Registration, SharedProfile, Visit,
};
use tokio::task::JoinHandle;

pub(crate) const CLINIC: &str = "IN2710000001";
pub(crate) const ADDRESS: &str = "ravi.example@sbx";
pub(crate) const A_MINUTE: Duration = Duration::from_secs(60);
const CLIENT: &str = "SBX_CLINIC";
const SEEN_AT: &str = "2026-09-14T10:30:00+05:30";
/// The patient's number at the clinic.
const PATIENT: &str = "UHID-000123";

/// The clinic's own system: one patient, some visits, an SMS service, a reception.
#[derive(Debug, Clone, Default)]
pub(crate) struct Desk {
    /// The OTPs that the clinic has sent.
    pub(crate) otps: Arc<Mutex<Vec<String>>>,
    /// Who was registered at which counter.
    pub(crate) queue: Arc<Mutex<Vec<(String, SharedProfile)>>>,
    known: Arc<Mutex<Option<Patient>>>,
}

#[async_trait]
impl Hospital for Desk {
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
            Person::with_abha_address("Ravi Example", ADDRESS),
            Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
            House::new("Example Clinic", CLINIC),
            Encounter::outpatient(SEEN_AT),
        )
        .chief_complaint("Fever for three days")
        .build()?;
        Ok(Some(Record::new(HiType::OpConsultation, SEEN_AT.parse()?, document.to_vec())))
    }
}

#[async_trait]
impl PatientIndex for Desk {
    async fn find(&self, _: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
        let known = self.known.lock().unwrap();
        let patient = known.as_ref().map(|patient| {
            RegisteredPatient::new(PATIENT.parse().unwrap(), "Ravi E.")
                .name(patient.name.clone())
                .gender(patient.gender.clone())
                .abha_address(ADDRESS, Proof::Proven)
                .mobile(patient.mobile.expose())
        });
        Ok(patient.into_iter().collect())
    }

    async fn care_contexts(
        &self,
        _: &HipId,
        _: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError> {
        Ok(vec![visit("OPD-7"), visit("OPD-8")])
    }
}

#[async_trait]
impl OtpSender for Desk {
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
        self.otps.lock().unwrap().push(otp.code.expose().to_owned());
        Ok(())
    }
}

#[async_trait]
impl ReceptionDesk for Desk {
    async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError> {
        self.queue.lock().unwrap().push((shared.counter.clone(), shared.clone()));
        Ok(Registration::Queued)
    }
}

pub(crate) fn visit(reference: &str) -> Visit {
    let (reference, at) = (reference.parse().unwrap(), SEEN_AT.parse().unwrap());
    Visit::new(reference, "OPD visit 14 Sep 2026", at, [HiType::OpConsultation])
}

/// A sandbox with one clinic that speaks V0.5. `store` and `key` outlive the clinic's program.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) seen: Memory,
    pub(crate) desk: Desk,
    pub(crate) client: AbdmClient,
    store: Arc<MemoryStore>,
    key: SealingKeyRing,
}

/// The clinic's program while it runs.
pub(crate) struct Program {
    pub(crate) hip: Hip,
    tasks: Vec<JoinHandle<()>>,
}

impl Stage {
    pub(crate) async fn set(switches: Switches) -> Self {
        let seen = Memory::default();
        let sandbox =
            Sandbox::builder().switches(switches).observe(seen.clone()).start().await.unwrap();
        let credentials = sandbox.register_client(CLIENT, "any secret", Party::Clinic);
        sandbox
            .register_facility(Facility::new(CLINIC, "Example Clinic", Role::Hip, CLIENT))
            .unwrap();
        let transport = Arc::new(ReqwestTransport::new().unwrap());
        let environment = sandbox.environment().unwrap();
        let client = AbdmClient::builder(environment, credentials, transport).build();
        let desk = Desk::default();
        *desk.known.lock().unwrap() = Some(sandbox.patient(&address()).unwrap());
        let (store, key) = (Arc::new(MemoryStore::new()), SealingKey::generate().unwrap().into());
        Self { sandbox, seen, desk, client, store, key }
    }

    /// A sandbox that hurries, and the clinic's program.
    pub(crate) async fn open() -> (Self, Program) {
        let stage = Self::set(Switches::quick()).await;
        let program = stage.runs().await;
        (stage, program)
    }

    pub(crate) fn hip_id(&self) -> HipId {
        CLINIC.parse().unwrap()
    }

    /// The clinic's program begins, over the same store.
    pub(crate) async fn runs(&self) -> Program {
        let hip = Hip::builder(self.hip_id(), self.client.clone())
            .edition(self.hip_id(), Edition::V0_5)
            .hospital(self.desk.clone())
            .patients(self.desk.clone(), self.desk.clone())
            .reception(self.desk.clone())
            .store(self.store.clone(), self.key.clone())
            .node("clinic-1")
            .build()
            .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/abdm", listener.local_addr().unwrap());
        let app = axum::Router::new().nest("/abdm", hip.router());
        let server =
            tokio::spawn(async move { serve(listener, app, std::future::pending()).await });
        let worker = hip.clone();
        let worker = tokio::spawn(async move { worker.run(std::future::pending()).await });
        set_callback_url(&self.client, &url).await.unwrap();
        Program { hip, tasks: vec![server, worker] }
    }

    pub(crate) fn person(&self) -> Patient {
        self.sandbox.patient(&address()).unwrap()
    }

    /// The last OTP that ABDM has sent to the patient.
    pub(crate) fn otp(&self) -> String {
        let mobile = self.person().mobile;
        self.sandbox.otp_for(mobile.expose()).unwrap().expose().to_owned()
    }

    /// The patient with these visits, as the clinic links them.
    pub(crate) fn patient(&self, visits: &[&str]) -> LinkPatient {
        let known = self.person();
        let patient =
            LinkPatient::new(address(), PATIENT.parse().unwrap(), known.name, known.gender, 1975);
        visits.iter().fold(patient, |patient, name| patient.visit(visit(name)))
    }

    /// The exchanges of one endpoint, in either direction.
    pub(crate) fn exchanges<E: Endpoint>(&self) -> Vec<Exchange> {
        let paths: Vec<String> = E::META.live_paths().collect();
        let is_its = |exchange: &Exchange| {
            let path = exchange.path.split('?').next().unwrap_or_default();
            paths.iter().any(|own| path.ends_with(own.as_str()))
        };
        self.seen.exchanges().into_iter().filter(is_its).collect()
    }

    /// Waits until the endpoint has been heard so often.
    pub(crate) async fn heard<E: Endpoint>(&self, times: usize) -> Vec<Exchange> {
        for _ in 0..1500 {
            let exchanges = self.exchanges::<E>();
            if exchanges.len() >= times {
                return exchanges;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{} was not heard {times} times", E::META.name);
    }
}

impl Program {
    /// Ends at once, as a machine that loses its power.
    pub(crate) async fn ends(self) {
        for task in self.tasks {
            task.abort();
            drop(task.await);
        }
    }
}

pub(crate) fn address() -> AbhaAddress {
    ADDRESS.parse().unwrap()
}
