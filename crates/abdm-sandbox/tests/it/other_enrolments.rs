//! Creating ABHA numbers without an OTP of UIDAI, with the real desk at the other end.

use abdm_core::endpoint::Endpoint as _;
use abdm_core::secret::MobileNumber;
use abdm_core::vocabulary::Gender;
use abdm_sandbox::{Failure, Patient, Sandbox};
use abha_enrollment::api::benefit::LinkBenefit;
use abha_enrollment::api::enrollment::{
    ChildBlock, DemographicBlock, EnrolByAadhaar, EnrolByDocument, RequestEnrolmentOtp,
    VerifyEnrolmentOtp,
};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::flow::enrolment::Enrolled;
use abha_enrollment::{Desk, Error, Problem};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::lobby::{Lobby, OTP, PROGRAMME, aadhaar, by_licence, consent, desk, otp, person};
use crate::rulings::Plain;
use crate::support::{sandbox, sandbox_with};

async fn desk_of(sandbox: &Sandbox, programme: Option<&str>) -> Desk {
    match programme {
        Some(programme) => Lobby::open(sandbox).await.desk_of(programme),
        None => desk(sandbox).await,
    }
}

fn text(text: &str) -> Personal {
    Personal::new(text)
}

async fn by_demographics(desk: &Desk, patient: &Patient, name: &str) -> Result<Enrolled, Error> {
    let born = patient.date_of_birth.format("%d-%m-%Y").to_string();
    let describe = |aadhaar| {
        let gender = patient.gender.clone();
        let (state, district) = (text("27"), text("490"));
        let mut block =
            DemographicBlock::new(aadhaar, text(name), text(&born), gender, state, district);
        block.mobile = Some(text(patient.mobile.expose()));
        block
    };
    desk.enrol_by_demographics(&aadhaar(patient), describe, consent()).await
}

#[tokio::test]
async fn a_programme_creates_an_abha_number_by_demographics() {
    let sandbox = sandbox().await;
    let desk = desk_of(&sandbox, Some(PROGRAMME)).await;
    let patient = person(&sandbox, "Asha Kumari");
    let error = by_demographics(&desk, &patient, "Asha Kumar").await.unwrap_err();
    assert_eq!(error.problem(), Problem::DetailsMismatch);
    let enrolled = by_demographics(&desk, &patient, "ASHA KUMARI").await.unwrap();
    assert!(enrolled.is_new());
    let again = by_demographics(&desk, &patient, "Asha Kumari").await.unwrap();
    assert!(!again.is_new());
    assert_eq!(enrolled.abha_number(), again.abha_number());
    // As everywhere on this family, the number in the answer is masked.
    assert_eq!(again.profile().mobile.as_ref().unwrap().as_str(), "******0001");
}

#[tokio::test]
async fn demographics_want_a_programme_that_nha_knows() {
    let sandbox = sandbox().await;
    let patient = person(&sandbox, "Asha Kumari");
    for programme in [None, Some("NOBODYS-SCHEME")] {
        let desk = desk_of(&sandbox, programme).await;
        let error = by_demographics(&desk, &patient, "Asha Kumari").await.unwrap_err();
        assert_eq!(error.api().unwrap().message(), "Invalid Benefit Name", "{programme:?}");
    }
}

#[tokio::test]
async fn a_parent_creates_the_abha_number_of_a_child() {
    let sandbox = sandbox_with(|switches| switches.fixed_otp = Some(OTP.to_owned())).await;
    let desk = desk_of(&sandbox, Some(PROGRAMME)).await;
    let parent = person(&sandbox, "Meera Sample");
    let mut flow = desk.enrol(&aadhaar(&parent), consent()).await.unwrap();
    let otp = otp();
    let registration = flow.verify(&otp, &parent.mobile).await.unwrap().finish().await;
    let session = registration.profile_session(&desk).unwrap();
    let child = |name: &str, year: &str| {
        let born = (text("21"), text("2"), text(year));
        ChildBlock::new(text(name), Gender::Male, born)
    };
    let error = desk.enrol_child(&session, child("Old Sample", "1999"), consent()).await;
    assert_eq!(error.unwrap_err().api().unwrap().code().unwrap().as_str(), "ABDM-1159");
    let enrolled = desk.enrol_child(&session, child("Om Sample", "2022"), consent()).await.unwrap();
    assert!(enrolled.is_new());
    let number = enrolled.abha_number().unwrap().clone();
    let known = person(&sandbox, "Om Sample");
    assert_eq!((known.abha_number, known.note), (Some(number), Some("child")));
}

