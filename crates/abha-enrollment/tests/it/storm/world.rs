//! A small ABDM that keeps state, behind a network with weather. It holds the sender to its
//! promises.

mod state;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::clock::Clock as _;
use abdm_core::transport::{Transport, TransportError, TransportErrorKind};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::{Value, json};

pub(super) use self::state::NUMBER;
use self::state::{
    ADDRESS_PROFILE, CLAIM, ENROL, PROFILE, State, VERIFY_USER, is_otp_request, txn_of,
};
use crate::support::{Abdm, TestClock};

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
