//! Creating an ABHA number by Aadhaar OTP.

mod proofs;

use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::secret::Otp;
use abdm_core::transport::TransportErrorKind;
use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::flow::enrolment::{Enrolled, Enrolment, MobileLink};
use abha_enrollment::input::AbhaAddressName;
use chrono::TimeDelta;
use serde_json::{Value, json};

pub(crate) use self::proofs::licence;
use crate::support::{
    AADHAAR, Bench, Consents, MOBILE, Reply, TXN, aadhaar, consent, live, mobile, otp, otp_sent,
    tokens,
};

const REQUEST_OTP: &str = live!(Abha, RequestEnrolmentOtp);
const ENROL: &str = live!(Abha, EnrolByAadhaar);
const VERIFY: &str = live!(Abha, VerifyEnrolmentOtp);
const SUGGEST: &str = live!(Abha, SuggestAbhaAddresses);
const CLAIM: &str = live!(Abha, ClaimAbhaAddress);
const PROFILE: &str = live!(Abha, FetchProfile);

fn account(mobile: Value, is_new: bool) -> Value {
    json!({
        "message": if is_new { "Account created successfully" } else { "This account already exist" },
        "txnId": "b89ec10d-71fa-4280-83b3-1fedad66b5f5",
        "tokens": tokens(),
        "ABHAProfile": {
            "firstName": "Asha", "middleName": "", "lastName": "Example", "dob": "26-6-1999",
            "gender": "F", "photo": "/9j/photo", "mobile": mobile, "email": null,
            "phrAddress": ["91123456789015@sbx"], "address": "12 Example Road, Pune",
            "districtCode": "490", "stateCode": 27, "pinCode": "411001", "abhaType": "STANDARD",
            "stateName": "MAHARASHTRA", "districtName": "PUNE", "ABHANumber": "91-1234-5678-9015",
            "abhaStatus": "ACTIVE", "something": "new",
        },
        "isNew": is_new,
    })
}

fn wrong_otp() -> Value {
    json!({"error": {"code": "ABDM-1204", "message": "UIDAI Error code : 400 : Invalid Aadhaar OTP value."}})
}

async fn enrolled(bench: &Bench, linked_mobile: Value) -> Enrolled {
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(ENROL, 200, account(linked_mobile, true));
    let mut enrolment = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    enrolment.verify(&otp(), &mobile()).await.unwrap()
}

#[tokio::test]
async fn every_request_of_an_enrolment_is_on_the_wire_as_the_contract_has_it() {
    let bench = Bench::new();
    let done = enrolled(&bench, Value::Null).await;
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent("second-txn"));
    bench.abdm.answers(
        VERIFY,
        200,
        json!({
            "txnId": "third-txn", "authResult": "success",
            "message": "Mobile number is now successfully linked to your Account",
            "accounts": [{"ABHANumber": "91-1234-5678-9015"}],
        }),
    );
    bench.abdm.answers(SUGGEST, 200, json!({"txnId": "third-txn", "abhaAddressList": ["asha.2606", "asha_example", "1998_asha"]}));
    bench.abdm.answers(
        CLAIM,
        200,
        json!({
            "txnId": "third-txn", "healthIdNumber": "91-1234-5678-9015",
            "preferredAbhaAddress": "asha_example@sbx",
        }),
    );
    bench.abdm.answers(
        PROFILE,
        200,
        json!({"ABHANumber": "91-1234-5678-9015", "name": "Asha Example", "yearOfBirth": 1999}),
    );

    let mut linking = done.link_mobile(&mobile()).await.unwrap();
    let mut done = linking.verify(&otp()).await.unwrap();
    let names = done.suggest_addresses().await.unwrap();
    done.claim_address(&names[1]).await.unwrap();
    let registration = done.finish().await;

    assert!(registration.has_chosen_address());
    assert_eq!(registration.abha_address.unwrap().as_str(), "asha_example@sbx");
    assert_eq!(registration.profile.unwrap().year_of_birth.unwrap().as_str(), "1999");
    let calls: Vec<Value> = bench.abdm.calls().iter().map(|call| call.snapshot()).collect();
    insta::assert_json_snapshot!(calls);
}

