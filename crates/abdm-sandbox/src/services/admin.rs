//! The sandbox's own paths, below `/sandbox/`: what a tester does and ABDM does not offer.

use std::sync::Arc;

use abdm_core::api::consent::DateRange;
use abdm_core::id::{ConsentId, ConsentRequestId, HipId};
use abdm_core::person::AbhaAddress;
use abdm_core::secret::ClientSecret;
use abdm_core::vocabulary::HiType;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::engine::Engine;
use crate::error::SandboxError;
use crate::faults::Failure;
use crate::phr::PhrApp;
use crate::transcript::Party;
use crate::world::{ClientId, Facility, Role};

pub(super) fn router() -> Router<Arc<Engine>> {
    Router::new()
        .route("/sandbox/health", get(health))
        .route("/sandbox/people", get(people))
        .route("/sandbox/otps", get(otps))
        .route("/sandbox/clients", post(register_client))
        .route("/sandbox/facilities", post(register_facility))
        .route("/sandbox/switches", get(switches).patch(set_switches))
        .route("/sandbox/faults", post(inject))
        .route("/sandbox/app/{address}/requests", get(pending))
        .route("/sandbox/app/{address}/requests/{id}/approve", post(approve))
        .route("/sandbox/app/{address}/requests/{id}/deny", post(deny))
        .route("/sandbox/app/{address}/revoke", post(revoke))
        .route("/sandbox/app/{address}/share", post(share))
}

type Shared = State<Arc<Engine>>;

impl IntoResponse for SandboxError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Unknown { .. } => StatusCode::NOT_FOUND,
            Self::Listen { .. } | Self::Keys | Self::Transport(_) | Self::Transcript(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            _ => StatusCode::BAD_REQUEST,
        };
        (status, Json(json!({"error": self.to_string()}))).into_response()
    }
}

async fn health() -> Json<Value> {
    Json(json!({"status": "up"}))
}

async fn people(State(engine): Shared) -> Json<Value> {
    let people = engine.world().people.patients();
    let shown = people.iter().map(|person| {
        json!({
            "name": person.name,
            "gender": person.gender,
            "dateOfBirth": person.date_of_birth,
            "aadhaar": person.aadhaar.as_ref().map(|aadhaar| aadhaar.expose()),
            "vid": person.vid.as_ref().map(|vid| vid.expose()),
            "mobile": person.mobile.expose(),
            "abhaNumber": person.abha_number.as_ref().map(|number| number.to_dashed()),
            "abhaAddress": person.abha_address,
            "note": person.note,
        })
    });
    Json(shown.collect())
}

