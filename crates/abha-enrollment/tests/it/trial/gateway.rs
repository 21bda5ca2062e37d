//! A login that the gateway does not believe (ruling 35).

use abdm_core::transport::TransportErrorKind;
use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchAbhaCard, FetchQrCode};
use abha_enrollment::api::address::{
    FetchAddressCard, FetchAddressProfile, RequestAddressOtp, VerifyAbhaAddress,
};
use abha_enrollment::api::enrollment::ClaimAbhaAddress;
use abha_enrollment::api::login::VerifyUser;
use abha_enrollment::error::{DeskAction, Language};
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use abha_enrollment::input::AbhaAddressName;
use serde_json::json;

use super::{
    NUMBER, PROFILE, REQUEST_LOGIN, VERIFY_LOGIN, account, empty, enrolled_by, final_login, good,
    number_awaits_otp,
};
use crate::support::{Bench, Reply, TXN, live, mobile, otp, otp_sent, tokens};

#[track_caller]
fn assert_refused_by_gateway(error: &abha_enrollment::Error) {
    assert_eq!(error.problem(), Problem::RefusedByGateway);
    assert_eq!(error.problem().action(), DeskAction::GoOn);
    let text = error.desk_text(Language::English);
    assert_eq!(text, "The profile cannot be shown now. The verification is complete.");
    assert!(!error.is_retryable(), "one try");
}

// M1 trial B5, ruling 35.
#[tokio::test]
async fn a_profile_that_the_gateway_refuses_leaves_the_login_as_it_is() {
    let bench = Bench::new();
    let mut flow = number_awaits_otp(&bench).await;
    bench.abdm.answers(VERIFY_LOGIN, 200, final_login("user-token", json!([account(NUMBER)])));
    let VerificationOutcome::Verified(person) = flow.verify(&otp()).await.unwrap() else {
        panic!("verified")
    };
    bench.abdm.on(PROFILE, empty(401)).on(live!(Abha, FetchAbhaCard), empty(401));
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 100]].concat();
    bench.abdm.on(live!(Abha, FetchQrCode), Reply::Raw(200, "image/png", png));
    let sessions = bench.abdm.count("sessions");
    let profile = person.profile();
    assert_refused_by_gateway(&profile.fetch().await.unwrap_err());
    assert_refused_by_gateway(&profile.card().await.unwrap_err());
    profile.qr_code().await.unwrap();
    assert_eq!(bench.abdm.count("profile/account"), 1, "one try");
    assert_eq!(bench.abdm.count("sessions"), sessions, "no new session");
    assert_eq!(bench.abdm.count("request/otp"), 1, "no new OTP");
    assert_eq!(bench.abdm.last().headers["x-token"], "Bearer user-token", "the token is kept");
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);
}

// M1 trial B5: the web family, the choice, a claim after a lost one.
#[tokio::test]
async fn the_gateways_refusal_is_the_same_wherever_a_persons_token_goes() {
    let bench = Bench::new();
    bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
    let proved = json!({"authResult": "success", "users": [{"abhaAddress": "asha@sbx"}], "tokens": tokens()});
    bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, proved);
    bench.abdm.on(live!(AbhaAddressWeb, FetchAddressProfile), empty(401));
    bench.abdm.on(live!(AbhaAddressWeb, FetchAddressCard), empty(401));
    let address = "asha@sbx".parse().unwrap();
    let route = OtpRoute::AbhaMobile;
    let mut flow = bench.desk.verify_abha_address(&address, route).await.unwrap();
    let person = flow.verify(&otp()).await.unwrap();
    assert_refused_by_gateway(&person.profile().await.unwrap_err());
    assert_refused_by_gateway(&person.card().await.unwrap_err());
    assert_eq!(person.abha_address(), Some(address));

    let bench = Bench::new();
    bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
    bench.abdm.answers(
        VERIFY_LOGIN,
        200,
        json!({
            "txnId": "after", "authResult": "success", "token": "transfer", "expiresIn": 300,
            "accounts": [account(NUMBER)],
        }),
    );
    bench.abdm.on(live!(Abha, VerifyUser), empty(401));
    let mut flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    let VerificationOutcome::ChooseAccount(choice) = flow.verify(&otp()).await.unwrap() else {
        panic!("a choice")
    };
    assert_refused_by_gateway(&choice.choose(&NUMBER.parse().unwrap()).await.unwrap_err());
    assert_eq!(choice.accounts().len(), 1, "the account stands");

    let bench = Bench::new();
    let claim = live!(Abha, ClaimAbhaAddress);
    let mut person = enrolled_by(&bench, Reply::Json(200, good())).await.unwrap();
    let taken =
        json!({"error": {"code": "ABDM-1101", "message": "This ABHA Address already exists."}});
    bench.abdm.on(claim, Reply::Lost(TransportErrorKind::TimedOut)).answers(claim, 400, taken);
    bench.abdm.on(PROFILE, empty(401));
    let name = AbhaAddressName::parse("asha.example").unwrap();
    assert!(person.claim_address(&name).await.is_err());
    assert_refused_by_gateway(&person.claim_address(&name).await.unwrap_err());
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);
}

// M1 trial B5: without a person's token it is a missing header, as before.
#[tokio::test]
async fn an_empty_401_to_a_call_without_a_persons_token_is_a_fault_of_the_program() {
    let bench = Bench::new();
    bench.abdm.on(REQUEST_LOGIN, empty(401));
    let error = bench.desk.verify_by_mobile(&mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::ProgramFault);
}
