use std::collections::BTreeSet;

use abdm_core::error::ErrorCode;
use abdm_core::vocabulary::Gender;
use abdm_flow::store::Note;
use proptest::prelude::*;

use super::*;
use crate::flow::driver::{Driver, Watched};
use crate::flow::{ContextOutcome, LinkReport, LinkWord};
use crate::patient::{LinkPatient, Visit};

/// What comes out of it.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    Prepare { ask: u64, record: FinalRecord },
    Announce(HipEvent),
    Wish(WishForLink),
}

impl From<AutoLinkEffect> for Seen {
    fn from(effect: AutoLinkEffect) -> Self {
        match effect {
            AutoLinkEffect::Prepare { ask, record } => Self::Prepare { ask, record },
            AutoLinkEffect::Announce(event) => Self::Announce(event),
        }
    }
}

impl Watched for AutoLinkFlow {
    type Seen = Seen;

    fn told(note: &Note) -> Seen {
        assert_eq!((note.kind, note.subject), (HipLinkFlow::KIND, WishForLink::SUBJECT));
        Seen::Wish(note.payload.decode().unwrap())
    }
}

const OP: HiType = HiType::OpConsultation;
const LAB: HiType = HiType::DiagnosticReport;

fn at(hour: u32) -> DateTime<Utc> {
    format!("2026-09-14T{hour:02}:00:00Z").parse().unwrap()
}

fn record_of(name: &str, hi_type: HiType, hour: u32) -> FinalRecord {
    let patient = LinkPatient::new(
        "asha.test@sbx".parse().unwrap(),
        "UHID-000123".parse().unwrap(),
        name,
        Gender::Female,
        1988,
    );
    FinalRecord::new(patient, Visit::new("OPD-1".parse().unwrap(), "Visit", at(hour), [hi_type]))
}

fn record(hi_type: HiType, hour: u32) -> FinalRecord {
    record_of("Asha Test Kumari", hi_type, hour)
}

fn is_final(driver: &Driver<AutoLinkFlow>, record: FinalRecord) -> AutoLinkEvent {
    let begin_at = driver.now + TimeDelta::seconds(5);
    AutoLinkEvent::RecordIsFinal { record: Box::new(record), begin_at }
}

fn driver() -> Driver<AutoLinkFlow> {
    let since = "2026-09-14T09:00:00Z".parse().unwrap();
    Driver::new(AutoLinkFlow::new("IN0000000001".parse().unwrap(), record(OP, 8), since))
}

/// One whose document was asked for.
fn preparing() -> Driver<AutoLinkFlow> {
    let mut driver = driver();
    let event = is_final(&driver, record(OP, 8));
    assert!(driver.on(event).unwrap().is_empty());
    let seen = driver.until_woken();
    assert!(matches!(seen[..], [Seen::Prepare { ask: 1, .. }]), "{seen:?}");
    driver
}

fn ready(driver: &mut Driver<AutoLinkFlow>, linked: &[HiType]) -> Vec<Seen> {
    let ask = driver.flow.asks;
    let preparation = Preparation::Ready { linked: linked.to_vec() };
    driver.on(AutoLinkEvent::Prepared { ask, preparation }).unwrap()
}

fn linking() -> Driver<AutoLinkFlow> {
    let mut driver = preparing();
    let seen = ready(&mut driver, &[]);
    let [Seen::Wish(wish)] = &seen[..] else { unreachable!("{seen:?}") };
    assert!(!wish.notice_only);
    driver
}

fn over(wish: u64, outcome: ContextOutcome) -> AutoLinkEvent {
    word(wish, LinkWord::Over { outcomes: vec![outcome], problems: Vec::new(), no_token: false })
}

fn word(wish: u64, word: LinkWord) -> AutoLinkEvent {
    AutoLinkEvent::Word(LinkReport::new(wish, record(OP, 8).as_link(), word))
}

fn failed(code: &str, class: ErrorClass) -> ContextOutcome {
    let mut failure = Failure::new("it failed").of_class(class);
    failure.code = ErrorCode::parse(code);
    ContextOutcome::NotLinked(failure)
}

fn types(record: &FinalRecord) -> &[HiType] {
    &record.visit.hi_types
}

#[test]
fn a_final_record_is_prepared_then_linked_then_finished() {
    let mut driver = linking();
    assert!(driver.on(over(1, ContextOutcome::Linked)).unwrap().is_empty());
    assert!(driver.done);
    assert_eq!(driver.flow.state, AutoLinkState::Finished);
    assert_eq!(driver.flow.finished().collect::<Vec<_>>(), [&OP]);
}

