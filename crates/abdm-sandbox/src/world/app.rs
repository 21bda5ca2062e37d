//! What the patient's own app asked for, and what it got.

use std::collections::BTreeSet;
use std::fmt;

use abdm_core::api::data_flow::{
    HealthInformationReport, Notifier, NotifyHealthInformation, StatusNotification, StatusResponse,
    TransferReport,
};
use abdm_core::call::Call;
use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{HiStatus, NotifierType, SessionStatus};
use chrono::{DateTime, Utc};
use fidelius_crypto::ReceiverKeys;

use super::PHR_HIU_ID;
use crate::error::SandboxError;
use crate::phr::PhrApp;

/// A transfer to the patient's app.
#[derive(Debug)]
pub(crate) struct AppTransfer {
    app: PhrApp,
    keys: ReceiverKeys,
    transaction: TransactionId,
    consent: ConsentId,
    hip: HipId,
    pages: BTreeSet<i64>,
}

impl AppTransfer {
    pub(crate) const fn new(
        app: PhrApp,
        keys: ReceiverKeys,
        transaction: TransactionId,
        consent: ConsentId,
        hip: HipId,
    ) -> Self {
        Self { app, keys, transaction, consent, hip, pages: BTreeSet::new() }
    }

    pub(crate) const fn keys(&self) -> &ReceiverKeys {
        &self.keys
    }

    /// Notes a page; whether it was the last that was missing.
    pub(crate) fn take_page(&mut self, number: i64, count: i64) -> bool {
        self.pages.insert(number);
        i64::try_from(self.pages.len()).is_ok_and(|pages| pages >= count)
    }

    /// Reports to the consent manager, as the HIU that the app is.
    pub(crate) async fn report(
        self,
        all: &[AppRecord],
        now: DateTime<Utc>,
    ) -> Result<(), SandboxError> {
        let own = all.iter().filter(|record| record.transaction == self.transaction);
        let responses: Vec<_> = own
            .map(|record| {
                let readable = record.document.is_some();
                let status = if readable { HiStatus::Ok } else { HiStatus::Errored };
                let text = if readable { "Received" } else { "cannot be read" };
                StatusResponse::new(record.care_context.clone(), status, text)
            })
            .collect();
        let any = responses.iter().any(|response| response.hi_status == HiStatus::Ok);
        let status = if any { SessionStatus::Received } else { SessionStatus::Failed };
        let report = TransferReport::new(
            self.consent,
            self.transaction,
            now,
            Notifier::new(NotifierType::Hiu, PHR_HIU_ID),
            StatusNotification::new(status, self.hip, responses),
        );
        let call = Call::<NotifyHealthInformation>::new(HealthInformationReport::from(report));
        self.app.send(&call).await
    }
}

/// A record that the patient's own app received.
#[derive(Clone)]
#[non_exhaustive]
pub struct AppRecord {
    /// Whose app.
    pub address: AbhaAddress,
    /// From which facility.
    pub hip: HipId,
    /// Of which care context.
    pub care_context: CareContextReference,
    /// The document, decrypted; `None` when it could not be read.
    pub document: Option<Vec<u8>>,
    transaction: TransactionId,
}

impl AppRecord {
    pub(crate) fn new(
        transfer: &AppTransfer,
        care_context: CareContextReference,
        document: Option<Vec<u8>>,
    ) -> Self {
        Self {
            address: transfer.app.address().clone(),
            hip: transfer.hip.clone(),
            care_context,
            document,
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
