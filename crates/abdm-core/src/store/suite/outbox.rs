//! Promises about effects, claims and calls.

use std::sync::Arc;

use super::{
    KIND, OTHER_KIND, begin, claim, effects, kind_of, message, names, only, second, state,
};
use chrono::{DateTime, Utc};

use crate::flow::FlowId;
use crate::id::RequestId;
use crate::store::{
    Claim, Commit, DeadItem, Earlier, FlowStore, Outcome, StoreError, StoreErrorKind,
};

/// Of one flow the next effect is given out only when the one before is settled; flows do not hold
/// each other up.
pub async fn effects_of_one_flow_come_one_after_the_other(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let first = begin(&store, effects(["a1", "a2"])).await?;
    begin(&store, effects(["b1", "b2"])).await?;
    let mut other = effects(["other"]);
    other.kind = OTHER_KIND.to_owned();
    begin(&store, other).await?;
    store.commit(&Commit::at(second(0)).write(first, 1, effects(["a3"]))).await?;

    assert_eq!(store.claim_outbox(&claim("a", 1, 0)).await?, []);
    let claimed = store.claim_outbox(&claim("a", 1, 9)).await?;
    assert_eq!(names(&claimed), ["a1", "b1"]);
    assert_eq!(store.claim_outbox(&claim("b", 1, 9)).await?, [], "not while a1 and b1 run");
    assert_eq!(store.queue_depths(KIND).await?.outbox, 5);

    let a1 = claimed.into_iter().next().ok_or_else(|| super::unexpected("no effect"))?;
    assert_eq!(a1.item.flow, first);
    assert_eq!(a1.item.created_at, second(0));
    store.commit(&Commit::at(second(2)).settle(a1.lease, Outcome::Done)).await?;
    let a2 = only(store.claim_outbox(&claim("b", 2, 9)).await?)?;
    assert_eq!(a2.item.effect.as_text(), "\"a2\"");
    assert!(a2.item.id > a1.item.id, "numbers rise");
    Ok(())
}

/// An effect that is tried again later holds up its own flow, keeps counting, and comes back.
pub async fn a_retried_effect_keeps_its_place(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    begin(&store, effects(["first", "second"])).await?;
    for attempt in 1..4_u32 {
        let now = i64::from(attempt) * 100;
        let claimed = only(store.claim_outbox(&claim("a", now, 9)).await?)?;
        assert_eq!(claimed.item.effect.as_text(), "\"first\"");
        assert_eq!(claimed.attempt, attempt);
        let not_before = second(now + 50);
        let outcome = put_off(not_before, true);
        store.commit(&Commit::at(second(now)).settle(claimed.lease, outcome)).await?;
        assert_eq!(store.claim_outbox(&claim("a", now + 49, 9)).await?, []);
        assert_eq!(store.next_due(KIND).await?, Some(not_before));
    }
    Ok(())
}

fn put_off(not_before: DateTime<Utc>, perhaps_sent: bool) -> Outcome {
    Outcome::Later { not_before, waits_for: None, reason: "500".into(), perhaps_sent }
}

/// What is known of an effect's earlier tries is kept with it: what may have been sent stays so,
/// and a claim without an end may have sent it.
pub async fn a_retried_effect_knows_whether_it_may_have_been_sent(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    begin(&store, effects(["send"])).await?;
    let mut expected = Earlier::None;
    for (step, perhaps_sent) in [false, false, true, false].into_iter().enumerate() {
        let now = i64::try_from(step).unwrap_or_default() * 100;
        let claimed = only(store.claim_outbox(&claim("a", now, 9)).await?)?;
        assert_eq!(claimed.earlier, expected, "claim {step}");
        let outcome = put_off(second(now), perhaps_sent);
        store.commit(&Commit::at(second(now)).settle(claimed.lease, outcome)).await?;
        let sent = if perhaps_sent { Earlier::PerhapsSent } else { Earlier::NotSent };
        expected = expected.max(sent);
    }
    let claimed = only(store.claim_outbox(&claim("a", 500, 9)).await?)?;
    assert_eq!(claimed.earlier, Earlier::PerhapsSent);
    Ok(())
}