#[tokio::test]
async fn the_consent_is_recorded_before_anything_is_sent() {
    let bench = Bench::with(Consents { refuse: true, ..Consents::default() });
    let error = bench.desk.enrol(&aadhaar(), consent()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::ConsentNotRecorded);
    assert_eq!(bench.abdm.count(""), 0, "not even a session was asked for");

    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    let records = bench.consents.records.lock().unwrap();
    insta::assert_json_snapshot!(*records);
    assert!(!format!("{records:?}").contains(AADHAAR));
}

#[tokio::test]
async fn an_enrolment_shows_what_the_desk_needs() {
    let bench = Bench::new();
    let done = enrolled(&bench, json!("******3210")).await;
    assert!(done.is_new());
    assert_eq!(done.mobile_link(), &MobileLink::Linked);
    assert_eq!(done.abha_number().unwrap().to_dashed(), "91-1234-5678-9015");
    assert_eq!(done.abha_address().unwrap().as_str(), "91123456789015@sbx");
    assert!(!done.has_chosen_address(), "nobody chose the number's digits");
    assert_eq!(done.profile().dob.as_ref().unwrap().as_str(), "26-6-1999");
    assert_eq!(done.profile().state_code.as_ref().unwrap().as_str(), "27");
}

#[tokio::test]
async fn an_existing_account_is_found_and_its_other_mobile_is_told() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(ENROL, 200, account(json!("******0903"), false));
    let mut enrolment = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    let done = enrolment.verify(&otp(), &mobile()).await.unwrap();
    assert!(!done.is_new());
    assert_eq!(done.mobile_link(), &MobileLink::Other("******0903".into()));
}

#[tokio::test]
async fn a_wrong_otp_leaves_the_flow_usable() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(ENROL, 422, wrong_otp());
    bench.abdm.answers(ENROL, 200, account(json!("******3210"), true));
    let mut enrolment = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    let error = enrolment.verify(&Otp::new("000000").unwrap(), &mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongOtp);
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1204");
    assert!(error.request_id().is_some());
    assert!(enrolment.verify(&otp(), &mobile()).await.unwrap().is_new());
    let spent = enrolment.verify(&otp(), &mobile()).await.unwrap_err();
    assert_eq!(spent.problem(), Problem::TransactionOver);
    assert_eq!(bench.abdm.count("byAadhaar"), 2, "the last attempt was refused here");
}

#[tokio::test]
async fn a_lost_answer_to_the_creation_is_never_repeated() {
    for lost in [
        Reply::Lost(TransportErrorKind::TimedOut),
        Reply::Lost(TransportErrorKind::Interrupted),
        Reply::Json(500, json!({"code": "500", "message": "Runtime Error"})),
        Reply::Raw(502, "text/html", b"<html>Bad Gateway</html>".to_vec()),
        Reply::Raw(200, "application/json", b"{\"txnId\":".to_vec()),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
        bench.abdm.on(ENROL, lost.clone());
        let mut enrolment = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
        let error = enrolment.verify(&otp(), &mobile()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown, "{lost:?}");
        assert!(!error.is_retryable());
        let again = enrolment.verify(&otp(), &mobile()).await.unwrap_err();
        assert_eq!(again.problem(), Problem::OutcomeUnknown, "{lost:?}");
        assert_eq!(bench.abdm.count("byAadhaar"), 1, "{lost:?}");
    }
}

#[tokio::test]
async fn a_creation_that_certainly_did_not_happen_may_be_tried_again() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.on(ENROL, Reply::Lost(TransportErrorKind::Connect));
    bench.abdm.answers(ENROL, 200, account(Value::Null, true));
    let mut enrolment = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    let error = enrolment.verify(&otp(), &mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::Unavailable);
    assert_eq!(bench.abdm.count("byAadhaar"), 1, "the desk decides, not the client");
    assert!(enrolment.verify(&otp(), &mobile()).await.is_ok());
}

