//! Promises about effects and their lanes.

use std::sync::Arc;

use super::{
    Desk, KIND, MAIN_LANE, OTHER_KIND, SIDE_LANE, dead, effects, label, labels, named, of_kind,
    only, second, sorted, state, text, with_effects,
};
use crate::store::{
    DeadItem, Earlier, Effect, FlowStore, Outcome, StoreError, StoredFlow, Task, Work, WorkId,
};

fn retry(at: i64, perhaps_sent: bool) -> Outcome {
    let reason = "500".to_owned();
    Outcome::Later { not_before: second(at), waits_for: None, reason, perhaps_sent }
}

fn effect_of(work: &Work) -> Result<(&Effect, &StoredFlow), StoreError> {
    match &work.task {
        Task::Effect(effect, flow) => Ok((effect, flow)),
        _ => Err(super::unexpected("it is no effect")),
    }
}

/// Of one lane the next effect is given out only when the one before is settled; flows do not hold
/// each other up.
pub async fn effects_of_one_flow_come_one_after_the_other(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let first = desk.begin(effects(["a1", "a2"])).await?;
    desk.begin(effects(["b1", "b2"])).await?;
    desk.begin(of_kind(OTHER_KIND, effects(["other"]))).await?;
    desk.change(first, 1, effects(["a3"]), 0).await?;

    let claimed = desk.claim("a", 1, 9).await?;
    assert_eq!(labels(&claimed), ["a1", "b1"]);
    assert_eq!(desk.claim("b", 1, 9).await?, [], "not while a1 and b1 run");
    assert_eq!(desk.depths(KIND).await?.effects, 5, "claimed ones count");

    let mut last = named(&claimed, "a1")?.clone();
    for name in ["a2", "a3"] {
        desk.settle(&last.lease, Outcome::Done, 2).await?;
        let next = only(desk.claim("b", 2, 9).await?)?;
        assert_eq!(label(&next), name);
        assert_eq!(effect_of(&next)?.0.flow, first);
        assert!(effect_of(&next)?.0.id > effect_of(&last)?.0.id, "numbers rise");
        last = next;
    }
    Ok(())
}

/// Each lane of a flow has its own order, whatever becomes of the others.
pub async fn lanes_of_one_flow_do_not_wait_for_each_other(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let write = with_effects(effects(["m1", "m2"]), SIDE_LANE, ["s1", "s2", "s3"]);
    let flow = desk.begin(write).await?;
    let claimed = desk.claim("a", 1, 9).await?;
    assert_eq!(sorted(&claimed), ["m1", "s1"]);
    assert_eq!(effect_of(named(&claimed, "m1")?)?.0.lane, MAIN_LANE);
    assert_eq!(effect_of(named(&claimed, "s1")?)?.0.lane, SIDE_LANE);

    // The main lane waits for a retry, the other one goes on.
    desk.settle(&named(&claimed, "m1")?.lease, retry(100, true), 2).await?;
    desk.settle(&named(&claimed, "s1")?.lease, Outcome::Done, 2).await?;
    let s2 = only(desk.claim("a", 3, 9).await?)?;
    assert_eq!(label(&s2), "s2");
    desk.settle(&s2.lease, dead("refused"), 4).await?;

    // What is added later comes last, each in its lane.
    desk.change(flow, 1, with_effects(effects(["m3"]), SIDE_LANE, ["s4"]), 5).await?;
    let s3 = only(desk.claim("a", 5, 9).await?)?;
    assert_eq!(label(&s3), "s3");
    assert_eq!(labels(&desk.claim("a", 100, 9).await?), ["s3", "m1"]);
    Ok(())
}

/// An effect that is tried again later holds up its own lane, keeps counting, and comes back.
pub async fn a_retried_effect_keeps_its_place(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(effects(["first", "second"])).await?;
    for attempt in 1..4_u32 {
        let now = i64::from(attempt) * 100;
        let claimed = only(desk.claim("a", now, 9).await?)?;
        assert_eq!((label(&claimed).as_str(), claimed.attempt), ("first", attempt));
        assert_eq!((claimed.deferrals, claimed.queued_at), (attempt - 1, second(0)));
        desk.settle(&claimed.lease, retry(now + 50, true), now).await?;
        let nothing = desk.claim_of(&[KIND], "a", now + 49, 9).await?;
        assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(now + 50))));
    }
    Ok(())
}

/// What is known of an effect's earlier tries is kept with it: what may have been sent stays so.
pub async fn a_retried_effect_knows_whether_it_may_have_been_sent(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(effects(["send"])).await?;
    let mut expected = Earlier::None;
    for (step, perhaps_sent) in [false, false, true, false].into_iter().enumerate() {
        let now = i64::try_from(step).unwrap_or_default() * 100;
        let claimed = only(desk.claim("a", now, 9).await?)?;
        assert_eq!(claimed.earlier, expected, "claim {step}");
        desk.settle(&claimed.lease, retry(now, perhaps_sent), now).await?;
        let sent = if perhaps_sent { Earlier::PerhapsSent } else { Earlier::NotSent };
        expected = expected.max(sent);
    }
    let claimed = only(desk.claim("a", 500, 9).await?)?;
    assert_eq!(claimed.earlier, Earlier::PerhapsSent);
    Ok(())
}

