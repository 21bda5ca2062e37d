//! Every endpoint of the crate: what a server reads of a request, a client writes again as it was.

use abdm_core::call::{Call, Envelope, Incoming};
use abdm_core::endpoint::{Endpoint, fill_path};
use abdm_core::environment::Environment;
use abdm_core::secret::AccessToken;
use abha_enrollment::api::{ALL, account, address, benefit, certificate, enrollment, login, phr};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What changes from case to case.
#[derive(Debug)]
struct Texts {
    /// Whatever a person may be called.
    free: String,
    /// Tokens, ids, ciphertexts.
    opaque: String,
}

impl Texts {
    fn fill(&self, value: Value) -> Value {
        match value {
            Value::String(text) => {
                Value::String(text.replace('§', &self.free).replace('¶', &self.opaque))
            }
            Value::Array(items) => items.into_iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(name, field)| (name, self.fill(field))).collect()
            }
            other => other,
        }
    }
}

/// Sends a request with this body (for a `GET`: this query) and these headers through both sides.
fn goes_round<E: Endpoint>(texts: &Texts, extra: &[&str], body: Value) -> &'static str {
    let meta = E::META;
    let mut sent = HeaderMap::new();
    let opaque = &texts.opaque;
    let mut set = |name: &str, value: String| {
        sent.insert(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
    };
    for name in meta.required_headers() {
        set(name, opaque.clone());
    }
    set("authorization", format!("Bearer session-{opaque}"));
    if meta.sends_cm_id() {
        set("x-cm-id", "sbx".to_owned());
    }
    set("request-id", "26e2819f-532f-4a36-80ed-cd5ad204716f".to_owned());
    set("timestamp", "2026-11-22T10:15:30.123Z".to_owned());
    for name in meta.auth.person_header().iter().chain(extra.iter().filter(|n| n.starts_with("x-")))
    {
        set(name, format!("Bearer person-{opaque}"));
    }
    for name in extra.iter().filter(|name| !name.starts_with("x-")) {
        set(name, format!("programme {opaque}"));
    }
    let number = ["91-1234-5678-9015".to_owned()];
    let path = fill_path(meta.path, &number[..meta.path.matches('{').count()]).unwrap();
    let body = texts.fill(body);
    let (query, bytes) = match (&meta.method, &body) {
        (_, Value::Null) => (None, Vec::new()),
        (&Method::GET, query) => {
            let pairs: Vec<(String, String)> = query
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            (Some(url_encoded(&pairs)), Vec::new())
        }
        (_, body) => (None, serde_json::to_vec(body).unwrap()),
    };

    let read = Incoming::<E>::from_http(&path, query.as_deref(), &sent, &bytes)
        .unwrap_or_else(|error| panic!("{}: {error}", meta.name));
    let token = AccessToken::new(format!("session-{opaque}"));
    let environment = Environment::at("http://127.0.0.1:9").unwrap();
    let envelope =
        Envelope::new(read.request_id, read.timestamp).bearer(&token).cm_id(environment.cm_id());
    let call = Call::<E>::new(read.body).at(read.path).by(read.credential.0).headers(read.headers);
    let again = call.to_http(environment.base(meta.family), &envelope).unwrap();

    assert_eq!(again.method(), &meta.method, "{}", meta.name);
    assert!(again.uri().path().ends_with(&path), "{}: {}", meta.name, again.uri());
    assert_eq!(again.uri().query(), query.as_deref(), "{}", meta.name);
    for (name, value) in &sent {
        assert_eq!(again.headers().get(name), Some(value), "{} of {}", name, meta.name);
    }
    let written: Value = match again.body().is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(again.body()).unwrap(),
    };
    let was = if meta.method == Method::GET { Value::Null } else { body };
    assert_eq!(written, was, "{}", meta.name);
    meta.name
}

fn url_encoded(pairs: &[(String, String)]) -> String {
    let mut url = url::Url::parse("http://h").unwrap();
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap().to_owned()
}

fn otp_request(scope: &str, hint: &str) -> Value {
    json!({"scope": [scope, "mobile-verify"], "loginHint": hint, "loginId": "¶", "otpSystem": "abdm"})
}

