//! Takes questions for the running token in, asks the reception, answers.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::error::CallbackError;
use abdm_flow::store::Message;
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::hook;
use abdm_role::hook::ask_within;
use abdm_role::message::message_id;
use abdm_role::verdict::{MOST_TRIES, repeatable};
use async_trait::async_trait;
use serde::de::IgnoredAny;

use super::{Facility, body_or_least};
use crate::api::sharing::{
    AnswerRunningToken, OnRunningTokenStatus, RunningToken, RunningTokenAnswer,
};
use crate::flow::{APP_WAITS, Failure, RunningTokenEffect, RunningTokenEvent, RunningTokenFlow};
use crate::operator;
use crate::reception::{NowServing, ReceptionDesk};

/// How long one call of the reception may take.
const RECEPTION_PATIENCE: Duration = Duration::from_secs(10);
/// How often it is asked.
const MOST_RECEPTION_TRIES: u32 = 2;

pub(crate) struct RunningTokenHost {
    pub(crate) facility: Arc<Facility>,
    pub(crate) reception: Option<Arc<dyn ReceptionDesk>>,
}

impl std::fmt::Debug for RunningTokenHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningTokenHost").field("facility", &self.facility).finish_non_exhaustive()
    }
}

#[async_trait]
impl FlowHost for RunningTokenHost {
    type Flow = RunningTokenFlow;

    /// A patient looks at their app.
    const URGENT: bool = true;

    async fn perform(
        &self,
        cx: &EffectContext<'_, RunningTokenFlow>,
        effect: &RunningTokenEffect,
    ) -> Result<Option<RunningTokenEvent>, EffectFailure<RunningTokenEvent>> {
        let (question, hip_id, counter, received_at) = match effect {
            RunningTokenEffect::Answer { question, hip_id, counter, received_at } => {
                (question, hip_id, counter, received_at)
            }
            RunningTokenEffect::TellUnheard { failure } => {
                operator::running_token_not_heard(cx.flow(), failure);
                return Ok(None);
            }
        };
        let late = cx.now() > *received_at + APP_WAITS;
        let serving = match &self.reception {
            Some(reception) => {
                let asked = reception.serving(hip_id, counter);
                ask_within(RECEPTION_PATIENCE, hook!(hospital "ReceptionDesk::serving"), asked)
                    .await
            }
            None => Ok(None),
        };
        let answer = match serving {
            Ok(Some(NowServing { number, average_minutes })) => {
                let mut token = RunningToken::new(hip_id.clone(), counter, number);
                if let Some(minutes) = average_minutes {
                    token = token.average_minutes(minutes);
                }
                RunningTokenAnswer::running(*question, token)
            }
            Ok(None) => RunningTokenAnswer::no_data(*question),
            Err(reason) if !late && cx.attempt() < MOST_RECEPTION_TRIES => {
                return Err(EffectFailure::retry(reason));
            }
            Err(reason) => {
                operator::running_token_unknown(cx.flow(), reason);
                RunningTokenAnswer::refused(
                    *question,
                    CallbackError::new(1024, "Dependent service unavailable"),
                )
            }
        };
        let answer = self.facility.client.send(&Call::<AnswerRunningToken>::new(answer)).await;
        Ok(Some(match repeatable(cx, answer, if late { 1 } else { MOST_TRIES })? {
            Ok(()) => RunningTokenEvent::Answered,
            Err(error) => {
                let failure = Failure::from(&error);
                operator::running_token_not_heard(cx.flow(), &failure);
                RunningTokenEvent::NotHeard(failure)
            }
        }))
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<RunningTokenFlow>, ReceiveError> {
        let hip_id = self.facility.addressee(message)?.clone();
        let question = message_id(message)?;
        // A question that cannot be read is for no counter.
        let asked = body_or_least::<OnRunningTokenStatus, IgnoredAny>(cx, message).await?;
        let counter = asked.ok().and_then(|asked| asked.context).unwrap_or_default();
        let flow = RunningTokenFlow::new(question, hip_id, counter, message.received_at);
        Ok(Received::start(RunningTokenFlow::key(question), flow, RunningTokenEvent::Asked))
    }
}
