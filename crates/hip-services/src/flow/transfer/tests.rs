use abdm_core::api::consent::ConsentCareContext;
use abdm_core::vocabulary::{HiStatus, SessionStatus};
use abdm_flow::store::Payload;
use proptest::prelude::*;

use super::*;
use crate::flow::driver::{Driver, Watched};

impl Watched for TransferFlow {
    type Seen = TransferEffect;
}

fn context(n: usize) -> CareContextReference {
    format!("OPD-{n}").parse().unwrap()
}

fn of_patient(n: usize) -> ConsentCareContext {
    ConsentCareContext::new("UHID-1".parse().unwrap(), context(n))
}

fn driver() -> Driver<TransferFlow> {
    let dates = DateRange::new(
        "2026-09-07T00:00:00Z".parse().unwrap(),
        "2026-09-14T00:00:00Z".parse().unwrap(),
    );
    let wanted = HiRequest::new(
        "ed486d33".parse().unwrap(),
        dates,
        "https://hiu.example.org/push/1",
        KeyMaterialJson(serde_json::json!({})),
    );
    let now = "2026-09-14T09:00:00Z".parse().unwrap();
    Driver::new(TransferFlow::new(
        "IN0000000001".parse().unwrap(),
        "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap(),
        "49455d89".parse().unwrap(),
        wanted,
        now,
    ))
}

fn done(page: u32, fate: PageFate) -> PageDone {
    PageDone::new(page, fate)
}

fn taken(page: u32) -> PageDone {
    done(page, PageFate::Accepted(KeyForm::X509))
}

/// The end of the first effect that pushes.
fn ended(pages: Vec<PageDone>, end: PushingEnd) -> TransferEvent {
    TransferEvent::PushingEnded { turn: 1, pages, unheard: Vec::new(), sent_before: 0, end }
}

/// A transfer that is about to push: care contexts with so many records each.
fn planned(records: &[Result<u32, String>]) -> (Driver<TransferFlow>, Vec<TransferEffect>) {
    let mut driver = driver();
    driver.on(TransferEvent::Requested).unwrap();
    let contexts = (0..records.len()).map(context).collect();
    let effects = driver.on(TransferEvent::Checked(Ok(contexts))).unwrap();
    assert!(matches!(effects[..], [TransferEffect::Acknowledge { .. }]));
    let effects = driver.on(TransferEvent::Acknowledged).unwrap();
    assert!(matches!(effects[..], [TransferEffect::Plan(_)]));
    let contexts = records.iter().enumerate();
    let contexts = contexts.map(|(n, records)| ContextPlan::new(of_patient(n), records.clone()));
    let records = Vec::new();
    let planned = TransferEvent::Planned { contexts: contexts.collect(), records };
    let effects = driver.on(planned).unwrap();
    (driver, effects)
}

fn pages(driver: &Driver<TransferFlow>) -> &Pages {
    match &driver.flow.stage {
        TransferStage::Pushing(pushing) => &pushing.pages,
        stage => panic!("{stage:?}"),
    }
}

fn report(effects: &[TransferEffect]) -> &TransferReport {
    effects
        .iter()
        .find_map(|effect| match effect {
            TransferEffect::Report(report) => Some(&**report),
            _ => None,
        })
        .unwrap()
}

fn fates(report: &TransferReport) -> Vec<(&str, &str, &str)> {
    report
        .status_notification
        .status_responses
        .iter()
        .map(|r| (r.care_context_reference.as_str(), r.hi_status.as_str(), r.description.as_str()))
        .collect()
}

#[test]
fn one_effect_pushes_all_pages_then_comes_the_report() {
    let (mut driver, effects) = planned(&[Ok(2), Ok(0), Ok(1)]);
    assert!(matches!(effects[..], [TransferEffect::PushPages { turn: 1 }]));
    assert!(driver.on(TransferEvent::PagesDone(vec![taken(0)])).unwrap().is_empty());
    let effects = driver.on(ended(vec![taken(1), taken(2)], PushingEnd::Paused)).unwrap();
    insta::assert_json_snapshot!(report(&effects));
    let effects = driver.on(TransferEvent::Reported).unwrap();
    assert!(matches!(&effects[..], [TransferEffect::Announce(HipEvent::TransferEnded(_))]));
    assert!(driver.done);
}

#[test]
fn a_repeated_request_is_answered_once() {
    let mut driver = driver();
    assert_eq!(driver.on(TransferEvent::Requested).unwrap().len(), 1);
    assert!(driver.on(TransferEvent::Requested).unwrap().is_empty());
}

