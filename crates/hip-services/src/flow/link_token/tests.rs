use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::Gender;
use abdm_flow::ids::RandomIds;
use abdm_flow::store::Note;
use proptest::prelude::*;

use super::*;
use crate::flow::driver::{Driver, Watched};

mod account;
mod details;

/// What comes out of a link token.
#[derive(Debug)]
pub(crate) enum Seen {
    Request { request: LinkTokenRequest },
    Tell { link: FlowId, word: TokenWord },
    Waits { until: DateTime<Utc> },
}

impl From<LinkTokenEffect> for Seen {
    fn from(effect: LinkTokenEffect) -> Self {
        match effect {
            LinkTokenEffect::Request { request, .. } => Self::Request { request },
            LinkTokenEffect::Waits { until } => Self::Waits { until },
        }
    }
}

impl Watched for LinkTokenFlow {
    type Seen = Seen;

    fn told(note: &Note) -> Seen {
        assert_eq!((note.kind, note.subject), (HipLinkFlow::KIND, WordForLink::SUBJECT));
        let WordForLink { link, word } = note.payload.decode().unwrap();
        Seen::Tell { link, word }
    }
}

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

/// Why, in the words of the host (rulings.md 17).
fn failure(code: &str) -> Failure {
    let mut failure = Failure::new(format!("refused with {code}"));
    failure.code = abdm_core::error::ErrorCode::parse(code);
    failure
}

/// The latest request is refused by callback.
fn refuse(driver: &mut Driver<LinkTokenFlow>, code: &str) -> Vec<Seen> {
    let to = AnswerTo::Request(leaves(driver));
    driver.on(LinkTokenEvent::Refused(to, failure(code))).unwrap()
}

/// The latest request leaves.
fn leaves(driver: &mut Driver<LinkTokenFlow>) -> RequestId {
    let request = RequestId::random();
    let sending = driver.flow.sendings;
    driver.on(LinkTokenEvent::Leaving { sending, request }).unwrap();
    request
}

fn accepted(driver: &Driver<LinkTokenFlow>) -> LinkTokenEvent {
    LinkTokenEvent::Accepted { sending: driver.flow.sendings }
}

fn not_sent(driver: &Driver<LinkTokenFlow>) -> LinkTokenEvent {
    let failure = Failure::new("no network");
    LinkTokenEvent::NotSent { sending: driver.flow.sendings, failure }
}

/// The latest request is answered by a token.
fn issue(driver: &mut Driver<LinkTokenFlow>) -> Vec<Seen> {
    let request = leaves(driver);
    driver.on(issued_to(request, driver.now)).unwrap()
}

fn issued_to(request: RequestId, now: DateTime<Utc>) -> LinkTokenEvent {
    let token = SealingKey::generate().unwrap().seal(b"token", "test").unwrap();
    let (expires_at, abha_number) = (now + TimeDelta::days(182), self::request().abha_number);
    LinkTokenEvent::Issued { request, token, expires_at, abha_number }
}

fn requests(effects: &[Seen]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Seen::Request { .. })).count()
}

fn told(effects: &[Seen]) -> Vec<(FlowId, &TokenWord)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Seen::Tell { link, word } => Some((*link, word)),
            Seen::Request { .. } | Seen::Waits { .. } => None,
        })
        .collect()
}

#[test]
fn one_request_serves_every_link_that_waits_and_the_token_every_later_one() {
    let mut driver = driver();
    let (first, second, third) =
        (FlowId::fresh(&RandomIds), FlowId::fresh(&RandomIds), FlowId::fresh(&RandomIds));
    assert_eq!(requests(&driver.on(wanted(first)).unwrap()), 1);
    assert!(driver.on(wanted(second)).unwrap().is_empty());
    driver.on(accepted(&driver)).unwrap();
    let effects = issue(&mut driver);
    let links: std::collections::BTreeSet<FlowId> =
        told(&effects).into_iter().map(|(link, _)| link).collect();
    assert_eq!(links, [first, second].into());
    driver.pass(TimeDelta::days(30));
    let effects = driver.on(wanted(third)).unwrap();
    assert!(matches!(told(&effects)[..], [(link, TokenWord::Ready(_))] if link == third));
    assert_eq!(requests(&effects), 0);
}

