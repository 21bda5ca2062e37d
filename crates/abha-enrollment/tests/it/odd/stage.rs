//! The stage of the flows: ABDM's good answer on every path, one of them made odd.

use abdm_core::wire::odd::OddAnswer;
use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile, RequestChangeOtp, VerifyChange};
use abha_enrollment::api::address::{
    EnrolAbhaAddress, FetchAddressProfile, RequestAddressEnrolmentOtp, RequestAddressOtp,
    VerifyAbhaAddress, VerifyAddressEnrolment,
};
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{
    FindAbha, RequestLoginOtp, SearchAbhaNumber, VerifyLogin, VerifyUser,
};
use serde_json::{Value, json};

use super::replies::NUMBER;
use crate::support::{Bench, Reply, live};

/// Another person's number, in lists of several accounts.
pub(crate) const SECOND: &str = "91-5555-5555-5559";

/// A call of a flow, and the endpoint's name by which the oracle knows its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) endpoint: &'static str,
    pub(crate) path: &'static str,
}

macro_rules! steps {
    ($($name:ident = $family:ident, $endpoint:ident;)+) => {$(
        pub(crate) const $name: Step =
            Step { endpoint: stringify!($endpoint), path: live!($family, $endpoint) };
    )+};
}

steps! {
    ENROL_OTP = Abha, RequestEnrolmentOtp;
    ENROL = Abha, EnrolByAadhaar;
    LINK = Abha, VerifyEnrolmentOtp;
    SUGGEST = Abha, SuggestAbhaAddresses;
    CLAIM = Abha, ClaimAbhaAddress;
    PROFILE = Abha, FetchProfile;
    CARD = Abha, FetchAbhaCard;
    LOGIN_OTP = Abha, RequestLoginOtp;
    LOGIN = Abha, VerifyLogin;
    USER = Abha, VerifyUser;
    FIND = Abha, FindAbha;
    SEARCH = Abha, SearchAbhaNumber;
    CHANGE_OTP = Abha, RequestChangeOtp;
    CHANGE = Abha, VerifyChange;
    ADDRESS_OTP = AbhaAddressWeb, RequestAddressOtp;
    ADDRESS = AbhaAddressWeb, VerifyAbhaAddress;
    ADDRESS_PROFILE = AbhaAddressWeb, FetchAddressProfile;
    CREATION_OTP = AbhaAddressWeb, RequestAddressEnrolmentOtp;
    CREATION = AbhaAddressWeb, VerifyAddressEnrolment;
    CREATE = AbhaAddressWeb, EnrolAbhaAddress;
}

fn tokens() -> Value {
    json!({
        "token": "TOKfirst", "expiresIn": 1800,
        "refreshToken": "TOKrefresh", "refreshExpiresIn": 1_296_000,
    })
}

fn account(number: &str) -> Value {
    json!({
        "ABHANumber": number, "preferredAbhaAddress": "sentinela.p@sbx", "gender": "F",
        "name": "Sentinela Personova", "dob": "17-03-1984", "status": "ACTIVE",
        "profilePhoto": "UEhPVE8t", "kycVerified": true,
    })
}

