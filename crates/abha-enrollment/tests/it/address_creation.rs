//! Creating ABHA addresses from mobile numbers, on both families.

use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::testing::log::shows;
use abdm_core::transport::TransportErrorKind;
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::address::{
    CheckAddressName, EnrolAbhaAddress, FetchAddressProfile, RequestAddressEnrolmentOtp,
    SuggestAddressNames, VerifyAddressEnrolment, VerifyAddressUser,
};
use abha_enrollment::api::phr::{
    CheckPhrAddressName, EnrolPhrAddress, FetchPhrProfile, RequestPhrEnrolmentOtp,
    SuggestPhrAddressNames, VerifyPhrEnrolment,
};
use abha_enrollment::flow::address_creation::{
    AddressCreation, AddressDetails, BirthDate, Residence, SavedCreation, Web,
};
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::{AbhaAddressName, Password};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::storm::polled;
use crate::support::{Bench, Reply, TXN, live, mobile, otp, otp_sent, tokens};

fn details() -> AddressDetails {
    let born = BirthDate::on(NaiveDate::from_ymd_opt(1999, 6, 26).unwrap());
    let residence = Residence {
        address: "12 Example Road".into(),
        state_name: "Maharashtra".into(),
        state_code: "27".into(),
        district_name: "Pune".into(),
        district_code: "490".into(),
        pin_code: "411001".into(),
    };
    AddressDetails::new("Asha", born, Gender::Female)
        .last_name("Example")
        .residence(residence)
        .password(Password::chosen("Sunrise#47").unwrap())
}

fn name() -> AbhaAddressName {
    AbhaAddressName::parse("asha.2606").unwrap()
}

fn user(address: &str) -> Value {
    json!({"abhaAddress": address, "fullName": "Asha Example", "status": "ACTIVE"})
}

fn transfer() -> Value {
    json!({
        "token": "transfer-token", "expiresIn": 300,
        "refreshToken": null, "refreshExpiresIn": null,
    })
}

fn verified(users: Value, tokens: Value) -> Value {
    json!({
        "txnId": "verified-txn", "message": "OTP Verified Successfully",
        "authResult": "success", "users": users, "tokens": tokens,
    })
}

fn enrolled() -> Value {
    json!({
        "txnId": "enrolled-txn", "message": "ABHA Address Created Successfully",
        "phrDetails": {"fullName": "Asha Example", "abhaAddress": ["asha.2606@sbx"]},
        "tokens": tokens(),
    })
}

async fn open(bench: &Bench, users: Value, tokens: Value) -> AddressCreation<Web> {
    bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressEnrolmentOtp), 200, otp_sent(TXN));
    let verify = live!(AbhaAddressWeb, VerifyAddressEnrolment);
    bench.abdm.answers(verify, 200, verified(users, tokens));
    let mut flow = bench.desk.create_abha_address(&mobile()).await.unwrap();
    flow.verify(&otp()).await.unwrap()
}

fn snapshot(bench: &Bench) -> Vec<Value> {
    bench.abdm.calls().iter().map(|call| call.snapshot()).collect()
}

#[tokio::test]
async fn a_desk_creates_an_address_for_a_mobile_number() {
    let bench = Bench::new();
    let mut creation = open(&bench, json!([]), Value::Null).await;
    bench.abdm.answers(
        live!(AbhaAddressWeb, SuggestAddressNames),
        200,
        json!({"txnId": "suggested-txn", "abhaAddressList": ["asha.2606", "asha_1999", "?"]}),
    );
    bench.abdm.answers(live!(AbhaAddressWeb, CheckAddressName), 200, json!(false));
    bench.abdm.answers(live!(AbhaAddressWeb, EnrolAbhaAddress), 200, enrolled());
    bench.abdm.answers(
        live!(AbhaAddressWeb, FetchAddressProfile),
        200,
        json!({"abhaAddress": "asha.2606@sbx"}),
    );
    assert!(creation.existing().is_empty());
    let names = creation.suggest(&details()).await.unwrap();
    assert_eq!(
        names.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        ["asha.2606", "asha_1999"]
    );
    assert!(!creation.is_taken(&name()).await.unwrap());
    let created = creation.create(&name(), &details()).await.unwrap();
    assert_eq!(created.abha_address().as_str(), "asha.2606@sbx");
    let person = created.person().unwrap();
    assert_eq!(person.abha_address().unwrap().as_str(), "asha.2606@sbx");
    person.profile().await.unwrap();
    insta::assert_json_snapshot!(snapshot(&bench));
}

