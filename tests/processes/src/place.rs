//! Where a store is, in words that a process is started with.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use abdm_flow::SealedStore;
use abdm_flow::seal::SealingKey;
use abdm_flow::store::FlowStore;
use abdm_store::{PostgresOptions, PostgresStore, SqliteStore};
use anyhow::{Context as _, bail};

use crate::StoreKind;

/// One store.
#[derive(Debug, Clone)]
pub enum Place {
    /// In this file.
    Sqlite(PathBuf),
    /// In this schema of the database at this URL.
    Postgres {
        /// The schema.
        schema: String,
        /// The URL.
        url: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres { schema, url } => write!(f, "postgres:{schema}@{url}"),
        }
    }
}

impl FromStr for Place {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        if let Some(file) = text.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(file.into()));
        }
        match text.strip_prefix("postgres:").and_then(|rest| rest.split_once('@')) {
            Some((schema, url)) => {
                Ok(Self::Postgres { schema: schema.to_owned(), url: url.to_owned() })
            }
            None => bail!("write sqlite:FILE or postgres:SCHEMA@URL"),
        }
    }
}

impl Place {
    /// Opens the store as it is.
    ///
    /// # Errors
    /// The store's.
    pub async fn open(&self) -> anyhow::Result<Arc<dyn FlowStore>> {
        Ok(match self {
            Self::Sqlite(file) => Arc::new(SqliteStore::open(file)?),
            Self::Postgres { schema, url } => {
                let mut options = PostgresOptions::default();
                options.schema = schema.clone();
                Arc::new(PostgresStore::connect_with(url, options).await?)
            }
        })
    }

    /// Opens the store sealed, as facilities use it.
    ///
    /// # Errors
    /// The store's.
    pub async fn open_sealed(&self) -> anyhow::Result<Arc<dyn FlowStore>> {
        Ok(Arc::new(SealedStore::new(self.open().await?, key()?.into())))
    }
}

/// The key of all nodes: made up, so that every process has the same.
///
/// # Errors
/// None that is known.
pub fn key() -> anyhow::Result<SealingKey> {
    Ok(SealingKey::from_bytes(&[7; 32])?)
}

/// Where stores may be made: each a fresh one.
#[derive(Debug)]
pub struct Places {
    folder: PathBuf,
    url: Option<String>,
    made: AtomicU32,
}

impl Places {
    /// In a folder of its own, or in the database at `url`.
    ///
    /// # Errors
    /// When the folder cannot be made, or a URL is missing.
    pub fn new(kind: StoreKind, url: Option<String>) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("abdm-kill-test-{}", std::process::id()));
        std::fs::create_dir_all(&folder).context("no folder for the stores")?;
        let url = match kind {
            StoreKind::Sqlite => None,
            StoreKind::Postgres => Some(url.context("no PostgreSQL")?),
        };
        Ok(Self { folder, url, made: AtomicU32::new(0) })
    }

    /// A store that nobody has used.
    #[must_use]
    pub fn fresh(&self) -> Place {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        match &self.url {
            None => Place::Sqlite(self.folder.join(format!("store-{number}.sqlite"))),
            Some(url) => Place::Postgres {
                schema: format!("kill_{}_{number}", std::process::id()),
                url: url.clone(),
            },
        }
    }

    /// A folder for what else processes keep.
    #[must_use]
    pub const fn folder(&self) -> &PathBuf {
        &self.folder
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
