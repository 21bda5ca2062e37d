//! The switches by which the sandbox shows what rulings.md and live reports say of odd answers:
//! each changes the reply.

use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::endpoint::{Endpoint, Metadata};
use abdm_core::id::RequestId;
use abdm_core::secret::AccessToken;
use abdm_core::transport::ReqwestTransport;
use abdm_core::wire::NoBody;
use abdm_sandbox::{Misshape, Patient, Sandbox, UnknownNumber};
use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile, FetchQrCode};
use abha_enrollment::api::address::{RequestAddressOtp, SearchAbhaAddress};
use abha_enrollment::api::enrollment::{ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp};
use abha_enrollment::api::login::{FindAbha, RequestLoginOtp, SearchAbhaNumber, VerifyLogin};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::sharing::OnPatientShare;
use serde_json::{Value, json};

use crate::lobby::{Lobby, OTP, easy, number, person};
use crate::support::{CLINIC, Raw, clinic, sandbox_with, send_by, token};

/// Milestone 1 by plain JSON, as a client in another language sends it.
pub(crate) struct Plain {
    sandbox: Sandbox,
    pub(crate) lobby: Lobby,
    bearer: AccessToken,
    transport: ReqwestTransport,
}

impl Plain {
    pub(crate) async fn open() -> Self {
        let (sandbox, lobby) = easy().await;
        let bearer = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
        Self { sandbox, lobby, bearer, transport: ReqwestTransport::new().unwrap() }
    }

    pub(crate) async fn call(&self, meta: &Metadata, person: Option<&str>, body: &Value) -> Raw {
        let token = person.map(|token| ("x-token", format!("Bearer {token}")));
        self.call_with(meta, token.as_slice(), body).await
    }

