//! Promises about wake-ups.

use std::sync::Arc;

use super::{
    Desk, KIND, OTHER_KIND, dead, label, labels, later, of_kind, only, refusal, second, sorted,
    state, text, wake,
};
use crate::store::{FlowStore, Outcome, StoreError, StoreErrorKind, Task, WorkId};

/// Wake-ups come when they are due, longest overdue first, to one claimer, until the flow changes.
pub async fn a_flow_is_woken_when_it_asked_to_be(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let late = desk.begin(wake("late", 30)).await?;
    let early = desk.begin(wake("early", 20)).await?;
    desk.begin(state("never")).await?;
    desk.begin(of_kind(OTHER_KIND, wake("other", 1))).await?;

    let nothing = desk.claim_of(&[KIND], "a", 19, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(20))));
    let work = only(desk.claim("a", 30, 1).await?)?;
    assert_eq!((label(&work).as_str(), work.lease.work), ("wake early", WorkId::Wake(early)));
    assert_eq!((work.kind.as_str(), work.attempt), (KIND, 1));
    assert_eq!(work.task, Task::Wake(desk.stored(early).await?), "it brings its flow");
    assert_eq!(labels(&desk.claim("b", 30, 9).await?), ["wake late"]);
    let nothing = desk.claim_of(&[KIND], "b", 31, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(40))), "all are claimed");

    // A killed claimer's wake-ups come again.
    assert_eq!(sorted(&desk.claim("b", 40, 9).await?), ["wake early", "wake late"]);

    // A change ends the claim and replaces the wake-up.
    desk.change(early, 1, wake("early", 45), 41).await?;
    desk.change(late, 1, state("late"), 41).await?;
    assert_eq!(desk.claim("a", 44, 9).await?, []);
    assert_eq!(labels(&desk.claim("a", 45, 9).await?), ["wake early"]);
    assert_eq!(labels(&desk.claim("a", 500, 9).await?), ["wake early"], "only one is left");
    Ok(())
}

/// Whoever changes a flow takes its wake-up from whoever holds it: the holder decides on a flow
/// that is no longer so.
pub async fn a_change_of_the_flow_ends_the_claim_on_its_wake_up(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(wake("1", 1)).await?;
    let old = only(desk.claim("a", 1, 9).await?)?.lease;
    desk.change(flow, 1, wake("2", 3), 2).await?;

    let lost = Some(StoreErrorKind::LeaseLost);
    for outcome in [Outcome::Done, later(5), dead("too late")] {
        assert_eq!(refusal(desk.settle(&old, outcome, 2).await), lost);
    }
    let change = desk.at(2).write(flow, 2, state("3")).settle(old.clone(), Outcome::Done);
    assert_eq!(refusal(store.commit(&change).await), lost);
    assert_eq!(refusal(store.commit(&desk.at(2).hold(old.clone())).await), lost);
    let leases = [old.clone()];
    assert_eq!(store.renew(&leases, second(90)).await?, leases);

    let stored = desk.stored(flow).await?;
    assert_eq!((text(&stored.state), stored.wake_at), ("2", Some(second(3))));
    let new = only(desk.claim("b", 3, 9).await?)?;
    assert_eq!((label(&new).as_str(), new.attempt), ("wake 2", 1), "a new wake-up counts anew");
    assert!(new.lease.fence > old.fence);
    assert_eq!(refusal(desk.settle(&old, Outcome::Done, 4).await), lost, "it is another's now");
    Ok(())
}

/// The change that a wake-up leads to settles it, and says when the next one is.
pub async fn a_wake_up_is_settled_with_a_change_of_its_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(wake("1", 1)).await?;
    let first = only(desk.claim("a", 1, 9).await?)?.lease;
    let change = desk.at(2).write(flow, 1, wake("2", 30)).settle(first.clone(), Outcome::Done);
    store.commit(&change).await?;
    assert_eq!(desk.stored(flow).await?.wake_at, Some(second(30)));
    let twice = refusal(desk.settle(&first, Outcome::Done, 3).await);
    assert_eq!(twice, Some(StoreErrorKind::LeaseLost), "settled once is settled");

    assert_eq!(desk.claim("a", 29, 9).await?, []);
    let next = only(desk.claim("a", 30, 9).await?)?;
    let change = desk.at(30).write(flow, 2, state("3")).settle(next.lease, Outcome::Done);
    store.commit(&change).await?;
    assert_eq!(desk.claim("a", 900, 9).await?, []);
    assert_eq!(desk.next_due(&[KIND], 900).await?, None);
    Ok(())
}

/// Without a change of the flow a wake-up is taken away, or put off.
pub async fn a_wake_up_is_settled_without_a_change_of_its_flow(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for outcome in [Outcome::Done, dead("it refused its own wake-up")] {
        let flow = desk.begin(wake("1", 1)).await?;
        let work = only(desk.claim("a", 1, 9).await?)?;
        desk.settle(&work.lease, outcome.clone(), 2).await?;
        let stored = desk.stored(flow).await?;
        assert_eq!((text(&stored.state), stored.wake_at), ("1", None), "{outcome:?}");
        assert_eq!(stored.revision, 2, "a wake-up that is taken away counts as a change");
        assert_eq!(desk.claim("a", 900, 9).await?, [], "{outcome:?}");
        assert_eq!(desk.dead_letters().await?, [], "a wake-up is no letter");
        let twice = refusal(desk.settle(&work.lease, Outcome::Done, 3).await);
        assert_eq!(twice, Some(StoreErrorKind::LeaseLost));
    }

    desk.begin(wake("1", 1)).await?;
    only(desk.claim("crashed", 1, 9).await?)?;
    let work = only(desk.claim("a", 11, 9).await?)?;
    desk.settle(&work.lease, later(40), 12).await?;
    assert_eq!(desk.next_due(&[KIND], 12).await?, Some(second(40)));
    assert_eq!(desk.claim("a", 39, 9).await?, []);
    let again = only(desk.claim("a", 40, 9).await?)?;
    assert_eq!((label(&again).as_str(), again.attempt), ("wake 1", 1), "put off on purpose");
    Ok(())
}

/// A wake-up whose claimer died is given to the next one with one more try, and only that one may
/// settle it.
pub async fn a_wake_up_that_was_lost_counts_its_tries(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let flow = desk.begin(wake("1", 1)).await?;
    let mut leases = Vec::new();
    for attempt in 1..4_u32 {
        let work = only(desk.claim("a", i64::from(attempt) * 10, 9).await?)?;
        assert_eq!(work.attempt, attempt);
        leases.push(work.lease);
    }
    let last = leases.pop().ok_or_else(|| super::unexpected("no lease"))?;
    for lease in &leases {
        assert!(lease.fence < last.fence, "each claim has a higher fence");
        let late = desk.at(31).write(flow, 1, state("2")).settle(lease.clone(), Outcome::Done);
        assert_eq!(refusal(store.commit(&late).await), Some(StoreErrorKind::LeaseLost));
    }
    assert_eq!(desk.stored(flow).await?.revision, 1);
    let change = desk.at(31).write(flow, 1, state("2")).settle(last, Outcome::Done);
    store.commit(&change).await?;
    assert_eq!(desk.stored(flow).await?.revision, 2);
    Ok(())
}
