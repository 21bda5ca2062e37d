//! The bodies of the PHR families' calls, as NHA's samples have them, through this crate's types.

use abdm_core::endpoint::Endpoint;
use abdm_core::environment::Family;
use abha_enrollment::api::address::{
    AddressEnrolled, AddressVerified, EnrolAbhaAddress, RequestAddressEnrolmentOtp,
    SuggestAddressNames, VerifyAddressEnrolment, VerifyAddressUser,
};
use abha_enrollment::api::phr::{
    CheckPhrAddressName, DelinkAbhaNumber, EncryptText, EnrolPhrAddress, FetchPhrCard,
    FetchPhrProfile, FetchPhrQrCode, LinkAbhaNumber, LinkAction, ListSwitchProfiles, LogOutPhr,
    RenewPhrSession, RenewedTokens, RequestPhrChangeOtp, RequestPhrEnrolmentOtp,
    RequestPhrLoginOtp, SearchPhrAddress, SuggestPhrAddressNames, SwitchProfile, UpdatePhrProfile,
    VerifyPhrChange, VerifyPhrEnrolment, VerifyPhrLogin, VerifyPhrUser,
};
use serde_json::{Value, json};

use crate::support::{TXN, otp_sent, tokens};

#[track_caller]
fn assert_request<E: Endpoint>(body: Value) {
    let read: E::Request = serde_json::from_value(body.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), body, "{}", E::META.name);
}

/// What was in the answer is still there after a round trip; absent fields may turn up as `null`.
#[track_caller]
fn assert_answer<E: Endpoint>(body: Value) {
    let bytes = serde_json::to_vec(&body).unwrap();
    let read = E::read_answer(&http::HeaderMap::new(), &bytes).unwrap().value;
    let written = E::write_answer(&read).unwrap().bytes;
    assert_kept(E::META.name, &body, &serde_json::from_slice(&written).unwrap());
}

#[track_caller]
fn assert_kept(place: &str, was: &Value, is: &Value) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (name, value) in was {
                let found = is.get(name).unwrap_or(&Value::Null);
                assert_kept(&format!("{place}.{name}"), value, found);
            }
        }
        (Value::Array(was), Value::Array(is)) => {
            assert_eq!(was.len(), is.len(), "{place}");
            was.iter().zip(is).for_each(|(was, is)| assert_kept(place, was, is));
        }
        _ => assert_eq!(was, is, "{place}"),
    }
}

fn otp_request(scope: [&str; 2], hint: &str) -> Value {
    json!({"scope": scope, "loginHint": hint, "loginId": "c2VjcmV0", "otpSystem": "abdm"})
}

fn otp_proof(scope: [&str; 2]) -> Value {
    json!({
        "scope": scope,
        "authData": {"authMethods": ["otp"], "otp": {"txnId": TXN, "otpValue": "c2VjcmV0"}},
    })
}

fn user() -> Value {
    json!({
        "abhaAddress": "asha@sbx", "fullName": "Asha Example",
        "abhaNumber": "91-1234-5678-9015", "status": "ACTIVE", "kycStatus": "VERIFIED",
    })
}

fn verified() -> Value {
    json!({
        "txnId": TXN, "message": "OTP Verified Successfully", "authResult": "success",
        "users": [user(), {"abhaAddress": "asha.2@sbx", "status": "ACTIVE", "kycStatus": "PENDING"}],
        "accounts": [{
            "mobile": "9876543210", "firstName": "Asha", "pincode": "411001",
            "subdistrictName": "PUNE", "kycVerified": true, "ABHANumber": "91-1234-5678-9015",
            "preferredAbhaAddress": "asha@sbx", "authMethods": ["DEMOGRAPHICS", "MOBILE_OTP"],
        }],
        "preferredAbhaAddress": "asha@sbx",
        "tokens": tokens(),
    })
}

fn enrolment() -> Value {
    json!({"txnId": TXN, "phrDetails": {
        "mobile": "c2VjcmV0", "firstName": "Asha", "middleName": "", "lastName": "Example",
        "yearOfBirth": "1999", "dayOfBirth": "26", "monthOfBirth": "6", "gender": "F",
        "email": "", "profilePhoto": "", "address": "12 Example Road", "stateName": "Maharashtra",
        "stateCode": "27", "districtName": "Pune", "districtCode": "490", "pinCode": "411001",
        "abhaAddress": "asha.2606@sbx", "password": "c2VjcmV0",
    }})
}

fn enrolled() -> Value {
    json!({
        "txnId": TXN, "message": "ABHA Address Created Successfully",
        "phrDetails": {
            "firstName": "Asha", "fullName": "Asha Example", "dateOfBirth": "26-06-1999",
            "mobile": "******3210", "pinCode": "411001", "stateCode": "27",
            "abhaAddress": ["asha.2606@sbx", "asha@sbx"],
        },
        "tokens": tokens(),
    })
}

fn profile() -> Value {
    json!({
        "abhaAddress": "asha@sbx", "fullName": "Asha Example", "abhaNumber": "91-1234-5678-9015",
        "authMethods": ["MOBILE_OTP", "PASSWORD", "EMAIL_OTP"], "status": "ACTIVE",
        "emailVerified": "true", "mobileVerified": "true", "kycStatus": "VERIFIED",
        "abhaLinkedCount": "3",
    })
}

