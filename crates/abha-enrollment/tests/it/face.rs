//! Faces that the ABHA app scans, for logins; VIDs; the e-mail address of an enrolled person; and
//! creations that are dropped half-way.

use std::time::Duration;

use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::enrollment::{
    CheckFaceCapture, EnrolByAadhaar, EnrolByDocument, InitFaceAuth, RequestEnrolmentOtp,
    VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{FindAbha, RequestLoginOtp, VerifyLogin, VerifyLoginInOneStep};
use abha_enrollment::flow::FACE_POLL_EVERY;
use abha_enrollment::flow::verification::{FaceVerification, ProofRoute, Verification};
use abha_enrollment::input::{AadhaarOrVid, EmailAddress, VirtualId};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::enrolment::licence;
use crate::storm::polled;
use crate::support::{Bench, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens};

const CAPTURE: &str = live!(Abha, CheckFaceCapture);
const REQUEST: &str = live!(Abha, RequestLoginOtp);
const VERIFY: &str = live!(Abha, VerifyLogin);
const ONE_STEP: &str = live!(Abha, VerifyLoginInOneStep);
const FIND: &str = live!(Abha, FindAbha);
/// A made-up VID with a valid check digit.
const VID: &str = "9123456789012346";

fn verified() -> Value {
    json!({
        "txnId": "after", "authResult": "success", "token": "user-token", "expiresIn": 1800,
        "refreshToken": "refresh-token", "refreshExpiresIn": 1_296_000,
        "accounts": [{"ABHANumber": "91-1234-5678-9015", "name": "Asha", "status": "ACTIVE"}],
    })
}

fn bodies(bench: &Bench) -> Vec<Value> {
    bench.abdm.calls().iter().map(|call| call.brief()).collect()
}

async fn found_by_face(bench: &Bench) -> FaceVerification {
    bench.abdm.answers(
        FIND,
        200,
        json!([{"txnId": "found", "ABHA": [{"index": 1, "name": "Asha", "gender": "F"}]}]),
    );
    bench.abdm.answers(REQUEST, 200, json!({"txnId": TXN, "message": "x"}));
    let found = bench.desk.find_by_mobile(&mobile()).await.unwrap();
    let chosen = &found.accounts()[0];
    match found.prove(chosen, ProofRoute::FaceApp).await.unwrap() {
        Verification::AwaitsFace(flow) => flow,
        other => panic!("a face: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_found_account_is_proved_by_a_face_that_the_app_scans() {
    let bench = Bench::new();
    let flow = found_by_face(&bench).await;
    for status in ["PENDING", "VERIFIED", "COMPLETE"] {
        bench.abdm.answers(CAPTURE, 200, json!({"status": status, "txnId": TXN}));
    }
    bench.abdm.answers(VERIFY, 200, verified());
    let begun = tokio::time::Instant::now();
    flow.completed().await.unwrap();
    let waited = begun.elapsed();
    assert!(waited >= FACE_POLL_EVERY * 2 && waited < FACE_POLL_EVERY * 3, "{waited:?}");
    assert!((Duration::from_secs(5)..=Duration::from_secs(10)).contains(&FACE_POLL_EVERY));
    let verified = flow.verify().await.unwrap();
    assert_eq!(verified.abha_number().unwrap().to_dashed(), "91-1234-5678-9015");
    insta::assert_json_snapshot!(bodies(&bench));
}

#[tokio::test]
async fn aadhaar_number_and_face_are_proved_in_one_step() {
    let bench = Bench::new();
    bench.abdm.answers(live!(Abha, InitFaceAuth), 200, otp_sent(TXN));
    bench.abdm.answers(CAPTURE, 200, json!({"status": "COMPLETE", "txnId": TXN}));
    bench.abdm.answers(
        ONE_STEP,
        404,
        json!({"error": {"code": "ABDM-1114", "message": "User not found."}}),
    );
    bench.abdm.answers(ONE_STEP, 200, verified());
    let flow = bench.desk.verify_by_face_app(consent()).await.unwrap();
    assert_eq!(bench.consents.records.lock().unwrap().len(), 1);
    assert!(flow.is_complete().await.unwrap());
    assert_eq!(flow.verify(&aadhaar()).await.unwrap_err().problem(), Problem::NoAbha);
    flow.verify(&aadhaar()).await.unwrap();
    insta::assert_json_snapshot!(bodies(&bench));
}

#[tokio::test]
async fn a_face_that_fails_or_comes_too_late_is_told() {
    let bench = Bench::new();
    let flow = found_by_face(&bench).await;
    bench.abdm.answers(CAPTURE, 200, json!({"status": "FAILED", "txnId": TXN}));
    assert_eq!(flow.completed().await.unwrap_err().problem(), Problem::BiometricMismatch);
    assert_eq!(flow.link_at("https://a.example/f"), format!("https://a.example/f?txnId={TXN}"));
    bench.clock.pass(TimeDelta::minutes(10));
    assert_eq!(flow.completed().await.unwrap_err().problem(), Problem::TransactionOver);
    assert_eq!(bench.abdm.count("capturePID"), 1, "no call after the end");
}

#[tokio::test]
async fn a_vid_goes_where_an_aadhaar_number_does() {
    let bench = Bench::new();
    let enrol = live!(Abha, RequestEnrolmentOtp);
    bench.abdm.answers(enrol, 200, otp_sent(TXN)).answers(enrol, 200, otp_sent(TXN));
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
    let vid = VirtualId::parse("9123 4567 8901 2346").unwrap();
    bench.desk.enrol(&vid, consent()).await.unwrap();
    let typed = AadhaarOrVid::parse("2345 6789 0124").unwrap();
    bench.desk.enrol(&typed, consent()).await.unwrap();
    bench.desk.verify_by_aadhaar(&AadhaarOrVid::parse(VID).unwrap(), consent()).await.unwrap();
    insta::assert_json_snapshot!(bodies(&bench));
    assert!(AadhaarOrVid::parse("9123 4567 8901 2345").is_err(), "the check digit");
    assert!(!format!("{vid:?} {typed:?}").contains("0124"));
}

#[tokio::test]
async fn an_e_mail_address_is_linked_by_otp_beside_the_mobile_number() {
    let bench = Bench::new();
    let (request, verify) = (live!(Abha, RequestEnrolmentOtp), live!(Abha, VerifyEnrolmentOtp));
    bench.abdm.answers(request, 200, otp_sent(TXN));
    bench.abdm.answers(
        live!(Abha, EnrolByAadhaar),
        200,
        json!({"txnId": "enrolled", "tokens": tokens(), "isNew": true, "ABHAProfile": {
            "mobile": "******3210", "ABHANumber": "91-1234-5678-9015",
        }}),
    );
    bench.abdm.answers(request, 200, otp_sent("mail")).answers(request, 200, otp_sent("mail-2"));
    bench.abdm.answers(
        verify,
        200,
        json!({"authResult": "failed", "message": "OTP did not match, please try again"}),
    );
    bench.abdm.answers(verify, 200, json!({"txnId": "linked", "authResult": "success"}));
    let mut flow = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    let person = flow.verify(&otp(), &mobile()).await.unwrap();
    assert!(!person.is_email_linked());
    let email = EmailAddress::parse("asha@example.org").unwrap();
    let mut linking = person.link_email(&email).await.unwrap();
    bench.clock.pass(TimeDelta::seconds(60));
    linking.resend().await.unwrap();
    assert_eq!(linking.verify(&otp()).await.unwrap_err().problem(), Problem::WrongOtp);
    let person = linking.verify(&otp()).await.unwrap();
    assert!(person.is_email_linked());
    insta::assert_json_snapshot!(bodies(&bench)[2..]);
}

/// Wherever a creation is dropped, it is not sent a second time: the step says that its outcome is
/// unknown, unless nothing had begun. Also while the number is fetched that the answer did not
/// tell.
#[tokio::test]
async fn a_creation_that_is_dropped_half_way_is_never_sent_twice() {
    let enrol = live!(Abha, EnrolByAadhaar);
    let mut unknown = 0;
    for polls in 0..16 {
        let bench = Bench::new();
        bench.abdm.answers(live!(Abha, InitFaceAuth), 200, otp_sent(TXN));
        bench.abdm.answers(enrol, 200, json!({"txnId": TXN, "tokens": tokens(), "isNew": true}));
        let profile = json!({"ABHANumber": "91-1234-5678-9015"});
        bench.abdm.answers(live!(Abha, FetchProfile), 200, profile);
        let mut flow = bench.desk.enrol_by_face_app(consent()).await.unwrap();
        let (aadhaar, mobile) = (aadhaar(), mobile());
        let done = polled(flow.enrol(&aadhaar, &mobile), Some(polls)).await;
        match (done, flow.enrol(&aadhaar, &mobile).await) {
            (Some(Ok(done)), Err(again)) => {
                assert!(done.abha_number().is_some());
                assert_eq!(again.problem(), Problem::TransactionOver);
            }
            (None, Ok(_)) => assert_eq!(polls, 0, "nothing had begun"),
            (None, Err(again)) => {
                assert_eq!(again.problem(), Problem::OutcomeUnknown);
                unknown += 1;
            }
            other => panic!("after {polls} polls: {other:?}"),
        }
        assert!(bench.abdm.count("byAadhaar") <= 1, "after {polls} polls");
    }
    assert!(unknown > 0, "some were dropped half-way");
}

#[tokio::test]
async fn a_licence_that_is_dropped_half_way_is_never_sent_twice() {
    let mut unknown = 0;
    for polls in 0..8 {
        let bench = Bench::new();
        bench.abdm.answers(live!(Abha, RequestEnrolmentOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, json!({"authResult": "success"}));
        let taken = json!({"enrolProfile": {"enrolmentNumber": "91-5555-5555-5559"}});
        bench.abdm.answers(live!(Abha, EnrolByDocument), 200, taken);
        let mut flow = bench.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
        let mut application = flow.verify(&otp()).await.unwrap();
        let done = polled(application.submit(licence), Some(polls)).await;
        match (done, application.submit(licence).await) {
            (Some(Ok(_)), Err(again)) => assert_eq!(again.problem(), Problem::TransactionOver),
            (None, Ok(_)) => assert_eq!(polls, 0, "nothing had begun"),
            (None, Err(again)) => {
                assert_eq!(again.problem(), Problem::OutcomeUnknown);
                unknown += 1;
            }
            other => panic!("after {polls} polls: {other:?}"),
        }
        assert!(bench.abdm.count("byDocument") <= 1, "after {polls} polls");
    }
    assert!(unknown > 0, "some were dropped half-way");
}
