//! A Health Information Provider.

use std::net::SocketAddr;
use std::time::Duration;

use abdm_core::receiver::{listen, serve};
use abdm_core::vocabulary::HiType;
use abdm_flow::EngineOptions;
use async_trait::async_trait;
use axum::Router;
use chrono::{DateTime, Utc};
use clap::Args;
use hip_services::{Hip, Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted};

use super::facility::Facility;
use crate::place::{Place, key};

/// A document, known by its id.
#[must_use]
pub fn document_of(id: &str) -> String {
    let entry = serde_json::json!({"resource": {"resourceType": "Basic", "id": id}});
    serde_json::json!({"resourceType": "Bundle", "type": "document", "id": id, "entry": [entry]})
        .to_string()
}

/// A Health Information Provider.
#[derive(Debug, Args)]
pub struct HipNode {
    /// Its store.
    #[arg(long)]
    store: Place,
    /// Its name, which lasts.
    #[arg(long)]
    name: String,
    /// Where it listens.
    #[arg(long)]
    listen: SocketAddr,
    #[command(flatten)]
    facility: Facility,
    /// How many records each care context has.
    #[arg(long)]
    records: usize,
    /// How long a claim lasts.
    #[arg(long)]
    lease_ms: u64,
}

impl HipNode {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut options = EngineOptions::default();
        options.lease = Duration::from_millis(self.lease_ms);
        let hip = Hip::builder(self.facility.id.parse()?, self.facility.client()?)
            .hospital(Archive { records: self.records })
            .store(self.store.open().await?, key()?)
            .options(options)
            .node(self.name)
            .build()?;
        let listener = listen(self.listen).await?;
        println!("listening {}", listener.local_addr()?);
        let router = Router::new().nest("/abdm", hip.router());
        tokio::join!(
            serve(listener, router, std::future::pending()),
            hip.run(std::future::pending())
        );
        Ok(())
    }
}

/// The hospital's documents: made from their ids.
#[derive(Debug)]
struct Archive {
    records: usize,
}

fn made_at() -> Result<DateTime<Utc>, HospitalError> {
    Ok("2026-09-14T08:00:00Z".parse()?)
}

#[async_trait]
impl Hospital for Archive {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let context = wanted.care_context.care_context_reference.as_str();
        (0..self.records)
            .map(|number| format!("{context}-{number}"))
            .map(|id| Ok(ListedRecord::new(id.parse()?, HiType::OpConsultation, made_at()?)))
            .collect()
    }

    async fn document(
        &self,
        id: &RecordId,
        _: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let document = document_of(id.as_str()).into_bytes();
        Ok(Some(Record::new(HiType::OpConsultation, made_at()?, document)))
    }
}