#[test]
fn records_of_the_same_moment_go_out_in_one_link() {
    let mut driver = driver();
    for hi_type in [OP, LAB, OP] {
        let event = is_final(&driver, record(hi_type, 8));
        assert!(driver.on(event).unwrap().is_empty());
    }
    let seen = driver.pass(TimeDelta::seconds(6));
    let [Seen::Prepare { record, .. }] = &seen[..] else { unreachable!("{seen:?}") };
    assert_eq!(types(record), [OP, LAB]);
}

#[test]
fn a_record_that_becomes_final_during_the_link_is_linked_after_it() {
    let mut driver = linking();
    let event = is_final(&driver, record(LAB, 9));
    assert!(driver.on(event).unwrap().is_empty());
    let seen = driver.on(over(1, ContextOutcome::Linked)).unwrap();
    let [Seen::Prepare { ask: 2, record }] = &seen[..] else { unreachable!("{seen:?}") };
    assert_eq!(types(record), [LAB]);
    assert!(!driver.done);
}

#[test]
fn what_is_linked_already_gets_the_notice_and_the_rest_the_link() {
    let mut driver = driver();
    for hi_type in [OP, LAB] {
        let event = is_final(&driver, record(hi_type, 8));
        driver.on(event).unwrap();
    }
    driver.until_woken();
    let seen = ready(&mut driver, &[OP]);
    let [Seen::Wish(link), Seen::Wish(notice)] = &seen[..] else { unreachable!("{seen:?}") };
    assert_eq!((link.notice_only, &link.patient.visits[0].hi_types[..]), (false, &[LAB][..]));
    assert_eq!((notice.notice_only, &notice.patient.visits[0].hi_types[..]), (true, &[OP][..]));
    driver.on(over(2, ContextOutcome::Already)).unwrap();
    assert!(!driver.done);
    driver.on(over(1, ContextOutcome::Linked)).unwrap();
    assert!(driver.done);
}

#[test]
fn without_notices_what_is_linked_already_costs_no_call() {
    let mut driver = driver();
    let mut quiet = record(OP, 8);
    quiet.patient = quiet.patient.without_notice();
    let event = is_final(&driver, quiet);
    driver.on(event).unwrap();
    driver.until_woken();
    assert!(ready(&mut driver, &[OP]).is_empty());
    assert!(driver.done);
}

#[test]
fn a_document_that_is_not_ready_is_asked_for_again_when_the_hospital_says() {
    let mut driver = preparing();
    let not_yet = Preparation::NotYet { seconds: 600 };
    assert!(
        driver.on(AutoLinkEvent::Prepared { ask: 1, preparation: not_yet }).unwrap().is_empty()
    );
    assert!(driver.pass(TimeDelta::seconds(599)).is_empty());
    let seen = driver.pass(TimeDelta::seconds(1));
    assert!(matches!(seen[..], [Seen::Prepare { ask: 2, .. }]), "{seen:?}");
    // The answer to the first question comes twice.
    assert!(
        driver
            .on(AutoLinkEvent::Prepared { ask: 1, preparation: Preparation::Failed })
            .unwrap()
            .is_empty()
    );
    assert_eq!(ready(&mut driver, &[]).len(), 1);
}

#[test]
fn a_document_that_is_never_ready_is_given_up_after_a_week_and_said_so() {
    let mut driver = preparing();
    let begun = driver.now;
    let told = loop {
        let ask = driver.flow.asks;
        let failed = AutoLinkEvent::Prepared { ask, preparation: Preparation::Failed };
        let told = driver.on(failed).unwrap();
        if driver.done {
            break told;
        }
        driver.until_woken();
    };
    assert!(matches!(told[..], [Seen::Announce(HipEvent::AutoLinkStopped { linked: false, .. })]));
    assert!(driver.now - begun >= TimeDelta::days(7));
    assert!(driver.flow.asks < 200, "{}", driver.flow.asks);
    let mut driver = preparing();
    let never = Preparation::Never { reason: "the visit was cancelled".to_owned() };
    let told = driver.on(AutoLinkEvent::Prepared { ask: 1, preparation: never }).unwrap();
    let [Seen::Announce(HipEvent::AutoLinkStopped { failure, .. })] = &told[..] else {
        unreachable!("{told:?}")
    };
    assert!(failure.text.contains("the visit was cancelled"));
}