#[test]
fn a_request_outside_the_consent_is_refused_with_its_code() {
    for (refusal, code) in [
        (Refusal::NotGranted, "ABDM-1062"),
        (Refusal::OutsideDates, "ABDM-1063"),
        (Refusal::KeyMaterial, "ABDM-1031"),
    ] {
        let mut driver = driver();
        driver.on(TransferEvent::Requested).unwrap();
        let effects = driver.on(TransferEvent::Checked(Err(refusal))).unwrap();
        assert!(matches!(effects[..], [TransferEffect::Refuse { .. }]));
        driver.on(TransferEvent::RefusalSent).unwrap();
        let TransferStage::Refused(failure) = &driver.flow.stage else { unreachable!() };
        assert!(failure.has_code(code), "{failure:?}");
        assert!(driver.done);
    }
}

#[test]
fn a_request_that_is_faster_than_its_consent_waits_for_it_under_a_minute() {
    let mut driver = driver();
    driver.on(TransferEvent::Requested).unwrap();
    let started = driver.now;
    let refused = loop {
        let effects = driver.on(TransferEvent::ConsentNotThere).unwrap();
        if let [TransferEffect::Refuse { refusal, .. }] = effects[..] {
            break refusal;
        }
        assert!(matches!(driver.until_woken()[..], [TransferEffect::Check(_)]));
    };
    assert_eq!(refused, Refusal::NotGranted);
    assert_eq!((driver.now - started).num_seconds(), 53);
}

#[test]
fn nothing_in_range_is_a_failed_transfer_that_says_so() {
    let (_, effects) = planned(&[Ok(0), Ok(0)]);
    let report = report(&effects);
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    assert_eq!(
        fates(report),
        [("OPD-0", "ERRORED", "no data in range"), ("OPD-1", "ERRORED", "no data in range")]
    );
}

#[test]
fn a_revocation_stops_the_pages_and_fails_the_transfer() {
    let (mut driver, _) = planned(&[Ok(1), Ok(1)]);
    let effects = driver.on(ended(vec![taken(0)], PushingEnd::ConsentOver)).unwrap();
    let report = report(&effects);
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    assert_eq!(
        fates(report),
        [
            ("OPD-0", "DELIVERED", "Delivered"),
            ("OPD-1", "ERRORED", "the consent ended before this was sent"),
        ]
    );
}

#[test]
fn a_revocation_before_the_first_page_names_every_care_context() {
    let mut driver = driver();
    driver.on(TransferEvent::Requested).unwrap();
    driver.on(TransferEvent::Checked(Ok(vec![context(0), context(1)]))).unwrap();
    driver.on(TransferEvent::Acknowledged).unwrap();
    let effects = driver.on(TransferEvent::ConsentOver).unwrap();
    assert_eq!(fates(report(&effects)).len(), 2);
}

#[test]
fn a_page_that_was_not_accepted_is_never_reported_as_delivered() {
    let (mut driver, _) = planned(&[Ok(2), Err("the record could not be produced".to_owned())]);
    let failed = PageFate::Failed("the HIU refused the page, HTTP 400".to_owned());
    let pages = vec![taken(0), done(1, failed)];
    let effects = driver.on(ended(pages, PushingEnd::Paused)).unwrap();
    let report = report(&effects);
    assert_eq!(report.status_notification.session_status, SessionStatus::Transferred);
    assert_eq!(
        fates(report),
        [
            ("OPD-0", "ERRORED", "the HIU refused the page, HTTP 400"),
            ("OPD-1", "ERRORED", "the record could not be produced"),
        ]
    );
}

#[test]
fn what_an_effect_leaves_over_is_pushed_by_the_next_one() {
    let (mut driver, _) = planned(&[Ok(3)]);
    let end = ended(vec![taken(0)], PushingEnd::Paused);
    let effects = driver.on(end.clone()).unwrap();
    assert!(matches!(effects[..], [TransferEffect::PushPages { turn: 2 }]), "{effects:?}");
    assert!(driver.on(end).unwrap().is_empty(), "told twice, it happened once");
    assert_eq!(pages(&driver).first_left(), 1);
}

