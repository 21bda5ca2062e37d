use abdm_core::secret::Otp;
use abdm_core::vocabulary::HiType;
use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::api::hip_linking::CareContext;
use crate::api::user_linking::LinkOtp;
use crate::flow::driver::{Driver, Watched};
use crate::linked_context::LinkedBy;

impl Watched for UserLinkFlow {
    type Seen = UserLinkEffect;
}

fn id(n: u64) -> RequestId {
    format!("3f2a1c80-0000-4000-8000-{n:012}").parse().unwrap()
}

fn element(contexts: &[&str]) -> PatientCareContexts {
    let context = |c: &&str| CareContext::new(c.parse().unwrap(), format!("Visit {c}"));
    let contexts = contexts.iter().map(context).collect();
    PatientCareContexts::new("UHID-1".parse().unwrap(), "Asha T.", HiType::OpConsultation, contexts)
}

fn offer() -> Box<Offer> {
    let shown = ShownOffer::new(vec![element(&["OPD-1", "OPD-2"])], Vec::new());
    let mobiles = vec![("UHID-1".parse().unwrap(), "9999999999".to_owned())];
    Box::new(Offer::new("asha.test@sbx".parse().unwrap(), shown, mobiles, Vec::new()))
}

fn choice(context: &str) -> Choice {
    Choice::new("UHID-1".parse().unwrap(), None, vec![context.parse().unwrap()])
}

fn init(n: u64, context: &str) -> UserLinkEvent {
    UserLinkEvent::Init { init: id(n), abha_address: None, choices: vec![choice(context)] }
}

fn link(n: u64) -> LinkReference {
    format!("link-{n}").parse().unwrap()
}

fn driver() -> Driver<UserLinkFlow> {
    let driver = Driver::new(UserLinkFlow::new(
        "f901b782".parse().unwrap(),
        "IN0000000001".parse().unwrap(),
        "2026-09-14T09:00:00Z".parse().unwrap(),
    ));
    assert_eq!(driver.flow.received_at, driver.now);
    driver
}

fn discovered() -> UserLinkEvent {
    let mut bytes = vec![5; 64];
    bytes[0] = 1;
    let wanted = abdm_core::seal::Sealed::from_bytes(bytes).unwrap();
    UserLinkEvent::Discovered { discovery: id(1), hiu: None, wanted }
}

fn matched() -> UserLinkEvent {
    UserLinkEvent::Matched { offer: offer(), explanation: "by the ABHA address".to_owned() }
}

/// A flow whose offer ABDM has.
fn offered() -> Driver<UserLinkFlow> {
    let mut driver = driver();
    driver.on(discovered()).unwrap();
    driver.on(matched()).unwrap();
    driver.on(UserLinkEvent::DiscoveryAnswered).unwrap();
    driver
}

/// The OTP of a link is made and about to be sent.
fn make(driver: &mut Driver<UserLinkFlow>, n: u64, otp: &str) {
    let UserLinkState::SendingOtp { init, chosen, .. } = &driver.flow.state else {
        panic!("{:?}", driver.flow.state)
    };
    let (init, chosen) = (*init, chosen.clone());
    let digest = OtpDigest::new(&Otp::new(otp).unwrap(), &link(n), [7; 16]);
    let until = driver.now + TimeDelta::minutes(10);
    let otp = Box::new(AwaitedOtp::new(link(n), digest, until, chosen));
    driver.on(UserLinkEvent::OtpMade { init, otp }).unwrap();
}

/// The init for which an OTP is being sent.
fn sending(driver: &Driver<UserLinkFlow>) -> RequestId {
    let UserLinkState::SendingOtp { init, .. } = &driver.flow.state else {
        panic!("{:?}", driver.flow.state)
    };
    *init
}

fn otp_sent(driver: &Driver<UserLinkFlow>) -> UserLinkEvent {
    UserLinkEvent::OtpSent { init: sending(driver) }
}

fn otp_not_sent(driver: &Driver<UserLinkFlow>, refusal: InitRefusal) -> UserLinkEvent {
    UserLinkEvent::OtpNotSent { init: sending(driver), refusal }
}

