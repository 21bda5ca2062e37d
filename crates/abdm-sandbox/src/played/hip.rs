//! A HIP that the sandbox plays.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::api::data_flow::{
    DataPage, Entry, HealthInformationReport, KeyMaterialJson, Notifier, NotifyHealthInformation,
    PushHealthInformation, StatusNotification, StatusResponse, TransferReport,
};
use abdm_core::call::{Call, Envelope, Incoming};
use abdm_core::client::AbdmClient;
use abdm_core::error::CallbackError;
use abdm_core::id::{
    CareContextReference, ConsentId, HipId, PatientReference, RequestId, TransactionId,
};
use abdm_core::person::AbhaAddress;
use abdm_core::secret::AccessToken;
use abdm_core::transport::Transport as _;
use abdm_core::vocabulary::{ConsentStatus, HiStatus, HiType, NotifierType, SessionStatus};
use chrono::{DateTime, TimeDelta, Utc};
use fidelius_crypto::hazmat::encrypt_with_shortened_secret;
use fidelius_crypto::{EncryptOptions, Encryptor, KeyMaterial, encrypt_entry};
use hip_services::api::consent::{AcknowledgeConsent, ConsentAcknowledgement, OnConsentNotify};
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, OnHealthInformationRequest, RequestAcknowledgement,
};
use serde::{Deserialize, Serialize};

use super::Acting;
use super::habits::{Answering, HipHabits, Paging, PushToken, UNREADABLE_KEY, seconds};
use super::user_linking::Reception;
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::shared::Shared;
use crate::tokens;
use crate::transcript::RecordingTransport;

/// How long a page may take where the client does not send it.
const PUSH_DEADLINE: Duration = Duration::from_secs(60);
/// How long a forged token says that it is good.
const FORGED_SECONDS: i64 = 1200;
/// The least part of a document that base64 and encryption leave of a page.
const BASE64: (usize, usize) = (3, 4);

/// A record that a played HIP holds.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) patient: AbhaAddress,
    pub(crate) care_context: CareContextReference,
    pub(crate) hi_type: HiType,
    #[serde(with = "crate::state::bytes")]
    pub(crate) document: Arc<[u8]>,
    /// The HIP's number for the patient. A patient who is registered twice has two.
    #[serde(default)]
    pub(crate) patient_reference: Option<PatientReference>,
    /// What the patient sees; the reference of the care context otherwise.
    #[serde(default)]
    pub(crate) display: Option<String>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("care_context", &self.care_context)
            .field("document", &format!("{} bytes", self.document.len()))
            .finish_non_exhaustive()
    }
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
        let document = document.into();
        let (patient_reference, display) = (None, None);
        Ok(Self { patient, care_context, hi_type, document, patient_reference, display })
    }
}

/// What a played HIP has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Hip {
    pub(crate) habits: HipHabits,
    pub(crate) records: Vec<Record>,
    #[serde(default)]
    pub(super) reception: Reception,
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
    let material = request.key_material.read::<KeyMaterial>().map_err(|_| SandboxError::Keys)?;
    if !acting.arrived.progress.answered {
        let mut refused = false;
        let answer = match habits.answer {
            Answering::Silent => return Ok(()),
            Answering::Refuse => {
                refused = true;
                let error = CallbackError::new(1062, "Consent Not granted");
                RequestAcknowledgement::refused(message.request_id, error)
            }
            _ if !habits.reads_keys.takes(&material) => {
                refused = true;
                let error = CallbackError::new(9999, UNREADABLE_KEY);
                RequestAcknowledgement::refused(message.request_id, error)
            }
            Answering::Serve | Answering::Nothing => {
                RequestAcknowledgement::acknowledged(message.request_id, transaction.clone())
            }
        };
        let sent = client.send(&Call::<AcknowledgeHealthInformationRequest>::new(answer)).await;
        // The answer may have arrived just before a restart; a second one is refused.
        if let (Err(error), false) = (sent, acting.errand.is_resumed()) {
            return Err(error.into());
        }
        if refused {
            return Ok(());
        }
        acting.answered(seconds(habits.late_seconds));
    }
    acting.pause().await;
    if habits.reversed {
        records.reverse();
    }
    let transport = engine.transport_of_played(&id);
    let courier = Courier { engine: &engine, id: &id, client: &client, transport };
    let of = (consent.clone(), transaction.clone());
    let work = Pages { habits: habits.clone(), material, transaction: transaction.clone() };
    // What is for the sandbox itself does not leave it.
    let url = match request.data_push_url.strip_prefix(engine.base_url()) {
        Some(rest) => format!("{}{rest}", engine.local_url()),
        None => request.data_push_url,
    };
    let mut fates: Fates = if habits.answer == Answering::Nothing {
        records.into_iter().map(|record| (record.care_context, Fate::Absent)).collect()
    } else {
        work.send(&courier, &url, &consent, records).await?
    };
    if fates.is_empty() {
        fates.extend(empty.into_iter().map(|context| (context, Fate::Absent)));
    }
    if habits.report && !fates.is_empty() {
        report(&client, &id, of, fates, engine.now()).await?;
    }
    Ok(())
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    /// The receiver did not take it.
    Refused,
    /// There is none of these dates (rulings.md 9).
    Absent,
    /// The consent ended before it was its turn.
    Withheld,
}

impl Fate {
    const fn told(self) -> (HiStatus, &'static str) {
        match self {
            Self::Taken => (HiStatus::Delivered, "Delivered"),
            Self::Refused => (HiStatus::Errored, "The receiver did not take it"),
            Self::Absent => (HiStatus::Errored, "no data in range"),
            Self::Withheld => (HiStatus::Errored, "The consent is over"),
        }
    }

