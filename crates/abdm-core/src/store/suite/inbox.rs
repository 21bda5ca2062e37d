//! Promises about messages that come in.

use std::sync::Arc;

use super::{
    KIND, OTHER_KIND, begin, claim, effects, ids, kind_of, message, only, second, state, unexpected,
};
use crate::flow::{FlowId, FlowKey};
use crate::id::RequestId;
use crate::store::{
    Accepted, Commit, DeadItem, FlowStore, Inbound, InboundKey, Lease, Outcome, StoreError,
    StoreErrorKind, WaitFor, WorkId,
};

fn later(at: i64, waits_for: Option<WaitFor>) -> Outcome {
    Outcome::Later {
        not_before: second(at),
        waits_for,
        reason: "too early".into(),
        perhaps_sent: false,
    }
}

/// Puts the lease's message off to second 900, or until what it waits for is there.
async fn put_off(
    store: &Arc<dyn FlowStore>,
    lease: &Lease,
    waits_for: WaitFor,
) -> Result<(), StoreError> {
    store.commit(&Commit::at(second(1)).settle(lease.clone(), later(900, Some(waits_for)))).await
}

/// A message is known by endpoint and id for as long as it is remembered, whatever became of it.
pub async fn a_message_is_taken_in_once(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let mut first = message("OnLink", "r-1").with_header("X-Example", "IN1");
    first.body = (0..=255_u8).collect::<Vec<_>>().into();
    assert_eq!(store.accept(KIND, &first).await?, Accepted::New);
    assert_eq!(store.accept(KIND, &first).await?, Accepted::Duplicate);
    assert_eq!(store.accept(KIND, &message("OnLink", "r-1")).await?, Accepted::Duplicate);
    assert_eq!(store.accept(KIND, &message("OnNotify", "r-1")).await?, Accepted::New);
    assert_eq!(store.accept(KIND, &message("OnLink", "r-2")).await?, Accepted::New);

    let claimed = store.claim_inbox(&claim("a", 1, 9)).await?;
    assert_eq!(claimed.len(), 3);
    let found = claimed.iter().find(|claimed| claimed.item.key == first.key);
    let found = found.ok_or_else(|| unexpected("the message is not there"))?;
    assert_eq!(found.item, first, "headers, body and instant come back unchanged");
    assert_eq!(found.item.header("x-example"), Some("IN1"));
    assert_eq!((found.attempt, found.deferrals, found.queued_at), (1, 0, second(0)));

    assert_eq!(store.accept(KIND, &first).await?, Accepted::Duplicate, "while it is claimed");
    for claimed in claimed {
        let outcome = match claimed.item.key.endpoint.as_str() {
            "OnLink" => Outcome::Done,
            _ => Outcome::Dead { reason: "poison".into() },
        };
        store.commit(&Commit::at(second(2)).settle(claimed.lease, outcome)).await?;
    }
    assert_eq!(store.accept(KIND, &first).await?, Accepted::Duplicate, "when it is done");
    assert_eq!(
        store.accept(KIND, &message("OnNotify", "r-1")).await?,
        Accepted::Duplicate,
        "when it is set aside"
    );
    assert_eq!(store.claim_inbox(&claim("a", 900, 9)).await?, []);
    Ok(())
}

/// Oldest first, own kind only, no more than asked for.
pub async fn messages_come_in_the_order_of_their_arrival(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    for id in ["c", "a", "d", "b"] {
        store.accept(KIND, &message("E", id)).await?;
        store.accept(OTHER_KIND, &message("Other", id)).await?;
    }
    assert_eq!(store.claim_inbox(&claim("a", 1, 0)).await?, []);
    assert_eq!(ids(&store.claim_inbox(&claim("a", 1, 3)).await?), ["c", "a", "d"]);
    assert_eq!(ids(&store.claim_inbox(&claim("b", 1, 3)).await?), ["b"]);
    let depths = store.queue_depths(KIND).await?;
    assert_eq!((depths.inbox, depths.outbox, depths.dead), (4, 0, 0), "claimed ones count");
    // A message from the future is not due yet.
    let early = Inbound::new(InboundKey::new("E", "early"), "{}", second(500));
    store.accept(KIND, &early).await?;
    assert!(!ids(&store.claim_inbox(&claim("a", 499, 9)).await?).contains(&"early"));
    assert!(ids(&store.claim_inbox(&claim("a", 600, 9)).await?).contains(&"early"));
    Ok(())
}

