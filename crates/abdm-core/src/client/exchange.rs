//! One HTTP call, from typed request to typed answer: no session, no repetition.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::DATE;
use tracing::{Instrument as _, info_span};
use url::Url;

use super::error::CallError;
use super::outgoing::Outgoing;
use crate::call::{Call, Envelope};
use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::environment::{Environment, Family};
use crate::error::{ApiError, Effort, Peer};
use crate::id::RequestId;
use crate::ids::{Ids, RandomIds};
use crate::metric;
use crate::outgoing::OutgoingRules;
use crate::secret::AccessToken;
use crate::transport::Transport;
use crate::wire::{Read, WireError};

/// A clock further off than this is worth a warning; ABDM refuses minutes (rulings.md 1).
const TOLERATED_SKEW_SECONDS: i64 = 60;

#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    environment: Arc<Environment>,
    /// To ABDM.
    transport: Arc<dyn Transport>,
    /// To addresses that other parties name.
    outgoing: Outgoing,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    deadline: Duration,
    /// Bytes a second at which a long body is sent at least.
    upload_rate: NonZeroU32,
}

/// Two megabits a second: what a small clinic's line takes up.
const UPLOAD_RATE: NonZeroU32 = NonZeroU32::new(256 * 1024).unwrap();

impl Exchange {
    pub(crate) fn new(
        environment: Environment,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let outgoing = Outgoing::of(&environment);
        let environment = Arc::new(environment);
        let ids = Arc::new(RandomIds);
        let (deadline, upload_rate) = (Duration::from_secs(30), UPLOAD_RATE);
        Self { environment, transport, outgoing, clock, ids, deadline, upload_rate }
    }

    pub(crate) fn with_outgoing_rules(mut self, rules: OutgoingRules) -> Self {
        self.outgoing = self.outgoing.with_rules(rules, &self.environment);
        self
    }

