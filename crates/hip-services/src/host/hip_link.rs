//! Sends link requests and notices, and takes their answers in.

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::client::{Answered, CallError};
use abdm_core::endpoint::Endpoint;
use abdm_core::error::{ApiError, ErrorClass, RetryAdvice};
use abdm_core::headers::{HipHeaders, LinkHeaders};
use abdm_core::id::{HipId, RequestId};
use abdm_core::seal::Sealed;
use abdm_core::secret::LinkToken;
use abdm_flow::store::{Message, Payload, Scope};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::{answered, body};
use abdm_role::verdict::{MOST_TRIES, is_transient};
use async_trait::async_trait;

use super::tries::Tries;
use super::{Facility, callback_error, kept_under, no_reason};
use crate::api::hip_linking::{
    ContextNotice, LinkCareContexts, LinkCareContextsRequest, LinkOutcome, NotifyContext,
    OnLinkCareContexts, OnNotifyContext, means_already,
};
use crate::flow::{
    AnswerTo, Failure, HipLinkAnswer, HipLinkEffect, HipLinkEvent, HipLinkFlow, LinkTokenFlow,
    Listener, NoticeAnswer, WishForLink, WordForLink,
};
use crate::patient::LinkPatient;

/// Where the hospital's own wishes to link come in, beside the callbacks.
pub(crate) const LINK_WISH: &str = "hip.link.wish";

#[derive(Debug)]
pub(crate) struct HipLinkHost {
    pub(crate) facility: Arc<Facility>,
}

type Context<'a> = EffectContext<'a, HipLinkFlow>;
type Failed = EffectFailure<HipLinkEvent>;
type Performed = Result<Option<HipLinkEvent>, Failed>;

#[async_trait]
impl FlowHost for HipLinkHost {
    type Flow = HipLinkFlow;

