//! Proving existing ABHA numbers.

use abdm_core::person::AbhaNumber;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::login::{
    FindAbha, RequestLoginOtp, VerifyLogin, VerifyLoginInOneStep, VerifyUser,
};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::error::DeskAction;
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use abha_enrollment::flow::verification::{
    OtpRoute, ProofRoute, Verification, VerificationOutcome, Verified,
};
use abha_enrollment::input::{Password, PidBlock};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Bench, TXN, aadhaar, consent, live, mobile, otp, otp_sent};

const REQUEST: &str = live!(Abha, RequestLoginOtp);
const VERIFY: &str = live!(Abha, VerifyLogin);
const CHOOSE: &str = live!(Abha, VerifyUser);
const ONE_STEP: &str = live!(Abha, VerifyLoginInOneStep);
const FIND: &str = live!(Abha, FindAbha);

fn number() -> AbhaNumber {
    "91-1234-5678-9015".parse().unwrap()
}

fn account(number: &str, name: &str) -> Value {
    json!({
        "ABHANumber": number, "preferredAbhaAddress": "asha@sbx", "name": name, "status": "ACTIVE",
        "profilePhoto": "/9j/photo", "kycVerified": "true", "verificationType": "NEW_KIND",
    })
}

fn verified(accounts: Value) -> Value {
    json!({
        "txnId": "after", "authResult": "success", "message": "OTP verified successfully",
        "token": "user-token", "expiresIn": 1800, "refreshToken": "refresh-token",
        "refreshExpiresIn": 1_296_000, "accounts": accounts,
    })
}

fn to_choose() -> Value {
    json!({
        "txnId": "after", "authResult": "success", "token": "transfer-token", "expiresIn": 300,
        "accounts": [account("91-1234-5678-9015", "Asha"), account("91-5555-5555-5559", "Ravi")],
    })
}

fn failed(message: &str) -> Value {
    json!({"txnId": "x", "authResult": "failed", "message": message, "accounts": []})
}

