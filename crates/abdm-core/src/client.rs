//! The client: typed calls out, typed answers or typed errors back.
//!
//! It adds what every call needs (session, `REQUEST-ID`, `TIMESTAMP`, `X-CM-ID`), renews the
//! session once when ABDM says that it is over, repeats a call only as the endpoint's
//! [`Replay`](crate::endpoint::Replay) allows, and turns every shape of failure into [`CallError`].

mod correlate;
mod error;
mod exchange;
mod keys;
mod outgoing;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use self::correlate::{Correlate, Uncorrelated};
pub use self::error::CallError;
pub(crate) use self::exchange::Exchange;
pub use self::keys::GatewayKeys;
use crate::call::Call;
use crate::clock::{Clock, SystemClock};
use crate::endpoint::{AuthScheme, Endpoint};
use crate::environment::Environment;
use crate::error::Effort;
use crate::id::RequestId;
use crate::ids::Ids;
use crate::metric;
use crate::outgoing::OutgoingRules;
use crate::rate_limit::{RateLimit, Unlimited};
use crate::retry::{RetryPolicy, may_repeat};
use crate::secret::AccessToken;
use crate::session::{Credentials, Session, Token};
use crate::transport::Transport;
#[cfg(feature = "client")]
use crate::transport::{ReqwestTransport, TransportError};
use crate::wire::{Read, Warning};

/// A call that was answered with success.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answered<R> {
    /// The `REQUEST-ID` of the attempt that succeeded: a callback names it in `response.requestId`.
    pub request_id: RequestId,
    /// The answer.
    pub body: R,
    /// What of the answer did not fit and was left out; mostly empty. Already logged.
    pub warnings: Vec<Warning>,
}

/// A client of one environment with one pair of credentials. Cheap to clone; clones share the
/// session.
///
/// ```no_run
/// use abdm_core::api::gateway::ListBridgeServices;
/// use abdm_core::call::Call;
/// use abdm_core::client::AbdmClient;
/// use abdm_core::environment::Environment;
/// use abdm_core::secret::ClientSecret;
/// use abdm_core::session::Credentials;
/// use abdm_core::wire::NoBody;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = ClientSecret::new(std::env::var("ABDM_CLIENT_SECRET")?);
/// let client = AbdmClient::new(Environment::sandbox(), Credentials::new("SBX_000000", secret))?;
/// let registered = client.send(&Call::<ListBridgeServices>::new(NoBody)).await?.body;
/// for service in registered.unwrap_or_default().services {
///     println!("{} {:?}", service.id, service.types);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct AbdmClient {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    exchange: Exchange,
    session: Session,
    retry: RetryPolicy,
    rate_limit: Box<dyn RateLimit>,
}

impl AbdmClient {
    /// A client with the built-in transport, the machine's clock and the default policy.
    ///
    /// # Errors
    /// When the TLS library finds no trusted roots.
    #[cfg(feature = "client")]
    pub fn new(environment: Environment, credentials: Credentials) -> Result<Self, TransportError> {
        let transport = Arc::new(ReqwestTransport::new()?);
        Ok(Self::builder(environment, credentials, transport).build())
    }

    /// A client on a transport of your own, with its settings to choose.
    pub fn builder(
        environment: Environment,
        credentials: Credentials,
        transport: Arc<dyn Transport>,
    ) -> AbdmClientBuilder {
        AbdmClientBuilder {
            exchange: Exchange::new(environment, transport, Arc::new(SystemClock)),
            credentials,
            retry: RetryPolicy::default(),
            rate_limit: Box::new(Unlimited),
        }
    }

    /// Sends a call whose answer is all there is to know.
    ///
    /// # Errors
    /// [`CallError`], after the repetitions that the endpoint allows.
    pub async fn send<E: Endpoint>(
        &self,
        call: &Call<E>,
    ) -> Result<Answered<E::Response>, CallError> {
        self.send_correlated(call, &Uncorrelated).await
    }

