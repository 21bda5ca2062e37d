//! Takes in which records are final, has them made ready, and looks what is linked already.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::clock::later;
use abdm_flow::store::{Message, Payload};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::hook;
use async_trait::async_trait;

use super::{Facility, ask_hospital, facility_of, kept_under};
use crate::final_record::FinalRecord;
use crate::flow::{
    ACTIVE_AGAIN, AutoLinkEffect, AutoLinkEvent, AutoLinkFlow, Preparation, StoppedLink, WordOfLink,
};
use crate::hooks::{Readiness, RecordPreparer};
use crate::linked_context;

/// Where the hospital's own word that a record is final comes in, beside the callbacks.
pub(crate) const FINAL_RECORD: &str = "hip.auto-link.final-record";

/// The least and the most pause that a hospital may ask for.
const PAUSES: (u64, u64) = (1, 24 * 3600);

pub(crate) struct AutoLinkHost {
    pub(crate) facility: Arc<Facility>,
    pub(crate) preparer: Option<Arc<dyn RecordPreparer>>,
    /// How long other records of the same visit are waited for.
    pub(crate) gathers_for: Duration,
}

impl fmt::Debug for AutoLinkHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoLinkHost").field("facility", &self.facility).finish_non_exhaustive()
    }
}

type Context<'a> = EffectContext<'a, AutoLinkFlow>;
type Failed = EffectFailure<AutoLinkEvent>;

#[async_trait]
impl FlowHost for AutoLinkHost {
    type Flow = AutoLinkFlow;

    async fn perform(
        &self,
        cx: &Context<'_>,
        effect: &AutoLinkEffect,
    ) -> Result<Option<AutoLinkEvent>, Failed> {
        match effect {
            AutoLinkEffect::Prepare { ask, record } => {
                let preparation = match self.prepare(cx, record).await {
                    Ok(preparation) => preparation,
                    Err(_) if cx.is_last_attempt() => Preparation::Failed,
                    Err(failed) => return Err(failed),
                };
                Ok(Some(AutoLinkEvent::Prepared { ask: *ask, preparation }))
            }
            AutoLinkEffect::Announce(event) => self.facility.announce(cx, event).await,
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<AutoLinkFlow>, ReceiveError> {
        if message.endpoint == WordOfLink::SUBJECT {
            let (_, WordOfLink { flow, report }) = cx.note(message).await?;
            return Ok(Received::existing(flow, AutoLinkEvent::Word(report)));
        }
        let record: FinalRecord = match message.endpoint.as_str() {
            ACTIVE_AGAIN => cx.note::<StoppedLink>(message).await?.1.record,
            FINAL_RECORD => Payload::from_bytes(cx.body(message).await?)
                .decode()
                .map_err(|error| ReceiveError::poison(error.to_string()))?,
            _ => return Err(ReceiveError::poison("no word of a final record")),
        };
        let hip_id = kept_under(cx)?;
        let key = AutoLinkFlow::key_of(&hip_id, &record);
        let now = cx.now();
        let earlier = cx.flows::<AutoLinkFlow>().find(&key).await?;
        let flow = match earlier.filter(|earlier| earlier.done).map(|earlier| earlier.flow) {
            Some(earlier) if earlier.has(&record) => {
                return Ok(Received::ignore("what it says is known already"));
            }
            Some(earlier) => earlier.anew(record.clone(), now),
            None => AutoLinkFlow::new(hip_id, record.clone(), now),
        };
        let begin_at = later(now, self.gathers_for);
        let event = AutoLinkEvent::RecordIsFinal { record: Box::new(record), begin_at };
        Ok(Received::start_anew(key, flow, event))
    }
}

impl AutoLinkHost {
    async fn prepare(&self, cx: &Context<'_>, record: &FinalRecord) -> Result<Preparation, Failed> {
        if let Some(preparer) = &self.preparer {
            let hip_id = facility_of(cx.scope()).map_err(|e| Failed::bury(e.to_string()))?;
            match ask_hospital(
                hook!(hospital "RecordPreparer::prepare"),
                preparer.prepare(&hip_id, record),
            )
            .await
            {
                Ok(Readiness::Ready) => {}
                Ok(Readiness::NotYet { ask_again_after }) => {
                    let seconds = ask_again_after.as_secs().clamp(PAUSES.0, PAUSES.1);
                    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
                    return Ok(Preparation::NotYet { seconds });
                }
                Ok(Readiness::Never { reason }) => return Ok(Preparation::Never { reason }),
                Err(reason) => {
                    tracing::info!(flow = %cx.flow(), reason, "a record cannot be made ready now");
                    return Ok(Preparation::Failed);
                }
            }
        }
        let (patient, visit) = (&record.patient, &record.visit);
        let mut linked = Vec::new();
        for hi_type in &visit.hi_types {
            let context = (&patient.reference, &visit.reference, hi_type);
            if linked_context::is_linked(cx, &patient.abha_address, context).await? {
                linked.push(hi_type.clone());
            }
        }
        Ok(Preparation::Ready { linked })
    }
}
