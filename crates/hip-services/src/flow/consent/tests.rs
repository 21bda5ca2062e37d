use abdm_core::api::consent::{DateRange, Permission};
use abdm_core::vocabulary::{AccessMode, PurposeCode};
use proptest::prelude::*;

use super::*;
use crate::flow::driver::{Driver, Watched};

impl Watched for ConsentFlow {
    type Seen = ConsentEffect;
}

const ID: &str = "ed486d33-3efa-4b8e-9a5c-47359467c20d";

fn driver() -> Driver<ConsentFlow> {
    Driver::new(ConsentFlow::new(ID.parse().unwrap()))
}

fn detail(until: &str) -> Box<ConsentDetail> {
    let dates = DateRange::new(
        "2026-09-07T00:00:00Z".parse().unwrap(),
        "2026-09-14T00:00:00Z".parse().unwrap(),
    );
    let permission = Permission::new(AccessMode::View, dates, until.parse().unwrap());
    Box::new(ConsentDetail::new(
        ID.parse().unwrap(),
        "asha.test@sbx".parse().unwrap(),
        "IN0000000001".parse().unwrap(),
        PurposeCode::SelfRequested.into(),
        permission,
    ))
}

fn granted() -> ConsentEvent {
    let detail = detail("2026-10-14T00:00:00Z");
    ConsentEvent::Granted {
        notice: RequestId::random(),
        detail,
        signature: Some("c2ln".to_owned()),
    }
}

fn revoked() -> ConsentEvent {
    ConsentEvent::Revoked { notice: RequestId::random() }
}

fn expired() -> ConsentEvent {
    ConsentEvent::Expired { notice: RequestId::random() }
}

fn acknowledgements(effects: &[ConsentEffect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, ConsentEffect::Acknowledge { understood: true, .. }))
        .count()
}

#[test]
fn a_grant_gives_out_its_terms_until_it_is_revoked() {
    let mut driver = driver();
    let effects = driver.on(granted()).unwrap();
    assert!(matches!(
        effects[..],
        [
            ConsentEffect::Acknowledge { understood: true, .. },
            ConsentEffect::Announce(HipEvent::ConsentGranted(_))
        ]
    ));
    assert!(driver.flow.terms(driver.now).is_ok());
    let effects = driver.on(revoked()).unwrap();
    assert!(matches!(
        &effects[..],
        [
            ConsentEffect::Acknowledge { understood: true, .. },
            ConsentEffect::Announce(HipEvent::ConsentEnded { status: ConsentStatus::Revoked, .. })
        ]
    ));
    assert_eq!(driver.flow.terms(driver.now).unwrap_err(), Refusal::NotGranted);
}

#[test]
fn it_ends_by_our_own_clock_without_any_notice() {
    let mut driver = driver();
    driver.on(granted()).unwrap();
    let effects = driver.pass(TimeDelta::days(30));
    assert!(matches!(
        &effects[..],
        [ConsentEffect::Announce(HipEvent::ConsentEnded { status: ConsentStatus::Expired, .. })]
    ));
    assert_eq!(driver.flow.terms(driver.now).unwrap_err(), Refusal::Expired);
}

#[test]
fn terms_are_refused_at_the_very_end_even_before_the_flow_wakes() {
    let mut driver = driver();
    driver.on(granted()).unwrap();
    let end: DateTime<Utc> = "2026-10-14T00:00:00Z".parse().unwrap();
    assert!(driver.flow.terms(end - TimeDelta::milliseconds(1)).is_ok());
    assert_eq!(driver.flow.terms(end).unwrap_err(), Refusal::Expired);
}

#[test]
fn a_grant_that_is_over_on_arrival_gives_nothing_out() {
    let mut driver = driver();
    let detail = detail("2026-09-01T00:00:00Z");
    let event = ConsentEvent::Granted { notice: RequestId::random(), detail, signature: None };
    assert_eq!(acknowledgements(&driver.on(event).unwrap()), 1);
    assert_eq!(driver.flow.terms(driver.now).unwrap_err(), Refusal::Expired);
}

#[test]
fn the_terms_are_gone_from_the_snapshot_after_a_revocation() {
    let mut driver = driver();
    driver.on(granted()).unwrap();
    insta::assert_json_snapshot!("granted", driver.flow);
    driver.on(revoked()).unwrap();
    insta::assert_json_snapshot!("revoked", driver.flow);
}

#[test]
fn a_notice_that_cannot_be_understood_is_refused_and_changes_nothing() {
    let mut driver = driver();
    driver.on(granted()).unwrap();
    let event = ConsentEvent::NotUnderstood { notice: RequestId::random() };
    let effects = driver.on(event).unwrap();
    assert!(matches!(effects[..], [ConsentEffect::Acknowledge { understood: false, .. }]));
    assert!(driver.flow.terms(driver.now).is_ok());
}

#[test]
fn a_grant_without_a_readable_end_is_refused_and_gives_nothing_out() {
    let mut driver = driver();
    let mut endless = detail("2026-10-14T00:00:00Z");
    endless.permission.data_erase_at = None;
    let event =
        ConsentEvent::Granted { notice: RequestId::random(), detail: endless, signature: None };
    let effects = driver.on(event).unwrap();
    assert!(matches!(effects[..], [ConsentEffect::Acknowledge { understood: false, .. }]));
    assert_eq!(driver.flow.terms(driver.now).unwrap_err(), Refusal::NotGranted);
    // It is not kept for ever, and does not stand in the way of the notice as it should be.
    assert!(driver.wake.is_some());
    driver.on(granted()).unwrap();
    assert!(driver.flow.terms(driver.now).is_ok());
}

#[test]
fn a_stored_grant_without_an_end_gives_nothing_out() {
    let mut driver = driver();
    let mut endless = detail("2026-10-14T00:00:00Z");
    endless.permission.data_erase_at = None;
    driver.flow.state = ConsentState::Granted { detail: endless, signature: None };
    assert_eq!(driver.flow.terms(driver.now).unwrap_err(), Refusal::NotGranted);
}

proptest! {
    /// In whatever order and however often the notices come: each is acknowledged, a revocation is
    /// final, and the hospital hears of each turn once.
    #[test]
    fn a_revocation_wins_in_every_order(
        kinds in prop::collection::vec(0_u8..3, 1..12),
        pauses in prop::collection::vec(0_i64..100, 12),
    ) {
        let mut driver = driver();
        let (mut acknowledged, mut granted_told, mut ended_told) = (0, 0, 0);
        for (kind, pause) in kinds.iter().zip(&pauses) {
            let mut effects = driver.pass(TimeDelta::seconds(*pause));
            effects.extend(driver.on(match kind {
                0 => granted(),
                1 => revoked(),
                _ => expired(),
            }).unwrap());
            acknowledged += acknowledgements(&effects);
            for effect in &effects {
                match effect {
                    ConsentEffect::Announce(HipEvent::ConsentGranted(_)) => granted_told += 1,
                    ConsentEffect::Announce(HipEvent::ConsentEnded { .. }) => ended_told += 1,
                    _ => {}
                }
            }
        }
        prop_assert_eq!(acknowledged, kinds.len());
        prop_assert!(granted_told <= 1 && ended_told <= granted_told);
        let (revoked, expired) = (kinds.contains(&1), kinds.contains(&2));
        prop_assert_eq!(matches!(driver.flow.state(), ConsentState::Revoked), revoked);
        prop_assert_eq!(driver.flow.terms(driver.now).is_ok(), !revoked && !expired);
    }
}
