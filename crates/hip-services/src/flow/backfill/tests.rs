use std::collections::{BTreeMap, BTreeSet};

use abdm_core::error::ErrorCode;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::store::RowWrite;
use abdm_flow::{Step, Wake};
use proptest::prelude::*;

use super::*;
use crate::flow::{ContextOutcome, Failure, LinkReport, LinkWord};
use crate::india;
use crate::patient::{LinkPatient, Visit};

fn patient(n: usize, visits: usize) -> LinkPatient {
    let patient = LinkPatient::new(
        format!("patient{n}@sbx").parse().unwrap(),
        format!("UHID-{n}").parse().unwrap(),
        "Asha Test Kumari",
        Gender::Female,
        1988,
    );
    (0..visits).fold(patient.without_notice(), |patient, visit| {
        let reference = format!("OPD-{n}-{visit}").parse().unwrap();
        let date = "2019-01-02T10:00:00Z".parse().unwrap();
        patient.visit(Visit::new(reference, "Visit", date, [HiType::Prescription]))
    })
}

/// A back-fill, and the world around it: the hospital's list, the rows, the links.
struct World {
    flow: BackfillFlow,
    now: DateTime<Utc>,
    wake: Option<DateTime<Utc>>,
    done: bool,
    /// How many visits each patient of the list has.
    list: Vec<usize>,
    /// The rows that wait, and when.
    later: BTreeMap<String, (i64, Later)>,
    failed: usize,
    taking: Vec<BackfillEffect>,
    wishes: Vec<WishForLink>,
    news: Vec<BackfillNews>,
    /// When patients were begun.
    begun: Vec<DateTime<Utc>>,
    /// Which visits were wished for in the first place.
    wished: BTreeSet<String>,
}

impl World {
    fn new(list: Vec<usize>) -> Self {
        let now = "2026-09-14T09:00:00Z".parse().unwrap();
        Self {
            flow: BackfillFlow::new("IN0000000001".parse().unwrap(), "old", now),
            now,
            wake: None,
            done: false,
            list,
            later: BTreeMap::new(),
            failed: 0,
            taking: Vec::new(),
            wishes: Vec::new(),
            news: Vec::new(),
            begun: Vec::new(),
            wished: BTreeSet::new(),
        }
    }

    fn begun(list: Vec<usize>, options: BackfillOptions) -> Self {
        let mut world = Self::new(list);
        world.on(BackfillEvent::Begin(options));
        world
    }

    fn on(&mut self, event: BackfillEvent) {
        let snapshot = serde_json::to_string(&self.flow).unwrap();
        assert!(snapshot.len() < 8_000, "it does not grow: {}", snapshot.len());
        let mut flow: BackfillFlow = serde_json::from_str(&snapshot).unwrap();
        let step: Step<BackfillEffect> = flow.on(event, self.now).unwrap();
        self.flow = flow;
        self.done |= step.done;
        match step.wake {
            Wake::At(at) => self.wake = Some(at),
            Wake::Clear => self.wake = None,
            _ => {}
        }
        for row in step.rows {
            match (row.table, row.write) {
                (LATER, RowWrite::Put(new)) => {
                    let later: Later = new.payload.decode().unwrap();
                    assert_eq!(later.key, row.key);
                    self.later.insert(row.key, (new.sort, later));
                }
                (LATER, RowWrite::Delete) => {
                    self.later.remove(&row.key).unwrap();
                }
                (LATER, RowWrite::DeleteChildren) => self.later.clear(),
                (FAILED, RowWrite::Put(_)) => self.failed += 1,
                (FAILED, RowWrite::DeleteChildren) => {}
                other => unreachable!("{other:?}"),
            }
        }
        for note in &step.notes {
            let wish: WishForLink = note.payload.decode().unwrap();
            self.begun.push(self.now);
            self.wishes.push(wish);
        }
        for wanted in step.effects {
            match wanted.effect {
                BackfillEffect::Tell(news) => self.news.push(news),
                take => self.taking.push(take),
            }
        }
        self.check();
    }

    /// Every visit is counted once.
    fn check(&self) {
        let progress = self.flow.progress();
        if progress.state == BackfillState::Cancelled {
            return;
        }
        let counts = &progress.counts;
        let sum = counts.linked + counts.already + progress.failed() + counts.waiting;
        assert_eq!(counts.seen, sum + progress.under_way, "{progress:?}");
        let waiting: usize = self.later.values().map(|(_, l)| l.patient.visits.len()).sum();
        assert_eq!(counts.waiting, u64::try_from(waiting).unwrap(), "{progress:?}");
        assert!(self.flow.under_way.len() <= 16);
    }

