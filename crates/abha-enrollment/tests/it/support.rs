//! A double of ABDM: it answers what the test says, decrypts what was sent, and keeps it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use abdm_core::api::gateway::CreateSession;
use abdm_core::client::AbdmClient;
use abdm_core::clock::{Clock, parse_timestamp};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::environment::Environment;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::{AadhaarNumber, ClientSecret, MobileNumber, Otp};
use abdm_core::session::Credentials;
use abdm_core::transport::{Transport, TransportError, TransportErrorKind};
use abha_enrollment::Desk;
use abha_enrollment::api::certificate::FetchCertificate;
use abha_enrollment::api::phr::FetchPhrCertificate;
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, GivenConsent, HookError};
use async_trait::async_trait;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// A made-up Aadhaar number with a valid check digit.
pub(crate) const AADHAAR: &str = "234567890124";
pub(crate) const MOBILE: &str = "9876543210";
pub(crate) const TXN: &str = "37d8d312-35a0-41e7-a6e4-1074eb18a5fa";

/// The path of an endpoint as a server that plays every family sees it.
macro_rules! live {
    ($family:ident, $endpoint:ty) => {{
        const PREFIX: &str = abdm_core::environment::Family::$family.live_prefix();
        const PATH: &str = <$endpoint as abdm_core::endpoint::Endpoint>::PATH;
        const JOINED: [u8; PREFIX.len() + PATH.len()] = $crate::support::joined(PREFIX, PATH);
        match std::str::from_utf8(&JOINED) {
            Ok(path) => path,
            Err(_) => panic!("paths are ASCII"),
        }
    }};
}
pub(crate) use live;

/// Two texts in a row, at compile time.
pub(crate) const fn joined<const N: usize>(first: &str, second: &str) -> [u8; N] {
    let (first, second) = (first.as_bytes(), second.as_bytes());
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = if i < first.len() { first[i] } else { second[i - first.len()] };
        i += 1;
    }
    out
}

const SESSIONS: &str = CreateSession::PATH;
const ABHA_KEY: &str = live!(Abha, FetchCertificate);
const PHR_KEY: &str = live!(PhrApp, FetchPhrCertificate);

/// What a path answers next.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Json(u16, Value),
    Raw(u16, &'static str, Vec<u8>),
    /// A status with `Retry-After`.
    Busy(u16, &'static str),
    Lost(TransportErrorKind),
}

/// One call as it was sent, its encrypted fields opened.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Seen {
    /// The call as a snapshot shows it: what changes from run to run is left out.
    pub(crate) fn snapshot(&self) -> Value {
        let mut headers = self.headers.clone();
        for (name, shown) in [("request-id", "[uuid]"), ("timestamp", "[now]")] {
            if let Some(value) = headers.get_mut(name) {
                *value = shown.to_owned();
            }
        }
        json!({
            "call": format!("{} {}", self.method, self.path),
            "headers": headers,
            "body": self.body,
        })
    }
}

impl Seen {
    /// Path and body only, where the headers are those of every call.
    pub(crate) fn brief(&self) -> Value {
        json!({"call": format!("{} {}", self.method, self.path), "body": self.body})
    }
}

/// ABDM's double. `Debug` shows nothing of what it heard: flows print their transport.
pub(crate) struct Abdm {
    script: Mutex<BTreeMap<String, VecDeque<Reply>>>,
    /// What a path answers when nothing is queued.
    usual: Mutex<BTreeMap<String, Reply>>,
    /// Every call as it came, and the keys of its time: what is encrypted is opened for whoever
    /// looks.
    seen: Mutex<Vec<(Seen, [usize; 2])>>,
    /// Which pair is the ABHA family's, and which the PHR families'.
    keys: Mutex<[usize; 2]>,
}

impl std::fmt::Debug for Abdm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Abdm")
    }
}

struct KeyPair {
    private: OaepPrivateDecryptingKey,
    public: String,
}

/// Keys are slow to make: two for the whole run, and only when asked for.
static PAIRS: [OnceLock<KeyPair>; 2] = [OnceLock::new(), OnceLock::new()];

