//! A small ABDM that keeps state, behind a network with weather. It holds the sender to its promises.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::clock::Clock as _;
use abdm_core::transport::{Transport, TransportError, TransportErrorKind};
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::address::{FetchAddressProfile, RequestAddressOtp, VerifyAbhaAddress};
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin, VerifyUser};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Abdm, TestClock, live};

const ADDRESS_OTP: &str = live!(AbhaAddressWeb, RequestAddressOtp);
const ADDRESS_PROFILE: &str = live!(AbhaAddressWeb, FetchAddressProfile);
const CLAIM: &str = live!(Abha, ClaimAbhaAddress);
const ENROL: &str = live!(Abha, EnrolByAadhaar);
const ENROLMENT_OTP: &str = live!(Abha, RequestEnrolmentOtp);
const LOGIN_OTP: &str = live!(Abha, RequestLoginOtp);
const PROFILE: &str = live!(Abha, FetchProfile);
const SUGGEST: &str = live!(Abha, SuggestAbhaAddresses);
const VERIFY_ADDRESS: &str = live!(AbhaAddressWeb, VerifyAbhaAddress);
const VERIFY_ENROLMENT: &str = live!(Abha, VerifyEnrolmentOtp);
const VERIFY_LOGIN: &str = live!(Abha, VerifyLogin);
const VERIFY_USER: &str = live!(Abha, VerifyUser);

pub(super) const NUMBER: &str = "91-1234-5678-9015";
const RIGHT: &str = "123456";

/// What the network does with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// No connection.
    Unreached,
    /// The request never arrived, and nobody told.
    RequestLost,
    /// It was processed; the connection broke before the answer.
    AnswerLost,
    /// It was processed; half of the answer came.
    AnswerCut,
    /// It was processed; a proxy answered with an error of its own.
    AnswerReplaced,
    /// It was processed twice; the second answer came.
    Doubled,
    /// It was processed; the answer took so many seconds.
    Late(u8),
    /// A server answered 500 without doing anything.
    Broken,
    /// A server answered 503 without doing anything.
    Busy,
}

impl Weather {
    pub(super) const ALL: [Self; 11] = [
        Self::Fair,
        Self::Unreached,
        Self::RequestLost,
        Self::AnswerLost,
        Self::AnswerCut,
        Self::AnswerReplaced,
        Self::Doubled,
        Self::Late(20),
        Self::Late(255),
        Self::Broken,
        Self::Busy,
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Enrolment,
    Linking,
    Aadhaar,
    Mobile,
    Address,
}

#[derive(Debug)]
struct Txn {
    purpose: Purpose,
    open: bool,
}

/// What ABDM knows, and what it has seen.
#[derive(Debug, Default)]
pub(super) struct State {
    txns: BTreeMap<String, Txn>,
    /// The transaction of the last OTP whose answer arrived.
    pub(super) told: Option<String>,
    next: u32,
    pub(super) created: bool,
    pub(super) claimed: Option<String>,
    /// Creations under way whose outcome the sender was not told.
    unresolved: BTreeSet<String>,
    /// Whether the network claimed an address twice for one call.
    pub(super) doubled_claim: bool,
    /// When each OTP of the present flow may have been sent.
    pub(super) otps: Vec<DateTime<Utc>>,
    /// Promises that the sender broke.
    pub(super) faults: Vec<String>,
}

impl State {
    /// Whether the OTP that the sender knows of can still be proved.
    pub(super) fn is_provable(&self) -> bool {
        let told = self.told.as_ref();
        told.and_then(|id| self.txns.get(id)).is_some_and(|txn| txn.open)
            && told.is_some_and(|id| !self.unresolved.contains(id))
    }
}

pub(super) struct World {
    abdm: Arc<Abdm>,
    pub(super) clock: Arc<TestClock>,
    pub(super) state: Mutex<State>,
    weather: Mutex<VecDeque<Weather>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl World {
    pub(super) fn new(weather: &[Weather]) -> Arc<Self> {
        Arc::new(Self {
            abdm: Abdm::new(),
            clock: TestClock::new(),
            state: Mutex::default(),
            weather: Mutex::new(weather.iter().copied().collect()),
        })
    }

    /// From now on the network is good.
    pub(super) fn calm(&self) {
        self.weather.lock().unwrap().clear();
    }

    /// A new flow begins: its OTPs are counted anew.
    pub(super) fn new_flow(&self) {
        let mut state = self.state.lock().unwrap();
        state.otps.clear();
        state.told = None;
    }

    fn process(&self, path: &str, body: &Value) -> (u16, Value) {
        self.state.lock().unwrap().process(path, body)
    }

    fn check(&self, path: &str, headers: &http::HeaderMap, body: &Value, weather: Weather) {
        let mut state = self.state.lock().unwrap();
        let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let mut faults = Vec::new();
        if value("x-token").is_some_and(|token| token.contains("transfer")) {
            faults.push(format!("a transfer token as X-token on {path}"));
        }
        let right = (path == VERIFY_USER).then(|| "Bearer transfer-token".to_owned());
        if value("t-token") != right {
            faults.push(format!("T-token on {path}: {:?}", value("t-token")));
        }
        let user = match path {
            PROFILE => Some("Bearer user-token"),
            ADDRESS_PROFILE => Some("Bearer address-token"),
            _ => None,
        };
        if value("x-token").as_deref() != user {
            faults.push(format!("X-token on {path}"));
        }
        if weather != Weather::Unreached {
            if is_otp_request(path) && weather != Weather::Busy {
                let now = self.clock.now();
                state.otps.push(now);
            }
            if path == ENROL && !state.unresolved.insert(txn_of(body).to_owned()) {
                faults.push("a creation was sent again without a look-up".to_owned());
            }
        }
        state.doubled_claim |= path == CLAIM && weather == Weather::Doubled;
        state.faults.extend(faults);
    }

    /// Notes what the sender is told.
    fn tell(&self, path: &str, body: &Value, status: u16, answer: &Value) {
        let mut state = self.state.lock().unwrap();
        if is_otp_request(path) && status == 200 {
            state.told = answer["txnId"].as_str().map(str::to_owned);
        }
        if path == ENROL {
            state.unresolved.remove(txn_of(body));
        }
    }
}

fn is_otp_request(path: &str) -> bool {
    matches!(path, ENROLMENT_OTP | LOGIN_OTP | ADDRESS_OTP)
}

fn txn_of(body: &Value) -> &str {
    body["authData"]["otp"]["txnId"].as_str().unwrap_or_default()
}

fn tokens(name: &str) -> Value {
    json!({
        "token": name, "expiresIn": 1800,
        "refreshToken": "refresh-token", "refreshExpiresIn": 1_296_000,
    })
}

impl State {
    fn open(&mut self, purpose: Purpose) -> (u16, Value) {
        // A new OTP makes the older ones of its kind void.
        for txn in self.txns.values_mut().filter(|txn| txn.purpose == purpose) {
            txn.open = false;
        }
        self.next += 1;
        let id = format!("txn-{}", self.next);
        self.txns.insert(id.clone(), Txn { purpose, open: true });
        (200, json!({"txnId": id, "message": "OTP sent to ******3210"}))
    }

