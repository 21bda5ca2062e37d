//! Records of one ABHA address whose details differ.

use super::*;

fn link() -> FlowId {
    FlowId::fresh(&RandomIds)
}

/// The same address, another year of birth in the record.
fn born(year: i64) -> LinkTokenRequest {
    LinkTokenRequest { year_of_birth: year, ..request() }
}

fn wants(by: FlowId, request: LinkTokenRequest) -> LinkTokenEvent {
    LinkTokenEvent::Wanted { by, request, in_place_of: None }
}

/// What ABDM says of details that are not those of the account.
fn differs() -> Failure {
    failure("ABDM-1207").of_class(ErrorClass::UserInput)
}

/// The latest request is refused for its details.
fn refuse_details(driver: &mut Driver<LinkTokenFlow>) -> Vec<Seen> {
    let to = AnswerTo::Request(leaves(driver));
    driver.on(LinkTokenEvent::Refused(to, differs())).unwrap()
}

fn sent(effects: &[Seen]) -> Vec<&LinkTokenRequest> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Seen::Request { request } => Some(request),
            Seen::Tell { .. } | Seen::Waits { .. } => None,
        })
        .collect()
}

fn refusal_told(effects: &[Seen], to: FlowId) -> Failure {
    match told(effects)[..] {
        [(link, TokenWord::Refused(failure))] if link == to => failure.clone(),
        ref words => panic!("{words:?}"),
    }
}

#[test]
fn a_refusal_is_told_those_whose_details_were_sent_and_the_others_are_asked_for_next() {
    let mut driver = driver();
    let (wrong, also_wrong, right) = (link(), link(), link());
    driver.on(wants(wrong, born(1908))).unwrap();
    driver.on(wants(right, born(1988))).unwrap();
    driver.on(wants(also_wrong, born(1908))).unwrap();
    let effects = refuse_details(&mut driver);
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    let refused = TokenWord::Refused(differs());
    assert_eq!(words, [(wrong, &refused), (also_wrong, &refused)].into());
    assert!(sent(&effects).is_empty(), "not within the window of the first request");
    assert!(driver.pass(TimeDelta::seconds(419)).is_empty());
    let effects = driver.pass(TimeDelta::seconds(1));
    assert_eq!(sent(&effects), [&born(1988)]);
    let effects = issue(&mut driver);
    assert!(matches!(told(&effects)[..], [(to, TokenWord::Ready(_))] if to == right));
}

#[test]
fn details_that_differ_in_name_gender_or_number_are_as_little_refused_with_others() {
    let other = |change: fn(&mut LinkTokenRequest)| {
        let mut request = request();
        change(&mut request);
        request
    };
    for other in [
        other(|request| request.name = "Asha Test".to_owned()),
        other(|request| request.gender = Gender::Male),
        other(|request| request.abha_number = Some(OTHER.parse().unwrap())),
        other(|request| request.abha_number = None),
    ] {
        let mut driver = driver();
        let (first, second) = (link(), link());
        driver.on(wanted(first)).unwrap();
        driver.on(wants(second, other.clone())).unwrap();
        assert_eq!(refusal_told(&refuse_details(&mut driver), first), differs());
        assert_eq!(sent(&driver.pass(TimeDelta::minutes(7))), [&other]);
        assert_eq!(refusal_told(&refuse_details(&mut driver), second), differs());
        assert!(matches!(driver.flow.state, LinkTokenState::Refused(_)));
    }
}

