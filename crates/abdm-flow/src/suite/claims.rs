//! Promises about what a claim brings.

use std::sync::Arc;

use super::{
    Desk, KIND, KINDS, MAIN_LANE, OTHER_KIND, THIRD_KIND, claim, effects, labels, message, of_kind,
    only, second, sorted, state, wake, with_effects,
};
use crate::store::{Claim, FlowStore, Inbound, InboundKey, Outcome, StoreError, Task};

/// Work of all three sorts and kinds: a wake-up due at 3, a message at 4, an effect at 5, and after
/// them the other way round.
async fn work_of_all_sorts(desk: &Desk) -> Result<(), StoreError> {
    let at = |name: &str, at| Inbound::new(InboundKey::new(name, "1"), "{}", second(at));
    desk.begin(of_kind(THIRD_KIND, wake("1", 3))).await?;
    desk.take_in_for(KIND, &at("message", 4)).await?;
    desk.begin_at(of_kind(OTHER_KIND, effects(["effect"])), 5).await?;
    desk.begin_at(of_kind(KIND, effects(["later effect"])), 6).await?;
    desk.take_in_for(THIRD_KIND, &at("later message", 7)).await?;
    desk.begin(of_kind(OTHER_KIND, wake("2", 8))).await?;
    desk.begin(of_kind(OTHER_KIND, wake("too late", 60))).await?;
    Ok(())
}

const IN_ORDER: [&str; 6] =
    ["wake 1", "message", "effect", "later effect", "later message", "wake 2"];

/// One claim brings messages, effects with their flows and wake-ups of all the kinds that it names,
/// longest due first, and no more than its limit.
pub async fn one_claim_brings_work_of_every_sort_longest_due_first(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    work_of_all_sorts(&desk).await?;
    let all = desk.claim_of(&KINDS, "a", 10, 99).await?;
    assert_eq!(labels(&all.work), IN_ORDER);
    for work in &all.work {
        assert_eq!((work.attempt, &work.lease.scope), (1, &desk.scope));
        match &work.task {
            Task::Message(_) => {}
            Task::Effect(effect, flow) => {
                assert_eq!((flow.id, &flow.kind), (effect.flow, &work.kind));
                assert_eq!(*flow, desk.stored(flow.id).await?);
            }
            Task::Wake(flow) => {
                assert_eq!(flow.kind, work.kind);
                assert_eq!(*flow, desk.stored(flow.id).await?);
            }
        }
    }

    // Piece by piece it is the same order.
    store.release(&KINDS, "a").await?;
    let mut pieces = Vec::new();
    for limit in [1, 2, 2, 9] {
        let claimed = desk.claim_of(&KINDS, "b", 10, limit).await?.work;
        assert!(claimed.len() <= limit);
        pieces.extend(labels(&claimed));
    }
    assert_eq!(pieces, IN_ORDER);
    Ok(())
}

/// Work of a kind that is not named stays where it is: this node cannot do it.
pub async fn a_claim_takes_only_the_kinds_that_it_names(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    work_of_all_sorts(&desk).await?;
    for kinds in [&[][..], &["suite.four"]] {
        let nothing = desk.claim_of(kinds, "a", 10, 99).await?;
        assert_eq!((nothing.work, nothing.next_due), (vec![], None), "{kinds:?}");
    }
    let two = desk.claim_of(&[THIRD_KIND, KIND], "a", 10, 99).await?;
    assert_eq!(labels(&two.work), ["wake 1", "message", "later effect", "later message"]);
    assert_eq!(two.next_due, Some(second(20)), "what waits of another kind does not count");
    let rest = desk.claim_of(&[OTHER_KIND], "a", 10, 99).await?;
    assert_eq!(labels(&rest.work), ["effect", "wake 2"]);
    Ok(())
}

/// A claim with the limit 0 takes nothing and still tells when something is due.
pub async fn a_claim_for_nothing_takes_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let nothing = desk.claim_of(&KINDS, "a", 10, 0).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], None));
    work_of_all_sorts(&desk).await?;
    let nothing = desk.claim_of(&KINDS, "a", 10, 0).await?;
    assert_eq!(nothing.work, []);
    assert!(nothing.next_due.is_some_and(|due| due <= second(10)));
    let nothing = desk.claim_of(&KINDS, "a", 1, 0).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(3))));
    assert_eq!(desk.claim_of(&KINDS, "b", 10, 99).await?.work.len(), IN_ORDER.len());
    Ok(())
}

