//! What the patient's own app asked for, and what it got.

use std::fmt;
use std::sync::Arc;

use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use fidelius_crypto::ReceiverKeys;
use serde::{Deserialize, Serialize};

use super::ClientId;
use crate::pushes::{Fates, Intake, OpenedEntry, Receipt};
use crate::services::AppReport;
use crate::state::secret;

/// A transfer to the patient's app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AppTransfer {
    address: AbhaAddress,
    /// Under which client the app calls.
    client: ClientId,
    #[serde(with = "secret::receiver_keys")]
    keys: Arc<ReceiverKeys>,
    transaction: TransactionId,
    consent: ConsentId,
    hip: HipId,
    pub(crate) intake: Intake,
}

impl AppTransfer {
    pub(crate) fn new(
        (address, client): (AbhaAddress, ClientId),
        keys: ReceiverKeys,
        transaction: TransactionId,
        (consent, hip): (ConsentId, HipId),
        intake: Intake,
    ) -> Self {
        Self { address, client, keys: Arc::new(keys), transaction, consent, hip, intake }
    }

    pub(crate) const fn consent(&self) -> &ConsentId {
        &self.consent
    }

    pub(crate) const fn transaction(&self) -> &TransactionId {
        &self.transaction
    }

    pub(crate) fn keys(&self) -> Arc<ReceiverKeys> {
        Arc::clone(&self.keys)
    }

    /// Under which client the app calls.
    pub(crate) const fn client(&self) -> &ClientId {
        &self.client
    }

    /// What is to be reported of it, and whether its consent ended before.
    pub(crate) fn report(&self, fates: Fates, is_over: bool) -> AppReport {
        let receipt = Receipt {
            consent: self.consent.clone(),
            transaction: self.transaction.clone(),
            hip: self.hip.clone(),
            fates,
            is_over,
        };
        AppReport::new(self.client.clone(), receipt)
    }
}

/// A record that the patient's own app received.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppRecord {
    /// Whose app.
    pub address: AbhaAddress,
    /// From which facility.
    pub hip: HipId,
    /// Of which care context.
    pub care_context: CareContextReference,
    /// The document, decrypted; `None` when it could not be read.
    #[serde(with = "crate::state::bytes::option")]
    pub document: Option<Vec<u8>>,
    /// Why it could not be read, or what is wrong with its checksum, or with it as an NRCES
    /// document. It was taken all the same.
    #[serde(default)]
    pub findings: Vec<String>,
    transaction: TransactionId,
}

impl AppRecord {
    pub(crate) fn new(transfer: &AppTransfer, (care_context, opened): OpenedEntry) -> Self {
        let (document, findings) = match opened {
            Ok(opened) => (Some(opened.document), opened.findings),
            Err(problem) => (None, vec![problem]),
        };
        Self {
            address: transfer.address.clone(),
            hip: transfer.hip.clone(),
            care_context,
            document,
            findings,
            transaction: transfer.transaction.clone(),
        }
    }

    /// Whether this document of the transfer is here already, as one that is sent again and
    /// encrypted anew is.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        self.transaction == other.transaction
            && self.care_context == other.care_context
            && self.document.is_some()
            && self.document == other.document
    }

    pub(crate) const fn transaction(&self) -> &TransactionId {
        &self.transaction
    }
}

impl fmt::Debug for AppRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppRecord")
            .field("hip", &self.hip)
            .field("care_context", &self.care_context)
            .field("document", &self.document.as_ref().map(|d| format!("{} bytes", d.len())))
            .finish_non_exhaustive()
    }
}
