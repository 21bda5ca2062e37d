//! What a killed hospital takes up again, and what it does not do twice.

use std::time::Duration;

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::vocabulary::ConsentStatus;
use chrono::TimeDelta;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::flow::Outcome;
use hiu_services::{Decision, Error};

use crate::abdm::Habits;
use crate::hospital::{HOUR, Hospital, MINUTE, SECOND};
use crate::made_up::consent_id;

#[tokio::test(start_paused = true)]
async fn a_restart_between_request_and_push_loses_nothing() {
    let mut hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(5 * SECOND).await;

    hospital.crash_and_restart().await;
    hospital.abdm.push(1, 1, &["OPD-1"]).await;

    let consent = hospital.hiu.consent(consent.id());
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);
    assert_eq!(hospital.abdm.calls::<RequestHealthInformation>().len(), 1, "asked once");
    assert_eq!(hospital.abdm.wait_for::<NotifyHealthInformation>(1).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_moment_comes_to_the_same_end() {
    for pause in [0, 1, 3, 10, 30, 100, 300, 1_000] {
        let mut hospital = Hospital::open(Habits::default());
        let consent = hospital.ask().await;
        hospital.abdm.wait_for::<RequestConsent>(1).await;
        hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        hospital.crash_and_restart().await;
        let consent = hospital.hiu.consent(consent.id());
        let delivery = hospital.delivery(&consent).await;
        assert_eq!(delivery.outcome, Some(Outcome::Complete), "after {pause} ms");
        assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_cut_short_by_a_crash_is_not_asked_again_at_once() {
    let mut hospital =
        Hospital::open(Habits { hangs_once: Some(RequestConsent::META.path), ..Habits::default() });
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.crash_and_restart().await;
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(hospital.abdm.calls::<RequestConsent>().len(), 1, "the patient is asked once");
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    let consent = hospital.hiu.consent(consent.id());
    assert_eq!(hospital.delivery(&consent).await.outcome, Some(Outcome::Complete));
}

// (C13) What certainly never arrived is not in doubt, on whichever node it was tried.
#[tokio::test(start_paused = true)]
async fn a_question_that_abdm_did_not_take_is_still_unsent_after_restarts() {
    let busy = Some((RequestConsent::META.path, TimeDelta::minutes(20)));
    let mut hospital = Hospital::open(Habits { busy, ..Habits::default() });
    let consent = hospital.ask().await;
    for _ in 0..3 {
        tokio::time::sleep(MINUTE).await;
        hospital.crash_and_restart().await;
    }
    let consent = hospital.hiu.consent(consent.id());
    tokio::time::sleep(10 * MINUTE).await;
    let decision = consent.wait_for_decision(MINUTE).await;
    assert!(matches!(decision, Err(Error::TimedOut { .. })), "no doubt arises: {decision:?}");
    tokio::time::sleep(20 * MINUTE).await;
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Granted);
}

// (C13) A request for records that a crash cut short is not sent again while its answer may come.
#[tokio::test(start_paused = true)]
async fn a_request_for_records_cut_short_by_a_crash_is_sent_once() {
    let hangs_once = Some(RequestHealthInformation::META.path);
    let mut hospital = Hospital::open(Habits { hangs_once, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    hospital.crash_and_restart().await;
    let consent = hospital.hiu.consent(consent.id());
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.abdm.calls::<RequestHealthInformation>().len(), 1, "asked once");
}
