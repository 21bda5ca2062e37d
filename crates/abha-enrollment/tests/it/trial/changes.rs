//! A change counts as done on ABDM's word only, and an answer that cannot be read is not "no
//! answer".

use abdm_core::vocabulary::Gender;
use abha_enrollment::api::account::{RequestChangeOtp, VerifyChange};
use abha_enrollment::api::address::{
    EnrolAbhaAddress, RequestAddressEnrolmentOtp, VerifyAddressEnrolment,
};
use abha_enrollment::api::benefit::LinkBenefit;
use abha_enrollment::api::enrollment::{EnrolByDocument, VerifyEnrolmentOtp};
use abha_enrollment::error::{DeskAction, Language};
use abha_enrollment::flow::address_creation::{AddressDetails, BirthDate};
use abha_enrollment::flow::benefit::Beneficiary;
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::{AbhaAddressName, EmailAddress, Password};
use abha_enrollment::{Error, Problem};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    NUMBER, REQUEST_LOGIN, REQUEST_OTP, VERIFY_LOGIN, account, enrolled_by, final_login, good,
    number_awaits_otp,
};
use crate::enrolment::licence;
use crate::support::{Bench, Reply, TXN, consent, live, mobile, otp, otp_sent};

/// Answers without a word of a success.
fn says_nothing() -> Vec<Value> {
    vec![
        json!({}),
        json!([]),
        json!({"message": "failed"}),
        json!({"message": "Request failed"}),
        json!({"message": "Something went wrong"}),
        json!({"accounts": []}),
        json!({"authResult": null, "message": null, "txnId": "t"}),
    ]
}

#[track_caller]
fn assert_unusable<T: std::fmt::Debug>(outcome: Result<T, Error>, body: &Value) {
    let problem = outcome.unwrap_err().problem();
    assert!(
        matches!(problem, Problem::AnswerUnusable | Problem::AnswerUnreadable),
        "{body}: {problem:?}"
    );
}

// M1 trial B11, ruling 42.
#[tokio::test]
async fn no_change_is_done_without_abdms_word() {
    for body in says_nothing() {
        let bench = Bench::new();
        let abdm = &bench.abdm;
        let number = NUMBER.parse().unwrap();
        let password = Password::existing("Sunrise#47");

        // A mobile number and an e-mail address of a new ABHA number.
        let person = enrolled_by(&bench, Reply::Json(200, good())).await.unwrap();
        abdm.answers(REQUEST_OTP, 200, otp_sent("two")).answers(
            REQUEST_OTP,
            200,
            otp_sent("three"),
        );
        for _ in 0..2 {
            abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, body.clone());
        }
        let mut linking = person.link_mobile(&mobile()).await.unwrap();
        assert_unusable(linking.verify(&otp()).await, &body);
        let email = EmailAddress::parse("asha@example.org").unwrap();
        let mut linking = person.link_email(&email).await.unwrap();
        assert_unusable(linking.verify(&otp()).await, &body);
        assert!(!linking.skip().is_email_linked());

        // Reactivation, by OTP and by password.
        abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
        abdm.answers(VERIFY_LOGIN, 200, body.clone()).answers(VERIFY_LOGIN, 200, body.clone());
        let mut flow = bench.desk.reactivate(&number, OtpRoute::AbhaMobile).await.unwrap();
        assert_unusable(flow.verify(&otp()).await, &body);
        assert_unusable(bench.desk.reactivate_by_password(&number, &password).await, &body);

        // A profile: every change by OTP, and the end by password.
        let session = person.session().unwrap().clone();
        let profile = bench.desk.profile(session);
        let (route, reason) = (OtpRoute::AbhaMobile, "moved");
        for change in 0..4 {
            abdm.answers(live!(Abha, RequestChangeOtp), 200, otp_sent(TXN));
            abdm.answers(live!(Abha, VerifyChange), 200, body.clone());
            let begun = match change {
                0 => profile.change_mobile(&mobile()).await,
                1 => profile.change_email(&email).await,
                2 => profile.deactivate(&number, route, reason).await,
                _ => profile.delete(&number, route, reason).await,
            };
            assert_unusable(begun.unwrap().confirm(&otp()).await, &body);
        }
        for _ in 0..2 {
            abdm.answers(live!(Abha, VerifyChange), 200, body.clone());
        }
        assert_unusable(profile.delete_by_password(&password, reason).await, &body);
        assert_unusable(profile.deactivate_by_password(&password, reason).await, &body);
    }
}

