//! What a login refuses, and in which words: raw calls that no desk would make.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint;
use abdm_core::secret::{AccessToken, TransferToken, UserToken};
use abdm_core::wire::NoBody;
use abdm_sandbox::Sandbox;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::login::{
    AbhaNumberQuery, RequestLoginOtp, SearchAbhaNumber, VerifyLogin, VerifyUser,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::lobby::{Lobby, number, person};
use crate::support::{Raw, sandbox, sandbox_with, send_raw, token};

/// A client that writes its bodies by hand.
struct Hand<'a> {
    sandbox: &'a Sandbox,
    token: AccessToken,
    lobby: Lobby,
}

impl<'a> Hand<'a> {
    async fn of(sandbox: &'a Sandbox) -> Self {
        let lobby = Lobby::open(sandbox).await;
        let token = token(sandbox, "SBX_CLINIC", "not-a-secret").await;
        Self { sandbox, token, lobby }
    }

    fn encrypt(&self, text: &str) -> String {
        self.lobby.abha(text)
    }

    /// Sends this body instead of the one in the call.
    async fn send<E: Endpoint>(&self, call: Call<E>, body: &Value) -> Raw {
        let body = Bytes::from(body.to_string());
        send_raw(self.sandbox, Some(&self.token), &call, |request| *request.body_mut() = body).await
    }

    async fn request(&self, body: Value) -> Raw {
        let some = json!({"scope": ["x"], "loginHint": "x", "loginId": "x", "otpSystem": "x"});
        self.send(
            Call::<RequestLoginOtp>::new(serde_json::from_value(some).unwrap())
                .headers(Default::default()),
            &body,
        )
        .await
    }

    async fn ask(&self, scope: &[&str], hint: &str, plain: &str, system: &str) -> Raw {
        self.request(json!({"scope": scope, "loginHint": hint, "loginId": self.encrypt(plain),
            "otpSystem": system}))
            .await
    }

    async fn verify(&self, body: Value) -> Raw {
        let some = json!({"scope": ["x"], "authData": {"authMethods": ["otp"],
            "otp": {"txnId": "x", "otpValue": "x"}}});
        self.send(
            Call::<VerifyLogin>::new(serde_json::from_value(some).unwrap())
                .headers(Default::default()),
            &body,
        )
        .await
    }

    async fn verify_otp(&self, scope: &[&str], txn: &Value, otp: &str) -> Raw {
        self.verify(json!({"scope": scope, "authData": {"authMethods": ["otp"],
            "otp": {"txnId": txn, "otpValue": self.encrypt(otp)}}}))
            .await
    }

    async fn verify_user(&self, t_token: &str, number: &str, txn: &Value) -> Raw {
        let some = serde_json::from_value(json!({"ABHANumber": "91-1234-5678-9015", "txnId": "x"}));
        let credential = TransferToken::new(t_token);
        let call = Call::<VerifyUser>::new(some.unwrap()).by(credential);
        self.send(call, &json!({"ABHANumber": number, "txnId": txn})).await
    }
}

const MOBILE: [&str; 2] = ["abha-login", "mobile-verify"];
const AADHAAR: [&str; 2] = ["abha-login", "aadhaar-verify"];

#[track_caller]
fn assert_field(answer: &Raw, name: &str, message: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(answer.json()[name], message, "{}", answer.text);
    assert!(answer.json()["timestamp"].is_string(), "{}", answer.text);
}

#[track_caller]
fn assert_error(answer: &Raw, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json()["error"]["code"], code, "{}", answer.text);
}

#[tokio::test]
async fn every_field_of_a_request_has_its_own_refusal() {
    let sandbox = sandbox().await;
    let hand = Hand::of(&sandbox).await;
    let ravi = person(&sandbox, "Ravi Example");
    let dashed = number(&ravi).to_dashed();
    let full = json!({"scope": MOBILE, "loginHint": "abha-number",
        "loginId": hand.encrypt(&dashed), "otpSystem": "abdm"});
    for (field, message) in [
        ("scope", "Invalid Scope"),
        ("loginHint", "Invalid Login Hint"),
        ("loginId", "Invalid LoginId"),
        ("otpSystem", "Invalid Otp System"),
    ] {
        let mut without = full.clone();
        without.as_object_mut().unwrap().remove(field);
        assert_field(&hand.request(without).await, field, message);
    }
    assert_eq!(hand.request(full).await.status, 200);
}