/// ABDM's good answers, by step; `several` accounts, or one.
pub(crate) fn good(step: Step, several: bool) -> Value {
    let sent =
        json!({"txnId": "37d8d312", "message": "OTP sent to mobile number ending with ******3210"});
    match step {
        ENROL_OTP | LOGIN_OTP | CHANGE_OTP | ADDRESS_OTP | CREATION_OTP => sent,
        ENROL => json!({
            "message": "Account created successfully", "txnId": "b89ec10d", "tokens": tokens(),
            "ABHAProfile": {
                "firstName": "Sentinela", "middleName": "", "lastName": "Personova",
                "dob": "17-03-1984", "gender": "F", "photo": "UEhPVE8t", "mobile": "9876543210",
                "email": "secret@home.example", "phrAddress": ["sentinela.p@sbx"],
                "address": "7 Hidden Lane", "districtCode": "490", "stateCode": "27",
                "pinCode": "411099", "abhaType": "STANDARD", "stateName": "Quietshire",
                "districtName": "Oddpur", "ABHANumber": NUMBER, "abhaStatus": "ACTIVE",
            },
            "isNew": true,
        }),
        LINK => json!({
            "txnId": "b89ec10d", "authResult": "success",
            "message": "Mobile number is now successfully linked to your Account",
            "accounts": [{"ABHANumber": NUMBER}],
        }),
        SUGGEST => json!({"txnId": "b89ec10d", "abhaAddressList": ["odd.name", "other_name"]}),
        CLAIM => json!({
            "txnId": "b89ec10d", "healthIdNumber": NUMBER,
            "preferredAbhaAddress": "odd.name@sbx",
        }),
        PROFILE => json!({
            "ABHANumber": NUMBER, "preferredAbhaAddress": "sentinela.p@sbx", "mobile": "9876543210",
            "firstName": "Sentinela", "name": "Sentinela Personova", "yearOfBirth": "1984",
            "dayOfBirth": "17", "monthOfBirth": "03", "gender": "F", "email": "secret@home.example",
            "profilePhoto": "UEhPVE8t", "kycPhoto": "KYCFOTO", "status": "ACTIVE",
            "pincode": "411099", "address": "7 Hidden Lane", "stateName": "Quietshire",
            "authMethods": ["MOBILE_OTP"], "kycVerified": true,
            "localizedDetails": {"name": "Sentinela"}, "createdDate": "07-05-2024",
        }),
        LOGIN if several => json!({
            "txnId": "b89ec10d", "authResult": "success", "message": "OTP verified successfully",
            "token": "TOKother", "expiresIn": 300, "accounts": [account(SECOND), account(NUMBER)],
        }),
        LOGIN => json!({
            "txnId": "b89ec10d", "authResult": "success", "message": "OTP verified successfully",
            "token": "TOKfirst", "expiresIn": 1800, "refreshToken": "TOKrefresh",
            "refreshExpiresIn": 1_296_000, "accounts": [account(NUMBER)],
        }),
        USER => tokens(),
        FIND => json!([{"txnId": "b89ec10d", "ABHA": [{
            "index": 1, "ABHANumber": "xx-xxxx-xxxx-xx15", "name": "Sentinela Personova",
            "gender": "F", "kycVerified": "true", "authMethods": ["MOBILE_OTP", "AADHAAR_OTP"],
        }]}]),
        SEARCH => json!({
            "ABHANumber": NUMBER, "preferredAbhaAddress": "sentinela.p@sbx",
            "authMethods": ["MOBILE_OTP"], "blockedAuthMethods": [], "status": "ACTIVE",
        }),
        CHANGE => json!({
            "txnId": "b89ec10d", "authResult": "success", "message": "Your account has been deleted.",
            "accounts": [{"ABHANumber": NUMBER}],
        }),
        ADDRESS => json!({
            "message": "OTP verified successfully", "authResult": "success", "tokens": tokens(),
            "users": [{
                "abhaAddress": "sentinela.p@sbx", "fullName": "Sentinela Personova",
                "abhaNumber": NUMBER, "status": "ACTIVE", "kycStatus": "VERIFIED",
            }],
        }),
        ADDRESS_PROFILE => json!({
            "abhaAddress": "sentinela.p@sbx", "fullName": "Sentinela Personova", "dayOfBirth": "17",
            "yearOfBirth": "1984", "mobile": "9876543210", "abhaNumber": NUMBER,
        }),
        CREATION => json!({
            "txnId": "b89ec10d", "message": "OTP verified successfully", "authResult": "success",
            "users": [],
        }),
        CREATE => json!({
            "txnId": "b89ec10d", "message": "ABHA Address Created Successfully", "tokens": tokens(),
            "phrDetails": {"fullName": "Sentinela Personova", "abhaAddress": ["odd.name@sbx"]},
        }),
        other => panic!("no good answer for {}", other.endpoint),
    }
}

const ALL: &[Step] = &[
    ENROL_OTP,
    ENROL,
    LINK,
    SUGGEST,
    CLAIM,
    PROFILE,
    LOGIN_OTP,
    LOGIN,
    USER,
    FIND,
    SEARCH,
    CHANGE_OTP,
    CHANGE,
    ADDRESS_OTP,
    ADDRESS,
    ADDRESS_PROFILE,
    CREATION_OTP,
    CREATION,
    CREATE,
];

/// ABDM with its good answers everywhere, but the odd one to the call of this number on its path.
pub(crate) fn play(bench: &Bench, several: bool, odd: (Step, usize), answer: &OddAnswer) {
    let (odd_step, odd_turn) = odd;
    for step in ALL {
        for turn in 0..6 {
            let reply = if (*step, turn) == (odd_step, odd_turn) {
                Reply::Raw(200, answer.media_type, answer.body.clone())
            } else {
                Reply::Json(200, good(*step, several))
            };
            bench.abdm.on(step.path, reply);
        }
    }
    let odd_card = odd_step == CARD;
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 64]].concat();
    let card = if odd_card { answer.body.clone() } else { png };
    bench.abdm.on(CARD.path, Reply::Raw(200, "image/png", card));
}
