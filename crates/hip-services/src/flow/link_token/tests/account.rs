//! The patient's account is switched off, on, or deleted.

use super::*;
use crate::api::patient_status::AbhaStanding;

fn stands(driver: &mut Driver<LinkTokenFlow>, standing: AbhaStanding) -> Vec<Seen> {
    let word = AccountWord::new(standing, driver.now);
    driver.on(LinkTokenEvent::Account(word)).unwrap()
}

fn link() -> FlowId {
    FlowId::fresh(&RandomIds)
}

#[test]
fn a_deactivated_address_is_not_asked_for_and_an_active_one_is_again() {
    let mut driver = driver();
    stands(&mut driver, AbhaStanding::Deactivated);
    let effects = driver.on(wanted(link())).unwrap();
    let [(_, TokenWord::Refused(failure))] = &told(&effects)[..] else { panic!("{effects:?}") };
    assert!(failure.is_of_deactivated(), "{failure:?}");
    driver.pass(TimeDelta::days(400));
    assert!(!driver.done, "it is remembered as long as the account is off");
    assert_eq!(requests(&driver.on(wanted(link())).unwrap()), 0);
    stands(&mut driver, AbhaStanding::Active);
    assert_eq!(requests(&driver.on(wanted(link())).unwrap()), 1);
}

#[test]
fn a_held_token_is_kept_over_a_deactivation_and_gone_after_a_deletion() {
    let mut driver = driver();
    driver.on(wanted(link())).unwrap();
    issue(&mut driver);
    stands(&mut driver, AbhaStanding::Deactivated);
    driver.pass(TimeDelta::days(1));
    stands(&mut driver, AbhaStanding::Active);
    let effects = driver.on(wanted(link())).unwrap();
    assert!(matches!(told(&effects)[..], [(_, TokenWord::Ready(_))]), "{effects:?}");
    driver.pass(TimeDelta::days(1));
    stands(&mut driver, AbhaStanding::Deleted);
    assert!(matches!(driver.flow.state, LinkTokenState::Missing));
    assert_eq!(driver.flow.abha_number(), None);
    let effects = driver.on(wanted(link())).unwrap();
    let [(_, TokenWord::Refused(failure))] = &told(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(failure.class, ErrorClass::UserInput);
    driver.pass(TimeDelta::days(400));
    assert!(!driver.done);
}

#[test]
fn links_that_wait_are_told_and_a_token_that_comes_after_a_deletion_is_thrown_away() {
    let mut driver = driver();
    let waits = link();
    driver.on(wanted(waits)).unwrap();
    let request = leaves(&mut driver);
    let effects = stands(&mut driver, AbhaStanding::Deleted);
    assert!(matches!(told(&effects)[..], [(by, TokenWord::Refused(_))] if by == waits));
    let late = issued_to(request, driver.now);
    assert!(driver.on(late).unwrap().is_empty());
    assert!(matches!(driver.flow.state, LinkTokenState::Missing));
    assert_eq!(driver.flow.abha_number(), None);
}

#[test]
fn a_request_that_has_not_left_does_not_leave_for_a_closed_account() {
    let mut driver = driver();
    driver.on(wanted(link())).unwrap();
    let sending = driver.flow.sendings;
    assert!(driver.flow.may_leave(sending));
    stands(&mut driver, AbhaStanding::Deactivated);
    assert!(!driver.flow.may_leave(sending));
    // One that found no network is not tried again.
    driver.on(not_sent(&driver)).unwrap();
    assert_eq!(requests(&driver.pass(TimeDelta::days(2))), 0);
    // Nor is one that waited for its window.
    let mut driver = super::driver();
    driver.on(wanted(link())).unwrap();
    issue(&mut driver);
    driver.on(LinkTokenEvent::Dropped { token: None }).unwrap();
    assert_eq!(requests(&driver.on(wanted(link())).unwrap()), 0, "the window is closed");
    let effects = stands(&mut driver, AbhaStanding::Deactivated);
    assert_eq!(told(&effects).len(), 1);
    assert_eq!(requests(&driver.pass(TimeDelta::days(2))), 0);
}

#[test]
fn of_two_words_on_an_account_the_newer_counts_in_whichever_order_they_come() {
    let mut driver = driver();
    let older = AccountWord::new(AbhaStanding::Deactivated, driver.now);
    driver.pass(TimeDelta::minutes(1));
    stands(&mut driver, AbhaStanding::Active);
    driver.pass(TimeDelta::hours(1));
    assert!(!driver.done, "an older word may still be on its way");
    driver.on(LinkTokenEvent::Account(older)).unwrap();
    assert_eq!(requests(&driver.on(wanted(link())).unwrap()), 1);
}