#[tokio::test]
async fn a_login_keeps_to_the_matrix() {
    let sandbox = sandbox().await;
    let hand = Hand::of(&sandbox).await;
    let ravi = person(&sandbox, "Ravi Example");
    let dashed = number(&ravi).to_dashed();
    let enrol = hand.ask(&["abha-enrol", "mobile-verify"], "mobile", "9999900002", "abdm").await;
    assert_field(&enrol, "scope", "Invalid Scope");
    let address = hand.ask(&MOBILE, "abha-address", "ravi.example@sbx", "abdm").await;
    assert_field(&address, "loginHint", "Invalid Login Hint");
    let system = hand.ask(&MOBILE, "abha-number", &dashed, "aadhaar").await;
    assert_field(&system, "otpSystem", "Invalid Otp System");
    // What cannot be decrypted and what has another form are told in different words.
    let clear = json!({"scope": MOBILE, "loginHint": "abha-number", "loginId": dashed,
        "otpSystem": "abdm"});
    assert_field(&hand.request(clear).await, "loginId", "Invalid LoginId");
    let bare = hand.ask(&MOBILE, "abha-number", number(&ravi).to_digits(), "abdm").await;
    assert_field(&bare, "loginId", "LoginId is invalid");
    let country = hand.ask(&MOBILE, "mobile", "919999900002", "abdm").await;
    assert_field(&country, "loginId", "LoginId is invalid");
    let nobody = hand.ask(&MOBILE, "abha-number", "91-1234-5678-9015", "abdm").await;
    assert_error(&nobody, 404, "ABDM-1114");
    let retrieval = ["abha-login", "mobile-verify", "retrieval"];
    let none = hand.ask(&retrieval, "mobile", "9999900002", "abdm").await;
    assert_error(&none, 404, "ABDM-1115");
    let index = hand.ask(&["abha-login", "search-abha", "mobile-verify"], "index", "1", "abdm");
    assert_field(&index.await, "txnId", "Invalid Transaction Id");
}

#[tokio::test]
async fn the_older_scope_of_an_aadhaar_login_is_taken() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let hand = Hand::of(&sandbox).await;
    let ravi = person(&sandbox, "Ravi Example");
    let scope = ["abha-login", "aadhaar-verify", "aadhaar-otp-verify"];
    let aadhaar = ravi.aadhaar.as_ref().unwrap().expose();
    let sent = hand.ask(&scope, "aadhaar", aadhaar, "aadhaar").await;
    let txn = sent.json()["txnId"].clone();
    assert_field(&hand.verify_otp(&AADHAAR, &txn, "123456").await, "scope", "Invalid Scope");
    let done = hand.verify_otp(&scope, &txn, "123456").await;
    assert_eq!(done.json()["authResult"], "success", "{}", done.text);
    assert!(done.json()["refreshToken"].is_string());
}

