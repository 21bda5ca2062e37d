use abdm_core::seal::SealingKey;

use super::*;
use crate::flow::driver::{Driver, Watched};

impl Watched for ShareFlow {
    type Seen = ShareEffect;
}
use crate::flow::CounterToken;

const SHARE: &str = "3f2a1c80-0000-4000-8000-000000000001";

fn driver() -> Driver<ShareFlow> {
    let received_at = "2026-09-14T09:00:00Z".parse().unwrap();
    let flow = ShareFlow::new(
        SHARE.parse().unwrap(),
        "IN0000000001".parse().unwrap(),
        "OPD1",
        received_at,
    );
    Driver::new(flow)
}

fn shared() -> ShareEvent {
    let profile = SealingKey::generate().unwrap().seal(b"{}", "test").unwrap();
    ShareEvent::Shared { abha_address: "asha.test@sbx".parse().unwrap(), profile }
}

fn registered() -> ShareEvent {
    let token = CounterToken {
        number: "12".to_owned(),
        valid_until: "2026-09-14T09:30:00Z".parse().unwrap(),
        registered: true,
    };
    ShareEvent::Registered { abha_address: "asha.test@sbx".parse().unwrap(), token }
}

fn verdict(effects: &[ShareEffect]) -> &ShareVerdict {
    match effects {
        [ShareEffect::Answer { verdict, .. }] => verdict,
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn a_share_is_registered_then_answered() {
    let mut driver = driver();
    let effects = driver.on(shared()).unwrap();
    assert!(matches!(effects[..], [ShareEffect::Register { .. }]));
    let effects = driver.on(registered()).unwrap();
    assert!(matches!(verdict(&effects), ShareVerdict::Registered { .. }));
    driver.on(ShareEvent::Answered).unwrap();
    assert!(driver.done);
    assert!(matches!(driver.flow.state, ShareState::Answered(_)));
}

#[test]
fn a_reception_that_says_nothing_is_told_to_the_app_while_it_waits() {
    let mut driver = driver();
    driver.on(shared()).unwrap();
    let effects = driver.until_woken();
    assert_eq!(*verdict(&effects), ShareVerdict::Refused(ShareRefusal::Failed));
    let left = driver.flow.received_at + APP_WAITS - driver.now;
    assert!(left >= TimeDelta::seconds(1), "{left}");
    // The reception's late word changes nothing.
    assert!(driver.on(registered()).unwrap().is_empty());
    driver.on(ShareEvent::Answered).unwrap();
    assert!(driver.done);
}

#[test]
fn a_share_that_nobody_dealt_with_in_time_ends_and_an_answer_without_word_is_told() {
    let mut driver = driver();
    driver.on(shared()).unwrap();
    // No node was there to wake it.
    driver.now += TimeDelta::minutes(1);
    assert!(driver.on(ShareEvent::Woken).unwrap().is_empty());
    assert!(driver.done && matches!(driver.flow.state, ShareState::TooLate));

    let mut driver = self::driver();
    driver.on(shared()).unwrap();
    driver.on(registered()).unwrap();
    let effects = driver.until_woken();
    assert!(matches!(effects[..], [ShareEffect::TellUnheard { .. }]), "{effects:?}");
    assert!(driver.done && matches!(driver.flow.state, ShareState::NotHeard { .. }));
}

#[test]
fn doubled_events_change_nothing() {
    let mut driver = driver();
    for (event, effects) in [(shared(), 1), (registered(), 1), (ShareEvent::Answered, 0)] {
        assert_eq!(driver.on(event.clone()).unwrap().len(), effects);
        assert!(driver.on(event).unwrap().is_empty());
    }
    assert!(driver.on(shared()).unwrap().is_empty());
}

#[test]
fn a_refusal_is_told_with_its_code() {
    for (refusal, code) in [
        (ShareRefusal::NotOffered, "ABDM-1149"),
        (ShareRefusal::NoProfile, "ABDM-1102"),
        (ShareRefusal::Declined, "ABDM-1149"),
        (ShareRefusal::Failed, "ABDM-1024"),
    ] {
        let mut driver = driver();
        let effects = driver.on(ShareEvent::Refused(refusal)).unwrap();
        assert_eq!(*verdict(&effects), ShareVerdict::Refused(refusal));
        assert_eq!(refusal.to_error().code.unwrap().as_str(), code);
    }
}

#[test]
fn whom_the_app_has_told_that_it_failed_is_not_registered() {
    let mut driver = driver();
    driver.now += TimeDelta::seconds(31);
    assert!(driver.on(shared()).unwrap().is_empty());
    assert!(matches!(driver.flow.state, ShareState::TooLate));
    assert!(driver.done);
}

#[test]
fn an_answer_that_abdm_does_not_take_ends_the_share() {
    let mut driver = driver();
    driver.on(shared()).unwrap();
    driver.on(registered()).unwrap();
    driver.on(ShareEvent::NotHeard(Failure::new("refused"))).unwrap();
    assert!(matches!(driver.flow.state, ShareState::NotHeard { .. }));
    assert!(driver.done);
}

#[test]
fn neither_state_nor_snapshot_shows_the_profile() {
    let mut driver = driver();
    let profile = SealingKey::generate().unwrap().seal(b"Asha Test Kumari", "test").unwrap();
    let abha_address = "asha.test@sbx".parse().unwrap();
    let effects = driver.on(ShareEvent::Shared { abha_address, profile }).unwrap();
    let stored = serde_json::to_string(&(&effects, &driver.flow)).unwrap();
    assert!(!stored.contains("Asha Test"));
    driver.on(registered()).unwrap();
    assert!(!format!("{effects:?}{:?}", driver.flow).contains("asha"));
}