/// The OTP of a link is made, sent, and ABDM told.
fn send(driver: &mut Driver<UserLinkFlow>, n: u64, otp: &str) {
    make(driver, n, otp);
    let effects = driver.on(otp_sent(driver)).unwrap();
    assert!(matches!(effects[..], [UserLinkEffect::AnswerInit { .. }]));
    driver.on(UserLinkEvent::InitAnswered).unwrap();
}

/// A flow whose patient has the OTP 123456 of link 1.
fn awaiting() -> Driver<UserLinkFlow> {
    let mut driver = offered();
    driver.on(init(2, "OPD-1")).unwrap();
    send(&mut driver, 1, "123456");
    driver
}

fn confirm(n: u64, of: u64, otp: &str) -> UserLinkEvent {
    UserLinkEvent::Confirm { confirm: id(n), link_reference: link(of), otp: LinkOtp::new(otp) }
}

fn refusal(effects: &[UserLinkEffect]) -> Option<ConfirmRefusal> {
    effects.iter().find_map(|effect| match effect {
        UserLinkEffect::AnswerConfirm { answer: Err(refusal), .. } => Some(*refusal),
        _ => None,
    })
}

#[test]
fn the_right_otp_links_what_was_chosen_and_nothing_else() {
    let mut driver = awaiting();
    let effects = driver.on(confirm(3, 1, "123456")).unwrap();
    let [UserLinkEffect::AnswerConfirm { answer: Ok(linked), .. }] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*linked, [element(&["OPD-1"])]);
    let effects = driver.on(UserLinkEvent::ConfirmAnswered { confirm: id(3) }).unwrap();
    let [UserLinkEffect::Announce(HipEvent::Linked { care_contexts, linked_by, .. })] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(care_contexts[..], ["OPD-1".parse().unwrap()]);
    assert_eq!(*linked_by, LinkedBy::Patient);
    assert!(driver.done);
    assert!(matches!(driver.flow.state, UserLinkState::Ended(UserLinkEnd::Linked)));
}

#[test]
fn a_link_that_abdm_has_not_taken_is_told_as_failed_and_recorded_nowhere() {
    let mut driver = awaiting();
    driver.on(confirm(3, 1, "123456")).unwrap();
    let failure = Failure::new("ABDM answered ABDM-1111");
    let event = UserLinkEvent::ConfirmNotHeard { confirm: id(3), failure };
    let step = driver.flow.clone().on(event.clone(), driver.now).unwrap();
    assert!(step.rows.is_empty());
    let effects = driver.on(event).unwrap();
    assert!(matches!(effects[..], [UserLinkEffect::Announce(HipEvent::LinkFailed { .. })]));
    assert!(driver.done);
}

#[test]
fn the_third_wrong_otp_ends_it_and_the_right_one_then_links_nothing() {
    let mut driver = awaiting();
    for n in 3..5 {
        let refused = refusal(&driver.on(confirm(n, 1, "111111")).unwrap());
        assert_eq!(refused, Some(ConfirmRefusal::Wrong));
    }
    let refused = refusal(&driver.on(confirm(5, 1, "111111")).unwrap());
    assert_eq!(refused, Some(ConfirmRefusal::TooManyWrong));
    let refused = refusal(&driver.on(confirm(6, 1, "123456")).unwrap());
    assert_eq!(refused, Some(ConfirmRefusal::UnknownReference));
    assert!(matches!(driver.flow.state, UserLinkState::Offered));
}

#[test]
fn an_otp_whose_time_is_over_links_nothing() {
    let mut driver = awaiting();
    driver.pass(TimeDelta::minutes(10));
    let refused = refusal(&driver.on(confirm(3, 1, "123456")).unwrap());
    assert_eq!(refused, Some(ConfirmRefusal::Expired));
    driver.pass(TimeDelta::minutes(10));
    assert!(matches!(driver.flow.state, UserLinkState::Ended(UserLinkEnd::OtpExpired)));
}

#[test]
fn of_two_otps_only_the_last_links_and_what_was_chosen_under_it() {
    let mut driver = awaiting();
    driver.on(init(7, "OPD-2")).unwrap();
    send(&mut driver, 2, "654321");
    for (of, otp) in [(1, "123456"), (2, "123456"), (1, "654321")] {
        assert!(refusal(&driver.on(confirm(8, of, otp)).unwrap()).is_some(), "{of} {otp}");
    }
    let effects = driver.on(confirm(9, 2, "654321")).unwrap();
    let [UserLinkEffect::AnswerConfirm { answer: Ok(linked), .. }] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*linked, [element(&["OPD-2"])]);
}

