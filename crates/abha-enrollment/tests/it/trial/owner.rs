//! Whose a token is: never told by the order of a list.

use abha_enrollment::Problem;
use abha_enrollment::api::address::{RequestAddressOtp, VerifyAbhaAddress};
use abha_enrollment::api::login::{FindAbha, VerifyUser};
use abha_enrollment::flow::verification::{
    OtpRoute, ProofRoute, Verification, VerificationOutcome, Verified,
};
use abha_enrollment::input::Password;
use serde_json::{Value, json};

use super::{
    NUMBER, OTHER, PROFILE, REQUEST_LOGIN, VERIFY_LOGIN, account, empty, final_login,
    number_awaits_otp,
};
use crate::support::{Bench, Reply, TXN, claiming, live, mobile, otp, otp_sent, tokens};

async fn by_mobile(bench: &Bench, answer: Value) -> Result<VerificationOutcome, Problem> {
    bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
    bench.abdm.answers(VERIFY_LOGIN, 200, answer);
    let mut flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    flow.verify(&otp()).await.map_err(|error| error.problem())
}

fn verified(outcome: VerificationOutcome) -> Verified {
    match outcome {
        VerificationOutcome::Verified(verified) => verified,
        other => panic!("{other:?}"),
    }
}

// M1 trial A5, ruling 44.
#[tokio::test]
async fn of_several_accounts_the_claim_or_the_profile_tells_whose_the_token_is() {
    let several = json!([account(NUMBER), account(OTHER)]);

    let bench = Bench::new();
    bench.abdm.answers(PROFILE, 200, json!({"ABHANumber": OTHER}));
    let person = verified(by_mobile(&bench, final_login("t", several.clone())).await.unwrap());
    assert_eq!(person.abha_number().unwrap().to_dashed(), OTHER);
    let own = person.account().unwrap().abha_number.as_ref().unwrap();
    assert_eq!(own.whole().unwrap().to_dashed(), OTHER);

    let bench = Bench::new();
    let token = claiming(json!({"abhaNumber": OTHER}));
    let person = verified(by_mobile(&bench, final_login(&token, several.clone())).await.unwrap());
    assert_eq!(person.abha_number().unwrap().to_dashed(), OTHER, "without a call");

    // Nobody tells: the login stands, without a number.
    let bench = Bench::new();
    bench.abdm.on(PROFILE, empty(401));
    let person = verified(by_mobile(&bench, final_login("t", several)).await.unwrap());
    assert_eq!((person.abha_number(), person.account()), (None, None));
    assert_eq!(person.session().token.expose(), "t");
    assert_eq!(bench.abdm.count("account"), 1, "one try");
}

// Ruling 42: an empty list of accounts stands beside a wrong OTP, too (m1-abha.md 5 h).
#[tokio::test]
async fn an_empty_list_means_no_abha_only_where_the_otp_was_proved() {
    let wrong = "OTP did not match, please try again";
    for result in [json!(null), json!(["failed"]), json!({"value": "failed"})] {
        let body = json!({"txnId": "t", "authResult": result, "message": wrong, "accounts": []});
        let problem = by_mobile(&Bench::new(), body.clone()).await.unwrap_err();
        assert_ne!(problem, Problem::NoAbha, "{body}");
    }
    let proved = json!({"txnId": "t", "authResult": "success", "accounts": []});
    assert_eq!(by_mobile(&Bench::new(), proved).await.unwrap_err(), Problem::NoAbha);
}

// Ruling 42: a result that is no success refuses, whatever token stands beside it.
#[tokio::test]
async fn a_token_beside_a_result_in_a_list_that_refuses_is_no_login() {
    let mut body = final_login("t", json!([account(NUMBER)]));
    body["authResult"] = json!(["failed"]);
    assert!(by_mobile(&Bench::new(), body).await.is_err());
}

