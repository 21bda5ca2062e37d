//! A received document, where it came from, and the proof that it is gone.

use std::collections::BTreeSet;
use std::fmt;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::AccessMode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::flow::{DocumentId, EndReason};

/// A decrypted document with its provenance. `Debug` shows the size only; the bytes are wiped from
/// memory when it goes.
#[non_exhaustive]
pub struct ReceivedDocument {
    /// Its id: the same bytes under the same consent artefact have the same id.
    pub id: DocumentId,
    /// Where it came from and what may be done with it.
    pub provenance: Provenance,
    /// The FHIR document bundle, byte for byte as the HIP encrypted it.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl ReceivedDocument {
    /// A document and where it came from. For tests of an own [`Records`](super::Records).
    #[must_use]
    pub fn new(provenance: Provenance, bytes: Zeroizing<Vec<u8>>) -> Self {
        let id = Self::id_of(&provenance.consent, &bytes);
        Self { id, provenance, bytes }
    }

    /// The id of these bytes when they come under this consent artefact.
    pub(crate) fn id_of(consent: &ConsentId, bytes: &[u8]) -> DocumentId {
        let mut hash = Sha256::new();
        hash.update(consent.as_str());
        hash.update([0]);
        hash.update(bytes);
        DocumentId::from_digest(&hash.finalize())
    }

    /// The document as a person reads it.
    ///
    /// # Errors
    /// When it is no FHIR document bundle.
    #[cfg(feature = "fhir")]
    pub fn record(&self) -> Result<fhir_bundles::Record, fhir_bundles::ReadError> {
        fhir_bundles::Record::read(&self.bytes)
    }
}

impl fmt::Debug for ReceivedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedDocument")
            .field("id", &self.id)
            .field("provenance", &self.provenance)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Where a document came from, under which consent, and until when it may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Provenance {
    /// Whose record it is.
    pub patient: AbhaAddress,
    /// Which facility sent it.
    pub hip: HipId,
    /// Under which consent artefact.
    pub consent: ConsentId,
    /// By which transfer.
    pub transaction: TransactionId,
    /// Which care context it belongs to.
    pub care_context: CareContextReference,
    /// What may be done with it.
    pub access_mode: AccessMode,
    /// When it must be gone.
    pub erase_at: Option<DateTime<Utc>>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Whether the sender's checksum fits; `None` when it sent none that means anything.
    /// Information only: the encryption's tag has vouched for the bytes.
    pub checksum_fits: Option<bool>,
}

impl Provenance {
    /// The provenance of a document of `care_context`, received by `transaction` under `terms`.
    #[must_use]
    pub fn new(
        terms: &ConsentDetail,
        transaction: TransactionId,
        care_context: CareContextReference,
        received_at: DateTime<Utc>,
    ) -> Self {
        Self {
            patient: terms.patient.id.clone(),
            hip: terms.hip.id.clone(),
            consent: terms.consent_id.clone(),
            transaction,
            care_context,
            access_mode: terms.permission.access_mode.clone(),
            erase_at: terms.erase_at(),
            received_at,
            checksum_fits: None,
        }
    }
}

/// The proof of an erasure: what, when, why, how many; no content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErasureProof {
    /// Everything received under this consent artefact.
    pub consent: ConsentId,
    /// From this facility; `None` when the artefact's terms were never known.
    pub hip: Option<HipId>,
    /// Why it had to go.
    pub reason: EndReason,
    /// When the right to keep it ended.
    pub ended_at: DateTime<Utc>,
    /// When it was erased.
    pub erased_at: DateTime<Utc>,
    /// How many documents.
    pub documents: usize,
    /// SHA-256 (hexadecimal) over the sorted ids of the documents, each with a line feed: whoever
    /// has kept a document can be shown that it was among them, and nobody can learn one from it.
    pub digest: String,
}

impl ErasureProof {
    pub(crate) fn new(
        consent: ConsentId,
        hip: Option<HipId>,
        (reason, ended_at): (EndReason, DateTime<Utc>),
        documents: &BTreeSet<DocumentId>,
        erased_at: DateTime<Utc>,
    ) -> Self {
        let mut hash = Sha256::new();
        for id in documents {
            hash.update(id.as_str());
            hash.update(b"\n");
        }
        let (documents, digest) = (documents.len(), hex(&hash.finalize()));
        Self { consent, hip, reason, ended_at, erased_at, documents, digest }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
