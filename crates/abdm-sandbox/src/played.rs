//! Facilities of others: HIPs and HIUs that the sandbox plays, with the habits that are met in the
//! field. A HIU can then be tested where there is no HIP, and a HIP where there is no HIU.
//!
//! They are clients like any other: they have a session, are called back over HTTP at a bridge URL
//! of their own, and call ABDM with the declared endpoints. Only what they do is decided here.

mod documents;
mod habits;
mod hip;
mod hiu;
mod user_linking;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::call::Incoming;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::environment::Environment;
use abdm_core::outgoing::OutgoingRules;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::Transport;
use abdm_core::wire::WireError;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::health_information::OnHealthInformationRequest;
use hip_services::api::sharing::{OnPatientShare, OnRunningTokenStatus};
use hip_services::api::user_linking::{OnDiscoverCareContexts, OnLinkConfirm, OnLinkInit};
use hiu_services::api::consent::{OnConsentDecision, OnFetchConsent, OnRequestConsent};
use hiu_services::api::health_information::OnHealthInformationRequested;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

pub use self::habits::KeyForm;
pub(crate) use self::habits::{HipHabits, HiuHabits};
pub(crate) use self::hip::{Hip, Record};
pub(crate) use self::hiu::{Hiu, Report, ask, look_at_transfer, report};
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::journal::Entry;
use crate::pending::{Errand, Work};
use crate::server::LARGEST_BODY;
use crate::transcript::{Exchange, Party, RecordingTransport};
use crate::world::{ClientId, Facility, Role};

/// Below this path, on the sandbox's own port, they are called back.
pub(crate) const ROOT: &str = "/played/";

/// What a played facility is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Part {
    Hip(Hip),
    Hiu(Box<Hiu>),
}

/// One played facility.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) client: AbdmClient,
    pub(crate) part: Part,
}

/// All of them, by their facility ids.
pub(crate) type PlayedParties = BTreeMap<String, Played>;

impl Engine {
    /// Registers a facility under an id that nobody has, and plays it from now on.
    pub(crate) fn play(
        self: &Arc<Self>,
        id: &str,
        name: &str,
        part: Part,
    ) -> Result<(), SandboxError> {
        let role = match part {
            Part::Hip(_) => Role::Hip,
            Part::Hiu(_) => Role::Hiu,
        };
        let secret = ClientSecret::new(crate::random_uuid().to_string());
        let client_id = client_id(id);
        let client = self.client_of_played(id, secret.clone())?;
        let now = self.now();
        let mut world = self.world();
        world.registry.check_free(id)?;
        world.registry.add_client(client_id.clone(), secret, Party::Other(id.to_owned()));
        world.registry.set_url(&client_id, self.url_of_played(id));
        world.registry.add_facility(Facility::new(id, name, role, client_id), now);
        world.played.insert(id.to_owned(), Played { client, part });
        Ok(())
    }

    /// Plays on after a restart. The port that the sandbox listens on may be another one.
    pub(crate) fn play_on(
        self: &Arc<Self>,
        parts: BTreeMap<String, Part>,
    ) -> Result<(), SandboxError> {
        for (id, part) in parts {
            let client_id = client_id(&id);
            let Some(secret) = self.world().registry.secret(&client_id) else {
                continue;
            };
            let client = self.client_of_played(&id, secret)?;
            let mut world = self.world();
            world.registry.set_url(&client_id, self.url_of_played(&id));
            world.played.insert(id, Played { client, part });
        }
        Ok(())
    }

    fn url_of_played(&self, id: &str) -> String {
        format!("{}{ROOT}{id}", self.local_url())
    }

    fn client_of_played(
        self: &Arc<Self>,
        id: &str,
        secret: ClientSecret,
    ) -> Result<AbdmClient, SandboxError> {
        let environment = Environment::at(self.local_url())?;
        let credentials = Credentials::new(client_id(id).as_str(), secret);
        let transport: Arc<dyn Transport> = Arc::new(self.transport_of_played(id));
        let client = AbdmClient::builder(environment, credentials, Arc::clone(&transport))
            // A played HIP pushes wherever the HIU under test listens, as callbacks go to bridges.
            .outgoing_rules(OutgoingRules::anywhere())
            .outgoing_transport(transport);
        Ok(client.clock(self.clock()).retry(RetryPolicy::never()).build())
    }

