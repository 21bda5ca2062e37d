//! The gateway's keys: where they come from, and how long they are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use super::rejected::CallbackRejected;
use crate::clock::Clock;
use crate::wire::parse_json;

/// Where the gateway's key set comes from.
///
/// The client of this crate fetches it over the authenticated session, from the address of the
/// discovery document. An integrator may put another source in its place: NHA no longer lists the
/// endpoint in its reference (gateway.md 0).
#[async_trait]
pub trait KeySource: fmt::Debug + Send + Sync + 'static {
    /// Fetches the key set: the JSON text of a JWKS, `{"keys": […]}`.
    ///
    /// # Errors
    /// When it cannot be fetched. The keys known so far then stay in use.
    async fn fetch(&self) -> Result<Vec<u8>, KeySourceError>;
}

/// Why the key set could not be fetched.
#[derive(thiserror::Error)]
#[error("cannot fetch the gateway's key set: {reason}")]
#[non_exhaustive]
pub struct KeySourceError {
    reason: &'static str,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

crate::error::debug_in_words!(KeySourceError);

impl KeySourceError {
    /// An error for this reason.
    #[must_use]
    pub fn new(reason: &'static str) -> Self {
        Self { reason, source: None }
    }

    /// The same with its cause.
    #[must_use]
    pub fn with_source(
        reason: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { reason, source: Some(source.into()) }
    }
}

/// A key set that never changes: for tests, and for integrators who pin the keys.
#[derive(Debug, Clone)]
pub struct StaticKeys(Vec<u8>);

impl StaticKeys {
    /// Takes the JSON text of a JWKS.
    #[must_use]
    pub fn new(jwks: impl Into<Vec<u8>>) -> Self {
        Self(jwks.into())
    }
}

#[async_trait]
impl KeySource for StaticKeys {
    async fn fetch(&self) -> Result<Vec<u8>, KeySourceError> {
        Ok(self.0.clone())
    }
}

/// How long keys are kept and how often they may be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyCacheSettings {
    /// After this time the next use has the set fetched again, in the background: a key that is
    /// known never waits. Six hours by default. When the fetch fails, the known keys stay in use.
    pub lifetime: Duration,
    /// The least time between two fetches, so that forged tokens with made-up key ids cannot turn
    /// this host against ABDM. One minute by default.
    pub fetch_floor: Duration,
    /// The longest that a message waits in all for a key that is not known; then it is refused with
    /// [`CallbackRejected::KeysUnavailable`], and the fetch goes on. Four seconds by default.
    pub longest_wait: Duration,
}

impl Default for KeyCacheSettings {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_secs(6 * 60 * 60),
            fetch_floor: Duration::from_secs(60),
            longest_wait: Duration::from_secs(4),
        }
    }
}

/// The time after which a fetch counts as failed, so that a source that hangs does not keep the
/// next fetch from starting.
const FETCH_LIMIT: Duration = Duration::from_secs(60);

/// The gateway's keys by `kid`: fetched at first use, again when a token names an unknown one, and
/// in the background when they have grown old. Many callbacks at once cause one fetch. A clone
/// shares the keys.
#[derive(Debug, Clone)]
pub struct KeyCache(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Arc<dyn KeySource>,
    clock: Arc<dyn Clock>,
    settings: KeyCacheSettings,
    known: RwLock<Known>,
    /// Held during a fetch; holds the time of the last one.
    gate: tokio::sync::Mutex<Option<DateTime<Utc>>>,
}

#[derive(Debug, Default)]
struct Known {
    keys: BTreeMap<String, Arc<GatewayKey>>,
    fetched_at: Option<DateTime<Utc>>,
}

/// One key: what verifies, and the only algorithm with which it does.
pub(super) struct GatewayKey {
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

impl fmt::Debug for GatewayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GatewayKey({:?})", self.algorithm)
    }
}

impl KeyCache {
    /// An empty cache over a source, with the default settings. Nothing is fetched yet.
    #[must_use]
    pub fn new(source: Arc<dyn KeySource>, clock: Arc<dyn Clock>) -> Self {
        Self::with_settings(source, clock, KeyCacheSettings::default())
    }

    /// The same with other settings.
    #[must_use]
    pub fn with_settings(
        source: Arc<dyn KeySource>,
        clock: Arc<dyn Clock>,
        settings: KeyCacheSettings,
    ) -> Self {
        Self(Arc::new(Inner {
            source,
            clock,
            settings,
            known: RwLock::default(),
            gate: tokio::sync::Mutex::default(),
        }))
    }

