//! What each receiver of pushes does, the patient's app and a played HIU alike (m2-hip.md 8.3,
//! rulings.md 10, 31).

mod intake;

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::data_flow::{
    DataPage, Entry, HealthInformationReport, Notifier, StatusNotification, StatusResponse,
    TransferReport,
};
use abdm_core::id::{CareContextReference, ConsentId, HipId, TransactionId};
use abdm_core::vocabulary::{HiStatus, NotifierType, SessionStatus};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use fidelius_crypto::hazmat::decrypt_with_shortened_secret;
use fidelius_crypto::{ChecksumVerdict, KeyMaterial, ReceiverKeys};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

pub(crate) use self::intake::{Fate, Fates, Intake, Judged, Next, PageMark};
use crate::engine::Engine;
use crate::pending::{Errand, Work};
use crate::server::session_token;
use crate::switches::Switches;

/// The page, or the status by which it is refused.
pub(crate) fn admit(
    engine: &Engine,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<DataPage, StatusCode> {
    // A token that is there must be good; without one the unguessable path decides (rulings.md 4).
    if headers.contains_key(AUTHORIZATION) {
        let now = engine.now();
        let owner =
            session_token(headers).and_then(|token| engine.world().session_owner(token, now));
        owner.ok_or(StatusCode::UNAUTHORIZED)?;
    }
    let page: DataPage = abdm_core::wire::read_json(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    if page.entries.is_empty() { Err(StatusCode::BAD_REQUEST) } else { Ok(page) }
}

/// A document that came out of a page.
pub(crate) struct OpenedDocument {
    pub(crate) document: Vec<u8>,
    /// What a reviewer would say of it.
    pub(crate) findings: Vec<String>,
}

/// An entry of a page: its care context, and its document or why it cannot be read.
pub(crate) type OpenedEntry = (CareContextReference, Result<OpenedDocument, String>);

/// How a receiver takes a shared secret (fidelius.md 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// All of it, and a shorter one where the sender has dropped zeros.
    Whole,
    /// Without its leading zeros.
    WithoutZeros,
}

impl Secrets {
    pub(crate) const fn dropping(zeros: bool) -> Self {
        if zeros { Self::WithoutZeros } else { Self::Whole }
    }
}

/// Opens what was granted. Large documents take their time, and nobody else shall wait for it:
/// `None` when that was broken off.
pub(crate) async fn open(
    keys: Arc<ReceiverKeys>,
    page: DataPage,
    granted: Vec<bool>,
    secrets: Secrets,
) -> Option<Vec<OpenedEntry>> {
    let opened = tokio::task::spawn_blocking(move || {
        let material = page.key_material.read::<KeyMaterial>();
        let material = material.as_ref().map_err(ToString::to_string);
        let entries = page.entries.into_iter().zip(granted).map(|(entry, granted)| {
            let opened = if granted {
                open_entry(&keys, &material, &entry, secrets)
            } else {
                Err("the patient did not grant this care context".to_owned())
            };
            (entry.care_context_reference, opened)
        });
        entries.collect()
    });
    opened.await.ok()
}

/// Does it to the end, even when whoever waits for the answer hangs up: its connection ends, and all
/// that runs in it. `None` when the sandbox or its state has ended before.
pub(crate) async fn to_the_end<T: Send + 'static>(
    engine: &Engine,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let (answer, answered) = oneshot::channel();
    engine.spawn(async move {
        // Nobody may be there to hear it.
        let _unheard = answer.send(work.await);
    });
    answered.await.ok()
}

/// Waits a little while somebody else opens the same page.
pub(crate) async fn while_opening() {
    const LOOK: Duration = Duration::from_millis(20);
    tokio::time::sleep(LOOK).await;
}

fn open_entry(
    keys: &ReceiverKeys,
    material: &Result<&KeyMaterial, String>,
    entry: &Entry,
    secrets: Secrets,
) -> Result<OpenedDocument, String> {
    let content = entry.content.as_deref().ok_or("the entry has no content")?;
    let material = material.as_ref().map_err(Clone::clone)?;
    let checksum = entry.checksum.as_deref();
    let opened = match secrets {
        Secrets::Whole => keys
            .decrypt_entry(content, material, checksum)
            .map(|opened| (opened.bytes, opened.checksum)),
        Secrets::WithoutZeros => {
            decrypt_with_shortened_secret(keys, content, material).map(|bytes| {
                let verdict = ChecksumVerdict::judge(checksum, &bytes);
                (bytes, verdict)
            })
        }
    };
    let (bytes, checksum) = opened.map_err(|error| error.to_string())?;
    let document = bytes.to_vec();
    let findings = findings(&document, checksum);
    Ok(OpenedDocument { document, findings })
}