    /// The same with headers beyond those that every call has.
    pub(crate) async fn call_with(
        &self,
        meta: &Metadata,
        more: &[(&str, String)],
        body: &Value,
    ) -> Raw {
        let path = meta.live_paths().next().unwrap();
        let mut request = http::Request::builder()
            .method(meta.method.clone())
            .uri(format!("{}{path}", self.sandbox.base_url()))
            .header("content-type", "application/json")
            .header("request-id", RequestId::random().to_string())
            .header("timestamp", format_timestamp(SystemClock.now()))
            .header("authorization", format!("Bearer {}", self.bearer.expose()));
        for (name, value) in more {
            request = request.header(*name, value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send_by(&self.transport, request.body(body.into_bytes().into()).unwrap()).await
    }

    pub(crate) async fn post<E: Endpoint>(&self, body: Value) -> Raw {
        self.call(&E::META, None, &body).await
    }

    async fn get<E: Endpoint>(&self, token: &str) -> Raw {
        self.call(&E::META, Some(token), &Value::Null).await
    }

    fn login(&self, hint: &str, id: &str) -> Value {
        json!({"scope": ["abha-login", "mobile-verify"], "loginHint": hint,
            "loginId": self.lobby.abha(id), "otpSystem": "abdm"})
    }

    fn proof(&self, txn: &Value) -> Value {
        json!({"scope": ["abha-login", "mobile-verify"], "authData": {"authMethods": ["otp"],
            "otp": {"txnId": txn, "otpValue": self.lobby.abha(OTP)}}})
    }

    /// The answer to a login by OTP.
    async fn logged_in(&self, hint: &str, id: &str) -> Raw {
        let sent = self.post::<RequestLoginOtp>(self.login(hint, id)).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        self.post::<VerifyLogin>(self.proof(&sent.json()["txnId"])).await
    }

    pub(crate) fn person(&self, name: &str) -> Patient {
        person(&self.sandbox, name)
    }

    pub(crate) fn consent(&self) -> Value {
        json!({"code": "abha-enrollment", "version": "1.4"})
    }

    fn dashed(&self, name: &str) -> String {
        number(&person(&self.sandbox, name)).to_dashed()
    }

    pub(crate) async fn user_token(&self, name: &str) -> String {
        let told = self.logged_in("abha-number", &self.dashed(name)).await;
        told.json()["token"].as_str().unwrap().to_owned()
    }

    /// An enrolment by Aadhaar OTP, up to the answer with the transaction.
    pub(crate) async fn enrolled(&self, name: &str) -> Value {
        let patient = person(&self.sandbox, name);
        let aadhaar = patient.aadhaar.as_ref().unwrap().expose();
        let sent = self.post::<RequestEnrolmentOtp>(
            json!({"txnId": "", "scope": ["abha-enrol"], "loginHint": "aadhaar",
                "loginId": self.lobby.abha(aadhaar), "otpSystem": "aadhaar"}),
        );
        let txn = sent.await.json()["txnId"].clone();
        let enrolled = self.post::<EnrolByAadhaar>(
            json!({"authData": {"authMethods": ["otp"], "otp": {"txnId": txn,
                "otpValue": self.lobby.abha(OTP), "mobile": patient.mobile.expose()}},
                "consent": self.consent()}),
        );
        let enrolled = enrolled.await;
        assert_eq!(enrolled.status, 200, "{}", enrolled.text);
        enrolled.json()
    }
}

/// Ruling 32.
#[tokio::test]
async fn the_hi_types_of_a_grant_reach_the_hip_in_one_text_when_switched() {
    let story = crate::consent::asked().await;
    story.sandbox.set(|switches| switches.hi_types_in_one_text = true).unwrap();
    story.app.approve(&story.request, |_| {}).await.unwrap();
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    let types = notice.text("/notification/consentDetail/hiTypes");
    assert_eq!(types, "OPConsultation, Prescription");
}

/// Ruling 33.
#[tokio::test]
async fn a_shared_profile_comes_in_three_spellings_by_turns() {
    let sandbox = sandbox_with(|switches| switches.share_wait_seconds = 0.0).await;
    let clinic = clinic(&sandbox).await;
    let mut spellings = Vec::new();
    for _ in 0..4 {
        // Nobody answers: the spelling is all that matters here.
        assert!(crate::share::scan(&sandbox).await.unwrap().is_err());
        let patient = clinic.next(OnPatientShare::META.path).await.at("/profile/patient").clone();
        let has = |name: &str| patient.get(name).is_some();
        spellings.push((has("yearOfBirth"), has("dob"), has("mobile"), has("kycPhoto")));
    }
    let usual = (true, false, false, false);
    assert_eq!(spellings, [usual, (false, true, true, false), (false, true, true, true), usual]);
    sandbox.set(|switches| switches.loose_bodies = false).unwrap();
    for _ in 0..2 {
        assert!(crate::share::scan(&sandbox).await.unwrap().is_err());
        let share = clinic.next(OnPatientShare::META.path).await;
        assert!(share.at("/profile/patient/yearOfBirth").is_string());
    }
}

/// Ruling 35.
#[tokio::test]
async fn the_profile_and_the_card_are_refused_and_the_qr_code_is_not_when_switched() {
    let plain = Plain::open().await;
    let token = plain.user_token("Meera Sample").await;
    assert_eq!(plain.get::<FetchProfile>(&token).await.status, 200);
    plain.sandbox.set(|switches| switches.profile_refused = true).unwrap();
    for refused in
        [plain.get::<FetchProfile>(&token).await, plain.get::<FetchAbhaCard>(&token).await]
    {
        assert_eq!((refused.status, refused.text.as_str()), (401, ""));
    }
    let token = abdm_core::secret::UserToken::new(token);
    let code = Call::<FetchQrCode>::new(NoBody).by(token);
    assert!(plain.lobby.raw.send(code).await.is_ok());
}

/// Ruling 41: five forms of a 400 for a number whose form is right.
#[tokio::test]
async fn a_number_that_nobody_has_is_answered_in_each_form_that_is_switched() {
    let plain = Plain::open().await;
    let search = || {
        let mobile = plain.lobby.abha("9876500000");
        let body = json!({"scope": ["search-abha"], "mobile": mobile});
        plain.post::<FindAbha>(body)
    };
    let login = || plain.post::<RequestLoginOtp>(plain.login("mobile", "9876500000"));
    let by_number =
        || plain.post::<RequestLoginOtp>(plain.login("abha-number", "91-1234-5678-9015"));
    let state = || plain.post::<SearchAbhaNumber>(json!({"ABHANumber": "91-1234-5678-9015"}));
    for (form, status, text) in [
        (UnknownNumber::NotFound, 404, "ABDM-1114"),
        (UnknownNumber::Empty, 400, ""),
        (UnknownNumber::Message, 400, r#""message":"Invalid mobile number""#),
        (UnknownNumber::BadRequest, 400, "ABDM-1006"),
        (UnknownNumber::MobileField, 400, r#""mobile":"Invalid Mobile Number""#),
        (UnknownNumber::LoginIdField, 400, r#""loginId":"Invalid LoginId""#),
    ] {
        plain.sandbox.set(|switches| switches.unknown_number = form).unwrap();
        for told in [search().await, login().await, by_number().await, state().await] {
            assert_eq!(told.status, status, "{form:?}: {}", told.text);
            assert!(told.text.contains(text), "{form:?}: {}", told.text);
            assert_eq!(told.text.is_empty(), form == UnknownNumber::Empty);
        }
    }
}

/// Ruling 42.
#[tokio::test]
async fn a_call_whose_answer_is_emptied_is_carried_out_all_the_same() {
    let plain = Plain::open().await;
    let empty = vec![VerifyLogin::META.name.to_owned()];
    plain.sandbox.set(|switches| switches.empty_answers = empty).unwrap();
    let meera = plain.dashed("Meera Sample");
    let sent = plain.post::<RequestLoginOtp>(plain.login("abha-number", &meera)).await;
    let txn = sent.json()["txnId"].clone();
    let told = plain.post::<VerifyLogin>(plain.proof(&txn)).await;
    assert_eq!((told.status, told.text.as_str()), (200, "{}"));
    // The transaction is used up.
    let again = plain.post::<VerifyLogin>(plain.proof(&txn)).await;
    assert_eq!(again.status, 400);
    let unknown = plain.sandbox.set(|switches| switches.empty_answers = vec!["Verify".to_owned()]);
    assert!(unknown.is_err());
}

/// Ruling 43.
#[tokio::test]
async fn an_own_address_that_is_claimed_again_is_taken_as_anybodys() {
    let plain = Plain::open().await;
    let enrolled = plain.enrolled("Asha Kumari").await;
    let claim = || {
        let body =
            json!({"txnId": enrolled["txnId"], "abhaAddress": "asha.kumari", "preferred": 1});
        plain.post::<ClaimAbhaAddress>(body)
    };
    assert_eq!(claim().await.status, 200);
    let again = claim().await;
    assert_eq!((again.status, &again.json()["error"]["code"]), (400, &json!("ABDM-1101")));
}

/// Ruling 44.
#[tokio::test]
async fn a_final_token_stands_beside_several_accounts_when_switched() {
    let plain = Plain::open().await;
    let usual = plain.logged_in("mobile", "9999900002").await.json();
    assert_eq!((usual["accounts"].as_array().unwrap().len(), usual.get("refreshToken")), (3, None));
    plain.sandbox.set(|switches| switches.final_token_beside_several = true).unwrap();
    let at_once = plain.logged_in("mobile", "9999900002").await.json();
    assert!(at_once["refreshToken"].is_string(), "{at_once}");
    let accounts = at_once["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 3);
    let token = at_once["token"].as_str().unwrap();
    let profile = plain.get::<FetchProfile>(token).await.json();
    // Whose it is tells the profile, not the order of the list.
    assert_eq!(profile["ABHANumber"], accounts[2]["ABHANumber"]);
    assert_ne!(profile["ABHANumber"], accounts[0]["ABHANumber"]);
}

/// Ruling 45: as live, a deactivated account is told after the proof.
#[tokio::test]
async fn a_deactivated_number_is_told_by_1407_after_a_good_proof() {
    let plain = Plain::open().await;
    let farida = person(&plain.sandbox, "Farida Dormant");
    let told = plain.logged_in("abha-number", &number(&farida).to_dashed()).await;
    assert_eq!((told.status, &told.json()["error"]["code"]), (422, &json!("ABDM-1407")));
    let listed = plain.logged_in("mobile", farida.mobile.expose()).await.json();
    assert_eq!(listed["accounts"][0]["status"], "DEACTIVATED");
}

/// Ruling 46: a switch for each kind, on any field.
#[tokio::test]
async fn a_field_of_a_good_answer_is_misshapen_in_each_way_that_is_switched() {
    let plain = Plain::open().await;
    let number = plain.dashed("Meera Sample");
    let search = || plain.post::<SearchAbhaNumber>(json!({"ABHANumber": number}));
    let usual = search().await;
    for (kind, piece) in [
        (Misshape::Number, r#""status":42"#),
        (Misshape::Text, r#""status":"as a text""#),
        (Misshape::Flag, r#""status":true"#),
        (Misshape::List, r#""status":["ACTIVE"]"#),
        (Misshape::Object, r#""status":{"value":"ACTIVE"}"#),
        (Misshape::Null, r#""status":null"#),
        (Misshape::Doubled, r#""status":"ACTIVE","status":"ACTIVE""#),
    ] {
        plain
            .sandbox
            .set(|switches| switches.misshapen_fields = [("status".to_owned(), kind)].into())
            .unwrap();
        let told = search().await;
        assert_eq!(told.status, 200);
        assert!(told.text.contains(piece), "{kind:?}: {}", told.text);
        assert_ne!(told.text, usual.text);
    }
    let gone = [("status".to_owned(), Misshape::Missing)].into();
    plain.sandbox.set(|switches| switches.misshapen_fields = gone).unwrap();
    assert!(search().await.json().get("status").is_none());
    assert_eq!(SearchAbhaNumber::META.success, 200);
}

/// The consent that is left out is named.
#[tokio::test]
async fn a_field_that_is_left_out_of_milestone_1_is_named() {
    let plain = Plain::open().await;
    let left_out = plain
        .post::<EnrolByAadhaar>(json!({"authData": {"authMethods": ["otp"], "otp": {"txnId": "t",
            "otpValue": plain.lobby.abha(OTP), "mobile": "9999900001"}}}));
    let left_out = left_out.await;
    assert_eq!(left_out.status, 400);
    assert!(left_out.json().get("consent").is_some(), "{}", left_out.text);
}

/// The flag is the integer 1.
#[tokio::test]
async fn the_preferred_flag_is_the_number_one_and_no_text() {
    let plain = Plain::open().await;
    let enrolled = plain.enrolled("Asha Kumari").await;
    for wrong in [json!("1"), json!(0), json!(2), json!(true), json!([1]), Value::Null] {
        let body =
            json!({"txnId": enrolled["txnId"], "abhaAddress": "asha.kumari", "preferred": wrong});
        let told = plain.post::<ClaimAbhaAddress>(body).await;
        assert_eq!(told.status, 400, "{wrong}");
        assert_eq!(told.json()["preferred"], "Invalid Preferred Flag", "{wrong}");
    }
}

/// m1-abha.md 9.
#[tokio::test]
async fn a_profile_has_its_tags() {
    let plain = Plain::open().await;
    let token = plain.user_token("Meera Sample").await;
    let profile = plain.get::<FetchProfile>(&token).await;
    assert_eq!(profile.json()["tags"], json!({}));
}

/// m1-abha.md 8: `9876******`, where a login hides the beginning.
#[tokio::test]
async fn a_search_by_address_hides_the_end_of_the_mobile_number() {
    let plain = Plain::open().await;
    let body = json!({"abhaAddress": "ravi.example@sbx"});
    let found = plain.post::<SearchAbhaAddress>(body).await;
    assert_eq!(found.json()["mobile"], "9999******", "{} at {CLINIC}", found.text);
}

/// m1-abha.md 4: a text for another key than the present one is refused as any bad value is, and
/// whoever fetches the certificate again goes on.
#[tokio::test]
async fn after_a_rotation_what_was_encrypted_for_the_old_keys_is_refused_as_live() {
    let mut plain = Plain::open().await;
    let number = plain.dashed("Meera Sample");
    let login = |plain: &Plain| plain.login("abha-number", &number);
    let rotate = async |plain: &Plain, body: Value| {
        let answer = crate::own_api::post(&plain.sandbox, "faults", body).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    };
    let address = |login_id: &str| {
        json!({"scope": ["abha-address-login", "mobile-verify"], "loginHint": "abha-address",
            "loginId": login_id, "otpSystem": "abdm"})
    };
    let (old, old_address) = (login(&plain), address(&plain.lobby.phr("meera.sample@sbx")));
    // Those that sign are others, and what was encrypted before is read.
    rotate(&plain, json!({"fault": "rotateKeys", "keys": "signing"})).await;
    assert_eq!(plain.post::<RequestLoginOtp>(old.clone()).await.status, 200);
    for body in
        [json!({"fault": "rotateKeys", "keys": "decrypting"}), json!({"fault": "rotateKeys"})]
    {
        rotate(&plain, body).await;
        let refused = plain.post::<RequestLoginOtp>(old.clone()).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["loginId"], "Invalid LoginId", "{}", refused.text);
        let refused = plain.post::<RequestAddressOtp>(old_address.clone()).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert_eq!(refused.json()[0]["code"], "ABDM-1006: ", "{}", refused.text);
        plain.lobby = Lobby::open(&plain.sandbox).await;
        assert_eq!(plain.post::<RequestLoginOtp>(login(&plain)).await.status, 200);
        let fresh = address(&plain.lobby.phr("meera.sample@sbx"));
        assert_eq!(plain.post::<RequestAddressOtp>(fresh).await.status, 200);
    }
    let wrong = json!({"fault": "rotateKeys", "keys": "some"});
    assert_eq!(crate::own_api::post(&plain.sandbox, "faults", wrong).await.status, 400);
}
