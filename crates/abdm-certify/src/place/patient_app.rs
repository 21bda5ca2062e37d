//! What patients do in their PHR apps.

use std::fmt::{self, Debug};

use abdm_core::id::{CareContextReference, ConsentId, ConsentRequestId, HipId};
use abdm_core::secret::Otp;
use abdm_core::vocabulary::HiType;
use async_trait::async_trait;
use bytes::Bytes;
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::sharing::IssuedToken;
use hip_services::api::user_linking::{Identifier, OfferedLink};

use super::PlaceError;
use crate::people::Role;

/// What patients do in their PHR apps: a sandbox plays them, or people with phones are asked to.
///
/// Whatever is not written for a place is not possible there.
#[async_trait]
pub trait PatientApp: Debug + Send + Sync {
    /// Scans the QR code of a counter, which holds this link, agrees to share the profile, and
    /// tells what the app then shows.
    ///
    /// # Errors
    /// When the facility or ABDM refused, or nobody did it.
    async fn share_profile(&self, who: Role, link: &str) -> Result<IssuedToken, PlaceError>;

    /// Looks for the patient's records at a facility, with what the patient types of themselves
    /// there, and tells what the app then offers to link.
    ///
    /// # Errors
    /// As [`share_profile`](Self::share_profile); a refusal has the text that the app shows.
    async fn find_records(
        &self,
        _who: Role,
        _hip: &HipId,
        _typed: &[Identifier],
    ) -> Result<FoundRecords, PlaceError> {
        Err(nobody("looks for records"))
    }

    /// Chooses some of what was found, until the app asks for the OTP of the facility.
    ///
    /// # Errors
    /// As [`find_records`](Self::find_records).
    async fn choose_records(
        &self,
        _who: Role,
        _found: &FoundRecords,
        _chosen: &[PatientCareContexts],
    ) -> Result<OfferedLink, PlaceError> {
        Err(nobody("chooses records"))
    }

    /// Types the OTP of the facility, and tells what the app then shows as linked.
    ///
    /// # Errors
    /// As [`find_records`](Self::find_records).
    async fn enter_otp(
        &self,
        _who: Role,
        _link: &OfferedLink,
        _otp: &Otp,
    ) -> Result<Vec<PatientCareContexts>, PlaceError> {
        Err(nobody("types an OTP"))
    }

    /// Tells what the app shows as linked at a facility: one element for each HI type.
    ///
    /// # Errors
    /// As [`share_profile`](Self::share_profile).
    async fn linked_records(
        &self,
        _who: Role,
        _hip: &HipId,
    ) -> Result<Vec<PatientCareContexts>, PlaceError> {
        Err(nobody("looks at what is linked"))
    }

    /// Opens a linked visit, which has the app fetch its records, and tells which came: waits for
    /// so many as are expected. Where a person looks at a screen, they hold it against `expected`,
    /// and those that are there are given back.
    ///
    /// # Errors
    /// When they did not come, or nobody looked.
    async fn open_visit(
        &self,
        _who: Role,
        _hip: &HipId,
        _visit: &CareContextReference,
        _expected: &[Bytes],
    ) -> Result<Vec<OpenedRecord>, PlaceError> {
        Err(nobody("opens a visit"))
    }

    /// Grants a consent request, for the records of these HI types alone; of all that are asked for
    /// when none is named. One consent comes of it for each facility.
    ///
    /// # Errors
    /// As [`share_profile`](Self::share_profile).
    async fn grant(
        &self,
        _who: Role,
        _request: &ConsentRequestId,
        _only: &[HiType],
    ) -> Result<Vec<ConsentId>, PlaceError> {
        Err(nobody("grants a consent"))
    }

    /// Takes consents back.
    ///
    /// # Errors
    /// As [`share_profile`](Self::share_profile).
    async fn revoke(&self, _who: Role, _consents: &[ConsentId]) -> Result<(), PlaceError> {
        Err(nobody("takes a consent back"))
    }
}

pub(super) fn nobody(does: &str) -> PlaceError {
    PlaceError::NotPossible(format!("nobody {does}"))
}

/// What an app offers to link at a facility.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FoundRecords {
    /// By which the place finds the search again: where an app is played, the transaction.
    pub search: String,
    /// One element for each of the facility's numbers for the patient and each HI type.
    pub patients: Vec<PatientCareContexts>,
}

impl FoundRecords {
    /// What a search found.
    #[must_use]
    pub fn new(search: impl Into<String>, patients: Vec<PatientCareContexts>) -> Self {
        Self { search: search.into(), patients }
    }

    /// Every care context, each once.
    #[must_use]
    pub fn care_contexts(&self) -> Vec<CareContextReference> {
        care_contexts(&self.patients)
    }
}

/// The care contexts of these elements, each once and in order.
pub(crate) fn care_contexts(patients: &[PatientCareContexts]) -> Vec<CareContextReference> {
    let contexts = patients.iter().flat_map(|patient| &patient.care_contexts);
    let mut references: Vec<_> = contexts.map(|context| context.reference_number.clone()).collect();
    references.sort();
    references.dedup();
    references
}

/// A record that reached its reader.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenedRecord {
    /// Of which visit.
    pub care_context: CareContextReference,
    /// The document, decrypted.
    pub document: Bytes,
    /// What the reader found wrong with it: not to be read, of another checksum, no document of its
    /// kind.
    pub findings: Vec<String>,
}

impl OpenedRecord {
    /// A record with which nothing is wrong.
    #[must_use]
    pub fn new(care_context: CareContextReference, document: impl Into<Bytes>) -> Self {
        Self { care_context, document: document.into(), findings: Vec::new() }
    }

    /// The same with what is wrong with it.
    #[must_use]
    pub fn with_findings(mut self, findings: Vec<String>) -> Self {
        self.findings = findings;
        self
    }
}

/// Shows the size only.
impl Debug for OpenedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedRecord")
            .field("care_context", &self.care_context)
            .field("bytes", &self.document.len())
            .field("findings", &self.findings)
            .finish()
    }
}