fn init_refusal(effects: &[UserLinkEffect]) -> Option<InitRefusal> {
    effects.iter().find_map(|effect| match effect {
        UserLinkEffect::AnswerInit { answer: InitAnswer::Refused(refusal), .. } => Some(*refusal),
        _ => None,
    })
}

/// The names of what the hospital is told.
fn told(effects: &[UserLinkEffect]) -> Vec<&'static str> {
    let told = effects.iter().filter_map(|effect| match effect {
        UserLinkEffect::Announce(event) => Some(event.name()),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_discovery_is_announced_when_abdm_has_the_answer_and_once() {
    let mut driver = driver();
    driver.on(discovered()).unwrap();
    assert_eq!(told(&driver.on(matched()).unwrap()), [""; 0]);
    assert_eq!(told(&driver.on(UserLinkEvent::DiscoveryAnswered).unwrap()), ["discovery-answered"]);
    assert_eq!(told(&driver.on(UserLinkEvent::DiscoveryAnswered).unwrap()), [""; 0]);

    // An init shows it, too, and is not held up by our own call.
    let mut driver = self::driver();
    driver.on(discovered()).unwrap();
    driver.on(matched()).unwrap();
    let effects = driver.on(init(2, "OPD-1")).unwrap();
    assert_eq!(told(&effects), ["discovery-answered"]);
    assert!(effects.iter().any(|effect| matches!(effect, UserLinkEffect::SendOtp { .. })));
    assert_eq!(told(&driver.on(UserLinkEvent::DiscoveryAnswered).unwrap()), [""; 0]);
}

#[test]
fn an_answer_to_a_discovery_that_abdm_refuses_is_told_as_that_and_not_as_answered() {
    let mut driver = driver();
    driver.on(discovered()).unwrap();
    driver.on(matched()).unwrap();
    let failure = Failure::new("ABDM answered ABDM-1059");
    let effects = driver.on(UserLinkEvent::DiscoveryNotHeard(failure)).unwrap();
    assert_eq!(told(&effects), ["user-link-failed"]);
    assert!(driver.done);
}

#[test]
fn a_search_without_an_end_is_answered_while_the_app_waits() {
    let mut driver = driver();
    driver.on(discovered()).unwrap();
    let effects = driver.until_woken();
    let [UserLinkEffect::AnswerDiscovery { answer, .. }] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*answer, DiscoveryAnswer::Refused(DiscoveryRefusal::Failed));
    assert!(driver.now < driver.flow.received_at + TimeDelta::seconds(10));
    // What is found after it is nobody's any more.
    assert!(driver.on(matched()).unwrap().is_empty());
    let effects = driver.on(UserLinkEvent::DiscoveryAnswered).unwrap();
    assert_eq!(told(&effects), ["discovery-answered"]);
    assert!(driver.done);
}

#[test]
fn a_search_that_begins_late_has_its_time_too() {
    let mut driver = driver();
    driver.now += TimeDelta::minutes(5);
    driver.on(discovered()).unwrap();
    let ends = driver.wake.unwrap() - driver.now;
    assert!(ends > TimeDelta::seconds(2) && ends < TimeDelta::seconds(10), "{ends}");
}

#[test]
fn an_answer_to_a_discovery_without_a_word_is_told_and_a_late_word_still_counts() {
    let mut late = driver();
    late.on(discovered()).unwrap();
    late.on(matched()).unwrap();
    assert_eq!(told(&late.until_woken()), ["user-link-failed"]);
    let mut silent = Driver::new(late.flow.clone());
    (silent.now, silent.wake) = (late.now, late.wake);
    assert_eq!(told(&late.on(init(2, "OPD-1")).unwrap()), ["discovery-answered"]);
    assert_eq!(told(&silent.until_woken()), [""; 0], "it is told once");
    assert!(silent.done);
    assert!(matches!(silent.flow.state, UserLinkState::Ended(UserLinkEnd::NotHeard(_))));
}

#[test]
fn an_otp_that_is_sent_without_end_is_refused_and_may_be_asked_for_again() {
    let mut driver = offered();
    driver.on(init(2, "OPD-1")).unwrap();
    make(&mut driver, 1, "123456");
    let begun = driver.now;
    let effects = driver.until_woken();
    assert_eq!(init_refusal(&effects), Some(InitRefusal::Failed));
    assert!(driver.now - begun <= TimeDelta::minutes(1));
    assert!(
        driver.on(UserLinkEvent::OtpSent { init: id(2) }).unwrap().is_empty(),
        "nobody waits for it"
    );
    driver.on(UserLinkEvent::InitAnswered).unwrap();
    let effects = driver.on(init(3, "OPD-1")).unwrap();
    assert!(matches!(effects[..], [UserLinkEffect::SendOtp { .. }]));
}

#[test]
fn word_of_an_otp_of_an_earlier_init_says_nothing_of_the_present_one() {
    let mut driver = offered();
    driver.on(init(2, "OPD-1")).unwrap();
    driver.until_woken();
    driver.on(UserLinkEvent::InitAnswered).unwrap();
    driver.on(init(3, "OPD-1")).unwrap();
    let late = UserLinkEvent::OtpNotSent { init: id(2), refusal: InitRefusal::Failed };
    assert!(driver.on(late).unwrap().is_empty());
    assert!(driver.on(UserLinkEvent::OtpSent { init: id(2) }).unwrap().is_empty());
    // One that opens nothing is not sent.
    let (digest, until) = (
        OtpDigest::new(&Otp::new("123456").unwrap(), &link(1), [7; 16]),
        driver.now + TimeDelta::minutes(10),
    );
    let otp = Box::new(AwaitedOtp::new(link(1), digest, until, Vec::new()));
    driver.on(UserLinkEvent::OtpMade { init: id(2), otp }).unwrap_err();
    assert!(matches!(driver.flow.state, UserLinkState::SendingOtp { made: None, .. }));
    send(&mut driver, 2, "654321");
    assert!(matches!(driver.flow.state, UserLinkState::AwaitingOtp(_)));
}

#[test]
fn an_answer_to_the_right_otp_without_a_word_is_told_as_unknown_and_a_late_word_links() {
    let mut late = awaiting();
    late.on(confirm(3, 1, "123456")).unwrap();
    assert_eq!(told(&late.until_woken()), ["link-unknown"]);
    let mut silent = Driver::new(late.flow.clone());
    (silent.now, silent.wake) = (late.now, late.wake);
    let effects = late.on(UserLinkEvent::ConfirmAnswered { confirm: id(3) }).unwrap();
    assert_eq!(told(&effects), ["linked"]);
    assert_eq!(told(&silent.until_woken()), ["link-failed"]);
    assert!(silent.done);
}

#[test]
fn an_answer_to_an_init_and_to_a_stray_message_without_a_word_ends_and_is_told() {
    let mut unanswered = offered();
    unanswered.on(init(2, "OPD-1")).unwrap();
    make(&mut unanswered, 1, "123456");
    unanswered.on(otp_sent(&unanswered)).unwrap();
    let mut stray = driver();
    stray.on(confirm(2, 1, "123456")).unwrap();
    for mut driver in [unanswered, stray] {
        assert_eq!(told(&driver.until_woken()), ["user-link-failed"]);
        assert!(driver.done);
    }
}

#[test]
fn every_state_that_waits_for_somebody_is_woken() {
    let mut driver = driver();
    let waits = |driver: &mut Driver<UserLinkFlow>, event: UserLinkEvent| {
        driver.on(event).unwrap();
        assert!(driver.wake.is_some(), "{:?}", driver.flow.state);
    };
    waits(&mut driver, discovered());
    waits(&mut driver, matched());
    waits(&mut driver, UserLinkEvent::DiscoveryAnswered);
    waits(&mut driver, init(2, "OPD-9"));
    waits(&mut driver, UserLinkEvent::InitAnswered);
    waits(&mut driver, init(3, "OPD-1"));
    make(&mut driver, 1, "123456");
    let sent = otp_sent(&driver);
    waits(&mut driver, sent);
    waits(&mut driver, UserLinkEvent::InitAnswered);
    waits(&mut driver, confirm(4, 1, "123456"));
    waits(&mut self::driver(), init(2, "OPD-1"));
    waits(&mut self::driver(), confirm(2, 1, "123456"));
}

#[test]
fn a_refused_init_leaves_the_earlier_otp_to_be_typed() {
    let unreadable = UserLinkEvent::UnreadableInit { init: id(7) };
    for refused in [init(7, "OPD-9"), unreadable] {
        let mut driver = awaiting();
        assert!(init_refusal(&driver.on(refused).unwrap()).is_some());
        driver.on(UserLinkEvent::InitAnswered).unwrap();
        let effects = driver.on(confirm(8, 1, "123456")).unwrap();
        assert!(matches!(&effects[..], [UserLinkEffect::AnswerConfirm { answer: Ok(_), .. }]));
    }
}

#[test]
fn an_init_over_the_number_leaves_the_last_otp_to_be_typed() {
    let mut driver = awaiting();
    for n in 2..4 {
        driver.on(init(10 + n, "OPD-1")).unwrap();
        send(&mut driver, n, "123456");
    }
    let refused = init_refusal(&driver.on(init(20, "OPD-2")).unwrap());
    assert_eq!(refused, Some(InitRefusal::TooManyOtps));
    // Also before the word that ABDM has the refusal.
    for answered in [false, true] {
        let mut driver = Driver::new(driver.flow.clone());
        if answered {
            driver.on(UserLinkEvent::InitAnswered).unwrap();
        }
        let effects = driver.on(confirm(21, 3, "123456")).unwrap();
        let [UserLinkEffect::AnswerConfirm { answer: Ok(linked), .. }] = &effects[..] else {
            panic!("{effects:?}")
        };
        assert_eq!(*linked, [element(&["OPD-1"])]);
    }
}

#[test]
fn an_otp_that_cannot_be_sent_leaves_the_earlier_one_to_be_typed_with_its_wrong_tries() {
    let mut driver = awaiting();
    driver.on(confirm(5, 1, "111111")).unwrap();
    driver.on(init(7, "OPD-2")).unwrap();
    make(&mut driver, 2, "654321");
    let failed = driver.on(otp_not_sent(&driver, InitRefusal::Failed)).unwrap();
    assert_eq!(init_refusal(&failed), Some(InitRefusal::Failed));
    driver.on(UserLinkEvent::InitAnswered).unwrap();
    let unknown = refusal(&driver.on(confirm(8, 2, "654321")).unwrap());
    assert_eq!(unknown, Some(ConfirmRefusal::UnknownReference));
    assert_eq!(refusal(&driver.on(confirm(9, 1, "111111")).unwrap()), Some(ConfirmRefusal::Wrong));
    let effects = driver.on(confirm(10, 1, "123456")).unwrap();
    let [UserLinkEffect::AnswerConfirm { answer: Ok(linked), .. }] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*linked, [element(&["OPD-1"])]);
}