#[tokio::test]
async fn every_part_of_a_verification_has_its_own_refusal() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let hand = Hand::of(&sandbox).await;
    let sent = hand.ask(&MOBILE, "mobile", "9999900002", "abdm").await;
    let txn = sent.json()["txnId"].clone();
    let otp = json!({"txnId": txn, "otpValue": hand.encrypt("123456")});
    let body = |methods: Value, otp: Value| json!({"scope": MOBILE, "authData": {"authMethods": methods, "otp": otp}});
    for methods in [json!([]), json!(["voice"]), json!(["otp", "bio"]), json!(["bio"]), json!(null)]
    {
        let refused = hand.verify(body(methods, otp.clone())).await;
        assert_field(&refused, "authMethods", "Invalid Auth Method");
    }
    let clear = json!({"txnId": txn, "otpValue": "123456"});
    let refused = hand.verify(body(json!(["otp"]), clear)).await;
    assert_field(&refused, "otpValue", "Invalid OTP Value");
    let without = json!({"otpValue": hand.encrypt("123456")});
    let refused = hand.verify(body(json!(["otp"]), without)).await;
    assert_field(&refused, "txnId", "Invalid Transaction Id");
    let other = hand.verify_otp(&MOBILE, &json!("another"), "123456").await;
    assert_field(&other, "txnId", "Invalid Transaction Id");
    let wrong = hand.verify_otp(&MOBILE, &txn, "654321").await;
    assert_eq!(wrong.status, 200);
    assert_eq!(wrong.json()["authResult"], "failed");
    assert_eq!(wrong.json()["accounts"], json!([]));
    assert_eq!(wrong.json()["message"], "OTP did not match, please try again");
    for _ in 0..2 {
        hand.verify_otp(&MOBILE, &txn, "654321").await;
    }
    assert_error(&hand.verify_otp(&MOBILE, &txn, "654321").await, 422, "ABDM-1100");
    assert_error(&hand.ask(&MOBILE, "mobile", "9999900002", "abdm").await, 422, "ABDM-1100");
}

#[tokio::test]
async fn only_a_transfer_token_of_that_transaction_chooses() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let hand = Hand::of(&sandbox).await;
    let (ravi, meera) = (person(&sandbox, "Ravi Example"), person(&sandbox, "Meera Sample"));
    let sent = hand.ask(&MOBILE, "mobile", "9999900002", "abdm").await;
    let done = hand.verify_otp(&MOBILE, &sent.json()["txnId"], "123456").await.json();
    assert_eq!(done["expiresIn"], 300);
    assert!(done.get("refreshToken").is_none(), "{done}");
    let (transfer, txn) = (done["token"].as_str().unwrap(), &done["txnId"]);
    let dashed = number(&ravi).to_dashed();
    let bare = hand.verify_user(transfer, number(&ravi).to_digits(), txn).await;
    assert_field(&bare, "ABHANumber", "Invalid ABHA Number");
    let strangers = hand.verify_user(transfer, &number(&meera).to_dashed(), txn).await;
    assert_field(&strangers, "ABHANumber", "Invalid ABHA Number");
    let other = hand.verify_user(transfer, &dashed, &json!("another")).await;
    assert_field(&other, "txnId", "Invalid Transaction Id");
    let tokens = hand.verify_user(transfer, &dashed, txn).await.json();
    assert_eq!(tokens["expiresIn"], 1800);
    let last = tokens["token"].as_str().unwrap();
    for spent_or_final in [transfer, last] {
        let refused = hand.verify_user(spent_or_final, &dashed, txn).await;
        assert_field(&refused, "message", "Invalid T-token");
    }
}

#[tokio::test]
async fn scans_keep_to_their_kind_and_form() {
    let sandbox = sandbox().await;
    let hand = Hand::of(&sandbox).await;
    let (ravi, tara) = (person(&sandbox, "Ravi Example"), person(&sandbox, "Tara Sample"));
    let scope = ["abha-login", "aadhaar-bio-verify"];
    let child = hand.ask(&scope, "abha-number", &number(&tara).to_dashed(), "aadhaar").await;
    assert_error(&child, 422, "ABDM-1224");
    let sent = hand.ask(&scope, "abha-number", &number(&ravi).to_dashed(), "aadhaar").await.json();
    assert_eq!(sent["message"], "FingerPrint authentication request successfully sent.");
    let body = |scope: [&str; 2], method: &str, field: &str, xml: &str| {
        let pid = STANDARD.encode(xml);
        json!({"scope": scope, "authData": {"authMethods": [method],
            method: {"txnId": sent["txnId"], field: pid}}})
    };
    let good = "<PidData><Data/></PidData>";
    let iris = hand.verify(body(scope, "iris", "irisAuthPid", good)).await;
    assert_field(&iris, "authMethods", "Invalid Auth Method");
    let other = ["abha-login", "aadhaar-iris-verify"];
    let iris = hand.verify(body(other, "iris", "irisAuthPid", good)).await;
    assert_field(&iris, "scope", "Invalid Scope");
    let opened = hand.verify(body(scope, "bio", "fingerPrintAuthPid", "<PidData>")).await;
    assert_field(&opened, "PID", "Invalid Fingerprint Auth PID");
    let otp = hand.verify_otp(&MOBILE, &sent["txnId"], "123456").await;
    assert_field(&otp, "authMethods", "Invalid Auth Method");
    let done = hand.verify(body(scope, "bio", "fingerPrintAuthPid", good)).await.json();
    assert_eq!(done["message"], "BIO verified successfully");
    let again = hand.verify(body(scope, "bio", "fingerPrintAuthPid", good)).await;
    assert_field(&again, "txnId", "Invalid Transaction Id");
}