#[test]
fn the_token_remembers_that_it_was_made_with_the_number() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    issue(&mut driver);
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, request().abha_number);
}

// Ruling 16.
#[test]
fn a_token_that_was_made_from_the_address_alone_is_used_without_the_number_that_it_names() {
    let mut driver = driver();
    let mut by_address = request();
    by_address.abha_number = None;
    let by = FlowId::fresh(&RandomIds);
    driver.on(LinkTokenEvent::Wanted { by, request: by_address, in_place_of: None }).unwrap();
    issue(&mut driver);
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, None);
    // It is known all the same, so that documents can be compared with it.
    assert_eq!(driver.flow.abha_number(), request().abha_number.as_ref());
}

// Review C3: the number of an address outlives the token.
#[test]
fn the_number_of_the_address_stays_known_when_the_token_runs_out_and_goes_when_it_is_dropped() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    issue(&mut driver);
    driver.pass(TimeDelta::days(200));
    assert!(matches!(driver.flow.state, LinkTokenState::Missing));
    assert!(!driver.done, "what is done is purged, and the number with it");
    assert_eq!(driver.flow.abha_number(), request().abha_number.as_ref());
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    issue(&mut driver);
    driver.on(LinkTokenEvent::Dropped { token: None }).unwrap();
    assert!(matches!(driver.flow.state, LinkTokenState::Missing));
    assert_eq!(driver.flow.abha_number(), None);
    driver.pass(TimeDelta::days(2));
    assert!(driver.done);
}

// The patient's limits survive the loss of the token.
#[test]
fn a_dropped_token_does_not_open_the_window_or_the_day() {
    let mut driver = driver();
    for asked in 1..=3 {
        let mut effects = driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
        effects.extend(driver.pass(TimeDelta::minutes(8)));
        assert_eq!(requests(&effects), 1, "request {asked}");
        issue(&mut driver);
        driver.on(LinkTokenEvent::Dropped { token: None }).unwrap();
    }
    let by = FlowId::fresh(&RandomIds);
    let effects = driver.on(wanted(by)).unwrap();
    assert_eq!(requests(&effects), 0);
    assert!(matches!(told(&effects)[..], [(link, TokenWord::Refused(_))] if link == by));
}

/// A wish of a patient with this ABHA number, or with none.
fn wanted_with(by: FlowId, number: Option<&str>) -> LinkTokenEvent {
    let mut request = request();
    request.abha_number = number.map(|number| number.parse().unwrap());
    LinkTokenEvent::Wanted { by, request, in_place_of: None }
}

const OTHER: &str = "91-0000-0000-0002";

/// The token flow at each stage at which nobody knows yet whose number it will be.
fn under_way() -> Vec<(&'static str, Driver<LinkTokenFlow>, FlowId)> {
    let first = FlowId::fresh(&RandomIds);
    let mut asked = driver();
    asked.on(wanted(first)).unwrap();
    let mut silent = driver();
    silent.on(wanted(first)).unwrap();
    silent.pass(TimeDelta::minutes(2));
    let mut postponed = driver();
    postponed.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    refuse(&mut postponed, "ABDM-9999");
    postponed.on(wanted(first)).unwrap();
    vec![("asked", asked, first), ("silent", silent, first), ("postponed", postponed, first)]
}