#[test]
fn a_refused_init_after_the_end_of_the_otp_leaves_the_offer() {
    let mut driver = awaiting();
    driver.pass(TimeDelta::minutes(10));
    driver.on(init(7, "OPD-9")).unwrap();
    driver.on(UserLinkEvent::InitAnswered).unwrap();
    assert!(matches!(driver.flow.state, UserLinkState::Offered));
}

#[test]
fn otps_that_were_not_sent_do_not_count_as_sent_and_there_is_an_end_to_trying() {
    let fails = |driver: &mut Driver<UserLinkFlow>, n: u64| {
        let effects = driver.on(init(n, "OPD-1")).unwrap();
        assert!(matches!(effects[..], [UserLinkEffect::SendOtp { .. }]), "{n}: {effects:?}");
        driver.on(otp_not_sent(driver, InitRefusal::Failed)).unwrap();
        driver.on(UserLinkEvent::InitAnswered).unwrap();
    };
    let mut driver = offered();
    (2..4).for_each(|n| fails(&mut driver, n));
    for n in 4..7 {
        driver.on(init(n, "OPD-1")).unwrap();
        send(&mut driver, n, "123456");
    }
    let mut driver = offered();
    (2..5).for_each(|n| fails(&mut driver, n));
    assert!(matches!(driver.flow.state, UserLinkState::Ended(UserLinkEnd::OtpsNotSent)));
    // While an earlier OTP is good, it goes on.
    let mut driver = awaiting();
    (7..10).for_each(|n| fails(&mut driver, n));
    let refused = init_refusal(&driver.on(init(10, "OPD-1")).unwrap());
    assert_eq!(refused, Some(InitRefusal::Failed));
    driver.on(UserLinkEvent::InitAnswered).unwrap();
    assert!(refusal(&driver.on(confirm(11, 1, "123456")).unwrap()).is_none());
}

