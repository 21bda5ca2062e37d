//! The check of inbound messages, with tokens signed by keys made here.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use abdm_core::callback::{
    CallbackRejected, CallbackVerifier, KeyCache, KeyCacheSettings, KeySource, KeySourceError,
    PushTokenPolicy, StaticKeys, VerifiedCallback, VerifyPolicy,
};
use abdm_core::clock::{Clock, parse_timestamp};
use abdm_core::headers::{HIP_ID, HIU_ID, REQUEST_ID, TIMESTAMP};
use async_trait::async_trait;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::contract::contract_file;

const ISSUER: &str = "https://dev.abdm.gov.in/auth/realms/central-registry";
const NOW: i64 = 1_790_000_000;

static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
static OTHER_KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

/// A clock that the test sets.
#[derive(Debug)]
struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(DateTime::from_timestamp(NOW, 0).unwrap())))
    }

    fn advance(&self, seconds: i64) {
        *self.0.lock().unwrap() += chrono::Duration::seconds(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The public part of a key as an entry of a key set.
fn jwk(kid: &str, alg: &str, key: &KeyPair) -> Value {
    let public = key.public_key();
    json!({
        "kid": kid, "kty": "RSA", "use": "sig", "alg": alg,
        "n": encode(public.modulus().big_endian_without_leading_zero()),
        "e": encode(public.exponent().big_endian_without_leading_zero()),
    })
}

fn jwks(keys: &[Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

/// The set of the sandbox: one key for callbacks, one for link tokens.
fn sandbox_like_jwks() -> Vec<u8> {
    jwks(&[jwk("k256", "RS256", &KEY), jwk("k512", "RS512", &OTHER_KEY)])
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "account", "azp": "gateway", "clientId": "gateway", "typ": "Bearer",
        "preferred_username": "service-account-gateway",
        "iat": NOW - 60, "nbf": 0, "exp": NOW + 1140,
    })
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn sign(
    header: &Value,
    claims: &Value,
    key: &KeyPair,
    padding: &'static dyn RsaEncoding,
) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let mut signature = vec![0; key.public_modulus_len()];
    let randomness = rand::SystemRandom::new();
    key.sign(padding, &randomness, message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}

fn token(claims: &Value) -> String {
    sign(&json!({"alg": "RS256", "kid": "k256", "typ": "JWT"}), claims, &KEY, &RSA_PKCS1_SHA256)
}

fn headers(token: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("authorization", format!("Bearer {token}").as_str()),
        ("request-id", "8e2b0bd1-bd36-4fb4-a28d-2ea6c3ed9de3"),
        ("timestamp", "2026-09-16T10:12:48.483Z"),
        ("x-hip-id", "IN0000000001_1"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn verifier_with(policy: VerifyPolicy) -> CallbackVerifier {
    let clock = TestClock::new();
    let keys = KeyCache::new(Arc::new(StaticKeys::new(sandbox_like_jwks())), clock.clone());
    CallbackVerifier::new(keys, policy, clock)
}

async fn verify(token: &str) -> Result<VerifiedCallback, CallbackRejected> {
    verifier_with(VerifyPolicy::sandbox()).verify(&headers(token)).await
}

#[tokio::test]
async fn a_callback_of_the_gateway_is_accepted_without_cm_id() {
    let callback = verify(&token(&claims())).await.unwrap();
    assert_eq!(callback.request_id.to_string(), "8e2b0bd1-bd36-4fb4-a28d-2ea6c3ed9de3");
    assert_eq!(Some(callback.timestamp), parse_timestamp("2026-09-16T10:12:48.483Z"));
    assert_eq!(callback.required_hip_id().unwrap().as_str(), "IN0000000001_1");
    assert_eq!(callback.key_id.as_deref(), Some("k256"));
    assert_eq!(callback.late_by, None);
    assert_eq!(callback.required_hiu_id(), Err(CallbackRejected::MissingHeader { name: HIU_ID }));
}

#[tokio::test]
async fn an_rs512_key_verifies_rs512_tokens() {
    let header = json!({"alg": "RS512", "kid": "k512"});
    let good = sign(&header, &claims(), &OTHER_KEY, &RSA_PKCS1_SHA512);
    assert!(verify(&good).await.is_ok());
}

#[tokio::test]
async fn a_key_serves_its_own_algorithm_only() {
    let crossed =
        sign(&json!({"alg": "RS256", "kid": "k512"}), &claims(), &OTHER_KEY, &RSA_PKCS1_SHA256);
    assert_eq!(verify(&crossed).await, Err(CallbackRejected::AlgorithmMismatch));
    let crossed = sign(&json!({"alg": "RS512", "kid": "k256"}), &claims(), &KEY, &RSA_PKCS1_SHA512);
    assert_eq!(verify(&crossed).await, Err(CallbackRejected::AlgorithmMismatch));
}

#[tokio::test]
async fn a_token_without_signature_algorithm_is_refused() {
    for alg in ["none", "None", "", "RS384", "PS256", "ES256"] {
        let header = json!({"alg": alg, "kid": "k256"});
        let unsigned = format!("{}.{}.", encode(header.to_string()), encode(claims().to_string()));
        assert_eq!(verify(&unsigned).await, Err(CallbackRejected::AlgorithmMismatch), "{alg:?}");
    }
}

#[tokio::test]
async fn the_public_key_does_not_serve_as_hmac_secret() {
    let message = format!(
        "{}.{}",
        encode(json!({"alg": "HS256", "kid": "k256"}).to_string()),
        encode(claims().to_string())
    );
    let public = KEY.public_key();
    let der = public.as_der().unwrap();
    let secret = hmac::Key::new(hmac::HMAC_SHA256, der.as_ref());
    let forged = format!("{message}.{}", encode(hmac::sign(&secret, message.as_bytes())));
    assert_eq!(verify(&forged).await, Err(CallbackRejected::AlgorithmMismatch));
}

#[tokio::test]
async fn a_changed_or_foreign_signature_is_refused() {
    let by_other =
        sign(&json!({"alg": "RS256", "kid": "k256"}), &claims(), &OTHER_KEY, &RSA_PKCS1_SHA256);
    assert_eq!(verify(&by_other).await, Err(CallbackRejected::BadSignature));

    let good = token(&claims());
    let parts: Vec<_> = good.split('.').collect();
    let richer = encode(with(claims(), "azp", json!("x")).to_string());
    let changed = format!("{}.{richer}.{}", parts[0], parts[2]);
    assert_eq!(verify(&changed).await, Err(CallbackRejected::BadSignature));
    let cut = format!("{}.{}.", parts[0], parts[1]);
    assert_eq!(verify(&cut).await, Err(CallbackRejected::BadSignature));
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    for text in ["", "a", "a.b", "a.b.c", "a.b.c.d", "e30.e30.e30", &"x".repeat(20_000)] {
        let refused = verify(text).await.unwrap_err();
        assert!(matches!(refused, CallbackRejected::MalformedToken(_)), "{text:.20}: {refused:?}");
        assert_eq!(refused.http_status(), 401);
    }
    let verifier = verifier_with(VerifyPolicy::sandbox());
    let mut bare = headers("x");
    bare.remove("authorization");
    assert_eq!(verifier.verify(&bare).await, Err(CallbackRejected::MissingToken));
    bare.insert("authorization", HeaderValue::from_static("Basic abc"));
    assert!(matches!(verifier.verify(&bare).await, Err(CallbackRejected::MalformedToken(_))));
    let critical = json!({"alg": "RS256", "kid": "k256", "crit": ["x"]});
    let critical = sign(&critical, &claims(), &KEY, &RSA_PKCS1_SHA256);
    assert!(matches!(verify(&critical).await, Err(CallbackRejected::MalformedToken(_))));
}

#[tokio::test]
async fn an_expired_token_is_accepted_within_the_grace_and_its_delay_told() {
    let ended = |ago: i64| with(claims(), "exp", json!(NOW - ago));
    let late = verify(&token(&ended(400))).await.unwrap();
    assert_eq!(late.late_by, Some(chrono::Duration::seconds(400)));
    assert!(verify(&token(&ended(3600))).await.is_ok());
    let late_by = chrono::Duration::seconds(3601);
    assert_eq!(verify(&token(&ended(3601))).await, Err(CallbackRejected::Expired { late_by }));

    let mut strict = VerifyPolicy::sandbox();
    strict.expired_grace = Duration::ZERO;
    let refused = verifier_with(strict).verify(&headers(&token(&ended(1)))).await;
    assert!(matches!(refused, Err(CallbackRejected::Expired { .. })));
}

#[tokio::test]
async fn a_token_without_a_sound_end_is_refused() {
    let mut endless = claims();
    endless.as_object_mut().unwrap().remove("exp");
    for odd in [endless, with(claims(), "exp", json!("soon")), with(claims(), "exp", json!(1e300))]
    {
        let refused = verify(&token(&odd)).await;
        assert!(matches!(refused, Err(CallbackRejected::MalformedToken(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_token_of_the_future_waits() {
    for claim in ["nbf", "iat"] {
        let near = with(claims(), claim, json!(NOW + 60));
        assert!(verify(&token(&near)).await.is_ok(), "{claim} within the leeway");
        let far = with(claims(), claim, json!(NOW + 61));
        assert_eq!(verify(&token(&far)).await, Err(CallbackRejected::NotYetValid), "{claim}");
    }
}

#[tokio::test]
async fn issuer_party_and_audience_must_be_the_gateways() {
    let older =
        with(claims(), "iss", json!("https://dev.ndhm.gov.in/auth/realms/central-registry"));
    assert!(verify(&token(&older)).await.is_ok());
    for iss in [json!("https://evil.example"), Value::Null] {
        let wrong = with(claims(), "iss", iss);
        assert_eq!(verify(&token(&wrong)).await, Err(CallbackRejected::WrongIssuer));
    }
    let another = with(claims(), "azp", json!("SBX_000001"));
    assert_eq!(verify(&token(&another)).await, Err(CallbackRejected::WrongParty));
    let nobody = with(with(claims(), "azp", Value::Null), "clientId", Value::Null);
    assert_eq!(verify(&token(&nobody)).await, Err(CallbackRejected::WrongParty));
    let only_client_id = with(claims(), "azp", Value::Null);
    assert!(verify(&token(&only_client_id)).await.is_ok());

    let several = with(claims(), "aud", json!(["other", "account"]));
    assert!(verify(&token(&several)).await.is_ok());
    assert!(verify(&token(&with(claims(), "aud", Value::Null))).await.is_ok());
    let elsewhere = with(claims(), "aud", json!("other"));
    assert_eq!(verify(&token(&elsewhere)).await, Err(CallbackRejected::WrongAudience));
    let mut any_audience = VerifyPolicy::sandbox();
    any_audience.audience = None;
    assert!(verifier_with(any_audience).verify(&headers(&token(&elsewhere))).await.is_ok());
}

#[tokio::test]
async fn the_needed_headers_are_needed_and_checked() {
    let verifier = verifier_with(VerifyPolicy::sandbox());
    for name in [REQUEST_ID, TIMESTAMP] {
        let mut headers = headers(&token(&claims()));
        let field = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.insert(field.clone(), HeaderValue::from_static("yesterday"));
        let refused = verifier.verify(&headers).await.unwrap_err();
        assert!(
            matches!(refused, CallbackRejected::MalformedHeader { name: said, .. } if said == name),
            "{refused:?}"
        );
        headers.insert(field.clone(), HeaderValue::from_static(" "));
        assert_eq!(verifier.verify(&headers).await, Err(CallbackRejected::MissingHeader { name }));
        headers.remove(field);
        assert_eq!(verifier.verify(&headers).await, Err(CallbackRejected::MissingHeader { name }));
    }
    let mut headers = headers(&token(&claims()));
    headers.insert("x-hip-id", HeaderValue::from_bytes(b"\xff").unwrap());
    assert!(matches!(
        verifier.verify(&headers).await,
        Err(CallbackRejected::MalformedHeader { name: HIP_ID, .. })
    ));
}

#[tokio::test]
async fn a_push_may_come_from_any_client_of_the_realm() {
    let verifier = verifier_with(VerifyPolicy::sandbox());
    let hips = with(with(claims(), "azp", json!("SBX_000001")), "clientId", json!("SBX_000001"));
    let push = verifier.verify_push(&headers(&token(&hips))).await.unwrap().unwrap();
    assert_eq!(push.party.as_deref(), Some("SBX_000001"));
    assert_eq!(push.key_id, "k256");

    let foreign = with(hips, "iss", json!("https://evil.example"));
    let refused = verifier.verify_push(&headers(&token(&foreign))).await;
    assert_eq!(refused, Err(CallbackRejected::WrongIssuer), "what is there must be right");

    assert_eq!(verifier.verify_push(&HeaderMap::new()).await, Ok(None));
    let mut strict = VerifyPolicy::sandbox();
    strict.push_token = PushTokenPolicy::Required;
    let refused = verifier_with(strict).verify_push(&HeaderMap::new()).await;
    assert_eq!(refused, Err(CallbackRejected::MissingToken));
}

#[tokio::test]
async fn a_switched_off_verifier_reads_what_is_there() {
    let verifier = CallbackVerifier::dangerously_accept_everything();
    let callback = verifier.verify(&headers("nonsense")).await.unwrap();
    assert_eq!(callback.hip_id.unwrap().as_str(), "IN0000000001_1");
    assert_eq!(callback.key_id, None);
    assert!(verifier.verify(&HeaderMap::new()).await.is_ok());
    assert_eq!(verifier.verify_push(&HeaderMap::new()).await, Ok(None));
}

/// A key source that counts, can be changed and can fail.
#[derive(Debug, Default)]
struct ScriptedKeys {
    fetches: AtomicUsize,
    set: Mutex<Option<Vec<u8>>>,
    /// While it is locked, a fetch hangs.
    line: tokio::sync::Mutex<()>,
}

impl ScriptedKeys {
    fn serving(keys: &[Value]) -> Arc<Self> {
        let scripted = Self::default();
        scripted.serve(keys);
        Arc::new(scripted)
    }

    fn serve(&self, keys: &[Value]) {
        *self.set.lock().unwrap() = Some(jwks(keys));
    }

    fn fail(&self) {
        *self.set.lock().unwrap() = None;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    /// Waits for the fetch of this number to have begun.
    async fn reach(&self, fetches: usize) {
        let begun = async {
            while self.fetches() < fetches {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), begun)
            .await
            .unwrap_or_else(|_| panic!("{} fetches, not {fetches}", self.fetches()));
    }
}

#[async_trait]
impl KeySource for ScriptedKeys {
    async fn fetch(&self) -> Result<Vec<u8>, KeySourceError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        let _line = self.line.lock().await;
        self.set.lock().unwrap().clone().ok_or_else(|| KeySourceError::new("out of order"))
    }
}

struct Scene {
    keys: Arc<ScriptedKeys>,
    clock: Arc<TestClock>,
    verifier: CallbackVerifier,
}

impl Scene {
    fn new(keys: &[Value]) -> Self {
        let (keys, clock) = (ScriptedKeys::serving(keys), TestClock::new());
        let cache = KeyCache::new(keys.clone(), clock.clone());
        let verifier = CallbackVerifier::new(cache, VerifyPolicy::sandbox(), clock.clone());
        Self { keys, clock, verifier }
    }

    async fn verify(&self, kid: &str, key: &KeyPair) -> Result<(), CallbackRejected> {
        let header = json!({"alg": "RS256", "kid": kid});
        let claims = with(claims(), "exp", json!(NOW + 1_000_000));
        let token = sign(&header, &claims, key, &RSA_PKCS1_SHA256);
        self.verifier.verify(&headers(&token)).await.map(|_| ())
    }
}

#[tokio::test]
async fn many_callbacks_at_once_fetch_the_keys_once() {
    let scene = Arc::new(Scene::new(&[jwk("a", "RS256", &KEY)]));
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let scene = Arc::clone(&scene);
            tokio::spawn(async move { scene.verify("a", &KEY).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
    assert_eq!(scene.keys.fetches(), 1);
}

#[tokio::test]
async fn an_unknown_key_is_looked_up_once_a_minute() {
    let scene = Scene::new(&[jwk("a", "RS256", &KEY)]);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    for _ in 0..5 {
        assert_eq!(scene.verify("forged", &OTHER_KEY).await, Err(CallbackRejected::UnknownKey));
    }
    assert_eq!(scene.keys.fetches(), 1, "the set was fetched a moment ago");
    scene.clock.advance(61);
    for _ in 0..5 {
        assert_eq!(scene.verify("forged", &OTHER_KEY).await, Err(CallbackRejected::UnknownKey));
    }
    assert_eq!(scene.keys.fetches(), 2);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
}

#[tokio::test]
async fn rotated_keys_are_found_and_the_old_ones_leave() {
    let scene = Scene::new(&[jwk("a", "RS256", &KEY)]);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    scene.keys.serve(&[jwk("b", "RS256", &OTHER_KEY)]);
    scene.clock.advance(61);
    assert_eq!(scene.verify("b", &OTHER_KEY).await, Ok(()));
    assert_eq!(scene.verify("a", &KEY).await, Err(CallbackRejected::UnknownKey));
}

#[tokio::test]
async fn known_keys_serve_on_while_the_set_cannot_be_fetched() {
    let scene = Scene::new(&[jwk("a", "RS256", &KEY)]);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    scene.keys.fail();
    scene.clock.advance(7 * 60 * 60);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    scene.keys.reach(2).await; // the old set was to be renewed
    assert_eq!(scene.verify("b", &OTHER_KEY).await, Err(CallbackRejected::KeysUnavailable));
    assert_eq!(scene.keys.fetches(), 2, "not before the floor");
    scene.clock.advance(61);
    scene.keys.serve(&[jwk("b", "RS256", &OTHER_KEY)]);
    assert_eq!(scene.verify("b", &OTHER_KEY).await, Ok(()));
}

#[tokio::test]
async fn a_known_key_of_an_old_set_does_not_wait_for_the_fetch() {
    let scene = Scene::new(&[jwk("a", "RS256", &KEY)]);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    scene.clock.advance(7 * 60 * 60);
    let blocked = scene.keys.line.lock().await;
    for _ in 0..5 {
        let at_once = tokio::time::timeout(Duration::from_secs(2), scene.verify("a", &KEY));
        assert_eq!(at_once.await, Ok(Ok(())));
    }
    scene.keys.reach(2).await;
    scene.keys.serve(&[jwk("a", "RS256", &KEY), jwk("b", "RS256", &OTHER_KEY)]);
    drop(blocked);
    // The one fetch in the background brings the new key, too.
    assert_eq!(scene.verify("b", &OTHER_KEY).await, Ok(()));
    assert_eq!(scene.keys.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_waits_four_seconds_in_all() {
    let scene = Scene::new(&[jwk("a", "RS256", &KEY)]);
    let blocked = scene.keys.line.lock().await;
    for _ in 0..2 {
        let start = tokio::time::Instant::now();
        assert_eq!(scene.verify("a", &KEY).await, Err(CallbackRejected::KeysUnavailable));
        let waited = start.elapsed().as_secs_f64();
        assert!((3.9..4.5).contains(&waited), "{waited}");
    }
    drop(blocked);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    assert_eq!(scene.keys.fetches(), 1, "the first fetch went on");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_does_not_keep_the_next_fetch_from_starting() {
    let scene = Scene::new(&[jwk("a", "RS256", &KEY)]);
    let blocked = scene.keys.line.lock().await;
    let refused = scene.verify("a", &KEY).await;
    assert_eq!(refused, Err(CallbackRejected::KeysUnavailable));
    tokio::time::sleep(Duration::from_secs(60)).await;
    drop(blocked);
    scene.clock.advance(61);
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    assert_eq!(scene.keys.fetches(), 2);
}

#[tokio::test]
async fn without_any_key_nothing_passes() {
    let scene = Scene::new(&[]);
    let refused = scene.verify("a", &KEY).await.unwrap_err();
    assert_eq!(refused, CallbackRejected::KeysUnavailable);
    assert_eq!(refused.http_status(), 503);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_undo_the_fetch() {
    let scene = Scene::new(&[jwk("a", "RS256", &KEY)]);
    let hung_up = tokio::time::timeout(Duration::from_millis(1), scene.verify("a", &KEY)).await;
    assert!(hung_up.is_err());
    assert_eq!(scene.verify("a", &KEY).await, Ok(()));
    assert_eq!(scene.keys.fetches(), 1);
}

#[tokio::test]
async fn keys_that_are_no_rsa_signature_keys_are_left_out() {
    let good = jwk("a", "RS256", &KEY);
    let with =
        |name: &str, value: &str| with(with(good.clone(), "kid", json!(name)), name, json!(value));
    let mut short = with("n", &encode([0xAB; 128]));
    short["kid"] = json!("short");
    let mut nameless = good.clone();
    nameless.as_object_mut().unwrap().remove("kid");
    let set = [
        with("alg", "RSA-OAEP"),
        with("alg", "HS256"),
        with("kty", "oct"),
        with("use", "enc"),
        with("e", "!!"),
        short,
        nameless,
        json!(7),
        good.clone(),
    ];
    let clock = TestClock::new();
    let cache = KeyCache::new(Arc::new(StaticKeys::new(jwks(&set))), clock);
    assert_eq!(cache.warm_up().await, Ok(1));
}

#[tokio::test]
async fn an_unreadable_set_is_no_set() {
    for set in ["", "[]", "{}", r#"{"keys":{}}"#, "<html>"] {
        let clock = TestClock::new();
        let settings = KeyCacheSettings::default();
        let source = Arc::new(StaticKeys::new(set));
        let cache = KeyCache::with_settings(source, clock, settings);
        assert_eq!(cache.warm_up().await, Err(CallbackRejected::KeysUnavailable), "{set}");
    }
}

#[tokio::test]
async fn the_sandboxs_own_key_set_is_read() {
    if let Some(set) = contract_file("vectors/jwks-sandbox-2026-09-17.json") {
        let cache = KeyCache::new(Arc::new(StaticKeys::new(set)), TestClock::new());
        assert_eq!(cache.warm_up().await, Ok(2), "one RS256 key and one RS512 key");
    }
}

#[test]
fn a_rejection_never_shows_the_token() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let secret = token(&with(claims(), "iss", json!("https://evil.example")));
    let refused = runtime.block_on(verify(&secret)).unwrap_err();
    let shown = format!("{refused} {refused:?}");
    assert!(!shown.contains("evil") && !shown.contains("eyJ"), "{shown}");
}
