//! The artefact flow: pages in any order, an honest report, an end that leaves nothing.

mod older;
mod pages;
mod receipt;
mod world;

use crate::api::consent::ConsentArtefact;
use crate::api::health_information::OnHealthInformationRequested;
use crate::flow::{ArtefactEffect, ArtefactEvent, EndReason, KeyForm, Outcome, Refusal, Standing};
use abdm_core::error::CallbackError;
use abdm_core::id::TransactionId;
use abdm_core::vocabulary::{ConsentStatus, HiStatus, SessionStatus};
use abdm_flow::{Flow, MAIN_LANE};
use chrono::TimeDelta;
use proptest::prelude::*;
use std::collections::BTreeSet;

use self::world::World;
use crate::flow::made_up::{at, consent_id, granted, request_id, transaction_id};

#[test]
fn a_transfer_ends_when_every_page_is_read_and_its_keys_go() {
    let mut world = World::new(2, 1);
    world.settle();
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
    world.wake_after(TimeDelta::minutes(2));
    assert!(world.keys_are_gone());
    let both = [("OPD-1".to_owned(), HiStatus::Ok), ("OPD-2".to_owned(), HiStatus::Ok)];
    assert_eq!(world.reports(), [(true, both.to_vec())]);
    assert_eq!(world.documents().len(), 2);
}

#[test]
fn silence_is_looked_up_and_then_reported_honestly() {
    let mut world = World::new(0, 1);
    world.settle();
    assert_eq!(world.outcome(), None);
    world.wake_after(TimeDelta::minutes(21));
    assert!(world.effects.iter().any(|e| matches!(e, ArtefactEffect::CheckTransfer(_))));
    assert!(matches!(world.outcome(), Some(Outcome::Failed(_))));
    let neither =
        [("OPD-1".to_owned(), HiStatus::Errored), ("OPD-2".to_owned(), HiStatus::Errored)];
    assert_eq!(world.reports(), [(false, neither.to_vec())]);
    assert!(world.keys_are_gone());
}

#[test]
fn a_transfer_that_stops_half_way_is_reported_with_what_came_and_what_did_not() {
    let mut world = World::new(3, 1);
    world.settle_without(
        |event| matches!(event, ArtefactEvent::Pushed { page, .. } if page.number != 1),
    );
    world.wake_after(TimeDelta::minutes(21));
    assert_eq!(world.outcome(), Some(&Outcome::Partial));
    let parts = [
        ("OPD-1".to_owned(), HiStatus::Ok),
        ("OPD-2".to_owned(), HiStatus::Errored),
        ("OPD-3".to_owned(), HiStatus::Errored),
    ];
    assert_eq!(world.reports(), [(true, parts.to_vec())]);
}

#[test]
fn a_transfer_whose_last_page_is_never_opened_is_not_woken_for_ever_and_ends() {
    let mut world = World::new(2, 1);
    world.opens_later = true;
    world.settle();
    for _ in 0..4 {
        world.wake_after(TimeDelta::minutes(5));
        assert_eq!(world.outcome(), None);
    }
    for _ in 0..4 {
        world.wake_after(TimeDelta::minutes(11));
    }
    assert!(world.outcome().is_some());
}

/// Pages that wait to be opened are kept in the store: they are bounded, as those under way are.
#[test]
fn a_page_comes_too_early_while_too_much_waits_to_be_opened_and_a_small_one_fits() {
    let mut world = World::new(9, 1);
    world.opens_later = true;
    world.settle_without(|event| matches!(event, ArtefactEvent::Pushed { .. }));
    let large = |mut pushed: ArtefactEvent| {
        if let ArtefactEvent::Pushed { page, .. } = &mut pushed {
            page.size = 60_000_000;
        }
        pushed
    };
    for (place, is_taken) in [(1, true), (2, true), (3, true), (4, true), (5, false)] {
        world.news = vec![large(world.pushed(place))];
        assert_eq!(world.tell(0), is_taken, "page {place}");
    }
    world.news = vec![world.pushed(6)];
    assert!(world.tell(0), "a small one fits");
    world.open(0);
    world.settle();
    world.news = vec![large(world.pushed(5))];
    assert!(world.tell(0), "there is room again");
}