    /// Sends a call whose outcome arrives as a callback. `correlate` gives every try its
    /// `REQUEST-ID`, and stores it before: a fast callback must find it (m2-hip.md 1.2).
    ///
    /// # Errors
    /// As [`send`](Self::send), and when the id could not be stored: then nothing was sent.
    pub async fn send_correlated<E: Endpoint>(
        &self,
        call: &Call<E>,
        correlate: &dyn Correlate,
    ) -> Result<Answered<E::Response>, CallError> {
        self.attempts(call, None, correlate).await
    }

    /// Sends a call to a whole URL that another party has named: the data push. It does not go by
    /// the transport to ABDM, unless the URL is the gateway's own, and only where
    /// [`outgoing_rules`](Self::outgoing_rules) allow it.
    ///
    /// # Errors
    /// As [`send`](Self::send), and where the address may not be called
    /// ([`CallError::is_forbidden`]): then nothing was sent.
    pub async fn send_to<E: Endpoint>(
        &self,
        url: &str,
        call: &Call<E>,
    ) -> Result<Answered<E::Response>, CallError> {
        self.send_to_correlated(url, call, &Uncorrelated).await
    }

    /// The same, telling `correlate` of every try.
    ///
    /// # Errors
    /// As [`send_correlated`](Self::send_correlated).
    pub async fn send_to_correlated<E: Endpoint>(
        &self,
        url: &str,
        call: &Call<E>,
        correlate: &dyn Correlate,
    ) -> Result<Answered<E::Response>, CallError> {
        self.attempts(call, Some(url), correlate).await
    }

    /// Whether ABDM gives a session, and until when it is good: the one that is held, or else a new
    /// one. After a refusal ABDM is not asked again for a while, and the refusal is told again.
    ///
    /// # Errors
    /// [`CallError`]: of the call for it.
    pub async fn session_ends_at(&self) -> Result<DateTime<Utc>, CallError> {
        let inner = &*self.inner;
        let token = inner.session.token(&inner.exchange, &*inner.rate_limit).await?;
        Ok(token.ends_at())
    }

    /// The environment that this client talks to.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        self.inner.exchange.environment()
    }

    /// Which of the addresses that other parties name may be called.
    pub fn outgoing_rules(&self) -> &OutgoingRules {
        self.inner.exchange.outgoing_rules()
    }

    /// The client id, which is also the bridge id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.inner.session.credentials().client_id()
    }

    /// The client's clock.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.inner.exchange.clock()
    }

    /// The client's source of ids.
    #[must_use]
    pub fn ids(&self) -> Arc<dyn Ids> {
        self.inner.exchange.shared_ids()
    }

    /// Now, by the client's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.exchange.now()
    }

    async fn token<E: Endpoint>(&self, call: &Call<E>) -> Result<Option<Arc<Token>>, CallError> {
        if !E::Auth::uses_session(&call.credential.0) {
            return Ok(None);
        }
        let inner = &*self.inner;
        inner.session.token(&inner.exchange, &*inner.rate_limit).await.map(Some)
    }

    async fn attempts<E: Endpoint>(
        &self,
        call: &Call<E>,
        url: Option<&str>,
        correlate: &dyn Correlate,
    ) -> Result<Answered<E::Response>, CallError> {
        let inner = &*self.inner;
        let meta = E::META;
        let started = tokio::time::Instant::now();
        let mut pauses = inner.retry.pauses(inner.exchange.ids());
        let mut renewed = false;
        let mut tries = 0_u32;
        // A peer at an address of its own must not be able to end our session with a 401.
        let at_abdm = url.is_none_or(|url| inner.exchange.is_at_abdm(url));
        loop {
            let token = match self.token(call).await {
                Ok(token) => token,
                // Nothing of the call itself was sent, so that every call may wait for a session.
                Err(error) => match pauses.next().filter(|_| error.is_retryable()) {
                    Some(pause) if started.elapsed() + pause < inner.retry.total => {
                        tokio::time::sleep(pause).await;
                        continue;
                    }
                    _ => return Err(error),
                },
            };
            inner.rate_limit.admit(&meta).await;
            let bearer: Option<&AccessToken> = token.as_ref().map(|t| &t.value);
            let request_id = correlate.next_request_id(inner.exchange.ids()).await?;
            tries += 1;
            let error = match inner.exchange.once_as(request_id, call, url, bearer).await {
                Ok(Read { value: body, warnings, .. }) => {
                    return Ok(Answered { request_id, body, warnings });
                }
                Err(CallError::Api(api)) if renewed => CallError::Api(api.after_renewal()),
                Err(error) => error,
            };
            if error.had_no_effect() {
                correlate.had_no_effect(request_id);
            }
            if let (CallError::Api(api), Some(token)) = (&error, &token)
                && api.is_session_token_fault()
                && at_abdm
                && !renewed
            {
                renewed = true;
                inner.session.forget(token);
                continue;
            }
            // The peer's own `Retry-After` counts where it is longer.
            let told = error.retry_after(self.now()).unwrap_or_default();
            let pause = pauses.next().map(|pause| pause.max(told)).filter(|pause| {
                may_repeat(meta.replay, &error) && started.elapsed() + *pause < inner.retry.total
            });
            let Some(pause) = pause else {
                return Err(error.with_effort(Effort::new(tries, started.elapsed())));
            };
            metrics::counter!(metric::CALL_REPEATS.name, "endpoint" => meta.name).increment(1);
            tracing::debug!(
                endpoint = meta.name,
                request_id = %request_id,
                pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                "the call failed and is repeated"
            );
            tokio::time::sleep(pause).await;
        }
    }
}

