//! The world around an [`ArtefactFlow`].

use std::sync::Arc;

use abdm_core::api::data_flow::{
    CheckHealthInformationStatus, HiRequest, KeyMaterialJson, Notifier, NotifyHealthInformation,
    StatusNotification, StatusResponse, TransferReport,
};
use abdm_core::call::Call;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::{Endpoint, fill_path, match_path};
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{HiuId, TransactionId};
use abdm_core::seal::{SealError, SealingKeyRing};
use abdm_core::vocabulary::{NotifierType, SessionStatus};
use abdm_core::wire::NoBody;
use abdm_flow::store::{Earlier, FlowId, Message};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::facilities::{check_addressee, facility_of};
use abdm_role::hook;
use abdm_role::hook::{Hook, ask};
use abdm_role::message::{answered, body};
use abdm_role::verdict::{MOST_TRIES, Remember, Verdict, repeatable};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use fidelius_crypto::{KeyEncoding, ReceiverKeys};

use super::PUSH_PATH;
use super::announce::announce;
use super::builder::Settings;
use super::open_page::{Source, soon};
use super::until_taken::until_taken;
use crate::api::consent::{FetchConsent, OnFetchConsent};
use crate::api::health_information::{OnHealthInformationRequested, RequestHealthInformation};
use crate::flow::{
    ArtefactEffect, ArtefactEvent, ArtefactFlow, ArtefactNote, ArtefactWord, EndReason, KeyForm,
    PushId, Refusal, Transfer, documents, fates,
};
use crate::hooks::{ErasureProof, Records, RecordsError};

/// How long our public key is announced to live. The private one lives shorter: until the transfer
/// has ended.
const KEY_LIFE: TimeDelta = TimeDelta::hours(24);

pub(super) type Failure = EffectFailure<ArtefactEvent>;

#[derive(Debug)]
pub(super) struct ArtefactHost {
    pub(super) client: AbdmClient,
    pub(super) keys: SealingKeyRing,
    pub(super) records: Arc<dyn Records>,
    pub(super) settings: Settings,
    pub(super) base: String,
}

