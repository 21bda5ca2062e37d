use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::Gender;
use proptest::prelude::*;

use super::*;
use crate::flow::driver::Driver;

fn driver() -> Driver<LinkTokenFlow> {
    let hip_id = "IN0000000001".parse().unwrap();
    Driver::new(LinkTokenFlow::new(hip_id, "asha.test@sbx".parse().unwrap()))
}

fn request() -> LinkTokenRequest {
    LinkTokenRequest::new("asha.test@sbx".parse().unwrap(), "Asha", Gender::Female, 1988)
        .abha_number("91-0000-0000-0001".parse().unwrap())
}

fn wanted(by: FlowId) -> LinkTokenEvent {
    LinkTokenEvent::Wanted { by, request: request(), in_place_of: None }
}

fn refusal(code: &str) -> LinkTokenEvent {
    let mut failure = Failure::new(format!("refused with {code}"));
    failure.code = abdm_core::error::ErrorCode::parse(code);
    LinkTokenEvent::Refused(failure)
}

fn issued(now: DateTime<Utc>) -> LinkTokenEvent {
    let token = SealingKey::generate().unwrap().seal(b"token", "test").unwrap();
    LinkTokenEvent::Issued {
        token,
        expires_at: now + TimeDelta::days(182),
        abha_number: request().abha_number,
    }
}

fn requests(effects: &[LinkTokenEffect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, LinkTokenEffect::Request { .. })).count()
}

fn told(effects: &[LinkTokenEffect]) -> Vec<(FlowId, &TokenWord)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            LinkTokenEffect::Tell { link, word } => Some((*link, word)),
            LinkTokenEffect::Request { .. } => None,
        })
        .collect()
}

#[test]
fn one_request_serves_every_link_that_waits_and_the_token_every_later_one() {
    let mut driver = driver();
    let (first, second, third) = (FlowId::random(), FlowId::random(), FlowId::random());
    assert_eq!(requests(&driver.on(wanted(first)).unwrap()), 1);
    assert!(driver.on(wanted(second)).unwrap().is_empty());
    driver.on(LinkTokenEvent::Accepted).unwrap();
    let effects = driver.on(issued(driver.now)).unwrap();
    let links: BTreeSet<FlowId> = told(&effects).into_iter().map(|(link, _)| link).collect();
    assert_eq!(links, BTreeSet::from([first, second]));
    driver.pass(TimeDelta::days(30));
    let effects = driver.on(wanted(third)).unwrap();
    assert!(matches!(told(&effects)[..], [(link, TokenWord::Ready(_))] if link == third));
    assert_eq!(requests(&effects), 0);
}

#[test]
fn the_token_remembers_that_it_was_made_with_the_number() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(issued(driver.now)).unwrap();
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, request().abha_number);
}

// Ruling 16.
#[test]
fn a_token_that_was_made_from_the_address_alone_is_used_without_the_number_that_it_names() {
    let mut driver = driver();
    let mut by_address = request();
    by_address.abha_number = None;
    let by = FlowId::random();
    driver.on(LinkTokenEvent::Wanted { by, request: by_address, in_place_of: None }).unwrap();
    driver.on(issued(driver.now)).unwrap();
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, None);
    // It is known all the same, so that documents can be compared with it.
    assert_eq!(driver.flow.abha_number(), request().abha_number.as_ref());
}

// Vendor fault 5; review C3: the number of an address outlives the token.
#[test]
fn the_number_of_the_address_stays_known_when_the_token_runs_out_and_goes_when_it_is_dropped() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(issued(driver.now)).unwrap();
    driver.pass(TimeDelta::days(200));
    assert!(matches!(driver.flow.state, LinkTokenState::Missing));
    assert_eq!(driver.flow.abha_number(), request().abha_number.as_ref());
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(issued(driver.now)).unwrap();
    driver.on(LinkTokenEvent::Dropped { token: None }).unwrap();
    assert!(matches!(driver.flow.state, LinkTokenState::Missing));
    assert_eq!(driver.flow.abha_number(), None);
}

// Vendor fault 5: the patient's limits survive the loss of the token.
#[test]
fn a_dropped_token_does_not_open_the_window_or_the_day() {
    let mut driver = driver();
    for asked in 1..=3 {
        let mut effects = driver.on(wanted(FlowId::random())).unwrap();
        effects.extend(driver.pass(TimeDelta::minutes(8)));
        assert_eq!(requests(&effects), 1, "request {asked}");
        driver.on(issued(driver.now)).unwrap();
        driver.on(LinkTokenEvent::Dropped { token: None }).unwrap();
    }
    let by = FlowId::random();
    let effects = driver.on(wanted(by)).unwrap();
    assert_eq!(requests(&effects), 0);
    assert!(matches!(told(&effects)[..], [(link, TokenWord::Refused(_))] if link == by));
}