fn otp_proof(scope: &str) -> Value {
    json!({
        "scope": [scope, "mobile-verify"],
        "authData": {"authMethods": ["otp"], "otp": {"txnId": "t-¶", "otpValue": "¶"}},
    })
}

fn suggestion() -> Value {
    json!({
        "txnId": "t-¶", "firstName": "§", "lastName": "§", "dayOfBirth": "26", "monthOfBirth": "6",
        "yearOfBirth": "1999", "email": "",
    })
}

fn new_address() -> Value {
    json!({"txnId": "t-¶", "phrDetails": {
        "mobile": "¶", "firstName": "§", "middleName": "", "lastName": "§", "dayOfBirth": "26",
        "monthOfBirth": "6", "yearOfBirth": "1999", "gender": "F", "email": "", "profilePhoto": "",
        "address": "§", "stateName": "§", "stateCode": "27", "districtName": "§",
        "districtCode": "490", "pinCode": "411001", "abhaAddress": "asha@sbx", "password": "¶",
    }})
}

fn licence() -> Value {
    json!({
        "txnId": "t-¶", "documentType": "DRIVING_LICENCE", "documentId": "MH1220190000000",
        "firstName": "§", "middleName": "", "lastName": "§", "dob": "1999-06-26", "gender": "F",
        "frontSidePhoto": "¶", "backSidePhoto": "¶", "address": "§", "state": "§", "district": "§",
        "pinCode": "411001", "consent": {"code": "abha-enrollment", "version": "1.4"},
    })
}

fn enrolment() -> Value {
    json!({
        "authData": {"authMethods": ["demo_auth"], "demo_auth": {
            "aadhaarNumber": "¶", "name": "§", "dateOfBirth": "26-06-1999", "gender": "F",
            "stateCode": "27", "districtCode": "490",
        }},
        "consent": {"code": "abha-enrollment", "version": "1.4"},
    })
}

macro_rules! round_trips {
    ($texts:expr; $( $endpoint:ty $(, with [$($extra:literal),+])? => $body:expr; )+) => {
        vec![$( goes_round::<$endpoint>($texts, &[$($($extra),+)?], $body) ),+]
    };
}