#[test]
fn a_link_with_another_number_that_waits_is_told_so_when_the_token_comes() {
    for (stage, mut driver, first) in under_way() {
        let (other, unsure) = (FlowId::fresh(&RandomIds), FlowId::fresh(&RandomIds));
        driver.on(wanted_with(other, Some(OTHER))).unwrap();
        driver.on(wanted_with(unsure, None)).unwrap();
        driver.pass(TimeDelta::minutes(7));
        let effects = issue(&mut driver);
        let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
        assert_eq!(words.len(), 3, "{stage}");
        assert!(matches!(words[&first], TokenWord::Ready(_)), "{stage}");
        assert!(matches!(words[&unsure], TokenWord::Ready(_)), "{stage}");
        let TokenWord::Refused(failure) = words[&other] else { panic!("{stage}: {words:?}") };
        assert_eq!(failure.class, ErrorClass::UserInput, "{stage}");
    }
}

#[test]
fn a_late_token_is_kept_under_the_number_that_it_names() {
    let mut driver = driver();
    let first = FlowId::fresh(&RandomIds);
    driver.on(wanted(first)).unwrap();
    let request = leaves(&mut driver);
    driver.pass(TimeDelta::minutes(8));
    let second = FlowId::fresh(&RandomIds);
    driver.on(wanted_with(second, Some(OTHER))).unwrap();
    leaves(&mut driver);
    // The first request is answered now.
    let effects = driver.on(issued_to(request, driver.now)).unwrap();
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, self::request().abha_number);
    assert_eq!(driver.flow.abha_number(), self::request().abha_number.as_ref());
    for (link, word) in told(&effects) {
        assert_eq!(matches!(word, TokenWord::Ready(_)), link == first, "{word:?}");
    }
}

// Ruling 16, with a second request under way.
#[test]
fn a_token_is_used_with_the_number_when_its_own_request_named_one() {
    let mut driver = driver();
    driver.on(wanted_with(FlowId::fresh(&RandomIds), None)).unwrap();
    let by_address = leaves(&mut driver);
    driver.pass(TimeDelta::minutes(8));
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    leaves(&mut driver);
    driver.on(issued_to(by_address, driver.now)).unwrap();
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, None);
}

#[test]
fn a_number_that_is_known_is_compared_at_once_at_every_stage() {
    for mut driver in under_way().into_iter().map(|(_, driver, _)| driver) {
        issue(&mut driver);
        let LinkTokenState::Held(old) = driver.flow.state.clone() else { unreachable!() };
        driver.pass(TimeDelta::minutes(8));
        // ABDM no longer takes the token: another is asked for.
        driver
            .on(LinkTokenEvent::Wanted {
                by: FlowId::fresh(&RandomIds),
                request: request(),
                in_place_of: Some(old.token),
            })
            .unwrap();
        for _ in ["asked", "silent"] {
            let by = FlowId::fresh(&RandomIds);
            let effects = driver.on(wanted_with(by, Some(OTHER))).unwrap();
            assert!(matches!(told(&effects)[..], [(link, TokenWord::Refused(_))] if link == by));
            driver.pass(TimeDelta::minutes(2));
        }
    }
}

#[test]
fn a_postponed_request_is_not_replaced_by_one_of_another_person() {
    let (_, mut driver, _) = under_way().pop().unwrap();
    driver.on(wanted_with(FlowId::fresh(&RandomIds), Some(OTHER))).unwrap();
    let effects = driver.pass(TimeDelta::minutes(7));
    let asked = effects.iter().find_map(|effect| match effect {
        Seen::Request { request, .. } => Some(request),
        Seen::Tell { .. } | Seen::Waits { .. } => None,
    });
    assert_eq!(asked, Some(&request()));
}

#[test]
fn a_link_with_another_number_than_was_refused_is_not_told_that_its_own_details_differ() {
    let mut driver = driver();
    let (first, other) = (FlowId::fresh(&RandomIds), FlowId::fresh(&RandomIds));
    driver.on(wanted(first)).unwrap();
    driver.on(wanted_with(other, Some(OTHER))).unwrap();
    let details = failure("ABDM-1207").of_class(ErrorClass::UserInput);
    let to = AnswerTo::Request(leaves(&mut driver));
    let effects = driver.on(LinkTokenEvent::Refused(to, details.clone())).unwrap();
    for (link, word) in told(&effects) {
        let TokenWord::Refused(failure) = word else { panic!("{word:?}") };
        assert_eq!(*failure == details, link == first, "{failure}");
    }
}

