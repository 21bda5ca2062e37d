//! What `verify` told is never lost, and an answer without evidence is no creation.

use abdm_core::transport::TransportErrorKind;
use abha_enrollment::Problem;
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::error::Language;
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::input::AbhaAddressName;
use serde_json::{Value, json};

use super::{ENROL, NUMBER, PROFILE, REQUEST_OTP, awaits_otp, empty, enrolled_by, good};
use crate::support::{Bench, Reply, claiming, live, mobile, otp, otp_sent, tokens};

const CLAIM: &str = live!(Abha, ClaimAbhaAddress);
const SUGGEST: &str = live!(Abha, SuggestAbhaAddresses);
const VERIFY: &str = live!(Abha, VerifyEnrolmentOtp);

fn name(text: &str) -> AbhaAddressName {
    AbhaAddressName::parse(text).unwrap()
}

// M1 trial A1, ruling 35.
#[tokio::test]
async fn a_registration_comes_whatever_the_profile_answers() {
    for (reply, problem) in [
        (empty(401), Problem::RefusedByGateway),
        (Reply::Raw(502, "text/html", b"<html>Bad Gateway</html>".to_vec()), Problem::Unavailable),
        (Reply::Json(429, json!({"message": "Too many requests"})), Problem::TooManyRequests),
        (empty(204), Problem::AnswerUnreadable),
        (
            Reply::Json(403, json!({"code": "900908", "message": "Resource forbidden "})),
            Problem::NotPermitted,
        ),
        (Reply::Json(401, json!({"message": "X-token expired"})), Problem::LoginOver),
        (Reply::Json(200, json!({})), Problem::AnswerUnreadable),
        (Reply::Lost(TransportErrorKind::TimedOut), Problem::Unavailable),
    ] {
        let bench = Bench::new();
        for _ in 0..3 {
            bench.abdm.on(PROFILE, reply.clone());
        }
        let person = enrolled_by(&bench, Reply::Json(200, good())).await.unwrap();
        let registration = person.finish().await;
        assert_eq!(registration.abha_number.as_ref().unwrap().to_dashed(), NUMBER, "{reply:?}");
        assert_eq!(registration.abha_address.unwrap().as_str(), "91123456789015@sbx");
        assert!(registration.profile.is_none(), "{reply:?}");
        let why = registration.profile_missing.unwrap();
        assert_eq!(why.problem(), problem, "{reply:?}");
        assert_eq!(registration.session.unwrap().token.expose(), "user-token");
        // And again, when the desk asks again.
        bench.abdm.answers(PROFILE, 200, json!({"ABHANumber": NUMBER, "name": "Asha"}));
        if problem != Problem::TooManyRequests {
            let _ = person.finish().await;
        }
        assert!(person.abha_number().is_some());
    }
}

// M1 trial A1: the steps after the number.
#[tokio::test]
async fn a_step_that_fails_after_the_number_leaves_the_number_usable() {
    let bench = Bench::new();
    let mut person = enrolled_by(&bench, Reply::Json(200, good())).await.unwrap();
    let down = || Reply::Json(500, json!({"code": "500", "message": "Runtime Error"}));
    bench.abdm.on(REQUEST_OTP, down());
    assert!(person.link_mobile(&mobile()).await.is_err());
    for _ in 0..3 {
        bench.abdm.on(SUGGEST, down());
    }
    assert!(person.suggest_addresses().await.is_err());
    bench.abdm.on(CLAIM, down());
    assert!(person.claim_address(&name("asha.example")).await.is_err());
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);

    bench.abdm.answers(REQUEST_OTP, 200, otp_sent("second"));
    let mut linking = person.link_mobile(&mobile()).await.unwrap();
    bench.abdm.on(VERIFY, down());
    assert!(linking.verify(&otp()).await.is_err());
    assert_eq!(linking.abha_number().unwrap().to_dashed(), NUMBER);
    assert_eq!(linking.skip().abha_number().unwrap().to_dashed(), NUMBER);
}

// M1 trial A2, ruling 42.
#[tokio::test]
async fn an_answer_without_a_number_and_a_session_is_no_success() {
    for body in [
        json!({}),
        json!([]),
        json!({"message": "Account created successfully"}),
        json!({"txnId": "t", "message": "OTP did not match"}),
        json!({"isNew": true, "ABHAProfile": {"firstName": "Asha", "ABHANumber": "91-****-****-9015"}}),
        json!({"ABHAProfile": {"ABHANumber": "1234567890123"}}),
        json!({"ABHAProfile": null, "tokens": null}),
    ] {
        let bench = Bench::new();
        let mut flow = awaits_otp(&bench).await;
        bench.abdm.answers(ENROL, 200, body.clone());
        let error = flow.verify(&otp(), &mobile()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown, "{body}");
        let again = flow.verify(&otp(), &mobile()).await.unwrap_err();
        assert_eq!(again.problem(), Problem::OutcomeUnknown, "{body}");
        assert_eq!(bench.abdm.count("byAadhaar"), 1, "never sent twice: {body}");
    }
}