/// A message that was put off is due at its instant, with one more deferral and its tries at zero.
pub async fn a_message_comes_back_when_it_was_put_off(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    store.accept(KIND, &message("E", "m")).await?;
    only(store.claim_inbox(&claim("dead node", 1, 9)).await?)?;
    let claimed = only(store.claim_inbox(&claim("a", 11, 9)).await?)?;
    assert_eq!(claimed.attempt, 2);
    store.commit(&Commit::at(second(12)).settle(claimed.lease, later(40, None))).await?;
    assert_eq!(store.claim_inbox(&claim("a", 39, 9)).await?, []);
    assert_eq!(store.next_due(KIND).await?, Some(second(40)));
    let claimed = only(store.claim_inbox(&claim("a", 40, 9)).await?)?;
    assert_eq!((claimed.attempt, claimed.deferrals, claimed.queued_at), (1, 1, second(0)));
    Ok(())
}

/// A message that waits for a flow is due as soon as that flow changes, and no other.
pub async fn a_message_waits_for_a_change_of_its_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let awaited = begin(&store, state("1")).await?;
    let other = begin(&store, state("1")).await?;
    store.accept(KIND, &message("E", "m")).await?;
    let claimed = only(store.claim_inbox(&claim("a", 1, 9)).await?)?;
    put_off(&store, &claimed.lease, WaitFor::Change(awaited)).await?;

    store.commit(&Commit::at(second(2)).write(other, 1, state("2"))).await?;
    assert_eq!(store.claim_inbox(&claim("a", 3, 9)).await?, []);
    store.commit(&Commit::at(second(4)).write(awaited, 1, state("2"))).await?;
    assert_eq!(ids(&store.claim_inbox(&claim("a", 4, 9)).await?), ["m"]);
    Ok(())
}

/// A message that waits for a key is due as soon as a flow of its kind has it, or had it already.
pub async fn a_message_waits_for_a_key(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let key = FlowKey::new("transaction", "t");
    let keyed = |flow_kind: &str| {
        let mut write = state("1");
        write.kind = flow_kind.to_owned();
        write.keys = vec![key.clone()];
        write
    };
    store.accept(KIND, &message("E", "m")).await?;
    let claimed = only(store.claim_inbox(&claim("a", 1, 9)).await?)?;
    put_off(&store, &claimed.lease, WaitFor::Key(key.clone())).await?;

    begin(&store, keyed(OTHER_KIND)).await?;
    assert_eq!(store.claim_inbox(&claim("a", 3, 9)).await?, [], "another kind's key");
    begin(&store, keyed(KIND)).await?;
    assert_eq!(ids(&store.claim_inbox(&claim("a", 3, 9)).await?), ["m"]);

    store.accept(KIND, &message("E", "late")).await?;
    let claimed = only(store.claim_inbox(&claim("a", 4, 9)).await?)?;
    put_off(&store, &claimed.lease, WaitFor::Key(key.clone())).await?;
    assert_eq!(ids(&store.claim_inbox(&claim("a", 5, 9)).await?), ["late"], "it is there");
    Ok(())
}