#[test]
fn a_late_refusal_of_an_earlier_request_does_not_refuse_the_present_one_and_explains_its_echo() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let first = AnswerTo::Request(leaves(&mut driver));
    driver.pass(TimeDelta::minutes(8));
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let second = AnswerTo::Request(leaves(&mut driver));
    let late = LinkTokenEvent::Refused(first, failure("ABDM-1207"));
    assert!(driver.on(late).unwrap().is_empty());
    assert!(matches!(driver.flow.state, LinkTokenState::Asked { .. }));
    let echo = LinkTokenEvent::Refused(second, failure("ABDM-1092"));
    let effects = driver.on(echo).unwrap();
    for (_, word) in told(&effects) {
        assert_eq!(*word, TokenWord::Refused(failure("ABDM-1207")));
    }
}

#[test]
fn a_callback_of_a_request_that_is_not_known_decides_nothing() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let old = leaves(&mut driver);
    let early = RequestId::random();
    let refused =
        |request| LinkTokenEvent::Refused(AnswerTo::Request(request), failure("ABDM-9999"));
    assert!(driver.on(refused(early)).unwrap_err().is_not_yet());
    assert!(driver.on(issued_to(early, driver.now)).unwrap_err().is_not_yet());
    // A day later another one is under way; the answer to the first is not its own.
    driver.pass(TimeDelta::hours(25));
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    assert!(driver.on(refused(old)).unwrap_err().is_not_yet());
    assert!(driver.on(issued_to(old, driver.now)).unwrap_err().is_not_yet());
    assert!(matches!(driver.flow.state, LinkTokenState::Asked { .. }));
    // Word of it is read: now it answers.
    let sending = driver.flow.sendings;
    driver.on(LinkTokenEvent::Leaving { sending, request: early }).unwrap();
    driver.on(issued_to(early, driver.now)).unwrap();
    assert!(matches!(driver.flow.state, LinkTokenState::Held(_)));
}

#[test]
fn a_request_that_never_left_is_not_sent_when_another_has_taken_its_place() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let first = driver.flow.sendings;
    assert!(driver.flow.awaits(first));
    // Nobody worked for a while; the desk links again.
    driver.pass(TimeDelta::minutes(8));
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    assert!(!driver.flow.awaits(first) && driver.flow.awaits(driver.flow.sendings));
}

#[test]
fn a_number_is_not_in_the_debug_text_of_the_flow_that_knows_it() {
    let mut driver = driver();
    driver.on(wanted_with(FlowId::fresh(&RandomIds), Some(OTHER))).unwrap();
    issue(&mut driver);
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    for number in [OTHER, "91-0000-0000-0001"] {
        let text = format!("{:?}", driver.flow);
        assert!(!text.contains(number) && !text.contains(&number.replace('-', "")), "{text}");
    }
}

#[test]
fn after_a_refusal_the_next_wish_waits_seven_minutes() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    refuse(&mut driver, "ABDM-9999");
    driver.pass(TimeDelta::seconds(90));
    let waits = driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let [Seen::Waits { until }] = waits[..] else { unreachable!("{waits:?}") };
    assert_eq!(until, driver.now + TimeDelta::seconds(330), "the operator is told");
    assert_eq!(driver.flow.goes_on_at(), Some(until));
    assert_eq!(requests(&driver.pass(TimeDelta::seconds(329))), 0);
    assert_eq!(requests(&driver.pass(TimeDelta::seconds(1))), 1);
}

