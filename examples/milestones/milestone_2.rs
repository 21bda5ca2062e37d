//! Milestone 2: a clinic links a visit to a patient's ABHA address, and serves its record.

use std::{error::Error, sync::Arc, time::Duration};

use abdm_core::receiver::{listen, shutdown_signal};
use abdm_core::{bridge::set_callback_url, client::AbdmClient, environment::Environment};
use abdm_core::{
    seal::SealingKey,
    secret::ClientSecret,
    session::Credentials,
    vocabulary::{Gender, HiType},
};
use abdm_store::SqliteStore;
use fhir_bundles::build::{Facility, OpConsultation, Patient, Practitioner, Visit as Encounter};
use hip_services::{Bridge, Hip, HipEvent, Hospital, HospitalError, LinkPatient, ListedRecord};
use hip_services::{Record, RecordId, RecordsWanted, Visit};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Your own database: here one patient with one visit.
struct Clinic;

const SEEN_AT: &str = "2026-09-14T10:30:00+05:30";

#[async_trait::async_trait]
impl Hospital for Clinic {
    // SELECT id, hi_type, made_at FROM documents WHERE visit = wanted.care_context …
    async fn list(&self, _: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let made = SEEN_AT.parse()?;
        Ok(vec![ListedRecord::new("DOC-1".parse()?, HiType::OpConsultation, made)])
    }

    // SELECT bundle FROM documents WHERE id = id
    async fn document(
        &self,
        _: &RecordId,
        _: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let document = OpConsultation::new(
            Patient::with_abha_address("Ravi Example", "ravi.example@sbx"),
            Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
            Facility::new("Example Clinic", "IN2710000001"),
            Encounter::outpatient(SEEN_AT),
        )
        .chief_complaint("Fever for three days")
        .build()?;
        Ok(Some(Record::new(HiType::OpConsultation, SEEN_AT.parse()?, document.to_vec())))
    }

    async fn on_event(&self, event: &HipEvent) -> Result<(), HospitalError> {
        println!("{}", event.name()); // linked, consent-granted, transfer-ended …
        Ok(())
    }
}

/// Serves until `stop` is ready. `url` is where ABDM reaches `listener`. Consents, link tokens and
/// what is under way are in `store`: a restart loses nothing.
pub async fn run_clinic(
    client: AbdmClient,
    store: SqliteStore,
    listener: TcpListener,
    url: &str,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let id = "IN2710000001".parse()?; // as the bridge's services list has it
    let key = SealingKey::from_bytes(b"this-key-of-32-bytes-is-not-real")?; // from your vault
    let hip = Hip::builder(id, client.clone())
        .node("clinic-1")
        .hospital(Clinic)
        .store(Arc::new(store), key)
        .build()?;
    let bridge = Bridge::new(&client, &[&hip]); // a facility that is HIU as well: `&[&hip, &hiu]`
    bridge.check_store().await?; // another key than the store's is told here
    let app = axum::Router::new()
        .nest("/abdm", bridge.router()) // callbacks, authenticated
        .merge(bridge.health_router()); // `/health` and `/ready`
    let mut program = tokio::spawn(async move { bridge.serve(listener, app, stop).await });
    // Where ABDM calls: once, at deployment. Without it every call is accepted and nothing comes.
    set_callback_url(&client, url).await?;

    let patient = LinkPatient::new(
        "ravi.example@sbx".parse()?,
        "UHID-000123".parse()?,
        "Ravi Example",
        Gender::Male,
        1975,
    )
    .visit(Visit::new(
        "OPD-2026-0042".parse()?,
        "OPD visit 14 Sep 2026",
        SEEN_AT.parse()?,
        [HiType::OpConsultation],
    ));
    let linking = async {
        let linked = hip.link(patient).await?.linked(Duration::from_secs(120)).await?;
        println!("{}", if linked.already { "was linked before" } else { "the visit is linked" });
        Ok::<_, hip_services::Error>(())
    };
    tokio::select! {
        linked = linking => {
            linked?;
            println!("serving, until Ctrl-C or SIGTERM");
            // Consents are acknowledged, requests checked and served, by themselves. At the end no
            // new callback is taken, and what was taken is finished.
            program.await?;
        }
        ended = &mut program => ended?, // asked to end before: the link goes on at the next start
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()); // RUST_LOG
    tracing_subscriber::fmt().with_env_filter(filter).init(); // one line for each link, grant, refusal …
    let environment = Environment::at("http://127.0.0.1:9000")?; // later: Environment::sandbox()
    let secret = ClientSecret::new("clinic-secret-not-real"); // from your vault
    let client = AbdmClient::new(environment, Credentials::new("SBX_CLINIC", secret))?;
    let store = SqliteStore::open("clinic.db")?; // for several nodes: `PostgresStore`
    let listener = listen("127.0.0.1:8080").await?; // another port: in the next line, too
    run_clinic(client, store, listener, "http://127.0.0.1:8080/abdm", shutdown_signal()?).await
}
