//! The named inputs of the contract's folder of cases.

use std::io::Write as _;
use std::path::PathBuf;

use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchAbhaCard;
use abha_enrollment::api::enrollment::ClaimAbhaAddress;
use abha_enrollment::api::login::VerifyUser;
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::flow::verification::VerificationOutcome;
use abha_enrollment::input::AbhaAddressName;
use abha_enrollment::scanned::ScannedCard;
use serde_json::{Value, json};

use super::{
    NUMBER, PROFILE, REQUEST_LOGIN, VERIFY_LOGIN, empty, enrolled_by, good, number_awaits_otp,
};
use crate::support::{Bench, Reply, TXN, live, mobile, otp, otp_sent};

fn text_of(file: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("ABDM_CONTRACT_DIR").map(PathBuf::from) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI needs ABDM_CONTRACT_DIR");
        // Past the test runner's capture: a skip is to be seen.
        let _ = writeln!(std::io::stderr(), "skipped: ABDM_CONTRACT_DIR is not set");
        return None;
    };
    Some(std::fs::read_to_string(folder.join("cases").join(file)).unwrap())
}

fn json_of(file: &str) -> Option<Value> {
    Some(serde_json::from_str(&text_of(file)?).unwrap())
}

fn card_of(text: &str) -> ScannedCard {
    ScannedCard::read(text).unwrap_or_else(|other| panic!("{text}: {other}"))
}

/// The card of a case with other fields in the place of some.
fn card_with(case: &str, changes: Value) -> ScannedCard {
    let mut fields: Value = serde_json::from_str(case).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        fields[name] = value.clone();
    }
    card_of(&fields.to_string())
}

// Case 22a.
#[test]
fn an_address_is_taken_from_whichever_key_has_one() {
    let Some(case) = text_of("22a-phr-key-only.txt") else { return };
    let card = card_of(&case);
    assert_eq!(card.abha_address.unwrap().as_str(), "asha.example@sbx");
    assert_eq!(card.abha_number.unwrap().to_dashed(), NUMBER);
    // The kind: any of the keys, in any spelling, beside keys that say nothing.
    let mut fields: Value = serde_json::from_str(&case).unwrap();
    let address = fields.as_object_mut().unwrap().remove("phr").unwrap();
    for key in
        ["phr", "PHR", "hid", "Hid", "abhaAddress", "abha_address", "ABHA Address", "healthId"]
    {
        for silent in [json!(""), json!("-"), json!(null), json!("null"), json!({}), json!(7)] {
            let mut fields = fields.clone();
            for other in ["hid", "phr"] {
                fields[other] = silent.clone();
            }
            fields[key] = address.clone();
            let card = card_of(&fields.to_string());
            let found = card.abha_address.as_ref().map(|address| address.as_str());
            assert_eq!(found, Some("asha.example@sbx"), "{fields}");
            assert_eq!(card.abha_number.unwrap().to_dashed(), NUMBER);
            assert_eq!(card.address_name, None);
        }
    }
}

// Case 22b.
#[test]
fn a_number_that_says_nothing_leaves_a_card_of_an_address() {
    let Some(case) = text_of("22b-empty-number-address-only.txt") else { return };
    let card = card_of(&case);
    assert!(card.abha_number.is_none() && !card.refuses_number);
    assert_eq!(card.abha_address.unwrap().as_str(), "asha.example@sbx");
    for nothing in [json!(" "), json!("-"), json!(" - "), json!("null"), json!("NULL"), json!(null)]
    {
        let card = card_with(&case, json!({ "hidn": nothing }));
        assert!(card.abha_number.is_none() && !card.refuses_number, "{nothing}");
        assert_eq!(card.abha_address.unwrap().as_str(), "asha.example@sbx");
    }
}

// Case 22c.
#[test]
fn a_number_of_any_other_length_is_none_and_never_cut() {
    let Some(case) = text_of("22c-sixteen-digit-number.txt") else { return };
    let card = card_of(&case);
    assert!(card.abha_number.is_none() && card.refuses_number, "not cut to fourteen");
    assert_eq!(card.name.unwrap().as_str(), "Asha Example");
    let digits = "91123456789015".repeat(2);
    for length in (1..=20).filter(|length| *length != 14) {
        for number in [json!(digits[..length]), json!(format!("91-{}", &digits[..length]))] {
            let count = number.as_str().unwrap().bytes().filter(u8::is_ascii_digit).count();
            if count == 14 {
                continue;
            }
            let card = card_with(&case, json!({ "hidn": number }));
            assert!(card.abha_number.is_none() && card.refuses_number, "{number}");
            assert!(card.abha_address.is_some(), "the rest is kept beside {number}");
        }
    }
    for number in ["91-1234-5678-901X", "ninety-one", "91 1234 5678 9015 0"] {
        let card = card_with(&case, json!({ "hidn": number }));
        assert!(card.abha_number.is_none() && card.refuses_number, "{number}");
    }
}