    async fn perform(&self, cx: &Context<'_>, effect: &HipLinkEffect) -> Performed {
        match effect {
            // It may have been answered while the effect waited for its turn, or for another try.
            HipLinkEffect::Link { sending, .. } | HipLinkEffect::Notify { sending, .. }
                if !cx.own_flow()?.awaits(*sending) =>
            {
                Ok(None)
            }
            HipLinkEffect::Link { sending, hip_id, token, request } => {
                self.link(cx, *sending, hip_id, token, request).await
            }
            HipLinkEffect::Notify { sending, notice } => self.notify(cx, *sending, notice).await,
            HipLinkEffect::Announce(event) => self.facility.announce(cx, event).await,
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<HipLinkFlow>, ReceiveError> {
        if message.endpoint == WordForLink::SUBJECT {
            let (_, WordForLink { link, word }) = cx.note(message).await?;
            return Ok(Received::existing(link, HipLinkEvent::Token(word)));
        }
        if message.endpoint == WishForLink::SUBJECT {
            let (flow, wish) = cx.note::<WishForLink>(message).await?;
            let listener = Listener { kind: wish.by, flow, wish: wish.wish };
            let (hip_id, patient) = (kept_under(cx)?, wish.patient);
            let flow = if wish.notice_only {
                HipLinkFlow::notice(hip_id, patient)
            } else {
                HipLinkFlow::new(hip_id, patient)
            };
            return wished(cx, flow, HipLinkEvent::Wanted(listener)).await;
        }
        if message.endpoint == LINK_WISH {
            let patient: LinkPatient = Payload::from_bytes(cx.body(message).await?)
                .decode()
                .map_err(|error| ReceiveError::poison(error.to_string()))?;
            let again = HipLinkEvent::Again { patient: Box::new(patient.clone()), by_hand: false };
            return wished(cx, HipLinkFlow::new(kept_under(cx)?, patient), again).await;
        }
        self.facility.addressee(message)?;
        match message.endpoint.as_str() {
            name if name == OnLinkCareContexts::META.name => {
                let reply = body::<OnLinkCareContexts>(cx, message).await?;
                let request = answered(reply.answers())?;
                let answer = match reply.outcome() {
                    LinkOutcome::Linked => HipLinkAnswer::Linked,
                    LinkOutcome::LinkedAs(status) => {
                        tracing::warn!("ABDM answered a link in words of unknown meaning");
                        HipLinkAnswer::LinkedAs(status)
                    }
                    LinkOutcome::Already => HipLinkAnswer::Already,
                    LinkOutcome::Refused(error) => {
                        let error = callback_error::<LinkCareContexts>(error);
                        self.judged(cx.scope(), link_answer(&error))
                    }
                };
                let to = AnswerTo::Request(request);
                Ok(Received::existing(request, HipLinkEvent::LinkAnswered(to, answer)))
            }
            name if name == OnNotifyContext::META.name => {
                let reply = body::<OnNotifyContext>(cx, message).await?;
                let request = answered(reply.answers())?;
                let answer = if reply.is_taken() {
                    NoticeAnswer::Taken
                } else {
                    let error = reply.error.unwrap_or_else(no_reason);
                    notice_answer(&callback_error::<NotifyContext>(error))
                };
                let to = AnswerTo::Request(request);
                Ok(Received::existing(request, HipLinkEvent::NoticeAnswered(to, answer)))
            }
            _ => Err(ReceiveError::poison("no callback of a link")),
        }
    }
}

/// A wish begins a link, or joins the same one that is under way.
async fn wished(
    cx: &ReceiveContext<'_>,
    flow: HipLinkFlow,
    event: HipLinkEvent,
) -> Result<Received<HipLinkFlow>, ReceiveError> {
    let older = cx.flows::<HipLinkFlow>().find(&flow.older_key()).await?;
    Ok(match older.filter(|found| flow.goes_on_in(found)) {
        Some(found) => Received::existing(found.id, event),
        None => Received::start_anew(flow.key(), flow, event),
    })
}

impl HipLinkHost {
    /// What an answer means in the facility's edition. V0.5 has no code that says whether it was
    /// the patient's access token, which may be used up: after any refusal it is let go of, and the
    /// link fails with ABDM's own reason.
    #[cfg_attr(
        not(feature = "v0_5"),
        expect(clippy::unused_self, unused_variables, reason = "all speak V3")
    )]
    fn judged(&self, scope: &Scope, answer: HipLinkAnswer) -> HipLinkAnswer {
        #[cfg(feature = "v0_5")]
        if let HipLinkAnswer::Refused(failure) | HipLinkAnswer::TokenRefused(failure) = &answer
            && self.facility.editions.of_scope(scope) == crate::edition::Edition::V0_5
        {
            return HipLinkAnswer::TokenMisfit(failure.clone());
        }
        answer
    }

    async fn link(
        &self,
        cx: &Context<'_>,
        sending: u32,
        hip_id: &HipId,
        token: &Sealed,
        request: &LinkCareContextsRequest,
    ) -> Performed {
        let tries = Tries::of(cx, sending, leaving);
        let context = LinkTokenFlow::seal_context(hip_id, &request.abha_address);
        let opened = self.facility.keys.open(token, &context).ok();
        let opened = opened.and_then(|bytes| std::str::from_utf8(&bytes).map(LinkToken::new).ok());
        let Some(link_token) = opened else {
            let failure = Failure::new(
                "the stored link token does not open: the sealing key has changed. Keep older keys \
                 in the ring",
            );
            let answer = HipLinkAnswer::TokenRefused(failure.of_class(ErrorClass::CallerBug));
            let to = AnswerTo::Sending(tries.ended(None));
            return Ok(Some(HipLinkEvent::LinkAnswered(to, answer)));
        };
        let headers = LinkHeaders { hip_id: hip_id.clone(), link_token };
        let wire = self.facility.wire(cx.scope());
        let call = Call::<LinkCareContexts>::new(request.clone()).headers(headers);
        let (error, answer) = match wire.send_correlated(&call, &tries).await {
            Ok(Answered { request_id, .. }) | Err(CallError::Answer { request_id, .. }) => {
                return Ok(Some(HipLinkEvent::LinkAccepted(tries.ended(Some(request_id)))));
            }
            Err(error) => {
                let answer = error.api().map(link_answer);
                (error, answer.map(|answer| self.judged(cx.scope(), answer)))
            }
        };
        let answer = match answer {
            // Whatever says something of the token is said once: never again with the same one.
            Some(answer) if !matches!(answer, HipLinkAnswer::Refused(_)) => answer,
            _ if is_transient(&error) => {
                return if cx.attempt() < MOST_TRIES && !cx.is_last_attempt() {
                    Err(tries.again(&error))
                } else {
                    let failure = Failure::from(&error);
                    Ok(Some(HipLinkEvent::LinkUnanswered(tries.ended(None), failure)))
                };
            }
            answer => answer.unwrap_or_else(|| HipLinkAnswer::Refused(Failure::from(&error))),
        };
        let to = AnswerTo::Sending(tries.ended(error.request_id()));
        Ok(Some(HipLinkEvent::LinkAnswered(to, answer)))
    }