#[tokio::test]
async fn an_app_creates_an_address_for_the_owner_of_an_abha_number() {
    let bench = Bench::new();
    bench.abdm.answers(live!(PhrApp, RequestPhrEnrolmentOtp), 200, otp_sent(TXN));
    let mut proved = verified(json!([user("asha@sbx")]), tokens());
    proved["accounts"] = json!([{"firstName": "Asha", "mobile": "9876543210"}]);
    bench.abdm.answers(live!(PhrApp, VerifyPhrEnrolment), 200, proved);
    bench.abdm.answers(
        live!(PhrApp, SuggestPhrAddressNames),
        200,
        json!({"abhaAddressList": ["asha.2606"]}),
    );
    bench.abdm.answers(live!(PhrApp, CheckPhrAddressName), 200, json!(true));
    bench.abdm.answers(live!(PhrApp, EnrolPhrAddress), 200, enrolled());
    let profile = json!({"abhaAddress": "asha.2606@sbx"});
    bench.abdm.answers(live!(PhrApp, FetchPhrProfile), 200, profile);
    let app = bench.desk.phr_app();
    let number = "91-1234-5678-9015".parse().unwrap();
    let mut flow = app.create_address_by_abha_number(&number, OtpRoute::AbhaMobile).await.unwrap();
    let mut creation = flow.verify(&otp()).await.unwrap();
    assert_eq!(creation.account().unwrap().first_name.as_ref().unwrap().as_str(), "Asha");
    creation.suggest(&details()).await.unwrap();
    assert!(creation.is_taken(&name()).await.unwrap());
    let year_only = AddressDetails::new("Asha", BirthDate::in_year(1999), Gender::Female);
    let created = creation.create(&name(), &year_only).await.unwrap();
    created.person().unwrap().fetch().await.unwrap();
    insta::assert_json_snapshot!(snapshot(&bench));
}

#[tokio::test]
async fn an_abha_number_whose_mobile_number_is_masked_asks_for_it_before_any_call() {
    let bench = Bench::new();
    bench.abdm.answers(live!(PhrApp, RequestPhrEnrolmentOtp), 200, otp_sent(TXN));
    let mut proved = verified(json!([]), tokens());
    proved["accounts"] = json!([{"mobile": "******3210"}]);
    bench.abdm.answers(live!(PhrApp, VerifyPhrEnrolment), 200, proved);
    let number = "91-1234-5678-9015".parse().unwrap();
    let app = bench.desk.phr_app();
    let mut flow = app.create_address_by_abha_number(&number, OtpRoute::Aadhaar).await.unwrap();
    let mut creation = flow.verify(&otp()).await.unwrap();
    let error = creation.create(&name(), &details()).await.unwrap_err();
    assert_eq!((error.problem(), bench.abdm.calls().len()), (Problem::MobileInvalid, 2));
    bench.abdm.answers(live!(PhrApp, EnrolPhrAddress), 200, enrolled());
    creation.create(&name(), &details().mobile(mobile())).await.unwrap();
    let body = bench.abdm.last().body;
    assert_eq!(body["phrDetails"]["mobile"], "encrypted for phr: 9876543210");
}

#[tokio::test]
async fn a_person_logs_in_with_an_address_that_is_there_already() {
    let bench = Bench::new();
    let users = || json!([user("asha@sbx"), user("asha.2@sbx")]);
    let creation = open(&bench, users(), transfer()).await;
    bench.abdm.answers(live!(AbhaAddressWeb, VerifyAddressUser), 200, tokens());
    let person = creation.log_in(&"asha.2@sbx".parse().unwrap()).await.unwrap();
    assert_eq!(person.abha_address().unwrap().as_str(), "asha.2@sbx");
    let seen = bench.abdm.last();
    assert_eq!(seen.headers["t-token"], "Bearer transfer-token");
    assert_eq!(seen.body, json!({"abhaAddress": "asha.2@sbx", "txnId": "verified-txn"}));

    let before = bench.abdm.calls().len();
    let stranger = creation.log_in(&"ravi@sbx".parse().unwrap()).await.unwrap_err();
    assert_eq!(stranger.problem(), Problem::AbhaAddressInvalid);
    bench.clock.pass(TimeDelta::seconds(300));
    let late = creation.log_in(&"asha@sbx".parse().unwrap()).await.unwrap_err();
    assert_eq!((late.problem(), bench.abdm.calls().len()), (Problem::LoginOver, before));
}