#[test]
fn a_day_without_further_otps_is_no_failure_of_the_discovery() {
    let mut driver = offered();
    for n in 2..8 {
        driver.on(init(n, "OPD-1")).unwrap();
        let refused = otp_not_sent(&driver, InitRefusal::TooManyOtpsToday);
        let refused = init_refusal(&driver.on(refused).unwrap());
        assert_eq!(refused, Some(InitRefusal::TooManyOtpsToday));
        driver.on(UserLinkEvent::InitAnswered).unwrap();
    }
    assert!(matches!(driver.flow.state, UserLinkState::Offered));
}

#[test]
fn a_confirmation_that_comes_again_after_the_link_gets_the_same_answer() {
    let mut driver = awaiting();
    driver.on(confirm(3, 1, "123456")).unwrap();
    // While ABDM is being told, it waits.
    assert!(driver.on(confirm(4, 1, "123456")).unwrap_err().is_not_yet());
    driver.on(UserLinkEvent::ConfirmAnswered { confirm: id(3) }).unwrap();
    assert!(driver.flow.has_linked(&link(1)) && !driver.flow.has_linked(&link(2)));
    let effects = driver.on(confirm(4, 1, "123456")).unwrap();
    let [UserLinkEffect::AnswerConfirm { confirm: answered, answer: Ok(linked), .. }] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!((*answered, &linked[..]), (id(4), &[element(&["OPD-1"])][..]));
    // Nothing is linked or told twice, and it stays linked whatever ABDM says to it.
    assert!(driver.on(UserLinkEvent::ConfirmAnswered { confirm: id(4) }).unwrap().is_empty());
    let failure = Failure::new("ABDM answered ABDM-9999");
    let event = UserLinkEvent::ConfirmNotHeard { confirm: id(4), failure };
    assert!(driver.on(event).unwrap().is_empty());
    // An OTP whose time is over is taken for nothing.
    driver.now += TimeDelta::minutes(60);
    let late = driver.on(confirm(5, 1, "123456")).unwrap();
    assert_eq!(refusal(&late), Some(ConfirmRefusal::Expired));
    assert!(matches!(driver.flow.state, UserLinkState::Ended(UserLinkEnd::Linked)));
}

