//! Promises about messages that came too early.

use std::sync::Arc;

use super::{
    Desk, KIND, OTHER_KIND, flow_id, labels, of_kind, only, put_off, refusal, request_id, second,
    state, waiting,
};
use crate::store::{FlowKey, FlowStore, FlowWrite, StoreError, StoreErrorKind, WaitFor};

fn keyed(key: &FlowKey) -> FlowWrite {
    let mut write = state("1");
    write.keys = vec![key.clone()];
    write
}

/// Takes a message in and puts it off until what it waits for is there.
async fn wait(desk: &Desk, name: &str, waits_for: WaitFor) -> Result<(), StoreError> {
    desk.take_in(name).await?;
    let claimed = only(desk.claim("a", 1, 9).await?)?;
    desk.settle(&claimed.lease, waiting(waits_for), 1).await?;
    Ok(())
}

/// A message that waits for a flow is due as soon as that flow changes, and no other.
pub async fn a_message_waits_for_a_change_of_its_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let awaited = desk.begin(state("1")).await?;
    let other = desk.begin(state("1")).await?;
    wait(&desk, "m", WaitFor::Change(awaited)).await?;
    assert_eq!(desk.next_due(&[KIND], 2).await?, Some(second(900)));

    desk.change(other, 1, state("2"), 2).await?;
    assert_eq!(desk.claim("a", 3, 9).await?, []);
    desk.change(awaited, 1, state("2"), 4).await?;
    let work = only(desk.claim("a", 4, 9).await?)?;
    assert_eq!((work.attempt, work.deferrals, work.queued_at), (1, 1, second(0)));

    // The next time it waits for the next change.
    desk.settle(&work.lease, waiting(WaitFor::Change(awaited)), 5).await?;
    assert_eq!(desk.claim("a", 6, 9).await?, []);
    desk.change(awaited, 2, state("3"), 7).await?;
    assert_eq!(labels(&desk.claim("a", 7, 9).await?), ["m"]);
    Ok(())
}

/// A message that waits for a key is due as soon as a flow of its kind has it.
pub async fn a_message_waits_for_a_key(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let key = FlowKey::new("transaction", "t");
    wait(&desk, "m", WaitFor::Key(key.clone())).await?;
    desk.begin(of_kind(OTHER_KIND, keyed(&key))).await?;
    assert_eq!(desk.claim("a", 3, 9).await?, [], "another kind's key");
    desk.begin(keyed(&FlowKey::new("consent", "t"))).await?;
    assert_eq!(desk.claim("a", 3, 9).await?, [], "another sort of key");

    // A flow may come by its key later on.
    let flow = desk.begin(state("1")).await?;
    desk.change(flow, 1, keyed(&key), 2).await?;
    assert_eq!(labels(&desk.claim("a", 3, 9).await?), ["m"]);
    Ok(())
}

/// A message that waits for a call is due as soon as that call is remembered.
pub async fn a_message_waits_for_a_call(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let request = request_id();
    // Of whichever kind the flow is that calls.
    let flow = desk.begin(of_kind(OTHER_KIND, state("1"))).await?;
    wait(&desk, "m", WaitFor::Request(request)).await?;
    store.remember_request(&desk.scope, request_id(), flow).await?;
    assert_eq!(desk.claim("a", 2, 9).await?, []);
    store.remember_request(&desk.scope, request, flow).await?;
    assert!(desk.next_due(&[KIND], 2).await?.is_some_and(|due| due <= second(2)));
    assert_eq!(labels(&desk.claim("a", 2, 9).await?), ["m"]);
    Ok(())
}

/// What came while the message was being put off is not waited for: that would be for ever.
pub async fn what_is_there_already_is_not_waited_for(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let (key, request) = (FlowKey::new("transaction", "t"), request_id());
    let flow = desk.begin(keyed(&key)).await?;
    store.remember_request(&desk.scope, request, flow).await?;
    wait(&desk, "by key", WaitFor::Key(key)).await?;
    let work = only(desk.claim("a", 2, 9).await?)?;
    assert_eq!((work.attempt, work.deferrals), (1, 1));
    wait(&desk, "by call", WaitFor::Request(request)).await?;
    assert_eq!(labels(&desk.claim("a", 2, 9).await?), ["by call"]);
    Ok(())
}

/// What never comes is waited for until the instant that was said, and no longer.
pub async fn a_message_waits_no_longer_than_it_was_put_off(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let key = FlowKey::new("transaction", "t");
    wait(&desk, "m", WaitFor::Key(key.clone())).await?;
    assert_eq!(desk.claim("a", 899, 9).await?, []);
    let work = only(desk.claim("a", 900, 9).await?)?;

    // It waits no more: what comes while it is claimed takes it from nobody, and once it was put
    // off without a wish, nothing brings it back early.
    desk.begin_at(keyed(&key), 901).await?;
    assert_eq!(desk.claim("b", 902, 9).await?, []);
    desk.settle(&work.lease, put_off(950, None), 903).await?;
    let flow = store.find(&desk.scope, KIND, &key).await?;
    let flow = flow.ok_or_else(|| super::unexpected("the flow is not there"))?;
    desk.change(flow.id, 1, keyed(&key), 904).await?;
    assert_eq!(desk.claim("b", 949, 9).await?, []);
    assert_eq!(labels(&desk.claim("b", 950, 9).await?), ["m"]);
    Ok(())
}

/// Between "too early" and putting off, the flow may have changed: the guard tells.
pub async fn putting_off_notices_a_change_in_between(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(state("1")).await?;
    desk.take_in("m").await?;
    let claimed = only(desk.claim("a", 1, 9).await?)?;
    desk.change(flow, 1, state("2"), 2).await?;
    let guarded = |revision| {
        let outcome = waiting(WaitFor::Change(flow));
        desk.at(3).guard(flow, revision).settle(claimed.lease.clone(), outcome)
    };
    assert_eq!(refusal(store.commit(&guarded(1)).await), Some(StoreErrorKind::Conflict));
    store.commit(&guarded(2)).await?;
    assert_eq!(desk.stored(flow).await?.revision, 2, "a guard changes nothing");
    let unknown = flow_id();
    let never = store.commit(&desk.at(3).guard(unknown, 1)).await;
    assert_eq!(refusal(never), Some(StoreErrorKind::Conflict));
    // "Not there" is a revision too.
    store.commit(&desk.at(3).guard(unknown, 0)).await?;
    assert_eq!(store.load(&desk.scope, unknown).await?, None);
    let there = store.commit(&desk.at(3).guard(flow, 0)).await;
    assert_eq!(refusal(there), Some(StoreErrorKind::Conflict));
    Ok(())
}