    /// The hospital and the store answer one question.
    fn answer(&mut self) {
        let BackfillEffect::Take { turn, after, reads, .. } = self.taking.remove(0) else {
            unreachable!()
        };
        let due = self.later.iter().min_by_key(|(_, (due, _))| *due);
        let mut taken = Taken::default();
        let mut dues: Vec<i64> = self.later.values().map(|(due, _)| *due).collect();
        dues.sort_unstable();
        if let Some((key, (_, later))) =
            due.filter(|(_, (at, _))| *at <= self.now.timestamp_micros())
        {
            taken.next_later = dues.get(1).and_then(|at| DateTime::from_timestamp_micros(*at));
            let (key, tries, since) = (key.clone(), later.tries, later.since);
            taken.again = Some(Again { key, tries, since, linked: 0 });
            taken.patient = Some(Box::new(later.patient.clone()));
        } else {
            taken.next_later = dues.first().and_then(|at| DateTime::from_timestamp_micros(*at));
            let place: usize = after.map_or(0, |cursor| cursor.as_str().parse().unwrap());
            match self.list.get(place).filter(|_| reads) {
                Some(visits) => {
                    let next = patient(place, *visits);
                    for visit in &next.visits {
                        let once = self.wished.insert(visit.reference.to_string());
                        assert!(once, "{:?} is taken twice", visit.reference);
                    }
                    taken.seen = u64::try_from(*visits).unwrap();
                    taken.patient = Some(Box::new(next));
                    taken.cursor = Some((place + 1).to_string().parse().unwrap());
                }
                None => taken.at_end = reads,
            }
        }
        // Not taken while it rests: the same visit comes again.
        let ignored = !self.flow.taking || turn != self.flow.turn;
        if ignored
            && taken.again.is_none()
            && let Some(patient) = &taken.patient
        {
            for visit in &patient.visits {
                self.wished.remove(visit.reference.as_str());
            }
        }
        self.on(BackfillEvent::Taken { turn, taken });
    }

    fn reports(&mut self, n: usize, outcome: &ContextOutcome, no_token: bool) -> WishForLink {
        let wish = self.wishes.remove(n);
        let outcomes = vec![outcome.clone(); wish.patient.visits.len()];
        let over = LinkWord::Over { outcomes, problems: Vec::new(), no_token };
        self.says(&wish, over);
        wish
    }

    fn says(&mut self, wish: &WishForLink, word: LinkWord) {
        let report = LinkReport::new(wish.wish, wish.patient.clone(), word);
        self.on(BackfillEvent::Word(report));
    }

    /// Lets time pass while the hospital answers at once.
    fn pass(&mut self, time: TimeDelta) {
        let until = self.now + time;
        loop {
            while !self.taking.is_empty() {
                self.answer();
            }
            let Some(at) = self.wake.take_if(|at| *at <= until) else { break };
            self.now = self.now.max(at);
            self.on(BackfillEvent::Woken);
        }
        self.now = until;
    }

    /// The same while every link ends like this after a second.
    fn pass_with(&mut self, time: TimeDelta, outcome: &ContextOutcome) {
        let until = self.now + time;
        while self.now < until && !self.done {
            self.pass(TimeDelta::zero());
            let next = self.wake.filter(|at| self.wishes.is_empty() && *at > self.now);
            let second = self.now + TimeDelta::seconds(1);
            let to = next.unwrap_or(second).min(until);
            self.pass(to - self.now);
            while !self.wishes.is_empty() {
                self.reports(0, outcome, false);
            }
        }
    }

    fn progress(&self) -> BackfillProgress {
        self.flow.progress()
    }

    fn waits(&self) -> BackfillWait {
        self.progress().waits.unwrap().0
    }
}

fn failed(code: &str, class: ErrorClass) -> ContextOutcome {
    let mut failure = Failure::new("it failed").of_class(class);
    failure.code = ErrorCode::parse(code);
    ContextOutcome::NotLinked(failure)
}

fn down() -> ContextOutcome {
    failed("ABDM-1024", ErrorClass::UpstreamFault)
}

