//! ABDM as the simulation plays it: the gateway, the consent manager and the patients, who is also
//! the book against which everything is checked.

mod accounts;
mod consents;
mod delivery;
mod links;
pub(crate) mod proofs;
mod records;
mod searches;
pub(crate) mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use abdm_core::api::consent::ConsentDetail;
use abdm_core::api::data_flow::{CheckHealthInformationStatus, NotifyHealthInformation};
use abdm_core::api::gateway::{
    CreateSession, FetchCertificates, FetchOpenIdConfiguration, JsonWebKeys, SessionResponse,
};
use abdm_core::api::v0_5::FetchCertificatesV05;
use abdm_core::call::Incoming;
use abdm_core::endpoint::{Endpoint, match_path};
use abdm_core::headers::REQUEST_ID;
use abdm_core::id::{
    CareContextReference, ConsentId, ConsentRequestId, HipId, HiuId, RequestId, TransactionId,
};
use abdm_core::secret::AccessToken;
use abdm_core::vocabulary::{ConsentStatus, SessionStatus};
use abdm_core::wire::{read_json, write_json};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hip_services::api::consent::AcknowledgeConsent;
use hip_services::api::health_information::AcknowledgeHealthInformationRequest;
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts, NotifyContext};
use hip_services::api::patient_status::AcknowledgePatientStatus;
use hip_services::api::user_linking::{AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit};
use hip_services::api::v0_5::linking::AddCareContexts;
use hip_services::api::v0_5::user_auth::{AcknowledgeAuth, ConfirmAuth, FetchAuthModes, InitAuth};
use hiu_services::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, ConsentTerms, FetchConsent, RequestConsent,
};
use hiu_services::api::health_information::RequestHealthInformation;
use http::{Request, Response, StatusCode};

use self::accounts::Accounts;
use self::proofs::Proofs;
pub(crate) use self::searches::OwnLink;
use self::searches::{Chosen, Search, Typed};
use crate::ledger::FaultKind;
use crate::log::say;
use crate::node::Node;
use crate::people::People;
use crate::random::Random;
use crate::world::World;

/// The world outside the nodes.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) world: Arc<World>,
    pub(crate) people: Arc<People>,
    random: Random,
    nodes: Mutex<Vec<Arc<Node>>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    calls: BTreeSet<RequestId>,
    /// Link tokens, by facility and ABHA address.
    tokens: BTreeMap<(HipId, String), Issued>,
    linked: BTreeSet<CareContextReference>,
    /// What patients do from their apps: searches, and by their numbers what is chosen and typed.
    searches: BTreeMap<TransactionId, Search>,
    chosen: BTreeMap<RequestId, Chosen>,
    typed: BTreeMap<RequestId, Typed>,
    own_links: Vec<OwnLink>,
    requests: BTreeMap<ConsentRequestId, Asked>,
    artefacts: BTreeMap<ConsentId, Artefact>,
    transfers: BTreeMap<TransactionId, SessionStatus>,
    accounts: Accounts,
    proofs: Proofs,
    /// The last number of each endpoint.
    numbers: BTreeMap<&'static str, u64>,
}

/// The link token of a patient at a facility.
#[derive(Debug, Default)]
struct Issued {
    token: String,
    /// When one was asked for.
    asked: Vec<DateTime<Utc>>,
}

/// A consent request.
#[derive(Debug, Clone)]
struct Asked {
    terms: ConsentTerms,
    status: ConsentStatus,
    artefacts: Vec<ConsentId>,
}

/// One facility's part of a grant.
#[derive(Debug, Clone)]
struct Artefact {
    request: ConsentRequestId,
    hiu: HiuId,
    detail: ConsentDetail,
    status: ConsentStatus,
}

impl Artefact {
    /// Whether it has ended, or its erase date has come, whatever was told of it so far.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.status != ConsentStatus::Granted || self.detail.erase_at().is_some_and(|at| at <= now)
    }
}