    /// How a played facility calls: what goes past the sandbox is noted where it is sent.
    pub(crate) fn transport_of_played(self: &Arc<Self>, id: &str) -> RecordingTransport {
        let journal = Arc::clone(self.journal());
        let mut observers = self.observers().clone();
        observers.add(Arc::new(move |exchange: &Exchange| {
            let name = abdm_core::api::data_flow::PushHealthInformation::META.name;
            journal.add(Entry::of_call(exchange, Some(name)));
        }));
        RecordingTransport::new(
            Arc::new(self.transport().clone()),
            format!("{}/", self.local_url()),
            (Party::Other(id.to_owned()), Party::Other("receiver".to_owned())),
            self.clock(),
            observers,
        )
    }

    /// Takes a played facility away; whether there was one.
    pub(crate) fn play_no_more(&self, id: &str) -> bool {
        let mut world = self.world();
        let played = world.played.remove(id).is_some();
        if played {
            let client = client_id(id);
            world.registry.remove_client(&client);
            world.sessions.end_client(&client);
        }
        played
    }

    /// The client of a played facility.
    pub(crate) fn played_client(&self, id: &str) -> Option<AbdmClient> {
        Some(self.world().played.get(id)?.client.clone())
    }

    /// Something that a played HIP has.
    pub(crate) fn hip<T>(&self, id: &str, look: impl FnOnce(&Hip) -> T) -> Option<T> {
        match &self.world().played.get(id)?.part {
            Part::Hip(hip) => Some(look(hip)),
            Part::Hiu(_) => None,
        }
    }

    /// Something that a played HIU has.
    pub(crate) fn hiu<T>(&self, id: &str, look: impl FnOnce(&Hiu) -> T) -> Option<T> {
        match &self.world().played.get(id)?.part {
            Part::Hiu(hiu) => Some(look(hiu)),
            Part::Hip(_) => None,
        }
    }

    /// Something that a played HIP does.
    pub(crate) fn with_hip<T>(&self, id: &str, act: impl FnOnce(&mut Hip) -> T) -> Option<T> {
        match &mut self.world().played.get_mut(id)?.part {
            Part::Hip(hip) => Some(act(hip)),
            Part::Hiu(_) => None,
        }
    }

    /// Something that a played HIU does.
    pub(crate) fn with_hiu<T>(&self, id: &str, act: impl FnOnce(&mut Hiu) -> T) -> Option<T> {
        match &mut self.world().played.get_mut(id)?.part {
            Part::Hiu(hiu) => Some(act(hiu)),
            Part::Hip(_) => None,
        }
    }
}

/// Under which client id a played facility calls.
pub(crate) fn client_id(id: &str) -> ClientId {
    ClientId::from(format!("SBX_PLAYED_{id}"))
}

/// Whether a path is that of a push to a played HIU.
pub(crate) fn is_push(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.contains("/push/"))
}

/// Whether a path is that of a callback to a played facility, which the journal has already.
pub(crate) fn is_callback(path: &str) -> bool {
    path.starts_with(ROOT) && !is_push(path)
}

pub(crate) fn router() -> Router<Arc<Engine>> {
    Router::new()
        .route(&format!("{ROOT}{{facility}}/{{*rest}}"), post(receive))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// A callback to a played facility, or a push to a played HIU.
async fn receive(
    State(engine): State<Arc<Engine>>,
    Path((id, rest)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !engine.world().played.contains_key(&id) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(push) = rest.strip_prefix("push/") {
        return hiu::take_push(&engine, (&id, push), (&headers, &body)).await;
    }
    let arrived = Arrived::new(id, format!("/{rest}"), &headers, &body);
    match arrived.is_readable() {
        Some(true) => engine.undertake(Work::Played(Box::new(arrived))),
        Some(false) => return StatusCode::BAD_REQUEST.into_response(),
        None => {}
    }
    StatusCode::ACCEPTED.into_response()
}

/// A callback to a played facility: taken at once, acted on afterwards.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Arrived {
    /// Whose.
    id: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    progress: Progress,
}

/// How far a played facility is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    /// It has answered.
    answered: bool,
    /// When it goes on.
    at: Option<DateTime<Utc>>,
}