    async fn notify(&self, cx: &Context<'_>, sending: u32, notice: &ContextNotice) -> Performed {
        let tries = Tries::of(cx, sending, leaving);
        let headers = HipHeaders { hip_id: notice.hip.id.clone() };
        let wire = self.facility.wire(cx.scope());
        let call = Call::<NotifyContext>::new(notice.clone().into()).headers(headers);
        let (error, answer) = match wire.send_correlated(&call, &tries).await {
            Ok(Answered { request_id, .. }) | Err(CallError::Answer { request_id, .. }) => {
                return Ok(Some(HipLinkEvent::NoticeAccepted(tries.ended(Some(request_id)))));
            }
            Err(error) => {
                let answer = error.api().map(notice_answer);
                (error, answer)
            }
        };
        let answer = match answer {
            Some(answer @ NoticeAnswer::NotYet(_)) => answer,
            _ if is_transient(&error) => {
                return if cx.attempt() < MOST_TRIES && !cx.is_last_attempt() {
                    Err(tries.again(&error))
                } else {
                    let failure = Failure::from(&error);
                    Ok(Some(HipLinkEvent::NoticeUnanswered(tries.ended(None), failure)))
                };
            }
            answer => answer.unwrap_or_else(|| NoticeAnswer::Refused(Failure::from(&error))),
        };
        let to = AnswerTo::Sending(tries.ended(error.request_id()));
        Ok(Some(HipLinkEvent::NoticeAnswered(to, answer)))
    }
}

const fn leaving(sending: u32, request: RequestId) -> HipLinkEvent {
    HipLinkEvent::Leaving { sending, request }
}

fn link_answer(error: &ApiError) -> HipLinkAnswer {
    let failure = Failure::from(error);
    if error.is_already_done() || means_already(error.message()) {
        HipLinkAnswer::Already
    } else if error.advice().retry == Some(RetryAdvice::NewLinkToken) {
        HipLinkAnswer::TokenRefused(failure)
    } else if MISFITS.iter().any(|code| failure.has_code(code)) {
        HipLinkAnswer::TokenMisfit(failure)
    } else {
        HipLinkAnswer::Refused(failure)
    }
}

/// Another address, number or facility than the token's.
const MISFITS: [&str; 3] = ["ABDM-1038", "ABDM-1062", "ABDM-1063"];

/// Exactly this code and text mean "too soon"; the other text of the same code is a real fault.
fn notice_answer(error: &ApiError) -> NoticeAnswer {
    let too_soon = error.code().is_some_and(|code| code == "ABDM-1006")
        && error.message().to_ascii_lowercase().contains("no care context linked");
    let failure = Failure::from(error);
    if too_soon { NoticeAnswer::NotYet(failure) } else { NoticeAnswer::Refused(failure) }
}
