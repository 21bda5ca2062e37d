use std::collections::BTreeSet;

use abdm_core::vocabulary::HiStatus;
use proptest::prelude::*;

use super::*;
use crate::flow::driver::{Driver, Watched};

impl Watched for TransferFlow {
    type Seen = TransferEffect;
}
use crate::hooks::RecordId;

fn context(n: usize) -> CareContextReference {
    format!("OPD-{n}").parse().unwrap()
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

fn record(context: usize, n: u32) -> RecordId {
    format!("doc-{context}-{n}").parse().unwrap()
}

fn taken(page: u32) -> TransferEvent {
    TransferEvent::PageAccepted { page, key_form: KeyForm::X509 }
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
    let plans = records
        .iter()
        .enumerate()
        .map(|(n, records)| {
            let ids = |count: u32| (0..count).map(|r| record(n, r)).collect();
            ContextPlan::new(context(n), records.clone().map(ids))
        })
        .collect();
    let effects = driver.on(TransferEvent::Planned(plans)).unwrap();
    (driver, effects)
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
fn one_page_for_each_record_then_the_report() {
    let (mut driver, mut effects) = planned(&[Ok(2), Ok(0), Ok(1)]);
    let mut pages = Vec::new();
    while let [TransferEffect::Push(page)] = &effects[..] {
        pages.push((
            page.number,
            page.pages,
            page.care_context.to_string(),
            page.record.to_string(),
        ));
        effects = driver.on(taken(page.page)).unwrap();
    }
    assert_eq!(
        pages,
        [
            (1, 3, "OPD-0".to_owned(), "doc-0-0".to_owned()),
            (2, 3, "OPD-0".to_owned(), "doc-0-1".to_owned()),
            (3, 3, "OPD-2".to_owned(), "doc-2-0".to_owned()),
        ]
    );
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
    driver.on(taken(0)).unwrap();
    let effects = driver.on(TransferEvent::ConsentOver).unwrap();
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
    driver.on(taken(0)).unwrap();
    let failed = TransferEvent::PageFailed(1, "the HIU refused the page, HTTP 400".to_owned());
    let effects = driver.on(failed).unwrap();
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

// A record that is gone leaves no gap in the numbers of the pages that are sent.
#[test]
fn a_record_that_was_not_sent_uses_up_no_page_number_and_its_care_context_says_why() {
    let (mut driver, _) = planned(&[Ok(2), Ok(1)]);
    let gone = TransferEvent::PageWithheld(0, "the record is no longer there".to_owned());
    let effects = driver.on(gone.clone()).unwrap();
    let [TransferEffect::Push(page)] = &effects[..] else { unreachable!("{effects:?}") };
    assert_eq!((page.number, page.pages, page.record.as_str()), (1, 2, "doc-0-1"));
    assert!(driver.on(gone).unwrap().is_empty(), "told twice, it happened once");
    driver.on(taken(1)).unwrap();
    let effects = driver.on(taken(2)).unwrap();
    assert_eq!(
        fates(report(&effects)),
        [
            ("OPD-0", "ERRORED", "the record is no longer there"),
            ("OPD-1", "DELIVERED", "Delivered"),
        ]
    );
}

// Review C19: the form that worked is kept with the transfer.
#[test]
fn the_key_form_that_was_accepted_is_used_for_all_later_pages() {
    let (mut driver, effects) = planned(&[Ok(3)]);
    let [TransferEffect::Push(page)] = &effects[..] else { unreachable!("{effects:?}") };
    assert_eq!(page.key_form, None);
    let first = TransferEvent::PageAccepted { page: 0, key_form: KeyForm::Raw };
    let effects = driver.on(first).unwrap();
    let [TransferEffect::Push(page)] = &effects[..] else { unreachable!("{effects:?}") };
    assert_eq!(page.key_form, Some(KeyForm::Raw));
    let effects = driver.on(TransferEvent::PageFailed(1, "refused".to_owned())).unwrap();
    let [TransferEffect::Push(page)] = &effects[..] else { unreachable!("{effects:?}") };
    assert_eq!(page.key_form, Some(KeyForm::Raw));
}

// The plan is part of what is stored, and shrinks as the transfer goes on.
#[test]
fn the_plan_is_kept_by_id_and_what_is_sent_leaves_it() {
    let (mut driver, _) = planned(&[Ok(2)]);
    driver.on(taken(0)).unwrap();
    let kept = serde_json::to_value(&driver.flow).unwrap();
    let left = kept.pointer("/stage/Pushing/contexts/0/left").unwrap();
    assert_eq!(*left, serde_json::json!(["doc-0-1"]));
}

#[test]
fn after_twenty_minutes_no_further_page_leaves() {
    let (mut driver, _) = planned(&[Ok(2)]);
    // The first page is on its way all the time: the report does not wait for it.
    let effects = driver.pass(TimeDelta::minutes(21));
    assert!(matches!(effects[..], [TransferEffect::Report(_)]));
    assert!(driver.on(taken(0)).unwrap().is_empty());
    assert_eq!(
        fates(report(&effects)),
        [("OPD-0", "ERRORED", "the time for the transfer is over")]
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
    assert!(driver.on(TransferEvent::Planned(Vec::new())).unwrap().is_empty());
}

proptest! {
    /// Whatever becomes of the pages, and however often the answers come: each page leaves once, in
    /// order, there is one report, and it is honest.
    #[test]
    fn the_report_is_honest(
        records in prop::collection::vec(0_u32..4, 1..5),
        fates in prop::collection::vec(0_u8..12, 20),
        doubled in prop::collection::vec(any::<bool>(), 20),
    ) {
        let plans: Vec<Result<u32, String>> = records.iter().copied().map(Ok).collect();
        let (mut driver, mut effects) = planned(&plans);
        let mut accepted = vec![0_u32; records.len()];
        let (mut page_number, mut withheld, mut over) = (0_u32, 0_u32, false);
        let mut left: BTreeSet<(usize, u32)> = (0..records.len())
            .flat_map(|n| (0..records[n]).map(move |r| (n, r)))
            .collect();
        let mut reports = Vec::new();
        let mut fates = fates.into_iter().zip(doubled);
        while let Some(effect) = effects.pop() {
            match effect {
                TransferEffect::Push(page) => {
                    prop_assert!(reports.is_empty());
                    prop_assert_eq!(page.page, page_number);
                    prop_assert_eq!(page.number, page_number - withheld + 1);
                    page_number += 1;
                    let planned = left.iter().find(|(n, r)| {
                        context(*n) == page.care_context && record(*n, *r) == page.record
                    });
                    let planned = *planned.expect("each record of the plan leaves once");
                    left.remove(&planned);
                    let (fate, twice) = fates.next().unwrap();
                    let event = match fate {
                        0 => TransferEvent::ConsentOver,
                        1 => TransferEvent::GivenUp("out of reach".to_owned()),
                        2 => TransferEvent::PageFailed(page.page, "refused".to_owned()),
                        3 => TransferEvent::PageWithheld(page.page, "gone".to_owned()),
                        _ => taken(page.page),
                    };
                    over |= fate == 0;
                    withheld += u32::from(fate == 3);
                    if fate > 3 {
                        let index = (0..records.len())
                            .position(|n| context(n) == page.care_context)
                            .unwrap();
                        accepted[index] += 1;
                    }
                    effects.extend(driver.on(event.clone()).unwrap());
                    if twice && fate > 1 {
                        effects.extend(driver.on(event).unwrap());
                    }
                }
                TransferEffect::Report(report) => reports.push(report),
                _ => {}
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