#[test]
fn a_refusal_about_the_key_is_answered_once_with_the_other_form() {
    let mut world = World::new(1, 1);
    let error = || CallbackError::new(9999, "encoded key spec not recognized");
    let refusal = || Refusal::of_callback::<OnHealthInformationRequested>(error());
    world.settle_without(|event| {
        matches!(event, ArtefactEvent::Pushed { .. } | ArtefactEvent::Accepted { .. })
    });
    assert_eq!(world.flow.transfer.as_ref().unwrap().key_form, KeyForm::Raw);
    world.news.push(ArtefactEvent::Refused { request: request_id(5), refusal: refusal() });
    world.settle_without(|event| {
        matches!(event, ArtefactEvent::Pushed { .. } | ArtefactEvent::Accepted { .. })
    });
    assert_eq!(world.flow.transfer.as_ref().unwrap().key_form, KeyForm::X509);
    world.news.push(ArtefactEvent::Refused { request: request_id(5), refusal: refusal() });
    world.settle();
    assert!(matches!(world.outcome(), Some(Outcome::Failed(_))), "not a third time");
    let asked = world.effects.iter().filter(|e| matches!(e, ArtefactEffect::Request { .. }));
    assert_eq!(asked.count(), 2);
}

#[test]
fn a_hip_that_refused_is_asked_again_with_the_other_form_after_the_look_up() {
    let mut world = World::new(0, 1);
    world.settle();
    world.now += TimeDelta::minutes(21);
    world.news.push(ArtefactEvent::Woken);
    world.tell(0);
    world.news = vec![ArtefactEvent::Status(Some(SessionStatus::Failed))];
    world.pages = 1;
    world.settle();
    world.wake_after(TimeDelta::seconds(10));
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
    assert_eq!(world.flow.transfer.as_ref().unwrap().key_form, KeyForm::X509);
}

#[test]
fn a_request_in_doubt_is_sent_once_more_unless_something_came_of_it() {
    for (comes, requests) in [(false, 2), (true, 1)] {
        let mut world = World::new(1, 1);
        let foreign = |event: &ArtefactEvent| is_foreign(event);
        let ours = |event: &ArtefactEvent| matches!(event, ArtefactEvent::Requested { .. });
        world.settle_without(|event| foreign(event) || ours(event));
        let request = Some(request_id(5));
        world.news.push(ArtefactEvent::Requested { request, in_doubt: true });
        if comes {
            world.news.push(world.accepted());
        }
        world.settle();
        world.wake_after(TimeDelta::seconds(61));
        let sent = world.effects.iter().filter(|e| matches!(e, ArtefactEffect::Request { .. }));
        assert_eq!(sent.count(), requests);
    }
}

#[test]
fn pages_of_a_transaction_that_abdm_did_not_name_do_not_count() {
    let mut world = World::new(1, 1);
    world.settle_without(|event| {
        matches!(event, ArtefactEvent::Pushed { .. } | ArtefactEvent::Accepted { .. })
    });
    let other = TransactionId::new("somebody-elses").unwrap();
    world.news = vec![world.accepted(), world.pushed_by(1, &other), world.pushed(1)];
    world.settle();
    assert_eq!(world.refused.len(), 1, "{:?}", world.refused);
    let transfer = world.flow.transfer.as_ref().unwrap();
    assert_eq!(transfer.transaction, Some(transaction_id()));
    assert_eq!(transfer.pages.taken, 1);
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
}

// What was answered 202 has its effect, whatever ABDM says later.
#[test]
fn a_page_that_came_before_abdms_word_is_kept_and_the_report_names_abdms_transaction() {
    let other = TransactionId::new("the-hips-own").unwrap();
    let mut world = World::new(2, 1);
    world.settle_without(is_foreign);
    world.news = vec![world.pushed_by(1, &other)];
    world.settle();
    assert_eq!(world.documents().len(), 1, "taken at once");
    world.news = vec![world.accepted(), world.pushed_by(2, &other), world.pushed(2)];
    world.settle();
    assert_eq!(world.refused.len(), 1, "refused from ABDM's word on: {:?}", world.refused);
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
    assert_eq!(world.documents().len(), 2);
    let reported = world.effects.iter().find_map(|effect| match effect {
        ArtefactEffect::Report { transaction, .. } => Some(transaction.clone()),
        _ => None,
    });
    assert_eq!(reported, Some(transaction_id()));
}

// A page from a second request, when the first was in doubt, belongs to the transfer as well.
#[test]
fn with_two_requests_under_way_pages_of_both_are_taken_until_abdm_names_one() {
    let mut world = World::new(2, 1);
    world.settle_without(|event| {
        is_foreign(event) || matches!(event, ArtefactEvent::Requested { .. })
    });
    world.news.push(ArtefactEvent::Requested { request: None, in_doubt: true });
    world.settle();
    world.now += TimeDelta::seconds(61);
    world.news.push(ArtefactEvent::Woken);
    world.settle_without(is_foreign);
    let first = TransactionId::new("first").unwrap();
    world.news = vec![world.pushed_by(1, &first), world.pushed(2), world.accepted()];
    world.settle();
    assert!(world.refused.is_empty(), "{:?}", world.refused);
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
}