fn fast() -> BackfillOptions {
    BackfillOptions::default().patients_per_minute(600).patients_per_day(1_000_000)
}

#[test]
fn every_visit_of_the_list_is_linked_once_and_it_ends() {
    let mut world = World::begun(vec![2, 1, 3, 1], fast());
    world.pass_with(TimeDelta::hours(1), &ContextOutcome::Linked);
    assert!(world.done);
    let progress = world.progress();
    assert_eq!((progress.counts.seen, progress.counts.linked), (7, 7));
    assert_eq!((progress.state, progress.at_end), (BackfillState::Finished, true));
}

#[test]
fn patients_are_begun_at_the_pace_of_the_options_and_no_more_at_once() {
    let options = BackfillOptions::default().at_once(3);
    let mut world = World::begun(vec![1; 50], options);
    world.pass(TimeDelta::hours(1));
    // Nobody reports: three are under way, fifteen seconds apart.
    assert_eq!(world.begun.len(), 3);
    assert_eq!(world.begun[2] - world.begun[0], TimeDelta::seconds(30));
    assert_eq!(world.waits(), BackfillWait::Links);
    world.pass_with(TimeDelta::minutes(2), &ContextOutcome::Linked);
    assert_eq!(world.begun.len(), 3 + 8);
    assert_eq!(world.waits(), BackfillWait::Pace);
}

#[test]
fn a_full_day_waits_for_midnight_in_india() {
    let mut world = World::begun(vec![1; 50], fast().patients_per_day(20));
    world.pass_with(TimeDelta::hours(9), &ContextOutcome::Linked);
    assert_eq!((world.begun.len(), world.waits()), (20, BackfillWait::Day));
    world.pass_with(TimeDelta::hours(24), &ContextOutcome::Linked);
    assert_eq!(world.begun.len(), 40);
    let day = india::day(world.begun[20]);
    assert_ne!(india::day(world.begun[19]), day);
    assert_eq!(india::day(world.begun[39]), day);
}

#[test]
fn outside_of_its_hours_nothing_begins() {
    // It is half past two in the afternoon in India.
    let mut world = World::begun(vec![1; 3], fast().between_hours(22, 6));
    world.pass_with(TimeDelta::hours(7), &ContextOutcome::Linked);
    assert_eq!((world.begun.len(), world.waits()), (0, BackfillWait::Hours));
    world.pass_with(TimeDelta::hours(1), &ContextOutcome::Linked);
    assert!(world.done);
}

#[test]
fn a_pause_begins_nothing_and_loses_nothing_of_what_was_being_taken() {
    let mut world = World::begun(vec![1; 4], fast());
    assert_eq!(world.taking.len(), 1);
    world.on(BackfillEvent::Pause);
    world.answer();
    world.pass(TimeDelta::days(2));
    assert_eq!((world.begun.len(), world.progress().state), (0, BackfillState::Paused));
    assert_eq!(world.progress().cursor, None);
    world.on(BackfillEvent::Resume);
    world.pass(TimeDelta::seconds(1));
    world.on(BackfillEvent::Pause);
    // What is under way goes on to its end.
    let under_way = world.wishes.len();
    assert!(under_way > 0);
    while !world.wishes.is_empty() {
        world.reports(0, &ContextOutcome::Linked, false);
    }
    assert_eq!(world.progress().counts.linked, u64::try_from(under_way).unwrap());
    world.on(BackfillEvent::Resume);
    world.pass_with(TimeDelta::minutes(1), &ContextOutcome::Linked);
    assert!(world.done);
    assert_eq!(world.progress().counts.linked, 4);
}

#[test]
fn a_cancelled_one_is_over_and_late_words_change_nothing() {
    let mut world = World::begun(vec![1; 4], fast());
    world.pass(TimeDelta::seconds(1));
    world.reports(0, &down(), false);
    assert_eq!(world.later.len(), 1);
    world.on(BackfillEvent::Cancel);
    assert!(world.done && world.later.is_empty());
    let before = world.progress();
    let wish = world.wishes[0].clone();
    let snapshot = serde_json::to_string(&world.flow).unwrap();
    let over = vec![ContextOutcome::Linked];
    let over = LinkWord::Over { outcomes: over, problems: Vec::new(), no_token: false };
    let report = LinkReport::new(wish.wish, wish.patient, over);
    assert_eq!(world.flow.on(BackfillEvent::Word(report), world.now).unwrap(), Step::nothing());
    assert_eq!(world.flow.on(BackfillEvent::Resume, world.now).unwrap(), Step::nothing());
    assert_eq!(serde_json::to_string(&world.flow).unwrap(), snapshot);
    assert_eq!(world.progress(), before);
}