fn scan(modality: Modality) -> Scan {
    Scan::new(modality, PidBlock::from_xml(r#"<PidData><Resp errCode="0"/></PidData>"#).unwrap())
}

fn is_verified(outcome: VerificationOutcome) -> Verified {
    match outcome {
        VerificationOutcome::Verified(verified) => verified,
        VerificationOutcome::ChooseAccount(choice) => panic!("a choice: {choice:?}"),
    }
}

#[tokio::test]
async fn every_route_of_the_matrix_is_on_the_wire_as_the_contract_has_it() {
    let bench = Bench::new();
    let desk = &bench.desk;
    let one = || verified(json!([account("91-1234-5678-9015", "Asha")]));
    for _ in 0..8 {
        bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
    }
    for _ in 0..7 {
        bench.abdm.answers(VERIFY, 200, one());
    }
    bench.abdm.answers(ONE_STEP, 200, one()).answers(ONE_STEP, 200, one());
    bench.abdm.answers(FIND, 200, json!([{"txnId": "found", "ABHA": [
        {"index": 1, "ABHANumber": "xx-xxxx-xxxx-xx15", "name": "Asha", "gender": "F", "kycVerified": "true", "authMethods": ["MOBILE_OTP"]},
    ]}]));

    for route in [OtpRoute::Aadhaar, OtpRoute::AbhaMobile] {
        let mut flow = desk.verify_abha_number(&number(), route).await.unwrap();
        is_verified(flow.verify(&otp()).await.unwrap());
    }
    let mut flow = desk.verify_by_aadhaar(&aadhaar(), consent()).await.unwrap();
    is_verified(flow.verify(&otp()).await.unwrap());
    for modality in [Modality::Finger, Modality::Face, Modality::Iris] {
        let flow = desk.announce_scan(&number(), modality).await.unwrap();
        flow.verify(&scan(modality)).await.unwrap();
    }
    for modality in [Modality::Finger, Modality::Iris] {
        desk.verify_by_scan(&aadhaar(), &scan(modality), consent()).await.unwrap();
    }
    let password = Password::existing("Sunrise#47");
    desk.verify_by_password(&number(), &password).await.unwrap();
    let found = desk.find_by_mobile(&mobile()).await.unwrap();
    let chosen = &found.accounts()[0];
    bench.abdm.answers(VERIFY, 200, one()).answers(VERIFY, 200, one());
    let route = ProofRoute::Otp(OtpRoute::AbhaMobile);
    let Verification::AwaitsOtp(mut flow) = found.prove(chosen, route).await.unwrap() else {
        panic!("an OTP")
    };
    is_verified(flow.verify(&otp()).await.unwrap());
    let route = ProofRoute::Scan(Modality::Finger);
    let Verification::AwaitsScan(flow) = found.prove(chosen, route).await.unwrap() else {
        panic!("a scan")
    };
    flow.verify(&scan(Modality::Finger)).await.unwrap();

    let bodies: Vec<Value> = bench.abdm.calls().iter().map(|call| call.brief()).collect();
    insta::assert_json_snapshot!(bodies);
    assert_eq!(bench.consents.records.lock().unwrap().len(), 3, "wherever Aadhaar left");
}

/// As the samples of a programme's find-ABHA have it, and on no login without a search.
#[tokio::test]
async fn a_programme_names_itself_on_the_logins_after_its_search() {
    let bench = Bench::for_programme("Example Scheme");
    let one = || verified(json!([account("91-1234-5678-9015", "Asha")]));
    bench.abdm.answers(
        FIND,
        200,
        json!([{"txnId": "found", "ABHA": [{"index": 1, "name": "Asha"}]}]),
    );
    for _ in 0..4 {
        bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
    }
    for _ in 0..3 {
        bench.abdm.answers(VERIFY, 200, one());
    }
    let found = bench.desk.find_by_mobile(&mobile()).await.unwrap();
    let chosen = &found.accounts()[0];
    let route = ProofRoute::Otp(OtpRoute::AbhaMobile);
    let Verification::AwaitsOtp(mut flow) = found.prove(chosen, route).await.unwrap() else {
        panic!("an OTP")
    };
    bench.clock.pass(chrono::TimeDelta::minutes(1));
    flow.resend().await.unwrap();
    flow.verify(&otp()).await.unwrap();
    let route = ProofRoute::Scan(Modality::Finger);
    let Verification::AwaitsScan(flow) = found.prove(chosen, route).await.unwrap() else {
        panic!("a scan")
    };
    flow.verify(&scan(Modality::Finger)).await.unwrap();
    let calls = bench.abdm.calls();
    assert_eq!(calls.len(), 6);
    assert!(calls.iter().all(|call| call.headers.get("benefit_name").unwrap() == "Example Scheme"));

    let mut flow = bench.desk.verify_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
    flow.verify(&otp()).await.unwrap();
    let calls = bench.abdm.calls();
    assert!(calls[6..].iter().all(|call| !call.headers.contains_key("benefit_name")));
}

#[tokio::test]
async fn a_mobile_number_leads_to_a_choice_and_the_choice_to_a_user() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN)).answers(VERIFY, 200, to_choose());
    bench.abdm.answers(CHOOSE, 200, crate::support::tokens());
    let mut flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    let VerificationOutcome::ChooseAccount(choice) = flow.verify(&otp()).await.unwrap() else {
        panic!("a choice")
    };
    assert_eq!(choice.accounts().len(), 2);
    let stranger = "91-9876-5432-1098".parse().unwrap();
    let error = choice.choose(&stranger).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaNumberInvalid);
    let verified = choice.choose(&"91-5555-5555-5559".parse().unwrap()).await.unwrap();
    assert_eq!(verified.account().unwrap().name.as_ref().unwrap().as_str(), "Ravi");
    assert_eq!(verified.session().token.expose(), "user-token");
    insta::assert_json_snapshot!(bench.abdm.last().snapshot());
    bench.clock.pass(TimeDelta::seconds(300));
    assert_eq!(choice.choose(&number()).await.unwrap_err().problem(), Problem::LoginOver);
    assert_eq!(bench.abdm.count("verify/user"), 1, "a token that is over is not sent");
}