#[test]
fn those_who_wait_are_asked_for_in_the_order_in_which_they_came_and_three_a_day() {
    let mut driver = driver();
    let mut links = Vec::new();
    for year in 1981..=1985 {
        links.push(link());
        driver.on(wants(links[links.len() - 1], born(year))).unwrap();
        driver.pass(TimeDelta::seconds(1));
    }
    assert_eq!(refusal_told(&refuse_details(&mut driver), links[0]), differs());
    assert_eq!(sent(&driver.pass(TimeDelta::minutes(7))), [&born(1982)]);
    assert_eq!(refusal_told(&refuse_details(&mut driver), links[1]), differs());
    assert_eq!(sent(&driver.pass(TimeDelta::minutes(7))), [&born(1983)]);
    let effects = refuse_details(&mut driver);
    assert!(sent(&effects).is_empty());
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert_eq!(*words[&links[2]], TokenWord::Refused(differs()));
    for late in &links[3..] {
        let TokenWord::Refused(failure) = words[late] else { panic!("{words:?}") };
        assert_eq!(failure.class, ErrorClass::Wait);
        assert!(failure.text.contains("link again after 2026-09-15"), "{failure}");
        assert!(!failure.text.contains("ABDM-1207"), "that was said of others: {failure}");
    }
    assert!(sent(&driver.pass(TimeDelta::hours(23))).is_empty());
}

#[test]
fn a_request_without_an_answer_is_not_sent_again_when_another_record_is_refused() {
    let mut driver = driver();
    let (unheard, wrong) = (link(), link());
    driver.on(wants(unheard, born(1988))).unwrap();
    leaves(&mut driver);
    driver.pass(TimeDelta::minutes(8));
    driver.on(wants(wrong, born(1908))).unwrap();
    let effects = refuse_details(&mut driver);
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert_eq!(*words[&wrong], TokenWord::Refused(differs()));
    let TokenWord::Refused(failure) = words[&unheard] else { panic!("{words:?}") };
    assert_eq!(failure.class, ErrorClass::Wait);
    assert!(sent(&driver.pass(TimeDelta::hours(23))).is_empty());
}

#[test]
fn a_late_refusal_is_told_the_record_of_which_it_was_said() {
    let mut driver = driver();
    let (first, second) = (link(), link());
    driver.on(wants(first, born(1908))).unwrap();
    let late = AnswerTo::Request(leaves(&mut driver));
    driver.pass(TimeDelta::minutes(8));
    driver.on(wants(second, born(1988))).unwrap();
    driver.on(LinkTokenEvent::Refused(late, differs())).unwrap();
    let to = AnswerTo::Request(leaves(&mut driver));
    let own = failure("ABDM-1043").of_class(ErrorClass::UserInput);
    let effects = driver.on(LinkTokenEvent::Refused(to, own.clone())).unwrap();
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert_eq!(*words[&first], TokenWord::Refused(differs()));
    assert_eq!(*words[&second], TokenWord::Refused(own));
}

/// A request is silent, another is postponed, and the first is answered then.
fn postponed(wanted: &[(FlowId, i64)]) -> (Driver<LinkTokenFlow>, AnswerTo) {
    let mut driver = driver();
    driver.on(wants(link(), born(1908))).unwrap();
    let first = AnswerTo::Request(leaves(&mut driver));
    driver.pass(TimeDelta::minutes(2));
    for (link, year) in wanted {
        assert!(sent(&driver.on(wants(*link, born(*year))).unwrap()).is_empty());
    }
    assert!(matches!(driver.flow.state, LinkTokenState::Postponed { .. }));
    (driver, first)
}

#[test]
fn details_that_are_refused_late_do_not_leave_again_and_the_others_do() {
    let (same, right) = (link(), link());
    let (mut driver, first) = postponed(&[(same, 1908)]);
    let effects = driver.on(LinkTokenEvent::Refused(first, differs())).unwrap();
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert_eq!(*words[&same], TokenWord::Refused(differs()));
    assert!(sent(&driver.pass(TimeDelta::hours(23))).is_empty());

    let (mut driver, first) = postponed(&[(right, 1988), (same, 1908)]);
    let effects = driver.on(LinkTokenEvent::Refused(first, differs())).unwrap();
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert_eq!(*words[&same], TokenWord::Refused(differs()));
    assert!(!words.contains_key(&right));
    let effects = driver.pass(TimeDelta::minutes(8));
    let years: Vec<_> = sent(&effects).iter().map(|request| request.year_of_birth).collect();
    assert_eq!(years, [1988]);
}