#[test]
fn a_wrong_otp_or_another_reference_after_the_link_is_refused_and_guessing_has_an_end() {
    let mut driver = awaiting();
    driver.on(confirm(3, 1, "123456")).unwrap();
    driver.on(UserLinkEvent::ConfirmAnswered { confirm: id(3) }).unwrap();
    let unknown = Some(ConfirmRefusal::UnknownReference);
    assert_eq!(refusal(&driver.on(confirm(4, 2, "123456")).unwrap()), unknown);
    for n in 5..8 {
        assert_eq!(refusal(&driver.on(confirm(n, 1, "111111")).unwrap()), unknown);
    }
    assert_eq!(refusal(&driver.on(confirm(8, 1, "123456")).unwrap()), unknown);
}

#[test]
fn a_choice_and_a_confirmation_that_cannot_be_read_are_answered_with_an_error() {
    let mut driver = offered();
    let refused = init_refusal(&driver.on(UserLinkEvent::UnreadableInit { init: id(2) }).unwrap());
    assert_eq!(refused, Some(InitRefusal::Unreadable));
    assert_eq!(InitRefusal::Unreadable.to_error().code.unwrap().as_str(), "ABDM-1057");
    driver.on(UserLinkEvent::InitAnswered).unwrap();
    driver.on(init(3, "OPD-1")).unwrap();

    let mut stray = self::driver();
    let unreadable = UserLinkEvent::UnreadableConfirm { confirm: id(2) };
    let refused = refusal(&stray.on(unreadable).unwrap());
    assert_eq!(refused, Some(ConfirmRefusal::UnknownReference));
    stray.on(UserLinkEvent::ConfirmAnswered { confirm: id(2) }).unwrap();
    assert!(stray.done);
}

