//! The world around a [`ConsentFlow`].

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::{self, HiuHeaders};
use abdm_core::id::{ConsentId, HiuId, RequestId};
use abdm_core::person::AbhaNumber;
use abdm_core::wire::read_json;
use abdm_flow::store::{Earlier, Message};
use abdm_flow::{
    EffectContext, EffectFailure, EngineError, FlowHost, Handle, ReceiveContext, ReceiveError,
    Received,
};
use async_trait::async_trait;
use serde::de::DeserializeOwned;

use super::announce::announce;
use super::artefact_host::ArtefactHost;
use super::brief::{brief, persistently};
use super::builder::Settings;
use super::verdict::{Remember, Verdict};
use crate::api::ToleratedHiuHeaders;
use crate::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, ConsentRequested, ConsentStatusReply,
    ConsentTerms, DecisionAcknowledgement, DecisionNotice, OnConsentDecision, OnConsentStatus,
    OnRequestConsent, RequestConsent,
};
use crate::flow::{
    ArtefactEvent, ArtefactFlow, ConsentEffect, ConsentEvent, ConsentFlow, EndReason, Refusal,
};
use crate::hooks::{HiuEvent, Records};

/// How often an artefact is told before what waits behind it has its turn: a minute.
const TRIES_AT_A_TIME: u32 = 7;

type Failure = EffectFailure<ConsentEvent>;

#[derive(Debug)]
pub(super) struct ConsentHost {
    pub(super) hiu_id: HiuId,
    pub(super) client: AbdmClient,
    pub(super) artefacts: Handle<ArtefactHost>,
    pub(super) records: Arc<dyn Records>,
    pub(super) settings: Settings,
}

#[async_trait]
impl FlowHost for ConsentHost {
    type Flow = ConsentFlow;

