//! What outlives the facilities' programs.

use std::sync::Arc;

use abdm_core::seal::SealingKey;
use abdm_examples::store::Database;
use abdm_flow::SealedStore;
use abdm_flow::store::FlowStore;
use anyhow::Context as _;
use hiu_services::hooks::MemoryRecords;
use tempfile::TempDir;

/// The facilities' database, the hospital's records, and the key that they get from the vault. Both
/// facilities keep their flows in one database, each in its own scope: as a vendor does who serves
/// many.
#[derive(Clone)]
pub(crate) struct Cellar {
    database: Database,
    flows: Arc<dyn FlowStore>,
    records: Arc<MemoryRecords>,
    vault: Arc<str>,
    /// Goes with the last who needs it.
    _room: Option<Arc<TempDir>>,
}

impl Cellar {
    /// An empty cellar with a fresh key. Unless a database is given, it is one file of SQLite that
    /// goes when the play is over.
    pub(crate) async fn open(database: Option<Database>) -> anyhow::Result<Self> {
        let (database, room) = match database {
            Some(database) => (database, None),
            None => {
                let room = tempfile::tempdir()?;
                (Database::Sqlite(room.path().join("flows.db")), Some(Arc::new(room)))
            }
        };
        let key = SealingKey::generate()?;
        let vault: Arc<str> = Arc::from(key.expose_base64().as_str());
        let flows = database.open().await?;
        let sealed = SealedStore::new(Arc::clone(&flows), SealingKey::from_base64(&vault)?.into());
        sealed.check().await.context(
            "the database holds the flows of an earlier journey, sealed with a key that is gone: \
             give another file, or drop the schema `abdm` of the database",
        )?;
        Ok(Self { flows, database, vault, records: Arc::new(MemoryRecords::new(key)), _room: room })
    }

    /// What a disk has kept: the database is opened anew. One in memory has lost nothing but who
    /// was at work.
    pub(crate) async fn after_a_power_cut(mut self) -> anyhow::Result<Self> {
        if self.database != Database::Memory {
            self.flows = self.database.open().await?;
        }
        Ok(self)
    }

    /// Where the flows are.
    pub(crate) fn flows(&self) -> Arc<dyn FlowStore> {
        Arc::clone(&self.flows)
    }

    /// Where the hospital keeps what it receives.
    pub(crate) const fn records(&self) -> &Arc<MemoryRecords> {
        &self.records
    }

    /// The key with which everything is sealed.
    pub(crate) fn key(&self) -> anyhow::Result<SealingKey> {
        Ok(SealingKey::from_base64(&self.vault)?)
    }
}