// Case 23, M1 trial B9.
#[tokio::test]
async fn a_person_with_several_addresses_is_offered_the_ones_they_have() {
    let Some(case) = json_of("23-enrolled-without-mobile-several-addresses.json") else { return };
    let bench = Bench::new();
    let mut person = enrolled_by(&bench, Reply::Json(200, case["body"].clone())).await.unwrap();
    assert!(!person.is_new());
    assert_eq!(*person.mobile_link(), MobileLink::NotLinked);
    let addresses: Vec<String> =
        person.addresses().iter().map(|address| address.as_str().to_owned()).collect();
    assert_eq!(addresses, ["91123456789015@sbx", "asha.example@sbx"]);
    assert!(person.has_chosen_address());
    let taken =
        json!({"error": {"code": "ABDM-1101", "message": "This ABHA Address already exists."}});
    bench.abdm.answers(live!(Abha, ClaimAbhaAddress), 400, taken);
    let name = AbhaAddressName::parse("asha.example").unwrap();
    assert_eq!(person.claim_address(&name).await.unwrap().as_str(), "asha.example@sbx");
}

// Case 24.
#[tokio::test]
async fn a_registration_has_the_profile_however_its_birth_date_is_told() {
    let Some(case) = json_of("24-profile-birth-parts.json") else { return };
    for body in case["bodies"].as_array().unwrap() {
        let bench = Bench::new();
        bench.abdm.answers(PROFILE, 200, body.clone());
        let person = enrolled_by(&bench, Reply::Json(200, good())).await.unwrap();
        let registration = person.finish().await;
        let profile = registration.profile.unwrap();
        assert_eq!(profile.year_of_birth.unwrap().as_str(), "1999", "{body}");
        assert_eq!(registration.addresses.len(), 2, "the profile's address is added");
    }
}

// Case 26.
#[tokio::test]
async fn a_final_token_at_once_needs_no_second_step() {
    let Some(case) = json_of("26-mobile-otp-on-an-abha-number.json") else { return };
    let bench = Bench::new();
    let mut flow = number_awaits_otp(&bench).await;
    bench.abdm.answers(VERIFY_LOGIN, 200, case["body"].clone());
    let VerificationOutcome::Verified(person) = flow.verify(&otp()).await.unwrap() else {
        panic!("verified")
    };
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);
    assert_eq!(bench.abdm.calls().len(), 2, "request and proof");
}

// Case 28.
#[tokio::test]
async fn a_client_that_is_not_subscribed_is_told_once() {
    let Some(case) = json_of("28-not-subscribed.json") else { return };
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_LOGIN, 403, case["body"].clone());
    let error = bench.desk.verify_by_mobile(&mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NotPermitted);
    assert_eq!((bench.abdm.calls().len(), bench.abdm.count("sessions")), (1, 1));
}

// Case 43, ruling 35, M1 trial B5.
#[tokio::test]
async fn a_login_stands_although_profile_and_card_are_refused() {
    let Some(case) = json_of("43-profile-refused-after-a-good-login.json") else { return };
    let bench = Bench::new();
    let step = |place: usize| case["steps"][place]["body"].clone();
    bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
    bench.abdm.answers(VERIFY_LOGIN, 200, step(0));
    bench.abdm.answers(live!(Abha, VerifyUser), 200, step(1));
    bench.abdm.on(PROFILE, empty(401)).on(live!(Abha, FetchAbhaCard), empty(401));
    let mut flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    let VerificationOutcome::ChooseAccount(choice) = flow.verify(&otp()).await.unwrap() else {
        panic!("a choice")
    };
    let number = choice.accounts()[0].abha_number.as_ref().unwrap().whole().unwrap().clone();
    let person = choice.choose(&number).await.unwrap();
    let (calls, sessions) = (bench.abdm.calls().len(), bench.abdm.count("sessions"));
    let profile = person.profile();
    assert_eq!(profile.fetch().await.unwrap_err().problem(), Problem::RefusedByGateway);
    assert_eq!(profile.card().await.unwrap_err().problem(), Problem::RefusedByGateway);
    assert_eq!(bench.abdm.calls().len(), calls + 2, "one try each");
    assert_eq!(bench.abdm.count("sessions"), sessions, "no new session");
    assert_eq!(person.session().token.expose(), "<x-token>", "the token is kept");
    assert_eq!(person.abha_number(), Some(&number));
    assert_eq!(person.account().unwrap().name.as_ref().unwrap().as_str(), "Asha Test Kumari");
}