#[test]
fn pages_are_taken_and_told_although_abdm_never_names_the_transaction() {
    let mut world = World::new(1, 1);
    world.settle_without(|event| matches!(event, ArtefactEvent::Accepted { .. }));
    assert_eq!(world.outcome(), None, "not reported before ABDM's word");
    world.wake_after(TimeDelta::seconds(31));
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
    let transfer = world.flow.transfer.as_ref().unwrap();
    assert!(!transfer.confirmed);
    let told: BTreeSet<_> = world
        .pages_taken()
        .into_iter()
        .flat_map(|page| page.reports.unwrap())
        .filter_map(|entry| entry.document)
        .collect();
    assert_eq!(told, world.documents());
}

#[test]
fn an_artefact_without_an_erase_date_is_not_used() {
    let mut world = World::new(1, 1);
    world.tell(0);
    let mut terms = granted(consent_id(1));
    terms.permission.data_erase_at = None;
    let artefact = ConsentArtefact::new(ConsentStatus::Granted, terms, String::new());
    world.news = vec![ArtefactEvent::Fetched(Box::new(artefact))];
    world.settle();
    assert!(matches!(world.flow.standing, Standing::Unavailable(_)));
    assert!(!world.effects.contains(&ArtefactEffect::Prepare), "{:?}", world.effects);
    assert!(world.flow.is_settled());
}

#[test]
fn an_artefact_that_cannot_be_had_comes_to_an_end_after_a_day() {
    let mut world = World::new(1, 1);
    world.tell(0);
    world.news.clear();
    let refused = ArtefactEvent::NotFetched(Refusal::new("no such artefact"));
    let step = world.flow.on(refused, world.now).unwrap();
    assert!(!step.done, "a late callback may still bring it");
    let later = world.now + TimeDelta::hours(25);
    assert!(world.flow.on(ArtefactEvent::Woken, later).unwrap().done);
    let late = world.fetched();
    let step = world.flow.on(late, later).unwrap();
    assert!(step.effects.is_empty());
    assert!(
        matches!(world.flow.standing, Standing::Unavailable(_)),
        "without wake-ups its erase date would not be kept"
    );
}

#[test]
fn the_erasure_stands_behind_the_opening_of_pages_and_behind_no_call() {
    let mut world = World::new(2, 1);
    world.settle_without(|event| matches!(event, ArtefactEvent::Pushed { .. }));
    let pushed = world.pushed(1);
    let opening = world.flow.on(pushed, world.now).unwrap();
    let [open] = opening.effects.as_slice() else { panic!("{:?}", opening.effects) };
    let ended = ArtefactEvent::Ended(EndReason::Revoked);
    let step = world.flow.on(ended, world.now).unwrap();
    let of = |is: fn(&ArtefactEffect) -> bool| {
        step.effects.iter().find(|wanted| is(&wanted.effect)).unwrap().lane
    };
    let erasure = of(|effect| matches!(effect, ArtefactEffect::Erase { .. }));
    assert_eq!(erasure, open.lane, "what could keep a document after it");
    let others = step.effects.iter().filter(|wanted| wanted.lane == erasure).count();
    assert_eq!(others, 1, "and nothing else: {:?}", step.effects);
    assert_ne!(of(|effect| matches!(effect, ArtefactEffect::Report { .. })), MAIN_LANE);
}

#[test]
fn the_erase_date_is_kept_by_our_own_clock() {
    let mut world = World::new(1, 0);
    world.settle();
    world.now = at("2026-10-01T00:00:00Z");
    world.wake_after(TimeDelta::seconds(1));
    assert!(matches!(world.flow.standing, Standing::Ended { reason: EndReason::EraseDate, .. }));
    assert_eq!(world.flow.proof.as_ref().unwrap().documents, 1);
}

#[test]
fn an_artefact_that_is_over_when_fetched_asks_for_nothing() {
    for (status, reason) in
        [(ConsentStatus::Revoked, EndReason::Revoked), (ConsentStatus::Expired, EndReason::Expired)]
    {
        let mut world = World::new(1, 1);
        world.tell(0);
        let terms = granted(consent_id(1));
        let artefact = ConsentArtefact::new(status, terms, String::new());
        world.news = vec![ArtefactEvent::Fetched(Box::new(artefact))];
        world.settle();
        assert!(matches!(&world.flow.standing, Standing::Ended { reason: r, .. } if *r == reason));
        assert!(!world.effects.iter().any(|e| matches!(e, ArtefactEffect::Request { .. })));
        assert!(world.flow.proof.is_some());
        assert!(world.flow.on(ArtefactEvent::Ask, world.now).is_err(), "nothing more to be asked");
    }
}

