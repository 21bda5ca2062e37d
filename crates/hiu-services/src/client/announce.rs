//! Telling the hospital what has happened.

use abdm_core::id::HiuId;
use abdm_flow::store::FlowId;
use abdm_flow::{EffectContext, EffectFailure, Flow};
use abdm_role::facilities::facility_of;
use abdm_role::hook;
use abdm_role::verdict::MOST_TRIES;

use super::artefact_host::in_time;
use crate::hooks::{EventId, HiuEvent, Records};
use crate::operator;

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
    let id = EventId::new(facility_of::<HiuId, _>(cx)?, consent, cx.flow(), cx.effect());
    match in_time(hook!(records "Records::on_event"), records.on_event(&id, event)).await {
        Ok(()) => Ok(None),
        Err(reason) if cx.attempt() < MOST_TRIES => Err(EffectFailure::retry(reason)),
        Err(reason) => Err(EffectFailure::bury(format!("{}: {reason}", event.name()))),
    }
}