#[test]
fn details_that_differ_fail_for_good_and_are_listed_and_the_rest_goes_on() {
    let mut world = World::begun(vec![2, 1], fast());
    world.pass(TimeDelta::seconds(1));
    world.reports(0, &failed("ABDM-1207", ErrorClass::UserInput), true);
    world.pass_with(TimeDelta::minutes(1), &ContextOutcome::Linked);
    assert!(world.done);
    let progress = world.progress();
    assert_eq!((progress.counts.linked, progress.failed(), world.failed), (1, 2, 2));
    assert_eq!(progress.counts.failed.get(&ErrorClass::UserInput), Some(&2));
}

#[test]
fn what_may_succeed_later_is_tried_again_and_given_up_after_five_tries() {
    let mut world = World::begun(vec![1, 1], fast());
    world.pass(TimeDelta::seconds(1));
    let busy = failed("ABDM-1092", ErrorClass::Wait);
    let first = world.reports(0, &busy, true).patient.visits[0].reference.clone();
    let mut tries = 1;
    // Others succeed: it is this patient's trouble.
    for _ in 0..40 {
        world.pass(TimeDelta::hours(4));
        while let Some(wish) = world.wishes.first().cloned() {
            let its = wish.patient.visits[0].reference == first;
            tries += usize::from(its);
            world.reports(0, if its { &busy } else { &ContextOutcome::Linked }, its);
        }
    }
    assert!(world.done);
    assert_eq!((tries, world.progress().counts.linked, world.progress().failed()), (6, 1, 1));
    // Three link tokens a day at most.
    let pauses: Vec<i64> = world.begun.windows(2).map(|w| (w[1] - w[0]).num_hours()).collect();
    assert!(pauses[1..].iter().all(|hours| *hours >= 8), "{pauses:?}");
}

#[test]
fn days_without_abdm_cost_a_handful_of_tries_and_no_visit() {
    let mut world = World::begun(vec![1; 200], fast());
    world.pass_with(TimeDelta::days(4), &down());
    assert!(
        matches!(world.waits(), BackfillWait::Failing(failure) if failure.has_code("ABDM-1024"))
    );
    assert!(world.begun.len() < 35, "{}", world.begun.len());
    assert_eq!(world.progress().failed(), 0);
    world.pass_with(TimeDelta::days(3), &ContextOutcome::Linked);
    assert!(world.done, "{:?}", world.progress());
    assert_eq!(world.progress().counts.linked, 200);
    assert!(matches!(
        world.news[..],
        [BackfillNews::Failing(_), BackfillNews::Works, BackfillNews::Finished(_)]
    ));
}

#[test]
fn a_set_up_that_is_wrong_for_everybody_does_not_burn_through_the_list() {
    for (code, class) in [
        ("ABDM-1035", ErrorClass::CallerBug),
        ("900901", ErrorClass::Auth),
        ("ABDM-4711", ErrorClass::Unclassified),
    ] {
        let mut world = World::begun(vec![1; 200], fast());
        world.pass_with(TimeDelta::days(1), &failed(code, class));
        assert!(world.begun.len() < 20, "{code}: {}", world.begun.len());
        assert!(matches!(world.waits(), BackfillWait::Failing(_)), "{code}");
    }
}

#[test]
fn callbacks_that_never_come_stop_it_too_and_free_their_places() {
    for of_token in [true, false] {
        let mut world = World::begun(vec![1; 200], fast());
        for _ in 0..2_000 {
            world.pass(TimeDelta::minutes(1));
            while !world.wishes.is_empty() {
                let wish = world.wishes.remove(0);
                world.says(&wish, LinkWord::Unknown { of_token });
                // The link's own end comes much later, and does not count twice.
                let outcomes = vec![ContextOutcome::Linked; wish.patient.visits.len()];
                let over = LinkWord::Over { outcomes, problems: Vec::new(), no_token: false };
                world.says(&wish, over);
            }
        }
        assert!(world.begun.len() < 20, "{}", world.begun.len());
        assert!(matches!(world.waits(), BackfillWait::Failing(_)));
    }
}