#[tokio::test]
async fn the_reply_tells_the_kind_of_a_token_and_not_the_route() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN)).answers(REQUEST, 200, otp_sent(TXN));
    bench.abdm.answers(VERIFY, 200, verified(json!([account("91-1234-5678-9015", "Asha")])));
    bench.abdm.answers(VERIFY, 200, to_choose());
    let mut by_mobile = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    is_verified(by_mobile.verify(&otp()).await.unwrap());
    let route = OtpRoute::AbhaMobile;
    let mut by_number = bench.desk.verify_abha_number(&number(), route).await.unwrap();
    let outcome = by_number.verify(&otp()).await.unwrap();
    assert!(matches!(outcome, VerificationOutcome::ChooseAccount(_)));
}

#[tokio::test]
async fn a_number_that_abdm_does_not_take_is_named_for_every_proof() {
    let bench = Bench::new();
    let refused = || json!({"loginId": "Invalid LoginId", "timestamp": "2026-11-22 10:15:30"});
    bench.abdm.answers(REQUEST, 400, refused());
    let route = OtpRoute::AbhaMobile;
    let error = bench.desk.verify_abha_number(&number(), route).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaNumberInvalid);
    bench.abdm.answers(REQUEST, 400, refused());
    let error = bench.desk.announce_scan(&number(), Modality::Iris).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaNumberInvalid);
}

#[tokio::test]
async fn nobody_is_found_before_the_otp_or_after_it() {
    let bench = Bench::new();
    bench.abdm.answers(
        REQUEST,
        404,
        json!({"error": {"code": "ABDM-1114", "message": "User not found."}}),
    );
    let error = bench.desk.verify_by_mobile(&mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NoAbha);
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
    bench.abdm.answers(VERIFY, 200, json!({"txnId": "x", "authResult": "success", "message": "OTP verified successfully", "accounts": []}));
    let mut flow = bench.desk.verify_by_aadhaar(&aadhaar(), consent()).await.unwrap();
    assert_eq!(flow.verify(&otp()).await.unwrap_err().problem(), Problem::NoAbha);
    bench.abdm.answers(FIND, 200, json!([]));
    assert_eq!(bench.desk.find_by_mobile(&mobile()).await.unwrap_err().problem(), Problem::NoAbha);
}

#[tokio::test]
async fn a_refused_proof_leaves_the_flow_usable() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
    bench.abdm.answers(VERIFY, 200, failed("OTP did not match, please try again"));
    bench.abdm.answers(VERIFY, 200, failed("OTP expired, please try again"));
    bench.abdm.answers(VERIFY, 200, verified(json!([account("91-1234-5678-9015", "Asha")])));
    let route = OtpRoute::Aadhaar;
    let mut flow = bench.desk.verify_abha_number(&number(), route).await.unwrap();
    assert_eq!(flow.verify(&otp()).await.unwrap_err().problem(), Problem::WrongOtp);
    assert_eq!(flow.verify(&otp()).await.unwrap_err().problem(), Problem::OtpExpired);
    let verified = is_verified(flow.verify(&otp()).await.unwrap());
    assert_eq!(verified.abha_number().unwrap(), &number());
    assert_eq!(verified.abha_address().unwrap().as_str(), "asha@sbx");

    bench.abdm.answers(VERIFY, 200, failed("Invalid password"));
    let wrong = Password::existing("wrong");
    let error = bench.desk.verify_by_password(&number(), &wrong).await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongPassword);
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
    bench.abdm.answers(VERIFY, 422, json!({"error": {"code": "ABDM-1204", "message": "UIDAI Error code : 300 : Biometric data did not match."}}));
    let flow = bench.desk.announce_scan(&number(), Modality::Finger).await.unwrap();
    let wrong_kind = flow.verify(&scan(Modality::Iris)).await.unwrap_err();
    assert_eq!(wrong_kind.problem(), Problem::InputInvalid);
    let mismatch = flow.verify(&scan(Modality::Finger)).await.unwrap_err();
    assert_eq!(mismatch.problem(), Problem::BiometricMismatch);
}