// M1 trial A2, A3: a number that stands in an answer is never lost, not even beside an error.
#[tokio::test]
async fn a_number_beside_an_error_is_the_persons_and_a_session_beside_one_is_no_refusal() {
    for error in [
        json!({"code": "ABDM-1124", "message": "This mobile number is already linked"}),
        json!({"message": "SMS not sent"}),
    ] {
        let mut body = json!({"txnId": "after", "tokens": tokens(), "isNew": true,
            "ABHAProfile": {"ABHANumber": NUMBER}, "error": error});
        let person = enrolled_by(&Bench::new(), Reply::Json(200, body.clone())).await.unwrap();
        assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER, "{body}");

        body["ABHAProfile"] = json!(null);
        let bench = Bench::new();
        let mut flow = awaits_otp(&bench).await;
        bench.abdm.answers(ENROL, 200, body.clone());
        let unknown = flow.verify(&otp(), &mobile()).await.unwrap_err();
        assert_eq!(unknown.problem(), Problem::OutcomeUnknown, "{body}");
        drop(flow.verify(&otp(), &mobile()).await);
        assert_eq!(bench.abdm.count("byAadhaar"), 1, "never sent twice: {body}");
    }
    // A refusal alone is one, and so is a result that is none.
    for body in [
        json!({"error": {"code": "ABDM-1124", "message": "already on 6 ABHA numbers"}}),
        json!({"authResult": "failed", "message": "OTP did not match", "ABHAProfile": {"ABHANumber": NUMBER}}),
    ] {
        let bench = Bench::new();
        let mut flow = awaits_otp(&bench).await;
        bench.abdm.answers(ENROL, 200, body.clone());
        let refused = flow.verify(&otp(), &mobile()).await.unwrap_err();
        assert!(
            matches!(refused.problem(), Problem::MobileInUse | Problem::WrongOtp),
            "{body}: {:?}",
            refused.problem()
        );
    }
}

// M1 trial A2: only a session came.
#[tokio::test]
async fn where_only_a_session_came_the_number_is_fetched() {
    let bench = Bench::new();
    bench.abdm.answers(PROFILE, 200, json!({"ABHANumber": NUMBER}));
    let only = json!({"txnId": "after", "tokens": tokens(), "isNew": true});
    let person = enrolled_by(&bench, Reply::Json(200, only.clone())).await.unwrap();
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);

    // Refused now: the session stands, and `finish` asks again.
    let bench = Bench::new();
    bench.abdm.on(PROFILE, empty(401));
    bench.abdm.answers(PROFILE, 200, json!({"ABHANumber": NUMBER, "name": "Asha"}));
    let person = enrolled_by(&bench, Reply::Json(200, only)).await.unwrap();
    assert!(person.abha_number().is_none() && person.session().is_some());
    assert_eq!(person.finish().await.abha_number.unwrap().to_dashed(), NUMBER);
}

// M1 trial A4.
#[tokio::test]
async fn a_registration_falls_back_on_the_tokens_claim_and_on_the_profile() {
    for profile in
        [Value::Null, json!({"ABHANumber": null}), json!({"ABHANumber": "91-****-****-9015"})]
    {
        let bench = Bench::new();
        let mut answer = good();
        answer["ABHAProfile"] = profile;
        let fetched = json!({"ABHANumber": NUMBER, "preferredAbhaAddress": "asha.example@sbx"});
        bench.abdm.answers(PROFILE, 200, fetched.clone()).answers(PROFILE, 200, fetched);
        let person = enrolled_by(&bench, Reply::Json(200, answer.clone())).await.unwrap();
        let registration = person.finish().await;
        assert_eq!(registration.abha_number.as_ref().unwrap().to_dashed(), NUMBER);
        assert_eq!(registration.abha_address.as_ref().unwrap().as_str(), "asha.example@sbx");
        assert!(registration.has_chosen_address());

        let bench = Bench::new();
        let claims = json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha.example@sbx"});
        answer["tokens"]["token"] = claiming(claims).into();
        bench.abdm.on(PROFILE, empty(401));
        let person = enrolled_by(&bench, Reply::Json(200, answer)).await.unwrap();
        assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER, "without a call");
        let registration = person.finish().await;
        assert_eq!(registration.abha_number.unwrap().to_dashed(), NUMBER);
        assert_eq!(registration.abha_address.unwrap().as_str(), "asha.example@sbx");
    }
}