#[test]
fn a_fault_of_abdms_is_tried_again_with_growing_pauses_and_then_given_up() {
    let mut driver = linking();
    let down = || failed("ABDM-1024", ErrorClass::UpstreamFault);
    let mut pauses = Vec::new();
    let told = loop {
        let told = driver.on(over(driver.flow.wishes, down())).unwrap();
        if driver.done {
            break told;
        }
        let before = driver.now;
        let seen = driver.until_woken();
        assert!(matches!(seen[..], [Seen::Prepare { .. }]), "{seen:?}");
        pauses.push((driver.now - before).num_minutes());
        ready(&mut driver, &[]);
    };
    assert_eq!(pauses, [15, 60, 360, 1440]);
    let [Seen::Announce(HipEvent::AutoLinkStopped { failure, linked: false, .. })] = &told[..]
    else {
        unreachable!("{told:?}")
    };
    assert!(failure.text.contains("5 tries") && failure.has_code("ABDM-1024"), "{failure}");
}

#[test]
fn a_try_that_may_cost_a_link_token_waits_eight_hours_and_a_block_a_day() {
    for (code, class, no_token, hours) in [
        ("ABDM-1092", ErrorClass::Wait, true, 8),
        ("ABDM-1024", ErrorClass::UpstreamFault, true, 8),
        ("ABDM-1027", ErrorClass::Blocked, true, 24),
    ] {
        let mut driver = linking();
        let outcomes = vec![failed(code, class)];
        let over = LinkWord::Over { outcomes, problems: Vec::new(), no_token };
        assert!(driver.on(word(1, over)).unwrap().is_empty());
        assert!(driver.pass(TimeDelta::hours(hours) - TimeDelta::seconds(1)).is_empty(), "{code}");
        assert!(!driver.pass(TimeDelta::minutes(11)).is_empty(), "{code}");
    }
}

#[test]
fn details_that_differ_are_for_the_desk_and_the_same_details_change_nothing() {
    let mut driver = linking();
    let told = driver.on(over(1, failed("ABDM-1207", ErrorClass::UserInput))).unwrap();
    assert!(matches!(
        &told[..],
        [Seen::Announce(HipEvent::AutoLinkStopped { linked: false, failure, .. })]
            if failure.has_code("ABDM-1207")
    ));
    assert!(driver.done);
    assert!(driver.flow.has(&record(OP, 8)));
    assert!(!driver.flow.has(&record_of("Asha Kumari", OP, 8)));
    assert!(!driver.flow.has(&record(LAB, 8)));
    // Corrected, it begins anew with what was not linked, though the desk names another type.
    let corrected = record_of("Asha Kumari", LAB, 9);
    let mut anew = Driver::new(driver.flow.anew(corrected.clone(), driver.now));
    let event = is_final(&anew, corrected);
    anew.on(event).unwrap();
    let seen = anew.until_woken();
    let [Seen::Prepare { record, .. }] = &seen[..] else { unreachable!("{seen:?}") };
    assert_eq!((types(record), record.patient.name.as_str()), (&[OP, LAB][..], "Asha Kumari"));
}

#[test]
fn the_same_record_said_again_after_the_end_is_known_and_a_later_one_is_not() {
    let mut driver = linking();
    driver.on(over(1, ContextOutcome::Linked)).unwrap();
    assert!(driver.flow.has(&record(OP, 8)));
    assert!(driver.flow.has(&record(OP, 7)));
    assert!(!driver.flow.has(&record(OP, 9)));
    assert!(!driver.flow.has(&record(LAB, 8)));
}

#[test]
fn an_unknown_outcome_is_asked_after_under_the_same_wish_and_a_late_word_counts() {
    let mut driver = linking();
    let unknown = || word(1, LinkWord::Unknown { of_token: false });
    assert!(driver.on(unknown()).unwrap().is_empty());
    let event = is_final(&driver, record(LAB, 9));
    driver.on(event).unwrap();
    let seen = driver.pass(TimeDelta::minutes(15));
    let [Seen::Wish(wish)] = &seen[..] else { unreachable!("{seen:?}") };
    assert_eq!((wish.wish, &wish.patient.visits[0].hi_types[..]), (1, &[OP][..]));
    driver.on(unknown()).unwrap();
    // While it waits once more, the callback comes.
    let seen = driver.on(over(1, ContextOutcome::Linked)).unwrap();
    assert!(matches!(&seen[..], [Seen::Prepare { record, .. }] if types(record) == [LAB]));
}

