//! Promises about calls and their `REQUEST-ID`s.

use std::sync::Arc;

use abdm_base::RequestId;

use super::{
    Desk, KIND, MAIN_LANE, dead, effects, flow_id, labels, named, only, payload, refusal,
    request_id, second, state, text, waiting,
};
use crate::store::{
    FlowId, FlowStore, FlowWrite, NewEffect, Outcome, StoreError, StoreErrorKind, Task, WaitFor,
};

fn calling(request: RequestId) -> FlowWrite {
    let mut write = state("1");
    write.effects.push(NewEffect::new(MAIN_LANE, payload("call")).calling(request));
    write
}

async fn finder(desk: &Desk, request: RequestId) -> Result<Option<FlowId>, StoreError> {
    let found = desk.store.find_request(&desk.scope, request).await?;
    Ok(found.map(|flow| flow.id))
}

/// Every try of a call is found by its own id; an id belongs to one flow.
pub async fn calls_are_found_by_their_request_id(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let (first, retry) = (request_id(), request_id());
    let flow = desk.begin(effects(["send"])).await?;
    assert_eq!(finder(&desk, first).await?, None);
    for request in [first, retry, first] {
        store.remember_request(&desk.scope, request, flow).await?;
    }
    let found = store.find_request(&desk.scope, first).await?;
    assert_eq!(found, Some(desk.stored(flow).await?));
    assert_eq!(finder(&desk, retry).await?, Some(flow));
    assert_eq!(finder(&desk, request_id()).await?, None);
    Ok(())
}

/// The memory of a call is refused when it is another flow's, and when there is no flow to find.
pub async fn a_call_of_no_flow_or_of_another_is_a_conflict(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let conflict = Some(StoreErrorKind::Conflict);
    let request = request_id();
    let unknown = store.remember_request(&desk.scope, request, flow_id()).await;
    assert_eq!(refusal(unknown), conflict);
    assert_eq!(finder(&desk, request).await?, None);

    let (flow, other) = (desk.begin(state("1")).await?, desk.begin(state("2")).await?);
    store.remember_request(&desk.scope, request, flow).await?;
    assert_eq!(
        refusal(store.remember_request(&desk.scope, request, other).await),
        conflict,
        "it belongs to another flow"
    );
    assert_eq!(finder(&desk, request).await?, Some(flow));
    Ok(())
}

/// An effect that calls is put in with the id of its first try, and the id finds the flow from the
/// commit on.
pub async fn the_request_of_an_effect_is_remembered_with_it(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let request = request_id();
    desk.take_in("answer").await?;
    let answer = only(desk.claim("a", 1, 9).await?)?;
    desk.settle(&answer.lease, waiting(WaitFor::Request(request)), 1).await?;
    assert_eq!(desk.claim("a", 2, 9).await?, []);

    let flow = desk.begin_at(calling(request), 3).await?;
    assert_eq!(finder(&desk, request).await?, Some(flow));
    let claimed = desk.claim("a", 3, 9).await?;
    assert_eq!(super::sorted(&claimed), ["answer", "call"], "its answer waits no longer");
    let call = named(&claimed, "call")?;
    let Task::Effect(effect, _) = &call.task else {
        return Err(super::unexpected("it is no effect"));
    };
    assert_eq!(effect.request, Some(request));

    // It is remembered as long as the flow, whatever becomes of the effect.
    desk.settle(&call.lease, dead("refused"), 4).await?;
    assert!(store.replay(&desk.scope, call.lease.work, second(5)).await?);
    let call = only(desk.claim("a", 5, 1).await?)?;
    desk.settle(&call.lease, Outcome::Done, 6).await?;
    assert_eq!(finder(&desk, request).await?, Some(flow));
    Ok(())
}

/// A step whose effect has the id of another flow's call is refused as a whole; its own ids it may
/// name again.
pub async fn a_step_that_repeats_the_call_of_another_flow_is_a_conflict(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let request = request_id();
    let flow = desk.begin(calling(request)).await?;
    let other = desk.begin(state("1")).await?;
    for stolen in [desk.at(1).write(other, 1, calling(request)), {
        let mut write = calling(request_id());
        write.effects.extend(calling(request).effects);
        desk.at(1).write(flow_id(), 0, write)
    }] {
        assert_eq!(refusal(store.commit(&stolen).await), Some(StoreErrorKind::Conflict));
    }
    let stored = desk.stored(other).await?;
    assert_eq!((stored.revision, text(&stored.state)), (1, "1"));
    assert_eq!(desk.depths(KIND).await?.effects, 1);
    assert_eq!(finder(&desk, request).await?, Some(flow));

    desk.change(flow, 1, calling(request), 2).await?;
    assert_eq!(labels(&desk.claim("a", 2, 9).await?), ["call"]);
    Ok(())
}