/// A crash leaves nobody to say whether the effect was sent.
pub async fn an_effect_whose_try_did_not_end_may_have_been_sent(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    begin(&store, effects(["lost"])).await?;
    assert_eq!(only(store.claim_outbox(&claim("a", 1, 9)).await?)?.earlier, Earlier::None);
    let again = only(store.claim_outbox(&claim("b", 11, 9)).await?)?;
    assert_eq!(again.earlier, Earlier::PerhapsSent, "the lease ended");
    store.commit(&Commit::at(second(12)).settle(again.lease, Outcome::Done)).await?;

    begin(&store, effects(["released"])).await?;
    assert_eq!(only(store.claim_outbox(&claim("a", 20, 9)).await?)?.earlier, Earlier::None);
    store.release(KIND, "a").await?;
    let again = only(store.claim_outbox(&claim("a", 21, 9)).await?)?;
    assert_eq!(again.earlier, Earlier::PerhapsSent, "given back at a restart");
    let outcome = Outcome::Dead { reason: "no end".into() };
    store.commit(&Commit::at(second(22)).settle(again.lease, outcome)).await?;
    let letter = only(store.dead_letters(KIND, 9).await?)?;
    store.replay(&letter.work(), second(23)).await?;
    let again = only(store.claim_outbox(&claim("a", 23, 9)).await?)?;
    assert_eq!((again.attempt, again.earlier), (1, Earlier::PerhapsSent), "replayed");
    Ok(())
}

/// An effect that was set aside no longer holds up its flow, is listed, and can be replayed.
pub async fn a_buried_effect_lets_the_next_one_go(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    begin(&store, effects(["first", "second"])).await?;
    let first = only(store.claim_outbox(&claim("a", 1, 9)).await?)?;
    let outcome = Outcome::Dead { reason: "refused for good".into() };
    store.commit(&Commit::at(second(2)).settle(first.lease.clone(), outcome)).await?;
    assert_eq!(names(&store.claim_outbox(&claim("a", 3, 9)).await?), ["second"]);

    let letter = only(store.dead_letters(KIND, 9).await?)?;
    assert_eq!(letter.item, DeadItem::Outbox(first.item));
    assert_eq!((letter.reason.as_str(), letter.at), ("refused for good", second(2)));
    assert!(store.replay(&letter.work(), second(20)).await?);
    let again = only(store.claim_outbox(&claim("a", 20, 9)).await?)?;
    assert_eq!(again.item.effect.as_text(), "\"first\"", "at its old place");
    assert_eq!(again.attempt, 1);
    Ok(())
}

/// A claim is exclusive until its lease ends; then somebody else has the work, and the first holder
/// can no longer settle it.
pub async fn a_killed_claimer_is_replaced_when_its_lease_ends(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    begin(&store, effects(["send"])).await?;
    store.accept(KIND, &message("E", "m")).await?;
    let slow_effect = only(store.claim_outbox(&claim("slow", 1, 9)).await?)?;
    let slow_message = only(store.claim_inbox(&claim("slow", 1, 9)).await?)?;
    assert_eq!(store.claim_outbox(&claim("b", 10, 9)).await?, []);
    assert_eq!(store.claim_inbox(&claim("b", 10, 9)).await?, []);
    assert_eq!(store.next_due(KIND).await?, Some(second(11)));

    let effect = only(store.claim_outbox(&claim("b", 11, 9)).await?)?;
    let message = only(store.claim_inbox(&claim("b", 11, 9)).await?)?;
    assert_eq!((effect.attempt, message.attempt), (2, 2));
    for lease in [&slow_effect.lease, &slow_message.lease] {
        let late = Commit::at(second(12)).settle(lease.clone(), Outcome::Done);
        assert_eq!(kind_of(store.commit(&late).await), Some(StoreErrorKind::LeaseLost));
        let renewed = store.renew(lease, second(99)).await;
        assert_eq!(kind_of(renewed), Some(StoreErrorKind::LeaseLost));
    }
    for lease in [effect.lease, message.lease] {
        let settled = Commit::at(second(12)).settle(lease.clone(), Outcome::Done);
        store.commit(&settled).await?;
        let twice = kind_of(store.commit(&settled).await);
        assert_eq!(twice, Some(StoreErrorKind::LeaseLost), "settled once is settled");
        let renewed = store.renew(&lease, second(99)).await;
        assert_eq!(kind_of(renewed), Some(StoreErrorKind::LeaseLost));
    }
    Ok(())
}

