//! A HIP that the sandbox plays.

use std::collections::BTreeMap;
use std::sync::Arc;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::api::data_flow::{
    DataPage, Entry, HealthInformationReport, KeyMaterialJson, Notifier, NotifyHealthInformation,
    PushHealthInformation, StatusNotification, StatusResponse, TransferReport,
};
use abdm_core::call::{Call, Incoming};
use abdm_core::client::AbdmClient;
use abdm_core::error::CallbackError;
use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{ConsentStatus, HiStatus, HiType, NotifierType, SessionStatus};
use chrono::{DateTime, TimeDelta, Utc};
use fidelius_crypto::{EncryptOptions, Encryptor, KeyMaterial, encrypt_entry};
use hip_services::api::consent::{AcknowledgeConsent, ConsentAcknowledgement, OnConsentNotify};
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, OnHealthInformationRequest, RequestAcknowledgement,
};
use serde::{Deserialize, Serialize};

use super::Acting;
use super::habits::{Answering, HipHabits, Paging, seconds};
use crate::error::SandboxError;
use crate::shared::Shared;

/// The least part of a document that base64 and encryption leave of a page.
const BASE64: (usize, usize) = (3, 4);

/// A record that a played HIP holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) patient: AbhaAddress,
    pub(crate) care_context: CareContextReference,
    pub(crate) hi_type: HiType,
    #[serde(with = "crate::state::bytes")]
    pub(crate) document: Arc<[u8]>,
}

impl Record {
    /// A record with a document of its type, made up.
    pub(crate) fn made_up(
        (patient, name): (AbhaAddress, &str),
        care_context: CareContextReference,
        hi_type: HiType,
        document: Option<Vec<u8>>,
    ) -> Result<Self, SandboxError> {
        let document = match document {
            Some(document) => document,
            None => super::documents::document(&hi_type, name, patient.as_str())
                .map_err(|problem| SandboxError::Document { problem })?,
        };
        Ok(Self { patient, care_context, hi_type, document: document.into() })
    }
}

/// What a played HIP has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Hip {
    pub(crate) habits: HipHabits,
    pub(crate) records: Vec<Record>,
    consents: BTreeMap<ConsentId, Shared<ConsentDetail>>,
}

impl Hip {
    pub(crate) fn new(habits: HipHabits) -> Self {
        Self { habits, ..Self::default() }
    }

    /// The care contexts that a consent names and there is no record of.
    fn without_record(&self, consent: &ConsentId) -> Vec<CareContextReference> {
        let records = self.under(consent);
        let named = self.consents.get(consent).into_iter().flat_map(|detail| &detail.care_contexts);
        named
            .map(|context| context.care_context_reference.clone())
            .filter(|context| records.iter().all(|record| record.care_context != *context))
            .collect()
    }

    /// The records that a consent names.
    fn under(&self, consent: &ConsentId) -> Vec<Record> {
        let Some(detail) = self.consents.get(consent) else {
            return Vec::new();
        };
        let fits = |record: &&Record| {
            record.patient == detail.patient.id
                && detail.hi_types.contains(&record.hi_type)
                && detail.names(&record.care_context)
        };
        self.records.iter().filter(fits).cloned().collect()
    }
}

/// A consent was granted, or has ended.
pub(super) async fn noticed(
    acting: &Acting<'_>,
    message: Incoming<OnConsentNotify>,
) -> Result<(), SandboxError> {
    let (engine, id) = (acting.engine(), acting.id());
    let notice = message.body.notification;
    let consent = notice.consent_id.clone();
    let acknowledges = engine.with_hip(id, |hip| {
        match (notice.status == ConsentStatus::Granted, notice.consent_detail) {
            (true, Some(detail)) => hip.consents.insert(consent.clone(), Shared::new(detail)),
            _ => hip.consents.remove(&consent),
        };
        hip.habits.acknowledge
    });
    let Some(client) = engine.played_client(id).filter(|_| acknowledges == Some(true)) else {
        return Ok(());
    };
    let body = ConsentAcknowledgement::ok(message.request_id, consent);
    client.send(&Call::<AcknowledgeConsent>::new(body)).await?;
    Ok(())
}

/// A HIU asks for records.
pub(super) async fn asked(
    acting: &mut Acting<'_>,
    message: Incoming<OnHealthInformationRequest>,
) -> Result<(), SandboxError> {
    let (engine, id) = (Arc::clone(acting.engine()), acting.id().to_owned());
    let (transaction, request) = (message.body.transaction_id, message.body.hi_request);
    let consent = request.consent.id;
    let found = engine
        .hip(&id, |hip| (hip.habits.clone(), hip.under(&consent), hip.without_record(&consent)));
    let (Some((habits, mut records, empty)), Some(client)) = (found, engine.played_client(&id))
    else {
        return Ok(());
    };
    if !acting.arrived.progress.answered {
        let answer = match habits.answer {
            Answering::Silent => return Ok(()),
            Answering::Refuse => {
                let error = CallbackError::new(1062, "Consent Not granted");
                RequestAcknowledgement::refused(message.request_id, error)
            }
            Answering::Serve => {
                RequestAcknowledgement::acknowledged(message.request_id, transaction.clone())
            }
        };
        let sent = client.send(&Call::<AcknowledgeHealthInformationRequest>::new(answer)).await;
        // The answer may have arrived just before a restart; a second one is refused.
        if let (Err(error), false) = (sent, acting.errand.is_resumed()) {
            return Err(error.into());
        }
        if habits.answer == Answering::Refuse {
            return Ok(());
        }
        acting.answered(seconds(habits.late_seconds));
    }
    acting.pause().await;
    if habits.reversed {
        records.reverse();
    }
    let material = request.key_material.read::<KeyMaterial>().map_err(|_| SandboxError::Keys)?;
    let work = Pages { habits: habits.clone(), material, transaction: transaction.clone() };
    // What is for the sandbox itself does not leave it.
    let url = match request.data_push_url.strip_prefix(engine.base_url()) {
        Some(rest) => format!("{}{rest}", engine.local_url()),
        None => request.data_push_url,
    };
    let mut fates = work.send(&client, &url, records, engine.now()).await?;
    if fates.is_empty() {
        fates.extend(empty.into_iter().map(|context| (context, Fate::Nothing)));
    }
    if habits.report && !fates.is_empty() {
        report(&client, &id, (consent, transaction), fates, engine.now()).await?;
    }
    Ok(())
}