impl Gateway {
    pub(crate) fn new(world: &Arc<World>, people: &Arc<People>, random: Random) -> Self {
        Self {
            world: Arc::clone(world),
            people: Arc::clone(people),
            random,
            nodes: Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// From now on callbacks go to these nodes.
    pub(crate) fn serves(&self, nodes: Vec<Arc<Node>>) {
        *self.nodes.lock().unwrap_or_else(PoisonError::into_inner) = nodes;
    }

    pub(crate) fn nodes(&self) -> Vec<Arc<Node>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deals with a call.
    pub(crate) fn handle(self: &Arc<Self>, request: &Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path();
        if path == CreateSession::META.path {
            let token = AccessToken::new(tokens::of(tokens::BRIDGE, self.world.now()));
            return json(StatusCode::ACCEPTED, &SessionResponse::new(token, 1_200));
        }
        if path == FetchOpenIdConfiguration::META.path {
            // Without it the keys are fetched from their usual place.
            return reply(StatusCode::NOT_FOUND);
        }
        if path == FetchCertificates::META.path || path == FetchCertificatesV05::META.path {
            return json(StatusCode::OK, &JsonWebKeys::new(vec![tokens::public_key()]));
        }
        let Some(id) = number_of(request) else {
            return self.not_understood(path);
        };
        if !self.state().calls.insert(id) {
            let what = format!("the number of a call to {path} was used before");
            self.world.ledger.fault(FaultKind::Lost, what);
            let refused = serde_json::json!({
                "error": {"code": "ABDM-1064", "message": "Duplicate request id"}});
            return json(StatusCode::BAD_REQUEST, &refused);
        }
        self.dispatch(path, request).unwrap_or_else(|| self.not_understood(path))
    }

    fn dispatch(self: &Arc<Self>, path: &str, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let taken = || Some(reply(StatusCode::ACCEPTED));
        if path == AcknowledgePatientStatus::META.path {
            return Some(self.status_acknowledged(&read(request)?));
        } else if path == AcknowledgeAuth::META.path {
            return Some(self.decision_acknowledged(&read(request)?));
        } else if path == FetchAuthModes::META.path {
            self.modes_wanted(read(request)?)?;
        } else if path == InitAuth::META.path {
            self.auth_wanted(read(request)?)?;
        } else if path == ConfirmAuth::META.path {
            self.proof_given(read(request)?)?;
        } else if path == AddCareContexts::META.path {
            self.contexts_added(read(request)?)?;
        } else if path == AnswerDiscovery::META.path {
            return Some(self.discovery_answered(read(request)?));
        } else if path == AnswerLinkInit::META.path {
            return Some(self.init_answered(read(request)?));
        } else if path == AnswerLinkConfirm::META.path {
            return Some(self.confirm_answered(read(request)?));
        } else if path == GenerateLinkToken::META.path {
            self.token_wanted(read(request)?);
        } else if path == LinkCareContexts::META.path {
            return Some(self.link_wanted(read(request)?));
        } else if path == NotifyContext::META.path {
            self.notice_wanted(&read(request)?);
        } else if path == RequestConsent::META.path {
            self.consent_wanted(read(request)?);
        } else if path == CheckConsentStatus::META.path {
            self.consent_status_wanted(&read(request)?);
        } else if path == FetchConsent::META.path {
            self.artefact_wanted(&read(request)?);
        } else if path == RequestHealthInformation::META.path {
            self.records_wanted(read(request)?);
        } else if path == NotifyHealthInformation::META.path {
            self.reported(&read(request)?);
        } else if let Some(parts) = match_path(CheckHealthInformationStatus::META.path, path) {
            return self.transfer_status(parts.first()?.as_ref());
        } else if path == AcknowledgeConsent::META.path
            || path == AcknowledgeConsentDecision::META.path
            || path == AcknowledgeHealthInformationRequest::META.path
        {
            return taken();
        } else {
            return None;
        }
        taken()
    }

    fn not_understood(&self, path: &str) -> Response<Bytes> {
        self.world.ledger.fault(FaultKind::Lost, format!("a call to {path} cannot be read"));
        reply(StatusCode::BAD_REQUEST)
    }

    fn says(&self, what: std::fmt::Arguments<'_>) {
        say!(self.world, "ABDM {what}");
    }
}

/// The number of a call: of V0.5 it stands in the body.
fn number_of(request: &Request<Bytes>) -> Option<RequestId> {
    if let Some(id) = request.headers().get(REQUEST_ID) {
        return id.to_str().ok()?.parse().ok();
    }
    let body: serde_json::Value = read_json(request.body()).ok()?;
    body.get("requestId")?.as_str()?.parse().ok()
}

fn read<E: Endpoint>(request: &Request<Bytes>) -> Option<Incoming<E>> {
    let uri = request.uri();
    Incoming::from_http(uri.path(), uri.query(), request.headers(), request.body()).ok()
}

/// An answer without a body.
pub(crate) fn reply(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A refusal at once.
fn refused(code: u16, text: &str) -> Response<Bytes> {
    let error = serde_json::json!({"error": {"code": format!("ABDM-{code}"), "message": text}});
    json(StatusCode::BAD_REQUEST, &error)
}

fn json<T: serde::Serialize>(status: StatusCode, body: &T) -> Response<Bytes> {
    let mut response = reply(status);
    if let Ok(body) = write_json(body) {
        *response.body_mut() = body;
    }
    response
}