// M1 trial B11: what does count.
#[tokio::test]
async fn a_change_is_done_on_the_result_or_on_the_text_that_nha_prints() {
    let bench = Bench::new();
    let person = enrolled_by(&bench, Reply::Json(200, good())).await.unwrap();
    let said = json!({"message": "Mobile number is now successfully linked to your Account"});
    for body in [json!({"authResult": "SUCCESS"}), said] {
        bench.abdm.answers(REQUEST_OTP, 200, otp_sent("two"));
        bench.abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, body.clone());
        let mut linking = person.link_mobile(&mobile()).await.unwrap();
        let person = linking.verify(&otp()).await.unwrap();
        assert_eq!(*person.mobile_link(), MobileLink::Linked, "{body}");
    }
    let number = NUMBER.parse().unwrap();
    bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
    bench.abdm.answers(VERIFY_LOGIN, 200, json!({"message": "Your account has been reactivated."}));
    let mut flow = bench.desk.reactivate(&number, OtpRoute::Aadhaar).await.unwrap();
    flow.verify(&otp()).await.unwrap();
}

// M1 trial B11: a benefit programme.
#[tokio::test]
async fn a_person_is_linked_with_a_programme_on_abdms_word_only() {
    let bench = Bench::for_programme("Example Scheme");
    let (link, number) = (live!(Abha, LinkBenefit), NUMBER.parse().unwrap());
    for status in
        [Value::Null, json!("failed"), json!("Benefit record has been de-linked successfully")]
    {
        bench.abdm.answers(link, 200, json!({"status": status}));
        assert_unusable(bench.desk.link_benefit(Beneficiary::AbhaNumber(&number)).await, &status);
    }
    let said =
        |done: &str| json!({"status": format!("Benefit record has been {done} successfully")});
    bench.abdm.answers(link, 200, said("linked")).answers(link, 200, said("de-linked"));
    bench.desk.link_benefit(Beneficiary::AbhaNumber(&number)).await.unwrap();
    bench.desk.unlink_benefit(Beneficiary::AbhaNumber(&number)).await.unwrap();
}

// M1 trial A2, B11: an application by driving licence.
#[tokio::test]
async fn an_application_counts_by_its_number_and_its_otp_by_the_result() {
    for body in says_nothing() {
        let bench = Bench::new();
        bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
        bench.abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, body.clone());
        bench.abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, json!({"authResult": "success"}));
        bench.abdm.answers(live!(Abha, EnrolByDocument), 200, body.clone());
        let mut flow = bench.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
        assert_unusable(flow.verify(&otp()).await, &body);
        let mut application = flow.verify(&otp()).await.unwrap();
        let error = application.submit(licence).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown, "{body}");
    }
}