#[test]
fn a_hiu_that_cannot_be_reached_is_tried_six_times_over_half_a_minute() {
    let (mut driver, _) = planned(&[Ok(2)]);
    let began = driver.now;
    let unreachable = |turn| TransferEvent::PushingEnded {
        turn,
        pages: Vec::new(),
        unheard: vec![0],
        sent_before: 1,
        end: PushingEnd::Unreachable,
    };
    for turn in 1..6 {
        assert!(driver.on(unreachable(turn)).unwrap().is_empty());
        assert!(driver.on(unreachable(turn)).unwrap().is_empty(), "told twice, it happened once");
        let effects = driver.until_woken();
        let [TransferEffect::PushPages { turn: next }] = effects[..] else { panic!("{effects:?}") };
        assert_eq!(next, turn + 1);
        // A try of it may have arrived: the next effect must know.
        assert_eq!(pages(&driver).unheard(), [0]);
    }
    assert_eq!(driver.now - began, TimeDelta::seconds(30));
    let effects = driver.on(unreachable(6)).unwrap();
    assert_eq!(fates(report(&effects)), [("OPD-0", "ERRORED", "the HIU could not be reached")]);
}

#[test]
fn a_hiu_that_answers_in_between_is_tried_as_often_again() {
    let (mut driver, _) = planned(&[Ok(40)]);
    for turn in 1..20 {
        let pages = vec![taken(turn - 1)];
        let (unheard, end) = (Vec::new(), PushingEnd::Unreachable);
        let sent_before = turn;
        let ended = TransferEvent::PushingEnded { turn, pages, unheard, sent_before, end };
        driver.on(ended).unwrap();
        let before = driver.now;
        let effects = driver.until_woken();
        assert!(matches!(effects[..], [TransferEffect::PushPages { .. }]), "{effects:?}");
        assert_eq!(driver.now - before, TimeDelta::seconds(1));
    }
}

#[test]
fn the_plan_becomes_rows_under_the_transfer_which_go_with_the_report() {
    let mut flow = driver().flow;
    flow.stage = TransferStage::Planning;
    let records = PlannedRecords::rows(0, vec!["doc-1".parse().unwrap()]);
    let contexts = vec![ContextPlan::new(of_patient(0), Ok(1))];
    let now = "2026-09-14T09:00:00Z".parse().unwrap();
    let step = flow.on(TransferEvent::Planned { contexts, records: records.clone() }, now).unwrap();
    let row = records[0].written(&flow.transaction_id, flow.deadline).unwrap();
    assert_eq!(step.rows, [row]);
    let failed = done(0, PageFate::Failed("no".to_owned()));
    let step = flow.on(ended(vec![failed], PushingEnd::Paused), now).unwrap();
    assert_eq!(step.rows, [forget(&flow.transaction_id)]);
}

// Ruling 23: per peer.
#[test]
fn the_key_form_that_a_hiu_takes_is_a_row_for_thirty_days_from_the_first_page_it_takes() {
    let now: DateTime<Utc> = "2026-09-14T09:00:00Z".parse().unwrap();
    let taken = |page| done(page, PageFate::Accepted(KeyForm::Raw));
    let (first, second) = (taken(0), taken(1));
    for told_before_the_end in [true, false] {
        let mut flow = planned(&[Ok(3)]).0.flow;
        let event = match told_before_the_end {
            true => TransferEvent::PagesDone(vec![first.clone()]),
            false => ended(vec![first.clone()], PushingEnd::Unreachable),
        };
        let step = flow.on(event, now).unwrap();
        let [row] = &step.rows[..] else { panic!("{:?}", step.rows) };
        let expected = peer::remember(&flow.push_url, KeyForm::Raw, now).unwrap();
        assert_eq!(Some(row), expected.as_ref());
        let step = flow.on(TransferEvent::PagesDone(vec![second.clone()]), now).unwrap();
        assert!(step.rows.is_empty(), "once for each transfer");
    }
}

#[test]
fn a_hiu_whose_address_may_not_be_called_ends_its_transfer_at_once() {
    let (mut driver, _) = planned(&[Ok(2), Ok(1)]);
    let effects = driver.on(ended(vec![taken(0)], PushingEnd::Forbidden)).unwrap();
    let why = "the HIU's push URL leads to an address that records may not be sent to";
    let errored = [("OPD-0", "ERRORED", why), ("OPD-1", "ERRORED", why)];
    assert_eq!(fates(report(&effects)), errored);
}

#[test]
fn after_twenty_minutes_no_further_page_leaves() {
    let (mut driver, _) = planned(&[Ok(2)]);
    // The first page is on its way all the time: the report does not wait for it.
    let effects = driver.pass(TimeDelta::minutes(21));
    assert!(matches!(effects[..], [TransferEffect::Report(_)]));
    assert!(driver.on(ended(vec![taken(0)], PushingEnd::Paused)).unwrap().is_empty());
    assert_eq!(
        fates(report(&effects)),
        [("OPD-0", "ERRORED", "the time for the transfer is over")]
    );
}

