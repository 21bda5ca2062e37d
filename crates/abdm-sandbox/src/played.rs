//! Facilities of others: HIPs and HIUs that the sandbox plays, with the habits that are met in the
//! field. A HIU can then be tested without a HIP of one's own, and a HIP without a HIU.
//!
//! They are clients like any other: they have a session, are called back over HTTP at a bridge URL of
//! their own, and call ABDM with the declared endpoints. Only what they do is decided here.

mod documents;
mod habits;
mod hip;
mod hiu;

use std::collections::BTreeMap;
use std::sync::Arc;

use abdm_core::call::Incoming;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::environment::Environment;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::Transport;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use bytes::Bytes;
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::health_information::OnHealthInformationRequest;
use hiu_services::api::consent::{OnConsentDecision, OnFetchConsent, OnRequestConsent};
use hiu_services::api::health_information::OnHealthInformationRequested;
use http::{HeaderMap, StatusCode};

pub(crate) use self::habits::{HipHabits, HiuHabits};
pub(crate) use self::hip::{Hip, Record};
pub(crate) use self::hiu::{Hiu, ask};
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::journal::{Entry, OnItsWay};
use crate::transcript::{Exchange, Party, RecordingTransport};
use crate::world::{ClientId, Facility, Role};

/// Below this path, on the sandbox's own port, they are called back.
pub(crate) const ROOT: &str = "/played/";

/// What a played facility is.
#[derive(Debug)]
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
    /// Registers a facility and plays it from now on.
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
        let secret = uuid::Uuid::new_v4().to_string();
        let client_id = client_id(id);
        let party = Party::Other(id.to_owned());
        let environment = Environment::at(self.local_url())?;
        let credentials = Credentials::new(client_id.as_str(), ClientSecret::new(&*secret));
        let journal = Arc::clone(self.journal());
        let mut observers = self.observers().clone();
        // A push goes past the sandbox: it is noted where it is sent.
        observers.add(Arc::new(move |exchange: &Exchange| {
            let name = abdm_core::api::data_flow::PushHealthInformation::META.name;
            journal.add(Entry::of_call(exchange, Some(name)));
        }));
        let transport: Arc<dyn Transport> = Arc::new(RecordingTransport::new(
            Arc::new(self.transport().clone()),
            format!("{}/", self.local_url()),
            (party.clone(), Party::Other("receiver".to_owned())),
            self.clock(),
            observers,
        ));
        let client = AbdmClient::builder(environment, credentials, transport)
            .clock(self.clock())
            .retry(RetryPolicy::never())
            .build();
        let now = self.now();
        let mut world = self.world();
        world.registry.add_client(client_id.clone(), ClientSecret::new(secret), party);
        world.registry.set_url(&client_id, format!("{}{ROOT}{id}", self.local_url()));
        world.registry.add_facility(Facility::new(id, name, role, client_id), now);
        world.played.insert(id.to_owned(), Played { client, part });
        Ok(())
    }

    /// Takes a played facility away; whether there was one.
    pub(crate) fn play_no_more(&self, id: &str) -> bool {
        let mut world = self.world();
        let played = world.played.remove(id).is_some();
        if played {
            world.registry.remove_client(&client_id(id));
        }
        played
    }

    /// The client of a played facility.
    pub(crate) fn played_client(&self, id: &str) -> Option<AbdmClient> {
        Some(self.world().played.get(id)?.client.clone())
    }

    /// Something that a played HIP has or does.
    pub(crate) fn with_hip<T>(&self, id: &str, act: impl FnOnce(&mut Hip) -> T) -> Option<T> {
        match &mut self.world().played.get_mut(id)?.part {
            Part::Hip(hip) => Some(act(hip)),
            Part::Hiu(_) => None,
        }
    }

    /// Something that a played HIU has or does.
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
        .layer(DefaultBodyLimit::disable())
}

/// A callback to a played facility, or a push to a played HIU.
async fn receive(
    State(engine): State<Arc<Engine>>,
    Path((id, rest)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if !engine.world().played.contains_key(&id) {
        return StatusCode::NOT_FOUND;
    }
    if let Some(push) = rest.strip_prefix("push/") {
        return hiu::take_push(&engine, &id, push, &body);
    }
    let arrived = Arrived { engine, id, path: format!("/{rest}"), headers, body };
    let acts = [
        arrived.act::<OnConsentNotify, _>(hip::noticed),
        arrived.act::<OnHealthInformationRequest, _>(hip::asked),
        arrived.act::<OnRequestConsent, _>(hiu::requested),
        arrived.act::<OnConsentDecision, _>(hiu::decided),
        arrived.act::<OnFetchConsent, _>(hiu::fetched),
        arrived.act::<OnHealthInformationRequested, _>(hiu::announced),
    ];
    acts.into_iter().flatten().next().unwrap_or(StatusCode::ACCEPTED)
}

struct Arrived {
    engine: Arc<Engine>,
    id: String,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Arrived {
    /// Acts on the message, if it is one of `E`: taken at once, carried out afterwards.
    fn act<E, F>(&self, act: fn(Arc<Engine>, String, Incoming<E>) -> F) -> Option<StatusCode>
    where
        E: Endpoint,
        F: Future<Output = Result<(), SandboxError>> + Send + 'static,
    {
        if E::META.path != self.path {
            return None;
        }
        let Ok(message) = Incoming::<E>::from_http(&self.path, None, &self.headers, &self.body)
        else {
            return Some(StatusCode::BAD_REQUEST);
        };
        let way = self.engine.journal().begin(OnItsWay::new("a played facility acts"));
        let work = act(Arc::clone(&self.engine), self.id.clone(), message);
        let id = self.id.clone();
        self.engine.spawn(async move {
            if let Err(error) = work.await {
                tracing::warn!(%error, facility = id, "a played facility was refused");
            }
            drop(way);
        });
        Some(StatusCode::ACCEPTED)
    }
}
