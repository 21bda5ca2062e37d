//! Keys that change while a flow is under way.

use abha_enrollment::Problem;
use abha_enrollment::error::DeskAction;
use chrono::TimeDelta;
use serde_json::json;

use super::{REQUEST_OTP, awaits_otp};
use crate::support::{AADHAAR, Bench, TXN, aadhaar, consent, otp_sent};

// M1 trial C4.
#[tokio::test]
async fn a_resend_under_a_changed_key_starts_again_and_blames_no_number() {
    let bench = Bench::new();
    let mut flow = awaits_otp(&bench).await;
    bench.abdm.rotate_key();
    bench.clock.pass(TimeDelta::minutes(1));
    bench.abdm.answers(REQUEST_OTP, 400, json!({"loginId": "Invalid LoginId"}));
    let error = flow.resend().await.unwrap_err();
    assert_eq!(error.problem(), Problem::TransactionOver);
    assert_eq!(error.problem().action(), DeskAction::StartAgain);
    // The next enrolment is encrypted under the present key.
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    assert_eq!(bench.abdm.last().body["loginId"], format!("encrypted for abha: {AADHAAR}"));
}

// M1 trial C5.
#[tokio::test]
async fn the_first_suspicion_of_a_key_is_let_through_however_fresh_it_is() {
    let bench = Bench::new();
    awaits_otp(&bench).await;
    bench.abdm.rotate_key();
    bench.clock.pass(TimeDelta::seconds(5));
    bench.abdm.answers(REQUEST_OTP, 400, json!({"loginId": "Invalid LoginId"}));
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    assert_eq!(bench.abdm.count("certificate"), 2);
    assert_eq!(bench.abdm.last().body["loginId"], format!("encrypted for abha: {AADHAAR}"));
    // The next ones are held back: the value is to blame.
    for _ in 0..3 {
        bench.abdm.answers(REQUEST_OTP, 400, json!({"loginId": "Invalid LoginId"}));
        let error = bench.desk.enrol(&aadhaar(), consent()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::AadhaarInvalid);
    }
    assert_eq!(bench.abdm.count("certificate"), 2);
}
