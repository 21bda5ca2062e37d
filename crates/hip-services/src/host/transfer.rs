//! Checks requests, pushes records, reports.

mod push_url;

use std::sync::Arc;

use abdm_core::api::data_flow::{
    DataPage, Entry, KeyMaterialJson, NotifyHealthInformation, PushHealthInformation,
    TransferReport,
};
use abdm_core::call::Call;
use abdm_core::client::CallError;
use abdm_core::id::{ConsentId, HipId};
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_flow::store::{Earlier, Message};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::{body, message_id};
use abdm_role::verdict::{MOST_TRIES, is_transient, reason, repeatable};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use fidelius_crypto::{EncryptOptions, KeyEncoding, KeyMaterial, encrypt_entry};
use http::StatusCode;
use tokio::time::timeout;

use super::tries::Arrivals;
use super::{Facility, MOST_HOSPITAL_TRIES, ask_hospital};
use crate::api::health_information::{
    AcknowledgeHealthInformationRequest, OnHealthInformationRequest, RequestAcknowledgement,
};
use crate::flow::{
    Asked, ConsentFlow, ContextPlan, Failure, KeyForm, LinkTokenFlow, Page, TIME_OVER,
    TransferEffect, TransferEvent, TransferFlow,
};
use crate::hooks::{RecordId, RecordsWanted};
use crate::scope::{Refusal, ReleasedRecord, Scope};

/// How often a page is pushed before the HIU counts as out of reach. The pauses between add up to
/// half a minute; the waiting for answers comes on top.
const MOST_PUSHES: u32 = 6;

#[derive(Debug)]
pub(crate) struct TransferHost {
    pub(crate) facility: Arc<Facility>,
}

type Context<'a> = EffectContext<'a, TransferFlow>;
type Failed = EffectFailure<TransferEvent>;
type Performed = Result<Option<TransferEvent>, Failed>;

#[async_trait]
impl FlowHost for TransferHost {
    type Flow = TransferFlow;