#[test]
fn one_discovery_brings_about_three_otps_at_most() {
    let mut driver = awaiting();
    for n in 2..4 {
        driver.on(init(10 + n, "OPD-1")).unwrap();
        send(&mut driver, n, "123456");
    }
    let effects = driver.on(init(20, "OPD-1")).unwrap();
    let [UserLinkEffect::AnswerInit { answer: InitAnswer::Refused(refusal), .. }] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(*refusal, InitRefusal::TooManyOtps);
}

#[test]
fn an_init_for_another_address_or_of_what_was_not_offered_brings_no_otp() {
    for (address, context) in [(Some("rahul.test@sbx"), "OPD-1"), (None, "OPD-9")] {
        let mut driver = offered();
        let event = UserLinkEvent::Init {
            init: id(2),
            abha_address: address.map(|address| address.parse().unwrap()),
            choices: vec![choice(context)],
        };
        let effects = driver.on(event).unwrap();
        let [UserLinkEffect::AnswerInit { answer: InitAnswer::Refused(refusal), .. }] =
            &effects[..]
        else {
            panic!("{effects:?}")
        };
        let expected =
            if address.is_some() { InitRefusal::NotOffered } else { InitRefusal::UnknownContexts };
        assert_eq!(*refusal, expected);
        // The app may choose again.
        driver.on(UserLinkEvent::InitAnswered).unwrap();
        let effects = driver.on(init(3, "OPD-1")).unwrap();
        assert!(matches!(effects[..], [UserLinkEffect::SendOtp { .. }]));
    }
}

#[test]
fn an_init_that_is_an_error_ends_the_discovery_without_an_answer() {
    for mut driver in [offered(), awaiting()] {
        let failure = Failure::new("linked already");
        assert!(driver.on(UserLinkEvent::EndedByAbdm(failure)).unwrap().is_empty());
        assert!(driver.done);
        assert!(matches!(driver.flow.state, UserLinkState::Ended(UserLinkEnd::EndedByAbdm(_))));
    }
}

#[test]
fn inits_and_confirmations_of_nothing_known_are_answered_with_an_error() {
    let mut stray = driver();
    let effects = stray.on(init(2, "OPD-1")).unwrap();
    assert!(matches!(
        effects[..],
        [UserLinkEffect::AnswerInit { answer: InitAnswer::Refused(InitRefusal::NotOffered), .. }]
    ));
    stray.on(UserLinkEvent::InitAnswered).unwrap();
    assert!(stray.done);
    let mut stray = driver();
    let refused = refusal(&stray.on(confirm(2, 1, "123456")).unwrap());
    assert_eq!(refused, Some(ConfirmRefusal::UnknownReference));
    stray.on(UserLinkEvent::ConfirmAnswered { confirm: id(2) }).unwrap();
    assert!(stray.done);
}

#[test]
fn what_is_not_taken_up_ends_by_itself() {
    let mut driver = offered();
    driver.pass(TimeDelta::minutes(29));
    assert!(!driver.done);
    driver.pass(TimeDelta::minutes(2));
    assert!(matches!(driver.flow.state, UserLinkState::Ended(UserLinkEnd::NotTakenUp)));
    assert!(driver.done);
}

#[test]
fn a_discovery_that_comes_twice_is_answered_once() {
    let mut driver = driver();
    assert_eq!(driver.on(discovered()).unwrap().len(), 1);
    assert!(driver.on(discovered()).unwrap().is_empty());
    assert_eq!(driver.on(matched()).unwrap().len(), 1);
    assert!(driver.on(matched()).unwrap().is_empty());
    assert!(driver.on(discovered()).unwrap().is_empty());
}

#[test]
fn neither_state_nor_effects_show_whom_it_is_about_or_the_otp() {
    let mut driver = awaiting();
    let effects = driver.on(confirm(3, 1, "123456")).unwrap();
    let shown = format!("{:?} {effects:?} {:?}", driver.flow, confirm(3, 1, "123456"));
    for personal in ["asha", "Asha", "9999999999", "123456"] {
        assert!(!shown.contains(personal), "{shown}");
    }
    assert!(!serde_json::to_string(&driver.flow).unwrap().contains("123456"));
}

