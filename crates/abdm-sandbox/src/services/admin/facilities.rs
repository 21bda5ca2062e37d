//! Facilities on the clients' bridges.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::{About, Asked, Control, Problem, fields};
use crate::world::{Facility, Role};

const PATH: &str = "/sandbox/facilities";

pub(super) fn serve(control: Control) -> Control {
    let list = About::new(
        (Method::GET, PATH),
        ("clients", "listFacilities"),
        "The registered facilities, with the clients whose bridges they are on.",
    );
    let register = About::new(
        (Method::POST, PATH),
        ("clients", "registerFacility"),
        "Registers a facility on a client's bridge. An id that is taken is refused.",
    );
    let delete = About::new(
        (Method::DELETE, "/sandbox/facilities/{facilityId}"),
        ("clients", "deleteFacility"),
        "Deletes a facility. Its links and consents stay.",
    );
    control
        .serve(list, list_facilities)
        .serve(register.success(StatusCode::CREATED).refusals(&[404, 409]), register_facility)
        .serve(delete.success(StatusCode::NO_CONTENT), delete_facility)
}

/// What a facility does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
enum Kind {
    /// It has records.
    Hip,
    /// It asks for records.
    Hiu,
}

/// A facility.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Facility")]
struct Shown {
    /// What `X-HIP-ID` and `X-HIU-ID` hold.
    id: String,
    /// What patients see.
    name: String,
    types: Vec<Kind>,
    client_id: String,
}

impl From<&Facility> for Shown {
    fn from(facility: &Facility) -> Self {
        let types = match facility.role {
            Role::Hip => vec![Kind::Hip],
            Role::Hiu => vec![Kind::Hiu],
            Role::Both => vec![Kind::Hip, Kind::Hiu],
        };
        Self {
            id: facility.id.clone(),
            name: facility.name.clone(),
            types,
            client_id: facility.client.to_string(),
        }
    }
}

async fn list_facilities(asked: Asked) -> Result<Vec<Shown>, Problem> {
    Ok(asked.engine.world().registry.facilities().map(Shown::from).collect())
}

/// A facility to register.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewFacility {
    /// What `X-HIP-ID` and `X-HIU-ID` hold.
    #[schemars(with = "fields::FacilityId")]
    id: String,
    /// What patients see.
    #[schemars(with = "fields::Id")]
    name: String,
    /// One or both.
    #[schemars(length(min = 1))]
    types: BTreeSet<Kind>,
    /// On whose bridge.
    #[schemars(with = "fields::Id")]
    client_id: String,
}

async fn register_facility(asked: Asked<(), (), NewFacility>) -> Result<Shown, Problem> {
    let new = asked.body;
    fields::check_facility_id("id", &new.id)?;
    fields::check_id("name", &new.name)?;
    let role = match (new.types.contains(&Kind::Hip), new.types.contains(&Kind::Hiu)) {
        (true, true) => Role::Both,
        (true, false) => Role::Hip,
        (false, true) => Role::Hiu,
        (false, false) => {
            let text = "a facility is HIP, HIU or both: `types` must not be empty";
            return Err(Problem::invalid_field("types", text));
        }
    };
    let facility = Facility::new(new.id, new.name, role, new.client_id);
    let shown = Shown::from(&facility);
    asked.engine.add_new_facility(facility)?;
    Ok(shown)
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Which {
    facility_id: String,
}

async fn delete_facility(asked: Asked<Which>) -> Result<(), Problem> {
    let id = asked.path.facility_id;
    if asked.engine.world().registry.remove_facility(&id) {
        Ok(())
    } else {
        Err(Problem::unknown("facility", id))
    }
}