/// The keys of a transfer are here and cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum SealedKeysError {
    #[error("the keys of the transfer cannot be unsealed: {0}")]
    Seal(#[from] SealError),
    #[error("the keys of the transfer cannot be read: {0}")]
    Keys(#[from] fidelius_crypto::Error),
}

#[async_trait]
impl FlowHost for ArtefactHost {
    type Flow = ArtefactFlow;

    async fn perform(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        effect: &ArtefactEffect,
    ) -> Result<Option<ArtefactEvent>, Failure> {
        match effect {
            ArtefactEffect::Fetch(id) => {
                let call = Call::<FetchConsent>::new(id.clone().into())
                    .headers(HiuHeaders { hiu_id: facility_of(cx)? });
                let answer = self.client.send_correlated(&call, &Remember(cx)).await;
                Ok(match repeatable(cx, answer, MOST_TRIES)? {
                    Ok(()) => None,
                    Err(error) => Some(ArtefactEvent::NotFetched(Refusal::of_call(&error))),
                })
            }
            ArtefactEffect::Prepare => self.prepare(cx).map(Some),
            ArtefactEffect::Request { push_id } => self.request(cx, push_id).await,
            ArtefactEffect::OpenPage { push_id, page, body } => {
                self.open(cx, effect, push_id, page, Source::Body(*body)).await
            }
            ArtefactEffect::Open { push_id, page } => {
                self.open(cx, effect, push_id, &page.id, Source::Whole(page)).await
            }
            ArtefactEffect::Summarise { push_id } => self.summarise(cx, push_id).await,
            ArtefactEffect::CheckTransfer(transaction) => Ok(Some(self.check(transaction).await)),
            ArtefactEffect::Report { transaction, received, responses, done_at } => {
                self.report(cx, transaction, *received, responses, *done_at).await
            }
            ArtefactEffect::Erase { reason, at } => self.erase(cx, *reason, *at).await,
            ArtefactEffect::Tell(event) => {
                let consent = cx.own_flow()?.request;
                announce(cx, &*self.records, consent, event).await
            }
            ArtefactEffect::Announce(news) => {
                let flow = cx.own_flow()?;
                announce(cx, &*self.records, flow.request, &flow.event_of(news)).await
            }
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<ArtefactFlow>, ReceiveError> {
        let endpoint = message.endpoint.as_str();
        if endpoint == ArtefactNote::SUBJECT {
            let (request, note) = cx.note(message).await.map_err(|error| match error {
                // A newer node may have sent it, and will take it.
                ReceiveError::Poison { reason } => ReceiveError::not_yet(reason),
                error => error,
            })?;
            return Ok(self.noted(request, note));
        }
        check_addressee::<HiuId>(cx, message)?;
        if endpoint == OnFetchConsent::META.name {
            let body = body::<OnFetchConsent>(cx, message).await?;
            let event = match body.outcome() {
                Some(Ok(artefact)) => ArtefactEvent::Fetched(Box::new(artefact.clone())),
                Some(Err(error)) => {
                    let refusal = Refusal::of_callback::<OnFetchConsent>(error.clone());
                    ArtefactEvent::NotFetched(refusal)
                }
                None => return Err(ReceiveError::poison("neither consent nor error")),
            };
            Ok(Received::existing(answered(body.answers())?, event))
        } else if endpoint == OnHealthInformationRequested::META.name {
            let body = body::<OnHealthInformationRequested>(cx, message).await?;
            let request = answered(body.answers())?;
            let event = match body.outcome() {
                Some(Ok(transaction)) => {
                    ArtefactEvent::Accepted { request, transaction: transaction.clone() }
                }
                Some(Err(error)) => {
                    let refusal =
                        Refusal::of_callback::<OnHealthInformationRequested>(error.clone());
                    ArtefactEvent::Refused { request, refusal }
                }
                None => return Err(ReceiveError::poison("neither hiRequest nor error")),
            };
            Ok(Received::existing(request, event))
        } else {
            Err(ReceiveError::poison("a callback that no artefact flow serves"))
        }
    }
}

impl ArtefactHost {
    /// A word of a consent request for one of its artefacts: whichever comes first begins its flow.
    fn noted(&self, request: FlowId, note: ArtefactNote) -> Received<ArtefactFlow> {
        let ArtefactNote { artefact, abha_number, word } = note;
        let key = ArtefactFlow::key(&artefact);
        let Settings { patience, ask_at_once, .. } = self.settings;
        let flow = ArtefactFlow::new(artefact, request, patience, ask_at_once);
        let event = match word {
            ArtefactWord::Begin => ArtefactEvent::Begin,
            ArtefactWord::End(reason) => ArtefactEvent::Ended(reason),
        };
        Received::start(key, flow.of_number(abha_number), event)
    }

    /// The flow as it is now: effects carry no keys and no terms, so that none is left in a queue.
    pub(super) async fn load(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
    ) -> Result<ArtefactFlow, Failure> {
        let found = cx.flows::<ArtefactFlow>().load(cx.flow()).await?;
        Ok(found.ok_or_else(|| EffectFailure::bury("the flow is gone"))?.flow)
    }

    /// The same, with what an earlier release kept in its snapshot moved to rows.
    pub(super) async fn load_with_rows(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
    ) -> Result<ArtefactFlow, Failure> {
        let flow = self.load(cx).await?;
        if flow.is_to_be_moved() {
            let moved = cx.tell(ArtefactEvent::Moved).await;
            moved.map_err(|error| EffectFailure::retry(error.to_string()))?;
        }
        Ok(flow)
    }

    fn prepare(&self, cx: &EffectContext<'_, ArtefactFlow>) -> Result<ArtefactEvent, Failure> {
        let push_id = PushId::fresh_at(&facility_of(cx)?, self.client.ids().as_ref());
        let keys = ReceiverKeys::generate().map_err(|e| EffectFailure::retry(e.to_string()))?;
        let keys = self.keys.seal(&keys.export(), &key_context(&push_id));
        let keys = keys.map_err(|error| EffectFailure::retry(error.to_string()))?;
        Ok(ArtefactEvent::Prepared { push_id, keys })
    }

    /// The keys of the transfer that pushes to `push_id`, while it has them.
    ///
    /// # Errors
    /// When they cannot be unsealed: to be tried again, since another node, or this one with the
    /// right sealing key, can.
    pub(super) fn transfer_keys(
        &self,
        flow: &ArtefactFlow,
        push_id: &PushId,
    ) -> Result<Option<ReceiverKeys>, SealedKeysError> {
        let transfer = flow.transfer_at(push_id);
        let Some(sealed) = transfer.and_then(|transfer| transfer.sealed_keys()) else {
            return Ok(None);
        };
        let saved = self.keys.open(sealed, &key_context(push_id))?;
        Ok(Some(ReceiverKeys::import(&saved)?))
    }

    async fn request(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        push_id: &PushId,
    ) -> Result<Option<ArtefactEvent>, Failure> {
        let flow = self.load(cx).await.map_err(EffectFailure::not_sent)?;
        let keys = self.transfer_keys(&flow, push_id);
        let keys = keys.map_err(|error| EffectFailure::retry(error.to_string()).not_sent())?;
        let is_meant = |t: &&Transfer| t.push_id.as_ref() == Some(push_id) && t.outcome.is_none();
        let transfer = flow.transfer.as_ref().filter(is_meant);
        let (Some(keys), Some(transfer), Some(terms)) = (keys, transfer, &flow.terms) else {
            // Over before it began.
            return Ok(None);
        };
        if cx.earlier() == Earlier::PerhapsSent {
            // A try that a crash cut short may have arrived: first its callback is waited for.
            return Ok(Some(ArtefactEvent::Requested { request: None, in_doubt: true }));
        }
        let headers = HiuHeaders { hiu_id: facility_of(cx)? };
        let encoding = match transfer.key_form {
            KeyForm::Raw => KeyEncoding::Raw,
            KeyForm::X509 => KeyEncoding::X509,
        };
        let material = keys.key_material_as(encoding, cx.now() + KEY_LIFE);
        let material = KeyMaterialJson::write(&material);
        let material = material.map_err(|error| EffectFailure::bury(error.to_string()))?;
        let path = fill_path(PUSH_PATH, &[push_id.to_string()]).ok_or_else(|| {
            EffectFailure::bury("the path of the data push has not one variable segment")
        })?;
        let request = HiRequest::new(
            flow.id.clone(),
            terms.permission.date_range,
            format!("{}{path}", self.base),
            material,
        );
        let call = Call::<RequestHealthInformation>::new(request.into()).headers(headers);
        match Verdict::once(self.client.send_correlated(&call, &Remember(cx)).await) {
            Verdict::Taken(id) => {
                Ok(Some(ArtefactEvent::Requested { request: Some(id), in_doubt: false }))
            }
            Verdict::Unclear(id) => {
                Ok(Some(ArtefactEvent::Requested { request: id, in_doubt: true }))
            }
            Verdict::TryAgain(reason) => Err(EffectFailure::retry(reason).not_sent()),
            Verdict::Refused(error) => {
                Ok(Some(ArtefactEvent::NotRequested(Refusal::of_call(&error))))
            }
        }
    }

    /// Asks ABDM how a transfer stands. No answer is an answer too.
    async fn check(&self, transaction: &TransactionId) -> ArtefactEvent {
        let call = Call::<CheckHealthInformationStatus>::new(NoBody).at(transaction.clone());
        let answer = self.client.send(&call).await.ok();
        ArtefactEvent::Status(answer.map(|answer| answer.body.status))
    }

    /// Puts together what is to be told of each care context.
    async fn summarise(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        push_id: &PushId,
    ) -> Result<Option<ArtefactEvent>, Failure> {
        let flow = self.load_with_rows(cx).await?;
        let (Some(transfer), Some(terms)) = (flow.transfer_at(push_id), &flow.terms) else {
            return Ok(None);
        };
        if !transfer.is_being_summarised() {
            return Ok(None);
        }
        let fates = fates(cx, push_id, transfer.pages.overdue_below()).await?;
        let summary = transfer.summary(fates, &terms.care_contexts);
        Ok(Some(ArtefactEvent::Summarised { push_id: push_id.clone(), summary }))
    }

    /// Puts together what is still to be reported of the transfers of an artefact: an erasure
    /// leaves nothing from which it could be learnt.
    async fn summarise_all(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        flow: &ArtefactFlow,
    ) -> Result<(), Failure> {
        let waiting = flow.transfers().filter(|transfer| transfer.is_being_summarised());
        for push_id in waiting.filter_map(|transfer| transfer.push_id.as_ref()) {
            if let Some(summarised) = self.summarise(cx, push_id).await? {
                let told = cx.tell(summarised).await;
                told.map_err(|error| soon(cx, error.to_string()))?;
            }
        }
        Ok(())
    }

    async fn report(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        transaction: &TransactionId,
        received: bool,
        responses: &[StatusResponse],
        done_at: DateTime<Utc>,
    ) -> Result<Option<ArtefactEvent>, Failure> {
        let flow = self.load(cx).await?;
        let Some(terms) = &flow.terms else {
            return Ok(None);
        };
        let status =
            if received { self.settings.read_status.clone() } else { SessionStatus::Failed };
        let report = TransferReport::new(
            flow.id.clone(),
            transaction.clone(),
            done_at,
            Notifier::new(NotifierType::Hiu, facility_of::<HiuId, _>(cx)?.as_str()),
            StatusNotification::new(status, terms.hip.id.clone(), responses.to_vec()),
        );
        let call = Call::<NotifyHealthInformation>::new(report.into());
        until_taken(cx, self.client.send(&call).await)
    }

    async fn erase(
        &self,
        cx: &EffectContext<'_, ArtefactFlow>,
        reason: EndReason,
        ended_at: DateTime<Utc>,
    ) -> Result<Option<ArtefactEvent>, Failure> {
        let flow = self.load_with_rows(cx).await?;
        self.summarise_all(cx, &flow).await?;
        if let Some(proof) = flow.proof {
            // A document was kept after it. Its proof is the one that is there.
            let proof = in_time(hook!(records "Records::erase"), self.records.erase(&proof)).await;
            let proof = proof.map_err(|reason| soon(cx, reason))?;
            return Ok(Some(ArtefactEvent::Erased(Box::new(proof))));
        }
        let hip = flow.terms.map(|terms| terms.hip.id);
        let over = (reason, ended_at);
        // A crash may have come between the keeping of a document and the flow's knowing of it.
        let mut documents = documents(cx, &flow.id).await?;
        let held = in_time(hook!(records "Records::held"), self.records.held(&flow.id)).await;
        let held = held.map_err(|reason| soon(cx, reason))?;
        documents.extend(held);
        let proof = ErasureProof::new(flow.id, hip, over, &documents, cx.now());
        let proof = in_time(hook!(records "Records::erase"), self.records.erase(&proof)).await;
        let proof = proof.map_err(|reason| soon(cx, reason))?;
        Ok(Some(ArtefactEvent::Erased(Box::new(proof))))
    }
}

/// Waits for the hospital's record store, but not for ever: no answer is a failure.
pub(super) async fn in_time<T>(
    hook: Hook,
    work: impl Future<Output = Result<T, RecordsError>>,
) -> Result<T, String> {
    ask(hook, work).await.map_err(str::to_owned)
}

/// The transfer that a push is for, by its path.
pub(super) fn pushed_to(path: &str) -> Option<PushId> {
    let segments = match_path(PUSH_PATH, path)?;
    PushId::new(segments.into_iter().next()?).ok()
}

/// What sealed keys are bound to: one transfer's cannot be opened as another's.
fn key_context(push_id: &PushId) -> String {
    format!("hiu-transfer-keys/{push_id}")
}