// M1 trial B7, B8.
#[tokio::test]
async fn a_mobile_number_is_linked_only_where_its_end_is_shown() {
    for (shown, linked) in [
        ("+919876543210", MobileLink::Linked),
        ("91******3210", MobileLink::Linked),
        ("9876******", MobileLink::Unclear("9876******".into())),
        ("******0903", MobileLink::Other("******0903".into())),
    ] {
        let bench = Bench::new();
        let mut answer = good();
        answer["ABHAProfile"]["mobile"] = shown.into();
        let person = enrolled_by(&bench, Reply::Json(200, answer)).await.unwrap();
        assert_eq!(*person.mobile_link(), linked, "{shown}");
    }
}

// M1 trial B9, ruling 43.
#[tokio::test]
async fn an_address_that_is_the_persons_own_is_theirs_and_not_taken() {
    let taken =
        json!({"error": {"code": "ABDM-1101", "message": "This ABHA Address already exists."}});
    for listed in [
        json!(["91123456789015@sbx", "asha.example@sbx"]),
        json!(["asha.example@sbx", "91123456789015@sbx"]),
        json!(["", null, "asha.example@sbx"]),
        json!(["91123456789015", "Asha.Example"]),
    ] {
        let bench = Bench::new();
        let mut answer = good();
        answer["isNew"] = false.into();
        answer["ABHAProfile"]["phrAddress"] = listed.clone();
        let mut person = enrolled_by(&bench, Reply::Json(200, answer)).await.unwrap();
        assert!(person.has_chosen_address(), "{listed}");
        let names: Vec<String> =
            person.addresses().iter().map(|address| address.as_str().to_lowercase()).collect();
        assert!(names.contains(&"asha.example@sbx".to_owned()), "{listed}: {names:?}");

        bench.abdm.answers(CLAIM, 400, taken.clone()).answers(CLAIM, 400, taken.clone());
        let theirs = person.claim_address(&name("asha.example")).await.unwrap();
        assert!(theirs.as_str().eq_ignore_ascii_case("asha.example@sbx"));
        assert_eq!(person.abha_address(), Some(theirs));
        let error = person.claim_address(&name("ravi.example")).await.unwrap_err();
        assert_eq!(error.problem(), Problem::AddressTaken, "another's stays taken");
    }
}

// M1 trial B10: the address of a new ABHA number.
#[tokio::test]
async fn a_claim_is_the_address_that_abdm_names() {
    let bench = Bench::new();
    let mut person = enrolled_by(&bench, Reply::Json(200, good())).await.unwrap();
    bench.abdm.answers(CLAIM, 200, json!({"preferredAbhaAddress": "asha.example7@sbx"}));
    let address = person.claim_address(&name("asha.example")).await.unwrap();
    assert_eq!(address.as_str(), "asha.example7@sbx", "another one named wins");

    // None is named: the profile tells, else nobody knows.
    bench.abdm.answers(CLAIM, 200, json!({}));
    bench.abdm.answers(PROFILE, 200, json!({"preferredAbhaAddress": "asha.example8@sbx"}));
    let address = person.claim_address(&name("asha.example8")).await.unwrap();
    assert_eq!(address.as_str(), "asha.example8@sbx");
    bench.abdm.answers(CLAIM, 200, json!({})).on(PROFILE, empty(401));
    let error = person.claim_address(&name("asha.example9")).await.unwrap_err();
    assert_eq!(error.problem(), Problem::OutcomeUnknown);
    assert!(error.desk_text(Language::English).contains("address"), "no look-up by Aadhaar");
    assert_eq!(person.abha_address().unwrap().as_str(), "asha.example8@sbx", "nothing claimed");
}

// M1 trial B12.
#[test]
fn after_an_unknown_outcome_the_desk_is_sent_to_aadhaar_alone() {
    let english = Problem::OutcomeUnknown.text(Language::English);
    let hindi = Problem::OutcomeUnknown.text(Language::Hindi);
    assert!(english.contains("Aadhaar") && !english.to_lowercase().contains("mobile"), "{english}");
    assert!(hindi.contains("आधार") && !hindi.contains("मोबाइल"), "{hindi}");
}

// M1 trial C8, C9.
#[tokio::test]
async fn only_a_refusal_leaves_a_creation_open() {
    for (status, body, unknown) in [
        (408, json!({"message": "Request Timeout"}), true),
        (409, json!({"message": "Duplicate request"}), true),
        (
            503,
            json!({"error": {"code": "ABDM-1024", "message": "Dependent service unavailable"}}),
            true,
        ),
        (503, Value::Null, true),
        (500, json!({"code": "900900", "message": "Unclassified Authentication Failure"}), false),
        (429, json!({"message": "Too many requests"}), false),
    ] {
        let bench = Bench::new();
        let mut flow = awaits_otp(&bench).await;
        bench.abdm.answers(ENROL, status, body.clone()).answers(ENROL, 200, good());
        let error = flow.verify(&otp(), &mobile()).await.unwrap_err();
        assert_eq!(error.problem() == Problem::OutcomeUnknown, unknown, "{status} {body}");
        assert_eq!(flow.verify(&otp(), &mobile()).await.is_err(), unknown, "{status} {body}");
    }
}
