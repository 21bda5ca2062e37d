//! Milestone 3: a hospital asks for a patient's records, shows them, and erases them when told.

use std::{error::Error, sync::Arc, time::Duration};

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::receiver::{listen, shutdown_signal};
use abdm_core::{bridge::set_callback_url, client::AbdmClient, environment::Environment};
use abdm_core::{seal::SealingKey, secret::ClientSecret, session::Credentials, vocabulary::HiType};
use abdm_store::SqliteStore;
use chrono::TimeDelta;
use hiu_services::{Bridge, ConsentRequest, Decision, Hiu, hooks::MemoryRecords};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Asks for a year of consultations and shows them. `url` is where ABDM reaches `listener`.
pub async fn read_history(
    client: AbdmClient,
    store: SqliteStore,
    listener: TcpListener,
    url: &str,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    // The records themselves are in memory, and gone at a restart: keep them with your own
    // `Records`.
    let records = Arc::new(MemoryRecords::new(SealingKey::generate()?));
    let key = SealingKey::from_bytes(b"this-key-of-32-bytes-is-not-real")?; // from your vault
    let hiu = Hiu::builder("IN2710000002".parse()?, client.clone())
        .node("hospital-1")
        .records(records.clone())
        .store(Arc::new(store), key) // what was asked, and what of it has come
        .bridge_url(url)
        .build()?;
    let bridge = Bridge::new(&client, &[&hiu]);
    bridge.check_store().await?; // another key than the store's is told here
    let app = axum::Router::new()
        .nest("/abdm", bridge.router()) // callbacks and encrypted pushes
        .merge(bridge.health_router()); // `/health` and `/ready`
    let mut program = tokio::spawn(async move { bridge.serve(listener, app, stop).await });
    set_callback_url(&client, url).await?; // once, at deployment

    let now = client.now();
    let doctor = Requester::registered("Dr. Rao", "REGNO", "MH1001", "https://www.nmc.org.in");
    let request = ConsentRequest::for_care("ravi.example@sbx".parse()?, doctor)
        .of_types([HiType::OpConsultation])
        .dated(DateRange::new(now - TimeDelta::days(365), now))
        .erased_at(now + TimeDelta::days(30));
    let consent = hiu.request_consent(request).await?;
    println!("asked; the patient decides in an app");
    let reading = async {
        let decision = consent.wait_for_decision(Duration::from_secs(3600)).await?;
        println!("{decision}");
        if decision == Decision::Granted {
            for delivery in consent.wait_for_records(Duration::from_secs(3600)).await? {
                delivery.problems().for_each(|problem| eprintln!("{problem}")); // the bad, too
                for document in records.documents_under(&delivery.consent) {
                    println!("{}", records.open(&document)?.record()?.render_text(80));
                }
            }
        }
        Ok::<_, Box<dyn Error + Send + Sync>>(())
    };
    tokio::select! {
        read = reading => {
            read?;
            println!("waiting for a revocation, until Ctrl-C or SIGTERM");
            // When the patient takes the consent back, everything is erased, with proof.
            program.await?;
        }
        ended = &mut program => ended?, // asked to end before
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()); // RUST_LOG
    tracing_subscriber::fmt().with_env_filter(filter).init(); // one line for each decision, refusal …
    let environment = Environment::at("http://127.0.0.1:9000")?; // later: Environment::sandbox()
    let secret = ClientSecret::new("hospital-secret-not-real"); // from your vault
    let client = AbdmClient::new(environment, Credentials::new("SBX_HOSPITAL", secret))?;
    let store = SqliteStore::open("hospital.db")?; // for several nodes: `PostgresStore`
    let listener = listen("127.0.0.1:8081").await?; // another port: in the next line, too
    read_history(client, store, listener, "http://127.0.0.1:8081/abdm", shutdown_signal()?).await
}