    /// Proves an OTP: the transaction's purpose, or a refusal.
    fn prove(&mut self, body: &Value) -> Result<Purpose, (u16, Value)> {
        let unknown =
            (401, json!({"error": {"code": "ABDM-1017", "message": "Invalid Transaction Id"}}));
        let Some(txn) = self.txns.get_mut(txn_of(body)).filter(|txn| txn.open) else {
            return Err(unknown);
        };
        let otp = body["authData"]["otp"]["otpValue"].as_str().unwrap_or_default();
        if !otp.ends_with(RIGHT) {
            return Err(match txn.purpose {
                Purpose::Enrolment => (
                    422,
                    json!({"error": {
                        "code": "ABDM-1204", "message": "UIDAI Error code : 400 : Invalid Aadhaar OTP value.",
                    }}),
                ),
                _ => (
                    200,
                    json!({"authResult": "failed", "message": "OTP did not match, please try again"}),
                ),
            });
        }
        txn.open = false;
        Ok(txn.purpose)
    }

    fn process(&mut self, path: &str, body: &Value) -> (u16, Value) {
        let scope = |wanted: &str| {
            body["scope"].as_array().is_some_and(|all| all.iter().any(|one| one == wanted))
        };
        let proved = |outcome: Result<Purpose, (u16, Value)>, right: &[Purpose]| match outcome {
            Ok(purpose) if right.contains(&purpose) => Ok(purpose),
            Ok(_) => Err((400, json!({"scope": "Invalid Scope"}))),
            Err(refusal) => Err(refusal),
        };
        let account = json!({"ABHANumber": NUMBER, "name": "Asha", "status": "ACTIVE"});
        match path {
            ENROLMENT_OTP if scope("mobile-verify") => self.open(Purpose::Linking),
            ENROLMENT_OTP => self.open(Purpose::Enrolment),
            LOGIN_OTP if scope("mobile-verify") && body["loginHint"] == "mobile" => {
                self.open(Purpose::Mobile)
            }
            LOGIN_OTP if body["loginHint"] == "aadhaar" && !self.created => {
                (404, json!({"error": {"code": "ABDM-1114", "message": "User not found."}}))
            }
            LOGIN_OTP => self.open(Purpose::Aadhaar),
            ADDRESS_OTP => self.open(Purpose::Address),
            ENROL => match proved(self.prove(body), &[Purpose::Enrolment]) {
                Ok(_) => {
                    let is_new = !std::mem::replace(&mut self.created, true);
                    (
                        200,
                        json!({
                            "txnId": "enrolled", "tokens": tokens("user-token"), "isNew": is_new,
                            "ABHAProfile": {"ABHANumber": NUMBER, "mobile": null},
                        }),
                    )
                }
                Err(refusal) => refusal,
            },
            VERIFY_ENROLMENT => match proved(self.prove(body), &[Purpose::Linking]) {
                Ok(_) => (200, json!({"txnId": "linked", "authResult": "success"})),
                Err(refusal) => refusal,
            },
            SUGGEST => {
                (200, json!({"txnId": "linked", "abhaAddressList": ["asha.2606", "asha_example"]}))
            }
            CLAIM if self.claimed.is_some() => (
                400,
                json!({"error": {
                    "code": "ABDM-1101", "message": "This ABHA Address already exists.",
                }}),
            ),
            CLAIM => {
                let name = body["abhaAddress"].as_str().unwrap_or_default().to_owned();
                self.claimed = Some(name.clone());
                (
                    200,
                    json!({"healthIdNumber": NUMBER, "preferredAbhaAddress": format!("{name}@sbx")}),
                )
            }
            PROFILE => {
                let preferred = self.claimed.as_deref().unwrap_or("91123456789015");
                (
                    200,
                    json!({"ABHANumber": NUMBER, "preferredAbhaAddress": format!("{preferred}@sbx")}),
                )
            }
            VERIFY_LOGIN => match proved(self.prove(body), &[Purpose::Aadhaar, Purpose::Mobile]) {
                Ok(Purpose::Mobile) => (
                    200,
                    json!({
                        "txnId": "proved", "authResult": "success", "token": "transfer-token", "expiresIn": 300,
                        "accounts": [account],
                    }),
                ),
                Ok(_) => {
                    let mut answer = tokens("user-token");
                    answer["authResult"] = json!("success");
                    answer["accounts"] = json!([account]);
                    (200, answer)
                }
                Err(refusal) => refusal,
            },
            VERIFY_USER => (200, tokens("user-token")),
            VERIFY_ADDRESS => match proved(self.prove(body), &[Purpose::Address]) {
                Ok(_) => (
                    200,
                    json!({
                        "authResult": "success", "users": [{"abhaAddress": "asha@sbx"}],
                        "tokens": tokens("address-token"),
                    }),
                ),
                Err(refusal) => refusal,
            },
            ADDRESS_PROFILE => (200, json!({"abhaAddress": "asha@sbx"})),
            other => panic!("nobody plays {other}"),
        }
    }
}

#[async_trait]
impl Transport for World {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        if path.ends_with("/sessions") || path.ends_with("/certificate") {
            return self.abdm.send(request, timeout).await;
        }
        // Here a future may be dropped before anything has left, and below after it arrived.
        tokio::task::yield_now().await;
        let weather = self.weather.lock().unwrap().pop_front().unwrap_or(Weather::Fair);
        let body = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        let body = self.abdm.opened(body);
        self.check(&path, request.headers(), &body, weather);
        let lost = |kind| Err(TransportError::new(kind));
        let (status, answer) = match weather {
            Weather::Unreached => return lost(TransportErrorKind::Connect),
            Weather::RequestLost => {
                tokio::task::yield_now().await;
                return lost(TransportErrorKind::TimedOut);
            }
            Weather::Broken => (500, json!({"code": "500", "message": "Runtime Error"})),
            Weather::Busy => (503, json!({"code": "503", "message": "Busy"})),
            Weather::Doubled => {
                self.process(&path, &body);
                self.process(&path, &body)
            }
            _ => self.process(&path, &body),
        };
        tokio::task::yield_now().await;
        if let Weather::Late(seconds) = weather {
            self.clock.pass(TimeDelta::seconds(i64::from(seconds)));
        }
        let (status, bytes) = match weather {
            Weather::AnswerLost => return lost(TransportErrorKind::Interrupted),
            Weather::AnswerCut => {
                // The status of a refusal says enough.
                if (400..500).contains(&status) {
                    self.tell(&path, &body, status, &answer);
                }
                (status, Bytes::from_static(b"{\"txnId\": \"tx"))
            }
            Weather::AnswerReplaced => (502, Bytes::from_static(b"<html>Bad Gateway</html>")),
            _ => {
                if weather != Weather::Broken {
                    self.tell(&path, &body, status, &answer);
                }
                (status, Bytes::from(serde_json::to_vec(&answer).unwrap()))
            }
        };
        let response = http::Response::builder().status(status);
        Ok(response.header("content-type", "application/json").body(bytes).unwrap())
    }
}
