//! Takes discoveries, inits and confirmations in, asks the hospital, answers.

mod account;
mod otp;
mod search;

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::clock::later;
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::{HIU_ID, HipHeaders, ToleratedHiuHeaders};
use abdm_core::id::{HipId, HiuId, RequestId, TransactionId};
use abdm_core::wire::write_json;
use abdm_flow::store::{FlowKey, Message};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::{body, message_id};
use abdm_role::verdict::{MOST_TRIES, repeatable};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::IgnoredAny;

pub(crate) use self::otp::OtpSource;
use super::{Facility, body_or_least};
use crate::api::hip_linking::PatientCareContexts;
use crate::api::user_linking::{
    AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit, CommunicationMedium, DISCOVERY_WAIT,
    Discovery, DiscoveryAnswer as DiscoveryReply, LinkConfirm, LinkConfirmAnswer, LinkInit,
    LinkInitAnswer, OfferedLink, OnDiscoverCareContexts, OnLinkConfirm, OnLinkInit,
};
use crate::flow::{
    Choice, ConfirmRefusal, DiscoveryAnswer, Failure, InitAnswer, UserLinkEffect, UserLinkEvent,
    UserLinkFlow,
};
use crate::hooks::OtpSender;
use crate::matching::Matcher;
use crate::operator;
use crate::patient_index::PatientIndex;

pub(crate) struct UserLinkHost {
    pub(crate) facility: Arc<Facility>,
    pub(crate) linking: Option<UserLinking>,
}

/// What a facility needs for links that patients begin.
#[derive(Clone)]
pub(crate) struct UserLinking {
    pub(crate) index: Arc<dyn PatientIndex>,
    pub(crate) matcher: Arc<dyn Matcher>,
    pub(crate) sender: Arc<dyn OtpSender>,
    pub(crate) otps: OtpSource,
}

impl std::fmt::Debug for UserLinkHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserLinkHost").field("facility", &self.facility).finish_non_exhaustive()
    }
}

type Context<'a> = EffectContext<'a, UserLinkFlow>;
type Failed = EffectFailure<UserLinkEvent>;

#[async_trait]
impl FlowHost for UserLinkHost {
    type Flow = UserLinkFlow;

    /// A patient looks at their app.
    const URGENT: bool = true;