    async fn perform(&self, cx: &Context<'_>, effect: &TransferEffect) -> Performed {
        match effect {
            TransferEffect::Check(asked) => self.check(cx, asked).await,
            TransferEffect::Acknowledge { request, transaction_id } => {
                let body = RequestAcknowledgement::acknowledged(*request, transaction_id.clone());
                self.answer(cx, body, TransferEvent::Acknowledged).await
            }
            TransferEffect::Refuse { request, refusal } => {
                let body = RequestAcknowledgement::refused(*request, refusal.to_error());
                let said = self.answer(cx, body, TransferEvent::RefusalSent).await?;
                // ABDM may not care for the reason; the request is refused all the same.
                Ok(said.map(|_| TransferEvent::RefusalSent))
            }
            TransferEffect::Plan(asked) => in_time(cx, asked, self.plan(cx, asked)).await,
            TransferEffect::Push(page) => in_time(cx, &page.asked, self.push(cx, page)).await,
            TransferEffect::Report(report) => self.report(cx, report).await,
            TransferEffect::Announce(event) => self.facility.announce(cx, event).await,
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<TransferFlow>, ReceiveError> {
        let hip_id = self.facility.addressee(message)?;
        let request = message_id(message)?;
        let asked = body::<OnHealthInformationRequest>(cx, message).await?;
        let key = TransferFlow::key(&asked.transaction_id);
        let flow = TransferFlow::new(
            hip_id.clone(),
            request,
            asked.transaction_id,
            asked.hi_request,
            message.received_at,
        );
        Ok(Received::start(key, flow, TransferEvent::Requested))
    }
}

impl TransferHost {
    async fn check(&self, cx: &Context<'_>, asked: &Asked) -> Performed {
        let Some(consent) = self.consent(cx, &asked.consent_id).await? else {
            return Ok(Some(TransferEvent::ConsentNotThere));
        };
        let verdict = open(&consent, asked, cx.now())
            .and_then(|scope| {
                key_material(&asked.key_material)?;
                let plain = self.facility.client.environment().allows_http();
                if push_url::is_allowed(&asked.push_url, plain) {
                    Ok(scope)
                } else {
                    Err(Refusal::PushUrl)
                }
            })
            .map(|scope| {
                scope.questions().map(|wanted| wanted.care_context.care_context_reference).collect()
            });
        Ok(Some(TransferEvent::Checked(verdict)))
    }

    async fn answer(
        &self,
        cx: &Context<'_>,
        body: RequestAcknowledgement,
        said: TransferEvent,
    ) -> Performed {
        let call = Call::<AcknowledgeHealthInformationRequest>::new(body);
        let answer = self.facility.client.send(&call).await;
        Ok(Some(match repeatable(cx, answer, MOST_TRIES)? {
            Ok(()) => said,
            Err(error) => TransferEvent::AcknowledgementRefused(Failure::from(&error)),
        }))
    }

    /// Asks the hospital which records there are, once: from here on the transfer goes by their
    /// ids.
    async fn plan(&self, cx: &Context<'_>, asked: &Asked) -> Performed {
        let Ok(scope) = self.scope(cx, asked).await? else {
            return Ok(Some(TransferEvent::ConsentOver));
        };
        let mut plans: Vec<(RecordsWanted, ContextPlan)> = Vec::new();
        for wanted in scope.questions() {
            let listed = ask_hospital(self.facility.hospital.list(&wanted)).await;
            cx.progress();
            let records = match listed {
                Ok(listed) => Ok(scope.select(&wanted, listed)),
                Err(reason) if cx.attempt() < MOST_HOSPITAL_TRIES => {
                    return Err(Failed::retry(reason));
                }
                Err(reason) => {
                    tracing::error!(reason, "the records of a care context cannot be had");
                    Err(HOSPITAL_FAILED.to_owned())
                }
            };
            let care_context = wanted.care_context.care_context_reference.clone();
            plans.push((wanted, ContextPlan::new(care_context, records)));
        }
        self.settle_the_last(cx, &scope, &mut plans).await?;
        Ok(Some(TransferEvent::Planned(plans.into_iter().map(|(_, plan)| plan).collect())))
    }

    /// Takes out of the end of a plan what cannot be sent. The last page must announce the right
    /// number of pages, or the HIU waits for one that does not come; whether the others can be sent
    /// is seen when they leave. So it is of the last one, too, while the hospital's own system
    /// fails: that says nothing of this record, nor of those before it.
    async fn settle_the_last(
        &self,
        cx: &Context<'_>,
        scope: &Scope,
        plans: &mut [(RecordsWanted, ContextPlan)],
    ) -> Result<(), Failed> {
        let planned = |plan: &ContextPlan| plan.records.as_ref().map_or(0, Vec::len);
        let mut left: usize = plans.iter().map(|(_, plan)| planned(plan)).sum();
        for (wanted, plan) in plans.iter_mut().rev() {
            let Ok(records) = &mut plan.records else {
                continue;
            };
            while let Some(last) = records.last().filter(|_| left > 1) {
                match self.read(cx, scope, wanted, last).await? {
                    Ok(_) | Err(Unread::HospitalFailed) => return Ok(()),
                    Err(Unread::Withheld(why)) => plan.withheld = Some(why),
                }
                records.pop();
                left -= 1;
            }
        }
        Ok(())
    }

    /// A record as the hospital has it now, if it may leave.
    async fn read(
        &self,
        cx: &Context<'_>,
        scope: &Scope,
        wanted: &RecordsWanted,
        record: &RecordId,
    ) -> Result<Result<ReleasedRecord, Unread>, Failed> {
        let care_context = &wanted.care_context.care_context_reference;
        let read = ask_hospital(self.facility.hospital.document(record, wanted)).await;
        cx.progress();
        let record = match read {
            Ok(Some(record)) => record,
            Ok(None) => {
                tracing::warn!(%care_context, "a listed document is no longer there");
                return Ok(Err(Unread::Withheld("the record is no longer there".to_owned())));
            }
            Err(reason) if cx.attempt() < MOST_HOSPITAL_TRIES => {
                return Err(Failed::retry(reason).not_sent());
            }
            Err(reason) => {
                tracing::error!(reason, "a record cannot be had");
                return Ok(Err(Unread::HospitalFailed));
            }
        };
        Ok(scope.release(wanted, record).map_err(|why| {
            tracing::error!(%care_context, %why, "a document is not sent");
            Unread::Withheld(format!("not sent: {why}"))
        }))
    }

    /// Pushes one page: looks at the consent, reads the record, encrypts it with a fresh key,
    /// sends.
    ///
    /// After a lost answer the page is encrypted anew, so that a HIU that tells pages apart by
    /// their bytes sees another one; when nothing is missing there any more it answers 409
    /// (rulings.md 31). To a page of which an earlier try may have arrived that says "it is here",
    /// and the page counts as accepted; to any other it is a refusal. A HIU that was only busy has
    /// taken nothing: after its 503 with `Retry-After`, 409 means that the transfer is over, or
    /// another's.
    async fn push(&self, cx: &Context<'_>, page: &Page) -> Performed {
        // Nothing has left so far.
        let Ok(scope) = self.scope(cx, &page.asked).await.map_err(Failed::not_sent)? else {
            return Ok(Some(TransferEvent::ConsentOver));
        };
        let Some(wanted) = scope.question(&page.care_context) else {
            return Ok(Some(TransferEvent::ConsentOver));
        };
        let record = match self.read(cx, &scope, &wanted, &page.record).await? {
            Ok(record) => record,
            Err(why) => return Ok(Some(TransferEvent::PageWithheld(page.page, why.reported()))),
        };
        let arrivals = Arrivals::default();
        match self.send_in_either_form(page, &record, &arrivals).await {
            Ok(key_form) => Ok(Some(TransferEvent::PageAccepted { page: page.page, key_form })),
            Err(PushError::Call(error)) if is_unreachable(&error) => {
                if cx.attempt() < MOST_PUSHES {
                    return Err(arrivals.again(&error));
                }
                let out_of_reach = "the HIU could not be reached".to_owned();
                Err(Failed::give_up(TransferEvent::GivenUp(out_of_reach), reason(&error)))
            }
            Err(PushError::Call(error))
                if is_conflict(&error)
                    && (cx.earlier() == Earlier::PerhapsSent
                        || arrivals.unheard(error.request_id())) =>
            {
                let transaction = &page.asked.transaction_id;
                tracing::info!(%transaction, page = page.number, "a page was there already");
                Ok(Some(TransferEvent::PageKept(page.page)))
            }
            Err(error) => {
                let why = error.as_seen_by_abdm();
                let transaction = &page.asked.transaction_id;
                tracing::warn!(%transaction, page = page.number, why, "a page was not accepted");
                Ok(Some(TransferEvent::PageFailed(page.page, why)))
            }
        }
    }

    /// Sends a page with the key form that the HIU takes. While that is unknown, the first page is
    /// sent once more in the other form when it is answered 400, whatever the text: it may be in
    /// any language, or a proxy's (fidelius.md 3.5, rulings.md 23).
    async fn send_in_either_form(
        &self,
        page: &Page,
        record: &ReleasedRecord,
        arrivals: &Arrivals,
    ) -> Result<KeyForm, PushError> {
        let form = page.key_form.unwrap_or(KeyForm::X509);
        let sent = self.send(page, record, form, arrivals).await;
        let other = match &sent {
            Err(PushError::Call(CallError::Api(api)))
                if page.key_form.is_none() && api.status() == Some(StatusCode::BAD_REQUEST) =>
            {
                KeyForm::Raw
            }
            _ => return sent.map(|()| form),
        };
        self.send(page, record, other, arrivals).await.map(|()| other)
    }

    async fn send(
        &self,
        page: &Page,
        record: &ReleasedRecord,
        form: KeyForm,
        arrivals: &Arrivals,
    ) -> Result<(), PushError> {
        let encoding = match form {
            KeyForm::X509 => KeyEncoding::X509,
            KeyForm::Raw => KeyEncoding::Raw,
        };
        let peer = key_material(&page.asked.key_material).map_err(PushError::Refused)?;
        let options = EncryptOptions::new(page.asked.deadline).key_encoding(encoding);
        let sealed = encrypt_entry(record.content().as_ref(), &peer, &options)?;
        let entry = Entry::new(sealed.content, sealed.checksum, record.care_context().clone());
        let material = KeyMaterialJson::write(&sealed.key_material)
            .map_err(|_| PushError::Refused(Refusal::KeyMaterial))?;
        let body = DataPage::new(
            i64::from(page.number),
            i64::from(page.pages),
            page.asked.transaction_id.clone(),
            vec![entry],
            material,
        );
        let call = Call::<PushHealthInformation>::new(body);
        let sent = self.facility.client.send_to_correlated(&page.asked.push_url, &call, arrivals);
        match sent.await {
            // A 2xx is an acceptance, even with a body that cannot be read. One whose body is an
            // error object comes as `CallError::Api`, and is none.
            Ok(_) | Err(CallError::Answer { .. }) => Ok(()),
            Err(error) => Err(PushError::Call(error)),
        }
    }

    async fn report(&self, cx: &Context<'_>, report: &TransferReport) -> Performed {
        let call = Call::<NotifyHealthInformation>::new(report.clone().into());
        let answer = self.facility.client.send(&call).await;
        Ok(Some(match repeatable(cx, answer, 4 * MOST_TRIES)? {
            Ok(()) => TransferEvent::Reported,
            Err(error) => TransferEvent::ReportRefused(Failure::from(&error)),
        }))
    }

    async fn consent(
        &self,
        cx: &Context<'_>,
        consent_id: &ConsentId,
    ) -> Result<Option<ConsentFlow>, Failed> {
        Ok(cx.flows().find(&ConsentFlow::key(consent_id)).await?.map(|found| found.flow))
    }

    /// What may leave, now.
    async fn scope(
        &self,
        cx: &Context<'_>,
        asked: &Asked,
    ) -> Result<Result<Scope, Refusal>, Failed> {
        let consent = self.consent(cx, &asked.consent_id).await?;
        let scope =
            consent.ok_or(Refusal::NotGranted).and_then(|consent| open(&consent, asked, cx.now()));
        Ok(match scope {
            Ok(scope) => {
                let number = abha_number(cx, &asked.hip_id, scope.abha_address()).await?;
                Ok(scope.of_number(number))
            }
            Err(refusal) => Err(refusal),
        })
    }
}

fn open(consent: &ConsentFlow, asked: &Asked, now: DateTime<Utc>) -> Result<Scope, Refusal> {
    Scope::open(consent, &asked.hip_id, &asked.transaction_id, asked.dates, now)
}

/// The number that ABDM has for the address, as far as it is known here: from the first link token
/// of this patient at this facility that came with one, until it is dropped. Where none is known, a
/// document is compared by the ABHA address alone.
async fn abha_number(
    cx: &Context<'_>,
    hip_id: &HipId,
    address: &AbhaAddress,
) -> Result<Option<AbhaNumber>, Failed> {
    let key = LinkTokenFlow::key(hip_id, address);
    let found = cx.flows::<LinkTokenFlow>().find(&key).await?;
    Ok(found.and_then(|found| found.flow.abha_number().cloned()))
}

/// Ends an effect at the transfer's deadline, whatever it waits for: until it ends, the report
/// cannot leave.
async fn in_time(
    cx: &Context<'_>,
    asked: &Asked,
    effect: impl Future<Output = Performed> + Send,
) -> Performed {
    let time_over = || Ok(Some(TransferEvent::GivenUp(TIME_OVER.to_owned())));
    match (asked.deadline - cx.now()).to_std() {
        Ok(left) if !left.is_zero() => timeout(left, effect).await.unwrap_or_else(|_| time_over()),
        _ => time_over(),
    }
}

/// What ABDM is told when the hospital's own system does not answer.
const HOSPITAL_FAILED: &str = "the record could not be produced";

/// Why a record does not leave.
enum Unread {
    /// It is gone, or may not leave: in the words of the report.
    Withheld(String),
    /// The hospital's own system did not give it; later it may.
    HospitalFailed,
}

impl Unread {
    fn reported(self) -> String {
        match self {
            Self::Withheld(why) => why,
            Self::HospitalFailed => HOSPITAL_FAILED.to_owned(),
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum PushError {
    #[error("{0}")]
    Refused(Refusal),
    #[error(transparent)]
    Encryption(#[from] fidelius_crypto::Error),
    #[error(transparent)]
    Call(CallError),
}

impl PushError {
    /// Without the HIU's own words, which may say anything.
    fn as_seen_by_abdm(&self) -> String {
        match self {
            Self::Refused(_) | Self::Encryption(_) => {
                "the record could not be encrypted".to_owned()
            }
            Self::Call(error) => match error.api().and_then(|api| api.status()) {
                // Final: the record is as large as it is (rulings.md 37).
                Some(StatusCode::PAYLOAD_TOO_LARGE) => {
                    "the page is larger than the HIU takes, HTTP 413".to_owned()
                }
                Some(status) => format!("the HIU refused the page, HTTP {}", status.as_u16()),
                None => "the HIU did not accept the page".to_owned(),
            },
        }
    }
}

/// Whether the HIU, or the way to it, is the trouble, and not the page.
fn is_unreachable(error: &CallError) -> bool {
    let status = error.api().and_then(|api| api.status());
    status.map_or_else(
        || is_transient(error),
        |status| status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429),
    )
}

/// Whether the HIU says that nothing is missing (rulings.md 31).
fn is_conflict(error: &CallError) -> bool {
    error.api().and_then(|api| api.status()) == Some(StatusCode::CONFLICT)
}

fn key_material(json: &KeyMaterialJson) -> Result<KeyMaterial, Refusal> {
    let material: KeyMaterial = json.read().map_err(|_| Refusal::KeyMaterial)?;
    material.check().map_err(|_| Refusal::KeyMaterial)?;
    Ok(material)
}