#[tokio::test]
async fn a_driving_licence_gives_an_enrolment_number_once() {
    let sandbox = sandbox_with(|switches| switches.fixed_otp = Some(OTP.to_owned())).await;
    let desk = desk(&sandbox).await;
    let mobile = MobileNumber::new("9876543210").unwrap();
    let otp = otp();
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let mut flow = desk.apply_by_driving_licence(&mobile, consent()).await.unwrap();
        let mut application = flow.verify(&otp).await.unwrap();
        let submitted = application.submit(by_licence);
        let profile = submitted.await.unwrap().enrol_profile.unwrap();
        numbers.push(profile.enrolment_number.unwrap());
    }
    assert_eq!(numbers[0], numbers[1]);
    assert_eq!(person(&sandbox, "Asha Example").note, Some("enrolment number only"));
    assert_eq!(person(&sandbox, "Asha Example").abha_number, None);
}

#[tokio::test]
async fn a_client_has_its_hundred_creations() {
    let sandbox = sandbox_with(|switches| switches.accounts_a_client = 1).await;
    let desk = desk_of(&sandbox, Some(PROGRAMME)).await;
    let first = person(&sandbox, "Asha Kumari");
    by_demographics(&desk, &first, "Asha Kumari").await.unwrap();
    let second = person(&sandbox, "Imran Specimen");
    let error = by_demographics(&desk, &second, "Imran Specimen").await.unwrap_err();
    assert_eq!(error.api().unwrap().code().unwrap().as_str(), "ABDM-1227");
    by_demographics(&desk, &first, "Asha Kumari").await.unwrap();
}

#[tokio::test]
async fn after_a_lost_answer_the_number_exists_and_the_desk_says_how_to_find_out() {
    let sandbox = sandbox_with(|switches| switches.fixed_otp = Some(OTP.to_owned())).await;
    let desk = desk(&sandbox).await;
    let patient = person(&sandbox, "Asha Kumari");
    let mut flow = desk.enrol(&aadhaar(&patient), consent()).await.unwrap();
    sandbox.fail_next::<EnrolByAadhaar>(Failure::AnswerLost);
    let otp = otp();
    let error = flow.verify(&otp, &patient.mobile).await.unwrap_err();
    assert_eq!(error.problem(), Problem::OutcomeUnknown);
    assert!(person(&sandbox, "Asha Kumari").abha_number.is_some());
}

#[tokio::test]
async fn a_desk_survives_every_shape_of_refusal_and_goes_on() {
    let sandbox = sandbox_with(|switches| {
        switches.fixed_otp = Some(OTP.to_owned());
        // A desk keeps to the time that it is told.
        switches.retry_after_seconds = 0;
    })
    .await;
    let desk = desk(&sandbox).await;
    let patient = person(&sandbox, "Asha Kumari");
    let shapes = [
        (Failure::FieldMap, Problem::AadhaarInvalid),
        (Failure::Message, Problem::LoginOver),
        (Failure::Wrapped, Problem::OtpExpired),
        (Failure::Flat, Problem::NoAbha),
        (Failure::List, Problem::ProgramFault),
        (Failure::CapitalMessage, Problem::WrongOtp),
        (Failure::FailedOnSuccess, Problem::WrongOtp),
        (Failure::AccessDenied, Problem::ProgramFault),
        (Failure::FirewallPage, Problem::ProgramFault),
        (Failure::EmptyBadRequest, Problem::ProgramFault),
        (Failure::EmptyUnauthorized, Problem::ProgramFault),
        (Failure::Html, Problem::AnswerUnreadable),
        (Failure::TooManyRequests, Problem::TooManyRequests),
        (Failure::AnswerLost, Problem::Unavailable),
    ];
    let mut otherwise = Vec::new();
    for (failure, problem) in shapes {
        sandbox.fail_next::<RequestEnrolmentOtp>(failure);
        let error = desk.enrol(&aadhaar(&patient), consent()).await.unwrap_err();
        if error.problem() != problem {
            otherwise.push((failure, error.problem()));
        }
    }
    assert!(otherwise.is_empty(), "{otherwise:?}");
    desk.enrol(&aadhaar(&patient), consent()).await.unwrap();
}