#[test]
fn a_block_that_is_told_late_keeps_a_postponed_request_and_a_new_wish_from_leaving() {
    let blocked = failure("ABDM-1027");
    let waits = link();
    let (mut driver, first) = postponed(&[(waits, 1988)]);
    let effects = driver.on(LinkTokenEvent::Refused(first, blocked.clone())).unwrap();
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert_eq!(*words[&waits], TokenWord::Refused(blocked.clone()));
    assert!(sent(&driver.pass(TimeDelta::hours(23))).is_empty());

    // Given up already, since no answer was heard.
    let (mut driver, first) = (super::driver(), link());
    driver.on(wants(first, born(1988))).unwrap();
    let request = AnswerTo::Request(leaves(&mut driver));
    driver.pass(TimeDelta::hours(25));
    assert!(matches!(driver.flow.state, LinkTokenState::Refused(_)), "{:?}", driver.flow.state);
    driver.on(LinkTokenEvent::Refused(request, blocked)).unwrap();
    assert!(matches!(driver.flow.state, LinkTokenState::Blocked { .. }), "{:?}", driver.flow.state);
    assert!(sent(&driver.on(wants(link(), born(1988))).unwrap()).is_empty());
}

#[test]
fn the_echo_of_a_refusal_is_told_as_such_to_a_record_with_other_details() {
    let duplicate = failure("ABDM-1092").of_class(ErrorClass::Wait);
    for (year, expected) in [(1908, differs()), (1988, duplicate.clone())] {
        let mut driver = driver();
        driver.on(wants(link(), born(1908))).unwrap();
        refuse_details(&mut driver);
        driver.pass(TimeDelta::minutes(8));
        let again = link();
        driver.on(wants(again, born(year))).unwrap();
        let to = AnswerTo::Request(leaves(&mut driver));
        let effects = driver.on(LinkTokenEvent::Refused(to, duplicate.clone())).unwrap();
        assert_eq!(refusal_told(&effects, again), expected, "{year}");
    }
}

#[test]
fn a_block_of_the_address_is_told_every_record() {
    let mut driver = driver();
    driver.on(wants(link(), born(1908))).unwrap();
    driver.on(wants(link(), born(1988))).unwrap();
    assert_eq!(told(&refuse(&mut driver, "ABDM-1027")).len(), 2);
    assert!(matches!(driver.flow.state, LinkTokenState::Blocked { .. }));
}

#[test]
fn a_postponed_request_is_not_replaced_by_details_that_were_just_refused() {
    let mut driver = driver();
    driver.on(wants(link(), born(1908))).unwrap();
    driver.on(wants(link(), born(1988))).unwrap();
    refuse_details(&mut driver);
    // The desk links again, and has corrected nothing.
    driver.on(wants(link(), born(1908))).unwrap();
    assert_eq!(sent(&driver.pass(TimeDelta::minutes(7))), [&born(1988)]);
}

#[test]
fn a_held_token_is_not_for_the_record_of_another_person() {
    let asha = || LinkTokenRequest { name: "Asha Test Kumari".to_owned(), ..request() };
    let other = |change: fn(&mut LinkTokenRequest)| {
        let mut request = asha();
        change(&mut request);
        request
    };
    let mut driver = driver();
    driver.on(wants(link(), asha())).unwrap();
    issue(&mut driver);
    for (another, what) in [
        (other(|request| request.name = "Ravi Test Kumar".to_owned()), "name"),
        (other(|request| request.gender = Gender::Male), "gender"),
        (other(|request| request.year_of_birth = 1991), "year of birth"),
    ] {
        let by = link();
        let effects = driver.on(wants(by, another)).unwrap();
        let failure = refusal_told(&effects, by);
        assert_eq!(failure.class, ErrorClass::UserInput);
        assert!(failure.text.contains(what), "{failure}");
        assert!(!failure.text.contains("Ravi") && !failure.text.contains("1991"), "{failure}");
        assert!(sent(&effects).is_empty(), "no request is spent on it");
    }
    // Another spelling, and a year that ABDM lets pass.
    for same in [
        other(|request| request.name = "ASHA KUMARI".to_owned()),
        other(|request| request.year_of_birth = 1990),
        other(|request| request.gender = Gender::Undisclosed),
    ] {
        let effects = driver.on(wants(link(), same)).unwrap();
        assert!(matches!(told(&effects)[..], [(_, TokenWord::Ready(_))]), "{effects:?}");
    }
    // What ABDM has changed the hospital says by letting go of the token: then ABDM decides.
    driver.on(LinkTokenEvent::Dropped { token: None }).unwrap();
    driver.pass(TimeDelta::minutes(8));
    let renamed = other(|request| request.name = "Ravi Test Kumar".to_owned());
    assert_eq!(sent(&driver.on(wants(link(), renamed.clone())).unwrap()), [&renamed]);
}