// M1 trial A5: the weak sibling.
#[tokio::test]
async fn a_number_that_was_to_be_proved_is_never_taken_for_another() {
    for (token, accounts, accepted) in [
        ("t".to_owned(), json!([account(NUMBER)]), true),
        ("t".to_owned(), json!([account(OTHER)]), false),
        ("t".to_owned(), json!([account(OTHER), account(NUMBER)]), true),
        ("t".to_owned(), json!([{"ABHANumber": "91-****-****-9015", "name": "Asha"}]), true),
        ("t".to_owned(), json!([{"ABHANumber": "91-****-****-5559", "name": "Ravi"}]), false),
        ("t".to_owned(), json!([]), true),
        (claiming(json!({"abhaNumber": OTHER})), json!([account(NUMBER)]), false),
        (claiming(json!({"abhaNumber": NUMBER})), json!([account(OTHER)]), true),
    ] {
        let bench = Bench::new();
        let mut flow = number_awaits_otp(&bench).await;
        bench.abdm.answers(VERIFY_LOGIN, 200, final_login(&token, accounts.clone()));
        match flow.verify(&otp()).await {
            Ok(outcome) => {
                assert!(accepted, "{accounts}");
                let person = verified(outcome);
                assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER, "{accounts}");
            }
            Err(error) => {
                assert!(!accepted, "{accounts}");
                assert_eq!(error.problem(), Problem::AnswerUnusable, "{accounts}");
            }
        }
    }
}

// M1 trial A5: by password, by a list, by a choice.
#[tokio::test]
async fn no_way_to_prove_a_number_takes_another() {
    let bench = Bench::new();
    let number = NUMBER.parse().unwrap();
    let password = Password::existing("Sunrise#47");
    bench.abdm.answers(VERIFY_LOGIN, 200, final_login("t", json!([account(OTHER)])));
    let error = bench.desk.verify_by_password(&number, &password).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnusable);

    let found = json!([{"txnId": "found", "ABHA": [
        {"index": 1, "ABHANumber": "xx-xxxx-xxxx-xx15", "name": "Asha", "authMethods": ["MOBILE_OTP"]},
    ]}]);
    for (listed, accepted) in [(NUMBER, true), (OTHER, false)] {
        bench.abdm.answers(live!(Abha, FindAbha), 200, found.clone());
        bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
        bench.abdm.answers(VERIFY_LOGIN, 200, final_login("t", json!([account(listed)])));
        let found = bench.desk.find_by_mobile(&mobile()).await.unwrap();
        let route = ProofRoute::Otp(OtpRoute::AbhaMobile);
        let proof = found.prove(&found.accounts()[0], route).await.unwrap();
        let Verification::AwaitsOtp(mut flow) = proof else { panic!("an OTP") };
        assert_eq!(flow.verify(&otp()).await.is_ok(), accepted, "{listed}");
    }

    let mut chosen = tokens();
    chosen["token"] = claiming(json!({"abhaNumber": OTHER})).into();
    bench.abdm.answers(live!(Abha, VerifyUser), 200, chosen);
    let to_choose = json!({
        "txnId": "after", "authResult": "success", "token": "transfer", "expiresIn": 300,
        "accounts": [account(NUMBER), account(OTHER)],
    });
    let VerificationOutcome::ChooseAccount(choice) = by_mobile(&bench, to_choose).await.unwrap()
    else {
        panic!("a choice")
    };
    let error = choice.choose(&number).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnusable);
}