#[tokio::test]
async fn a_saved_choice_goes_on_elsewhere() {
    let bench = Bench::new();
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let resume = |sealed: &abdm_core::seal::Sealed| {
        bench.desk.resume_verification(sealed, &keys, "web-1").unwrap()
    };
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN)).answers(VERIFY, 200, to_choose());
    bench.abdm.answers(CHOOSE, 200, crate::support::tokens());
    let flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    let saved = flow.save(&keys, "web-1").unwrap();
    assert!(bench.desk.resume_enrolment(&saved, &keys, "web-1").is_err(), "another kind of flow");
    let Verification::AwaitsOtp(mut flow) = resume(&saved) else { panic!("an OTP") };
    let VerificationOutcome::ChooseAccount(choice) = flow.verify(&otp()).await.unwrap() else {
        panic!("a choice")
    };
    let Verification::ChoosesAccount(choice) = resume(&choice.save(&keys, "web-1").unwrap()) else {
        panic!("a choice")
    };
    let verified = choice.choose(&number()).await.unwrap();
    assert_eq!(bench.abdm.last().headers["t-token"], "Bearer transfer-token");
    let Verification::Verified(verified) = resume(&verified.save(&keys, "web-1").unwrap()) else {
        panic!("verified")
    };
    bench.abdm.answers(live!(Abha, FetchProfile), 200, json!({"name": "Asha"}));
    verified.profile().fetch().await.unwrap();
    assert_eq!(bench.abdm.last().headers["x-token"], "Bearer user-token");
}

#[tokio::test]
async fn a_deactivated_number_is_switched_on_again() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST, 200, otp_sent(TXN)).answers(REQUEST, 200, otp_sent(TXN));
    let done = json!({"txnId": "x", "authResult": "success", "message": "Your account has been reactivated.", "accounts": []});
    bench.abdm.answers(VERIFY, 200, done.clone()).answers(VERIFY, 200, done);
    let route = OtpRoute::AbhaMobile;
    bench.desk.reactivate(&number(), route).await.unwrap().verify(&otp()).await.unwrap();
    let password = Password::existing("Sunrise#47");
    bench.desk.reactivate_by_password(&number(), &password).await.unwrap();
    bench.abdm.answers(VERIFY, 200, json!({"txnId": "x", "authResult": "success", "accounts": [account("91-5555-5555-5559", "Asha")]}));
    let mut flow = bench.desk.retrieve_enrolment_numbers(&mobile()).await.unwrap();
    assert_eq!(flow.verify(&otp()).await.unwrap().len(), 1);
    let bodies: Vec<Value> = bench.abdm.calls().iter().map(|call| call.brief()).collect();
    insta::assert_json_snapshot!(bodies);
}

#[tokio::test]
async fn a_user_token_that_is_over_asks_for_a_new_login() {
    let bench = Bench::new();
    bench.abdm.answers(VERIFY, 200, verified(json!([])));
    let password = Password::existing("Sunrise#47");
    let verified = bench.desk.verify_by_password(&number(), &password).await.unwrap();
    bench.abdm.answers(
        live!(Abha, FetchProfile),
        401,
        json!({"message": "X-token expired", "timestamp": "2026-11-22 10:15:30"}),
    );
    let error = verified.profile().fetch().await.unwrap_err();
    assert_eq!(error.problem(), Problem::LoginOver);
    assert_eq!(bench.abdm.count("sessions"), 1, "the gateway session is not to blame");
}