#[test]
fn a_hospital_that_fails_for_an_hour_is_asked_again_with_growing_pauses() {
    let mut world = World::begun(vec![1; 2], fast());
    let begun = world.now;
    let mut asked = 0;
    while world.now - begun < TimeDelta::hours(1) {
        let BackfillEffect::Take { turn, .. } = world.taking.remove(0) else { unreachable!() };
        world.on(BackfillEvent::NotRead { turn });
        asked += 1;
        assert_eq!(world.waits(), BackfillWait::Hospital);
        world.now = world.wake.take().unwrap();
        world.on(BackfillEvent::Woken);
    }
    assert!((5..10).contains(&asked), "{asked}");
    world.pass_with(TimeDelta::minutes(1), &ContextOutcome::Linked);
    assert!(world.done);
}

/// What a look into the list finds: many visits, all of them linked already.
fn all_linked(cursor: usize) -> Taken {
    let cursor = Some(cursor.to_string().parse().unwrap());
    Taken { cursor, seen: 2_000, already: 2_000, ..Taken::default() }
}

#[test]
fn a_look_into_the_list_that_finds_nobody_is_followed_by_a_pause() {
    let mut world = World::begun(vec![1], BackfillOptions::default());
    let begun = world.now;
    for look in 0..10 {
        let BackfillEffect::Take { turn, .. } = world.taking.remove(0) else { unreachable!() };
        world.on(BackfillEvent::Taken { turn, taken: all_linked(0) });
        assert_eq!((world.taking.len(), world.waits()), (0, BackfillWait::Pace), "{look}");
        world.now = world.wake.take().unwrap();
        world.on(BackfillEvent::Woken);
    }
    // Four a minute.
    assert_eq!(world.now - begun, TimeDelta::seconds(150));
    world.pass_with(TimeDelta::minutes(1), &ContextOutcome::Linked);
    assert!(world.done);
}

#[test]
fn a_list_that_comes_back_is_asked_with_growing_pauses_and_told_once_until_it_is_resumed() {
    let mut world = World::begun(vec![1; 2], fast());
    let mut pauses = Vec::new();
    for _ in 0..4 {
        let BackfillEffect::Take { turn, .. } = world.taking.remove(0) else { unreachable!() };
        let taken = Taken { comes_back: true, ..Taken::default() };
        world.on(BackfillEvent::Taken { turn, taken });
        assert_eq!((world.taking.len(), world.waits()), (0, BackfillWait::Hospital));
        let wake = world.wake.take().unwrap();
        pauses.push((wake - world.now).num_minutes());
        world.now = wake;
        world.on(BackfillEvent::Woken);
    }
    assert_eq!((pauses, &world.news[..]), (vec![1, 2, 4, 8], &[BackfillNews::ListComesBack][..]));
    world.on(BackfillEvent::Pause);
    world.on(BackfillEvent::Resume);
    // At once, as if nothing of it had been read: the visit that was kept is no sign any more.
    let Some(BackfillEffect::Take { trail, .. }) = world.taking.last() else { unreachable!() };
    assert_eq!(*trail, BackfillTrail::default());
    world.pass_with(TimeDelta::minutes(1), &ContextOutcome::Linked);
    assert!(world.done);
    assert!(matches!(world.news[..], [BackfillNews::ListComesBack, BackfillNews::Finished(_)]));
}

#[test]
fn a_patient_who_is_tried_again_says_nothing_of_the_hospitals_list() {
    let mut world = World::begun(vec![1; 2], fast());
    world.pass(TimeDelta::zero());
    world.reports(0, &failed("ABDM-1092", ErrorClass::Wait), true);
    // From here on the list cannot be read.
    let begun = world.now;
    let mut asked = 0;
    while world.now - begun < TimeDelta::hours(10) {
        if let Some(BackfillEffect::Take { turn, .. }) = world.taking.first().cloned() {
            let due = world.later.values().any(|(at, _)| *at <= world.now.timestamp_micros());
            if due {
                world.answer();
                while !world.wishes.is_empty() {
                    world.reports(0, &failed("ABDM-1092", ErrorClass::Wait), true);
                }
            } else {
                world.taking.remove(0);
                world.on(BackfillEvent::NotRead { turn });
                asked += 1;
            }
        }
        let Some(at) = world.wake.take() else { continue };
        world.now = world.now.max(at);
        world.on(BackfillEvent::Woken);
    }
    // 1, 2, 4, 8, 16 and 32 minutes, then every hour: the try in between begins nothing anew.
    assert!((14..=17).contains(&asked), "{asked}");
}

