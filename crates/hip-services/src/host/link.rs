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
use abdm_flow::store::{Message, Payload};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::{answered, body};
use abdm_role::verdict::{MOST_TRIES, is_transient};
use async_trait::async_trait;

use super::tries::Tries;
use super::{Facility, callback_error, kept_under, no_reason};
use crate::api::linking::{
    ContextNotice, LinkCareContexts, LinkCareContextsRequest, LinkOutcome, NotifyContext,
    OnLinkCareContexts, OnNotifyContext, means_already,
};
use crate::flow::{
    AnswerTo, Failure, LinkAnswer, LinkEffect, LinkEvent, LinkFlow, LinkTokenFlow, NoticeAnswer,
    WordForLink,
};
use crate::patient::LinkPatient;

/// Where the hospital's own wishes to link come in, beside the callbacks.
pub(crate) const LINK_WISH: &str = "hip.link.wish";

#[derive(Debug)]
pub(crate) struct LinkHost {
    pub(crate) facility: Arc<Facility>,
}

type Context<'a> = EffectContext<'a, LinkFlow>;
type Failed = EffectFailure<LinkEvent>;
type Performed = Result<Option<LinkEvent>, Failed>;

#[async_trait]
impl FlowHost for LinkHost {
    type Flow = LinkFlow;

    async fn perform(&self, cx: &Context<'_>, effect: &LinkEffect) -> Performed {
        match effect {
            // It may have been answered while the effect waited for its turn, or for another try.
            LinkEffect::Link { sending, .. } | LinkEffect::Notify { sending, .. }
                if !cx.own_flow()?.awaits(*sending) =>
            {
                Ok(None)
            }
            LinkEffect::Link { sending, hip_id, token, request } => {
                self.link(cx, *sending, hip_id, token, request).await
            }
            LinkEffect::Notify { sending, notice } => self.notify(cx, *sending, notice).await,
            LinkEffect::Announce(event) => self.facility.announce(cx, event).await,
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<LinkFlow>, ReceiveError> {
        if message.endpoint == WordForLink::SUBJECT {
            let (_, WordForLink { link, word }) = cx.note(message).await?;
            return Ok(Received::existing(link, LinkEvent::Token(word)));
        }
        if message.endpoint == LINK_WISH {
            let patient: LinkPatient = Payload::from_bytes(cx.body(message).await?)
                .decode()
                .map_err(|error| ReceiveError::poison(error.to_string()))?;
            let hip_id = kept_under(cx)?;
            let key = LinkFlow::key(&hip_id, &patient);
            let flow = LinkFlow::new(hip_id, patient);
            return Ok(Received::start_anew(key, flow, LinkEvent::Begin));
        }
        self.facility.addressee(message)?;
        match message.endpoint.as_str() {
            name if name == OnLinkCareContexts::META.name => {
                let reply = body::<OnLinkCareContexts>(cx, message).await?;
                let request = answered(reply.answers())?;
                let answer = match reply.outcome() {
                    LinkOutcome::Linked => LinkAnswer::Linked,
                    LinkOutcome::LinkedAs(status) => {
                        tracing::warn!("ABDM answered a link in words of unknown meaning");
                        LinkAnswer::LinkedAs(status)
                    }
                    LinkOutcome::Already => LinkAnswer::Already,
                    LinkOutcome::Refused(error) => {
                        link_answer(&callback_error::<LinkCareContexts>(error))
                    }
                };
                let to = AnswerTo::Request(request);
                Ok(Received::existing(request, LinkEvent::LinkAnswered(to, answer)))
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
                Ok(Received::existing(request, LinkEvent::NoticeAnswered(to, answer)))
            }
            _ => Err(ReceiveError::poison("no callback of a link")),
        }
    }
}

impl LinkHost {
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
            let answer = LinkAnswer::TokenRefused(failure.of_class(ErrorClass::CallerBug));
            let to = AnswerTo::Sending(tries.ended(None));
            return Ok(Some(LinkEvent::LinkAnswered(to, answer)));
        };
        let headers = LinkHeaders { hip_id: hip_id.clone(), link_token };
        let call = Call::<LinkCareContexts>::with_headers(headers, request.clone());
        let (error, answer) = match self.facility.client.send_correlated(&call, &tries).await {
            Ok(Answered { request_id, .. }) | Err(CallError::Answer { request_id, .. }) => {
                return Ok(Some(LinkEvent::LinkAccepted(tries.ended(Some(request_id)))));
            }
            Err(error) => {
                let answer = error.api().map(link_answer);
                (error, answer)
            }
        };
        let answer = match answer {
            // Whatever says something of the token is said once: never again with the same one.
            Some(answer) if !matches!(answer, LinkAnswer::Refused(_)) => answer,
            _ if is_transient(&error) => {
                return if cx.attempt() < MOST_TRIES && !cx.is_last_attempt() {
                    Err(tries.again(&error))
                } else {
                    let failure = Failure::from(&error);
                    Ok(Some(LinkEvent::LinkUnanswered(tries.ended(None), failure)))
                };
            }
            answer => answer.unwrap_or_else(|| LinkAnswer::Refused(Failure::from(&error))),
        };
        let to = AnswerTo::Sending(tries.ended(error.request_id()));
        Ok(Some(LinkEvent::LinkAnswered(to, answer)))
    }

    async fn notify(&self, cx: &Context<'_>, sending: u32, notice: &ContextNotice) -> Performed {
        let tries = Tries::of(cx, sending, leaving);
        let headers = HipHeaders { hip_id: notice.hip.id.clone() };
        let call = Call::<NotifyContext>::with_headers(headers, notice.clone().into());
        let (error, answer) = match self.facility.client.send_correlated(&call, &tries).await {
            Ok(Answered { request_id, .. }) | Err(CallError::Answer { request_id, .. }) => {
                return Ok(Some(LinkEvent::NoticeAccepted(tries.ended(Some(request_id)))));
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
                    Ok(Some(LinkEvent::NoticeUnanswered(tries.ended(None), failure)))
                };
            }
            answer => answer.unwrap_or_else(|| NoticeAnswer::Refused(Failure::from(&error))),
        };
        let to = AnswerTo::Sending(tries.ended(error.request_id()));
        Ok(Some(LinkEvent::NoticeAnswered(to, answer)))
    }
}

const fn leaving(sending: u32, request: RequestId) -> LinkEvent {
    LinkEvent::Leaving { sending, request }
}

fn link_answer(error: &ApiError) -> LinkAnswer {
    let failure = Failure::from(error);
    if error.is_already_done() || means_already(error.message()) {
        LinkAnswer::Already
    } else if error.advice().retry == Some(RetryAdvice::NewLinkToken) {
        LinkAnswer::TokenRefused(failure)
    } else if MISFITS.iter().any(|code| failure.has_code(code)) {
        LinkAnswer::TokenMisfit(failure)
    } else {
        LinkAnswer::Refused(failure)
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
