//! A Health Information User, whose records are files.

use std::collections::BTreeSet;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use abdm_core::id::ConsentId;
use abdm_core::receiver::{listen, serve};
use abdm_flow::EngineOptions;
use async_trait::async_trait;
use axum::Router;
use clap::Args;
use hiu_services::Hiu;
use hiu_services::flow::DocumentId;
use hiu_services::hooks::{ErasureProof, ReceivedDocument, Records, RecordsError};

use super::facility::Facility;
use crate::place::{Place, key};

/// A Health Information User.
#[derive(Debug, Args)]
pub struct HiuNode {
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
    /// Where the documents are kept.
    #[arg(long)]
    folder: PathBuf,
    /// How long a claim lasts.
    #[arg(long)]
    lease_ms: u64,
}

impl HiuNode {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let lease = Duration::from_millis(self.lease_ms);
        let hiu = hiu_of(&self.facility, &self.store, &self.folder, &self.name, lease).await?;
        let listener = listen(self.listen).await?;
        println!("listening {}", listener.local_addr()?);
        let router = Router::new().nest("/abdm", hiu.router());
        tokio::join!(
            serve(listener, router, std::future::pending()),
            hiu.run(std::future::pending())
        );
        Ok(())
    }
}

/// The HIU over this store: a node runs it, others begin flows with it and look at them.
///
/// # Errors
/// When it cannot be built.
pub async fn hiu_of(
    facility: &Facility,
    store: &Place,
    folder: &Path,
    name: &str,
    lease: Duration,
) -> anyhow::Result<Hiu> {
    let mut options = EngineOptions::default();
    options.lease = lease;
    Ok(Hiu::builder(facility.id.parse()?, facility.client()?)
        .store(store.open().await?, key()?)
        .records(Arc::new(Files { folder: folder.to_owned() }))
        .bridge_url(format!("{}/abdm", facility.url))
        .options(options)
        .node(name)
        .build()?)
}

/// Documents as files, each under its consent and its id.
#[derive(Debug)]
struct Files {
    folder: PathBuf,
}

fn failed(error: &Error) -> RecordsError {
    RecordsError::new(error.to_string())
}

impl Files {
    fn of(&self, consent: &ConsentId) -> PathBuf {
        self.folder.join(consent.as_str())
    }
}

#[async_trait]
impl Records for Files {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        let folder = self.of(&document.provenance.consent);
        let whole = || {
            std::fs::create_dir_all(&folder)?;
            let part = folder.join(format!(".{}.{}", document.id, std::process::id()));
            std::fs::write(&part, &*document.bytes)?;
            // There at once or not at all, also when two nodes keep the same.
            std::fs::rename(part, folder.join(document.id.as_str()))
        };
        whole().map_err(|error| failed(&error))
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        let entries = match std::fs::read_dir(self.of(consent)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
            entries => entries.map_err(|error| failed(&error))?,
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        Ok(names.filter_map(|name| DocumentId::new(name).ok()).collect())
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        match std::fs::remove_dir_all(self.of(&proof.consent)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&error)),
            _ => Ok(proof.clone()),
        }
    }
}