#[test]
fn a_fourth_wish_within_a_day_is_refused_here_and_never_sent() {
    let mut driver = driver();
    for _ in 0..3 {
        driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
        refuse(&mut driver, "ABDM-9999");
        driver.pass(TimeDelta::minutes(8));
    }
    let effects = driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let words = told(&effects);
    let [(_, TokenWord::Refused(failure))] = words[..] else { unreachable!("{words:?}") };
    assert!(failure.text.contains("2026-09-15 09:00 UTC"), "{failure}");
    assert_eq!(requests(&effects), 0);
}

#[test]
fn the_echo_of_a_refusal_does_not_hide_its_cause() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    refuse(&mut driver, "ABDM-9999");
    driver.pass(TimeDelta::minutes(8));
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let effects = refuse(&mut driver, "ABDM-1092");
    let words = told(&effects);
    let [(_, TokenWord::Refused(failure))] = words[..] else { unreachable!("{words:?}") };
    assert_eq!(failure.text, "refused with ABDM-9999");
}

#[test]
fn a_block_is_remembered_for_a_day() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    refuse(&mut driver, "ABDM-1027: ");
    driver.pass(TimeDelta::hours(23));
    let effects = driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    assert!(matches!(told(&effects)[..], [(_, TokenWord::Refused(_))]));
    assert_eq!(requests(&effects), 0);
}

#[test]
fn silence_is_told_after_a_minute_and_a_late_token_still_arrives() {
    let mut driver = driver();
    let link = FlowId::fresh(&RandomIds);
    driver.on(wanted(link)).unwrap();
    driver.on(accepted(&driver)).unwrap();
    assert!(matches!(told(&driver.until_woken())[..], [(_, TokenWord::Silent)]));
    driver.pass(TimeDelta::minutes(30));
    let effects = issue(&mut driver);
    assert!(matches!(told(&effects)[..], [(to, TokenWord::Ready(_))] if to == link));
}

#[test]
fn a_token_that_comes_after_everything_brings_its_own_number() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    refuse(&mut driver, "ABDM-9999");
    // The refusal was of a repetition; the first request is answered now.
    issue(&mut driver);
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, request().abha_number);
}

#[test]
fn a_token_asked_for_by_the_address_alone_is_used_without_a_number() {
    let mut driver = driver();
    let mut by_address = request();
    by_address.abha_number = None;
    driver
        .on(LinkTokenEvent::Wanted {
            by: FlowId::fresh(&RandomIds),
            request: by_address,
            in_place_of: None,
        })
        .unwrap();
    issue(&mut driver);
    let LinkTokenState::Held(held) = &driver.flow.state else { unreachable!() };
    assert_eq!(held.abha_number, None);
}

#[test]
fn a_postponed_request_leaves_with_the_corrected_details() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    refuse(&mut driver, "ABDM-9999");
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    let mut corrected = request();
    corrected.name = "Asha Test Kumari".to_owned();
    driver
        .on(LinkTokenEvent::Wanted {
            by: FlowId::fresh(&RandomIds),
            request: corrected.clone(),
            in_place_of: None,
        })
        .unwrap();
    let effects = driver.pass(TimeDelta::minutes(7));
    let [Seen::Request { request, .. }] = &effects[..] else { unreachable!("{effects:?}") };
    assert_eq!(*request, corrected);
}

#[test]
fn a_token_that_abdm_no_longer_takes_is_replaced_once_for_everybody() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    issue(&mut driver);
    let LinkTokenState::Held(old) = driver.flow.state.clone() else { unreachable!() };
    driver.pass(TimeDelta::days(2));
    let again = |by| LinkTokenEvent::Wanted {
        by,
        request: request(),
        in_place_of: Some(old.token.clone()),
    };
    assert_eq!(requests(&driver.on(again(FlowId::fresh(&RandomIds))).unwrap()), 1);
    assert_eq!(requests(&driver.on(again(FlowId::fresh(&RandomIds))).unwrap()), 0);
    issue(&mut driver);
    // One that comes late with the old token gets the new one.
    let effects = driver.on(again(FlowId::fresh(&RandomIds))).unwrap();
    assert!(matches!(told(&effects)[..], [(_, TokenWord::Ready(_))]));
}

