use std::collections::{BTreeMap, BTreeSet, VecDeque};

use abdm_core::id::RequestId;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::store::{FlowId, Note};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::*;
use crate::api::hip_linking::{ContextNotice, PatientCareContexts};
use crate::flow::driver::{Driver, Watched};
use crate::hooks::{AbdmText, HipEvent};
use crate::patient::Visit;

/// What comes out of a link.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    WantToken { in_place_of: Option<Sealed> },
    DropToken,
    Word(WordOfLink),
    Link { sending: u32, request: LinkCareContextsRequest },
    Notify { sending: u32, notice: ContextNotice },
    Announce(HipEvent),
}

impl From<HipLinkEffect> for Seen {
    fn from(effect: HipLinkEffect) -> Self {
        match effect {
            HipLinkEffect::Link { sending, request, .. } => Self::Link { sending, request },
            HipLinkEffect::Notify { sending, notice } => Self::Notify { sending, notice },
            HipLinkEffect::Announce(event) => Self::Announce(event),
        }
    }
}

impl Watched for HipLinkFlow {
    type Seen = Seen;

    fn told(note: &Note) -> Seen {
        if note.subject == WordOfLink::SUBJECT {
            return Seen::Word(note.payload.decode().unwrap());
        }
        assert_eq!((note.kind, note.subject), (LinkTokenFlow::KIND, WordForToken::SUBJECT));
        match note.payload.decode().unwrap() {
            WordForToken::Wanted { in_place_of, .. } => Seen::WantToken { in_place_of },
            WordForToken::Dropped { .. } => Seen::DropToken,
            WordForToken::Account { .. } => panic!("a link says nothing of an account"),
        }
    }
}

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

fn driver() -> Driver<HipLinkFlow> {
    Driver::new(HipLinkFlow::new("IN0000000001".parse().unwrap(), patient()))
}

fn token() -> HeldToken {
    let token = SealingKey::generate().unwrap().seal(b"token", "test").unwrap();
    HeldToken {
        token,
        expires_at: "2027-03-14T00:00:00Z".parse().unwrap(),
        abha_number: Some("91-0000-0000-0001".parse().unwrap()),
        uses: None,
    }
}

/// ABDM took this try of what was sent last.
fn link_taken(driver: &Driver<HipLinkFlow>, request: RequestId) -> HipLinkEvent {
    HipLinkEvent::LinkAccepted(Sending::new(driver.flow.sendings, Some(request)))
}

fn notice_taken(driver: &Driver<HipLinkFlow>, request: RequestId) -> HipLinkEvent {
    HipLinkEvent::NoticeAccepted(Sending::new(driver.flow.sendings, Some(request)))
}

/// An answer at once to what was sent last.
fn at_once(driver: &Driver<HipLinkFlow>, answer: HipLinkAnswer) -> HipLinkEvent {
    HipLinkEvent::LinkAnswered(AnswerTo::Sending(Sending::new(driver.flow.sendings, None)), answer)
}

fn notice_at_once(driver: &Driver<HipLinkFlow>, answer: NoticeAnswer) -> HipLinkEvent {
    let sending = Sending::new(driver.flow.sendings, None);
    HipLinkEvent::NoticeAnswered(AnswerTo::Sending(sending), answer)
}

fn by_callback(request: RequestId, answer: HipLinkAnswer) -> HipLinkEvent {
    HipLinkEvent::LinkAnswered(AnswerTo::Request(request), answer)
}

fn notice_answered(request: RequestId, answer: NoticeAnswer) -> HipLinkEvent {
    HipLinkEvent::NoticeAnswered(AnswerTo::Request(request), answer)
}

/// A flow whose link request was taken, and the request's id.
fn linking() -> (Driver<HipLinkFlow>, RequestId) {
    let mut driver = driver();
    driver.on(HipLinkEvent::Begin).unwrap();
    driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let request = RequestId::random();
    driver.on(link_taken(&driver, request)).unwrap();
    (driver, request)
}

/// A flow whose first notice was taken for the moment, and its id.
fn noticing() -> (Driver<HipLinkFlow>, RequestId) {
    let (mut driver, request) = linking();
    driver.on(by_callback(request, HipLinkAnswer::Linked)).unwrap();
    assert!(matches!(driver.until_woken()[..], [Seen::Notify { .. }]));
    let notice = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
    driver.on(notice_taken(&driver, notice)).unwrap();
    (driver, notice)
}

