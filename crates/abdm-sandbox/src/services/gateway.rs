//! Session, keys and bridge registration.

use std::sync::Arc;

use abdm_core::api::gateway::{
    BridgeServices, CreateSession, FetchCertificates, FetchOpenIdConfiguration, FindBridgeService,
    JsonWebKeys, ListBridgeServices, OpenIdConfiguration, SessionResponse, UpdateBridgeUrl,
};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::secret::AccessToken;
use abdm_core::wire::Accepted;
use http::StatusCode;
use serde_json::json;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::tokens;
use crate::world::{ClientId, seconds as seconds_of};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<CreateSession>(create_session)
        .serve::<FetchCertificates>(certificates)
        .serve::<FetchOpenIdConfiguration>(openid_configuration)
        .serve::<UpdateBridgeUrl>(update_bridge_url)
        .serve::<ListBridgeServices>(list_bridge_services)
        .serve::<FindBridgeService>(find_bridge_service)
}

fn create_session(
    engine: &Arc<Engine>,
    received: Received<CreateSession>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let client = ClientId::from(request.client_id);
    if request.grant_type != "client_credentials" {
        return Err(Refusal::bad("ABDM-1920", "Invalid grant type"));
    }
    let (seconds, untold) = {
        let world = engine.world();
        if !world.registry.knows(&client, &request.client_secret) {
            return Err(Refusal::invalid_credentials());
        }
        (world.switches.session_seconds, world.switches.session_life_untold)
    };
    let now = engine.now();
    let token = tokens::session(&engine.keys().gateway, client.as_str(), now, seconds)
        .map_err(|_| Refusal::spring(CreateSession::META.path, now))?;
    let mut world = engine.world();
    // A clock that was set back meanwhile must not leave a session of the time before.
    let now = engine.now();
    world.sessions.open(token.clone(), client, now, now + seconds_of(seconds));
    // Numbers come as texts by turns (reality 24).
    let is_loose = world.switches.loose_bodies
        && !world.turn("a session whose life is told").is_multiple_of(2);
    drop(world);
    let told = if untold { 0 } else { seconds };
    let session = SessionResponse::new(AccessToken::new(token), told);
    if is_loose {
        return Answer::with::<CreateSession>(&session, &[("expiresIn", json!(told.to_string()))]);
    }
    Answer::of::<CreateSession>(&session)
}

fn certificates(engine: &Arc<Engine>, _: Received<FetchCertificates>) -> Result<Answer, Refusal> {
    Answer::of::<FetchCertificates>(&JsonWebKeys::new(engine.keys().shown()))
}

fn openid_configuration(
    engine: &Arc<Engine>,
    _: Received<FetchOpenIdConfiguration>,
) -> Result<Answer, Refusal> {
    let keys = format!("{}{}", engine.base_url(), FetchCertificates::META.path);
    Answer::of::<FetchOpenIdConfiguration>(&OpenIdConfiguration::new(keys))
}

fn update_bridge_url(
    engine: &Arc<Engine>,
    received: Received<UpdateBridgeUrl>,
) -> Result<Answer, Refusal> {
    let url = received.call.body.url.clone();
    engine.world().registry.set_url(received.client()?, url);
    Answer::of::<UpdateBridgeUrl>(&Accepted)
}

fn list_bridge_services(
    engine: &Arc<Engine>,
    received: Received<ListBridgeServices>,
) -> Result<Answer, Refusal> {
    match engine.world().registry.bridge(received.client()?) {
        Some((bridge, services)) if !services.is_empty() || bridge.url.is_some() => {
            Answer::of::<ListBridgeServices>(&Some(BridgeServices::new(bridge, services)))
        }
        // ABDM adds a body to this 204, which HTTP does not transport.
        _ => Ok(Answer::empty(StatusCode::NO_CONTENT)),
    }
}

fn find_bridge_service(
    engine: &Arc<Engine>,
    received: Received<FindBridgeService>,
) -> Result<Answer, Refusal> {
    let id = received.call.path;
    let world = engine.world();
    let Some((facility, record)) = world.registry.record(id.as_str()) else {
        // An unknown id is 200 with an empty body.
        return Answer::of::<FindBridgeService>(&None);
    };
    let date = record.at.format("%Y-%m-%d %H:%M:%S%.3f").to_string();
    // More than the declared answer type reads: it is what the live one shows (gateway.md 4).
    let shown = json!({
        "id": record.number, "bridgeId": facility.client.as_str(), "serviceId": id,
        "name": facility.name, "isHip": facility.is_hip(), "isHiu": facility.is_hiu(),
        "isHealthLocker": false, "isPhr": false, "endpoints": {}, "active": true,
        "registerTime": date, "dateCreated": date, "dateModified": date,
    });
    Ok(Answer::json(FindBridgeService::META.success, &shown))
}
