//! The reference record store, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_core::id::ConsentId;
use abdm_core::person::{AbhaAddress, PatientMismatch};
use abdm_core::seal::{SealError, Sealed, SealingKeyRing};
use async_trait::async_trait;
use zeroize::Zeroizing;

use super::{ErasureProof, Provenance, ReceivedDocument, Records, RecordsError};
use crate::flow::DocumentId;

/// Keeps documents in memory, sealed: for tests, for trying things out, and as the model for a
/// store on the hospital's database.
///
/// ```
/// use abdm_core::seal::SealingKey;
/// use hiu_services::hooks::MemoryRecords;
///
/// let records = MemoryRecords::new(SealingKey::generate()?);
/// assert!(records.documents_of(&"asha.test@sbx".parse()?).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MemoryRecords {
    keys: SealingKeyRing,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    documents: BTreeMap<DocumentId, StoredDocument>,
    set_aside: BTreeMap<DocumentId, SetAsideDocument>,
    proofs: Vec<ErasureProof>,
}

impl Shelf {
    fn is_erased(&self, consent: &ConsentId) -> bool {
        self.proofs.iter().any(|proof| proof.consent == *consent)
    }
}

/// A document as it is stored: its provenance is readable, its content is sealed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoredDocument {
    /// Its id.
    pub id: DocumentId,
    /// Where it came from.
    pub provenance: Provenance,
    content: Sealed,
}

/// A document that names another patient than its consent. It is in nobody's history.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SetAsideDocument {
    /// Its id.
    pub id: DocumentId,
    /// Where it came from. The patient in it is the consent's, not whom the document is about.
    pub provenance: Provenance,
    /// In what it differs.
    pub mismatch: PatientMismatch,
    content: Sealed,
}

impl MemoryRecords {
    /// An empty store that seals with this key (or ring of keys).
    #[must_use]
    pub fn new(keys: impl Into<SealingKeyRing>) -> Self {
        Self { keys: keys.into(), shelf: Mutex::default() }
    }

    /// The documents of one patient, whichever facility they came from, oldest arrival first.
    #[must_use]
    pub fn documents_of(&self, patient: &AbhaAddress) -> Vec<StoredDocument> {
        self.select(|provenance| provenance.patient == *patient)
    }

    /// The documents received under one consent artefact, oldest arrival first.
    #[must_use]
    pub fn documents_under(&self, consent: &ConsentId) -> Vec<StoredDocument> {
        self.select(|provenance| provenance.consent == *consent)
    }

    /// The documents that came under one consent artefact and name another patient, oldest arrival
    /// first.
    #[must_use]
    pub fn set_aside_under(&self, consent: &ConsentId) -> Vec<SetAsideDocument> {
        let shelf = self.shelf();
        let under = shelf.set_aside.values().filter(|d| d.provenance.consent == *consent);
        let mut found: Vec<_> = under.cloned().collect();
        found.sort_by_key(|document| document.provenance.received_at);
        found
    }

    /// The bytes of a document that was set aside, to find out whose it is and how it came here.
    /// Never show them as the consent's patient's.
    ///
    /// # Errors
    /// When another key sealed it.
    pub fn open_set_aside(
        &self,
        document: &SetAsideDocument,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.keys.open(&document.content, &set_aside_context(&document.id))
    }

    /// Opens a document.
    ///
    /// # Errors
    /// When another key sealed it.
    pub fn open(&self, document: &StoredDocument) -> Result<ReceivedDocument, SealError> {
        let bytes = self.keys.open(&document.content, &context(&document.id))?;
        Ok(ReceivedDocument {
            id: document.id.clone(),
            provenance: document.provenance.clone(),
            bytes,
        })
    }

    /// The proofs of what was erased, oldest first.
    #[must_use]
    pub fn proofs(&self) -> Vec<ErasureProof> {
        self.shelf().proofs.clone()
    }

    fn select(&self, wanted: impl Fn(&Provenance) -> bool) -> Vec<StoredDocument> {
        let shelf = self.shelf();
        let mut found: Vec<_> =
            shelf.documents.values().filter(|d| wanted(&d.provenance)).cloned().collect();
        found.sort_by_key(|document| document.provenance.received_at);
        found
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a sealed document is bound to: moved to another id, it does not open.
fn context(id: &DocumentId) -> String {
    format!("hiu-document/{id}")
}

/// One that was set aside does not open as one that was not.
fn set_aside_context(id: &DocumentId) -> String {
    format!("hiu-set-aside/{id}")
}

impl MemoryRecords {
    fn seal(&self, document: &ReceivedDocument, context: &str) -> Result<Sealed, RecordsError> {
        self.keys
            .seal(&document.bytes, context)
            .map_err(|error| RecordsError::with_source("the document cannot be sealed", error))
    }
}

#[async_trait]
impl Records for MemoryRecords {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        let content = self.seal(&document, &context(&document.id))?;
        let ReceivedDocument { id, provenance, .. } = document;
        let mut shelf = self.shelf();
        if !shelf.is_erased(&provenance.consent) {
            let document = StoredDocument { id: id.clone(), provenance, content };
            shelf.documents.entry(id).or_insert(document);
        }
        Ok(())
    }

    async fn set_aside(
        &self,
        document: ReceivedDocument,
        mismatch: PatientMismatch,
    ) -> Result<bool, RecordsError> {
        let content = self.seal(&document, &set_aside_context(&document.id))?;
        let ReceivedDocument { id, provenance, .. } = document;
        let mut shelf = self.shelf();
        if shelf.is_erased(&provenance.consent) {
            return Ok(false);
        }
        let document = SetAsideDocument { id: id.clone(), provenance, mismatch, content };
        shelf.set_aside.entry(id).or_insert(document);
        Ok(true)
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        let shelf = self.shelf();
        let kept = shelf.documents.values().map(|document| (&document.id, &document.provenance));
        let aside = shelf.set_aside.values().map(|document| (&document.id, &document.provenance));
        let under = kept.chain(aside).filter(|(_, provenance)| provenance.consent == *consent);
        Ok(under.map(|(id, _)| id.clone()).collect())
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        let mut shelf = self.shelf();
        shelf.documents.retain(|_, document| document.provenance.consent != proof.consent);
        shelf.set_aside.retain(|_, document| document.provenance.consent != proof.consent);
        let earlier = shelf.proofs.iter().find(|known| known.consent == proof.consent).cloned();
        Ok(earlier.unwrap_or_else(|| {
            shelf.proofs.push(proof.clone());
            proof.clone()
        }))
    }
}