/// An answer that lacks something says nothing about whether there is an ABHA number.
#[track_caller]
fn is_unusable<T: std::fmt::Debug>(outcome: Result<T, abha_enrollment::Error>) {
    let problem = outcome.unwrap_err().problem();
    assert_eq!(problem, Problem::AnswerUnusable);
    assert_ne!(problem.action(), DeskAction::OfferCreation);
}

#[tokio::test]
async fn a_proof_whose_answer_lacks_a_token_never_means_that_there_is_no_abha() {
    let bench = Bench::new();
    let desk = &bench.desk;
    let one = json!([account("91-1234-5678-9015", "Asha")]);
    let without_refresh =
        json!({"authResult": "success", "token": "user-token", "expiresIn": 1800, "accounts": one});
    bench.abdm.answers(VERIFY, 200, without_refresh.clone()).answers(
        ONE_STEP,
        200,
        without_refresh,
    );
    let password = Password::existing("Sunrise#47");
    is_unusable(desk.verify_by_password(&number(), &password).await);
    let finger = scan(Modality::Finger);
    is_unusable(desk.verify_by_scan(&aadhaar(), &finger, consent()).await);

    for answer in [
        json!({"authResult": "success", "accounts": one}),
        json!({"authResult": "success", "token": " ", "accounts": one}),
        json!({"authResult": "success"}),
        json!({"authResult": "success", "accounts": null}),
        json!({"authResult": "success", "accounts": [{}]}),
    ] {
        for _ in 0..2 {
            bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
            bench.abdm.answers(VERIFY, 200, answer.clone());
        }
        let mut flow = desk.verify_by_mobile(&mobile()).await.unwrap();
        is_unusable(flow.verify(&otp()).await);
        let mut flow = desk.verify_by_aadhaar(&aadhaar(), consent()).await.unwrap();
        is_unusable(flow.verify(&otp()).await);
    }
}

#[tokio::test]
async fn an_empty_list_means_none_only_where_there_may_be_none() {
    let bench = Bench::new();
    let desk = &bench.desk;
    let empty = json!({"authResult": "success", "accounts": []});
    let beside_a_token = json!({"authResult": "success", "token": "t", "accounts": []});
    for answer in [&empty, &beside_a_token, &empty, &beside_a_token, &empty] {
        bench.abdm.answers(REQUEST, 200, otp_sent(TXN));
        bench.abdm.answers(VERIFY, 200, answer.clone());
    }
    for _ in 0..2 {
        let mut flow = desk.verify_by_mobile(&mobile()).await.unwrap();
        let error = flow.verify(&otp()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::NoAbha);
    }
    let mut flow = desk.verify_by_aadhaar(&aadhaar(), consent()).await.unwrap();
    let error = flow.verify(&otp()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NoAbha);
    let mut flow = desk.verify_by_aadhaar(&aadhaar(), consent()).await.unwrap();
    is_unusable(flow.verify(&otp()).await);
    let route = OtpRoute::AbhaMobile;
    let mut flow = desk.verify_abha_number(&number(), route).await.unwrap();
    is_unusable(flow.verify(&otp()).await);
}

#[tokio::test]
async fn accounts_without_a_transaction_cannot_be_proved_but_exist() {
    let bench = Bench::new();
    let desk = &bench.desk;
    let accounts =
        json!([{"txnId": " ", "ABHA": [{"index": 1, "ABHANumber": "xx-xxxx-xxxx-xx15"}]}]);
    bench.abdm.answers(FIND, 200, accounts.clone()).answers(FIND, 200, accounts);
    is_unusable(desk.find_by_mobile(&mobile()).await);
    let found = desk.lookup(LookupBy::Mobile(&mobile())).await.unwrap();
    assert_eq!((found.existence, found.matches), (Existence::Exists, 1));
    let no_list = json!([{"txnId": TXN}]);
    bench.abdm.answers(FIND, 200, no_list.clone()).answers(FIND, 200, no_list);
    is_unusable(desk.find_by_mobile(&mobile()).await);
    is_unusable(desk.lookup(LookupBy::Mobile(&mobile())).await);
}
