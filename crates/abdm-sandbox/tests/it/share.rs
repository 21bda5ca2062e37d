//! Scan and share, with a facility that answers by hand.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_sandbox::{Sandbox, SandboxError};
use hip_services::api::sharing::{
    AcknowledgeShare, IssuedToken, OnPatientShare, ShareAcknowledgement,
};
use serde_json::json;

use crate::support::{Arrived, CLINIC, Desk, clinic, sandbox, sandbox_with, send_http};

const COUNTER: &str = "OPD1";

fn meera() -> AbhaAddress {
    "meera.sample@sbx".parse().unwrap()
}

fn token(seconds: i64) -> IssuedToken {
    let now = chrono::DateTime::UNIX_EPOCH;
    IssuedToken::new(COUNTER, "7", now + chrono::TimeDelta::seconds(seconds), now)
}

/// Meera's app shares with the clinic's counter, in the background.
pub(crate) fn scan(
    sandbox: &Sandbox,
) -> tokio::task::JoinHandle<Result<IssuedToken, SandboxError>> {
    let app = sandbox.phr(&meera()).unwrap();
    let hip = HipId::new(CLINIC).unwrap();
    tokio::spawn(async move { app.share_profile(&hip, COUNTER).await })
}

/// The clinic registers somebody whose share is on its way.
pub(crate) async fn register(clinic: &Desk, who: &str) {
    let share = arrived(clinic).await;
    let address: AbhaAddress = who.parse().unwrap();
    let answer = ShareAcknowledgement::registered(share.request_id(), address, token(1800));
    clinic.send::<AcknowledgeShare>(Call::new(answer)).await.unwrap();
}

async fn arrived(clinic: &Desk) -> Arrived {
    clinic.next(OnPatientShare::META.path).await
}

fn answer(share: &Arrived, token: IssuedToken) -> Call<AcknowledgeShare> {
    Call::new(ShareAcknowledgement::registered(share.request_id(), meera(), token))
}

fn code(outcome: Result<IssuedToken, SandboxError>) -> String {
    match outcome {
        Err(SandboxError::App(error)) => error.code().unwrap().as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_profile_is_shared_and_its_token_comes_back() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let scanned = scan(&sandbox);
    let share = arrived(&clinic).await;
    assert_eq!(share.text("/metaData/context"), COUNTER);
    assert_eq!(share.text("/profile/patient/abhaAddress"), "meera.sample@sbx");
    clinic.send(answer(&share, token(1800))).await.unwrap();
    assert_eq!(scanned.await.unwrap().unwrap(), token(1800));
    let twice = clinic.refused(answer(&share, token(1800))).await;
    assert_eq!(twice.1, "ABDM-1087");
}

#[tokio::test]
async fn a_facility_that_is_silent_costs_the_patient_a_time_out() {
    let sandbox = sandbox_with(|switches| switches.share_wait_seconds = 0.2).await;
    let clinic = clinic(&sandbox).await;
    assert_eq!(code(scan(&sandbox).await.unwrap()), "ABDM-1007");
    let late = clinic.refused(answer(&arrived(&clinic).await, token(1800))).await;
    assert_eq!((late.0, late.1.as_str()), (408, "ABDM-1007"));
}

#[tokio::test]
async fn the_same_share_is_a_duplicate_while_it_waits() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let first = scan(&sandbox);
    let share = arrived(&clinic).await;
    assert_eq!(code(scan(&sandbox).await.unwrap()), "ABDM-1087");
    clinic.send(answer(&share, token(60))).await.unwrap();
    first.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_answer_of_the_wrong_form_is_refused_and_the_patient_still_waits() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let scanned = scan(&sandbox);
    let share = arrived(&clinic).await;
    for (other, what) in [(token(0), "expiry"), (elsewhere(), "context")] {
        let refused = clinic.refused(answer(&share, other)).await;
        assert!(refused.2.contains(what), "{refused:?}");
    }
    clinic.send(answer(&share, token(1800))).await.unwrap();
    scanned.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_app_shares_over_http_too() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let url = format!("{}/sandbox/app/{}/share", sandbox.base_url(), meera());
    let body = json!({"hipId": CLINIC, "counter": COUNTER}).to_string();
    let request = http::Request::post(url)
        .header("content-type", "application/json")
        .body(body.into_bytes().into())
        .unwrap();
    let scanned = tokio::spawn(send_http(request));
    let share = arrived(&clinic).await;
    clinic.send(answer(&share, token(1800))).await.unwrap();
    let told = scanned.await.unwrap();
    assert_eq!((told.status, &told.json()["tokenNumber"]), (200, &json!("7")));
}

/// A token of another counter.
fn elsewhere() -> IssuedToken {
    let mut token = token(60);
    "OPD2".clone_into(&mut token.context);
    token
}