/// Whoever sleeps until the next due instant misses nothing.
pub async fn the_next_due_instant_is_known(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let look = async |kind| Ok::<_, StoreError>(desk.claim_of(&[kind], "a", 2, 9).await?.next_due);
    assert_eq!(look(KIND).await?, None);
    desk.begin(wake("1", 300)).await?;
    assert_eq!(look(KIND).await?, Some(second(300)));
    assert_eq!(look(OTHER_KIND).await?, None);
    let inbound = Inbound::new(InboundKey::new("m", "1"), "{}", second(200));
    desk.take_in_for(KIND, &inbound).await?;
    assert_eq!(look(KIND).await?, Some(second(200)));
    desk.begin_at(effects(["send"]), 100).await?;
    assert_eq!(look(KIND).await?, Some(second(100)));

    // What is set aside is never due, and what is settled neither.
    for (name, outcome) in [("dead", super::dead("poison")), ("done", Outcome::Done)] {
        desk.take_in_for(OTHER_KIND, &message(name, "1")).await?;
        let work = only(desk.claim_of(&[OTHER_KIND], "a", 2, 9).await?.work)?;
        desk.settle(&work.lease, outcome, 2).await?;
        assert_eq!(look(OTHER_KIND).await?, None, "{name}");
    }
    Ok(())
}

/// Where all is claimed, the next instant is the end of the first lease; what stands behind claimed
/// work in a lane does not count before that is settled.
pub async fn the_next_due_instant_knows_the_ends_of_leases(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin_at(effects(["send", "next"]), 5).await?;
    let long = Claim::new(&[KIND], "a", second(6), second(200), 9);
    let claimed = store.claim(&long).await?;
    let send = only(claimed.work)?;
    assert_eq!(claimed.next_due, Some(second(200)), "its own claim counts");
    desk.take_in("m").await?;
    let claimed = desk.claim_of(&[KIND], "b", 7, 9).await?;
    assert_eq!((labels(&claimed.work), claimed.next_due), (vec!["m".to_owned()], Some(second(17))));
    assert_eq!(desk.next_due(&[KIND], 8).await?, Some(second(17)), "the first of both");
    let message = only(claimed.work)?;
    desk.settle(&message.lease, Outcome::Done, 8).await?;
    assert_eq!(desk.next_due(&[KIND], 8).await?, Some(second(200)));
    assert_eq!(store.renew(std::slice::from_ref(&send.lease), second(300)).await?, []);
    assert_eq!(desk.next_due(&[KIND], 8).await?, Some(second(300)));
    desk.settle(&send.lease, Outcome::Done, 9).await?;
    assert!(desk.next_due(&[KIND], 9).await?.is_some_and(|due| due <= second(9)), "the next one");
    Ok(())
}

/// Where there was more than the limit, the next look is to be made at once.
pub async fn the_next_due_instant_is_now_where_there_was_more_than_the_limit(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(with_effects(wake("1", 2), MAIN_LANE, ["send"])).await?;
    desk.take_in("m").await?;
    desk.begin(of_kind(OTHER_KIND, state("1"))).await?;
    for left in [2, 1] {
        let claimed = desk.claim_of(&[KIND], "a", 10, 1).await?;
        assert_eq!(claimed.work.len(), 1);
        assert!(claimed.next_due.is_some_and(|due| due <= second(10)), "{left} are left");
    }
    let claimed = desk.claim_of(&[KIND], "a", 10, 1).await?;
    assert_eq!((claimed.work.len(), claimed.next_due), (1, Some(second(20))), "none is left");
    store.release(&KINDS, "a").await?;
    let again = store.claim(&claim(&[KIND], "a", 10, 3)).await?;
    assert_eq!((sorted(&again.work).len(), again.next_due), (3, Some(second(20))), "just enough");
    Ok(())
}