/// What a reviewer would say of a document that came (phr-simulator.md 7). Neither a wrong checksum
/// nor a wrong document keeps a receiver from taking it.
fn findings(document: &[u8], checksum: ChecksumVerdict) -> Vec<String> {
    let differs = checksum == ChecksumVerdict::Mismatch;
    let differs = differs.then(|| "the checksum is not that of the document".to_owned());
    let checked = fhir_bundles::check(document);
    differs.into_iter().chain(checked.errors().map(ToString::to_string)).collect()
}

/// For how long a receiver waits for what is missing when all pages are in.
pub(crate) fn patience(switches: &Switches) -> TimeDelta {
    let seconds = Duration::try_from_secs_f64(switches.late_page_seconds);
    TimeDelta::from_std(seconds.unwrap_or_default()).unwrap_or_default()
}

/// Who receives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Receiver {
    /// A patient's app.
    App,
    /// The HIU of this id, which is played.
    Played(String),
}

/// A transfer that has ended if no further page comes by then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LastPage {
    pub(crate) receiver: Receiver,
    /// The id in the push URL.
    pub(crate) push: String,
    pub(crate) at: DateTime<Utc>,
}

/// How often it is looked whether a page has come meanwhile.
const LOOK: Duration = Duration::from_millis(100);

/// Waits for a further page, and ends the transfer if none has come. A page that has come meanwhile
/// has ended the transfer, or is followed by a wait of its own.
pub(crate) async fn wait_for_page(errand: &Errand, last: LastPage) {
    let engine = errand.engine();
    let LastPage { receiver, push, mut at } = last;
    loop {
        tokio::select! {
            () = engine.moved_clock().sleep_until(at) => {
                let later = match &receiver {
                    Receiver::App => crate::services::look_at_app_transfer(engine, &push),
                    Receiver::Played(id) => crate::played::look_at_transfer(engine, id, &push),
                };
                match later {
                    Some(later) => at = later,
                    None => return,
                }
            }
            () = tokio::time::sleep(LOOK) => {
                let waits_until = match &receiver {
                    Receiver::App => {
                        let world = engine.world();
                        let transfer = world.app_transfers.get(&push);
                        transfer.and_then(|transfer| transfer.intake.waits_until())
                    }
                    Receiver::Played(id) => {
                        engine.hiu(id, |hiu| hiu.waits_until(&push)).flatten()
                    }
                };
                if waits_until != Some(at) {
                    return;
                }
            }
        }
    }
}

impl Engine {
    /// Ends a transfer later, if nothing more comes.
    pub(crate) fn wait_for_page(
        self: &Arc<Self>,
        receiver: Receiver,
        push: &str,
        at: DateTime<Utc>,
    ) {
        self.undertake(Work::LastPage(LastPage { receiver, push: push.to_owned(), at }));
    }
}

/// What a receiver reports of a transfer that has ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) consent: ConsentId,
    pub(crate) transaction: TransactionId,
    pub(crate) hip: HipId,
    pub(crate) fates: Fates,
    /// The consent ended before: what had come was dropped (rulings.md 12).
    pub(crate) is_over: bool,
}

impl Receipt {
    /// As the HIU of this id writes it; `received` is what it calls a transfer that brought
    /// something. A context of which nothing came has perhaps no record of these dates: it is named
    /// only when nothing at all could be read (rulings.md 9, 10).
    pub(crate) fn written(
        self,
        hiu: &str,
        received: SessionStatus,
        now: DateTime<Utc>,
    ) -> HealthInformationReport {
        let any = !self.is_over && self.fates.values().any(|fate| *fate == Fate::Read);
        let told = |fate| match fate {
            _ if self.is_over => Some((HiStatus::Errored, "The consent is over")),
            Fate::Read => Some((HiStatus::Ok, "Received")),
            Fate::Unreadable => Some((HiStatus::Errored, "cannot be read")),
            Fate::Missing if any => None,
            Fate::Missing => Some((HiStatus::Errored, "Not received")),
        };
        let responses = self.fates.into_iter().filter_map(|(context, fate)| {
            let (status, text) = told(fate)?;
            Some(StatusResponse::new(context, status, text))
        });
        let status = if any { received } else { SessionStatus::Failed };
        HealthInformationReport::from(TransferReport::new(
            self.consent,
            self.transaction,
            now,
            Notifier::new(NotifierType::Hiu, hiu),
            StatusNotification::new(status, self.hip, responses.collect()),
        ))
    }
}
