//! Looking up and finding.

use abha_enrollment::Problem;
use abha_enrollment::api::address::SearchAbhaAddress;
use abha_enrollment::api::login::{FindAbha, RequestLoginOtp, SearchAbhaNumber};
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use abha_enrollment::flow::verification::{OtpRoute, ProofRoute};
use serde_json::{Value, json};

use super::{NUMBER, OTHER, pairs, with};
use crate::support::{Bench, aadhaar, consent, live, mobile};

const SEARCH: &str = live!(Abha, SearchAbhaNumber);
const WEB: &str = live!(AbhaAddressWeb, SearchAbhaAddress);
const FIND: &str = live!(Abha, FindAbha);
const LOGIN_OTP: &str = live!(Abha, RequestLoginOtp);

fn statuses() -> Vec<(Value, Option<Existence>)> {
    vec![
        (json!("ACTIVE"), Some(Existence::Active)),
        (json!("active "), Some(Existence::Active)),
        (json!("Deactivated"), Some(Existence::Deactivated)),
        (json!("deleted"), Some(Existence::Deleted)),
        (json!("BLOCKED"), Some(Existence::Other("BLOCKED".into()))),
        (json!(null), None),
    ]
}

#[tokio::test]
async fn a_look_up_tells_the_state_of_whoever_was_asked_for_and_of_nobody_else() {
    let number = NUMBER.parse().unwrap();
    let address = "asha.example@sbx".parse().unwrap();
    let statuses = statuses();
    let numbers = [
        (json!(NUMBER), true, true),
        (json!("xx-xxxx-xxxx-9015"), true, true),
        (json!(null), true, false),
        (json!(OTHER), false, true),
        (json!("91-****-****-5559"), false, true),
    ];
    let addresses = [
        (json!("asha.example@sbx"), true, true),
        (json!("Asha.Example"), true, true),
        (json!(null), true, false),
        (json!("ravi.other@sbx"), false, true),
        (json!("ravi.other"), false, true),
    ];
    let extras = [
        (json!({"authMethods": ["MOBILE_OTP"]}), true),
        (json!({"message": "User not found."}), false),
        (json!({}), false),
    ];
    for chosen in pairs(&[statuses.len(), numbers.len(), extras.len()]) {
        let [status, whose, extra] = chosen[..] else { unreachable!() };
        let (status, extra) = (&statuses[status], &extras[extra]);
        for by_number in [true, false] {
            let bench = Bench::new();
            let body = with(json!({"status": status.0}), &extra.0);
            let (whose, name, path) = if by_number {
                (&numbers[whose], "ABHANumber", SEARCH)
            } else {
                (&addresses[whose], "abhaAddress", WEB)
            };
            let body = with(body, &json!({ name: whose.0 }));
            bench.abdm.answers(path, 200, body.clone());
            let by = if by_number {
                LookupBy::AbhaNumber(&number)
            } else {
                LookupBy::AbhaAddress(&address)
            };
            let told = status.1.is_some() || whose.2 || extra.1;
            let expected = if whose.1 && told {
                status.1.clone().unwrap_or(Existence::Exists)
            } else {
                Existence::Unknown
            };
            assert_eq!(bench.desk.lookup(by).await.unwrap().existence, expected, "{body}");
        }
    }
}

#[tokio::test]
async fn every_page_of_a_search_is_offered_and_proved_in_its_own_transaction() {
    let bench = Bench::new();
    let account = |index: u8, end: u8| json!({"index": index, "ABHANumber": format!("xx-xxxx-xxxx-xx{end}"), "name": "Sentinela"});
    let pages = json!([
        {"txnId": "first", "ABHA": [account(1, 15), account(2, 16)]},
        {"ABHA": [account(1, 18)]},
        {"txnId": "second", "ABHA": [account(1, 15), account(2, 17)]},
        {"txnId": "none", "ABHA": []},
        {},
    ]);
    bench.abdm.answers(FIND, 200, pages.clone()).answers(FIND, 200, pages);
    let found = bench.desk.find_by_mobile(&mobile()).await.unwrap();
    assert_eq!(found.accounts().len(), 4, "one account has no transaction to prove it in");
    for (place, under, index) in [(0, "first", "1"), (2, "second", "1"), (3, "second", "2")] {
        bench.abdm.answers(LOGIN_OTP, 200, json!({"transactionId": "t"}));
        let chosen = &found.accounts()[place];
        found.prove(chosen, ProofRoute::Otp(OtpRoute::AbhaMobile)).await.unwrap();
        let sent = bench.abdm.last().body;
        assert_eq!(sent["txnId"], under);
        assert_eq!(sent["loginId"], format!("encrypted for abha: {index}"));
    }
    let looked_up = bench.desk.lookup(LookupBy::Mobile(&mobile())).await.unwrap();
    assert_eq!(looked_up.matches, 5);
}

/// Refusals of the request for an OTP: what the person at the desk is told.
#[tokio::test]
async fn a_request_for_an_otp_is_refused_in_words_that_fit() {
    let coded = |code: &str, text: &str| json!({"error": {"code": code, "message": text}});
    for (status, body, expected) in [
        (400, json!({"otpSystem": "Invalid Otp System"}), Problem::ProgramFault),
        (422, coded("ABDM-1088", "Captcha verification failed"), Problem::InputInvalid),
        (
            200,
            json!({"authResult": "failed", "message": "OTP could not be sent"}),
            Problem::Refused,
        ),
        (
            400,
            json!({"message": "You can request for new OTP after 30 seconds"}),
            Problem::ResendTooEarly,
        ),
        (400, json!({"message": "You are blocked for next 30 minutes"}), Problem::TooManyAttempts),
        (400, json!({"loginId": "Invalid LoginId"}), Problem::AadhaarInvalid),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(LOGIN_OTP, status, body.clone());
        let sent = bench.desk.verify_by_aadhaar(&aadhaar(), consent()).await;
        let error = sent.unwrap_err();
        assert_eq!(error.problem(), expected, "{body}");
        let waits = matches!(expected, Problem::ResendTooEarly | Problem::TooManyAttempts);
        assert_eq!(error.retry_at().is_some(), waits, "{body}");
    }
}