fn make_key() -> KeyPair {
    let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let der: PublicKeyX509Der<'_> = private.public_key().as_der().unwrap();
    let public = STANDARD.encode(der.as_ref());
    KeyPair { private: OaepPrivateDecryptingKey::new(private).unwrap(), public }
}

impl KeyPair {
    fn open(&self, text: &str) -> Option<String> {
        let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 256)?;
        let mut out = vec![0; self.private.min_output_size()];
        let plain = self.private.decrypt(&OAEP_SHA1_MGF1SHA1, &bytes, &mut out, None).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

impl Abdm {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            script: Mutex::default(),
            usual: Mutex::default(),
            seen: Mutex::default(),
            keys: Mutex::new([0, 1]),
        })
    }

    /// From now on the ABHA family has another key.
    pub(crate) fn rotate_key(&self) {
        self.keys.lock().unwrap().swap(0, 1);
    }

    /// What the path answers next; repeated calls queue further answers.
    pub(crate) fn on(&self, path: &str, reply: Reply) -> &Self {
        self.script.lock().unwrap().entry(path.to_owned()).or_default().push_back(reply);
        self
    }

    /// What the path answers whenever nothing is queued for it.
    pub(crate) fn always(&self, path: &str, reply: Reply) -> &Self {
        self.usual.lock().unwrap().insert(path.to_owned(), reply);
        self
    }

    pub(crate) fn answers(&self, path: &str, status: u16, body: Value) -> &Self {
        self.on(path, Reply::Json(status, body))
    }

    /// Every call so far, without those for session and keys.
    pub(crate) fn calls(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        let technical = |path: &str| path.ends_with("/sessions") || path.ends_with("/certificate");
        let opened = |(call, keys): &(Seen, [usize; 2])| Seen {
            body: opened(call.body.clone(), *keys),
            ..call.clone()
        };
        seen.iter().filter(|(call, _)| !technical(&call.path)).map(opened).collect()
    }

    pub(crate) fn last(&self) -> Seen {
        self.calls().pop().unwrap()
    }

    /// How often a path was called.
    pub(crate) fn count(&self, ending: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|(call, _)| call.path.ends_with(ending)).count()
    }

    /// Replaces every encrypted text by what is in it.
    pub(crate) fn opened(&self, value: Value) -> Value {
        opened(value, *self.keys.lock().unwrap())
    }
}

/// The same under these keys.
fn opened(value: Value, keys: [usize; 2]) -> Value {
    match value {
        Value::String(text) => {
            let opened = keys.iter().zip(["abha", "phr"]).find_map(|(place, family)| {
                let plain = PAIRS[*place].get()?.open(&text)?;
                Some(format!("encrypted for {family}: {plain}"))
            });
            Value::String(opened.unwrap_or(text))
        }
        Value::Array(items) => items.into_iter().map(|item| opened(item, keys)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, field)| (name, opened(field, keys))).collect()
        }
        other => other,
    }
}