/// A message that waits for a call is due as soon as that call is remembered, or was already.
pub async fn a_message_waits_for_a_call(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let request = RequestId::random();
    let flow = begin(&store, effects(["send"])).await?;
    let item = only(store.claim_outbox(&claim("a", 1, 9)).await?)?.item.id;
    store.accept(KIND, &message("E", "m")).await?;
    let claimed = only(store.claim_inbox(&claim("a", 1, 9)).await?)?;
    put_off(&store, &claimed.lease, WaitFor::Request(request)).await?;
    store.remember_request(RequestId::random(), flow, item).await?;
    assert_eq!(store.claim_inbox(&claim("a", 2, 9)).await?, []);
    store.remember_request(request, flow, item).await?;
    let claimed = only(store.claim_inbox(&claim("a", 2, 9)).await?)?;
    put_off(&store, &claimed.lease, WaitFor::Request(request)).await?;
    assert_eq!(ids(&store.claim_inbox(&claim("a", 2, 9)).await?), ["m"], "it is there");
    Ok(())
}

/// Between "too early" and putting off, the flow may have changed: the guard tells.
pub async fn putting_off_notices_a_change_in_between(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let flow = begin(&store, state("1")).await?;
    store.accept(KIND, &message("E", "m")).await?;
    let claimed = only(store.claim_inbox(&claim("a", 1, 9)).await?)?;
    store.commit(&Commit::at(second(2)).write(flow, 1, state("2"))).await?;
    let put_off = |revision| {
        let outcome = later(900, Some(WaitFor::Change(flow)));
        Commit::at(second(3)).guard(flow, revision).settle(claimed.lease.clone(), outcome)
    };
    assert_eq!(kind_of(store.commit(&put_off(1)).await), Some(StoreErrorKind::Conflict));
    store.commit(&put_off(2)).await?;
    let read = store.load(flow).await?.ok_or_else(|| unexpected("the flow is not there"))?;
    assert_eq!(read.revision, 2, "a guard changes nothing");
    let never = Commit::at(second(3)).guard(FlowId::random(), 1);
    assert_eq!(kind_of(store.commit(&never).await), Some(StoreErrorKind::Conflict));
    Ok(())
}

/// A message that was set aside is listed with its reason, and can be replayed or discarded.
pub async fn a_poison_message_is_listed_and_replayed(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let work = WorkId::Inbound(message("E", "m").key);
    assert!(!store.replay(&work, second(1)).await?);
    store.accept(KIND, &message("E", "m")).await?;
    assert!(!store.replay(&work, second(1)).await?, "it is not set aside");
    assert!(!store.discard(&work, second(1)).await?, "it is not set aside");
    let bury = async |now| {
        let claimed = only(store.claim_inbox(&claim("a", now, 9)).await?)?;
        assert_eq!((claimed.attempt, claimed.deferrals), (1, 0), "counts begin anew");
        let outcome = Outcome::Dead { reason: "cannot be understood".into() };
        store.commit(&Commit::at(second(now)).settle(claimed.lease, outcome)).await
    };
    bury(1).await?;
    assert_eq!(store.claim_inbox(&claim("a", 900, 9)).await?, []);
    assert_eq!(store.next_due(KIND).await?, None);
    assert_eq!(store.dead_letters(OTHER_KIND, 9).await?, []);
    assert_eq!(store.dead_letters(KIND, 0).await?, []);
    let letter = only(store.dead_letters(KIND, 9).await?)?;
    assert_eq!((letter.reason.as_str(), letter.at), ("cannot be understood", second(1)));
    assert_eq!(letter.item, DeadItem::Inbound(message("E", "m")));
    assert_eq!(letter.work(), work);
    assert_eq!(store.queue_depths(KIND).await?.dead, 1);

    assert!(store.replay(&work, second(50)).await?);
    assert_eq!(store.dead_letters(KIND, 9).await?, []);
    bury(50).await?;
    assert!(store.discard(&work, second(60)).await?);
    assert!(!store.discard(&work, second(60)).await?);
    assert_eq!(store.dead_letters(KIND, 9).await?, []);
    assert_eq!(store.accept(KIND, &message("E", "m")).await?, Accepted::Duplicate);
    Ok(())
}