    async fn perform(
        &self,
        cx: &Context<'_>,
        effect: &UserLinkEffect,
    ) -> Result<Option<UserLinkEvent>, Failed> {
        match effect {
            UserLinkEffect::Match { discovery, hip_id, received_at, wanted } => {
                self.search(cx, *discovery, hip_id, *received_at, wanted).await
            }
            UserLinkEffect::AnswerDiscovery {
                discovery,
                transaction_id,
                hiu,
                received_at,
                answer,
            } => {
                let late = cx.now() > later(*received_at, DISCOVERY_WAIT);
                if late && cx.attempt() == 1 {
                    tracing::warn!(
                        transaction = %transaction_id,
                        "a discovery is answered when its app has given up"
                    );
                }
                let to = (*discovery, transaction_id, hiu.as_ref());
                self.answer_discovery(cx, to, answer, late).await.map(Some)
            }
            UserLinkEffect::SendOtp { init, hip_id, patient, mobile } => {
                self.send_otp(cx, *init, hip_id, patient, mobile).await
            }
            UserLinkEffect::AnswerInit { init, transaction_id, answer } => {
                self.answer_init(cx, *init, transaction_id, answer).await.map(Some)
            }
            UserLinkEffect::AnswerConfirm { confirm, hip_id, answer } => {
                self.answer_confirm(cx, *confirm, hip_id, answer).await.map(Some)
            }
            UserLinkEffect::Announce(event) => self.facility.announce(cx, event).await,
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<UserLinkFlow>, ReceiveError> {
        let hip_id = self.facility.addressee(message)?.clone();
        let (id, at) = (message_id(message)?, message.received_at);
        match message.endpoint.as_str() {
            name if name == OnDiscoverCareContexts::META.name => {
                let discovery = body::<OnDiscoverCareContexts>(cx, message).await?;
                let hiu = message.header(HIU_ID).and_then(|text| HiuId::new(text).ok());
                self.discovered(id, hip_id, hiu, discovery, at)
            }
            name if name == OnLinkInit::META.name => {
                let read = body_or_least::<OnLinkInit, NamesDiscovery>(cx, message).await?;
                let (transaction_id, event) = match read {
                    Ok(init) => (init.transaction_id.clone(), chosen(id, init)),
                    Err(named) => {
                        (named.transaction_id, UserLinkEvent::UnreadableInit { init: id })
                    }
                };
                let key = UserLinkFlow::key(&transaction_id);
                let key = address(cx, key, id, |_| false).await?;
                let flow = UserLinkFlow::new(transaction_id, hip_id, at);
                Ok(Received::start(key, flow, event))
            }
            name if name == OnLinkConfirm::META.name => {
                match body_or_least::<OnLinkConfirm, IgnoredAny>(cx, message).await? {
                    Ok(confirm) => {
                        let link = &confirm.confirmation.link_ref_number;
                        let key = UserLinkFlow::reference_key(link);
                        let key = address(cx, key, id, |flow| flow.has_linked(link)).await?;
                        confirmed(key, id, hip_id, confirm, at)
                    }
                    Err(IgnoredAny) => unreadable_confirm(id, hip_id, at),
                }
            }
            _ => Err(ReceiveError::poison("no callback of a patient's link")),
        }
    }
}

/// The least of an init: which discovery it is of.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamesDiscovery {
    transaction_id: TransactionId,
}

/// Which flow a message is for: the link under way, or the one that is over and `still_answers`;
/// else, where it is over or was never known, one of its own that says so, beside the one that is
/// over and is found as before.
async fn address(
    cx: &ReceiveContext<'_>,
    key: FlowKey,
    message: RequestId,
    still_answers: impl Fn(&UserLinkFlow) -> bool,
) -> Result<FlowKey, ReceiveError> {
    let found = cx.flows::<UserLinkFlow>().find(&key).await?;
    let answers = found.is_some_and(|found| !found.done || still_answers(&found.flow));
    Ok(if answers { key } else { UserLinkFlow::stray_key(message) })
}

/// What an init means.
fn chosen(init: RequestId, body: LinkInit) -> UserLinkEvent {
    if let Some(error) = body.ended() {
        let mut failure = Failure::new(
            "ABDM says that there will be no link: what the patient chose is linked already, or \
             their search is over",
        );
        failure.code.clone_from(&error.code);
        return UserLinkEvent::EndedByAbdm(failure);
    }
    let choices = body.patient.into_iter().map(|chosen| {
        let contexts = chosen.care_contexts.into_iter().map(|context| context.reference_number);
        Choice::new(chosen.reference_number, chosen.hi_type, contexts.collect())
    });
    UserLinkEvent::Init { init, abha_address: body.abha_address, choices: choices.collect() }
}

/// What a confirmation means.
fn confirmed(
    key: FlowKey,
    confirm: RequestId,
    hip_id: HipId,
    body: LinkConfirm,
    at: DateTime<Utc>,
) -> Result<Received<UserLinkFlow>, ReceiveError> {
    let link_reference = body.confirmation.link_ref_number;
    let transaction_id = match body.transaction_id {
        Some(transaction_id) => transaction_id,
        None => TransactionId::new(link_reference.as_str())
            .map_err(|error| ReceiveError::poison(error.to_string()))?,
    };
    let otp = body.confirmation.token;
    let event = UserLinkEvent::Confirm { confirm, link_reference, otp };
    Ok(Received::start(key, UserLinkFlow::new(transaction_id, hip_id, at), event))
}

/// A confirmation of which nobody can say what it confirms: it needs no more than its own id to be
/// refused.
fn unreadable_confirm(
    confirm: RequestId,
    hip_id: HipId,
    at: DateTime<Utc>,
) -> Result<Received<UserLinkFlow>, ReceiveError> {
    let own = TransactionId::new(confirm.to_string());
    let own = own.map_err(|error| ReceiveError::poison(error.to_string()))?;
    let event = UserLinkEvent::UnreadableConfirm { confirm };
    let flow = UserLinkFlow::new(own, hip_id, at);
    Ok(Received::start(UserLinkFlow::stray_key(confirm), flow, event))
}

impl UserLinkHost {
    fn discovered(
        &self,
        discovery: RequestId,
        hip_id: HipId,
        hiu: Option<HiuId>,
        body: Discovery,
        at: DateTime<Utc>,
    ) -> Result<Received<UserLinkFlow>, ReceiveError> {
        let text = write_json(&body.patient).map_err(|e| ReceiveError::poison(e.to_string()))?;
        let sealed = self.facility.keys.seal(&text, &UserLinkFlow::seal_context(discovery));
        let wanted = sealed.map_err(|error| ReceiveError::not_yet(error.to_string()))?;
        let key = UserLinkFlow::key(&body.transaction_id);
        let flow = UserLinkFlow::new(body.transaction_id, hip_id, at);
        let event = UserLinkEvent::Discovered { discovery, hiu, wanted };
        Ok(Received::start(key, flow, event))
    }