    /// Fetches the set now, unless that was done within the floor, and tells how many usable keys
    /// are known. For a check at start-up: a host that cannot fetch keys refuses every callback.
    ///
    /// # Errors
    /// When no key is known and none can be obtained.
    pub async fn warm_up(&self) -> Result<usize, CallbackRejected> {
        let fetched = self.fetch(None).await;
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner).keys.len();
        match known {
            0 => Err(fetched.err().unwrap_or(CallbackRejected::KeysUnavailable)),
            _ => Ok(known),
        }
    }

    /// The key of this id: at once when it is known, however old the set is.
    pub(super) async fn key(&self, kid: &str) -> Result<Arc<GatewayKey>, CallbackRejected> {
        if let (Some(key), fresh) = self.0.look_up(kid) {
            if !fresh {
                self.refresh();
            }
            return Ok(key);
        }
        let fetched = tokio::time::timeout(self.0.settings.longest_wait, self.fetch(Some(kid)))
            .await
            .unwrap_or(Err(CallbackRejected::KeysUnavailable));
        match self.0.look_up(kid).0 {
            Some(key) => Ok(key),
            None => Err(fetched.err().unwrap_or(CallbackRejected::UnknownKey)),
        }
    }

    /// Has the set fetched in the background, unless that is being done or was a moment ago.
    fn refresh(&self) {
        let due = self.0.gate.try_lock().is_ok_and(|last_fetch| self.0.may_fetch(*last_fetch));
        if due {
            let inner = Arc::clone(&self.0);
            tokio::spawn(async move {
                // A failure is in the log, and nobody waits for it.
                if let Ok(mut last_fetch) = inner.gate.try_lock() {
                    let _ = inner.fetch_within(&mut last_fetch).await;
                }
            });
        }
    }

    /// Fetches the set in a task of its own: a caller who hangs up must not undo it.
    async fn fetch(&self, wanted: Option<&str>) -> Result<(), CallbackRejected> {
        let inner = Arc::clone(&self.0);
        let wanted = wanted.map(str::to_owned);
        tokio::spawn(async move { inner.fetch(wanted.as_deref()).await })
            .await
            .unwrap_or(Err(CallbackRejected::KeysUnavailable))
    }
}

impl Inner {
    /// The key, if it is known, and whether the set is young enough.
    fn look_up(&self, kid: &str) -> (Option<Arc<GatewayKey>>, bool) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = known
            .fetched_at
            .is_some_and(|at| is_within(at, self.clock.now(), self.settings.lifetime));
        (known.keys.get(kid).cloned(), fresh)
    }

    async fn fetch(&self, wanted: Option<&str>) -> Result<(), CallbackRejected> {
        let mut last_fetch = self.gate.lock().await;
        // Somebody else may have fetched while this one waited.
        if let Some(kid) = wanted
            && let (Some(_), true) = self.look_up(kid)
        {
            return Ok(());
        }
        self.fetch_within(&mut last_fetch).await
    }

    /// Whether the last fetch was long enough ago for another.
    fn may_fetch(&self, last_fetch: Option<DateTime<Utc>>) -> bool {
        !last_fetch.is_some_and(|at| is_within(at, self.clock.now(), self.settings.fetch_floor))
    }

    /// Fetches the set, unless that was done within the floor. The caller holds the gate.
    async fn fetch_within(
        &self,
        last_fetch: &mut Option<DateTime<Utc>>,
    ) -> Result<(), CallbackRejected> {
        let now = self.clock.now();
        if !self.may_fetch(*last_fetch) {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            return match known.fetched_at {
                Some(at) if is_within(at, now, self.settings.lifetime) => Ok(()),
                _ => Err(CallbackRejected::KeysUnavailable),
            };
        }
        *last_fetch = Some(now);
        let fetched = tokio::time::timeout(FETCH_LIMIT, self.source.fetch())
            .await
            .unwrap_or_else(|_| Err(KeySourceError::new("the source did not answer")));
        let keys = match fetched {
            Ok(jwks) => read_keys(&jwks),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no fresh gateway keys");
                return Err(CallbackRejected::KeysUnavailable);
            }
        };
        if keys.is_empty() {
            tracing::warn!("the gateway's key set holds no usable key; the known ones stay in use");
            return Err(CallbackRejected::KeysUnavailable);
        }
        tracing::debug!(keys = keys.len(), "fetched the gateway's keys");
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Known { keys, fetched_at: Some(now) };
        Ok(())
    }
}

/// Whether `at` lies at most `span` before `now`. A clock that was set back makes it old.
fn is_within(at: DateTime<Utc>, now: DateTime<Utc>, span: Duration) -> bool {
    (now - at).to_std().is_ok_and(|age| age < span)
}

/// The usable keys of a set: RSA of at least 2048 bits, for signatures, RS256 or RS512, with an id.
/// Others are left out; of two with one id the first counts.
fn read_keys(jwks: &[u8]) -> BTreeMap<String, Arc<GatewayKey>> {
    let set: Value = parse_json(jwks).unwrap_or_default();
    let entries = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut keys = BTreeMap::new();
    for (kid, key) in entries.iter().filter_map(read_key) {
        keys.entry(kid).or_insert_with(|| Arc::new(key));
    }
    keys
}

fn read_key(entry: &Value) -> Option<(String, GatewayKey)> {
    let text = |name: &str| entry.get(name)?.as_str();
    let algorithm = match (text("kty")?, text("use").unwrap_or("sig"), text("alg")?) {
        ("RSA", "sig", "RS256") => Algorithm::RS256,
        ("RSA", "sig", "RS512") => Algorithm::RS512,
        _ => return None,
    };
    let kid = text("kid")?.to_owned();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
    let modulus = decode(text("n")?)?;
    let exponent = decode(text("e")?)?;
    let significant = modulus.iter().skip_while(|byte| **byte == 0).count();
    (significant >= 256).then(|| {
        let decoding = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
        (kid, GatewayKey { algorithm, decoding })
    })
}