// M1 trial A5: where neither the token nor the profile tells a number.
#[tokio::test]
async fn a_found_number_is_not_proved_by_the_account_of_another_mask() {
    let found = json!([{"txnId": "found", "ABHA": [
        {"index": 1, "ABHANumber": "xx-xxxx-xxxx-xx15", "name": "Asha", "authMethods": ["MOBILE_OTP"]},
    ]}]);
    for (listed, accepted) in [
        (json!([account("91-****-****-5559")]), false),
        (json!([account("xxxx5559")]), false),
        (json!([account("91-****-****-5559"), account("91-****-****-9015")]), true),
        (json!([account("xxxx9015")]), true),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(live!(Abha, FindAbha), 200, found.clone());
        bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
        bench.abdm.answers(VERIFY_LOGIN, 200, final_login("t", listed.clone()));
        bench.abdm.on(PROFILE, empty(401));
        let found = bench.desk.find_by_mobile(&mobile()).await.unwrap();
        let route = ProofRoute::Otp(OtpRoute::AbhaMobile);
        let proof = found.prove(&found.accounts()[0], route).await.unwrap();
        let Verification::AwaitsOtp(mut flow) = proof else { panic!("an OTP") };
        match flow.verify(&otp()).await {
            Ok(outcome) => {
                assert!(accepted, "{listed}");
                let person = verified(outcome);
                let own = person.account().unwrap().abha_number.as_ref().unwrap();
                assert!(own.to_text().ends_with("9015"), "{listed}");
            }
            Err(error) => {
                assert!(!accepted, "{listed}");
                assert_eq!(error.problem(), Problem::AnswerUnusable, "{listed}");
            }
        }
    }
}

#[tokio::test]
async fn the_preferred_address_is_told_by_the_account_the_claim_or_the_profile() {
    let claims = json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha@sbx"});
    let own = json!({"ABHANumber": NUMBER, "preferredAbhaAddress": "asha.2@sbx"});
    for (accounts, token, shown, told) in [
        (json!([own]), claiming(claims.clone()), None, "asha.2@sbx"),
        (json!([{"ABHANumber": NUMBER}]), claiming(claims.clone()), None, "asha@sbx"),
        (json!([]), claiming(claims), None, "asha@sbx"),
        (json!([]), "t".to_owned(), Some(own.clone()), "asha.2@sbx"),
    ] {
        let bench = Bench::new();
        if let Some(shown) = shown {
            bench.abdm.answers(PROFILE, 200, shown);
        }
        let outcome = by_mobile(&bench, final_login(&token, accounts.clone())).await;
        let person = verified(outcome.unwrap());
        assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER, "{accounts}");
        assert_eq!(person.abha_address().unwrap().as_str(), told, "{accounts}");
    }
}

// M1 trial C14.
#[tokio::test]
async fn a_list_with_masked_numbers_only_is_no_choice() {
    let bench = Bench::new();
    let masked = json!({
        "txnId": "after", "authResult": "success", "token": "transfer", "expiresIn": 300,
        "accounts": [account("91-****-****-9015"), account("91-****-****-5559")],
    });
    assert_eq!(by_mobile(&bench, masked).await.unwrap_err(), Problem::AnswerUnusable);
}

// M1 trial B14.
#[tokio::test]
async fn the_address_that_was_asked_for_is_kept_whatever_the_answer_lists() {
    let address = "asha.example@sbx".parse().unwrap();
    for (users, accepted) in [
        (Value::Null, true),
        (json!([]), true),
        (json!([{"fullName": "Asha Example"}]), true),
        (json!([{"abhaAddress": "ravi@sbx"}, {"abhaAddress": "Asha.Example@sbx"}]), true),
        (json!([{"abhaAddress": "ravi@sbx"}]), false),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
        let answer = json!({"authResult": "success", "users": users, "tokens": tokens()});
        bench.abdm.on(live!(AbhaAddressWeb, VerifyAbhaAddress), Reply::Json(200, answer));
        let route = OtpRoute::AbhaMobile;
        let mut flow = bench.desk.verify_abha_address(&address, route).await.unwrap();
        match flow.verify(&otp()).await {
            Ok(person) => {
                assert!(accepted, "{users}");
                assert_eq!(person.abha_address().as_ref(), Some(&address), "{users}");
            }
            Err(error) => {
                assert!(!accepted, "{users}");
                assert_eq!(error.problem(), Problem::AnswerUnusable, "{users}");
            }
        }
    }
}