    async fn answer_discovery(
        &self,
        cx: &Context<'_>,
        (discovery, transaction_id, hiu): (RequestId, &TransactionId, Option<&HiuId>),
        answer: &DiscoveryAnswer,
        late: bool,
    ) -> Result<UserLinkEvent, Failed> {
        let transaction_id = transaction_id.clone();
        let reply = match answer {
            DiscoveryAnswer::Offer(offer) => DiscoveryReply::found(
                discovery,
                transaction_id,
                offer.elements.clone(),
                offer.matched_by.clone(),
            ),
            DiscoveryAnswer::Refused(refusal) => {
                DiscoveryReply::refused(discovery, transaction_id, refusal.to_error())
            }
        };
        let headers = ToleratedHiuHeaders::from(hiu.cloned());
        let wire = self.facility.wire(cx.scope());
        let call = Call::<AnswerDiscovery>::new(reply).headers(headers);
        let answer = wire.send(&call).await;
        Ok(match repeatable(cx, answer, if late { 1 } else { MOST_TRIES })? {
            Ok(()) => UserLinkEvent::DiscoveryAnswered,
            Err(error) => UserLinkEvent::DiscoveryNotHeard(Failure::from(&error)),
        })
    }

    async fn answer_init(
        &self,
        cx: &Context<'_>,
        init: RequestId,
        transaction_id: &TransactionId,
        answer: &InitAnswer,
    ) -> Result<UserLinkEvent, Failed> {
        let transaction_id = transaction_id.clone();
        let reply = match answer {
            InitAnswer::OtpSent { link_reference, expires_at } => {
                let mobile = CommunicationMedium::Mobile;
                let mut link = OfferedLink::direct(link_reference.clone(), mobile, *expires_at);
                if let Some(linking) = &self.linking {
                    link.authentication_type = linking.otps.authentication_type.clone();
                }
                LinkInitAnswer::sent(init, transaction_id, link)
            }
            InitAnswer::Refused(refusal) => {
                LinkInitAnswer::refused(init, transaction_id, refusal.to_error())
            }
        };
        let answer = self.facility.wire(cx.scope()).send(&Call::<AnswerLinkInit>::new(reply)).await;
        if let Err(error) = repeatable(cx, answer, MOST_TRIES)? {
            operator::init_not_heard(cx.flow(), &Failure::from(&error));
        }
        // The patient may have the OTP all the same, and ABDM the answer of an earlier try.
        Ok(UserLinkEvent::InitAnswered)
    }

    async fn answer_confirm(
        &self,
        cx: &Context<'_>,
        confirm: RequestId,
        hip_id: &HipId,
        answer: &Result<Vec<PatientCareContexts>, ConfirmRefusal>,
    ) -> Result<UserLinkEvent, Failed> {
        if let (Err(refusal), 1) = (answer, cx.attempt()) {
            operator::otp_refused(cx.flow(), *refusal);
        }
        let reply = match answer {
            Ok(contexts) => LinkConfirmAnswer::linked(confirm, contexts.clone()),
            Err(refusal) => LinkConfirmAnswer::refused(confirm, refusal.to_error()),
        };
        let headers = HipHeaders { hip_id: hip_id.clone() };
        let wire = self.facility.wire(cx.scope());
        let call = Call::<AnswerLinkConfirm>::new(reply).headers(headers);
        let answer = wire.send(&call).await;
        Ok(match repeatable(cx, answer, MOST_TRIES)? {
            Ok(()) => UserLinkEvent::ConfirmAnswered { confirm },
            Err(error) => {
                let failure = Failure::from(&error);
                operator::confirm_not_heard(cx.flow(), &failure);
                UserLinkEvent::ConfirmNotHeard { confirm, failure }
            }
        })
    }
}