#[tokio::test]
async fn a_session_beside_several_addresses_is_only_given_to_its_owner() {
    let bench = Bench::new();
    let creation = open(&bench, json!([user("asha@sbx"), user("asha.2@sbx")]), tokens()).await;
    for _ in 0..2 {
        let profile = live!(AbhaAddressWeb, FetchAddressProfile);
        bench.abdm.answers(profile, 200, json!({"abhaAddress": "ASHA@sbx"}));
    }
    creation.log_in(&"asha@sbx".parse().unwrap()).await.unwrap();
    let other = creation.log_in(&"asha.2@sbx".parse().unwrap()).await.unwrap_err();
    assert_eq!(other.problem(), Problem::AnswerUnusable);
}

#[tokio::test]
async fn a_taken_address_leaves_the_flow_good_and_a_lost_answer_ends_it() {
    let bench = Bench::new();
    let mut creation = open(&bench, json!([]), Value::Null).await;
    let enrol = live!(AbhaAddressWeb, EnrolAbhaAddress);
    let taken = "This ABHA Address already exists. Please create with unique ABHA address";
    bench.abdm.answers(enrol, 400, json!({"code": "ABDM-9999: ", "message": taken}));
    bench.abdm.answers(enrol, 400, json!([{"code": "ABDM-1101: ", "message": taken}]));
    bench.abdm.answers(
        enrol,
        400,
        json!([{"code": "ABDM-9999: ", "message": "Invalid First Name"}]),
    );
    bench.abdm.on(enrol, Reply::Lost(TransportErrorKind::TimedOut));
    for expected in [
        Problem::AddressTaken,
        Problem::AddressTaken,
        Problem::InputInvalid,
        Problem::OutcomeUnknown,
        Problem::OutcomeUnknown,
    ] {
        let error = creation.create(&name(), &details()).await.unwrap_err();
        assert_eq!(error.problem(), expected);
    }
    assert_eq!(bench.abdm.count(enrol), 4, "after the lost answer nothing is sent");
}

#[tokio::test]
async fn a_wrong_otp_and_values_that_abdm_refuses_are_told_apart() {
    let bench = Bench::new();
    let request = live!(AbhaAddressWeb, RequestAddressEnrolmentOtp);
    bench.abdm.answers(request, 200, otp_sent(TXN));
    let verify = live!(AbhaAddressWeb, VerifyAddressEnrolment);
    let wrong = "Entered OTP is incorrect. Kindly re-enter valid OTP.";
    bench.abdm.answers(
        verify,
        200,
        json!({"txnId": TXN, "message": wrong, "authResult": "failed", "users": []}),
    );
    bench.abdm.answers(verify, 200, verified(json!([]), Value::Null));
    let mut flow = bench.desk.create_abha_address(&mobile()).await.unwrap();
    assert_eq!(flow.verify(&otp()).await.unwrap_err().problem(), Problem::WrongOtp);
    let creation = flow.verify(&otp()).await.unwrap();
    let refused = json!([{"code": "ABDM-1006: ", "message": "Invalid ABHA Address"}]);
    bench.abdm.answers(live!(AbhaAddressWeb, CheckAddressName), 400, refused);
    let error = creation.is_taken(&name()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaAddressInvalid);
    let again = flow.verify(&otp()).await.unwrap_err();
    assert_eq!(again.problem(), Problem::TransactionOver);
}

