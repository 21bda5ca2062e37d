//! What a desk never sends, and how it is refused.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abha_enrollment::api::account::{RequestChangeOtp, VerifyChange};
use serde_json::{Value, json};

use super::House;
use crate::lobby::OTP;
use crate::rulings::Plain;

#[tokio::test]
async fn every_wrong_field_of_a_request_is_named() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let number = house.number("Ravi Example");
    let (dashed, bare) = (number.to_dashed(), number.to_digits());
    let ask = |what: &str, hint: &str, value: &str, system: &str| {
        json!({"scope": ["abha-profile", what], "loginHint": hint,
            "loginId": house.lobby.abha(value), "otpSystem": system})
    };
    let foreign = json!({"scope": ["abha-profile", "mobile-verify"], "loginHint": "mobile",
        "loginId": house.lobby.phr("9888800001"), "otpSystem": "abdm"});
    for (body, text) in [
        (ask("re-kyc", "abha-number", bare, "aadhaar"), "LoginId is invalid"),
        (ask("re-kyc", "abha-number", &dashed, "abdm"), "Invalid Otp System"),
        (ask("delete", "mobile", "9888800001", "abdm"), "Invalid Login Hint"),
        (ask("mobile-verify", "mobile", "+919888800001", "abdm"), "Invalid LoginId"),
        (ask("mobile-verify", "mobile", "9888800001", "aadhaar"), "Invalid Otp System"),
        (ask("email-verify", "email", "ravi", "abdm"), "Invalid LoginId"),
        (ask("email-verify", "email", "ra vi@example.org", "abdm"), "Invalid LoginId"),
        (ask("email-verify", "email", "a@b@example.org", "abdm"), "Invalid LoginId"),
        (ask("change-password", "password", "weak", "abdm"), "Invalid LoginId"),
        (ask("aadhaar-verify", "aadhaar", "1", "aadhaar"), "Invalid Scope"),
        (foreign, "Invalid LoginId"),
    ] {
        let (status, _, said) = house.refused::<RequestChangeOtp>(&session, body).await;
        assert_eq!((status, said.as_str()), (400, text));
    }
}

#[tokio::test]
async fn every_wrong_field_of_a_verification_is_named() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let number = house.number("Ravi Example");
    let asked = serde_json::from_value(json!({"scope": ["abha-profile", "delete"],
        "loginHint": "abha-number", "loginId": house.lobby.abha(&number.to_dashed()),
        "otpSystem": "aadhaar"}));
    let token = session.session().token.clone();
    let call = Call::<RequestChangeOtp>::new(asked.unwrap()).by(token);
    let txn = house.lobby.raw.send(call).await.unwrap().body.txn_id;
    let verify = |what: &str, value: &str| {
        json!({"scope": ["abha-profile", what], "authData": {"authMethods": ["otp"],
            "otp": {"txnId": txn, "otpValue": house.lobby.abha(value)}}})
    };
    let with = |mut body: Value, name: &str, value: Value| {
        body[name] = value;
        body
    };
    let because = json!(["made twice"]);
    let password = |block: Value| {
        json!({"scope": ["abha-profile", "change-password"],
            "authData": {"authMethods": ["password"], "password": block}})
    };
    let weak = password(json!({"newPassword": house.lobby.abha("weak")}));
    let two = password(json!({"newPassword": house.lobby.abha("Sunrise#47"),
        "confirmPassword": house.lobby.abha("Sunset#58!")}));
    for (body, text) in [
        (verify("delete", OTP), "Please provide a valid reason"),
        (with(verify("delete", OTP), "reasons", json!([])), "Please provide a valid reason"),
        (with(verify("de-activate", OTP), "reasons", because.clone()), "Invalid Scope"),
        (with(verify("delete", "12345"), "reasons", because.clone()), "Invalid OTP Value"),
        (verify("link", OTP), "Invalid Scope"),
        (weak, "Invalid New Password"),
        (two, "New & Confirm Password is not same"),
    ] {
        let (status, _, said) = house.refused::<VerifyChange>(&session, body).await;
        assert_eq!((status, said.as_str()), (400, text));
    }
    // The transaction is the person's own.
    let other = house.logged_in("Meera Sample").await;
    let body = with(verify("delete", OTP), "reasons", because);
    let (status, _, said) = house.refused::<VerifyChange>(&other, body).await;
    assert_eq!((status, said.as_str()), (400, "Invalid Transaction Id"));
}

#[tokio::test]
async fn reasons_of_an_ending_are_texts() {
    let plain = Plain::open().await;
    let token = plain.user_token("Ravi Example").await;
    for reasons in [json!([7]), json!("made twice"), json!({}), json!([null]), json!(["twice", 2])]
    {
        let body = json!({"scope": ["abha-profile", "delete"], "reasons": reasons, "authData": {
            "authMethods": ["otp"], "otp": {"txnId": "t", "otpValue": plain.lobby.abha(OTP)}}});
        let told = plain.call(&VerifyChange::META, Some(&token), &body).await;
        assert_eq!((told.status, &told.json()["reasons"]), (400, &json!("Invalid Reasons")));
    }
}