#[test]
fn the_link_request_has_one_element_for_each_hi_type_and_the_tokens_number() {
    let mut driver = driver();
    driver.on(HipLinkEvent::Begin).unwrap();
    let effects = driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let [Seen::Link { request, .. }] = &effects[..] else { unreachable!("{effects:?}") };
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
fn named(effects: &[Seen]) -> Vec<String> {
    let [.., Seen::Link { request, .. }] = effects else { unreachable!("{effects:?}") };
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

#[test]
fn already_linked_is_said_of_one_care_context_and_the_others_are_linked() {
    let (mut driver, request) = linking();
    let already = by_callback(request, HipLinkAnswer::Already);
    let effects = driver.on(already.clone()).unwrap();
    // Nothing is told yet: it is known of one of the two, and not of which.
    assert_eq!((effects.len(), named(&effects)), (1, vec!["OPD-1".to_owned()]));
    assert!(driver.on(already).unwrap().is_empty(), "the first request's answer is used up");
    let effects = driver.on(at_once(&driver, HipLinkAnswer::Already)).unwrap();
    assert_eq!(named(&effects), ["OPD-2"]);
    assert!(matches!(
        &effects[0],
        Seen::Announce(HipEvent::Linked { care_contexts, already: true, .. })
            if care_contexts[0].as_str() == "OPD-1"
    ));
    let second = RequestId::random();
    driver.on(link_taken(&driver, second)).unwrap();
    let effects = driver.on(by_callback(second, HipLinkAnswer::Linked)).unwrap();
    assert!(matches!(
        &effects[..],
        [Seen::Announce(HipEvent::Linked { care_contexts, already: false, .. })]
            if care_contexts[0].as_str() == "OPD-2"
    ));
    assert_eq!(driver.flow.progress(), HipLinkProgress::Linked { already: false, notices: None });
    let told: Vec<_> = driver.flow.outcomes().map(|(_, became)| became.cloned()).collect();
    assert_eq!(told, [Some(ContextOutcome::Already), Some(ContextOutcome::Linked)]);
}

// A part that is refused takes nothing from the others, and nothing is claimed of
// it.
#[test]
fn a_part_that_is_refused_is_told_as_that_and_the_rest_as_linked() {
    let (mut driver, request) = linking();
    driver.on(by_callback(request, HipLinkAnswer::Already)).unwrap();
    let refused = HipLinkAnswer::Refused(Failure::new("Invalid HIType"));
    let effects = driver.on(at_once(&driver, refused)).unwrap();
    assert!(matches!(&effects[0], Seen::Announce(HipEvent::LinkFailed { .. })));
    driver.on(at_once(&driver, HipLinkAnswer::Already)).unwrap();
    let HipLinkProgress::PartlyLinked { failure, .. } = driver.flow.progress() else {
        unreachable!("{:?}", driver.flow.state)
    };
    assert_eq!(failure.text, "Invalid HIType");
    // Only what is linked is told to the patient's apps.
    let effects = driver.until_woken();
    let [Seen::Notify { notice, .. }] = &effects[..] else { unreachable!("{effects:?}") };
    assert_eq!(notice.care_context.care_context_reference.as_str(), "OPD-2");
}

#[test]
fn a_token_that_does_not_fit_is_dropped_and_not_used_again() {
    let (mut driver, request) = linking();
    let misfit = HipLinkAnswer::TokenMisfit(Failure::new("mismatch with Link token"));
    let effects = driver.on(by_callback(request, misfit)).unwrap();
    assert!(matches!(
        &effects[..],
        [Seen::Announce(HipEvent::LinkFailed { care_contexts, .. }), Seen::DropToken]
            if care_contexts.len() == 2
    ));
    assert!(matches!(driver.flow.progress(), HipLinkProgress::Failed(_)));
    assert!(driver.done);
}

// Ruling 28.
#[test]
fn a_status_of_unknown_meaning_is_linked_and_kept_for_a_person_to_see() {
    let (mut driver, request) = linking();
    let odd = HipLinkAnswer::LinkedAs(AbdmText::new("Everything is fine"));
    let effects = driver.on(by_callback(request, odd)).unwrap();
    assert!(matches!(
        &effects[..],
        [Seen::Announce(HipEvent::Linked { unknown_status: Some(status), already: false, .. })]
            if status.as_str() == "Everything is fine"
    ));
}

// Stumble 5.
#[test]
fn a_notice_alone_asks_for_no_token_and_links_nothing() {
    let mut driver = Driver::new(HipLinkFlow::notice("IN0000000001".parse().unwrap(), patient()));
    let mut effects = driver.on(HipLinkEvent::Begin).unwrap();
    let mut told = Vec::new();
    while let [Seen::Notify { notice, .. }] = &effects[..] {
        told.push(notice.care_context.care_context_reference.to_string());
        effects = driver.on(notice_at_once(&driver, NoticeAnswer::Taken)).unwrap();
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
    let mut driver = Driver::new(HipLinkFlow::new("IN0000000001".parse().unwrap(), patient));
    driver.on(HipLinkEvent::Begin).unwrap();
    let effects = driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let [Seen::Link { request, .. }] = &effects[..] else { unreachable!("{effects:?}") };
    let counts: Vec<i64> = request.patient.iter().map(|element| element.count).collect();
    assert_eq!(counts, [20, 20, 10]);
    assert!(request.patient.iter().all(PatientCareContexts::is_counted));
    assert_eq!(named(&effects).len(), 50);
    // All or nothing, and told so.
    let refused = HipLinkAnswer::Refused(Failure::new("Counter and Care context count mismatch"));
    let effects = driver.on(at_once(&driver, refused)).unwrap();
    assert!(matches!(
        &effects[..],
        [Seen::Announce(HipEvent::LinkFailed { care_contexts, .. })]
            if care_contexts.len() == 50
    ));
}

#[test]
fn the_notice_waits_five_seconds_then_five_fifteen_and_sixty() {
    let (mut driver, request) = linking();
    driver.on(by_callback(request, HipLinkAnswer::Linked)).unwrap();
    let mut pauses = Vec::new();
    for _ in 0..4 {
        let before = driver.now;
        assert!(matches!(driver.until_woken()[..], [Seen::Notify { .. }]));
        pauses.push((driver.now - before).num_seconds());
        let notice = RequestId::random();
        driver.on(notice_taken(&driver, notice)).unwrap();
        let answer = NoticeAnswer::NotYet(Failure::new("too soon"));
        driver.on(notice_answered(notice, answer)).unwrap();
    }
    assert_eq!(pauses, [5, 5, 15, 60]);
    // The first visit's notice is given up, the second visit's is on its way; the link stands.
    let HipLinkState::Noticing { visit: 1, problems, .. } = &driver.flow.state else {
        unreachable!("{:?}", driver.flow.state)
    };
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_notice_that_is_refused_leaves_the_link_linked() {
    let (mut driver, first) = noticing();
    let refused = NoticeAnswer::Refused(Failure::new("No links found"));
    let effects = driver.on(notice_answered(first, refused)).unwrap();
    assert!(matches!(&effects[..], [Seen::Notify { .. }]));
    let second = RequestId::random();
    driver.on(notice_taken(&driver, second)).unwrap();
    driver.on(notice_answered(second, NoticeAnswer::Taken)).unwrap();
    assert_eq!(
        driver.flow.progress(),
        HipLinkProgress::Linked { already: false, notices: Some(1) }
    );
    assert!(driver.done);
}

#[test]
fn a_refused_token_is_replaced_once_and_once_only() {
    let (mut driver, first) = linking();
    let refused = || HipLinkAnswer::TokenRefused(Failure::new("Invalid Link Token"));
    let effects = driver.on(by_callback(first, refused())).unwrap();
    assert!(matches!(effects[..], [Seen::WantToken { in_place_of: Some(_), .. }]));
    driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let second = RequestId::random();
    driver.on(link_taken(&driver, second)).unwrap();
    driver.on(by_callback(second, refused())).unwrap();
    assert!(matches!(driver.flow.progress(), HipLinkProgress::Failed(_)));
}

#[test]
fn after_a_minute_of_silence_the_outcome_is_unknown_and_a_late_callback_still_counts() {
    let (mut driver, request) = linking();
    let effects = driver.pass(TimeDelta::seconds(60));
    assert!(matches!(effects[..], [Seen::Announce(HipEvent::LinkUnknown { .. })]));
    assert_eq!(driver.flow.progress(), HipLinkProgress::Unknown);
    driver.pass(TimeDelta::hours(3));
    driver.on(by_callback(request, HipLinkAnswer::Linked)).unwrap();
    assert!(matches!(driver.flow.progress(), HipLinkProgress::Linked { .. }));
}

#[test]
fn linking_again_by_hand_sends_the_request_again_only_when_the_outcome_is_unknown() {
    let (mut driver, _) = linking();
    assert!(driver.on(HipLinkEvent::Begin).unwrap().is_empty());
    driver.pass(TimeDelta::seconds(60));
    assert!(matches!(driver.on(HipLinkEvent::Begin).unwrap()[..], [Seen::Link { .. }]));
    assert_eq!(driver.flow.progress(), HipLinkProgress::Pending { goes_on_at: None });
}

/// The same link asked for again by hand, with other details.
fn again(change: impl FnOnce(&mut LinkPatient)) -> HipLinkEvent {
    let mut patient = patient();
    change(&mut patient);
    HipLinkEvent::Again { patient: Box::new(patient), by_hand: true }
}

#[test]
fn corrected_details_are_taken_while_the_token_is_awaited_and_refused_once_a_request_has_left() {
    let mut waits = driver();
    waits.on(HipLinkEvent::Begin).unwrap();
    waits.on(again(|patient| patient.year_of_birth = 1987)).unwrap();
    assert_eq!(waits.flow.patient.year_of_birth, 1987);
    let another = again(|patient| {
        patient.abha_number = Some("91-0000-0000-0002".parse().unwrap());
    });
    if waits.flow.patient.abha_number.is_none() {
        waits.on(again(|p| p.abha_number = Some("91-0000-0000-0001".parse().unwrap()))).unwrap();
    }
    assert!(matches!(waits.on(another), Err(FlowError::NotValid { .. })), "another person");

    let (mut sent, request) = linking();
    let corrected = |by_hand| {
        let mut patient = patient();
        patient.year_of_birth = 1987;
        HipLinkEvent::Again { patient: Box::new(patient), by_hand }
    };
    assert!(matches!(sent.on(corrected(true)), Err(FlowError::NotValid { .. })));
    assert!(sent.on(corrected(false)).unwrap().is_empty(), "nobody is there to be told");
    assert_eq!(sent.flow.patient.year_of_birth, 1988);
    assert!(sent.on(again(|_| ())).unwrap().is_empty(), "the same details join it");
    sent.on(by_callback(request, HipLinkAnswer::Linked)).unwrap();
    sent.on(corrected(true)).unwrap();
}

#[test]
fn a_refusal_of_an_earlier_attempt_does_not_fail_the_present_one() {
    let (mut driver, first) = linking();
    driver.pass(TimeDelta::seconds(60));
    driver.on(HipLinkEvent::Begin).unwrap();
    let late = by_callback(first, HipLinkAnswer::Refused(Failure::new("late")));
    driver.on(late.clone()).unwrap();
    assert_eq!(driver.flow.progress(), HipLinkProgress::Pending { goes_on_at: None });
    driver.on(link_taken(&driver, RequestId::random())).unwrap();
    driver.on(late).unwrap();
    assert_eq!(driver.flow.progress(), HipLinkProgress::Pending { goes_on_at: None });
}

#[test]
fn a_callback_of_a_try_that_is_not_known_yet_waits_until_it_is() {
    let mut driver = driver();
    driver.on(HipLinkEvent::Begin).unwrap();
    driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let request = RequestId::random();
    let linked = by_callback(request, HipLinkAnswer::Linked);
    assert!(driver.on(linked.clone()).unwrap_err().is_not_yet());
    driver.on(HipLinkEvent::Leaving { sending: driver.flow.sendings, request }).unwrap();
    driver.on(linked).unwrap();
    assert_eq!(driver.flow.progress(), HipLinkProgress::Linked { already: false, notices: None });
}

#[test]
fn what_comes_of_the_sending_of_an_earlier_batch_is_not_counted_for_the_present_one() {
    let (mut driver, request) = linking();
    let earlier = Sending::new(driver.flow.sendings, None);
    driver.on(by_callback(request, HipLinkAnswer::Already)).unwrap();
    let halves = driver.flow.sendings;
    for event in [
        HipLinkEvent::LinkAnswered(AnswerTo::Sending(earlier), HipLinkAnswer::Already),
        HipLinkEvent::LinkAnswered(AnswerTo::Sending(earlier), HipLinkAnswer::Linked),
        HipLinkEvent::LinkUnanswered(earlier, Failure::new("no network")),
        HipLinkEvent::LinkAccepted(Sending::new(earlier.number, Some(request))),
        HipLinkEvent::Leaving { sending: earlier.number, request: RequestId::random() },
    ] {
        assert!(driver.on(event).unwrap().is_empty());
        assert_eq!(driver.flow.progress(), HipLinkProgress::Pending { goes_on_at: None });
        assert!(driver.flow.outcomes().all(|(_, became)| became.is_none()));
    }
    assert!(driver.flow.awaits(halves) && !driver.flow.awaits(earlier.number));
}

#[test]
fn a_request_that_certainly_never_arrived_fails_and_one_that_may_have_is_unknown() {
    let no_network = || Failure::new("no connection could be made");
    let (mut driver, _) = linking();
    driver.pass(TimeDelta::seconds(60));
    driver.on(HipLinkEvent::Begin).unwrap();
    // The first sending was taken, so that nobody knows although the second did not arrive.
    let sending = Sending::new(driver.flow.sendings, None);
    let effects = driver.on(HipLinkEvent::LinkUnanswered(sending, no_network())).unwrap();
    assert!(matches!(effects[..], [Seen::Announce(HipEvent::LinkUnknown { .. })]));

    for unheard in [false, true] {
        let mut driver = self::driver();
        driver.on(HipLinkEvent::Begin).unwrap();
        driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
        let sending = Sending::new(driver.flow.sendings, None);
        for _ in 0..2 {
            let (sending, request) = (sending.number, RequestId::random());
            driver.on(HipLinkEvent::Leaving { sending, request }).unwrap();
        }
        let sending = sending.unheard(unheard);
        driver.on(HipLinkEvent::LinkUnanswered(sending, no_network())).unwrap();
        let expected =
            if unheard { HipLinkProgress::Unknown } else { HipLinkProgress::Failed(no_network()) };
        assert_eq!(driver.flow.progress(), expected);
    }
}

#[test]
fn a_refusal_is_taken_when_word_of_a_try_that_had_no_effect_is_read_after_the_answer() {
    for answer in [
        HipLinkAnswer::Refused(Failure::new("count")),
        HipLinkAnswer::TokenRefused(Failure::new("Invalid Link Token")),
        HipLinkAnswer::TokenMisfit(Failure::new("mismatch")),
    ] {
        let mut driver = driver();
        driver.on(HipLinkEvent::Begin).unwrap();
        driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
        let (sending, first, second) =
            (driver.flow.sendings, RequestId::random(), RequestId::random());
        driver.on(link_taken(&driver, second)).unwrap();
        for request in [first, second] {
            driver.on(HipLinkEvent::Leaving { sending, request }).unwrap();
        }
        driver.on(by_callback(second, answer.clone())).unwrap();
        assert!(!driver.flow.awaits(sending), "{answer:?}");
    }
}

#[test]
fn a_notice_that_is_too_soon_is_sent_again_when_word_of_an_earlier_try_is_read_late() {
    let (mut driver, notice) = noticing();
    let (sending, first) = (driver.flow.sendings, RequestId::random());
    driver.on(HipLinkEvent::Leaving { sending, request: first }).unwrap();
    driver.on(notice_answered(notice, NoticeAnswer::NotYet(Failure::new("too soon")))).unwrap();
    assert!(!driver.flow.awaits(sending));
    assert!(matches!(driver.until_woken()[..], [Seen::Notify { .. }]));
}

#[test]
fn a_try_without_an_answer_whose_word_is_read_late_stays_older_than_the_answered_one() {
    let mut driver = driver();
    driver.on(HipLinkEvent::Begin).unwrap();
    driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let (sending, first, second) = (driver.flow.sendings, RequestId::random(), RequestId::random());
    let taken = Sending::new(sending, Some(second)).unheard(true);
    driver.on(HipLinkEvent::LinkAccepted(taken)).unwrap();
    // It is not told as linked before: the first try may have done it.
    driver.on(by_callback(second, HipLinkAnswer::Already)).unwrap();
    for request in [first, second] {
        driver.on(HipLinkEvent::Leaving { sending, request }).unwrap();
    }
    driver.on(by_callback(first, HipLinkAnswer::Linked)).unwrap();
    assert_eq!(driver.flow.progress(), HipLinkProgress::Linked { already: false, notices: None });
}

#[test]
fn after_already_an_earlier_try_without_an_answer_is_waited_for_a_minute_and_not_longer() {
    for (first_answers, outcome) in [
        (Some(HipLinkAnswer::Linked), ContextOutcome::Linked),
        (Some(HipLinkAnswer::Already), ContextOutcome::Already),
        (None, ContextOutcome::Already),
    ] {
        let mut patient = patient();
        patient.visits.truncate(1);
        let mut driver = Driver::new(HipLinkFlow::new("IN0000000001".parse().unwrap(), patient));
        driver.on(HipLinkEvent::Begin).unwrap();
        driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
        let (sending, first) = (driver.flow.sendings, RequestId::random());
        driver.on(HipLinkEvent::Leaving { sending, request: first }).unwrap();
        let ended = Sending::new(sending, Some(RequestId::random())).unheard(true);
        let already = HipLinkEvent::LinkAnswered(AnswerTo::Sending(ended), HipLinkAnswer::Already);
        driver.on(already).unwrap();
        assert_eq!(driver.flow.progress(), HipLinkProgress::Pending { goes_on_at: None });
        match first_answers {
            Some(answer) => drop(driver.on(by_callback(first, answer)).unwrap()),
            None => drop(driver.pass(TimeDelta::seconds(60))),
        }
        let told: Vec<_> = driver.flow.outcomes().filter_map(|(_, became)| became).collect();
        assert_eq!(told, [&outcome]);
    }
}

#[test]
fn a_second_already_does_not_end_the_wait_for_a_try_whose_word_is_still_on_its_way() {
    let mut driver = driver();
    driver.on(HipLinkEvent::Begin).unwrap();
    driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let (sending, first) = (driver.flow.sendings, RequestId::random());
    driver.pass(TimeDelta::seconds(60));
    driver.on(HipLinkEvent::Begin).unwrap();
    // The answer to the first try of the first sending is lost, and word of it not read yet.
    for (number, unheard) in [(sending, true), (driver.flow.sendings, false)] {
        let ended = Sending::new(number, Some(RequestId::random())).unheard(unheard);
        let already = HipLinkEvent::LinkAnswered(AnswerTo::Sending(ended), HipLinkAnswer::Already);
        assert!(driver.on(already).unwrap().is_empty(), "it waits: {unheard}");
    }
    driver.on(HipLinkEvent::Leaving { sending, request: first }).unwrap();
    driver.on(by_callback(first, HipLinkAnswer::Linked)).unwrap();
    assert_eq!(driver.flow.progress(), HipLinkProgress::Linked { already: false, notices: None });
}

#[test]
fn word_of_the_refused_token_is_not_taken_for_the_new_one() {
    let (mut driver, first) = linking();
    let HipLinkState::Linking { token: refused, .. } = driver.flow.state.clone() else {
        unreachable!()
    };
    let answer = HipLinkAnswer::TokenRefused(Failure::new("Invalid Link Token"));
    driver.on(by_callback(first, answer)).unwrap();
    assert!(driver.on(HipLinkEvent::Token(TokenWord::Ready(refused))).unwrap().is_empty());
    assert!(matches!(driver.flow.state, HipLinkState::AwaitingToken { .. }));
}

#[test]
fn a_notice_whose_answer_was_lost_is_taken_by_the_callback_of_any_try() {
    let (mut driver, request) = linking();
    driver.on(by_callback(request, HipLinkAnswer::Linked)).unwrap();
    driver.until_woken();
    let (sending, lost) = (driver.flow.sendings, RequestId::random());
    driver.on(HipLinkEvent::Leaving { sending, request: lost }).unwrap();
    let effects = driver.on(notice_answered(lost, NoticeAnswer::Taken)).unwrap();
    assert!(matches!(&effects[..], [Seen::Notify { .. }]));
    // What the first notice's effect still comes to is not the second's.
    let refused = NoticeAnswer::Refused(Failure::new("No links found"));
    let to = AnswerTo::Sending(Sending::new(sending, None));
    assert!(driver.on(HipLinkEvent::NoticeAnswered(to, refused)).unwrap().is_empty());
    assert!(driver.flow.notice_problems().is_empty());
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
        let mut pool = vec![HipLinkEvent::Begin];
        let mut effects: Vec<Seen> = Vec::new();
        let mut linked_told = 0;
        let mut picks = picks.into_iter();
        while !driver.done || !pool.is_empty() {
            for effect in effects.drain(..) {
                let id = RequestId::random();
                match effect {
                    Seen::WantToken { .. } => {
                        pool.push(HipLinkEvent::Token(TokenWord::Ready(token())));
                    }
                    Seen::Link { .. } => {
                        pool.push(HipLinkEvent::Leaving { sending: driver.flow.sendings, request: id });
                        pool.push(link_taken(&driver, id));
                        pool.push(by_callback(id, HipLinkAnswer::Linked));
                    }
                    Seen::Notify { sending, .. } => {
                        pool.push(HipLinkEvent::Leaving { sending, request: id });
                        pool.push(notice_taken(&driver, id));
                        pool.push(notice_answered(id, NoticeAnswer::Taken));
                    }
                    Seen::Announce(HipEvent::Linked { .. }) => linked_told += 1,
                    Seen::DropToken | Seen::Word(_) | Seen::Announce(_) => {}
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
            matches!(driver.flow.progress(), HipLinkProgress::Linked { notices: Some(_), .. }),
            "{:?}", driver.flow.state
        );
        prop_assert_eq!(linked_told, 1);
    }

    /// Whatever of a batch is linked already: in the end everything is, and of each care context
    /// the truth is told, once. HTTP answers are lost, tries fail, processes die, callbacks are
    /// doubled and come in any order, before their call's own answer or up to a minute late.
    #[test]
    fn a_batch_of_old_and_new_care_contexts_is_linked_and_told_truly(
        before in prop::collection::vec(any::<bool>(), 1..9),
        choices in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let told = World::new(&before, choices, true).run()?;
        let truth: BTreeMap<String, bool> =
            (0..before.len()).map(|n| (World::name(n), before[n])).collect();
        prop_assert_eq!(told, truth);
    }

    /// The same when ABDM no longer takes the token: a new one is asked for, whatever is lost.
    #[test]
    fn a_token_that_is_refused_is_replaced_and_the_batch_told_truly(
        before in prop::collection::vec(any::<bool>(), 1..4),
        choices in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let refused = HipLinkAnswer::TokenRefused(Failure::new("Invalid Link Token"));
        let told = World::new(&before, choices, true).refusing(refused).run()?;
        let truth: BTreeMap<String, bool> =
            (0..before.len()).map(|n| (World::name(n), before[n])).collect();
        prop_assert_eq!(told, truth);
    }

    /// A refusal is told as that, once, whatever is lost, and whenever word of a try is read.
    #[test]
    fn a_batch_that_is_refused_is_told_as_failed(
        before in prop::collection::vec(any::<bool>(), 1..4),
        choices in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let refused = HipLinkAnswer::Refused(Failure::new("Counter and Care context count mismatch"));
        let mut world = World::new(&before, choices, true).refusing(refused);
        prop_assert!(world.run()?.is_empty());
        let all: BTreeSet<String> = (0..before.len()).map(World::name).collect();
        prop_assert_eq!(&world.failed, &all);
    }

    /// The same with callbacks that come later than anybody waits, or never: of each care context
    /// it is told, once, that it is linked; that it is linked *now* is said of none that was
    /// before.
    #[test]
    fn callbacks_that_come_too_late_make_nothing_untrue(
        before in prop::collection::vec(any::<bool>(), 1..9),
        choices in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let told = World::new(&before, choices, false).run()?;
        prop_assert_eq!(told.len(), before.len());
        for (n, was_linked) in before.into_iter().enumerate() {
            prop_assert!(told[&World::name(n)] || !was_linked, "{n}: {told:?}");
        }
    }

    /// Without faults a batch costs no more than twice as many calls as it has care contexts.
    #[test]
    fn halving_costs_fewer_than_two_calls_for_each_care_context(
        before in prop::collection::vec(any::<bool>(), 1..13),
    ) {
        let mut world = World::new(&before, Vec::new(), true);
        world.run()?;
        prop_assert!(world.calls < 2 * before.len(), "{} calls", world.calls);
    }
}

/// A link, and an ABDM that remembers what is linked and links all of a call or nothing.
struct World {
    driver: Driver<HipLinkFlow>,
    linked: BTreeSet<String>,
    told: BTreeMap<String, bool>,
    failed: BTreeSet<String>,
    /// What ABDM refuses everything with; the token, until there is another one.
    refuses: Option<HipLinkAnswer>,
    /// The last try that left.
    last: Option<RequestId>,
    /// What the link wants done: one after the other, each until it has ended.
    effects: VecDeque<Seen>,
    /// The try of the first of them that is under way.
    under_way: Option<(RequestId, Answered)>,
    tries: u32,
    /// Whether one of them may have arrived unheard.
    unheard: bool,
    /// Word of tries that has not reached the link.
    leaving: Vec<HipLinkEvent>,
    /// Callbacks that have not, and until when they will.
    callbacks: Vec<(HipLinkEvent, Option<DateTime<Utc>>)>,
    choices: std::vec::IntoIter<u8>,
    punctual: bool,
    calls: usize,
}

/// What its sender hears of a try.
enum Answered {
    Taken,
    AtOnce(HipLinkAnswer),
    NotSent,
    Lost,
}

impl World {
    fn name(n: usize) -> String {
        format!("OPD-{n:02}")
    }

    fn new(before: &[bool], choices: Vec<u8>, punctual: bool) -> Self {
        let date = "2026-09-14T08:00:00Z".parse().unwrap();
        let mut patient = patient().without_notice();
        patient.visits.clear();
        let patient = (0..before.len()).fold(patient, |patient, n| {
            let reference = Self::name(n).parse().unwrap();
            patient.visit(Visit::new(reference, "Visit", date, [HiType::OpConsultation]))
        });
        Self {
            driver: Driver::new(HipLinkFlow::new("IN0000000001".parse().unwrap(), patient)),
            linked: (0..before.len()).filter(|n| before[*n]).map(Self::name).collect(),
            told: BTreeMap::new(),
            failed: BTreeSet::new(),
            refuses: None,
            last: None,
            effects: VecDeque::new(),
            under_way: None,
            tries: 0,
            unheard: false,
            leaving: Vec::new(),
            callbacks: Vec::new(),
            choices: choices.into_iter(),
            punctual,
            calls: 0,
        }
    }

    fn refusing(mut self, answer: HipLinkAnswer) -> Self {
        self.refuses = Some(answer);
        self
    }

    /// Until the link has ended and nothing is left that could reach it: what was told of each care
    /// context.
    fn run(&mut self) -> Result<BTreeMap<String, bool>, TestCaseError> {
        self.offer(HipLinkEvent::Begin)?;
        self.offer(HipLinkEvent::Token(TokenWord::Ready(token())))?;
        for _ in 0..5_000 {
            if self.driver.done && self.callbacks.is_empty() {
                return Ok(self.told.clone());
            }
            match self.choices.next() {
                Some(choice) => self.step(choice)?,
                None => self.go_on()?,
            }
        }
        Err(TestCaseError::fail(format!("it hangs: {:?}", self.driver.flow.state)))
    }

    fn step(&mut self, choice: u8) -> Result<(), TestCaseError> {
        let what = usize::from(choice / 8);
        match choice % 8 {
            0..3 => self.work(what),
            3 if !self.leaving.is_empty() => self.hear(),
            3..6 if !self.callbacks.is_empty() => {
                let (event, until) = self.callbacks.swap_remove(what % self.callbacks.len());
                if what.is_multiple_of(4) {
                    self.callbacks.push((event.clone(), until));
                }
                // Some never come.
                let lost = !self.punctual && what.is_multiple_of(7);
                if lost { Ok(()) } else { self.call_back(event, until) }
            }
            6 if self.driver.flow.progress() == HipLinkProgress::Unknown => {
                self.offer(HipLinkEvent::Begin).map(drop)
            }
            _ => self.pass(TimeDelta::seconds(i64::from(choice / 4))),
        }
    }

    /// Without a fault: everything in its order.
    fn go_on(&mut self) -> Result<(), TestCaseError> {
        if !self.leaving.is_empty() {
            self.hear()
        } else if !self.callbacks.is_empty() {
            let (event, until) = self.callbacks.remove(0);
            self.call_back(event, until)
        } else if !self.effects.is_empty() {
            self.work(usize::MAX)
        } else if self.driver.flow.progress() == HipLinkProgress::Unknown {
            self.offer(HipLinkEvent::Begin).map(drop)
        } else {
            let wait = self.driver.wake.map_or(TimeDelta::zero(), |at| at - self.driver.now);
            self.pass(wait)
        }
    }

    /// Goes on with the first effect: a try leaves, or what its sender hears of it is told.
    fn work(&mut self, fate: usize) -> Result<(), TestCaseError> {
        let Some(effect) = self.effects.front().cloned() else {
            return Ok(());
        };
        let Seen::Link { sending, .. } = effect else { unreachable!("{effect:?}") };
        let Some((request, answered)) = self.under_way.take() else {
            if !self.driver.flow.awaits(sending) {
                return self.ends(None);
            }
            let request = RequestId::random();
            self.leaving.push(HipLinkEvent::Leaving { sending, request });
            self.last = Some(request);
            let answered = self.arrives(&effect, request, fate);
            self.under_way = Some((request, answered));
            return Ok(());
        };
        let ended = Sending::new(sending, Some(request)).unheard(self.unheard);
        match answered {
            Answered::Taken => return self.ends(Some(HipLinkEvent::LinkAccepted(ended))),
            Answered::AtOnce(answer) => {
                let to = AnswerTo::Sending(ended);
                return self.ends(Some(HipLinkEvent::LinkAnswered(to, answer)));
            }
            Answered::NotSent => {}
            Answered::Lost => self.unheard = true,
        }
        self.tries += 1;
        if self.tries < 4 {
            return Ok(());
        }
        let ended = Sending::new(sending, None).unheard(self.unheard);
        // What certainly never arrived is told as not linked, which is true: not of interest here.
        if self.unheard {
            let failure = Failure::new("no answer");
            return self.ends(Some(HipLinkEvent::LinkUnanswered(ended, failure)));
        }
        self.tries = 0;
        Ok(())
    }

    fn ends(&mut self, event: Option<HipLinkEvent>) -> Result<(), TestCaseError> {
        self.effects.pop_front();
        (self.tries, self.unheard) = (0, false);
        event.map_or(Ok(()), |event| self.offer(event).map(drop))
    }

    /// What becomes of a try on its way to ABDM and back.
    fn arrives(&mut self, effect: &Seen, request: RequestId, fate: usize) -> Answered {
        match fate % 8 {
            0 => return Answered::NotSent,
            1 => return Answered::Lost,
            _ => self.calls += 1,
        }
        let contexts = named(std::slice::from_ref(effect));
        let lost = fate % 8 < 4;
        let answer = if let Some(refused) = self.refuses.clone() {
            if fate.is_multiple_of(2) {
                return if lost { Answered::Lost } else { Answered::AtOnce(refused) };
            }
            refused
        } else if contexts.iter().any(|context| self.linked.contains(context)) {
            if fate.is_multiple_of(2) {
                return if lost {
                    Answered::Lost
                } else {
                    Answered::AtOnce(HipLinkAnswer::Already)
                };
            }
            HipLinkAnswer::Already
        } else {
            self.linked.extend(contexts);
            HipLinkAnswer::Linked
        };
        let until = self.punctual.then(|| self.driver.now + TimeDelta::seconds(50));
        self.callbacks.push((by_callback(request, answer), until));
        if lost { Answered::Lost } else { Answered::Taken }
    }

    /// The link hears of the first try that left.
    fn hear(&mut self) -> Result<(), TestCaseError> {
        let event = self.leaving.remove(0);
        self.offer(event).map(drop)
    }

    /// A callback comes; what is too early comes again.
    fn call_back(
        &mut self,
        event: HipLinkEvent,
        until: Option<DateTime<Utc>>,
    ) -> Result<(), TestCaseError> {
        let HipLinkEvent::LinkAnswered(AnswerTo::Request(request), answer) = &event else {
            unreachable!("{event:?}")
        };
        let refused = matches!(answer, HipLinkAnswer::TokenRefused(_) | HipLinkAnswer::Refused(_));
        let decides = refused && self.last == Some(*request) && self.effects.is_empty();
        let sending = self.driver.flow.sendings;
        if !self.offer(event.clone())? {
            self.callbacks.push((event, until));
        } else if decides {
            let waits = matches!(self.driver.flow.state, HipLinkState::Linking { .. })
                && self.driver.flow.sendings == sending;
            prop_assert!(!waits, "the refusal of the last try is swallowed");
        }
        Ok(())
    }

    /// Lets time pass; what must come by then comes before.
    fn pass(&mut self, time: TimeDelta) -> Result<(), TestCaseError> {
        let then = self.driver.now + time;
        while !self.leaving.is_empty() {
            self.hear()?;
        }
        while let Some(due) =
            self.callbacks.iter().position(|(_, until)| until.is_some_and(|until| until <= then))
        {
            let (event, _) = self.callbacks.swap_remove(due);
            self.offer(event)?;
        }
        let effects = self.driver.pass(time);
        self.take(effects)
    }

    /// Whether the link took an event; else it came too early.
    fn offer(&mut self, event: HipLinkEvent) -> Result<bool, TestCaseError> {
        match self.driver.on(event) {
            Ok(effects) => self.take(effects).map(|()| true),
            Err(error) if error.is_not_yet() => Ok(false),
            Err(error) => Err(TestCaseError::fail(error.to_string())),
        }
    }

    fn take(&mut self, effects: Vec<Seen>) -> Result<(), TestCaseError> {
        for effect in effects {
            match effect {
                Seen::Announce(HipEvent::Linked { care_contexts, already, .. }) => {
                    for context in care_contexts {
                        let again = self.told.insert(context.to_string(), already);
                        prop_assert!(again.is_none(), "{context} is told twice");
                    }
                }
                Seen::Announce(HipEvent::LinkFailed { care_contexts, .. }) => {
                    for context in care_contexts {
                        prop_assert!(self.failed.insert(context.to_string()), "{context} twice");
                    }
                }
                Seen::WantToken { in_place_of: Some(_), .. } => {
                    self.refuses = None;
                    self.offer(HipLinkEvent::Token(TokenWord::Ready(token())))?;
                }
                Seen::Announce(HipEvent::LinkUnknown { .. }) | Seen::WantToken { .. } => {}
                effect @ Seen::Link { .. } => self.effects.push_back(effect),
                other => prop_assert!(false, "{other:?}"),
            }
        }
        Ok(())
    }
}

fn listener(wish: u64) -> Listener {
    let flow = FlowId::fresh(&abdm_flow::ids::SeededIds::new(wish));
    Listener { kind: ListenerKind::AutoLink, flow, wish }
}

/// What is told to whom.
fn words(seen: &[Seen]) -> Vec<(u64, LinkWord)> {
    let words = seen.iter().filter_map(|seen| match seen {
        Seen::Word(word) => Some((word.report.wish, word.report.word.clone())),
        _ => None,
    });
    words.collect()
}

#[test]
fn whoever_wished_for_a_link_is_told_once_what_became_of_it() {
    let mut driver = driver();
    driver.flow.patient = driver.flow.patient.clone().without_notice();
    driver.on(HipLinkEvent::Wanted(listener(1))).unwrap();
    // A second one joins; the first asks again.
    driver.on(HipLinkEvent::Wanted(listener(2))).unwrap();
    driver.on(HipLinkEvent::Wanted(listener(1))).unwrap();
    driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    let request = RequestId::random();
    driver.on(link_taken(&driver, request)).unwrap();
    let seen = driver.on(by_callback(request, HipLinkAnswer::Linked)).unwrap();
    let linked = LinkWord::Over {
        outcomes: vec![ContextOutcome::Linked; 2],
        problems: Vec::new(),
        no_token: false,
    };
    assert_eq!(words(&seen), [(1, linked.clone()), (2, linked.clone())]);
    let again = driver.on(by_callback(request, HipLinkAnswer::Linked)).unwrap();
    assert_eq!(words(&again), []);
    // Whoever comes late is told at once.
    let late = driver.on(HipLinkEvent::Wanted(listener(3))).unwrap();
    assert_eq!(words(&late), [(3, linked)]);
}

#[test]
fn whoever_wished_for_a_link_is_told_each_time_that_nobody_knows_and_at_the_end() {
    let mut driver = driver();
    driver.on(HipLinkEvent::Wanted(listener(1))).unwrap();
    driver.on(HipLinkEvent::Token(TokenWord::Ready(token()))).unwrap();
    driver.on(link_taken(&driver, RequestId::random())).unwrap();
    let unknown = (1, LinkWord::Unknown { of_token: false });
    assert_eq!(words(&driver.until_woken()), std::slice::from_ref(&unknown));
    let again = driver.on(HipLinkEvent::Wanted(listener(1))).unwrap();
    assert!(matches!(again[..], [Seen::Link { .. }]), "{again:?}");
    driver.on(link_taken(&driver, RequestId::random())).unwrap();
    assert_eq!(words(&driver.until_woken()), [unknown]);
    let told = words(&driver.until_woken());
    let [(1, LinkWord::Over { outcomes, no_token: false, .. })] = &told[..] else {
        unreachable!("{told:?}")
    };
    assert!(outcomes.iter().all(|outcome| !outcome.is_linked()));
}

#[test]
fn whoever_wished_for_a_link_is_told_that_it_failed_for_want_of_a_token() {
    let mut driver = driver();
    driver.on(HipLinkEvent::Wanted(listener(1))).unwrap();
    let silent = driver.on(HipLinkEvent::Token(TokenWord::Silent)).unwrap();
    assert_eq!(words(&silent), [(1, LinkWord::Unknown { of_token: true })]);
    let refused = TokenWord::Refused(Failure::new("no token"));
    let told = words(&driver.on(HipLinkEvent::Token(refused)).unwrap());
    assert!(matches!(told[..], [(1, LinkWord::Over { no_token: true, .. })]), "{told:?}");
}
