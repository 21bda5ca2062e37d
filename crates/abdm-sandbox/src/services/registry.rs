//! The registries of facilities and professionals, with a handful of made-up ones (registries.md).
//!
//! The live errors of most calls are not published: what breaks a field rule is told as HIS-422 with
//! the field in its details, what is not there is a 404.

mod bridge;
mod contact;
mod facilities;
mod made_up;
mod masters;
mod professionals;

use abdm_core::api::registry::{InvalidField, KeepsRules};
use http::StatusCode;

use crate::server::{Refusal, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    [facilities::routes, contact::routes, bridge::routes, professionals::routes, masters::routes]
        .into_iter()
        .fold(routes, |routes, group| group(routes))
}

/// Refuses a request that breaks a rule of the registry's.
fn check(request: &impl KeepsRules) -> Result<(), Refusal> {
    request.check().map_err(|invalid| refused(&invalid))
}

fn refused(invalid: &InvalidField) -> Refusal {
    let code = match invalid.field {
        "facilityId" => "HIS-1113",
        "bridgeId" => "HIS-1126",
        _ => "HIS-1070",
    };
    Refusal::of_registry(code, invalid.rule, invalid.field)
}

/// What was asked for is not there.
fn not_found(what: &str) -> Refusal {
    let message = format!("{what} does not exist");
    Refusal::flat(StatusCode::NOT_FOUND, "ABDM-1065", &message)
}
