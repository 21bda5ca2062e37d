//! Clients: who may open a session.

use abdm_core::secret::ClientSecret;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::{About, Asked, Control, Problem, fields};
use crate::transcript::Party;
use crate::world::{ClientId, World};

const PATH: &str = "/sandbox/clients";

pub(super) fn serve(control: Control) -> Control {
    let list = About::new(
        (Method::GET, PATH),
        ("clients", "listClients"),
        "The registered clients, with their bridge URLs and facilities. Secrets are not shown.",
    );
    let register = About::new(
        (Method::POST, PATH),
        ("clients", "registerClient"),
        "Registers a client. An id that is taken is refused.",
    );
    let delete = About::new(
        (Method::DELETE, "/sandbox/clients/{clientId}"),
        ("clients", "deleteClient"),
        "Deletes a client with its facilities and sessions. Callbacks to it are lost from then on.",
    );
    control
        .serve(list, list_clients)
        .serve(register.success(StatusCode::CREATED).refusals(&[409]), register_client)
        .serve(delete.success(StatusCode::NO_CONTENT), delete_client)
}

/// A client.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Client")]
struct Shown {
    client_id: String,
    /// Its name in transcripts.
    #[schemars(with = "String")]
    party: Party,
    /// Where callbacks go; set by the client's own `PATCH bridge/url`, or when it was registered.
    bridge_url: Option<String>,
    /// The ids of the facilities on its bridge.
    facilities: Vec<String>,
}

fn shown(world: &World, id: &ClientId) -> Shown {
    let facilities = world.registry.facilities().filter(|facility| facility.client == *id);
    Shown {
        client_id: id.to_string(),
        party: world.party_of(id),
        bridge_url: world.registry.url(id),
        facilities: facilities.map(|facility| facility.id.clone()).collect(),
    }
}

async fn list_clients(asked: Asked) -> Result<Vec<Shown>, Problem> {
    let world = asked.engine.world();
    Ok(world.registry.clients().map(|id| shown(&world, id)).collect())
}

/// A client to register.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewClient {
    #[schemars(with = "fields::Id")]
    client_id: String,
    #[schemars(with = "fields::Id")]
    client_secret: ClientSecret,
    /// Its name in transcripts: `clinic`, `hospital` or any other; the id itself when left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    party: Option<Party>,
    /// Where its callbacks go, as if it had said so by `PATCH bridge/url`.
    #[serde(default)]
    #[schemars(with = "Option<fields::WebAddress>")]
    bridge_url: Option<String>,
}

async fn register_client(asked: Asked<(), (), NewClient>) -> Result<Shown, Problem> {
    let new = asked.body;
    fields::check_id("clientId", &new.client_id)?;
    fields::check_id("clientSecret", new.client_secret.expose())?;
    if let Some(url) = &new.bridge_url {
        fields::check_url("bridgeUrl", url)?;
    }
    let id = ClientId::from(new.client_id);
    let party = new.party.unwrap_or_else(|| Party::Other(id.to_string()));
    let mut world = asked.engine.world();
    if world.registry.has_client(&id) {
        return Err(Problem::taken("client", id.as_str()));
    }
    world.registry.add_client(id.clone(), new.client_secret, party);
    if let Some(url) = new.bridge_url {
        world.registry.set_url(&id, url);
    }
    Ok(shown(&world, &id))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Which {
    client_id: String,
}

async fn delete_client(asked: Asked<Which>) -> Result<(), Problem> {
    let id = ClientId::from(asked.path.client_id);
    let mut world = asked.engine.world();
    if !world.registry.remove_client(&id) {
        return Err(Problem::unknown("client", id.as_str()));
    }
    world.sessions.end_client(&id);
    Ok(())
}
