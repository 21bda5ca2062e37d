//! Fingers, faces and irises: logins and enrolments.

use abha_enrollment::Problem;
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::flow::verification::{ProofRoute, Verification};
use abha_enrollment::input::PidBlock;

use crate::lobby::{aadhaar, consent, desk, number, person, problem};
use crate::support::{sandbox, sandbox_with};

const ALL: [Modality; 3] = [Modality::Finger, Modality::Face, Modality::Iris];

fn scan(modality: Modality, data: &str) -> Scan {
    let xml = format!(r#"<PidData><Resp errCode="0"/><Data type="X">{data}</Data></PidData>"#);
    Scan::new(modality, PidBlock::from_xml(&xml).unwrap())
}

#[tokio::test]
async fn an_announced_scan_proves_a_number_and_a_strangers_may_be_tried_again() {
    let sandbox = sandbox().await;
    let (desk, meera) = (desk(&sandbox).await, person(&sandbox, "Meera Sample"));
    for modality in ALL {
        let announced = desk.announce_scan(&number(&meera), modality).await.unwrap();
        let strangers = announced.verify(&scan(modality, "mismatch")).await;
        assert_eq!(problem(strangers), Problem::BiometricMismatch);
        let verified = announced.verify(&scan(modality, "c2Nhbg==")).await.unwrap();
        assert_eq!(verified.abha_number(), meera.abha_number.as_ref());
        verified.profile().fetch().await.unwrap();
        let again = announced.verify(&scan(modality, "c2Nhbg==")).await;
        assert_eq!(problem(again), Problem::TransactionOver);
    }
}

#[tokio::test]
async fn a_finger_or_an_iris_with_the_aadhaar_number_is_a_login_in_one_step() {
    let sandbox = sandbox().await;
    let desk = desk(&sandbox).await;
    let (meera, asha) = (person(&sandbox, "Meera Sample"), person(&sandbox, "Asha Kumari"));
    let farida = person(&sandbox, "Farida Dormant");
    for modality in [Modality::Finger, Modality::Iris] {
        let good = scan(modality, "c2Nhbg==");
        let verified = desk.verify_by_scan(&aadhaar(&meera), &good, consent()).await.unwrap();
        assert_eq!(verified.abha_number(), meera.abha_number.as_ref());
        verified.profile().fetch().await.unwrap();
        let strangers = scan(modality, "Mismatch");
        let refused = desk.verify_by_scan(&aadhaar(&meera), &strangers, consent()).await;
        assert_eq!(problem(refused), Problem::BiometricMismatch);
        let none = desk.verify_by_scan(&aadhaar(&asha), &good, consent()).await;
        assert_eq!(problem(none), Problem::NoAbha);
        let off = desk.verify_by_scan(&aadhaar(&farida), &good, consent()).await;
        assert_eq!(problem(off), Problem::AbhaDeactivated);
    }
}

#[tokio::test]
async fn a_scan_enrols_and_links_no_mobile_number() {
    let sandbox = sandbox().await;
    let desk = desk(&sandbox).await;
    let names = ["Asha Kumari", "Imran Specimen", "Lakshmi Muster"];
    for (modality, name) in ALL.into_iter().zip(names) {
        let patient = person(&sandbox, name);
        let (aadhaar, mobile) = (aadhaar(&patient), &patient.mobile);
        let strangers = scan(modality, "mismatch");
        let refused = desk.enrol_by_scan(&aadhaar, &strangers, mobile, consent()).await;
        assert_eq!(problem(refused), Problem::BiometricMismatch);
        assert_eq!(person(&sandbox, name).abha_number, None);
        let good = scan(modality, "c2Nhbg==");
        let enrolled = desk.enrol_by_scan(&aadhaar, &good, mobile, consent()).await.unwrap();
        assert!(enrolled.is_new());
        assert_eq!(enrolled.profile().mobile, None);
        assert_eq!(enrolled.abha_number(), person(&sandbox, name).abha_number.as_ref());
        let again = desk.enrol_by_scan(&aadhaar, &good, mobile, consent()).await.unwrap();
        assert!(!again.is_new());
    }
}

#[tokio::test]
async fn a_face_of_the_abha_app_enrols_once_it_is_complete() {
    let sandbox = sandbox_with(|switches| switches.face_scans_pending = 2).await;
    let (desk, asha) = (desk(&sandbox).await, person(&sandbox, "Asha Kumari"));
    let mut capture = desk.enrol_by_face_app(consent()).await.unwrap();
    assert!(!capture.is_complete().await.unwrap());
    assert!(!capture.is_complete().await.unwrap());
    let early = capture.enrol(&aadhaar(&asha), &asha.mobile).await;
    assert_eq!(problem(early), Problem::BiometricDevice);
    assert_eq!(person(&sandbox, "Asha Kumari").abha_number, None);
    assert!(capture.is_complete().await.unwrap());
    let enrolled = capture.enrol(&aadhaar(&asha), &asha.mobile).await.unwrap();
    assert!(enrolled.is_new());
}

#[tokio::test]
async fn a_face_scan_that_fails_is_begun_anew() {
    let sandbox = sandbox_with(|switches| {
        (switches.face_scans_pending, switches.face_scans_fail) = (0, true);
    })
    .await;
    let (desk, asha) = (desk(&sandbox).await, person(&sandbox, "Asha Kumari"));
    let mut capture = desk.enrol_by_face_app(consent()).await.unwrap();
    assert_eq!(problem(capture.is_complete().await), Problem::BiometricMismatch);
    assert!(capture.enrol(&aadhaar(&asha), &asha.mobile).await.is_err());
    assert_eq!(person(&sandbox, "Asha Kumari").abha_number, None);
    sandbox.set(|switches| switches.face_scans_fail = false).unwrap();
    let mut capture = desk.enrol_by_face_app(consent()).await.unwrap();
    assert!(capture.is_complete().await.unwrap());
    assert!(capture.enrol(&aadhaar(&asha), &asha.mobile).await.unwrap().is_new());
}

#[tokio::test]
async fn a_face_of_the_abha_app_proves_a_found_account_or_an_aadhaar_number() {
    let sandbox = sandbox().await;
    let (desk, vijay) = (desk(&sandbox).await, person(&sandbox, "Vijay Example"));
    let found = desk.find_by_mobile(&vijay.mobile).await.unwrap();
    let begun = found.prove(&found.accounts()[2], ProofRoute::FaceApp).await.unwrap();
    let Verification::AwaitsFace(face) = begun else {
        panic!("no face: {begun:?}");
    };
    assert!(face.verify().await.is_err(), "not complete yet");
    assert!(!face.is_complete().await.unwrap());
    assert!(face.is_complete().await.unwrap());
    let verified = face.verify().await.unwrap();
    assert_eq!(verified.abha_number(), vijay.abha_number.as_ref());
    verified.profile().fetch().await.unwrap();

    let face = desk.verify_by_face_app(consent()).await.unwrap();
    assert!(!face.is_complete().await.unwrap());
    assert!(face.is_complete().await.unwrap());
    let verified = face.verify(&aadhaar(&vijay)).await.unwrap();
    assert_eq!(verified.abha_number(), vijay.abha_number.as_ref());
    assert_eq!(problem(face.verify(&aadhaar(&vijay)).await), Problem::TransactionOver);
}

#[tokio::test]
async fn a_found_account_is_proved_by_a_scan() {
    let sandbox = sandbox().await;
    let (desk, sunita) = (desk(&sandbox).await, person(&sandbox, "Sunita Example"));
    let found = desk.find_by_mobile(&sunita.mobile).await.unwrap();
    let route = ProofRoute::Scan(Modality::Finger);
    let begun = found.prove(&found.accounts()[1], route).await.unwrap();
    let Verification::AwaitsScan(awaited) = begun else {
        panic!("no scan: {begun:?}");
    };
    let verified = awaited.verify(&scan(Modality::Finger, "c2Nhbg==")).await.unwrap();
    assert_eq!(verified.abha_number(), sunita.abha_number.as_ref());
}
