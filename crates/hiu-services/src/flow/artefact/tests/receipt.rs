//! The receipt of a transfer says what can be seen of it, whatever comes while it is put together.

use abdm_core::vocabulary::HiStatus;
use abdm_flow::Flow as _;
use chrono::TimeDelta;

use super::world::World;
use crate::flow::{ArtefactEffect, ArtefactEvent, EndReason, Outcome, PushId};

/// A HIP that sends every page as "page 0 of 1" has sent the first of two records.
fn with_one_of_two() -> World {
    let mut world = World::new(2, 1);
    world.same_number = true;
    world.settle_without(|event| matches!(event, ArtefactEvent::Pushed { .. }));
    world.news = vec![world.pushed(1)];
    world.settle();
    world
}

/// The transfer has ended, and its summary has not come yet.
fn ended(world: &mut World) -> ArtefactEvent {
    world.now += TimeDelta::seconds(61);
    world.news.push(ArtefactEvent::Woken);
    world.settle_without(is_summary);
    let push_id = world.push_id.clone();
    assert!(world.flow.transfer_at(&push_id).unwrap().is_being_summarised());
    world.summarised(&push_id).unwrap()
}

fn is_summary(event: &ArtefactEvent) -> bool {
    matches!(event, ArtefactEvent::Summarised { .. })
}

fn ok(context: &str) -> (String, HiStatus) {
    (context.to_owned(), HiStatus::Ok)
}

#[test]
fn a_late_page_that_is_opened_while_the_receipt_is_put_together_is_in_it() {
    let mut world = with_one_of_two();
    let early = ended(&mut world);
    world.news = vec![world.pushed(2)];
    world.settle();
    world.news = vec![early];
    world.settle();
    assert_eq!(world.reports(), [(true, vec![ok("OPD-1"), ok("OPD-2")])]);
    let transfer = world.flow.transfer.as_ref().unwrap();
    assert!(transfer.missing().unwrap().is_empty(), "as can be seen");
    assert_eq!((transfer.pages.documents, &transfer.outcome), (2, &Some(Outcome::Complete)));
}

#[test]
fn of_a_failed_transfer_whose_late_page_comes_before_the_receipt_both_say_that_something_was_read()
{
    let mut world = World::new(1, 1);
    world.settle_without(|event| matches!(event, ArtefactEvent::Pushed { .. }));
    let (push_id, length) = (world.push_id.clone(), Some(9));
    world.news = vec![ArtefactEvent::OverLimit { push_id, length, limit: 8 }];
    world.settle();
    let early = ended(&mut world);
    assert!(matches!(world.outcome(), Some(Outcome::Failed(_))));
    world.news = vec![world.pushed(1), early];
    world.settle();
    assert_eq!(world.reports(), [(true, vec![ok("OPD-1")])]);
    assert_eq!(world.outcome(), Some(&Outcome::Partial));
}

#[test]
fn a_transfer_whose_receipt_is_put_together_is_not_forgotten_however_often_records_are_asked_for() {
    let mut world = with_one_of_two();
    let first = world.push_id.clone();
    ended(&mut world);
    let is_of_first = |event: &ArtefactEvent| match event {
        ArtefactEvent::Summarised { push_id, .. } => *push_id == first,
        _ => false,
    };
    for _ in 0..12 {
        world.news.push(ArtefactEvent::Ask);
        world.settle_without(|event| {
            matches!(event, ArtefactEvent::Pushed { .. }) || is_of_first(event)
        });
        world.news = vec![world.pushed(1)];
        world.settle();
        world.wake_after(TimeDelta::seconds(11));
        assert_eq!(world.outcome(), Some(&Outcome::Complete));
    }
    assert!(world.flow.earlier.len() <= 9, "others are: {}", world.flow.earlier.len());
    assert_eq!(world.reports().len(), 12);
    world.news.push(world.summarised(&first).expect("it is still known"));
    world.settle();
    assert_eq!(world.reports().last(), Some(&(true, vec![ok("OPD-1")])));
    assert_eq!(world.reports().len(), 13);
}

#[test]
fn a_receipt_that_waits_when_the_consent_ends_is_made_before_everything_goes() {
    let mut world = with_one_of_two();
    let late = ended(&mut world);
    world.news = vec![ArtefactEvent::Ended(EndReason::Revoked)];
    world.settle();
    assert!(world.rows.0.is_empty() && world.held.is_empty());
    assert_eq!(world.reports(), [(true, vec![ok("OPD-1")])]);
    world.news = vec![late];
    world.settle();
    assert_eq!(world.reports().len(), 1, "once");
}

#[test]
fn a_transfer_that_another_has_replaced_leaves_nothing_but_its_documents() {
    let mut world = with_one_of_two();
    let first = world.push_id.clone();
    world.wake_after(TimeDelta::seconds(61));
    world.news.push(ArtefactEvent::Ask);
    world.settle_without(|event| matches!(event, ArtefactEvent::Pushed { .. }));
    let rows_of_first = |world: &World| {
        world.rows.0.keys().filter(|(_, key)| key.starts_with(first.as_str())).count()
    };
    assert!(rows_of_first(&world) > 3, "a late page may still come");
    world.wake_after(TimeDelta::minutes(21));
    assert_eq!(rows_of_first(&world), 0);
    assert_eq!(world.rows.of("hiu.document"), 1);
}

#[test]
fn a_document_that_a_page_brings_twice_is_counted_once() {
    let mut world = World::new(1, 1);
    world.opens_later = true;
    world.settle();
    world.open(0);
    let Some(ArtefactEvent::Opened { entries, .. }) = world.news.last_mut() else {
        panic!("it was opened");
    };
    entries.push(entries[0].clone());
    world.settle();
    let transfer = world.flow.transfer.as_ref().unwrap();
    assert_eq!((transfer.pages.documents, transfer.pages.came()), (1, 1));
    assert_eq!(world.pages_taken()[0].reports.as_ref().unwrap().len(), 1);
    assert_eq!(world.reports(), [(true, vec![ok("OPD-1")])]);
}

/// Another page was opened since it was known what had come before: in one lane that cannot be.
#[test]
fn a_page_that_was_opened_beside_another_is_opened_anew_and_counted_after_it() {
    let mut world = World::new(2, 1);
    world.opens_later = true;
    world.settle();
    let openings = world.unopened.clone();
    world.open(0);
    world.open(0);
    let [first, second] =
        [0, 1].map(|place| world.with_what_is_known(world.news[place].clone(), false));
    world.news = vec![first];
    world.settle();
    let step = world.flow.on(second, world.now).unwrap();
    assert!(step.rows.is_empty() && step.bodies.drop.is_empty(), "{step:?}");
    let again: Vec<_> = step.effects.into_iter().map(|wanted| wanted.effect).collect();
    assert_eq!(again, openings[1..]);
    assert!(
        matches!(&again[0], ArtefactEffect::OpenPage { push_id, .. } if is_known(&world, push_id))
    );
}

fn is_known(world: &World, push_id: &PushId) -> bool {
    world.flow.transfer_at(push_id).is_some()
}