impl Arrived {
    fn new(id: String, path: String, headers: &HeaderMap, body: &Bytes) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers =
            headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        let (headers, body) = (headers.collect(), text(body));
        Self { id, path, headers, body, progress: Progress::default() }
    }

    fn headers(&self) -> HeaderMap {
        let header = |(name, value): &(String, String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        self.headers.iter().filter_map(header).collect()
    }

    /// The message, if it is one of `E` and can be read.
    fn read<E: Endpoint>(&self) -> Option<Result<Incoming<E>, WireError>> {
        let read =
            || Incoming::<E>::from_http(&self.path, None, &self.headers(), self.body.as_bytes());
        (E::META.path == self.path).then(read)
    }

    /// Whether it can be read; `None` when it is nothing that a played facility acts on.
    fn is_readable(&self) -> Option<bool> {
        let read = [
            self.read::<OnConsentNotify>().map(|read| read.is_ok()),
            self.read::<OnHealthInformationRequest>().map(|read| read.is_ok()),
            self.read::<OnDiscoverCareContexts>().map(|read| read.is_ok()),
            self.read::<OnLinkInit>().map(|read| read.is_ok()),
            self.read::<OnLinkConfirm>().map(|read| read.is_ok()),
            self.read::<OnPatientShare>().map(|read| read.is_ok()),
            self.read::<OnRunningTokenStatus>().map(|read| read.is_ok()),
            self.read::<OnRequestConsent>().map(|read| read.is_ok()),
            self.read::<OnConsentDecision>().map(|read| read.is_ok()),
            self.read::<OnFetchConsent>().map(|read| read.is_ok()),
            self.read::<OnHealthInformationRequested>().map(|read| read.is_ok()),
        ];
        read.into_iter().flatten().next()
    }
}

impl std::fmt::Debug for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrived").field("id", &self.id).field("path", &self.path).finish()
    }
}

/// A played facility that acts on what it got.
struct Acting<'a> {
    errand: &'a Errand,
    arrived: Arrived,
}

impl Acting<'_> {
    fn engine(&self) -> &Arc<Engine> {
        self.errand.engine()
    }

    fn id(&self) -> &str {
        &self.arrived.id
    }

    /// It has answered, and goes on in a while.
    fn answered(&mut self, pause: Duration) {
        self.arrived.progress = Progress { answered: true, at: Some(self.engine().after(pause)) };
        self.errand.note(Work::Played(Box::new(self.arrived.clone())));
    }

    /// Waits until it goes on.
    async fn pause(&self) {
        if let Some(at) = self.arrived.progress.at {
            self.engine().moved_clock().sleep_until(at).await;
        }
    }

    async fn act(&mut self) -> Result<(), SandboxError> {
        if let Some(Ok(message)) = self.arrived.read::<OnConsentNotify>() {
            hip::noticed(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnHealthInformationRequest>() {
            hip::asked(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnDiscoverCareContexts>() {
            user_linking::discovered(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnLinkInit>() {
            user_linking::chosen(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnLinkConfirm>() {
            user_linking::confirmed(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnPatientShare>() {
            user_linking::shared(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnRunningTokenStatus>() {
            user_linking::asked_for_running_token(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnRequestConsent>() {
            hiu::requested(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnConsentDecision>() {
            hiu::decided(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnFetchConsent>() {
            hiu::fetched(self, message).await
        } else if let Some(Ok(message)) = self.arrived.read::<OnHealthInformationRequested>() {
            hiu::announced(self, message).await
        } else {
            Ok(())
        }
    }
}

/// Acts on what a played facility got, from where it stands on.
pub(crate) async fn act(errand: &Errand, arrived: Arrived) {
    let mut acting = Acting { errand, arrived };
    if let Err(error) = acting.act().await {
        tracing::warn!(%error, facility = acting.id(), "a played facility was refused");
    }
}
