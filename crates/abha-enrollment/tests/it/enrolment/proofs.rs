//! The same by other proofs: scans, demographic data, a parent, a driving licence.

use abdm_core::endpoint::Endpoint;
use abdm_core::environment::{Environment, Family};
use abdm_core::id::TxnId;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::enrollment::{
    AgreedConsent, CheckFaceCapture, ChildBlock, DemographicBlock, DocumentEnrolment,
    EnrolByDocument, Home, InitFaceAuth,
};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::input::PidBlock;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{ENROL, REQUEST_OTP, VERIFY, account};
use crate::support::{Bench, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens};

#[tokio::test]
async fn scans_demographic_data_and_children_are_enrolled_in_one_call() {
    let bench = Bench::for_programme("Example Scheme");
    for _ in 0..3 {
        bench.abdm.answers(ENROL, 200, account(Value::Null, true));
    }
    bench.abdm.answers(
        ENROL,
        200,
        json!({
            "healthIdNumber": "91-1234-5678-9015", "healthId": "asha@sbx", "name": "Asha Example",
            "dayOfBirth": "26", "monthOfBirth": "06", "yearOfBirth": 1999, "mobile": "9876543210",
            "kycVerified": "true", "token": "user-token", "jwtResponse": tokens(), "new": false,
        }),
    );
    bench.abdm.answers(ENROL, 200, account(json!("******3210"), true));
    for modality in [Modality::Finger, Modality::Face, Modality::Iris] {
        let pid = PidBlock::from_xml(r#"<PidData><Resp errCode="0"/></PidData>"#).unwrap();
        let scan = Scan::new(modality, pid);
        let done = bench.desk.enrol_by_scan(&aadhaar(), &scan, &mobile(), consent()).await.unwrap();
        assert_eq!(done.mobile_link(), &MobileLink::NotLinked);
    }
    let describe = |aadhaar| {
        let (state, district) = ("27".into(), "490".into());
        DemographicBlock::new(
            aadhaar,
            "Asha Example".into(),
            "26-06-1999".into(),
            Gender::Female,
            state,
            district,
        )
    };
    let done = bench.desk.enrol_by_demographics(&aadhaar(), describe, consent()).await.unwrap();
    assert!(!done.is_new());
    assert_eq!(done.profile().dob.as_ref().unwrap().as_str(), "26-06-1999");
    assert_eq!(done.abha_address().unwrap().as_str(), "asha@sbx");
    assert!(done.session().is_some());
    let error = done.suggest_addresses().await.unwrap_err();
    assert_eq!(error.problem(), Problem::TransactionOver, "the flat reply begins no transaction");
    let parent = bench.desk.profile(done.session().unwrap().clone());
    let child = ChildBlock::new(
        "Mina Example".into(),
        Gender::Female,
        ("21".into(), "2".into(), "2020".into()),
    );
    bench.desk.enrol_child(&parent, child, consent()).await.unwrap();
    let calls: Vec<Value> = bench.abdm.calls().iter().map(|call| call.snapshot()).collect();
    insta::assert_json_snapshot!(calls);
    assert_eq!(bench.consents.records.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn an_invalid_programme_and_a_wrong_scan_are_told_apart() {
    let bench = Bench::new();
    let pid = PidBlock::from_xml(r#"<PidData><Resp errCode="0"/></PidData>"#).unwrap();
    let scan = Scan::new(Modality::Finger, pid);
    for (status, body, problem) in [
        (401, json!({"message": "Invalid Benefit Name", "timestamp": "x"}), Problem::NotPermitted),
        (
            400,
            json!({"PID": "Invalid Fingerprint Auth PID", "timestamp": "x"}),
            Problem::BiometricDevice,
        ),
        (
            422,
            json!({"error": {"code": "ABDM-1204", "message": "UIDAI Error code : 501 : Invalid certificate identifier"}}),
            Problem::BiometricDevice,
        ),
        (
            422,
            json!({"error": {"code": "ABDM-1204", "message": "UIDAI Error code : 300 : Biometric data did not match"}}),
            Problem::BiometricMismatch,
        ),
        (504, json!({}), Problem::OutcomeUnknown),
    ] {
        bench.abdm.answers(ENROL, status, body);
        let outcome = bench.desk.enrol_by_scan(&aadhaar(), &scan, &mobile(), consent()).await;
        assert_eq!(outcome.unwrap_err().problem(), problem);
    }
    assert_eq!(bench.abdm.count("byAadhaar"), 5);
}

#[tokio::test]
async fn a_face_is_scanned_by_the_app_and_asked_for_until_it_is_there() {
    let bench = Bench::new();
    let capture = live!(Abha, CheckFaceCapture);
    bench.abdm.answers(live!(Abha, InitFaceAuth), 200, otp_sent(TXN));
    for status in ["PENDING", "VERIFIED", "COMPLETE", "FAILED"] {
        bench.abdm.answers(capture, 200, json!({"status": status, "message": "x", "txnId": TXN}));
    }
    bench.abdm.answers(ENROL, 200, account(Value::Null, true));
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let flow = bench.desk.enrol_by_face_app(consent()).await.unwrap();
    assert_eq!(
        flow.link_at("https://app.example/face-auth"),
        format!("https://app.example/face-auth?txnId={TXN}")
    );
    let saved = flow.save(&keys, "web-1").unwrap();
    let mut flow = bench.desk.resume_face_capture(&saved, &keys, "web-1").unwrap();
    assert!(!flow.is_complete().await.unwrap());
    assert!(!flow.is_complete().await.unwrap());
    assert!(flow.is_complete().await.unwrap());
    flow.enrol(&aadhaar(), &mobile()).await.unwrap();
    assert_eq!(flow.is_complete().await.unwrap_err().problem(), Problem::BiometricMismatch);
    bench.clock.pass(TimeDelta::minutes(10));
    assert_eq!(flow.is_complete().await.unwrap_err().problem(), Problem::TransactionOver);
    let bodies: Vec<Value> = bench.abdm.calls().iter().map(|call| call.brief()).collect();
    insta::assert_json_snapshot!(bodies);
}

pub(crate) fn licence(txn_id: TxnId, consent: AgreedConsent) -> DocumentEnrolment {
    let home = Home {
        address: "12 Example Road".into(),
        state: "Maharashtra".into(),
        district: "Pune".into(),
        pin_code: "411001".into(),
    };
    DocumentEnrolment::driving_licence(
        txn_id,
        consent,
        "MH1220190000000".into(),
        ("Asha".into(), "Example".into()),
        ("1999-06-26".into(), Gender::Female),
        ("front".into(), "back".into()),
        home,
    )
}

#[tokio::test]
async fn a_driving_licence_gives_an_enrolment_number() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(
        VERIFY,
        200,
        json!({"txnId": "proved", "authResult": "success", "message": "x"}),
    );
    let by_document = live!(Abha, EnrolByDocument);
    bench.abdm.answers(
        by_document,
        422,
        json!({"error": {"code": "ABDM-1203", "message": "Details do not match"}}),
    );
    bench.abdm.answers(by_document, 200, json!({"EnrolProfile": {
        "enrolmentNumber": "91-5555-5555-5559", "enrolmentState": "PROVISIONAL", "phrAddress": [null],
    }, "isNew": true}));
    let mut flow = bench.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    let mut application = flow.verify(&otp()).await.unwrap();
    let error = application.submit(licence).await.unwrap_err();
    assert_eq!(error.problem(), Problem::DetailsMismatch);
    let taken = application.submit(licence).await.unwrap().enrol_profile.unwrap();
    assert_eq!(taken.enrolment_state, Some("PROVISIONAL".into()));
    let bodies: Vec<Value> = bench.abdm.calls().iter().map(|call| call.brief()).collect();
    insta::assert_json_snapshot!(bodies);
}

#[tokio::test]
async fn a_licence_whose_fate_is_unknown_is_not_sent_again() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(
        VERIFY,
        200,
        json!({"txnId": "proved", "authResult": "success", "message": "x"}),
    );
    let by_document = live!(Abha, EnrolByDocument);
    bench.abdm.answers(by_document, 504, json!({}));
    let mobile = mobile();
    let begun = bench.desk.apply_by_driving_licence(&mobile, consent());
    let mut flow = begun.await.unwrap();
    let mut application = flow.verify(&otp()).await.unwrap();
    for _ in 0..2 {
        let error = application.submit(licence).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown);
    }
    assert_eq!(bench.abdm.count("byDocument"), 1);
}

#[tokio::test]
async fn a_face_whose_fate_is_unknown_is_not_sent_again_also_elsewhere() {
    let bench = Bench::new();
    bench.abdm.answers(live!(Abha, InitFaceAuth), 200, otp_sent(TXN));
    bench.abdm.answers(ENROL, 504, json!({}));
    let mut flow = bench.desk.enrol_by_face_app(consent()).await.unwrap();
    let error = flow.enrol(&aadhaar(), &mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::OutcomeUnknown);
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let saved = flow.save(&keys, "web-1").unwrap();
    let resumed = bench.desk.resume_face_capture(&saved, &keys, "web-1");
    for mut flow in [flow, resumed.unwrap()] {
        let error = flow.enrol(&aadhaar(), &mobile()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown);
    }
    assert_eq!(bench.abdm.count("byAadhaar"), 1);
}

#[tokio::test]
async fn the_sandbox_alone_has_a_known_link_to_the_face_app() {
    for (environment, known) in [
        (Environment::sandbox(), true),
        (Environment::production(), false),
        (Environment::at("http://127.0.0.1:9").unwrap(), false),
    ] {
        let bench = Bench::new();
        let base = environment.base(Family::Abha).path().to_owned();
        let path = format!("{base}{}", <InitFaceAuth as Endpoint>::PATH);
        bench.abdm.answers(&path, 200, otp_sent(TXN));
        let desk = bench.desk_in(environment);
        let flow = desk.enrol_by_face_app(consent()).await.unwrap();
        let link = format!("https://phrsbx.abdm.gov.in/face-auth?txnId={TXN}");
        assert_eq!(flow.link(), known.then_some(link));
    }
}
