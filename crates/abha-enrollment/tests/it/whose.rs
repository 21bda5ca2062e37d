//! The number or address of an answer is that of the person whose token it is (ruling 44).

mod addresses;
mod numbers;
mod persons;
mod saved;

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{Sealed, SealingKey, SealingKeyRing};
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::account::{
    FetchProfile, ProfileUpdate, RenewSession, RequestChangeOtp, UpdateProfile, VerifyChange,
};
use abha_enrollment::api::address::{
    FetchAddressProfile, RequestAddressOtp, SearchAbhaAddress, VerifyAbhaAddress,
};
use abha_enrollment::api::benefit::{LinkBenefit, ListProgrammes, SearchBenefit};
use abha_enrollment::api::enrollment::{ChildBlock, EnrolByAadhaar, ListChildren};
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin};
use abha_enrollment::api::phr::{
    EnrolPhrAddress, FetchPhrProfile, LinkAbhaNumber, PhrProfileUpdate, RenewPhrSession,
    RequestPhrChangeOtp, RequestPhrEnrolmentOtp, RequestPhrLoginOtp, SearchPhrAddress,
    UpdatePhrProfile, VerifyPhrChange, VerifyPhrEnrolment, VerifyPhrLogin, VerifyPhrUser,
};
use abha_enrollment::flow::address_creation::{
    AddressCreation, AddressDetails, App, BirthDate, SavedCreation,
};
use abha_enrollment::flow::benefit::Beneficiary;
use abha_enrollment::flow::phr_app::{
    AddressRoute, AppFlow, AppLogin, AppLoginOutcome, AppProfile,
};
use abha_enrollment::flow::profile::ProfileSession;
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use abha_enrollment::input::{AbhaAddressName, Password};
use serde_json::{Value, json};

use crate::support::{Bench, TXN, claiming, consent, live, mobile, otp, otp_sent, tokens};

const NUMBER: &str = "91-1234-5678-9015";
const OTHER: &str = "91-5555-5555-5559";
const LOGIN: &str = live!(Abha, VerifyLogin);
const APP_LOGIN: &str = live!(PhrApp, VerifyPhrLogin);

fn number() -> AbhaNumber {
    NUMBER.parse().unwrap()
}

fn address() -> AbhaAddress {
    "asha@sbx".parse().unwrap()
}

fn password() -> Password {
    Password::existing("Sunrise#47")
}

/// Tokens of which the first makes these claims.
fn tokens_claiming(claims: Value) -> Value {
    let mut tokens = tokens();
    tokens["token"] = claiming(claims).into();
    tokens
}

fn with(mut body: Value, members: &Value) -> Value {
    for (name, member) in members.as_object().unwrap() {
        body[name] = member.clone();
    }
    body
}

/// A session by password, whose answer lists this and whose token claims that.
async fn logged_in(bench: &Bench, claims: Value) -> ProfileSession {
    let answer = with(json!({"authResult": "success"}), &tokens_claiming(claims));
    bench.abdm.answers(LOGIN, 200, answer);
    bench.desk.verify_by_password(&number(), &password()).await.unwrap().profile()
}

async fn app_profile(bench: &Bench, user: Value, claims: Value) -> AppProfile {
    let tokens = tokens_claiming(claims);
    let answer = json!({"authResult": "success", "users": [user], "tokens": tokens});
    bench.abdm.answers(APP_LOGIN, 200, answer);
    bench.desk.phr_app().log_in_by_password(&address(), &password()).await.unwrap()
}

fn proof(members: &Value) -> Value {
    let body = json!({
        "txnId": "proved", "authResult": "success", "message": "OTP verified successfully",
        "users": [{"abhaAddress": "asha@sbx"}], "tokens": tokens(),
    });
    with(body, members)
}