#[test]
fn after_a_refusal_the_next_wish_waits_seven_minutes() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(refusal("ABDM-9999")).unwrap();
    driver.pass(TimeDelta::seconds(90));
    assert!(driver.on(wanted(FlowId::random())).unwrap().is_empty());
    assert_eq!(requests(&driver.pass(TimeDelta::seconds(329))), 0);
    assert_eq!(requests(&driver.pass(TimeDelta::seconds(1))), 1);
}

#[test]
fn a_fourth_wish_within_a_day_is_refused_here_and_never_sent() {
    let mut driver = driver();
    for _ in 0..3 {
        driver.on(wanted(FlowId::random())).unwrap();
        driver.on(refusal("ABDM-9999")).unwrap();
        driver.pass(TimeDelta::minutes(8));
    }
    let effects = driver.on(wanted(FlowId::random())).unwrap();
    let words = told(&effects);
    let [(_, TokenWord::Refused(failure))] = words[..] else { unreachable!("{words:?}") };
    assert!(failure.text.contains("2026-09-15 09:00 UTC"), "{failure}");
    assert_eq!(requests(&effects), 0);
}

#[test]
fn the_echo_of_a_refusal_does_not_hide_its_cause() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(refusal("ABDM-9999")).unwrap();
    driver.pass(TimeDelta::minutes(8));
    driver.on(wanted(FlowId::random())).unwrap();
    let effects = driver.on(refusal("ABDM-1092")).unwrap();
    let words = told(&effects);
    let [(_, TokenWord::Refused(failure))] = words[..] else { unreachable!("{words:?}") };
    assert_eq!(failure.text, "refused with ABDM-9999");
}

#[test]
fn a_block_is_remembered_for_a_day() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(refusal("ABDM-1027: ")).unwrap();
    driver.pass(TimeDelta::hours(23));
    let effects = driver.on(wanted(FlowId::random())).unwrap();
    assert!(matches!(told(&effects)[..], [(_, TokenWord::Refused(_))]));
    assert_eq!(requests(&effects), 0);
}

#[test]
fn silence_is_told_after_a_minute_and_a_late_token_still_arrives() {
    let mut driver = driver();
    let link = FlowId::random();
    driver.on(wanted(link)).unwrap();
    driver.on(LinkTokenEvent::Accepted).unwrap();
    assert!(matches!(told(&driver.until_woken())[..], [(_, TokenWord::Silent)]));
    driver.pass(TimeDelta::minutes(30));
    let effects = driver.on(issued(driver.now)).unwrap();
    assert!(matches!(told(&effects)[..], [(to, TokenWord::Ready(_))] if to == link));
}

#[test]
fn a_token_that_comes_after_everything_brings_its_own_number() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(refusal("ABDM-9999")).unwrap();
    // The refusal was of a repetition; the first request is answered now.
    driver.on(issued(driver.now)).unwrap();
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, request().abha_number);
}

#[test]
fn a_token_asked_for_by_the_address_alone_is_used_without_a_number() {
    let mut driver = driver();
    let mut by_address = request();
    by_address.abha_number = None;
    driver
        .on(LinkTokenEvent::Wanted { by: FlowId::random(), request: by_address, in_place_of: None })
        .unwrap();
    driver.on(issued(driver.now)).unwrap();
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, None);
}

#[test]
fn a_postponed_request_leaves_with_the_corrected_details() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(refusal("ABDM-9999")).unwrap();
    driver.on(wanted(FlowId::random())).unwrap();
    let mut corrected = request();
    corrected.name = "Asha Test Kumari".to_owned();
    driver
        .on(LinkTokenEvent::Wanted {
            by: FlowId::random(),
            request: corrected.clone(),
            in_place_of: None,
        })
        .unwrap();
    let effects = driver.pass(TimeDelta::minutes(7));
    let [LinkTokenEffect::Request { request, .. }] = &effects[..] else {
        unreachable!("{effects:?}")
    };
    assert_eq!(*request, corrected);
}