    pub(crate) fn with_outgoing_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.outgoing = self.outgoing.with_transport(transport);
        self
    }

    pub(crate) fn outgoing_rules(&self) -> &OutgoingRules {
        self.outgoing.rules()
    }

    pub(crate) fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn with_ids(mut self, ids: Arc<dyn Ids>) -> Self {
        self.ids = ids;
        self
    }

    pub(crate) fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    pub(crate) fn with_upload_rate(mut self, rate: NonZeroU32) -> Self {
        self.upload_rate = rate;
        self
    }

    /// How long one call with a body of so many bytes may take.
    fn deadline_of(&self, bytes: usize) -> Duration {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.deadline + Duration::from_secs(bytes / u64::from(self.upload_rate.get()))
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    pub(crate) fn ids(&self) -> &dyn Ids {
        self.ids.as_ref()
    }

    pub(crate) fn shared_ids(&self) -> Arc<dyn Ids> {
        Arc::clone(&self.ids)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// One attempt with a fresh `REQUEST-ID`.
    pub(crate) async fn once<E: Endpoint>(
        &self,
        call: &Call<E>,
        url: Option<&str>,
        bearer: Option<&AccessToken>,
    ) -> Result<(RequestId, E::Response), CallError> {
        let request_id = RequestId::fresh(self.ids());
        let answer = self.once_as(request_id, call, url, bearer).await?;
        Ok((request_id, answer.value))
    }

    /// One attempt with this `REQUEST-ID`.
    pub(crate) async fn once_as<E: Endpoint>(
        &self,
        request_id: RequestId,
        call: &Call<E>,
        url: Option<&str>,
        bearer: Option<&AccessToken>,
    ) -> Result<Read<E::Response>, CallError> {
        let endpoint = E::META.name;
        let started = tokio::time::Instant::now();
        let peer = self.peer(url);
        let span = info_span!("call", endpoint, request_id = %request_id);
        let outcome = self.exchange(request_id, call, url, bearer, &peer).instrument(span).await;
        let elapsed = started.elapsed();
        let outcome = outcome.map_err(|error| error.with_effort(Effort::new(1, elapsed)));
        let outcome_label = match &outcome {
            Ok(_) => "ok",
            Err(CallError::Api(_)) => "refused",
            Err(CallError::Transport { .. }) => "no-answer",
            Err(_) => "unreadable",
        };
        metrics::counter!(metric::CALLS.name, "endpoint" => endpoint, "outcome" => outcome_label)
            .increment(1);
        metrics::histogram!(metric::CALL_SECONDS.name, "endpoint" => endpoint)
            .record(elapsed.as_secs_f64());
        tracing::debug!(
            endpoint,
            request_id = %request_id,
            outcome = outcome_label,
            ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            peer = %peer,
            "called"
        );
        outcome
    }

    async fn exchange<E: Endpoint>(
        &self,
        request_id: RequestId,
        call: &Call<E>,
        url: Option<&str>,
        bearer: Option<&AccessToken>,
        peer: &Peer,
    ) -> Result<Read<E::Response>, CallError> {
        let meta = E::META;
        let endpoint = meta.name;
        let effort = Effort::new(1, Duration::ZERO);
        let mut envelope =
            Envelope::new(request_id, self.clock.now()).cm_id(self.environment.cm_id());
        envelope.bearer = bearer;
        let request = match url {
            Some(url) => call.to_http_at(url, &envelope),
            None if !self.environment.knows(meta.family) => Err(WireError::NoBase(meta.family)),
            None => call.to_http(self.environment.base(meta.family), &envelope),
        }
        .map_err(|source| CallError::Request { endpoint, source })?;
        let uri = request.uri().clone();
        let bytes = request.body().len();
        let deadline = self.deadline_of(bytes);
        let sent = match peer {
            Peer::Abdm => self.transport.send(request, deadline).await,
            Peer::Facility(_) => self.outgoing.send(request, deadline).await,
        };
        let response = sent.map_err(|source| {
            let (peer, origin) = (peer.clone(), origin(&uri));
            CallError::Transport { endpoint, peer, origin, effort, request_id, source }
        })?;
        if *peer == Peer::Abdm {
            self.compare_clocks(&response);
        }
        let (parts, body) = response.into_parts();
        let (status, headers) = (parts.status, &parts.headers);
        let refused = if status.is_success() && E::TELLS_EACH {
            None
        } else if status.is_success() {
            ApiError::hidden_in_success(&meta, request_id, status, headers, &body)
        } else {
            Some(ApiError::from_response(&meta, request_id, status, headers, &body))
        };
        if let Some(error) = refused {
            return Err(CallError::Api(error.with_peer(peer.clone())));
        }
        metrics::counter!(metric::CALL_BYTES.name, "endpoint" => endpoint)
            .increment(u64::try_from(bytes).unwrap_or(u64::MAX));
        let read = E::read_answer(headers, &body).map_err(|source| {
            let peer = peer.clone();
            CallError::Answer { endpoint, peer, effort, request_id, source }
        })?;
        for warning in &read.warnings {
            tracing::warn!(
                endpoint,
                request_id = %request_id,
                path = %warning.path,
                problem = %warning.problem,
                "a part of the answer is not as documented; the rest is used"
            );
        }
        Ok(read)
    }

    /// Whom a call reaches: ABDM, unless it goes to a whole URL with another origin.
    fn peer(&self, url: Option<&str>) -> Peer {
        match url {
            Some(url) if !self.is_at_abdm(url) => Peer::at(url),
            _ => Peer::Abdm,
        }
    }

    /// Whether the URL is one of the gateway's.
    pub(crate) fn is_at_abdm(&self, url: &str) -> bool {
        let gateway = self.environment.base(Family::Gateway);
        Url::parse(url).is_ok_and(|url| url.origin() == gateway.origin())
    }

    fn compare_clocks(&self, response: &http::Response<Bytes>) {
        let theirs = response
            .headers()
            .get(DATE)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| DateTime::parse_from_rfc2822(text).ok());
        if let Some(theirs) = theirs {
            let skew = (self.clock.now() - theirs.to_utc()).num_seconds();
            if skew.abs() > TOLERATED_SKEW_SECONDS {
                tracing::warn!(
                    skew_seconds = skew,
                    "this machine's clock differs from ABDM's: synchronize it (NTP), or calls will be refused"
                );
            }
        }
    }
}

/// Scheme, host and port.
fn origin(uri: &http::Uri) -> String {
    let host = uri.host().unwrap_or_default();
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}", uri.scheme_str().unwrap_or_default())
}
