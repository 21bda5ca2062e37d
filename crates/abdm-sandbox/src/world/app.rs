//! What the patient's own app asked for, and what it got.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use fidelius_crypto::ReceiverKeys;
use serde::{Deserialize, Serialize};

use super::ClientId;
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
    pages: BTreeSet<i64>,
}

impl AppTransfer {
    pub(crate) fn new(
        (address, client): (AbhaAddress, ClientId),
        keys: ReceiverKeys,
        transaction: TransactionId,
        consent: ConsentId,
        hip: HipId,
    ) -> Self {
        let (keys, pages) = (Arc::new(keys), BTreeSet::new());
        Self { address, client, keys, transaction, consent, hip, pages }
    }

    pub(crate) const fn consent(&self) -> &ConsentId {
        &self.consent
    }

    pub(crate) fn keys(&self) -> Arc<ReceiverKeys> {
        Arc::clone(&self.keys)
    }

    /// Under which client the app calls.
    pub(crate) const fn client(&self) -> &ClientId {
        &self.client
    }

    /// Notes a page; whether it was the last that was missing.
    pub(crate) fn take_page(&mut self, number: i64, count: i64) -> bool {
        self.pages.insert(number);
        i64::try_from(self.pages.len()).is_ok_and(|pages| pages >= count)
    }

    /// What is to be reported of it.
    pub(crate) fn into_report(self) -> AppReport {
        AppReport::new(self.client, self.transaction, self.consent, self.hip)
    }
}

/// A document that came out of a page.
pub(crate) struct OpenedDocument {
    pub(crate) document: Vec<u8>,
    /// What a reviewer would say of it.
    pub(crate) findings: Vec<String>,
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
    /// What is wrong with its checksum, or with it as an NRCES document. It was taken all the same.
    #[serde(default)]
    pub findings: Vec<String>,
    transaction: TransactionId,
}

impl AppRecord {
    pub(crate) fn new(
        transfer: &AppTransfer,
        care_context: CareContextReference,
        opened: Option<OpenedDocument>,
    ) -> Self {
        let (document, findings) = opened.map(|opened| (opened.document, opened.findings)).unzip();
        Self {
            address: transfer.address.clone(),
            hip: transfer.hip.clone(),
            care_context,
            document,
            findings: findings.unwrap_or_default(),
            transaction: transfer.transaction.clone(),
        }
    }
}

impl AppRecord {
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