#[test]
fn a_request_that_could_not_leave_is_tried_again_and_does_not_count() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    for _ in 0..5 {
        driver.on(not_sent(&driver)).unwrap();
        assert_eq!(requests(&driver.pass(TimeDelta::seconds(31))), 1);
    }
    issue(&mut driver);
    assert!(matches!(driver.flow.state, LinkTokenState::Held(_)));
}

#[test]
fn a_snapshot_is_readable_and_holds_no_token() {
    let mut driver = driver();
    driver.on(wanted(FlowId::from_uuid(Default::default()))).unwrap();
    insta::assert_json_snapshot!(driver.flow);
}

#[test]
fn a_request_that_waited_long_for_its_turn_counts_from_when_it_left() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    // The process was down, or no session could be obtained.
    driver.pass(TimeDelta::seconds(410));
    leaves(&mut driver);
    driver.on(LinkTokenEvent::Unclear).unwrap();
    driver.pass(TimeDelta::seconds(11));
    let effects = driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    assert_eq!(requests(&effects), 0, "eleven seconds after the first");
    assert!(matches!(driver.flow.state, LinkTokenState::Postponed { .. }));
}

#[test]
fn a_token_that_ends_at_once_does_not_make_forget_what_was_asked_today() {
    let mut driver = driver();
    let mut by_address = request();
    by_address.abha_number = None;
    let wanted = |request: LinkTokenRequest| LinkTokenEvent::Wanted {
        by: FlowId::fresh(&RandomIds),
        request,
        in_place_of: None,
    };
    driver.on(wanted(by_address.clone())).unwrap();
    let request_id = leaves(&mut driver);
    let token = SealingKey::generate().unwrap().seal(b"token", "test").unwrap();
    let (expires_at, abha_number) = (driver.now + TimeDelta::seconds(5), None);
    driver
        .on(LinkTokenEvent::Issued { request: request_id, token, expires_at, abha_number })
        .unwrap();
    driver.pass(TimeDelta::minutes(1));
    assert!(!driver.done, "a new flow would begin to count anew");
    assert_eq!(requests(&driver.on(wanted(by_address)).unwrap()), 0);
    driver.pass(TimeDelta::days(3));
    assert!(!matches!(driver.flow.state, LinkTokenState::Postponed { .. }));
}

#[test]
fn whether_a_request_has_left_is_known_from_its_try() {
    let mut driver = driver();
    driver.on(wanted(FlowId::fresh(&RandomIds))).unwrap();
    assert!(!driver.flow.has_left(driver.flow.sendings));
    leaves(&mut driver);
    assert!(driver.flow.has_left(driver.flow.sendings));
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
            let asked = driver.flow.awaits(driver.flow.sendings);
            let event = match happening {
                Happening::Wanted => wanted(FlowId::fresh(&RandomIds)),
                Happening::Accepted => accepted(&driver),
                Happening::NotSent => not_sent(&driver),
                Happening::Unclear => LinkTokenEvent::Unclear,
                Happening::Refused(code) => {
 let to = AnswerTo::Request(leaves(&mut driver)); LinkTokenEvent::Refused(to, failure(code)) }
                Happening::Issued => {
 let request = leaves(&mut driver); issued_to(request, driver.now) }
                Happening::Rejected => LinkTokenEvent::Wanted {
                    by: FlowId::fresh(&RandomIds),
                    request: request(),
                    in_place_of: held,
                },
            };
            if asked && matches!(happening, Happening::NotSent) {
                sent.pop();
            }
            let effects = match driver.on(event) {
                Ok(effects) => effects,
                Err(error) => {
                    // The latest request never left: nobody can answer it.
                    prop_assert!(error.is_not_yet(), "{error}");
                    Vec::new()
                }
            };
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