// The effect ends at the deadline, and has the last word until five seconds later.
#[test]
fn what_was_accepted_until_the_deadline_counts() {
    let (mut driver, _) = planned(&[Ok(1), Ok(1)]);
    assert!(driver.pass(TimeDelta::minutes(20)).is_empty());
    let effects = driver.on(ended(vec![taken(0)], PushingEnd::TimeOver)).unwrap();
    assert_eq!(
        fates(report(&effects)),
        [("OPD-0", "DELIVERED", "Delivered"), ("OPD-1", "ERRORED", TIME_OVER)]
    );
}

#[test]
fn a_count_that_never_ends_is_reported_at_the_deadline() {
    let mut driver = driver();
    driver.on(TransferEvent::Requested).unwrap();
    driver.on(TransferEvent::Checked(Ok(vec![context(0), context(1)]))).unwrap();
    driver.on(TransferEvent::Acknowledged).unwrap();
    let effects = driver.pass(TimeDelta::minutes(20));
    let report = report(&effects);
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    assert_eq!(
        fates(report),
        [
            ("OPD-0", "ERRORED", "the time for the transfer is over"),
            ("OPD-1", "ERRORED", "the time for the transfer is over"),
        ]
    );
    let planned = TransferEvent::Planned { contexts: Vec::new(), records: Vec::new() };
    assert!(driver.on(planned).unwrap().is_empty());
}

/// What version 1 wrote while it pushed the second of three pages.
fn of_version_1() -> serde_json::Value {
    let (mut driver, _) = planned(&[Ok(2), Ok(1)]);
    driver.on(TransferEvent::PagesDone(Vec::new())).unwrap();
    let mut state = serde_json::to_value(&driver.flow).unwrap();
    state["stage"] = serde_json::json!({"Pushing": {
        "contexts": [
            {"care_context": "OPD-0", "records": 2, "left": ["doc-0-1"], "accepted": 1, "kept": 0,
                "problem": null},
            {"care_context": "OPD-1", "records": 1, "left": ["doc-1-0"], "accepted": 0, "kept": 0,
                "problem": null},
        ],
        "settled": 1, "withheld": 0, "key_form": "Raw",
    }});
    state
}

#[test]
fn a_transfer_that_version_1_has_begun_goes_on_at_its_page() {
    for perhaps_sent in [false, true] {
        let mut driver = driver();
        driver.flow = TransferFlow::upgrade(1, of_version_1()).unwrap();
        // As the host says to the old effect, whose page it need not know.
        let step = driver.flow.clone().on(TransferEvent::TakenOver { perhaps_sent }, driver.now);
        let records = ["doc-0-1", "doc-1-0"].map(|id| id.parse().unwrap());
        let row = PlannedRecords::rows(1, records.into());
        let row = row[0].written(&driver.flow.transaction_id, driver.flow.deadline).unwrap();
        assert_eq!(step.unwrap().rows, [row]);
        let effects = driver.on(TransferEvent::TakenOver { perhaps_sent }).unwrap();
        assert!(matches!(effects[..], [TransferEffect::PushPages { turn: 1 }]), "{effects:?}");
        let repeated = driver.on(TransferEvent::TakenOver { perhaps_sent }).unwrap();
        assert!(repeated.is_empty());
        let pages = pages(&driver);
        assert_eq!((pages.next(0), pages.number(1)), (Some(1), (2, 3)));
        assert_eq!(pages.key_form(), Some(KeyForm::Raw));
        assert_eq!(pages.may_have_arrived(1), perhaps_sent);
        assert!(!pages.may_have_arrived(2));
        let effects = driver.on(ended(vec![taken(1), taken(2)], PushingEnd::Paused)).unwrap();
        let delivered = [("OPD-0", "DELIVERED", "Delivered"), ("OPD-1", "DELIVERED", "Delivered")];
        assert_eq!(fates(report(&effects)), delivered);
    }
}

#[test]
fn an_effect_of_version_1_that_pushes_a_page_still_reads() {
    let (driver, _) = planned(&[Ok(1)]);
    let old = serde_json::json!({"Push": {
        "asked": driver.flow.asked(), "page": 1, "number": 2, "pages": 3, "care_context": "OPD-0",
        "record": "doc-0-1", "key_form": "X509",
    }});
    let effect: TransferEffect = Payload::encode(&old).unwrap().decode().unwrap();
    assert!(matches!(effect, TransferEffect::Push(_)), "{effect:?}");
}