#[test]
fn records_can_be_asked_for_again() {
    let mut world = World::new(1, 1);
    world.settle();
    world.news.push(ArtefactEvent::Ask);
    world.settle();
    assert_eq!(world.outcome(), Some(&Outcome::Complete));
    assert_eq!(world.documents().len(), 1, "the same document is one document");
    assert_eq!(world.rows.of("hiu.document"), 1, "and one row, whichever transfer has brought it");
    assert_eq!(world.reports().len(), 2);
}

#[test]
fn the_snapshot_keeps_its_form() {
    let mut world = World::new(1, 1);
    world.settle();
    world.wake_after(TimeDelta::minutes(2));
    insta::assert_json_snapshot!(world.flow);
}

/// News that a peer may send twice, late or never; what our own effects bring comes once.
fn is_foreign(event: &ArtefactEvent) -> bool {
    matches!(event, ArtefactEvent::Pushed { .. } | ArtefactEvent::Accepted { .. })
}

/// Tells the news in the order that `choices` gives, some of them twice, some not at all.
fn told(world: &mut World, choices: &[(usize, u8)], may_lose: bool) {
    for (choice, fate) in choices {
        if world.news.is_empty() {
            break;
        }
        let index = choice % world.news.len();
        let event = world.news[index].clone();
        if is_foreign(&event) && *fate == 0 {
            world.news.push(event);
        } else if is_foreign(&event) && *fate == 1 && may_lose {
            world.news.remove(index);
            continue;
        }
        world.tell(index);
    }
    world.settle();
}

proptest! {
    #[test]
    fn pages_in_any_order_and_number_come_to_the_same_end(
        choices in proptest::collection::vec((any::<usize>(), 0_u8..6), 0..60),
        pages in 1_i64..5,
        first in 0_i64..2,
        same_number in any::<bool>(),
    ) {
        let mut straight = World::new(pages, first);
        straight.same_number = same_number;
        straight.settle();
        straight.wake_after(TimeDelta::minutes(2));
        let mut world = World::new(pages, first);
        world.same_number = same_number;
        told(&mut world, &choices, false);
        world.wake_after(TimeDelta::minutes(2));
        prop_assert!(world.refused.is_empty(), "{:?}", world.refused);
        prop_assert_eq!(i64::try_from(world.documents().len()).unwrap(), pages);
        prop_assert_eq!(world.outcome(), Some(&Outcome::Complete));
        prop_assert_eq!(world.reports().len(), 1);
        prop_assert!(world.keys_are_gone());
        prop_assert_eq!(world.flow, straight.flow);
    }

    #[test]
    fn whatever_is_lost_the_transfer_ends_is_reported_and_leaves_no_key(
        choices in proptest::collection::vec((any::<usize>(), 0_u8..3), 0..60),
        pages in 1_i64..5,
        same_number in any::<bool>(),
    ) {
        let mut world = World::new(pages, 0);
        world.same_number = same_number;
        told(&mut world, &choices, true);
        for _ in 0..3 {
            world.wake_after(TimeDelta::minutes(21));
        }
        prop_assert!(world.outcome().is_some());
        prop_assert!(world.keys_are_gone());
        let known = world.flow.transfer.as_ref().unwrap().transaction.is_some();
        prop_assert_eq!(world.reports().len(), usize::from(known));
    }

    #[test]
    fn whenever_the_consent_ends_everything_goes_with_proof(
        choices in proptest::collection::vec((any::<usize>(), 0_u8..6), 0..60),
        when in 0_usize..30,
    ) {
        let mut world = World::new(3, 1);
        let (before, after) = choices.split_at(when.min(choices.len()));
        for (choice, _) in before {
            if !world.news.is_empty() {
                let index = choice % world.news.len();
                world.tell(index);
            }
        }
        world.news.push(ArtefactEvent::Ended(EndReason::Revoked));
        told(&mut world, after, false);
        prop_assert!(matches!(world.flow.standing, Standing::Ended { .. }), "{:?}", world.flow.standing);
        prop_assert!(world.keys_are_gone());
        prop_assert!(world.flow.proof.is_some());
        prop_assert!(world.flow.is_settled());
        prop_assert!(world.reports().len() <= 1);
        prop_assert!(world.rows.0.is_empty(), "rows");
        prop_assert!(world.held.is_empty(), "bodies");
    }
}