#[tokio::test]
async fn a_resend_waits_a_minute_comes_twice_and_changes_the_transaction() {
    let bench = Bench::new();
    for txn_id in ["one", "two", "three"] {
        bench.abdm.answers(REQUEST_OTP, 200, otp_sent(txn_id));
    }
    bench.abdm.answers(ENROL, 200, account(Value::Null, true));
    let mut enrolment = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    assert_eq!(enrolment.resend().await.unwrap_err().problem(), Problem::ResendTooEarly);
    for left in [1, 0] {
        bench.clock.pass(TimeDelta::seconds(60));
        enrolment.resend().await.unwrap();
        assert_eq!(enrolment.resends_left(), left);
        assert_eq!(bench.abdm.last().body["txnId"], "", "an old txnId is refused");
        assert_eq!(bench.abdm.last().body["loginId"], format!("encrypted for abha: {AADHAAR}"));
    }
    bench.clock.pass(TimeDelta::minutes(5));
    assert_eq!(enrolment.resend().await.unwrap_err().problem(), Problem::NoResendsLeft);
    assert_eq!(bench.abdm.count("request/otp"), 3);
    enrolment.verify(&otp(), &mobile()).await.unwrap();
    assert_eq!(bench.abdm.last().body["authData"]["otp"]["txnId"], "three");
}

#[tokio::test]
async fn a_locked_person_waits_half_an_hour_without_further_calls() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(ENROL, 400, json!({"error": {"code": "ABDM-1100", "message": "Exceeded maximum number of attempts for OTP match in this transaction. Please try again in 30 minutes."}}));
    bench.abdm.answers(ENROL, 422, wrong_otp());
    let mut enrolment = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    let locked = enrolment.verify(&otp(), &mobile()).await.unwrap_err();
    assert_eq!(locked.problem(), Problem::TooManyAttempts);
    assert_eq!(locked.retry_at(), Some(bench.desk.now() + TimeDelta::minutes(30)));
    bench.clock.pass(TimeDelta::minutes(29));
    assert_eq!(
        enrolment.verify(&otp(), &mobile()).await.unwrap_err().problem(),
        Problem::TooManyAttempts
    );
    assert_eq!(enrolment.resend().await.unwrap_err().problem(), Problem::TooManyAttempts);
    assert_eq!(bench.abdm.count("byAadhaar"), 1);
    bench.clock.pass(TimeDelta::minutes(1));
    assert_eq!(enrolment.verify(&otp(), &mobile()).await.unwrap_err().problem(), Problem::WrongOtp);
}

#[tokio::test]
async fn a_taken_address_is_asked_for_again() {
    let bench = Bench::new();
    let mut done = enrolled(&bench, json!("******3210")).await;
    bench.abdm.answers(CLAIM, 400, json!({"error": {"code": "ABDM-1101", "message": "This ABHA Address already exists. Please create with unique ABHA address"}}));
    let named = json!({"txnId": TXN, "preferredAbhaAddress": "asha.example99@sbx"});
    bench.abdm.answers(CLAIM, 200, named);
    let taken = AbhaAddressName::parse("asha.example").unwrap();
    assert_eq!(done.claim_address(&taken).await.unwrap_err().problem(), Problem::AddressTaken);
    let free = AbhaAddressName::parse("asha.example99").unwrap();
    assert_eq!(done.claim_address(&free).await.unwrap().as_str(), "asha.example99@sbx");
    assert_eq!(done.abha_address().unwrap().as_str(), "asha.example99@sbx");
    assert!(done.has_chosen_address());
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_not_taken_by_somebody_else() {
    let bench = Bench::new();
    let mut done = enrolled(&bench, json!("******3210")).await;
    bench.abdm.on(CLAIM, Reply::Lost(TransportErrorKind::TimedOut));
    bench.abdm.answers(
        CLAIM,
        400,
        json!({"error": {"code": "ABDM-1101", "message": "This ABHA Address already exists."}}),
    );
    bench.abdm.answers(PROFILE, 200, json!({"preferredAbhaAddress": "asha.example@sbx"}));
    let name = AbhaAddressName::parse("asha.example").unwrap();
    assert_eq!(done.claim_address(&name).await.unwrap_err().problem(), Problem::Unavailable);
    assert_eq!(done.claim_address(&name).await.unwrap().as_str(), "asha.example@sbx");
}

#[tokio::test]
async fn a_saved_flow_goes_on_elsewhere_and_opens_for_nobody_else() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(ENROL, 200, account(Value::Null, true));
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent("second"));
    bench.abdm.answers(VERIFY, 200, json!({"authResult": "failed", "message": "OTP did not match, please try again", "accounts": []}));
    bench.abdm.answers(VERIFY, 200, json!({"authResult": "success", "accounts": []}));
    bench.abdm.answers(PROFILE, 200, json!({"name": "Asha Example"}));
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let resume = |sealed| bench.desk.resume_enrolment(sealed, &keys, "session-1");

    let saved =
        bench.desk.enrol(&aadhaar(), consent()).await.unwrap().save(&keys, "session-1").unwrap();
    assert!(bench.desk.resume_enrolment(&saved, &keys, "session-2").is_err());
    let other = SealingKeyRing::from(SealingKey::generate().unwrap());
    let error = bench.desk.resume_enrolment(&saved, &other, "session-1").unwrap_err();
    assert_eq!(error.problem(), Problem::SavedFlowUnreadable);

    let Enrolment::AwaitsOtp(mut flow) = resume(&saved).unwrap() else { panic!("the OTP") };
    assert_eq!(flow.resends_left(), 2);
    let saved = flow.verify(&otp(), &mobile()).await.unwrap().save(&keys, "session-1").unwrap();
    let Enrolment::Enrolled(flow) = resume(&saved).unwrap() else { panic!("enrolled") };
    let saved = flow.link_mobile(&mobile()).await.unwrap().save(&keys, "session-1").unwrap();
    let Enrolment::LinksMobile(mut flow) = resume(&saved).unwrap() else { panic!("the mobile") };
    assert_eq!(flow.verify(&otp()).await.unwrap_err().problem(), Problem::WrongOtp);
    let done = flow.verify(&otp()).await.unwrap();
    assert_eq!(done.mobile_link(), &MobileLink::Linked);
    let registration = done.finish().await;
    assert_eq!(registration.session.unwrap().token.expose(), "user-token");
    assert_eq!(bench.abdm.last().headers["x-token"], "Bearer user-token");
}

