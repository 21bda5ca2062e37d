//! Sends SMS notices, and takes their answers in.

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::error::ErrorClass;
use abdm_flow::store::{Earlier, Message};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::message::{answered, body};
use abdm_role::verdict::{MOST_TRIES, Remember, Verdict};
use async_trait::async_trait;

use super::{Facility, callback_error};
use crate::api::sms::{NotifyBySms, OnSmsNotified, SmsNotification, SmsOutcome};
use crate::flow::{Failure, SmsEffect, SmsEvent, SmsFlow};
use crate::operator;

#[derive(Debug)]
pub(crate) struct SmsHost {
    pub(crate) facility: Arc<Facility>,
    /// Whether the body repeats id and instant of the request (rulings.md 39).
    pub(crate) repeats_envelope: bool,
}

#[async_trait]
impl FlowHost for SmsHost {
    type Flow = SmsFlow;

    async fn perform(
        &self,
        cx: &EffectContext<'_, SmsFlow>,
        effect: &SmsEffect,
    ) -> Result<Option<SmsEvent>, EffectFailure<SmsEvent>> {
        let SmsEffect::Notify(notice) = effect;
        if cx.earlier() == Earlier::PerhapsSent {
            // A second SMS is worse than waiting for the word of the first.
            return Ok(Some(SmsEvent::Taken));
        }
        let mut call = Call::<NotifyBySms>::new(SmsNotification::from(notice.clone()));
        if self.repeats_envelope {
            call = call.repeating_envelope();
        }
        let wire = self.facility.wire(cx.scope());
        match Verdict::once(wire.send_correlated(&call, &Remember(cx)).await) {
            Verdict::Taken(_) | Verdict::Unclear(_) => Ok(Some(SmsEvent::Taken)),
            Verdict::TryAgain(reason) if cx.attempt() < MOST_TRIES && !cx.is_last_attempt() => {
                Err(EffectFailure::retry(reason).not_sent())
            }
            Verdict::TryAgain(reason) => {
                let failure = Failure::new(reason).of_class(ErrorClass::UpstreamFault);
                operator::sms_not_taken(cx.flow(), &failure);
                Ok(Some(SmsEvent::Failed(failure)))
            }
            Verdict::Refused(error) => {
                let failure = Failure::from(&*error);
                operator::sms_not_taken(cx.flow(), &failure);
                Ok(Some(SmsEvent::Failed(failure)))
            }
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<SmsFlow>, ReceiveError> {
        self.facility.addressee(message)?;
        let reply = body::<OnSmsNotified>(cx, message).await?;
        let request = answered(reply.answers())?;
        let failure = match reply.outcome() {
            SmsOutcome::Accepted => return Ok(Received::existing(request, SmsEvent::Accepted)),
            SmsOutcome::Failed(Some(error)) => Failure::from(&callback_error::<NotifyBySms>(error)),
            SmsOutcome::Failed(None) => {
                Failure::new("ABDM says that the SMS is not sent, without a reason")
            }
            SmsOutcome::Unclear => Failure::new(
                "ABDM's answer to the SMS says nothing that is known: look whether it was sent",
            ),
        };
        operator::sms_failed(request, &failure);
        Ok(Received::existing(request, SmsEvent::Failed(failure)))
    }
}