    async fn perform(
        &self,
        cx: &EffectContext<'_, ConsentFlow>,
        effect: &ConsentEffect,
    ) -> Result<Option<ConsentEvent>, Failure> {
        match effect {
            ConsentEffect::Ask(terms) => self.ask(cx, terms).await,
            ConsentEffect::Acknowledge { notice, artefacts } => {
                let headers = ToleratedHiuHeaders::from(self.hiu_id.clone());
                let body = DecisionAcknowledgement::ok(*notice, artefacts.iter().cloned());
                let call = Call::<AcknowledgeConsentDecision>::with_headers(headers, body);
                brief(cx, "the acknowledgement of a notice", self.client.send(&call)).await
            }
            ConsentEffect::Check(id) => {
                let headers = HiuHeaders { hiu_id: self.hiu_id.clone() };
                let call = Call::<CheckConsentStatus>::with_headers(headers, id.clone().into());
                let remember = Remember(cx);
                let answer = self.client.send_correlated(&call, &remember);
                brief(cx, "the question how a request stands", answer).await
            }
            ConsentEffect::Begin(artefact) => {
                let flow = ArtefactFlow::new(
                    artefact.clone(),
                    cx.flow(),
                    self.settings.patience,
                    self.settings.ask_at_once,
                )
                .of_number(Self::abha_number(cx).await?);
                let key = ArtefactFlow::key(artefact);
                let begun =
                    self.artefacts.start_once(cx.scope(), key, flow, ArtefactEvent::Begin).await;
                until_told(cx, effect, begun.map(drop)).await
            }
            ConsentEffect::End { artefact, reason } => {
                until_told(cx, effect, self.end(cx, artefact, *reason).await).await
            }
            ConsentEffect::Tell(event) => announce(cx, &*self.records, cx.flow(), event).await,
            ConsentEffect::Announce(state) => {
                let event = cx.own_flow()?.event_of(state);
                match event {
                    Some(event) => announce(cx, &*self.records, cx.flow(), &event).await,
                    None => Ok(None),
                }
            }
            ConsentEffect::AnnounceUnknown(status) => {
                let event = HiuEvent::DecisionNotUnderstood { status: status.clone() };
                announce(cx, &*self.records, cx.flow(), &event).await
            }
            ConsentEffect::Review(artefacts) => {
                let mut alive = false;
                for artefact in artefacts {
                    alive |= self.is_alive(cx, artefact).await?;
                    cx.progress();
                }
                Ok(Some(ConsentEvent::Reviewed { alive }))
            }
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<ConsentFlow>, ReceiveError> {
        check_addressee(message, &self.hiu_id)?;
        let endpoint = message.endpoint.as_str();
        if endpoint == OnRequestConsent::META.name {
            let body: ConsentRequested = read(cx, message).await?;
            let event = match body.outcome() {
                Some(Ok(id)) => ConsentEvent::Taken(id.clone()),
                Some(Err(error)) => {
                    let refusal = Refusal::of_callback::<OnRequestConsent>(error.clone());
                    ConsentEvent::Refused(refusal)
                }
                None => return Err(ReceiveError::poison("neither consentRequest nor error")),
            };
            Ok(Received::existing(answered(body.answers())?, event))
        } else if endpoint == OnConsentStatus::META.name {
            let body: ConsentStatusReply = read(cx, message).await?;
            match body.outcome() {
                Some(Ok(state)) => Ok(Received::existing(
                    answered(body.answers())?,
                    ConsentEvent::Status(state.clone()),
                )),
                Some(Err(_)) => Ok(Received::ignore("the status is not known to ABDM")),
                None => Err(ReceiveError::poison("neither consentRequest nor error")),
            }
        } else if endpoint == OnConsentDecision::META.name {
            let notice = headers_request_id(message)?;
            let decision = read::<DecisionNotice>(cx, message).await?.notification;
            let key = ConsentFlow::key(&decision.consent_request_id);
            Ok(Received::existing(key, ConsentEvent::Decided { notice, decision }))
        } else {
            Err(ReceiveError::poison("a callback that no consent flow serves"))
        }
    }
}

impl ConsentHost {
    /// Asks the patient. A try that a crash cut short may have arrived: it is in doubt, as one
    /// without an answer is. The store knows, whichever node made the try.
    async fn ask(
        &self,
        cx: &EffectContext<'_, ConsentFlow>,
        terms: &ConsentTerms,
    ) -> Result<Option<ConsentEvent>, Failure> {
        if cx.earlier() == Earlier::PerhapsSent {
            return Ok(Some(ConsentEvent::InDoubt));
        }
        let headers = ToleratedHiuHeaders::from(self.hiu_id.clone());
        let call = Call::<RequestConsent>::with_headers(headers, terms.clone().into());
        match Verdict::once(self.client.send_correlated(&call, &Remember(cx)).await) {
            Verdict::Taken(_) => Ok(Some(ConsentEvent::Sent)),
            Verdict::Unclear(_) => Ok(Some(ConsentEvent::InDoubt)),
            Verdict::TryAgain(reason) => Err(EffectFailure::retry(reason).not_sent()),
            Verdict::Refused(refusal) => Ok(Some(ConsentEvent::NotSent(refusal))),
        }
    }

    async fn end(
        &self,
        cx: &EffectContext<'_, ConsentFlow>,
        artefact: &ConsentId,
        reason: EndReason,
    ) -> Result<(), EngineError> {
        let key = ArtefactFlow::key(artefact);
        let Some(found) = cx.flows::<ArtefactFlow>().find(&key).await? else {
            return Ok(());
        };
        match self.artefacts.deliver(cx.scope(), found.id, ArtefactEvent::Ended(reason)).await {
            // Finished and purged: it is over already.
            Err(EngineError::NoSuchFlow { .. }) => Ok(()),
            told => told,
        }
    }

    /// The patient's number, when the application told it with the request.
    async fn abha_number(
        cx: &EffectContext<'_, ConsentFlow>,
    ) -> Result<Option<AbhaNumber>, Failure> {
        let found = cx.flows::<ConsentFlow>().load(cx.flow()).await?;
        let found = found.ok_or_else(|| EffectFailure::bury("the flow is gone"))?;
        Ok(found.flow.abha_number)
    }

    async fn is_alive(
        &self,
        cx: &EffectContext<'_, ConsentFlow>,
        artefact: &ConsentId,
    ) -> Result<bool, Failure> {
        let key = ArtefactFlow::key(artefact);
        let found = cx.flows::<ArtefactFlow>().find(&key).await?;
        Ok(found.is_some_and(|found| !found.done))
    }
}

/// Beginning an artefact, or telling it that it is over, is tried until it succeeds, for example by
/// a newer node that can read its flow: ABDM had its acknowledgement, and does not repeat the
/// notice.
async fn until_told(
    cx: &EffectContext<'_, ConsentFlow>,
    effect: &ConsentEffect,
    told: Result<(), EngineError>,
) -> Result<Option<ConsentEvent>, Failure> {
    let Err(error) = told else {
        return Ok(None);
    };
    let again = || ConsentEvent::Undone(Box::new(effect.clone()));
    let what = "a decision for its artefact";
    Err(persistently(cx, TRIES_AT_A_TIME, what, error.to_string(), again).await)
}

/// Checks that a callback is for this facility.
pub(super) fn check_addressee(message: &Message, hiu_id: &HiuId) -> Result<(), ReceiveError> {
    match message.header(headers::HIU_ID) {
        Some(other) if other.trim() != hiu_id.as_str() => {
            Err(ReceiveError::poison("X-HIU-ID names another facility"))
        }
        _ => Ok(()),
    }
}

pub(super) async fn read<T: DeserializeOwned>(
    cx: &ReceiveContext<'_>,
    message: &Message,
) -> Result<T, ReceiveError> {
    read_json(&cx.body(message).await?).map_err(|error| ReceiveError::poison(error.to_string()))
}

/// The request that a callback answers.
pub(super) fn answered(request: Option<RequestId>) -> Result<RequestId, ReceiveError> {
    request.ok_or_else(|| ReceiveError::poison("response.requestId is missing or no UUID"))
}

fn headers_request_id(message: &Message) -> Result<RequestId, ReceiveError> {
    let text = message.header(headers::REQUEST_ID).unwrap_or_default();
    text.parse().map_err(|_| ReceiveError::poison("REQUEST-ID is missing or no UUID"))
}