/// What may come at any time, in any order.
fn anything() -> impl Strategy<Value = UserLinkEvent> {
    let failure = || Failure::new("refused");
    prop_oneof![
        Just(discovered()),
        Just(matched()),
        Just(UserLinkEvent::NotMatched {
            refusal: DiscoveryRefusal::NoMatch,
            explanation: String::new()
        }),
        Just(UserLinkEvent::DiscoveryAnswered),
        Just(UserLinkEvent::DiscoveryNotHeard(failure())),
        (2_u64..5, 1_u64..4).prop_map(|(n, context)| init(n, &format!("OPD-{context}"))),
        (2_u64..5).prop_map(|n| UserLinkEvent::OtpSent { init: id(n) }),
        (2_u64..5, any::<bool>()).prop_map(|(n, fails)| UserLinkEvent::OtpNotSent {
            init: id(n),
            refusal: if fails { InitRefusal::Failed } else { InitRefusal::TooManyOtpsToday },
        }),
        Just(UserLinkEvent::UnreadableInit { init: id(5) }),
        Just(UserLinkEvent::InitAnswered),
        (10_u64..14, 1_u64..4, any::<bool>())
            .prop_map(|(n, of, right)| { confirm(n, of, if right { "123456" } else { "111111" }) }),
        (10_u64..14).prop_map(|n| UserLinkEvent::ConfirmAnswered { confirm: id(n) }),
        (10_u64..14).prop_map(move |n| UserLinkEvent::ConfirmNotHeard {
            confirm: id(n),
            failure: failure()
        }),
        Just(UserLinkEvent::Woken),
    ]
}

proptest! {
    /// Whatever comes in whatever order: contexts are linked only after the right OTP of the last
    /// init was typed in time, at most three OTPs are sent and three not, and at most one discovery
    /// answered.
    #[test]
    fn no_order_of_events_links_without_the_right_otp_in_time(
        events in prop::collection::vec((anything(), 0_i64..400), 0..60),
    ) {
        let mut driver = driver();
        let (mut asked, mut discoveries) = (0, 0);
        // What each OTP that was sent is good for: of which link, until when, what was chosen.
        let mut sent: Vec<(LinkReference, DateTime<Utc>, Vec<PatientCareContexts>)> = Vec::new();
        let mut linked: Option<LinkReference> = None;
        for (event, seconds) in events {
            let mut effects = driver.pass(TimeDelta::seconds(seconds));
            if let (UserLinkEvent::OtpSent { init: of }, UserLinkState::SendingOtp { init, chosen, .. }) =
                (&event, &driver.flow.state)
                && of == init
            {
                let (init, chosen) = (*init, chosen.clone());
                let own = link(sent.len() as u64 + 1);
                let digest = OtpDigest::new(&Otp::new("123456").unwrap(), &own, [7; 16]);
                let until = driver.now + TimeDelta::minutes(10);
                sent.push((own.clone(), until, chosen.clone()));
                let otp = Box::new(AwaitedOtp::new(own, digest, until, chosen));
                driver.on(UserLinkEvent::OtpMade { init, otp }).unwrap();
            }
            let typed = match &event {
                UserLinkEvent::Confirm { link_reference, otp, .. } if otp.expose() == "123456" => {
                    Some(link_reference.clone())
                }
                _ => None,
            };
            effects.extend(driver.on(event).unwrap_or_default());
            for effect in effects {
                match effect {
                    UserLinkEffect::SendOtp { .. } => asked += 1,
                    UserLinkEffect::AnswerDiscovery { .. } => discoveries += 1,
                    UserLinkEffect::AnswerConfirm { answer: Ok(contexts), .. } => {
                        let (own, until, chosen) = sent.last().expect("an OTP was sent");
                        prop_assert_eq!(typed.as_ref(), Some(own));
                        prop_assert_eq!(&contexts, chosen);
                        // Once linked, the same OTP gets the same answer, whenever it comes.
                        let again = linked.replace(own.clone());
                        prop_assert!(again.map_or(driver.now < *until, |linked| linked == *own));
                    }
                    _ => {}
                }
            }
        }
        let counted = (asked, sent.len(), discoveries);
        prop_assert!(asked <= 5 && sent.len() <= 3 && discoveries <= 1, "{:?}", counted);
    }
}