#[test]
fn too_many_that_wait_stop_the_reading_until_they_are_fewer() {
    let mut world = World::begun(vec![100; 40], fast());
    // Faults that are this patient's token: no outage.
    for _ in 0..600 {
        world.pass(TimeDelta::seconds(1));
        while !world.wishes.is_empty() {
            world.reports(0, &failed("ABDM-1092", ErrorClass::Wait), true);
        }
    }
    let counts = world.progress().counts;
    assert!((1_000..1_200).contains(&counts.waiting), "{counts:?}");
    assert_eq!(world.waits(), BackfillWait::Retries);
    world.pass_with(TimeDelta::days(2), &ContextOutcome::Linked);
    assert!(world.done, "{:?}", world.progress());
    assert_eq!(world.progress().counts.linked, 4_000);
}

/// Something that happens to a back-fill.
#[derive(Debug, Clone)]
enum Happens {
    Answer,
    NotRead,
    /// One of the links reports; the same word may come twice.
    Word(usize, u8, bool),
    Pause,
    Resume,
    Options(u32, u32),
    Time(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        6 => Just(Happens::Answer),
        1 => Just(Happens::NotRead),
        6 => (any::<usize>(), 0..10_u8, any::<bool>())
            .prop_map(|(n, how, twice)| Happens::Word(n, how, twice)),
        1 => Just(Happens::Pause),
        1 => Just(Happens::Resume),
        1 => (1..16_u32, 1..600_u32).prop_map(|(at_once, pace)| Happens::Options(at_once, pace)),
        4 => (0..400_i64).prop_map(Happens::Time),
    ]
}

fn outcome(how: u8) -> ContextOutcome {
    match how {
        0 => down(),
        1 => failed("ABDM-1207", ErrorClass::UserInput),
        2 => failed("ABDM-1027", ErrorClass::Blocked),
        3 => failed("ABDM-1035", ErrorClass::CallerBug),
        4 => ContextOutcome::Already,
        _ => ContextOutcome::Linked,
    }
}

proptest! {
    #[test]
    fn every_visit_is_counted_once_and_it_comes_to_its_end_whatever_happens(
        list in proptest::collection::vec(1..4_usize, 1..12),
        story in proptest::collection::vec(happens(), 1..80),
    ) {
        let all: usize = list.iter().sum();
        let mut world = World::begun(list, fast());
        for what in story {
            match what {
                Happens::Answer if !world.taking.is_empty() => world.answer(),
                Happens::NotRead if !world.taking.is_empty() => {
                    let BackfillEffect::Take { turn, .. } = world.taking.remove(0) else { unreachable!() };
                    world.on(BackfillEvent::NotRead { turn });
                }
                Happens::Word(n, how, twice) if !world.wishes.is_empty() => {
                    let n = n % world.wishes.len();
                    let wish = if how == 9 {
                        let wish = world.wishes.remove(n);
                        world.says(&wish, LinkWord::Unknown { of_token: twice });
                        wish
                    } else {
                        world.reports(n, &outcome(how), false)
                    };
                    if twice {
                        world.wishes.push(wish);
                        let last = world.wishes.len() - 1;
                        world.reports(last, &outcome(how), false);
                    }
                }
                Happens::Pause => world.on(BackfillEvent::Pause),
                Happens::Resume => world.on(BackfillEvent::Resume),
                Happens::Options(at_once, pace) => {
                    let options = fast().at_once(at_once).patients_per_minute(pace);
                    world.on(BackfillEvent::Begin(options));
                }
                Happens::Time(minutes) => {
                    let until = world.now + TimeDelta::minutes(minutes);
                    while let Some(at) = world.wake.take_if(|at| *at <= until) {
                        world.now = world.now.max(at);
                        world.on(BackfillEvent::Woken);
                    }
                    world.now = until;
                }
                _ => {}
            }
        }
        world.on(BackfillEvent::Resume);
        world.pass_with(TimeDelta::days(40), &ContextOutcome::Linked);
        prop_assert!(world.done, "{:?}", world.progress());
        prop_assert_eq!(world.progress().counts.seen, u64::try_from(all).unwrap());
        prop_assert_eq!(world.wished.len(), all);
    }
}