#[async_trait]
impl Transport for Abdm {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        _: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        // A real network never answers within the same poll.
        tokio::task::yield_now().await;
        let path = request.uri().path().to_owned();
        let body = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
        let keys = *self.keys.lock().unwrap();
        let seen = Seen {
            method: request.method().to_string(),
            path: request.uri().path_and_query().unwrap().to_string(),
            headers: headers.collect(),
            body,
        };
        self.seen.lock().unwrap().push((seen, keys));
        let scripted = self.script.lock().unwrap().get_mut(&path).and_then(VecDeque::pop_front);
        let scripted = scripted.or_else(|| self.usual.lock().unwrap().get(&path).cloned());
        let reply = scripted.unwrap_or_else(|| {
            let key = |family: usize| {
                let place = self.keys.lock().unwrap()[family];
                Reply::Json(
                    200,
                    json!({
                        "publicKey": PAIRS[place].get_or_init(make_key).public,
                        "encryptionAlgorithm": "RSA/ECB/OAEPWithSHA-1AndMGF1Padding",
                    }),
                )
            };
            match path.as_str() {
                SESSIONS => {
                    Reply::Json(202, json!({"accessToken": "session-token", "expiresIn": 1200}))
                }
                ABHA_KEY => key(0),
                PHR_KEY => key(1),
                other => panic!("the test has no answer for {} {other}", request.method()),
            }
        });
        let mut retry_after = None;
        let (status, media_type, body) = match reply {
            Reply::Json(status, body) => {
                (status, "application/json", serde_json::to_vec(&body).unwrap())
            }
            Reply::Raw(status, media_type, body) => (status, media_type, body),
            Reply::Busy(status, told) => {
                retry_after = Some(told);
                (status, "application/json", br#"{"message":"Too many requests"}"#.to_vec())
            }
            Reply::Lost(kind) => return Err(TransportError::new(kind)),
        };
        let mut response =
            http::Response::builder().status(status).header("content-type", media_type);
        if let Some(told) = retry_after {
            response = response.header("retry-after", told);
        }
        Ok(response.body(Bytes::from(body)).unwrap())
    }
}

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    /// A clock that stands at the time of every test.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(parse_timestamp("2026-11-22T04:45:30.000Z").unwrap())))
    }

    pub(crate) fn pass(&self, span: TimeDelta) {
        *self.0.lock().unwrap() += span;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Keeps consents in memory, or refuses them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consents {
    pub(crate) records: Arc<Mutex<Vec<ConsentRecord>>>,
    pub(crate) refuse: bool,
}

#[async_trait]
impl ConsentRecorder for Consents {
    async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
        if self.refuse {
            return Err("the consent table is locked for Asha Example".into());
        }
        self.records.lock().unwrap().push(consent.clone());
        Ok(())
    }
}

/// A desk on the double, and all that a test may want to touch.
pub(crate) struct Bench {
    pub(crate) abdm: Arc<Abdm>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) consents: Consents,
    pub(crate) desk: Desk,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Consents::default())
    }

    /// A desk that works for a benefit programme.
    pub(crate) fn for_programme(name: &str) -> Self {
        let mut bench = Self::new();
        let builder = Desk::builder(bench.desk.client().clone(), bench.consents.clone());
        bench.desk = builder.programme(name).build();
        bench
    }

    /// Another desk on the same double, in this environment.
    pub(crate) fn desk_in(&self, environment: Environment) -> Desk {
        let credentials = Credentials::new("SBX_000000", ClientSecret::new("client-secret"));
        let client = AbdmClient::builder(environment, credentials, self.abdm.clone())
            .clock(self.clock.clone())
            .build();
        Desk::new(client, self.consents.clone())
    }

    pub(crate) fn with(consents: Consents) -> Self {
        let abdm = Abdm::new();
        let clock = TestClock::new();
        let environment = Environment::at("http://127.0.0.1:9").unwrap();
        let credentials = Credentials::new("SBX_000000", ClientSecret::new("client-secret"));
        let client = AbdmClient::builder(environment, credentials, abdm.clone())
            .clock(clock.clone())
            .retry(RetryPolicy::fast())
            .build();
        let desk = Desk::new(client, consents.clone());
        Self { abdm, clock, consents, desk }
    }
}

pub(crate) fn aadhaar() -> AadhaarNumber {
    AadhaarNumber::new(AADHAAR).unwrap()
}

pub(crate) fn mobile() -> MobileNumber {
    MobileNumber::new(MOBILE).unwrap()
}

pub(crate) fn otp() -> Otp {
    Otp::new("123456").unwrap()
}

pub(crate) fn consent() -> GivenConsent {
    GivenConsent::new("operator-17", "hi").of_subject("OPD-4711")
}

/// A token with these claims, as ABDM makes it; nobody checks its signature.
pub(crate) fn claiming(claims: Value) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", part(json!({"alg": "RS512"})), part(claims))
}

pub(crate) fn tokens() -> Value {
    json!({
        "token": "user-token", "expiresIn": 1800,
        "refreshToken": "refresh-token", "refreshExpiresIn": 1_296_000,
    })
}

pub(crate) fn otp_sent(txn_id: &str) -> Value {
    json!({
        "txnId": txn_id,
        "message": "OTP sent to Aadhaar registered mobile number ending with ******0903",
    })
}
