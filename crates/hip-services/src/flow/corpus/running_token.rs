//! Questions for the running token.

use abdm_core::error::ErrorClass;
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use super::{failure, hip_id, request_of, start};
use crate::flow::{RunningTokenEffect, RunningTokenEvent, RunningTokenFlow, RunningTokenState};

impl InCorpus for RunningTokenFlow {
    fn stages() -> Vec<String> {
        variants_of::<RunningTokenState>("state")
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", &self.state)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let new = Walk::new(Self::new(request_of(1), hip_id(), "OPD1", start()), start());
        let asked = new.keep("new").on(RunningTokenEvent::Asked).keep("answering");
        let again = Walk::new(Self::new(request_of(1), hip_id(), "OPD1", start()), start());
        let not_heard = failure("ABDM-9999", ErrorClass::UpstreamFault);
        let not_heard = again
            .on(RunningTokenEvent::Asked)
            .on(RunningTokenEvent::NotHeard(not_heard))
            .keep("not-heard");
        let unheard = Walk::new(Self::new(request_of(1), hip_id(), "OPD1", start()), start());
        let unheard = unheard.on(RunningTokenEvent::Asked).woken().keep("unheard");
        vec![asked.on(RunningTokenEvent::Answered).keep("answered"), not_heard, unheard]
    }

    fn answers(&self, effect: RunningTokenEffect, _: DateTime<Utc>) -> Vec<RunningTokenEvent> {
        match effect {
            RunningTokenEffect::Answer { .. } => vec![RunningTokenEvent::Answered],
            RunningTokenEffect::TellUnheard { .. } => Vec::new(),
        }
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<RunningTokenEvent> {
        matches!(self.state, RunningTokenState::New).then_some(RunningTokenEvent::Asked)
    }
}