#[test]
fn of_those_who_wait_only_the_record_of_the_person_gets_the_token() {
    let mut driver = driver();
    let (asha, ravi) = (link(), link());
    driver.on(wanted(asha)).unwrap();
    let other = LinkTokenRequest { name: "Ravi".to_owned(), gender: Gender::Male, ..request() };
    driver.on(wants(ravi, other)).unwrap();
    let effects = issue(&mut driver);
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert!(matches!(words[&asha], TokenWord::Ready(_)));
    let TokenWord::Refused(failure) = words[&ravi] else { panic!("{words:?}") };
    assert_eq!(failure.class, ErrorClass::UserInput);
}

#[test]
fn the_demographics_are_kept_as_long_as_the_token_and_no_longer() {
    let is_kept = |driver: &Driver<LinkTokenFlow>| driver.flow.confirmed.is_some();
    let mut driver = driver();
    driver.on(wanted(link())).unwrap();
    issue(&mut driver);
    assert!(is_kept(&driver));
    driver.pass(TimeDelta::days(183));
    assert!(!is_kept(&driver), "run out");
    driver.on(wanted(link())).unwrap();
    issue(&mut driver);
    driver.on(LinkTokenEvent::Dropped { token: None }).unwrap();
    assert!(!is_kept(&driver), "dropped");
}

/// What a release without demographics has stored.
fn of_earlier_release(driver: &mut Driver<LinkTokenFlow>) {
    let mut state = serde_json::to_value(&driver.flow).unwrap();
    for waiting in state["waiting"].as_object_mut().unwrap().values_mut() {
        waiting.as_object_mut().unwrap().retain(|field, _| field == "abha_number");
    }
    for asking in state["asked"].as_array_mut().unwrap() {
        asking.as_object_mut().unwrap().remove("demographics").unwrap();
    }
    state.as_object_mut().unwrap().remove("confirmed");
    driver.flow = serde_json::from_value(state).unwrap();
}

#[test]
fn a_link_of_an_earlier_release_is_told_a_refusal_as_it_was_then() {
    let mut driver = driver();
    let (first, other) = (link(), link());
    driver.on(wanted(first)).unwrap();
    driver.on(wanted_with(other, Some(OTHER))).unwrap();
    of_earlier_release(&mut driver);
    let effects = refuse_details(&mut driver);
    let words: BTreeMap<FlowId, &TokenWord> = told(&effects).into_iter().collect();
    assert_eq!(*words[&first], TokenWord::Refused(differs()));
    let TokenWord::Refused(failure) = words[&other] else { panic!("{words:?}") };
    assert_eq!(failure.class, ErrorClass::Wait, "nothing was said of its number");
}

#[test]
fn a_token_of_an_earlier_release_is_for_every_record() {
    let mut driver = driver();
    driver.on(wanted(link())).unwrap();
    issue(&mut driver);
    of_earlier_release(&mut driver);
    let effects = driver.on(wants(link(), born(1908))).unwrap();
    assert!(matches!(told(&effects)[..], [(_, TokenWord::Ready(_))]), "{effects:?}");
}