// M1 trial B10, ruling 42.
#[tokio::test]
async fn a_created_address_is_the_one_that_abdm_names() {
    let named = |addresses: Value| json!({"phrDetails": {"abhaAddress": addresses}});
    for (body, expected) in [
        (json!({}), None),
        (json!([]), None),
        (json!({"phrDetails": null}), None),
        (json!({"message": "Something went wrong"}), None),
        (named(json!([])), None),
        (named(json!(["asha.2606@sbx"])), Some("asha.2606@sbx")),
        (named(json!("asha.2606@sbx")), Some("asha.2606@sbx")),
        (named(json!(["old.one@sbx", "asha.2606@sbx"])), Some("asha.2606@sbx")),
        (named(json!(["other.name@sbx"])), Some("other.name@sbx")),
        (named(json!(["old.one@sbx", "other.name@sbx"])), Some("other.name@sbx")),
        (named(json!(["old.two@sbx", "other.name@sbx"])), Some("other.name@sbx")),
        // Only what was there before: nobody knows whether anything was made.
        (named(json!(["old.one@sbx"])), None),
        (named(json!(["old.one"])), None),
        (named(json!(["old.two@sbx", "old.one@sbx"])), None),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressEnrolmentOtp), 200, otp_sent(TXN));
        let proved = json!({
            "txnId": "proved", "authResult": "success", "users": [{"abhaAddress": "old.one@sbx"}, {"abhaAddress": "old.two"}],
        });
        bench.abdm.answers(live!(AbhaAddressWeb, VerifyAddressEnrolment), 200, proved);
        bench.abdm.answers(live!(AbhaAddressWeb, EnrolAbhaAddress), 200, body.clone());
        let mut flow = bench.desk.create_abha_address(&mobile()).await.unwrap();
        let mut open = flow.verify(&otp()).await.unwrap();
        let born = BirthDate::on(NaiveDate::from_ymd_opt(1999, 6, 26).unwrap());
        let details = AddressDetails::new("Asha", born, Gender::Female);
        let name = AbhaAddressName::parse("asha.2606").unwrap();
        let outcome = open.create(&name, &details).await;
        let again = open.create(&name, &details).await.unwrap_err().problem();
        match (outcome, expected) {
            (Ok(created), Some(expected)) => {
                assert_eq!(created.abha_address().as_str(), expected, "{body}");
                assert_eq!(again, Problem::TransactionOver, "{body}");
            }
            (Err(error), None) => {
                assert_eq!(error.problem(), Problem::OutcomeUnknown, "{body}");
                assert!(error.desk_text(Language::English).contains("address"), "{body}");
                assert_eq!(again, Problem::OutcomeUnknown, "{body}");
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

// M1 trial B11: the OTP before an address is created.
#[tokio::test]
async fn a_mobile_number_is_proved_for_an_address_by_the_result_only() {
    for body in says_nothing() {
        let bench = Bench::new();
        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressEnrolmentOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(AbhaAddressWeb, VerifyAddressEnrolment), 200, body.clone());
        let mut flow = bench.desk.create_abha_address(&mobile()).await.unwrap();
        assert_unusable(flow.verify(&otp()).await, &body);
    }
}

// M1 trial B2.
#[tokio::test]
async fn an_unreadable_answer_to_a_proof_means_to_start_again() {
    for body in [&b"{\"txnId\":"[..], b"<html>ok</html>", b"null", b"\"done\"", b"[1,2]"] {
        let bench = Bench::new();
        let mut flow = number_awaits_otp(&bench).await;
        bench.abdm.on(VERIFY_LOGIN, Reply::Raw(200, "application/json", body.to_vec()));
        let error = flow.verify(&otp()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::AnswerUnusable, "{body:?}");
        assert_eq!(error.problem().action(), DeskAction::StartAgain);
        assert!(!error.is_retryable(), "trying later fails: the OTP is used up");
    }
    // The right to choose, exchanged for a session: the same.
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
    let verify_user = live!(Abha, abha_enrollment::api::login::VerifyUser);
    bench.abdm.answers(verify_user, 200, json!({}));
    let mut flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    let outcome = flow.verify(&otp()).await.unwrap();
    let abha_enrollment::flow::verification::VerificationOutcome::ChooseAccount(choice) = outcome
    else {
        panic!("a choice")
    };
    let error = choice.choose(&NUMBER.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnusable);
}

// M1 trial B2: where nothing was proved.
#[tokio::test]
async fn an_unreadable_answer_that_proves_nothing_is_not_called_no_answer() {
    let bench = Bench::new();
    let mut flow = number_awaits_otp(&bench).await;
    bench.abdm.answers(VERIFY_LOGIN, 200, final_login("t", json!([account(NUMBER)])));
    let outcome = flow.verify(&otp()).await.unwrap();
    let abha_enrollment::flow::verification::VerificationOutcome::Verified(person) = outcome else {
        panic!("verified")
    };
    let garbled = Reply::Raw(200, "application/json", b"{\"ABHANumber\":".to_vec());
    bench.abdm.on(super::PROFILE, garbled);
    let error = person.profile().fetch().await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnreadable);
    assert!(error.is_retryable());
}