/// The pages of one transfer.
struct Pages {
    habits: HipHabits,
    material: KeyMaterial,
    transaction: TransactionId,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Refused,
    /// There is none (rulings.md 9).
    Nothing,
}

type Fates = Vec<(CareContextReference, Fate)>;

impl Pages {
    /// Sends everything; what became of each record.
    async fn send(
        self,
        client: &AbdmClient,
        url: &str,
        records: Vec<Record>,
        now: DateTime<Utc>,
    ) -> Result<Fates, SandboxError> {
        let pages = if self.habits.pages == Paging::AllInOne {
            vec![records]
        } else {
            records.into_iter().map(|record| vec![record]).collect()
        };
        let count = pages.len();
        let work = Arc::new(self);
        let mut fates = Vec::new();
        for (index, records) in pages.into_iter().enumerate() {
            // In reversed order the first page that leaves is the last one.
            let place = if work.habits.reversed { count - index } else { index + 1 };
            let contexts: Vec<_> = records.iter().map(|r| r.care_context.clone()).collect();
            let worker = Arc::clone(&work);
            let page =
                tokio::task::spawn_blocking(move || worker.page(records, (place, count), now));
            let page = page.await.unwrap_or(Err(SandboxError::Keys))?;
            let call = Call::<PushHealthInformation>::new(page);
            let mut taken = client.send_to(url, &call).await.is_ok();
            if work.habits.repeat_pages {
                taken |= client.send_to(url, &call).await.is_ok();
            }
            let fate = if taken { Fate::Taken } else { Fate::Refused };
            fates.extend(contexts.into_iter().map(|context| (context, fate)));
        }
        Ok(fates)
    }

    fn page(
        &self,
        records: Vec<Record>,
        (place, count): (usize, usize),
        now: DateTime<Utc>,
    ) -> Result<DataPage, SandboxError> {
        let keys = |_| SandboxError::Keys;
        let options = EncryptOptions::new(now + TimeDelta::days(1));
        let options = options.key_encoding(self.habits.key_form.encoding());
        let documents: Vec<_> = records.iter().map(|record| self.packed(record)).collect();
        let (sealed, material) = if let [document] = documents.as_slice() {
            let sealed =
                encrypt_entry(document.as_slice(), &self.material, &options).map_err(keys)?;
            (vec![(sealed.content, sealed.checksum)], sealed.key_material)
        } else {
            let encryptor = Encryptor::for_request(&self.material, &options).map_err(keys)?;
            let sealed =
                encryptor.unsafe_compat_encrypt_several_under_one_key(documents).map_err(keys)?;
            let entries = sealed.entries.into_iter().map(|entry| (entry.content, entry.checksum));
            (entries.collect(), sealed.key_material)
        };
        let entries = records.into_iter().zip(sealed).map(|(record, (content, checksum))| {
            Entry::new(content, checksum, record.care_context)
        });
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (number, count) = match self.habits.pages {
            Paging::ZeroOfOne => (0, 1),
            Paging::OneEach => (number(place), number(count)),
            Paging::AllInOne => (1, 1),
        };
        let material = self.habits.key_form.rewrite(material);
        let material = KeyMaterialJson::write(&material).map_err(|_| SandboxError::Keys)?;
        let transaction = self.transaction.clone();
        Ok(DataPage::new(number, count, transaction, entries.collect(), material))
    }

    /// A document as this HIP packs it, with blanks up to the size of its pages.
    fn packed(&self, record: &Record) -> Vec<u8> {
        let mut packed = self.habits.document.pack(&record.document);
        let page = usize::try_from(self.habits.page_megabytes).unwrap_or_default() * 1_000_000;
        let size = page / BASE64.1 * BASE64.0;
        if packed.len() < size {
            packed.resize(size, b' ');
        }
        packed
    }
}

/// Tells the consent manager what became of the records: one that was taken is enough for a transfer
/// (rulings.md 10).
async fn report(
    client: &AbdmClient,
    id: &str,
    (consent, transaction): (ConsentId, TransactionId),
    fates: Fates,
    now: DateTime<Utc>,
) -> Result<(), SandboxError> {
    let any = fates.iter().any(|(_, fate)| *fate == Fate::Taken);
    let responses = fates.into_iter().map(|(context, fate)| {
        let (status, text) = match fate {
            Fate::Taken => (HiStatus::Delivered, "Delivered"),
            Fate::Refused => (HiStatus::Errored, "The receiver did not take it"),
            Fate::Nothing => (HiStatus::Errored, "no data in range"),
        };
        StatusResponse::new(context, status, text)
    });
    let status = if any { SessionStatus::Transferred } else { SessionStatus::Failed };
    let report = TransferReport::new(
        consent,
        transaction,
        now,
        Notifier::new(NotifierType::Hip, id),
        StatusNotification::new(status, HipId::new(id)?, responses.collect()),
    );
    let body = HealthInformationReport::from(report);
    client.send(&Call::<NotifyHealthInformation>::new(body)).await?;
    Ok(())
}
