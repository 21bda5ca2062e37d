//! Pauses that ABDM asks for.

use abdm_core::seal::{SealingKey, SealingKeyRing};
use abha_enrollment::Problem;
use abha_enrollment::flow::enrolment::Enrolment;
use chrono::TimeDelta;

use super::{ENROL, REQUEST_OTP, awaits_otp, good};
use crate::support::{Bench, Reply, TXN, aadhaar, consent, mobile, otp, otp_sent};

// M1 trial C2.
#[tokio::test]
async fn retry_after_holds_further_tries_until_its_time_without_a_call() {
    for (told, pause) in [("120", TimeDelta::minutes(2)), ("3600", TimeDelta::hours(1))] {
        let bench = Bench::new();
        bench.abdm.on(REQUEST_OTP, Reply::Busy(429, told));
        let error = bench.desk.enrol(&aadhaar(), consent()).await.unwrap_err();
        let at = bench.desk.now() + pause;
        assert_eq!((error.problem(), error.retry_at()), (Problem::TooManyRequests, Some(at)));
        bench.clock.pass(pause - TimeDelta::seconds(1));
        let held = bench.desk.enrol(&aadhaar(), consent()).await.unwrap_err();
        assert_eq!((held.problem(), held.retry_at()), (Problem::TooManyRequests, Some(at)));
        assert_eq!(bench.abdm.count("request/otp"), 1, "no call meanwhile");
        bench.clock.pass(TimeDelta::seconds(1));
        bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
        bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    }
}

// M1 trial C2: at the creation, and on another server.
#[tokio::test]
async fn a_creation_waits_as_long_as_abdm_says_and_its_saved_text_does_too() {
    let bench = Bench::new();
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let mut flow = awaits_otp(&bench).await;
    bench.abdm.on(ENROL, Reply::Busy(429, "600"));
    let error = flow.verify(&otp(), &mobile()).await.unwrap_err();
    let at = bench.desk.now() + TimeDelta::minutes(10);
    assert_eq!((error.problem(), error.retry_at()), (Problem::TooManyRequests, Some(at)));
    assert_eq!(flow.verify(&otp(), &mobile()).await.unwrap_err().retry_at(), Some(at));

    let saved = flow.save(&keys, "session-1").unwrap();
    let elsewhere = bench.desk_in(bench.desk.client().environment().clone());
    let resumed = elsewhere.resume_enrolment(&saved, &keys, "session-1").unwrap();
    let Enrolment::AwaitsOtp(mut flow) = resumed else { panic!("the OTP") };
    assert_eq!(flow.verify(&otp(), &mobile()).await.unwrap_err().retry_at(), Some(at));
    assert_eq!(bench.abdm.count("byAadhaar"), 1, "no call meanwhile");
    bench.clock.pass(TimeDelta::minutes(10));
    bench.abdm.answers(ENROL, 200, good());
    assert!(flow.verify(&otp(), &mobile()).await.is_ok(), "nothing was created before");
}