#[test]
fn a_link_token_whose_callback_is_overdue_is_not_asked_for_again() {
    let mut driver = linking();
    assert!(driver.on(word(1, LinkWord::Unknown { of_token: true })).unwrap().is_empty());
    assert!(driver.pass(TimeDelta::days(3)).is_empty());
    driver.on(over(1, ContextOutcome::Linked)).unwrap();
    assert!(driver.done);
}

#[test]
fn a_notice_that_fails_is_tried_again_alone_and_the_visit_counts_as_linked() {
    let mut driver = linking();
    let problem = Failure::new("not now").of_class(ErrorClass::UpstreamFault);
    let over = |problem: Failure| LinkWord::Over {
        outcomes: vec![ContextOutcome::Linked],
        problems: vec![problem],
        no_token: false,
    };
    assert!(driver.on(word(1, over(problem))).unwrap().is_empty());
    driver.until_woken();
    let seen = ready(&mut driver, &[OP]);
    assert!(matches!(&seen[..], [Seen::Wish(wish)] if wish.notice_only), "{seen:?}");
    let refused = Failure::new("No links found").of_class(ErrorClass::CallerBug);
    let told = driver.on(word(2, over(refused))).unwrap();
    assert!(matches!(told[..], [Seen::Announce(HipEvent::AutoLinkStopped { linked: true, .. })]));
}

#[test]
fn details_that_were_corrected_during_a_link_are_tried_before_it_is_for_the_desk() {
    let mut driver = linking();
    let event = is_final(&driver, record_of("Asha Kumari", OP, 8));
    assert!(driver.on(event).unwrap().is_empty(), "the link under way goes on");
    // The link was refused for the details that it left with.
    let refused = failed("ABDM-1207", ErrorClass::UserInput);
    let seen = driver.on(over(1, refused.clone())).unwrap();
    let [Seen::Prepare { record, .. }] = &seen[..] else { unreachable!("{seen:?}") };
    assert_eq!(record.patient.name, "Asha Kumari");
    let corrected = record.as_link();
    let seen = ready(&mut driver, &[]);
    let [Seen::Wish(wish)] = &seen[..] else { unreachable!("{seen:?}") };
    assert_eq!(wish.patient.name, "Asha Kumari");

    // Those were tried now: it stops.
    let word = LinkWord::Over { outcomes: vec![refused], problems: Vec::new(), no_token: false };
    driver.on(AutoLinkEvent::Word(LinkReport::new(2, corrected, word))).unwrap();
    assert!(matches!(driver.flow.state, AutoLinkState::Stopped { .. }));
    assert!(driver.flow.has(&record_of("Asha Kumari", OP, 8)));
}

#[test]
fn corrected_details_end_a_wait() {
    let mut driver = linking();
    driver.on(over(1, failed("ABDM-1024", ErrorClass::UpstreamFault))).unwrap();
    let event = is_final(&driver, record(OP, 8));
    driver.on(event).unwrap();
    assert!(driver.pass(TimeDelta::minutes(1)).is_empty(), "the same changes nothing");
    let event = is_final(&driver, record_of("Asha Kumari", OP, 8));
    driver.on(event).unwrap();
    let seen = driver.pass(TimeDelta::minutes(1));
    assert!(matches!(seen[..], [Seen::Prepare { .. }]), "{seen:?}");
}

#[test]
fn a_record_and_what_is_told_of_it_show_no_name() {
    let mut driver = linking();
    let told = driver.on(over(1, failed("ABDM-1207", ErrorClass::UserInput))).unwrap();
    let shown = format!("{:?} {told:?} {:?}", driver.flow, record(OP, 8));
    assert!(!shown.contains("Asha") && !shown.contains("Kumari"), "{shown}");
}

/// Something that happens to a link by itself.
#[derive(Debug, Clone)]
enum Happens {
    /// A record of one of three HI types becomes final, at one of four hours.
    Final(usize, u32),
    /// One of the questions is answered: ready, not yet, or not at all.
    Prepared(usize, u8),
    /// Word of one of the wishes comes, perhaps for the second time.
    Word(usize, u8),
    Time(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => (0..3_usize, 8..12_u32).prop_map(|(hi_type, hour)| Happens::Final(hi_type, hour)),
        4 => (any::<usize>(), 0..8_u8).prop_map(|(n, how)| Happens::Prepared(n, how)),
        4 => (any::<usize>(), 0..8_u8).prop_map(|(n, how)| Happens::Word(n, how)),
        2 => (0..2_000_i64).prop_map(Happens::Time),
    ]
}