/// The endpoints that went round.
fn all_go_round(texts: &Texts) -> Vec<&'static str> {
    let none = || Value::Null;
    round_trips! { texts;
        certificate::FetchCertificate => none();
        enrollment::RequestEnrolmentOtp => json!({
            "txnId": "", "scope": ["abha-enrol"], "loginHint": "aadhaar", "loginId": "¶", "otpSystem": "aadhaar",
        });
        enrollment::EnrolByAadhaar, with ["benefit-name", "x-token"] => enrolment();
        enrollment::VerifyEnrolmentOtp => json!({
            "scope": ["abha-enrol", "mobile-verify"], "authData": {"authMethods": ["otp"], "otp": {
                "timeStamp": "2026-11-22 10:15:30", "txnId": "t-¶", "otpValue": "¶",
            }},
        });
        enrollment::SuggestAbhaAddresses => none();
        enrollment::ClaimAbhaAddress => json!({"txnId": "t-¶", "abhaAddress": "asha.example", "preferred": 1});
        enrollment::InitFaceAuth => json!({"scope": ["abha-enrol", "face-auth"]});
        enrollment::CheckFaceCapture => json!({"scope": ["abha-login", "face-verify"], "txnId": "t-¶"});
        enrollment::EnrolByDocument => licence();
        enrollment::ListChildren, with ["benefit-name"] => none();
        login::RequestLoginOtp, with ["benefit_name"] => otp_request("abha-login", "mobile");
        login::VerifyLogin, with ["benefit_name"] => otp_proof("abha-login");
        login::VerifyUser => json!({"ABHANumber": "91-1234-5678-9015", "txnId": "t-¶"});
        login::VerifyLoginInOneStep => json!({
            "scope": ["abha-login", "aadhaar-bio-login-verify"],
            "authData": {"authMethods": ["bio_login"], "bio_login": {"aadhaar": "¶", "fingerPrintAuthPid": "¶"}},
        });
        login::SearchAbhaNumber => json!({"ABHANumber": "91-1234-5678-9015"});
        login::FindAbha, with ["benefit_name"] => json!({"scope": ["search-abha"], "mobile": "¶"});
        account::FetchProfile => none();
        account::UpdateProfile, with ["benefit_name"] => json!({"profilePhoto": "¶", "name": "§"});
        account::FetchAbhaCard => none();
        account::FetchQrCode => none();
        account::RequestChangeOtp => otp_request("abha-profile", "mobile");
        account::VerifyChange => json!({
            "scope": ["abha-profile", "delete"], "reasons": ["§"],
            "authData": {"authMethods": ["password"], "password": {"password": "¶"}},
        });
        account::SendEmailLink => otp_request("abha-profile", "email");
        account::RenewSession => none();
        account::LogOut => none();
        benefit::LinkBenefit, with ["benefit_name", "x-token"] => json!({"scope": ["link"]});
        benefit::SearchBenefit, with ["benefit_name"] => json!({
            "scope": ["search"], "loginHint": "xmlUid", "loginId": "¶",
        });
        benefit::ListProgrammes => none();
        address::SearchAbhaAddress => json!({"abhaAddress": "asha@sbx"});
        address::RequestAddressOtp => otp_request("abha-address-login", "abha-address");
        address::VerifyAbhaAddress => otp_proof("abha-address-login");
        address::FetchAddressProfile => none();
        address::FetchAddressCard => none();
        address::FetchAddressQrCode => none();
        address::CheckAddressName => json!({"abhaAddress": "asha@sbx"});
        address::RequestAddressEnrolmentOtp => otp_request("abha-address-enroll", "mobile-number");
        address::VerifyAddressEnrolment => otp_proof("abha-address-enroll");
        address::VerifyAddressUser => json!({"abhaAddress": "asha@sbx", "txnId": "t-¶"});
        address::SuggestAddressNames => suggestion();
        address::EnrolAbhaAddress => new_address();
        phr::FetchPhrCertificate => none();
        phr::RequestPhrEnrolmentOtp => otp_request("abha-address-enroll", "mobile-number");
        phr::VerifyPhrEnrolment => otp_proof("abha-address-enroll");
        phr::SuggestPhrAddressNames => suggestion();
        phr::CheckPhrAddressName => json!({"abhaAddress": "asha@sbx"});
        phr::EnrolPhrAddress => new_address();
        phr::EncryptText => json!({"data": "§"});
        phr::RequestPhrLoginOtp => otp_request("abha-address-login", "email");
        phr::VerifyPhrLogin => otp_proof("abha-address-login");
        phr::VerifyPhrUser => json!({"abhaAddress": "asha@sbx", "txnId": "t-¶"});
        phr::SearchPhrAddress => json!({"abhaAddress": "asha@sbx"});
        phr::FetchPhrProfile => none();
        phr::UpdatePhrProfile => json!({"profilePhoto": "", "firstName": "§", "gender": "F"});
        phr::FetchPhrCard => none();
        phr::FetchPhrQrCode => none();
        phr::RequestPhrChangeOtp => otp_request("abha-address-profile", "email");
        phr::VerifyPhrChange => otp_proof("abha-address-profile");
        phr::LinkAbhaNumber => json!({"action": "LINK", "transactionId": "t-¶"});
        phr::DelinkAbhaNumber => json!({"action": "DE_LINK", "transactionId": "t-¶"});
        phr::ListSwitchProfiles => none();
        phr::SwitchProfile => json!({"abhaAddress": "asha@sbx", "txnId": "t-¶"});
        phr::RenewPhrSession => none();
        phr::LogOutPhr => none();
    }
}

#[test]
fn the_round_trips_leave_no_endpoint_out() {
    let texts = Texts { free: "Asha Example".to_owned(), opaque: "c2VjcmV0".to_owned() };
    let gone = all_go_round(&texts);
    let all: Vec<&str> = ALL.iter().map(|meta| meta.name).collect();
    assert_eq!(gone, all);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_goes_round_whatever_people_are_called(
        free in "[A-Za-zअ-ह]([A-Za-zअ-ह0-9 .,'\"/\\\\-]{0,30}[A-Za-zअ-ह])?",
        opaque in "[A-Za-z0-9][A-Za-z0-9+/=_-]{0,60}",
    ) {
        all_go_round(&Texts { free, opaque });
    }
}
