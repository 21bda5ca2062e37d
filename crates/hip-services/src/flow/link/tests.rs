use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::RequestId;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::{Gender, HiType};
use proptest::prelude::*;

use super::*;
use crate::api::linking::PatientCareContexts;
use crate::flow::driver::Driver;
use crate::hooks::{AbdmText, HipEvent};
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
    let elements = patient.elements(&(0..patient.visits.len()).collect::<Vec<_>>());
    assert!(elements.iter().all(PatientCareContexts::is_counted));
    let wellness = elements.iter().filter(|e| e.hi_type == HiType::WellnessRecord);
    assert_eq!(wellness.map(|e| e.count).collect::<Vec<_>>(), [20, 20, 5]);
}

/// The care contexts that a link request names.
fn named(effects: &[LinkEffect]) -> Vec<String> {
    let [.., LinkEffect::Link { request, .. }] = effects else { unreachable!("{effects:?}") };
    let mut names: Vec<String> = request
        .patient
        .iter()
        .flat_map(|element| &element.care_contexts)
        .map(|context| context.reference_number.to_string())
        .collect();
    names.sort();
    names.dedup();
    names
}

// Vendor fault 6.
#[test]
fn already_linked_is_said_of_one_care_context_and_the_others_are_linked() {
    let (mut driver, request) = linking();
    let already = LinkEvent::LinkAnswered(Some(request), LinkAnswer::Already);
    let effects = driver.on(already.clone()).unwrap();
    // Nothing is told yet: it is known of one of the two, and not of which.
    assert_eq!((effects.len(), named(&effects)), (1, vec!["OPD-1".to_owned()]));
    assert!(driver.on(already).unwrap().is_empty(), "the first request's answer is used up");
    let effects = driver.on(LinkEvent::LinkAnswered(None, LinkAnswer::Already)).unwrap();
    assert_eq!(named(&effects), ["OPD-2"]);
    assert!(matches!(
        &effects[0],
        LinkEffect::Announce(HipEvent::Linked { care_contexts, already: true, .. })
            if care_contexts[0].as_str() == "OPD-1"
    ));
    let second = RequestId::random();
    driver.on(LinkEvent::LinkAccepted(second)).unwrap();
    let effects = driver.on(LinkEvent::LinkAnswered(Some(second), LinkAnswer::Linked)).unwrap();
    assert!(matches!(
        &effects[..],
        [LinkEffect::Announce(HipEvent::Linked { care_contexts, already: false, .. })]
            if care_contexts[0].as_str() == "OPD-2"
    ));
    assert_eq!(driver.flow.progress(), LinkProgress::Linked { already: false, notices: None });
    let told: Vec<_> = driver.flow.outcomes().map(|(_, became)| became.cloned()).collect();
    assert_eq!(told, [Some(ContextOutcome::Already), Some(ContextOutcome::Linked)]);
}

// Vendor fault 6: a part that is refused takes nothing from the others, and nothing is claimed of
// it.
#[test]
fn a_part_that_is_refused_is_told_as_that_and_the_rest_as_linked() {
    let (mut driver, request) = linking();
    driver.on(LinkEvent::LinkAnswered(Some(request), LinkAnswer::Already)).unwrap();
    let refused = LinkAnswer::Refused(Failure::new("Invalid HIType"));
    let effects = driver.on(LinkEvent::LinkAnswered(None, refused)).unwrap();
    assert!(matches!(&effects[0], LinkEffect::Announce(HipEvent::LinkFailed { .. })));
    driver.on(LinkEvent::LinkAnswered(None, LinkAnswer::Already)).unwrap();
    let LinkProgress::PartlyLinked { failure, .. } = driver.flow.progress() else {
        unreachable!("{:?}", driver.flow.state)
    };
    assert_eq!(failure.text, "Invalid HIType");
    // Only what is linked is told to the patient's apps.
    let effects = driver.until_woken();
    let [LinkEffect::Notify(notice)] = &effects[..] else { unreachable!("{effects:?}") };
    assert_eq!(notice.care_context.care_context_reference.as_str(), "OPD-2");
}

// Vendor fault 5.
#[test]
fn a_token_that_does_not_fit_is_dropped_and_not_used_again() {
    let (mut driver, request) = linking();
    let misfit = LinkAnswer::TokenMisfit(Failure::new("mismatch with Link token"));
    let effects = driver.on(LinkEvent::LinkAnswered(Some(request), misfit)).unwrap();
    assert!(matches!(
        &effects[..],
        [LinkEffect::DropToken { .. }, LinkEffect::Announce(HipEvent::LinkFailed { care_contexts, .. })]
            if care_contexts.len() == 2
    ));
    assert!(matches!(driver.flow.progress(), LinkProgress::Failed(_)));
    assert!(driver.done);
}

// Ruling 28.
#[test]
fn a_status_of_unknown_meaning_is_linked_and_kept_for_a_person_to_see() {
    let (mut driver, request) = linking();
    let odd = LinkAnswer::LinkedAs(AbdmText::new("Everything is fine"));
    let effects = driver.on(LinkEvent::LinkAnswered(Some(request), odd)).unwrap();
    assert!(matches!(
        &effects[..],
        [LinkEffect::Announce(HipEvent::Linked { unknown_status: Some(status), already: false, .. })]
            if status.as_str() == "Everything is fine"
    ));
}

