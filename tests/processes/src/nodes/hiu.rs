//! A Health Information User, whose records are files.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{Error, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use abdm_core::id::ConsentId;
use abdm_core::receiver::{listen, serve};
use abdm_flow::EngineOptions;
use anyhow::Context as _;
use async_trait::async_trait;
use axum::Router;
use clap::Args;
use hiu_services::Hiu;
use hiu_services::flow::DocumentId;
use hiu_services::hooks::{ErasureProof, ReceivedDocument, Records, RecordsError};

use super::facility::Facility;
use crate::place::{Place, key};

/// How many pages a node has in hand at once.
pub const PAGES_IN_HAND: usize = 16;

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
    options.concurrency = PAGES_IN_HAND;
    Ok(Hiu::builder(facility.id.parse()?, facility.client()?)
        .store(store.open().await?, key()?)
        .records(Arc::new(Files { folder: folder.to_owned() }))
        .bridge_url(format!("{}/abdm", facility.url))
        .options(options)
        .node(name)
        .build()?)
}

/// That a process keeps a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// The process.
    pub process: u32,
    /// The document: its consent and its id.
    pub document: String,
}

/// Every keep of a document in this folder, in order.
///
/// # Errors
/// When they cannot be read.
pub fn keeps(folder: &Path) -> anyhow::Result<Vec<Keep>> {
    let journal = std::fs::read_to_string(journal_of(folder))?;
    let keep = |line: &str| {
        let (process, document) = line.split_once(' ').context("no keep")?;
        Ok(Keep { process: process.parse()?, document: document.to_owned() })
    };
    // A line that a kill broke off is of a process that kept nothing after it.
    journal.lines().filter_map(|line| line.strip_suffix(WHOLE)).map(keep).collect()
}

/// How a line ends that was written to its end.
const WHOLE: &str = " kept";

/// Beside the documents: a line for each keep.
fn journal_of(folder: &Path) -> PathBuf {
    folder.with_extension("journal")
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

    /// Writes down that this process keeps a document: in one write, so that lines of several
    /// processes do not mix.
    fn note(&self, consent: &ConsentId, id: &DocumentId) -> Result<(), Error> {
        let mut journal =
            OpenOptions::new().create(true).append(true).open(journal_of(&self.folder))?;
        // It begins a line of its own, also behind one that a kill broke off.
        let (process, consent, id) = (std::process::id(), consent.as_str(), id.as_str());
        let line = format!("\n{process} {consent}/{id}{WHOLE}\n");
        journal.write_all(line.as_bytes())
    }
}

#[async_trait]
impl Records for Files {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        let consent = &document.provenance.consent;
        let folder = self.of(consent);
        let whole = || {
            // Before it is kept: no keep is without its line.
            self.note(consent, &document.id)?;
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
