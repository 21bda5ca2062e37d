use abdm_core::secret::Otp;
use abdm_core::vocabulary::HiType;
use proptest::prelude::*;

use super::*;
use crate::api::hip_linking::CareContext;
use crate::flow::driver::{Driver, Watched};

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

/// The OTP of a link is made, sent, and ABDM told.
fn send(driver: &mut Driver<UserLinkFlow>, n: u64, otp: &str) {
    let UserLinkState::SendingOtp { init, chosen, .. } = &driver.flow.state else {
        panic!("{:?}", driver.flow.state)
    };
    let (init, chosen) = (*init, chosen.clone());
    let digest = OtpDigest::new(&Otp::new(otp).unwrap(), &link(n), [7; 16]);
    let until = driver.now + TimeDelta::minutes(10);
    let otp = Box::new(AwaitedOtp::new(link(n), digest, until, chosen));
    driver.on(UserLinkEvent::OtpMade { init, otp }).unwrap();
    let effects = driver.on(UserLinkEvent::OtpSent).unwrap();
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
        assert_eq!(*refusal, InitRefusal::NotOffered);
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
    assert_eq!(driver.on(matched()).unwrap().len(), 2);
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
        Just(UserLinkEvent::OtpSent),
        Just(UserLinkEvent::OtpNotSent(InitRefusal::Failed)),
        Just(UserLinkEvent::InitAnswered),
        (10_u64..14, 1_u64..3, any::<bool>())
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
    /// init was typed in time, at most three OTPs are sent, and at most one discovery answered.
    #[test]
    fn no_order_of_events_links_without_the_right_otp_in_time(
        events in prop::collection::vec((anything(), 0_i64..400), 0..60),
    ) {
        let mut driver = driver();
        let (mut otps, mut discoveries, mut made) = (0, 0, None);
        for (event, seconds) in events {
            driver.pass(TimeDelta::seconds(seconds));
            if let (UserLinkEvent::OtpSent, UserLinkState::SendingOtp { init, chosen, .. }) =
                (&event, &driver.flow.state)
            {
                let (init, chosen) = (*init, chosen.clone());
                let digest = OtpDigest::new(&Otp::new("123456").unwrap(), &link(1), [7; 16]);
                let until = driver.now + TimeDelta::minutes(10);
                made = Some((until, chosen.clone()));
                let otp = Box::new(AwaitedOtp::new(link(1), digest, until, chosen));
                driver.on(UserLinkEvent::OtpMade { init, otp }).unwrap();
            }
            let typed = match &event {
                UserLinkEvent::Confirm { link_reference, otp, .. } => {
                    *link_reference == link(1) && otp.expose() == "123456"
                }
                _ => false,
            };
            for effect in driver.on(event).unwrap_or_default() {
                match effect {
                    UserLinkEffect::SendOtp { .. } => otps += 1,
                    UserLinkEffect::AnswerDiscovery { .. } => discoveries += 1,
                    UserLinkEffect::AnswerConfirm { answer: Ok(contexts), .. } => {
                        let (until, chosen) = made.take().expect("an OTP was made");
                        prop_assert!(typed && driver.now < until);
                        prop_assert_eq!(contexts, chosen);
                    }
                    _ => {}
                }
            }
        }
        prop_assert!(otps <= 3 && discoveries <= 1, "{} OTPs, {} answers", otps, discoveries);
    }
}