#[test]
fn a_token_that_abdm_no_longer_takes_is_replaced_once_for_everybody() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    driver.on(issued(driver.now)).unwrap();
    let LinkTokenState::Held(old) = driver.flow.state.clone() else { unreachable!() };
    driver.pass(TimeDelta::days(2));
    let again = |by| LinkTokenEvent::Wanted {
        by,
        request: request(),
        in_place_of: Some(old.token.clone()),
    };
    assert_eq!(requests(&driver.on(again(FlowId::random())).unwrap()), 1);
    assert_eq!(requests(&driver.on(again(FlowId::random())).unwrap()), 0);
    driver.on(issued(driver.now)).unwrap();
    // One that comes late with the old token gets the new one.
    let effects = driver.on(again(FlowId::random())).unwrap();
    assert!(matches!(told(&effects)[..], [(_, TokenWord::Ready(_))]));
}

#[test]
fn a_request_that_could_not_leave_is_tried_again_and_does_not_count() {
    let mut driver = driver();
    driver.on(wanted(FlowId::random())).unwrap();
    for _ in 0..5 {
        driver.on(LinkTokenEvent::NotSent(Failure::new("no network"))).unwrap();
        assert_eq!(requests(&driver.pass(TimeDelta::seconds(31))), 1);
    }
    driver.on(issued(driver.now)).unwrap();
    assert!(matches!(driver.flow.state, LinkTokenState::Held(_)));
}

#[test]
fn a_snapshot_is_readable_and_holds_no_token() {
    let mut driver = driver();
    driver.on(wanted(FlowId::from_uuid(Default::default()))).unwrap();
    insta::assert_json_snapshot!(driver.flow);
}

#[derive(Debug, Clone, Copy)]
enum Happening {
    Wanted,
    Accepted,
    NotSent,
    Unclear,
    Refused(&'static str),
    Issued,
    Rejected,
}

fn happenings() -> impl Strategy<Value = Vec<(u32, Happening)>> {
    let happening = prop_oneof![
        4 => Just(Happening::Wanted),
        2 => Just(Happening::Accepted),
        1 => Just(Happening::NotSent),
        1 => Just(Happening::Unclear),
        2 => prop::sample::select(&["ABDM-9999", "ABDM-1027", "ABDM-1092", "ABDM-1024"][..])
            .prop_map(Happening::Refused),
        1 => Just(Happening::Issued),
        2 => Just(Happening::Rejected),
    ];
    prop::collection::vec((0_u32..3_000, happening), 1..60)
}

proptest! {
    /// Whatever is wished and whatever happens: never two requests within seven minutes, never more
    /// than three within a day, of those that may have arrived.
    #[test]
    fn nothing_can_make_it_ask_too_often(happenings in happenings()) {
        let mut driver = driver();
        let mut sent: Vec<DateTime<Utc>> = Vec::new();
        for (seconds, happening) in happenings {
            let held = match &driver.flow.state {
                LinkTokenState::Held(held) => Some(held.token.clone()),
                _ => None,
            };
            // Each wake-up by itself, so that the time of each request is known.
            let until = driver.now + TimeDelta::seconds(i64::from(seconds));
            while driver.wake.is_some_and(|at| at <= until) {
                let effects = driver.until_woken();
                sent.extend(std::iter::repeat_n(driver.now, requests(&effects)));
            }
            driver.pass(until - driver.now);
            if driver.done {
                break;
            }
            let asked = matches!(driver.flow.state, LinkTokenState::Asked { .. });
            let event = match happening {
                Happening::Wanted => wanted(FlowId::random()),
                Happening::Accepted => LinkTokenEvent::Accepted,
                Happening::NotSent => LinkTokenEvent::NotSent(Failure::new("no network")),
                Happening::Unclear => LinkTokenEvent::Unclear,
                Happening::Refused(code) => refusal(code),
                Happening::Issued => issued(driver.now),
                Happening::Rejected => LinkTokenEvent::Wanted {
                    by: FlowId::random(),
                    request: request(),
                    in_place_of: held,
                },
            };
            if asked && matches!(happening, Happening::NotSent) {
                sent.pop();
            }
            let effects = driver.on(event).unwrap();
            sent.extend(std::iter::repeat_n(driver.now, requests(&effects)));
        }
        for pair in sent.windows(2) {
            prop_assert!(pair[1] - pair[0] >= TimeDelta::minutes(7), "{pair:?}");
        }
        for four in sent.windows(4) {
            prop_assert!(four[3] - four[0] >= TimeDelta::hours(24), "{four:?}");
        }
    }
}
