//! Pages that come late, twice or for nobody, without network and keys (rulings.md 31).

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::world::World;
use crate::flow::{ArtefactEffect, ArtefactEvent, Outcome, PageRefusal, PushId};
use crate::hooks::HiuEvent;
use abdm_flow::Flow as _;

// Two late pages were taken for one missing context, and one of them is kept by now.
#[test]
fn a_late_page_sent_again_is_taken_while_its_first_copy_is_being_opened() {
    let mut world = World::new(2, 1);
    world.same_number = true;
    world.opens_later = true;
    world.settle_without(|event| matches!(event, ArtefactEvent::Pushed { .. }));
    world.news = vec![world.pushed(1)];
    world.settle();
    world.open(0);
    world.settle();
    world.wake_after(TimeDelta::seconds(11));
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
    let late = ["a", "b", "b, encrypted anew"].map(|content| world.pushed_with(2, content));
    let [first, second, again] = late;
    world.news = vec![first, second];
    world.settle();
    world.open(0);
    world.settle();
    world.news = vec![again];
    world.settle();
    assert!(world.refused.is_empty(), "{:?}", world.refused);
}

#[test]
fn counting_refused_pages_comes_to_an_end() {
    let mut world = World::new(1, 1);
    world.settle();
    let refused = |push_id: &PushId| ArtefactEvent::PageRefused {
        push_id: push_id.clone(),
        why: PageRefusal::NothingMissing,
    };
    let push_id = world.push_id.clone();
    for _ in 0..1_000 {
        world.news.push(refused(&push_id));
    }
    world.settle();
    let counted = world.flow.clone();
    let transfer = world.flow.transfer.as_ref().unwrap();
    assert_eq!(transfer.refused_pages, BTreeMap::from([(PageRefusal::NothingMissing, 1_000)]));
    world.news.push(refused(&push_id));
    world.settle();
    assert_eq!(world.flow, counted, "nothing to be written");
    let told = |effect: &&ArtefactEffect| {
        matches!(effect, ArtefactEffect::Tell(HiuEvent::PageRefused { .. }))
    };
    assert_eq!(world.effects.iter().filter(told).count(), 1);
}

// Whatever its address, no page of an artefact is refused unseen.
#[test]
fn a_page_to_a_forgotten_transfer_is_counted_with_the_latest() {
    let mut world = World::new(1, 1);
    world.settle();
    let first = world.push_id.clone();
    world.wake_after(TimeDelta::minutes(3));
    world.news.push(ArtefactEvent::Ask);
    world.settle();
    assert!(world.flow.transfer_at(&first).is_none());
    let why = PageRefusal::TransferOver;
    world.news.push(ArtefactEvent::PageRefused { push_id: first, why });
    world.settle();
    let transfer = world.flow.transfer.as_ref().unwrap();
    assert_eq!(transfer.refused_pages, BTreeMap::from([(why, 1)]));
}

/// The length of the snapshot after a transfer of so many pages of ten care contexts: with all of
/// them opened, and with none.
fn snapshot_after(pages: i64) -> [usize; 2] {
    [false, true].map(|opens_later| {
        let mut world = World::new(pages, 1);
        world.contexts = Some(10);
        world.opens_later = opens_later;
        world.settle();
        assert_eq!(world.pages_taken().len(), usize::try_from(pages).unwrap());
        assert_eq!(world.outcome().is_some(), !opens_later);
        serde_json::to_vec(&world.flow).unwrap().len()
    })
}

#[test]
fn the_snapshot_does_not_grow_with_the_pages() {
    let (few, many) = (snapshot_after(10), snapshot_after(1_000));
    println!("a snapshot after 10 pages: {few:?} bytes, after 1,000: {many:?} bytes");
    for (few, many) in few.into_iter().zip(many) {
        assert!(many <= 2 * few, "{many} and {few}");
    }
}

/// What happens, in any order: news are told, records asked for again, pages opened or not, time
/// passes.
fn anything(world: &mut World, happenings: &[(u8, usize)]) {
    for (kind, choice) in happenings {
        match kind {
            0 => world.news.push(ArtefactEvent::Ask),
            1 if !world.unopened.is_empty() => world.open(choice % world.unopened.len()),
            2 if !world.unopened.is_empty() => {
                let opening = world.unopened.remove(choice % world.unopened.len());
                world.news.push(ArtefactEvent::NotOpened(Box::new(opening)));
            }
            3 => {
                world.now += TimeDelta::minutes((choice % 40).try_into().unwrap());
                world.news.push(ArtefactEvent::Woken);
            }
            _ if !world.news.is_empty() => {
                world.tell(choice % world.news.len());
            }
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn whatever_was_answered_202_is_kept_in_whatever_order_things_happen(
        happenings in proptest::collection::vec((0_u8..10, any::<usize>()), 0..120),
        pages in 1_i64..4,
        same_number in any::<bool>(),
    ) {
        let mut world = World::new(pages, 1);
        world.same_number = same_number;
        world.opens_later = true;
        anything(&mut world, &happenings);
        for _ in 0..10 {
            world.settle();
            while !world.unopened.is_empty() {
                world.open(0);
            }
        }
        prop_assert!(world.lost.is_empty(), "{:?}", world.lost);
        prop_assert!(world.held.is_empty(), "a page that was opened is held no longer");
        prop_assert!(world.taken.is_subset(&world.documents()));
    }
}

// Two nodes may take pages at the same time: what one has read of them is out of date by then.
#[test]
fn a_page_that_is_judged_by_what_is_no_longer_so_is_judged_anew() {
    let mut world = World::new(2, 1);
    world.opens_later = true;
    world.settle_without(|event| matches!(event, ArtefactEvent::Pushed { .. }));
    let (page, other) = (world.pushed(1), world.pushed(2));
    let judged = |world: &World, event| world.with_what_is_known(event, false);
    for between in [other, page.clone()] {
        let early = judged(&world, page.clone());
        world.news = vec![between];
        world.settle();
        let stale = world.flow.on(early, world.now).unwrap_err();
        assert!(stale.is_not_yet(), "{stale}");
    }
    let again = judged(&world, page);
    let step = world.flow.on(again, world.now).unwrap();
    assert!(step.effects.is_empty() && step.rows.is_empty(), "it was taken");
    assert_eq!(world.pages_taken().len(), 2);
}