const TYPES: [HiType; 3] = [OP, HiType::Prescription, LAB];

/// A link by itself, and the world that answers it.
struct World {
    driver: Driver<AutoLinkFlow>,
    asks: Vec<(u64, FinalRecord)>,
    wishes: Vec<WishForLink>,
    /// What the facility knows to be linked.
    rows: BTreeSet<HiType>,
    /// What is final.
    said: BTreeSet<HiType>,
    stopped: bool,
}

impl World {
    fn see(&mut self, seen: Vec<Seen>) {
        for seen in seen {
            match seen {
                Seen::Prepare { ask, record } => self.asks.push((ask, record)),
                Seen::Announce(event) => {
                    assert!(matches!(event, HipEvent::AutoLinkStopped { .. }));
                    assert!(!self.stopped, "told twice");
                    self.stopped = true;
                }
                Seen::Wish(wish) => {
                    let types = &wish.patient.visits[0].hi_types;
                    assert!(!types.is_empty());
                    let again = self.wishes.iter().any(|other| other.wish == wish.wish);
                    if !again && !wish.notice_only {
                        // Never linked twice, whatever order things come in.
                        assert!(types.iter().all(|t| !self.rows.contains(t)), "{types:?}");
                    }
                    self.wishes.push(wish);
                }
            }
        }
    }

    fn tell(&mut self, event: AutoLinkEvent) {
        let seen = self.driver.on(event).unwrap();
        self.see(seen);
    }

    fn happens(&mut self, what: &Happens) {
        match *what {
            Happens::Final(hi_type, hour) => {
                if !self.driver.done {
                    self.said.insert(TYPES[hi_type].clone());
                }
                let event = is_final(&self.driver, record(TYPES[hi_type].clone(), hour));
                self.tell(event);
            }
            Happens::Prepared(n, how) if !self.asks.is_empty() => {
                let (ask, record) = self.asks[n % self.asks.len()].clone();
                let rows = || types(&record).iter().filter(|t| self.rows.contains(t)).cloned();
                let preparation = match how {
                    0 => Preparation::NotYet { seconds: 60 },
                    1 => Preparation::Failed,
                    _ => Preparation::Ready { linked: rows().collect() },
                };
                self.tell(AutoLinkEvent::Prepared { ask, preparation });
            }
            Happens::Word(n, how) if !self.wishes.is_empty() => {
                let wish = self.wishes[n % self.wishes.len()].clone();
                let hi_types = wish.patient.visits[0].hi_types.clone();
                let told = match how {
                    0 => LinkWord::Unknown { of_token: false },
                    1 => LinkWord::Unknown { of_token: true },
                    2 if !wish.notice_only => LinkWord::Over {
                        outcomes: vec![failed("ABDM-1024", ErrorClass::UpstreamFault)],
                        problems: Vec::new(),
                        no_token: false,
                    },
                    _ => {
                        self.rows.extend(hi_types);
                        LinkWord::Over {
                            outcomes: vec![ContextOutcome::Linked],
                            problems: Vec::new(),
                            no_token: false,
                        }
                    }
                };
                self.tell(AutoLinkEvent::Word(LinkReport::new(wish.wish, wish.patient, told)));
            }
            Happens::Time(minutes) => {
                let seen = self.driver.pass(TimeDelta::minutes(minutes));
                self.see(seen);
            }
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_linked_twice_and_everything_said_ends_linked(
        story in proptest::collection::vec(happens(), 1..60),
    ) {
        let driver = driver();
        let mut world = World {
            driver, asks: Vec::new(), wishes: Vec::new(), rows: BTreeSet::new(),
            said: BTreeSet::new(), stopped: false,
        };
        world.happens(&Happens::Final(0, 8));
        for what in &story {
            world.happens(what);
        }
        // From now on all goes well: whatever is asked is answered.
        for _ in 0..40 {
            if world.driver.done {
                break;
            }
            let (asks, wishes) = (world.asks.len(), world.wishes.len());
            for n in 0..asks {
                world.happens(&Happens::Prepared(n, 7));
            }
            for n in 0..wishes {
                world.happens(&Happens::Word(n, 7));
            }
            world.happens(&Happens::Time(60));
        }
        prop_assert!(world.driver.done, "{:?}", world.driver.flow);
        if !world.stopped {
            let told: BTreeSet<HiType> = world.driver.flow.finished().cloned().collect();
            prop_assert_eq!(&told, &world.said);
        }
    }
}