/// The settings of an [`AbdmClient`].
#[derive(Debug)]
#[must_use]
pub struct AbdmClientBuilder {
    exchange: Exchange,
    credentials: Credentials,
    retry: RetryPolicy,
    rate_limit: Box<dyn RateLimit>,
}

impl AbdmClientBuilder {
    /// Another clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.exchange = self.exchange.with_clock(clock);
        self
    }

    /// Another source of ids: of `REQUEST-ID`s, and of the chance in the pauses between tries.
    pub fn ids(mut self, ids: Arc<dyn Ids>) -> Self {
        self.exchange = self.exchange.with_ids(ids);
        self
    }

    /// Other bounds of repetition.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How long one HTTP call may take, answer included. 30 s unless said otherwise. A long body
    /// has longer: see [`upload_rate`](Self::upload_rate).
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.exchange = self.exchange.with_deadline(deadline);
        self
    }

    /// How many bytes a second a long body is sent with at least: 262,144 (two megabits a second)
    /// unless said otherwise. Each call may take the [`deadline`](Self::deadline) and a second for
    /// so many bytes of its body: a data push of 50 MB three minutes more.
    pub fn upload_rate(mut self, bytes_a_second: NonZeroU32) -> Self {
        self.exchange = self.exchange.with_upload_rate(bytes_a_second);
        self
    }

    /// Which of the addresses that other parties name may be called, such as where a HIU wants its
    /// data pushed: the public internet by `https`, unless said otherwise. This machine may be, too,
    /// where the environment is one on this machine.
    pub fn outgoing_rules(mut self, rules: OutgoingRules) -> Self {
        self.exchange = self.exchange.with_outgoing_rules(rules);
        self
    }

    /// Another transport to addresses that other parties name: a
    /// [`GuardedTransport`](crate::outgoing::GuardedTransport) with settings of its own, or one of
    /// yours. Of each URL the text is checked by the [rules](Self::outgoing_rules) all the same, so
    /// that what is allowed must be allowed there, too. Where its name leads is the transport's to check, for the very address that it dials.
    ///
    /// Unless one is given, the client makes a `GuardedTransport` when it needs one, whatever its
    /// transport to ABDM is. Without the crate's feature `client` it cannot, and refuses such calls.
    pub fn outgoing_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.exchange = self.exchange.with_outgoing_transport(transport);
        self
    }

    /// A rate limit.
    pub fn rate_limit(mut self, limit: impl RateLimit) -> Self {
        self.rate_limit = Box::new(limit);
        self
    }

    /// The client.
    #[must_use]
    pub fn build(self) -> AbdmClient {
        let inner = Inner {
            exchange: self.exchange,
            session: Session::new(self.credentials),
            retry: self.retry,
            rate_limit: self.rate_limit,
        };
        AbdmClient { inner: Arc::new(inner) }
    }
}