/// A crash leaves nobody to say whether the effect was sent.
pub async fn an_effect_whose_try_did_not_end_may_have_been_sent(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(effects(["lost"])).await?;
    assert_eq!(only(desk.claim("a", 1, 9).await?)?.earlier, Earlier::None);
    let again = only(desk.claim("b", 11, 9).await?)?;
    assert_eq!(again.earlier, Earlier::PerhapsSent, "the lease ended");
    desk.settle(&again.lease, Outcome::Done, 12).await?;

    desk.begin(effects(["released"])).await?;
    assert_eq!(only(desk.claim("a", 20, 9).await?)?.earlier, Earlier::None);
    store.release(&[KIND], "a").await?;
    let again = only(desk.claim("a", 21, 9).await?)?;
    assert_eq!(again.earlier, Earlier::PerhapsSent, "given back at a restart");
    desk.settle(&again.lease, dead("no end"), 22).await?;
    store.replay(&desk.scope, again.lease.work, second(23)).await?;
    let again = only(desk.claim("a", 23, 9).await?)?;
    assert_eq!((again.attempt, again.earlier), (1, Earlier::PerhapsSent), "replayed");
    Ok(())
}

/// An effect that was set aside no longer holds up its lane, is listed, and can be replayed.
pub async fn a_buried_effect_lets_the_next_one_go(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(effects(["first", "second"])).await?;
    let first = only(desk.claim("a", 1, 9).await?)?;
    desk.settle(&first.lease, dead("refused for good"), 2).await?;
    assert_eq!(labels(&desk.claim("a", 3, 9).await?), ["second"]);

    let letter = only(desk.dead_letters().await?)?;
    assert_eq!(letter.item, DeadItem::Effect(effect_of(&first)?.0.clone()));
    assert_eq!((letter.reason.as_str(), letter.at), ("refused for good", second(2)));
    assert!(letter.is_of(&first.lease));
    assert!(store.replay(&desk.scope, letter.work, second(20)).await?);
    let again = only(desk.claim("a", 20, 9).await?)?;
    assert_eq!(label(&again), "first", "at its old place");
    assert_eq!((again.attempt, again.deferrals, again.queued_at), (1, 0, second(20)));
    Ok(())
}

/// Sets the first of two effects aside, lets the second be claimed at `now`, and replays the first.
async fn replay_before_claimed(desk: &Desk, now: i64) -> Result<(WorkId, Work), StoreError> {
    desk.begin_at(effects(["first", "second"]), now).await?;
    let first = only(desk.claim("a", now, 9).await?)?;
    desk.settle(&first.lease, dead("refused"), now).await?;
    let second_one = only(desk.claim("a", now, 9).await?)?;
    assert_eq!(label(&second_one), "second");
    assert!(desk.store.replay(&desk.scope, first.lease.work, second(now + 1)).await?);
    Ok((first.lease.work, second_one))
}

/// The replayed effect comes first again, and then the other one.
async fn come_in_order(desk: &Desk, first: WorkId, now: i64) -> Result<(), StoreError> {
    let work = only(desk.claim("b", now, 9).await?)?;
    assert_eq!((label(&work).as_str(), work.lease.work), ("first", first));
    assert_eq!(desk.claim("c", now, 9).await?, [], "the other one waits for it");
    desk.settle(&work.lease, Outcome::Done, now).await?;
    let work = only(desk.claim("b", now, 9).await?)?;
    assert_eq!(label(&work), "second");
    desk.settle(&work.lease, Outcome::Done, now).await?;
    Ok(())
}

/// A replayed effect is before the later ones of its lane again, also where one of them is claimed
/// just then: it ends in peace, and if it does not end well it waits for its turn.
pub async fn a_replayed_effect_takes_its_old_place(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);

    let (first, claimed) = replay_before_claimed(&desk, 100).await?;
    desk.settle(&claimed.lease, retry(103, true), 102).await?;
    come_in_order(&desk, first, 104).await?;

    // A lease that ends.
    let (first, _) = replay_before_claimed(&desk, 200).await?;
    come_in_order(&desk, first, 211).await?;

    // A lease that was renewed, and ends.
    let (first, claimed) = replay_before_claimed(&desk, 300).await?;
    assert_eq!(store.renew(&[claimed.lease], second(330)).await?, []);
    come_in_order(&desk, first, 331).await?;

    // A claim that is given back.
    let (first, _) = replay_before_claimed(&desk, 400).await?;
    store.release(&[KIND], "a").await?;
    come_in_order(&desk, first, 402).await?;

    // Settled by its holder: then it is the first one's turn, and there is no second.
    let (_, claimed) = replay_before_claimed(&desk, 500).await?;
    desk.settle(&claimed.lease, Outcome::Done, 502).await?;
    let work = only(desk.claim("b", 511, 9).await?)?;
    assert_eq!(label(&work), "first");
    desk.settle(&work.lease, Outcome::Done, 512).await?;
    assert_eq!(desk.depths(KIND).await?.effects, 0);
    Ok(())
}

/// A claim brings the flow of an effect as it is when it is claimed, not as it was when the effect
/// was written.
pub async fn an_effect_brings_its_flow_as_it_is(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin_at(effects(["send"]), 3).await?;
    let work = only(desk.claim("a", 3, 9).await?)?;
    let (effect, stored) = effect_of(&work)?;
    assert_eq!((effect.flow, text(&effect.payload), effect.request), (flow, "send", None));
    assert_eq!((effect.created_at, work.queued_at), (second(3), second(3)));
    assert_eq!((work.lease.work, &work.lease.scope), (WorkId::Effect(effect.id), &desk.scope));
    assert_eq!((work.kind.as_str(), stored), (KIND, &desk.stored(flow).await?));

    let id = effect.id;
    desk.change(flow, 1, state("2"), 4).await?;
    let work = only(desk.claim("a", 13, 9).await?)?;
    let (effect, stored) = effect_of(&work)?;
    assert_eq!((effect.id, work.attempt), (id, 2));
    assert_eq!((text(&stored.state), stored.revision), ("2", 2));
    Ok(())
}