    /// What the whole transfer is: something arrived, and no consent ended (rulings.md 10, 12).
    fn of_all(fates: &[(CareContextReference, Self)]) -> SessionStatus {
        let has = |fate| fates.iter().any(|(_, own)| *own == fate);
        if has(Self::Taken) && !has(Self::Withheld) {
            SessionStatus::Transferred
        } else {
            SessionStatus::Failed
        }
    }
}

type Fates = Vec<(CareContextReference, Fate)>;

/// One fate for each care context: of several records, that of the first that did not arrive
/// (m2-hip.md 8.4).
fn by_context(fates: Fates) -> Fates {
    let mut told = Fates::new();
    for (context, fate) in fates {
        match told.iter_mut().find(|(known, _)| *known == context) {
            Some((_, of_all)) if *of_all == Fate::Taken => *of_all = fate,
            Some(_) => {}
            None => told.push((context, fate)),
        }
    }
    told
}

/// How a played HIP pushes.
struct Courier<'a> {
    engine: &'a Arc<Engine>,
    id: &'a str,
    client: &'a AbdmClient,
    transport: RecordingTransport,
}

impl Courier<'_> {
    /// Whether the receiver has taken the page.
    async fn push(
        &self,
        url: &str,
        call: &Call<PushHealthInformation>,
        token: PushToken,
    ) -> Result<bool, SandboxError> {
        let forged = match token {
            PushToken::Own => return Ok(self.client.send_to(url, call).await.is_ok()),
            PushToken::Missing => None,
            PushToken::Forged => Some(self.forged()?),
        };
        let now = self.engine.now();
        let envelope = Envelope::new(RequestId::random(), now);
        let request = match &forged {
            Some(token) => call.to_http_at(url, &envelope.bearer(token)),
            None => call.to_http_at(url, &envelope),
        };
        let Ok(request) = request else {
            return Ok(false);
        };
        let answer = self.transport.send(request, PUSH_DEADLINE).await;
        Ok(answer.is_ok_and(|answer| answer.status().is_success()))
    }

    /// A session token of this HIP's that ABDM has not signed.
    fn forged(&self) -> Result<AccessToken, SandboxError> {
        let client = super::client_id(self.id);
        let claims = tokens::session_claims(client.as_str(), self.engine.now(), FORGED_SECONDS);
        Ok(AccessToken::new(self.engine.forged_keys()?.gateway.sign(&claims)?))
    }

    /// Whether the consent is still granted, as far as this HIP knows.
    fn may_push(&self, consent: &ConsentId) -> bool {
        self.engine.hip(self.id, |hip| hip.consents.contains_key(consent)) == Some(true)
    }
}

/// The pages of one transfer.
struct Pages {
    habits: HipHabits,
    material: KeyMaterial,
    transaction: TransactionId,
}

impl Pages {
    /// Sends everything; what became of each record.
    async fn send(
        self,
        courier: &Courier<'_>,
        url: &str,
        consent: &ConsentId,
        records: Vec<Record>,
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
            if index > 0 {
                let pause = seconds(work.habits.pause_seconds);
                courier.engine.moved_clock().sleep(pause).await;
            }
            let fate = if work.habits.pushes_on || courier.may_push(consent) {
                let (worker, now) = (Arc::clone(&work), courier.engine.now());
                let page =
                    tokio::task::spawn_blocking(move || worker.page(records, (place, count), now));
                let page = page.await.unwrap_or(Err(SandboxError::Keys))?;
                let call = Call::<PushHealthInformation>::new(page);
                let mut taken = courier.push(url, &call, work.habits.push_token).await?;
                if work.habits.repeat_pages {
                    taken |= courier.push(url, &call, work.habits.push_token).await?;
                }
                if taken { Fate::Taken } else { Fate::Refused }
            } else {
                Fate::Withheld
            };
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
        let options = options.checksum(self.habits.checksum.form());
        let documents: Vec<_> = records.iter().map(|record| self.packed(record)).collect();
        let (sealed, material) = if let [document] = documents.as_slice() {
            let encrypt =
                if self.habits.drops_zeros { encrypt_with_shortened_secret } else { encrypt_entry };
            let sealed = encrypt(document.as_slice(), &self.material, &options).map_err(keys)?;
            (vec![(sealed.content, sealed.checksum)], sealed.key_material)
        } else {
            let encryptor = Encryptor::for_request(&self.material, &options).map_err(keys)?;
            let sealed =
                encryptor.unsafe_compat_encrypt_several_under_one_key(documents).map_err(keys)?;
            let entries = sealed.entries.into_iter().map(|entry| (entry.content, entry.checksum));
            (entries.collect(), sealed.key_material)
        };
        let entries = records.into_iter().zip(sealed).map(|(record, (content, checksum))| {
            Entry::new(content, self.habits.checksum.write(checksum), record.care_context)
        });
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (number, count) = match self.habits.pages {
            Paging::ZeroOfOne => (0, 1),
            Paging::FromZero => (number(place) - 1, number(count)),
            Paging::OneEach => (number(place), number(count)),
            Paging::AllInOne => (1, 1),
        };
        let material = self.habits.key_texts.rewrite(self.habits.key_form.rewrite(material));
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

/// Tells the consent manager what became of the records: one that was taken is enough for a
/// transfer (rulings.md 10).
async fn report(
    client: &AbdmClient,
    id: &str,
    (consent, transaction): (ConsentId, TransactionId),
    fates: Fates,
    now: DateTime<Utc>,
) -> Result<(), SandboxError> {
    let status = Fate::of_all(&fates);
    let responses = by_context(fates).into_iter().map(|(context, fate)| {
        let (status, text) = fate.told();
        StatusResponse::new(context, status, text)
    });
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
