use abdm_core::id::RequestId;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::{Gender, HiType};
use proptest::prelude::*;

use super::*;
use crate::flow::driver::Driver;
use crate::patient::Visit;

fn patient() -> LinkPatient {
    let date = "2026-09-14T08:00:00Z".parse().unwrap();
    LinkPatient::new(
        "asha.test@sbx".parse().unwrap(),
        "UHID-000123".parse().unwrap(),
        "Asha Test Kumari",
        Gender::Female,
        1988,
    )
    .visit(Visit::new("OPD-1".parse().unwrap(), "First visit", date, [HiType::OpConsultation]))
    .visit(Visit::new(
        "OPD-2".parse().unwrap(),
        "Second visit",
        date,
        [HiType::Prescription, HiType::OpConsultation],
    ))
}

fn driver() -> Driver<LinkFlow> {
    Driver::new(LinkFlow::new("IN0000000001".parse().unwrap(), patient()))
}

fn token() -> HeldToken {
    let token = SealingKey::generate().unwrap().seal(b"token", "test").unwrap();
    HeldToken {
        token,
        expires_at: "2027-03-14T00:00:00Z".parse().unwrap(),
        abha_number: Some("91-0000-0000-0001".parse().unwrap()),
    }
}

/// A flow whose link request was taken, and the request's id.
fn linking() -> (Driver<LinkFlow>, RequestId) {
    let mut driver = driver();
    driver.on(LinkEvent::Begin).unwrap();
    driver.on(LinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let request = RequestId::random();
    driver.on(LinkEvent::LinkAccepted(request)).unwrap();
    (driver, request)
}

/// A flow whose first notice was taken for the moment, and its id.
fn noticing() -> (Driver<LinkFlow>, RequestId) {
    let (mut driver, request) = linking();
    driver.on(LinkEvent::LinkAnswered(Some(request), LinkAnswer::Linked)).unwrap();
    assert!(matches!(driver.until_woken()[..], [LinkEffect::Notify(_)]));
    let notice = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
    driver.on(LinkEvent::NoticeAccepted(notice)).unwrap();
    (driver, notice)
}

#[test]
fn the_link_request_has_one_element_for_each_hi_type_and_the_tokens_number() {
    let mut driver = driver();
    driver.on(LinkEvent::Begin).unwrap();
    let effects = driver.on(LinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let [LinkEffect::Link { request, .. }] = &effects[..] else { unreachable!("{effects:?}") };
    insta::assert_json_snapshot!(request);
}

#[test]
fn more_than_twenty_visits_are_spread_over_elements() {
    let date = "2026-09-14T08:00:00Z".parse().unwrap();
    let patient = (0..45).fold(patient(), |patient, n| {
        let reference = format!("ER-{n}").parse().unwrap();
        patient.visit(Visit::new(reference, "Visit", date, [HiType::WellnessRecord]))
    });
    let elements = patient.elements();
    assert!(elements.iter().all(PatientCareContexts::is_counted));
    let wellness = elements.iter().filter(|e| e.hi_type == HiType::WellnessRecord);
    assert_eq!(wellness.map(|e| e.count).collect::<Vec<_>>(), [20, 20, 5]);
}

#[test]
fn already_linked_is_linked() {
    let (mut driver, _) = linking();
    driver.on(LinkEvent::LinkAnswered(None, LinkAnswer::Already)).unwrap();
    assert_eq!(driver.flow.progress(), LinkProgress::Linked { already: true, notices: None });
}

#[test]
fn the_notice_waits_five_seconds_then_five_fifteen_and_sixty() {
    let (mut driver, request) = linking();
    driver.on(LinkEvent::LinkAnswered(Some(request), LinkAnswer::Linked)).unwrap();
    let mut pauses = Vec::new();
    for _ in 0..4 {
        let before = driver.now;
        assert!(matches!(driver.until_woken()[..], [LinkEffect::Notify(_)]));
        pauses.push((driver.now - before).num_seconds());
        let notice = RequestId::random();
        driver.on(LinkEvent::NoticeAccepted(notice)).unwrap();
        let answer = NoticeAnswer::NotYet(Failure::new("too soon"));
        driver.on(LinkEvent::NoticeAnswered(Some(notice), answer)).unwrap();
    }
    assert_eq!(pauses, [5, 5, 15, 60]);
    // The first visit's notice is given up, the second visit's is on its way; the link stands.
    let LinkState::Noticing { visit: 1, problems, .. } = &driver.flow.state else {
        unreachable!("{:?}", driver.flow.state)
    };
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_notice_that_is_refused_leaves_the_link_linked() {
    let (mut driver, first) = noticing();
    let refused = NoticeAnswer::Refused(Failure::new("No links found"));
    let effects = driver.on(LinkEvent::NoticeAnswered(Some(first), refused)).unwrap();
    assert!(matches!(&effects[..], [LinkEffect::Notify(_)]));
    let second = RequestId::random();
    driver.on(LinkEvent::NoticeAccepted(second)).unwrap();
    driver.on(LinkEvent::NoticeAnswered(Some(second), NoticeAnswer::Taken)).unwrap();
    assert_eq!(driver.flow.progress(), LinkProgress::Linked { already: false, notices: Some(1) });
    assert!(driver.done);
}

#[test]
fn a_refused_token_is_replaced_once_and_once_only() {
    let (mut driver, first) = linking();
    let refused = || LinkAnswer::TokenRefused(Failure::new("Invalid Link Token"));
    let effects = driver.on(LinkEvent::LinkAnswered(Some(first), refused())).unwrap();
    assert!(matches!(effects[..], [LinkEffect::WantToken { in_place_of: Some(_), .. }]));
    driver.on(LinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let second = RequestId::random();
    driver.on(LinkEvent::LinkAccepted(second)).unwrap();
    driver.on(LinkEvent::LinkAnswered(Some(second), refused())).unwrap();
    assert!(matches!(driver.flow.progress(), LinkProgress::Failed(_)));
}

#[test]
fn after_a_minute_of_silence_the_outcome_is_unknown_and_a_late_callback_still_counts() {
    let (mut driver, request) = linking();
    let effects = driver.pass(TimeDelta::seconds(60));
    assert!(matches!(effects[..], [LinkEffect::Announce(HipEvent::LinkUnknown { .. })]));
    assert_eq!(driver.flow.progress(), LinkProgress::Unknown);
    driver.pass(TimeDelta::hours(3));
    driver.on(LinkEvent::LinkAnswered(Some(request), LinkAnswer::Linked)).unwrap();
    assert!(matches!(driver.flow.progress(), LinkProgress::Linked { .. }));
}

#[test]
fn linking_again_by_hand_sends_the_request_again_only_when_the_outcome_is_unknown() {
    let (mut driver, _) = linking();
    assert!(driver.on(LinkEvent::Begin).unwrap().is_empty());
    driver.pass(TimeDelta::seconds(60));
    assert!(matches!(driver.on(LinkEvent::Begin).unwrap()[..], [LinkEffect::Link { .. }]));
    assert_eq!(driver.flow.progress(), LinkProgress::Pending);
}

#[test]
fn a_refusal_of_an_earlier_attempt_does_not_fail_the_present_one() {
    let (mut driver, first) = linking();
    driver.pass(TimeDelta::seconds(60));
    driver.on(LinkEvent::Begin).unwrap();
    let late = LinkEvent::LinkAnswered(Some(first), LinkAnswer::Refused(Failure::new("late")));
    assert!(driver.on(late.clone()).unwrap_err().is_not_yet());
    driver.on(LinkEvent::LinkAccepted(RequestId::random())).unwrap();
    driver.on(late).unwrap();
    assert_eq!(driver.flow.progress(), LinkProgress::Pending);
}

#[test]
fn a_snapshot_holds_no_secret() {
    let (driver, _) = noticing();
    insta::assert_json_snapshot!(driver.flow);
}

proptest! {
    /// Callbacks and answers in any order, doubled, and late by any time: the end is always the same.
    #[test]
    fn every_delivery_leads_to_the_same_end(
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4, 0_i64..200), 400),
    ) {
        let mut driver = driver();
        let mut pool = vec![LinkEvent::Begin];
        let mut effects: Vec<LinkEffect> = Vec::new();
        let mut linked_told = 0;
        let mut picks = picks.into_iter();
        while !driver.done || !pool.is_empty() {
            for effect in effects.drain(..) {
                let id = RequestId::random();
                match effect {
                    LinkEffect::WantToken { .. } => {
                        pool.push(LinkEvent::Token(TokenWord::Ready(token())));
                    }
                    LinkEffect::Link { .. } => {
                        pool.push(LinkEvent::LinkAccepted(id));
                        pool.push(LinkEvent::LinkAnswered(Some(id), LinkAnswer::Linked));
                    }
                    LinkEffect::Notify(_) => {
                        pool.push(LinkEvent::NoticeAccepted(id));
                        pool.push(LinkEvent::NoticeAnswered(Some(id), NoticeAnswer::Taken));
                    }
                    LinkEffect::Announce(HipEvent::Linked { .. }) => linked_told += 1,
                    LinkEffect::Announce(_) => {}
                }
            }
            let Some((index, fate, seconds)) = picks.next() else { break };
            if pool.is_empty() {
                effects = driver.until_woken();
                continue;
            }
            // The effect's own answer is settled with it: it cannot come after its wake-up for ever,
            // but everything may be late.
            let position = index.index(pool.len());
            if fate == 0 {
                effects = driver.pass(TimeDelta::seconds(seconds));
                continue;
            }
            let event = pool[position].clone();
            match driver.on(event) {
                Ok(more) => {
                    effects = more;
                    if fate != 1 {
                        pool.remove(position);
                    }
                }
                Err(error) => prop_assert!(error.is_not_yet(), "{error}"),
            }
        }
        prop_assert!(driver.done, "{:?}", driver.flow.state);
        prop_assert!(
            matches!(driver.flow.progress(), LinkProgress::Linked { notices: Some(_), .. }),
            "{:?}", driver.flow.state
        );
        prop_assert_eq!(linked_told, 1);
    }
}
