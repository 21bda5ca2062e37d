//! Promises about claims that end: in a crash, at a restart, or not yet.

use std::sync::Arc;

use super::{
    Desk, KIND, OTHER_KIND, effects, named, of_kind, only, refusal, second, sorted, wake,
    with_effects,
};
use crate::MAIN_LANE;
use crate::store::{FlowStore, FlowWrite, Lease, Outcome, StoreError, StoreErrorKind};

/// A flow with an effect and a wake-up, both due at once.
fn busy() -> FlowWrite {
    with_effects(wake("0", 0), MAIN_LANE, ["send"])
}

const ALL_SORTS: [&str; 3] = ["m", "send", "wake 0"];

/// A claim is exclusive until its lease ends; then somebody else has the work, and the first holder
/// can no longer settle it.
pub async fn a_killed_claimer_is_replaced_when_its_lease_ends(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(busy()).await?;
    desk.take_in("m").await?;
    let slow = desk.claim("slow", 1, 9).await?;
    assert_eq!(sorted(&slow), ALL_SORTS);
    let nothing = desk.claim_of(&[KIND], "b", 10, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(11))));

    let lost = Some(StoreErrorKind::LeaseLost);
    let taken = desk.claim("b", 11, 9).await?;
    assert_eq!(sorted(&taken), ALL_SORTS);
    assert!(taken.iter().all(|work| work.attempt == 2));
    for work in &slow {
        assert_eq!(refusal(desk.settle(&work.lease, Outcome::Done, 12).await), lost);
    }
    for work in taken {
        desk.settle(&work.lease, Outcome::Done, 12).await?;
        let twice = refusal(desk.settle(&work.lease, Outcome::Done, 12).await);
        assert_eq!(twice, lost, "settled once is settled");
    }
    assert_eq!(desk.claim("b", 900, 9).await?, []);
    Ok(())
}

/// A lease can be extended, and one that ended but was not taken over still settles.
pub async fn a_renewed_lease_lasts_longer(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(busy()).await?;
    desk.take_in("m").await?;
    let held = desk.claim("a", 1, 9).await?;
    assert_eq!(sorted(&held), ALL_SORTS);
    let leases: Vec<Lease> = held.into_iter().map(|work| work.lease).collect();
    assert_eq!(store.renew(&leases, second(40)).await?, []);
    let nothing = desk.claim_of(&[KIND], "b", 39, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(40))));
    // Renewed after its end, since nobody was there to take it.
    assert_eq!(store.renew(&leases, second(60)).await?, []);
    assert_eq!(desk.claim("b", 59, 9).await?, []);
    for lease in &leases {
        desk.settle(lease, Outcome::Done, 70).await?;
    }
    assert_eq!(desk.claim("b", 900, 9).await?, []);
    Ok(())
}

/// One call renews many leases: those that are lost come back, the others last longer.
pub async fn of_many_leases_the_lost_ones_are_given_back(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for name in ["settled", "taken over", "put off", "set aside"] {
        desk.take_in(name).await?;
    }
    let lost_ones = desk.claim("a", 1, 9).await?;
    desk.begin(busy()).await?;
    desk.take_in("m").await?;
    let kept = desk.claim("a", 1, 9).await?;
    assert_eq!(sorted(&kept), ALL_SORTS);

    let lease = |name: &str| named(&lost_ones, name).map(|work| work.lease.clone());
    desk.settle(&lease("settled")?, Outcome::Done, 2).await?;
    desk.settle(&lease("put off")?, super::later(900), 2).await?;
    desk.settle(&lease("set aside")?, super::dead("poison"), 2).await?;
    let kept: Vec<Lease> = kept.into_iter().map(|work| work.lease).collect();
    assert_eq!(store.renew(&kept, second(50)).await?, []);
    let taken = only(desk.claim("b", 11, 9).await?)?;
    assert_eq!(super::label(&taken), "taken over");

    let mut never = taken.lease.clone();
    never.fence += 1;
    let mut lost: Vec<Lease> = lost_ones.iter().map(|work| work.lease.clone()).collect();
    lost.push(never);
    // Lost and held ones in turn, so that none hides behind the others.
    let mut all: Vec<Lease> = lost.clone();
    for (place, lease) in kept.iter().chain([&taken.lease]).enumerate() {
        all.insert(place * 2, lease.clone());
    }
    let mut back = store.renew(&all, second(90)).await?;
    back.sort();
    lost.sort();
    assert_eq!(back, lost);

    let nothing = desk.claim_of(&[KIND], "c", 89, 9).await?;
    assert_eq!((nothing.work, nothing.next_due), (vec![], Some(second(90))), "these were renewed");
    assert_eq!(store.renew(&[], second(99)).await?, []);
    for lease in kept.iter().chain([&taken.lease]) {
        desk.settle(lease, Outcome::Done, 89).await?;
    }
    assert_eq!(desk.dead_letters().await?.len(), 1, "a renewal brings nothing back to life");
    assert_eq!(super::labels(&desk.claim("c", 900, 9).await?), ["put off"]);
    Ok(())
}

/// A node that starts again has its own claims back at once, and nobody else's.
pub async fn a_node_takes_its_own_claims_back(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(busy()).await?;
    desk.take_in("m").await?;
    let before = desk.claim("a", 1, 9).await?;
    assert_eq!(sorted(&before), ALL_SORTS);

    store.release(&[KIND], "b").await?;
    store.release(&[OTHER_KIND], "a").await?;
    store.release(&[], "a").await?;
    assert_eq!(desk.claim("b", 2, 9).await?, []);

    store.release(&[KIND], "a").await?;
    for work in &before {
        let given_up = refusal(desk.settle(&work.lease, Outcome::Done, 2).await);
        assert_eq!(given_up, Some(StoreErrorKind::LeaseLost));
        let lost = store.renew(std::slice::from_ref(&work.lease), second(99)).await?;
        assert_eq!(lost, std::slice::from_ref(&work.lease));
    }
    let after = desk.claim("b", 2, 9).await?;
    assert_eq!(sorted(&after), ALL_SORTS);
    for work in &after {
        let old = before.iter().find(|old| old.lease.work == work.lease.work);
        assert!(old.is_some_and(|old| old.lease.fence < work.lease.fence), "a higher fence");
        assert_eq!(work.attempt, 2, "a claim that was given back was a try");
    }
    Ok(())
}

/// Work of kinds that are not named stays with its holder: another engine of the same name may run.
pub async fn a_holder_gives_back_only_the_kinds_that_it_names(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let kinds = super::KINDS;
    for kind in kinds {
        desk.begin(of_kind(kind, effects([kind]))).await?;
        desk.begin(of_kind(kind, wake(kind, 0))).await?;
        desk.take_in_for(kind, &super::message(kind, "1")).await?;
    }
    assert_eq!(desk.claim_of(&kinds, "a", 1, 99).await?.work.len(), 9);
    store.release(&[KIND, super::THIRD_KIND], "a").await?;
    let again = desk.claim_of(&kinds, "b", 2, 99).await?.work;
    assert_eq!(again.len(), 6);
    assert!(again.iter().all(|work| work.kind != OTHER_KIND));
    // The others are still held, and only by whom they were.
    store.release(&kinds, "c").await?;
    assert_eq!(desk.claim_of(&kinds, "c", 3, 99).await?.work, []);
    Ok(())
}
