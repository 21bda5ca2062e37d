//! Checks requests, plans, pushes records, reports.

mod budget;
mod page;
mod planning;
mod pushing;
mod reading;
mod untold;

use std::sync::Arc;

use abdm_core::api::data_flow::{NotifyHealthInformation, TransferReport};
use abdm_core::call::Call;
use abdm_core::id::{ConsentId, HipId, TransactionId};
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_flow::store::{Earlier, Message};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::message_id;
use abdm_role::verdict::{MOST_TRIES, repeatable};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use tokio::time::timeout;

pub(crate) use self::budget::{DEFAULT_BYTES_IN_FLIGHT, DEFAULT_DOCUMENTS_AT_ONCE, PageBudget};
use self::page::key_material;
use super::{Facility, body_or_least};
use crate::api::health_information::{
    AcknowledgeHealthInformationRequest, HealthInformationRequest, OnHealthInformationRequest,
    RequestAcknowledgement,
};
use crate::api::readable;
use crate::flow::{
    Asked, ConsentFlow, Failure, LinkTokenFlow, TIME_OVER, TransferEffect, TransferEvent,
    TransferFlow,
};
use crate::scope::{Refusal, Scope};

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
            TransferEffect::PushPages { turn } => self.push_pages(cx, *turn).await,
            TransferEffect::Push(_) => {
                let perhaps_sent = cx.earlier() == Earlier::PerhapsSent;
                Ok(Some(TransferEvent::TakenOver { perhaps_sent }))
            }
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
        let (hip_id, at) = (hip_id.clone(), message.received_at);
        let read = body_or_least::<OnHealthInformationRequest, NamesTransfer>(cx, message).await?;
        let (flow, event) = match read {
            Ok(HealthInformationRequest { transaction_id, hi_request, .. }) => {
                let flow = TransferFlow::new(hip_id, request, transaction_id, hi_request, at);
                (flow, TransferEvent::Requested)
            }
            Err(NamesTransfer { transaction_id, hi_request }) => {
                let consent = hi_request.consent.id.map_or_else(|| ConsentId::new(NOT_NAMED), Ok);
                let consent = consent.map_err(|error| ReceiveError::poison(error.to_string()))?;
                let flow = TransferFlow::unreadable(hip_id, request, transaction_id, consent, at);
                (flow, TransferEvent::Unreadable)
            }
        };
        Ok(Received::start(TransferFlow::key(&flow.transaction_id), flow, event))
    }
}

/// Stands for the consent of a request that names none.
const NOT_NAMED: &str = "not-named";

/// The least of a request: which transfer it begins, and under which consent where that can be read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamesTransfer {
    transaction_id: TransactionId,
    #[serde(default, deserialize_with = "readable::or_default")]
    hi_request: NamesConsent,
}

#[derive(Default, Deserialize)]
struct NamesConsent {
    #[serde(default, deserialize_with = "readable::or_default")]
    consent: NamedConsent,
}

#[derive(Default, Deserialize)]
struct NamedConsent {
    #[serde(default, deserialize_with = "readable::parsed")]
    id: Option<ConsentId>,
}

impl TransferHost {
    async fn check(&self, cx: &Context<'_>, asked: &Asked) -> Performed {
        let Some(consent) = self.consent(cx, &asked.consent_id).await? else {
            return Ok(Some(TransferEvent::ConsentNotThere));
        };
        let verdict = open(&consent, asked, cx.now())
            .and_then(|scope| {
                key_material(&asked.key_material)?;
                // Where its name leads is seen when the page is pushed.
                let rules = self.facility.client.outgoing_rules();
                rules.check(&asked.push_url).map(|()| scope).map_err(|refused| {
                    let transaction = &asked.transaction_id;
                    tracing::warn!(%transaction, %refused, "a push URL is not allowed");
                    Refusal::PushUrl
                })
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
        let answer = self.facility.wire(cx.scope()).send(&call).await;
        Ok(Some(match repeatable(cx, answer, MOST_TRIES)? {
            Ok(()) => said,
            Err(error) => TransferEvent::AcknowledgementRefused(Failure::from(&error)),
        }))
    }

    async fn report(&self, cx: &Context<'_>, report: &TransferReport) -> Performed {
        let call = Call::<NotifyHealthInformation>::new(report.clone().into());
        let answer = self.facility.wire(cx.scope()).send(&call).await;
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

    /// Whether records may leave, now.
    async fn is_open(&self, cx: &Context<'_>, asked: &Asked) -> Result<bool, Failed> {
        let consent = self.consent(cx, &asked.consent_id).await?;
        Ok(consent.is_some_and(|consent| {
            Scope::terms(&consent, &asked.hip_id, asked.dates, cx.now()).is_ok()
        }))
    }

    /// What may leave, now: without the patient's ABHA number.
    async fn scope(
        &self,
        cx: &Context<'_>,
        asked: &Asked,
    ) -> Result<Result<Scope, Refusal>, Failed> {
        let consent = self.consent(cx, &asked.consent_id).await?;
        Ok(consent.ok_or(Refusal::NotGranted).and_then(|consent| open(&consent, asked, cx.now())))
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