#[tokio::test]
async fn a_changed_key_is_fetched_and_the_request_sent_once_more() {
    let bench = Bench::new();
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    bench.abdm.rotate_key();
    bench.clock.pass(TimeDelta::minutes(1));
    let refusal = json!({"loginId": "Invalid LoginId", "timestamp": "2026-11-22 10:15:30"});
    bench.abdm.answers(REQUEST_OTP, 400, refusal.clone()).answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    assert_eq!(bench.abdm.last().body["loginId"], format!("encrypted for abha: {AADHAAR}"));
    assert_eq!(bench.abdm.count("certificate"), 2);

    // The key is the same now, so the value is to blame: no repetition, and no fetch for a while.
    for _ in 0..3 {
        bench.abdm.answers(REQUEST_OTP, 400, refusal.clone());
        let error = bench.desk.enrol(&aadhaar(), consent()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::AadhaarInvalid);
    }
    assert_eq!(bench.abdm.count("certificate"), 2);
    assert_eq!(bench.abdm.count("request/otp"), 6);
}

#[tokio::test]
async fn a_thousand_enrolments_at_once_ask_for_one_session_and_one_key() {
    let bench = Bench::new();
    for _ in 0..1000 {
        bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    }
    let flows: Vec<_> = (0..1000)
        .map(|_| {
            let desk = bench.desk.clone();
            tokio::spawn(async move { desk.enrol(&aadhaar(), consent()).await })
        })
        .collect();
    for flow in flows {
        flow.await.unwrap().unwrap();
    }
    assert_eq!((bench.abdm.count("sessions"), bench.abdm.count("certificate")), (1, 1));
    assert_eq!(bench.abdm.count("request/otp"), 1000);
}

#[tokio::test]
async fn an_old_key_is_fetched_anew() {
    let bench = Bench::new();
    for _ in 0..3 {
        bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
        bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
        bench.clock.pass(TimeDelta::minutes(40));
    }
    assert_eq!(bench.abdm.count("certificate"), 2);
}

#[tokio::test]
async fn the_mobile_number_travels_in_the_clear_where_the_contract_says_so() {
    let bench = Bench::new();
    enrolled(&bench, Value::Null).await;
    assert_eq!(bench.abdm.last().body["authData"]["otp"]["mobile"], MOBILE);
}