/// A lease can be extended, and one that ended but was not taken over still settles.
pub async fn a_renewed_lease_lasts_longer(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    begin(&store, effects(["send"])).await?;
    store.accept(KIND, &message("E", "m")).await?;
    let effect = only(store.claim_outbox(&claim("a", 1, 9)).await?)?;
    let message = only(store.claim_inbox(&claim("a", 1, 9)).await?)?;
    store.renew(&effect.lease, second(40)).await?;
    store.renew(&message.lease, second(40)).await?;
    assert_eq!(store.claim_outbox(&claim("b", 39, 9)).await?, []);
    assert_eq!(store.claim_inbox(&claim("b", 39, 9)).await?, []);
    for lease in [effect.lease, message.lease] {
        store.commit(&Commit::at(second(50)).settle(lease, Outcome::Done)).await?;
    }
    assert_eq!(store.claim_outbox(&claim("b", 60, 9)).await?, []);
    assert_eq!(store.claim_inbox(&claim("b", 60, 9)).await?, []);
    Ok(())
}

/// A node that starts again has its own claims back at once, and nobody else's.
pub async fn a_node_takes_its_own_claims_back(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let mut write = effects(["send"]);
    write.wake_at = Some(second(0));
    begin(&store, write).await?;
    store.accept(KIND, &message("E", "m")).await?;
    let before = only(store.claim_outbox(&claim("a", 1, 9)).await?)?;
    assert_eq!(store.claim_inbox(&claim("a", 1, 9)).await?.len(), 1);
    assert_eq!(store.claim_wakes(&claim("a", 1, 9)).await?.len(), 1);

    store.release(KIND, "b").await?;
    store.release(OTHER_KIND, "a").await?;
    assert_eq!(store.claim_inbox(&claim("b", 2, 9)).await?, []);
    assert_eq!(store.claim_outbox(&claim("b", 2, 9)).await?, []);
    assert_eq!(store.claim_wakes(&claim("b", 2, 9)).await?, []);

    store.release(KIND, "a").await?;
    let given_up = Commit::at(second(2)).settle(before.lease, Outcome::Done);
    assert_eq!(kind_of(store.commit(&given_up).await), Some(StoreErrorKind::LeaseLost));
    assert_eq!(store.claim_inbox(&claim("b", 2, 9)).await?.len(), 1);
    assert_eq!(store.claim_outbox(&claim("b", 2, 9)).await?.len(), 1);
    assert_eq!(store.claim_wakes(&claim("b", 2, 9)).await?.len(), 1);
    Ok(())
}

/// Every try of a call is found by its own id; an id belongs to one flow.
pub async fn calls_are_found_by_their_request_id(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let (first, retry) = (RequestId::random(), RequestId::random());
    let flow = begin(&store, effects(["send"])).await?;
    let other = begin(&store, state("1")).await?;
    let item = only(store.claim_outbox(&claim("a", 1, 9)).await?)?.item.id;
    assert_eq!(store.find_request(first).await?, None);
    for request in [first, retry, first] {
        store.remember_request(request, flow, item).await?;
    }
    assert_eq!(store.find_request(first).await?, Some(flow));
    assert_eq!(store.find_request(retry).await?, Some(flow));
    let stolen = store.remember_request(first, other, item).await;
    assert_eq!(kind_of(stolen), Some(StoreErrorKind::Conflict));
    assert_eq!(store.find_request(first).await?, Some(flow));
    assert_eq!(store.find_request(RequestId::random()).await?, None);
    Ok(())
}

/// Whoever sleeps until the next due instant misses nothing.
pub async fn the_next_due_instant_is_known(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    assert_eq!(store.next_due(KIND).await?, None);
    let mut wake = state("1");
    wake.wake_at = Some(second(300));
    begin(&store, wake).await?;
    assert_eq!(store.next_due(KIND).await?, Some(second(300)));
    assert_eq!(store.next_due(OTHER_KIND).await?, None);

    let id = FlowId::random();
    store.commit(&Commit::at(second(5)).write(id, 0, effects(["send", "next"]))).await?;
    assert!(store.next_due(KIND).await?.is_some_and(|due| due <= second(5)), "there is work");
    let long = Claim::new(KIND, "a", second(6), second(200), 9);
    let send = only(store.claim_outbox(&long).await?)?;
    assert_eq!(
        store.next_due(KIND).await?,
        Some(second(200)),
        "the next effect of the flow does not count before this one is settled"
    );
    store.commit(&Commit::at(second(7)).settle(send.lease, Outcome::Done)).await?;
    assert!(store.next_due(KIND).await?.is_some_and(|due| due <= second(7)));
    Ok(())
}