#[tokio::test]
async fn an_otp_is_sent_again_twice_and_not_before_a_minute() {
    let bench = Bench::new();
    let request = live!(AbhaAddressWeb, RequestAddressEnrolmentOtp);
    for txn_id in ["first", "second", "third"] {
        bench.abdm.answers(request, 200, otp_sent(txn_id));
    }
    let mut flow = bench.desk.create_abha_address(&mobile()).await.unwrap();
    assert_eq!(flow.resend().await.unwrap_err().problem(), Problem::ResendTooEarly);
    for left in [1, 0] {
        bench.clock.pass(TimeDelta::seconds(60));
        flow.resend().await.unwrap();
        assert_eq!(flow.resends_left(), left);
    }
    bench.clock.pass(TimeDelta::seconds(60));
    assert_eq!(flow.resend().await.unwrap_err().problem(), Problem::NoResendsLeft);
    assert_eq!(bench.abdm.count(request), 3);
}

#[tokio::test]
async fn a_saved_creation_goes_on_elsewhere_and_never_on_the_other_family() {
    let bench = Bench::new();
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressEnrolmentOtp), 200, otp_sent(TXN));
    let users = json!([user("asha@sbx")]);
    let verify = live!(AbhaAddressWeb, VerifyAddressEnrolment);
    bench.abdm.answers(verify, 200, verified(users, tokens()));
    bench.abdm.answers(live!(AbhaAddressWeb, EnrolAbhaAddress), 200, enrolled());
    let flow = bench.desk.create_abha_address(&mobile()).await.unwrap();
    let sealed = flow.save(&keys, "web-1").unwrap();
    let on_app = bench.desk.phr_app().resume_creation(&sealed, &keys, "web-1").unwrap_err();
    assert_eq!(on_app.problem(), Problem::SavedFlowUnreadable);
    let resumed = bench.desk.resume_address_creation(&sealed, &keys, "web-1").unwrap();
    let SavedCreation::AwaitsOtp(mut flow) = resumed else { panic!("an OTP") };
    let sealed = flow.verify(&otp()).await.unwrap().save(&keys, "web-1").unwrap();
    let resumed = bench.desk.resume_address_creation(&sealed, &keys, "web-1").unwrap();
    let SavedCreation::Open(mut creation) = resumed else { panic!("a proved number") };
    let before = bench.abdm.calls().len();
    let existing = creation.log_in(&"asha@sbx".parse().unwrap()).await.unwrap();
    assert_eq!(existing.session().token.expose(), "user-token");
    assert_eq!(bench.abdm.calls().len(), before, "one address, one session: no call");
    creation.create(&name(), &details()).await.unwrap();
    let body = bench.abdm.last().body;
    assert_eq!(body["txnId"], "verified-txn");
    assert_eq!(body["phrDetails"]["mobile"], "encrypted for phr: 9876543210");
}

#[tokio::test]
async fn nothing_of_a_new_address_shows_in_debug() {
    let bench = Bench::new();
    let mut creation = open(&bench, json!([user("asha@sbx")]), transfer()).await;
    bench.abdm.answers(live!(AbhaAddressWeb, EnrolAbhaAddress), 200, enrolled());
    let created = creation.create(&name(), &details()).await.unwrap();
    let mut shown = format!("{:?} {creation:?} {created:?}", details());
    shown += &format!("{:?}", created.person());
    let secrets =
        ["Asha", "asha", "1999", "Pune", "Sunrise", "9876543210", "transfer-token", "user-token"];
    assert_eq!(shows(&shown, secrets), None, "{shown}");
}

#[tokio::test]
async fn an_address_whose_creation_is_dropped_half_way_is_never_sent_twice() {
    let mut unknown = 0;
    for polls in 0..12 {
        let bench = Bench::new();
        let mut creation = open(&bench, json!([]), Value::Null).await;
        bench.abdm.answers(live!(AbhaAddressWeb, EnrolAbhaAddress), 200, enrolled());
        let (name, details) = (name(), details());
        let done = polled(creation.create(&name, &details), Some(polls)).await;
        match (done, creation.create(&name, &details).await) {
            (Some(Ok(_)), Err(again)) => assert_eq!(again.problem(), Problem::TransactionOver),
            (None, Ok(_)) => assert_eq!(polls, 0, "nothing had begun"),
            (None, Err(again)) => {
                assert_eq!(again.problem(), Problem::OutcomeUnknown);
                unknown += 1;
            }
            other => panic!("after {polls} polls: {other:?}"),
        }
        assert!(bench.abdm.count("enrol") <= 1, "after {polls} polls");
    }
    assert!(unknown > 0, "some were dropped half-way");
}