async fn otps(State(engine): Shared) -> Json<Value> {
    let world = engine.world();
    let sent = world.proofs.newest();
    Json(sent.map(|(to, otp)| json!({"to": to, "otp": otp})).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewClient {
    client_id: String,
    client_secret: ClientSecret,
    #[serde(default)]
    party: Option<Party>,
}

async fn register_client(State(engine): Shared, Json(new): Json<NewClient>) -> StatusCode {
    let id = ClientId::from(new.client_id);
    let party = new.party.unwrap_or_else(|| Party::Other(id.to_string()));
    engine.world().registry.add_client(id, new.client_secret, party);
    StatusCode::CREATED
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewFacility {
    id: String,
    name: String,
    types: Vec<String>,
    client_id: String,
}

async fn register_facility(
    State(engine): Shared,
    Json(new): Json<NewFacility>,
) -> Result<StatusCode, SandboxError> {
    let has = |kind: &str| new.types.iter().any(|t| t == kind);
    let role = match (has("HIP"), has("HIU")) {
        (true, true) => Role::Both,
        (false, true) => Role::Hiu,
        _ => Role::Hip,
    };
    engine.add_facility(Facility::new(new.id, new.name, role, new.client_id))?;
    Ok(StatusCode::CREATED)
}

async fn switches(State(engine): Shared) -> Json<crate::Switches> {
    Json(engine.switches())
}

async fn set_switches(
    State(engine): Shared,
    Json(new): Json<Map<String, Value>>,
) -> Result<Json<crate::Switches>, SandboxError> {
    let mut world = engine.world();
    let mut switches = world.switches.clone();
    for (name, value) in new {
        switches.set(&name, &value.to_string())?;
    }
    world.switches = switches.clone();
    drop(world);
    Ok(Json(switches))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "fault")]
enum Fault {
    FailNext { endpoint: String, failure: Failure },
    DropNextCallback { endpoint: String },
    HoldNextCallback { endpoint: String },
    DuplicateCallbacks { count: usize },
    ReorderCallbacks { count: usize },
    ForgeCallbackTokens { count: usize },
    ExpireSessions,
    RotateKeys,
}

async fn inject(
    State(engine): Shared,
    Json(fault): Json<Fault>,
) -> Result<StatusCode, SandboxError> {
    if matches!(fault, Fault::RotateKeys) {
        let worker = Arc::clone(&engine);
        let rotated = tokio::task::spawn_blocking(move || worker.rotate_keys()).await;
        rotated.unwrap_or(Err(SandboxError::Keys))?;
        return Ok(StatusCode::NO_CONTENT);
    }
    match &fault {
        Fault::FailNext { endpoint, .. } if !super::is_call(endpoint) => {
            return Err(SandboxError::Unknown { kind: "call", id: endpoint.clone() });
        }
        Fault::DropNextCallback { endpoint } | Fault::HoldNextCallback { endpoint }
            if !super::is_callback(endpoint) =>
        {
            return Err(SandboxError::Unknown { kind: "callback", id: endpoint.clone() });
        }
        _ => {}
    }
    let now = engine.now();
    let mut world = engine.world();
    match fault {
        Fault::FailNext { endpoint, failure } => world.faults.fail_next(&endpoint, failure),
        Fault::DropNextCallback { endpoint } => world.faults.drop_next(&endpoint),
        Fault::HoldNextCallback { endpoint } => world.faults.hold_next(&endpoint),
        Fault::DuplicateCallbacks { count } => world.faults.duplicate(count),
        Fault::ReorderCallbacks { count } => world.faults.reorder(count),
        Fault::ForgeCallbackTokens { count } => world.faults.forge(count),
        Fault::ExpireSessions => world.sessions.end_all(now),
        Fault::RotateKeys => {}
    }
    Ok(StatusCode::NO_CONTENT)
}

fn app(engine: &Arc<Engine>, address: &str) -> Result<PhrApp, SandboxError> {
    PhrApp::log_in(engine, address.parse::<AbhaAddress>()?)
}

async fn pending(
    State(engine): Shared,
    Path(address): Path<String>,
) -> Result<Json<Value>, SandboxError> {
    Ok(Json(json!(app(&engine, &address)?.pending().await?)))
}

/// What the patient takes back of a request; nothing when empty.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Narrowing {
    date_range: Option<DateRange>,
    hi_types: Option<Vec<HiType>>,
}

async fn approve(
    State(engine): Shared,
    Path((address, id)): Path<(String, ConsentRequestId)>,
    narrowing: Option<Json<Narrowing>>,
) -> Result<Json<Value>, SandboxError> {
    let Json(narrowing) = narrowing.unwrap_or_default();
    let app = app(&engine, &address)?;
    let granted = app.approve(&id, |approval| {
        if let Some(dates) = narrowing.date_range {
            approval.narrow_dates(dates);
        }
        if let Some(types) = &narrowing.hi_types {
            approval.narrow_types(types);
        }
    });
    Ok(Json(json!({"consentIds": granted.await?})))
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

async fn deny(
    State(engine): Shared,
    Path((address, id)): Path<(String, ConsentRequestId)>,
    Json(body): Json<Reason>,
) -> Result<StatusCode, SandboxError> {
    app(&engine, &address)?.deny(&id, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Consents {
    consents: Vec<ConsentId>,
}

async fn revoke(
    State(engine): Shared,
    Path(address): Path<String>,
    Json(body): Json<Consents>,
) -> Result<StatusCode, SandboxError> {
    app(&engine, &address)?.revoke(body.consents).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scanned {
    hip_id: HipId,
    counter: String,
}

async fn share(
    State(engine): Shared,
    Path(address): Path<String>,
    Json(scanned): Json<Scanned>,
) -> Result<Json<Value>, SandboxError> {
    let app = app(&engine, &address)?;
    let token = app.share_profile(&scanned.hip_id, &scanned.counter).await?;
    Ok(Json(json!(token)))
}