#[test]
fn both_families_enrol_with_the_same_bodies() {
    let scope = ["abha-address-enroll", "mobile-verify"];
    let request = otp_request(scope, "mobile-number");
    assert_request::<RequestPhrEnrolmentOtp>(request.clone());
    assert_request::<RequestAddressEnrolmentOtp>(request);
    assert_answer::<RequestPhrEnrolmentOtp>(otp_sent(TXN));
    assert_request::<VerifyPhrEnrolment>(otp_proof(scope));
    assert_request::<VerifyAddressEnrolment>(otp_proof(scope));
    assert_answer::<VerifyPhrEnrolment>(verified());
    assert_answer::<VerifyAddressEnrolment>(verified());
    let suggestion = json!({
        "txnId": TXN, "firstName": "Asha", "lastName": "Example", "dayOfBirth": "26",
        "monthOfBirth": "6", "yearOfBirth": "1999", "email": "",
    });
    assert_request::<SuggestPhrAddressNames>(suggestion.clone());
    assert_request::<SuggestAddressNames>(suggestion);
    let names = json!({"txnId": TXN, "abhaAddressList": ["asha.2606", "asha_1999"]});
    assert_answer::<SuggestPhrAddressNames>(names);
    assert_request::<CheckPhrAddressName>(json!({"abhaAddress": "asha@sbx"}));
    assert_answer::<CheckPhrAddressName>(json!(true));
    assert_request::<EnrolPhrAddress>(enrolment());
    assert_request::<EnrolAbhaAddress>(enrolment());
    assert_answer::<EnrolPhrAddress>(enrolled());
    assert_request::<EncryptText>(json!({"data": "text"}));
    assert_answer::<EncryptText>(json!({"encryptedData": "c2VjcmV0"}));
}

#[test]
fn a_login_takes_otp_and_password_and_chooses_by_address() {
    assert_request::<RequestPhrLoginOtp>(otp_request(
        ["abha-address-login", "email-verify"],
        "email",
    ));
    assert_request::<VerifyPhrLogin>(json!({
        "scope": ["abha-address-login", "password-verify"],
        "authData": {
            "authMethods": ["password"],
            "password": {"abhaAddress": "asha@sbx", "password": "c2VjcmV0"},
        },
    }));
    assert_answer::<VerifyPhrLogin>(verified());
    let choice = json!({"abhaAddress": "asha@sbx", "txnId": TXN});
    assert_request::<VerifyPhrUser>(choice.clone());
    assert_request::<VerifyAddressUser>(choice.clone());
    assert_request::<SwitchProfile>(choice);
    assert_answer::<VerifyPhrUser>(tokens());
    assert_request::<SearchPhrAddress>(json!({"abhaAddress": "asha@sbx"}));
    assert_answer::<SearchPhrAddress>(json!({
        "healthIdNumber": null, "abhaAddress": "asha@sbx", "authMethods": ["EMAIL_OTP"],
        "blockedAuthMethods": [], "status": "ACTIVE", "message": null,
        "fullName": "Asha Example", "mobile": "9876543210",
    }));
}

#[test]
fn a_profile_is_changed_linked_and_switched() {
    assert_answer::<FetchPhrProfile>(profile());
    assert_request::<UpdatePhrProfile>(json!({
        "profilePhoto": "", "firstName": "Asha", "mobile": "9876543210", "pinCode": "411001",
        "gender": "F", "stateName": "Maharashtra",
    }));
    assert_answer::<UpdatePhrProfile>(profile());
    let scope = ["abha-address-profile", "mobile-verify"];
    assert_request::<RequestPhrChangeOtp>(otp_request(scope, "mobile-number"));
    assert_request::<VerifyPhrChange>(otp_proof(scope));
    assert_answer::<VerifyPhrChange>(json!({
        "txnId": TXN, "message": "Email linked successfully", "authResult": "success",
        "users": [{"abhaAddress": "asha@sbx"}],
    }));
    assert_request::<LinkAbhaNumber>(json!({"action": "LINK", "transactionId": TXN}));
    assert_request::<DelinkAbhaNumber>(json!({
        "action": LinkAction::DeLink, "transactionId": TXN,
    }));
    assert_answer::<LinkAbhaNumber>(json!({
        "message": "ABHA number is securely linked to ABHA address", "authResult": "success",
    }));
    assert_answer::<ListSwitchProfiles>(json!({
        "txnId": TXN, "users": [user()],
        "tokens": {"token": "transfer-token", "expiresIn": 300},
    }));
    assert_answer::<RenewPhrSession>(json!({"tokens": tokens()}));
    assert_answer::<LogOutPhr>(json!({
        "message": "You have been logged out", "timestamp": "2026-11-22 10:15:30",
    }));
}

#[test]
fn fields_are_read_in_every_form_that_was_seen() {
    let flat: RenewedTokens = serde_json::from_value(tokens()).unwrap();
    assert!(flat.tokens.refresh_token.is_some());
    let one = json!({"phrDetails": {"abhaAddress": "asha@sbx", "pincode": 411_001}});
    let one: AddressEnrolled = serde_json::from_value(one).unwrap();
    let details = one.phr_details.unwrap();
    assert_eq!(details.abha_address[0].as_str(), "asha@sbx");
    assert_eq!(details.pin_code.unwrap().as_str(), "411001");
    let without = json!({
        "authResult": "success", "users": null, "tokens":
        {"token": "t", "expiresIn": "300", "refreshToken": null, "refreshExpiresIn": null},
    });
    let without: AddressVerified = serde_json::from_value(without).unwrap();
    assert!(without.users.is_empty() && without.tokens.unwrap().refresh_token.is_none());
}

#[test]
fn every_call_of_the_app_stands_in_its_family() {
    let all = [FetchPhrCard::META, FetchPhrQrCode::META];
    assert!(all.iter().all(|meta| meta.success == http::StatusCode::ACCEPTED));
    let phr = abha_enrollment::api::ALL.iter().filter(|meta| meta.family == Family::PhrApp);
    let names: Vec<_> = phr.map(|meta| meta.name).collect();
    assert_eq!(names.len(), 23, "{names:?}");
}
