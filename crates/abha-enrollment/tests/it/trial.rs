//! The faults of the trial of the M1 desk with odd but lawful answers, each as a test that would
//! have found it. "M1 trial" in a comment is followed by the fault's number.

mod cases;
mod changes;
mod creation;
mod gateway;
mod keys;
mod owner;
mod reactivation;
mod searches;
mod uidai;
mod waiting;

use abha_enrollment::Error;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::enrollment::{EnrolByAadhaar, RequestEnrolmentOtp};
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin};
use abha_enrollment::flow::enrolment::{Enrolled, EnrolmentOtp};
use abha_enrollment::flow::verification::{OtpRoute, VerificationOtp};
use serde_json::{Value, json};

use crate::support::{Bench, Reply, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens};

const REQUEST_OTP: &str = live!(Abha, RequestEnrolmentOtp);
const ENROL: &str = live!(Abha, EnrolByAadhaar);
const PROFILE: &str = live!(Abha, FetchProfile);
const REQUEST_LOGIN: &str = live!(Abha, RequestLoginOtp);
const VERIFY_LOGIN: &str = live!(Abha, VerifyLogin);

const NUMBER: &str = "91-1234-5678-9015";
const OTHER: &str = "91-5555-5555-5559";

/// A good answer to a creation, as the contract prints it.
fn good() -> Value {
    json!({
        "message": "Account created successfully", "txnId": "after", "tokens": tokens(), "isNew": true,
        "ABHAProfile": {
            "firstName": "Asha", "lastName": "Example", "dob": "26-06-1999", "gender": "F",
            "mobile": "******3210", "phrAddress": ["91123456789015@sbx"], "ABHANumber": NUMBER,
            "abhaStatus": "ACTIVE",
        },
    })
}

fn empty(status: u16) -> Reply {
    Reply::Raw(status, "application/json", Vec::new())
}

fn account(number: &str) -> Value {
    json!({"ABHANumber": number, "name": "Asha Example", "status": "ACTIVE"})
}

/// An answer to a login, with a final token.
fn final_login(token: &str, accounts: Value) -> Value {
    json!({
        "txnId": "after", "authResult": "success", "token": token, "expiresIn": 1800,
        "refreshToken": "refresh-token", "refreshExpiresIn": 1_296_000, "accounts": accounts,
    })
}

/// An enrolment whose OTP was sent.
async fn awaits_otp(bench: &Bench) -> EnrolmentOtp {
    bench.abdm.answers(REQUEST_OTP, 200, otp_sent(TXN));
    bench.desk.enrol(&aadhaar(), consent()).await.unwrap()
}

/// What an answer to the creation leads to.
async fn enrolled_by(bench: &Bench, reply: Reply) -> Result<Enrolled, Error> {
    let mut flow = awaits_otp(bench).await;
    bench.abdm.on(ENROL, reply);
    flow.verify(&otp(), &mobile()).await
}

/// The login of an ABHA number whose OTP was sent.
async fn number_awaits_otp(bench: &Bench) -> VerificationOtp {
    bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
    let number = NUMBER.parse().unwrap();
    bench.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await.unwrap()
}