// Stumble 5.
#[test]
fn a_notice_alone_asks_for_no_token_and_links_nothing() {
    let mut driver = Driver::new(LinkFlow::notice("IN0000000001".parse().unwrap(), patient()));
    let mut effects = driver.on(LinkEvent::Begin).unwrap();
    let mut told = Vec::new();
    while let [LinkEffect::Notify(notice)] = &effects[..] {
        told.push(notice.care_context.care_context_reference.to_string());
        effects = driver.on(LinkEvent::NoticeAnswered(None, NoticeAnswer::Taken)).unwrap();
    }
    assert_eq!(told, ["OPD-1", "OPD-2"]);
    assert!(driver.done && effects.is_empty());
}

// Case 36.
#[test]
fn fifty_visits_of_one_kind_go_out_in_elements_of_at_most_twenty() {
    let date = "2026-09-14T08:00:00Z".parse().unwrap();
    let mut patient = patient();
    patient.visits.clear();
    let patient = (1..=50).fold(patient, |patient, n| {
        let (reference, display) = (format!("OPD-{n}"), format!("OPD visit {n}"));
        let reference = reference.parse().unwrap();
        patient.visit(Visit::new(reference, display, date, [HiType::OpConsultation]))
    });
    let mut driver = Driver::new(LinkFlow::new("IN0000000001".parse().unwrap(), patient));
    driver.on(LinkEvent::Begin).unwrap();
    let effects = driver.on(LinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let [LinkEffect::Link { request, .. }] = &effects[..] else { unreachable!("{effects:?}") };
    let counts: Vec<i64> = request.patient.iter().map(|element| element.count).collect();
    assert_eq!(counts, [20, 20, 10]);
    assert!(request.patient.iter().all(PatientCareContexts::is_counted));
    assert_eq!(named(&effects).len(), 50);
    // All or nothing, and told so.
    let refused = LinkAnswer::Refused(Failure::new("Counter and Care context count mismatch"));
    let effects = driver.on(LinkEvent::LinkAnswered(None, refused)).unwrap();
    assert!(matches!(
        &effects[..],
        [LinkEffect::Announce(HipEvent::LinkFailed { care_contexts, .. })]
            if care_contexts.len() == 50
    ));
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
    /// Callbacks and answers in any order, doubled, and late by any time: the end is always the
    /// same.
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
                    LinkEffect::DropToken { .. } | LinkEffect::Announce(_) => {}
                }
            }
            let Some((index, fate, seconds)) = picks.next() else { break };
            if pool.is_empty() {
                effects = driver.until_woken();
                continue;
            }
            // The effect's own answer is settled with it: it cannot come after its wake-up for
            // ever, but everything may be late.
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

    /// Whatever of a batch is linked already: in the end everything is, and of each care context
    /// the truth is told, once. Answers come at once or by callback, some twice. (Vendor fault 6.)
    #[test]
    fn a_batch_of_old_and_new_care_contexts_is_linked_and_told_truly(
        before in prop::collection::vec(any::<bool>(), 1..13),
        sync in prop::collection::vec(any::<bool>(), 64),
    ) {
        let date = "2026-09-14T08:00:00Z".parse().unwrap();
        let mut patient = patient();
        patient.visits.clear();
        let name = |n: usize| format!("OPD-{n:02}");
        let patient = (0..before.len()).fold(patient, |patient, n| {
            let reference = name(n).parse().unwrap();
            patient.visit(Visit::new(reference, "Visit", date, [HiType::OpConsultation]))
        });
        let old: BTreeSet<String> =
            (0..before.len()).filter(|n| before[*n]).map(name).collect();
        let mut linked = old.clone();
        let mut told: BTreeMap<String, bool> = BTreeMap::new();
        let mut driver = Driver::new(LinkFlow::new("IN0000000001".parse().unwrap(), patient));
        driver.on(LinkEvent::Begin).unwrap();
        let mut effects = driver.on(LinkEvent::Token(TokenWord::Ready(token()))).unwrap();
        let mut calls = 0;
        let mut sync = sync.into_iter().cycle();
        while !effects.is_empty() {
            let mut next = Vec::new();
            for effect in effects {
                match effect {
                    LinkEffect::Announce(HipEvent::Linked { care_contexts, already, .. }) => {
                        for context in care_contexts {
                            prop_assert!(told.insert(context.to_string(), already).is_none());
                        }
                    }
                    LinkEffect::Link { .. } => {
                        calls += 1;
                        let contexts = named(&[effect]);
                        let any_old = contexts.iter().any(|context| linked.contains(context));
                        let answer = if any_old {
                            LinkAnswer::Already
                        } else {
                            linked.extend(contexts);
                            LinkAnswer::Linked
                        };
                        if sync.next() == Some(true) {
                            next.extend(driver.on(LinkEvent::LinkAnswered(None, answer)).unwrap());
                        } else {
                            let id = RequestId::random();
                            driver.on(LinkEvent::LinkAccepted(id)).unwrap();
                            let answered = LinkEvent::LinkAnswered(Some(id), answer);
                            next.extend(driver.on(answered.clone()).unwrap());
                            next.extend(driver.on(answered).unwrap());
                        }
                    }
                    _ => {}
                }
            }
            effects = next;
        }
        let truth: BTreeMap<String, bool> =
            (0..before.len()).map(|n| (name(n), before[n])).collect();
        prop_assert_eq!(told, truth);
        prop_assert!(calls < 2 * before.len(), "{calls} calls");
    }
}
