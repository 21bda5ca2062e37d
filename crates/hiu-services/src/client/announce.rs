//! Telling the hospital what has happened.

use abdm_flow::store::FlowId;
use abdm_flow::{EffectContext, EffectFailure, Flow};

use super::artefact_host::in_time;
use super::facilities::hiu_id;
use crate::hooks::{EventId, HiuEvent, Records};
use crate::operator;

/// How often the hospital's own system is told.
const MOST_TRIES: u32 = 8;

/// Tells the hospital. An event that it never takes is set aside for a person to look at.
pub(super) async fn announce<F: Flow>(
    cx: &EffectContext<'_, F>,
    records: &dyn Records,
    consent: FlowId,
    event: &HiuEvent,
) -> Result<Option<F::Event>, EffectFailure<F::Event>> {
    if cx.attempt() == 1 {
        operator::told(event, cx.flow());
    }
    let id = EventId::new(hiu_id(cx)?, consent, cx.flow(), cx.effect());
    match in_time(records.on_event(&id, event)).await {
        Ok(()) => Ok(None),
        Err(reason) if cx.attempt() < MOST_TRIES => Err(EffectFailure::retry(reason)),
        Err(reason) => Err(EffectFailure::bury(format!("{}: {reason}", event.name()))),
    }
}