#[tokio::test]
async fn a_password_has_its_own_scope_and_refusals() {
    let sandbox = sandbox().await;
    let hand = Hand::of(&sandbox).await;
    let joseph = number(&person(&sandbox, "Joseph Fictional"));
    let body = |scope: &[&str], number: &str, password: String| {
        json!({"scope": scope, "authData": {"authMethods": ["password"],
            "password": {"ABHANumber": number, "password": password}}})
    };
    let (scope, dashed) = (["abha-login", "password-verify"], joseph.to_dashed());
    let secret = || hand.encrypt("Sandbox@2468");
    let other = hand.verify(body(&MOBILE, &dashed, secret())).await;
    assert_field(&other, "scope", "Invalid Scope");
    let bare = hand.verify(body(&scope, joseph.to_digits(), secret())).await;
    assert_field(&bare, "ABHANumber", "Invalid ABHA Number");
    let clear = hand.verify(body(&scope, &dashed, "Sandbox@2468".to_owned())).await;
    assert_field(&clear, "password", "Invalid Password");
    let nobody = hand.verify(body(&scope, "91-1234-5678-9015", secret())).await;
    assert_error(&nobody, 404, "ABDM-1114");
    let wrong = hand.verify(body(&scope, &dashed, hand.encrypt("other"))).await;
    assert_eq!(wrong.status, 200);
    assert_eq!(wrong.json()["message"], "Password did not match, please try again");
    assert_eq!(wrong.json()["accounts"], json!([]));
    let right = hand.verify(body(&scope, &dashed, secret())).await.json();
    assert_eq!(right["message"], "Password verified successfully");
    assert!(right["refreshToken"].is_string());
}

#[tokio::test]
async fn an_account_token_is_no_transfer_token_and_a_transfer_token_opens_no_profile() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let hand = Hand::of(&sandbox).await;
    let sent = hand.ask(&MOBILE, "mobile", "9999900002", "abdm").await;
    let done = hand.verify_otp(&MOBILE, &sent.json()["txnId"], "123456").await.json();
    let transfer = UserToken::new(done["token"].as_str().unwrap());
    let call = Call::<FetchProfile>::new(NoBody).by(transfer);
    let refused = send_raw(&sandbox, Some(&hand.token), &call, |_| {}).await;
    // The message lies, as live: the token is of the wrong kind.
    assert_eq!(
        (refused.status, refused.json()["message"].as_str()),
        (401, Some("X-token expired"))
    );
}

#[tokio::test]
async fn a_search_wants_dashes() {
    let sandbox = sandbox().await;
    let hand = Hand::of(&sandbox).await;
    let ravi = number(&person(&sandbox, "Ravi Example"));
    let call = || Call::<SearchAbhaNumber>::new(AbhaNumberQuery::new(ravi.clone()));
    let bare = hand.send(call(), &json!({"ABHANumber": ravi.to_digits()})).await;
    assert_field(&bare, "ABHANumber", "Invalid ABHA Number");
    let found = hand.send(call(), &json!({"ABHANumber": ravi.to_dashed()})).await.json();
    assert_eq!(found["mobile"], "******0002");
    assert_eq!(found["status"], "ACTIVE");
}