#[test]
fn a_snapshot_of_an_unknown_version_is_refused_and_a_damaged_one_too() {
    let version = TransferFlow::upgrade(0, of_version_1());
    assert!(matches!(version, Err(SnapshotError::Version { found: 0, known: 2, .. })));
    let mut damaged = of_version_1();
    damaged["stage"]["Pushing"]["settled"] = serde_json::json!("one");
    let damaged = TransferFlow::upgrade(1, damaged);
    assert!(matches!(damaged, Err(SnapshotError::Corrupt { .. })), "{damaged:?}");
}

/// What the next effect comes to.
#[derive(Debug, Clone)]
struct Run {
    fates: Vec<u8>,
    told_in_the_midst: bool,
    end: u8,
}

fn run() -> impl Strategy<Value = Run> {
    let fates = prop::collection::vec(0_u8..12, 0..6);
    (fates, any::<bool>(), 0_u8..12).prop_map(|(fates, told_in_the_midst, end)| Run {
        fates,
        told_in_the_midst,
        end,
    })
}

proptest! {
    /// Whatever becomes of the pages and of the effects that push them, and however often they tell
    /// it: no page is pushed when it is dealt with, there is one report, and it is honest.
    #[test]
    fn the_report_is_honest(
        records in prop::collection::vec(0_u32..4, 1..5),
        runs in prop::collection::vec(run(), 1..12),
        doubled in any::<bool>(),
    ) {
        let plans: Vec<Result<u32, String>> = records.iter().copied().map(Ok).collect();
        let (mut driver, mut effects) = planned(&plans);
        let mut accepted = vec![0_u32; records.len()];
        let mut over = false;
        let mut dealt_with = std::collections::BTreeSet::new();
        let mut reports = Vec::new();
        let mut runs = runs.into_iter();
        while let Some(effect) = effects.pop() {
            let TransferEffect::PushPages { turn } = effect else {
                if let TransferEffect::Report(report) = effect {
                    reports.push(report);
                }
                continue;
            };
            prop_assert!(reports.is_empty());
            let mut known = pages(&driver).clone();
            let run = runs.next().unwrap_or(Run { fates: vec![9], told_in_the_midst: false, end: 9 });
            let mut done_now = Vec::new();
            let mut next = 0;
            for fate in run.fates {
                let Some(page) = known.next(next) else { break };
                prop_assert!(dealt_with.insert(page), "page {page} was dealt with");
                let contexts: Vec<_> = (0..records.len()).map(of_patient).collect();
                let own = known.care_context(page, &contexts).unwrap();
                let index = contexts.iter().position(|context| context == own).unwrap();
                let fate = match fate {
                    0 => PageFate::Failed("refused".to_owned()),
                    1 => PageFate::Withheld { why: "gone".to_owned(), number_is_used: false },
                    2 => PageFate::Kept,
                    _ => PageFate::Accepted(KeyForm::Raw),
                };
                if matches!(fate, PageFate::Kept | PageFate::Accepted(_)) {
                    accepted[index] += 1;
                }
                done_now.push(done(page, fate));
                known.take(&done_now);
                next = page + 1;
            }
            if run.told_in_the_midst {
                let told = TransferEvent::PagesDone(done_now.clone());
                prop_assert!(driver.on(told.clone()).unwrap().is_empty());
                prop_assert!(!doubled || driver.on(told).unwrap().is_empty());
            }
            let end = match run.end {
                0 => PushingEnd::ConsentOver,
                1 => PushingEnd::TimeOver,
                2..=4 => PushingEnd::Unreachable,
                _ => PushingEnd::Paused,
            };
            over |= run.end == 0;
            let ended = TransferEvent::PushingEnded {
                turn, pages: done_now, unheard: Vec::new(), sent_before: 0, end,
            };
            effects.extend(driver.on(ended.clone()).unwrap());
            if doubled {
                prop_assert!(driver.on(ended).unwrap().is_empty());
            }
            if effects.is_empty() {
                effects.extend(driver.until_woken());
            }
        }
        prop_assert_eq!(reports.len(), 1);
        let status = &reports[0].status_notification;
        let any = accepted.iter().any(|n| *n > 0);
        prop_assert_eq!(status.session_status == SessionStatus::Transferred, any && !over);
        for (n, wanted) in records.iter().enumerate() {
            let response = status
                .status_responses
                .iter()
                .find(|response| response.care_context_reference == context(n));
            let delivered = response.is_some_and(|r| r.hi_status == HiStatus::Delivered);
            prop_assert_eq!(delivered, *wanted > 0 && accepted[n] == *wanted);
        }
    }
}
