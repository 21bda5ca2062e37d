//! The world around a [`ConsentFlow`].

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::{self, HiuHeaders};
use abdm_core::id::{ConsentId, RequestId};
use abdm_core::wire::read_json;
use abdm_flow::store::{Earlier, Message};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use async_trait::async_trait;
use serde::de::DeserializeOwned;

use super::announce::announce;
use super::facilities::hiu_id;
use super::verdict::{Remember, Verdict, until_taken};
use crate::api::ToleratedHiuHeaders;
use crate::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, ConsentRequested, ConsentStatusReply,
    ConsentTerms, DecisionAcknowledgement, DecisionNotice, OnConsentDecision, OnConsentStatus,
    OnRequestConsent, RequestConsent,
};
use crate::flow::{ArtefactFlow, ConsentEffect, ConsentEvent, ConsentFlow, Refusal};
use crate::hooks::{HiuEvent, Records};

type Failure = EffectFailure<ConsentEvent>;

#[derive(Debug)]
pub(super) struct ConsentHost {
    pub(super) client: AbdmClient,
    pub(super) records: Arc<dyn Records>,
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
                let headers = ToleratedHiuHeaders::from(hiu_id(cx)?);
                let body = DecisionAcknowledgement::ok(*notice, artefacts.iter().cloned());
                let call = Call::<AcknowledgeConsentDecision>::with_headers(headers, body);
                until_taken(self.client.send(&call).await)
            }
            ConsentEffect::Check(id) => {
                let headers = HiuHeaders { hiu_id: hiu_id(cx)? };
                let call = Call::<CheckConsentStatus>::with_headers(headers, id.clone().into());
                let remember = Remember(cx);
                until_taken(self.client.send_correlated(&call, &remember).await)
            }
            ConsentEffect::Begin(_) | ConsentEffect::End { .. } => {
                Ok(Some(ConsentEvent::Undone(Box::new(effect.clone()))))
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
        check_addressee(cx, message)?;
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
        let headers = ToleratedHiuHeaders::from(hiu_id(cx)?);
        let call = Call::<RequestConsent>::with_headers(headers, terms.clone().into());
        match Verdict::once(self.client.send_correlated(&call, &Remember(cx)).await) {
            Verdict::Taken(_) => Ok(Some(ConsentEvent::Sent)),
            Verdict::Unclear(_) => Ok(Some(ConsentEvent::InDoubt)),
            Verdict::TryAgain(reason) => Err(EffectFailure::retry(reason).not_sent()),
            Verdict::Refused(refusal) => Ok(Some(ConsentEvent::NotSent(refusal))),
        }
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

/// Checks that a callback is for the facility under which it is kept.
pub(super) fn check_addressee(
    cx: &ReceiveContext<'_>,
    message: &Message,
) -> Result<(), ReceiveError> {
    match message.header(headers::HIU_ID) {
        Some(other) if other.trim() != cx.scope().as_str() => {
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
