//! The world around a [`ConsentFlow`].

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentId, HiuId};
use abdm_flow::store::{Earlier, Message};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::facilities::{check_addressee, facility_of};
use abdm_role::message::{answered, body, message_id};
use abdm_role::verdict::{Remember, Verdict};
use async_trait::async_trait;

use super::announce::announce;
use super::until_taken::until_taken;
use crate::api::ToleratedHiuHeaders;
use crate::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, ConsentTerms, DecisionAcknowledgement,
    OnConsentDecision, OnConsentStatus, OnRequestConsent, RequestConsent,
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
                let headers = ToleratedHiuHeaders::from(facility_of::<HiuId, _>(cx)?);
                let body = DecisionAcknowledgement::ok(*notice, artefacts.iter().cloned());
                let call = Call::<AcknowledgeConsentDecision>::new(body).headers(headers);
                until_taken(cx, self.client.send(&call).await)
            }
            ConsentEffect::Check(id) => {
                let headers = HiuHeaders { hiu_id: facility_of(cx)? };
                let call = Call::<CheckConsentStatus>::new(id.clone().into()).headers(headers);
                let remember = Remember(cx);
                until_taken(cx, self.client.send_correlated(&call, &remember).await)
            }
            ConsentEffect::Begin(_) | ConsentEffect::End { .. } => {
                Ok(Some(ConsentEvent::NotifyArtefact(Box::new(effect.clone()))))
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
        check_addressee::<HiuId>(cx, message)?;
        let endpoint = message.endpoint.as_str();
        if endpoint == OnRequestConsent::META.name {
            let body = body::<OnRequestConsent>(cx, message).await?;
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
            let body = body::<OnConsentStatus>(cx, message).await?;
            match body.outcome() {
                Some(Ok(state)) => Ok(Received::existing(
                    answered(body.answers())?,
                    ConsentEvent::Status(state.clone()),
                )),
                Some(Err(_)) => Ok(Received::ignore("the status is not known to ABDM")),
                None => Err(ReceiveError::poison("neither consentRequest nor error")),
            }
        } else if endpoint == OnConsentDecision::META.name {
            let notice = message_id(message)?;
            let decision = body::<OnConsentDecision>(cx, message).await?.notification;
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
        let headers = ToleratedHiuHeaders::from(facility_of::<HiuId, _>(cx)?);
        let call = Call::<RequestConsent>::new(terms.clone().into()).headers(headers);
        match Verdict::once(self.client.send_correlated(&call, &Remember(cx)).await) {
            Verdict::Taken(_) => Ok(Some(ConsentEvent::Sent)),
            Verdict::Unclear(_) => Ok(Some(ConsentEvent::InDoubt)),
            Verdict::TryAgain(reason) => Err(EffectFailure::retry(reason).not_sent()),
            Verdict::Refused(error) => Ok(Some(ConsentEvent::NotSent(Refusal::of_call(&error)))),
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