fn child_of(plain: &Plain, name: &str, token: &str) -> (Vec<(&'static str, String)>, Value) {
    let headers =
        vec![("benefit-name", PROGRAMME.to_owned()), ("x-token", format!("Bearer {token}"))];
    let body = json!({"authData": {"authMethods": ["child"], "child": {"dayOfBirth": "21",
        "monthOfBirth": "2", "yearOfBirth": "2020", "gender": "F", "name": name, "password": "",
        "profilePhoto": "", "parentConsent": "true"}}, "consent": plain.consent()});
    (headers, body)
}

#[tokio::test]
async fn the_same_child_of_the_same_parent_is_found_and_not_created_again() {
    let plain = Plain::open().await;
    let parent = plain.user_token("Ravi Example").await;
    let mut numbers = Vec::new();
    for (turn, name) in ["Mini Example", "MINI example", "Mina Example"].into_iter().enumerate() {
        let (headers, body) = child_of(&plain, name, &parent);
        let told = plain.call_with(&EnrolByAadhaar::META, &headers, &body).await;
        assert_eq!(told.status, 200, "{}", told.text);
        let told = told.json();
        assert_eq!(told["isNew"], turn != 1, "{name}");
        let found = "This account already exist";
        assert_eq!(told["message"] == found, turn == 1, "{name}");
        numbers.push(told["ABHAProfile"]["ABHANumber"].clone());
    }
    assert_eq!(numbers[0], numbers[1]);
    assert_ne!(numbers[0], numbers[2]);
}

#[tokio::test]
async fn a_person_s_token_without_the_word_bearer_is_refused_where_it_is_optional_too() {
    let plain = Plain::open().await;
    let parent = plain.user_token("Ravi Example").await;
    let (mut headers, body) = child_of(&plain, "Mini Example", &parent);
    headers[1].1 = parent;
    let link = json!({"scope": ["link"]});
    for (meta, body) in [(EnrolByAadhaar::META, body), (LinkBenefit::META, link)] {
        let told = plain.call_with(&meta, &headers, &body).await;
        assert_eq!((told.status, told.json()["message"].as_str()), (400, Some("Invalid X-token")));
    }
}

#[tokio::test]
async fn a_programme_that_nobody_registered_enrols_nobody_by_any_proof() {
    let plain = Plain::open().await;
    let patient = plain.person("Lakshmi Muster");
    let pid = base64::engine::general_purpose::STANDARD.encode("<PidData/>");
    let body = json!({"authData": {"authMethods": ["bio"], "bio": {
        "aadhaar": plain.lobby.abha(patient.aadhaar.as_ref().unwrap().expose()),
        "fingerPrintAuthPid": pid}}, "consent": plain.consent()});
    for (name, value) in [("benefit-name", "NOBODYS-SCHEME"), ("benefit_name", "NOBODYS-SCHEME")] {
        let headers = [(name, value.to_owned())];
        let told = plain.call_with(&EnrolByAadhaar::META, &headers, &body).await;
        let message = told.json()["message"].as_str().map(str::to_owned);
        assert_eq!((told.status, message.as_deref()), (401, Some("Invalid Benefit Name")));
    }
    let headers = [("benefit-name", PROGRAMME.to_owned())];
    let told = plain.call_with(&EnrolByAadhaar::META, &headers, &body).await;
    assert_eq!(told.status, 200, "{}", told.text);
}

/// NHA's saved replies, word by word (m1-abha.md 6.5, errors.md).
#[tokio::test]
async fn a_licence_is_answered_in_nhas_words() {
    let plain = Plain::open().await;
    let scope = json!(["abha-enrol", "mobile-verify", "dl-flow"]);
    let sent = plain.post::<RequestEnrolmentOtp>(json!({"scope": scope, "loginHint": "mobile",
        "loginId": plain.lobby.abha("9800000001"), "otpSystem": "abdm"}));
    let txn = sent.await.json()["txnId"].clone();
    let verified = plain.post::<VerifyEnrolmentOtp>(json!({"scope": scope, "authData": {
        "authMethods": ["otp"], "otp": {"txnId": txn, "otpValue": plain.lobby.abha(OTP)}}}));
    assert_eq!(verified.await.json()["message"], "OTP verified successfully.");
    let body = |licence: &str, txn: &Value| {
        json!({"txnId": txn, "documentType": "DRIVING_LICENCE", "documentId": licence,
            "firstName": "Asha", "middleName": "", "lastName": "Example", "dob": "1999-06-26",
            "gender": "F", "frontSidePhoto": "Zm9udA==", "backSidePhoto": "YmFjaw==",
            "address": "12 Example Road", "state": "Maharashtra", "district": "Pune",
            "pinCode": "411001", "consent": plain.consent()})
    };
    for unknown in [json!("t"), json!(""), Value::Null, json!(7)] {
        let told = plain.post::<EnrolByDocument>(body("MH1220190000000", &unknown)).await;
        let code = told.json()["error"]["code"].clone();
        assert_eq!((told.status, code.as_str()), (401, Some("ABDM-1017")), "{unknown}");
    }
    let told = plain.post::<EnrolByDocument>(body("XX0000000000000", &txn)).await;
    assert_eq!(told.status, 422);
    let text = "The details provided by you do not match against your documents details. Please \
                provide the correct details.";
    assert_eq!(told.json()["error"], json!({"code": "ABDM-1203", "message": text}));
    let told = plain.post::<EnrolByDocument>(body("MH1220190000000", &txn)).await.json();
    assert_eq!(told["message"], "Account created successfully");
    assert_eq!(told["enrolProfile"]["mobile"], "******0001");
}