#[test]
fn a_name_is_not_in_the_debug_text_of_the_flow_that_knows_it() {
    let mut driver = driver();
    let named = |name: &str| LinkTokenRequest { name: name.to_owned(), ..request() };
    driver.on(wants(link(), named("Asha Test Kumari"))).unwrap();
    driver.on(wants(link(), named("Asha T Kumari"))).unwrap();
    let waiting = format!("{:?}", driver.flow);
    refuse_details(&mut driver);
    let postponed = format!("{:?}", driver.flow);
    driver.pass(TimeDelta::minutes(8));
    issue(&mut driver);
    let held = format!("{:?}", driver.flow);
    for text in [waiting, postponed, held] {
        assert!(!text.contains("Kumari") && !text.contains("1988"), "{text}");
    }
}

#[derive(Debug, Clone, Copy)]
enum Happening {
    Wanted(i64),
    RefusedFor(&'static str),
    Duplicate,
    Unclear,
}

fn happenings() -> impl Strategy<Value = Vec<(u32, Happening)>> {
    let happening = prop_oneof![
        4 => (1980_i64..1985).prop_map(Happening::Wanted),
        3 => prop::sample::select(&["ABDM-1207", "ABDM-1043"][..])
            .prop_map(Happening::RefusedFor),
        1 => Just(Happening::Duplicate),
        1 => Just(Happening::Unclear),
    ];
    prop::collection::vec((0_u32..1_200, happening), 1..60)
}

proptest! {
    /// Whoever waits beside whom, and whenever a refusal comes: nobody is told what ABDM has said of
    /// the details of another record, and the limits stand.
    #[test]
    fn what_is_said_of_one_record_is_told_no_other(happenings in happenings()) {
        let mut driver = driver();
        let mut years: BTreeMap<FlowId, i64> = BTreeMap::new();
        let mut sent_at: Vec<DateTime<Utc>> = Vec::new();
        let look = |effects: &[Seen], years: &BTreeMap<FlowId, i64>| {
            for (link, word) in told(effects) {
                if let TokenWord::Refused(failure) = word
                    && failure.class == ErrorClass::UserInput
                {
                    let said = format!("refused with {}", years[&link]);
                    prop_assert_eq!(&failure.text, &said);
                }
            }
            Ok(())
        };
        for (seconds, happening) in happenings {
            let until = driver.now + TimeDelta::seconds(i64::from(seconds));
            while driver.wake.is_some_and(|at| at <= until) {
                let effects = driver.until_woken();
                look(&effects, &years)?;
                sent_at.extend(sent(&effects).iter().map(|_| driver.now));
            }
            driver.pass(until - driver.now);
            if driver.done {
                break;
            }
            let asked_for = match &driver.flow.state {
                LinkTokenState::Asked { request, .. } | LinkTokenState::Silent { request, .. } => {
                    Some(request.year_of_birth)
                }
                _ => None,
            };
            let event = match (happening, asked_for) {
                (Happening::Wanted(year), _) => {
                    let by = link();
                    years.insert(by, year);
                    wants(by, born(year))
                }
                (Happening::RefusedFor(code), Some(year)) => {
                    let mut why = Failure::new(format!("refused with {year}"));
                    why.code = abdm_core::error::ErrorCode::parse(code);
                    let to = AnswerTo::Request(leaves(&mut driver));
                    LinkTokenEvent::Refused(to, why.of_class(ErrorClass::UserInput))
                }
                (Happening::Duplicate, Some(_)) => {
                    let to = AnswerTo::Request(leaves(&mut driver));
                    let why = failure("ABDM-1092").of_class(ErrorClass::Wait);
                    LinkTokenEvent::Refused(to, why)
                }
                _ => LinkTokenEvent::Unclear,
            };
            let effects = driver.on(event).unwrap();
            look(&effects, &years)?;
            sent_at.extend(sent(&effects).iter().map(|_| driver.now));
        }
        for pair in sent_at.windows(2) {
            prop_assert!(pair[1] - pair[0] >= TimeDelta::minutes(7), "{pair:?}");
        }
        for four in sent_at.windows(4) {
            prop_assert!(four[3] - four[0] >= TimeDelta::hours(24), "{four:?}");
        }
    }
}
