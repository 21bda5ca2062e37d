//! Linked care contexts, without the dance for a link token.

use abdm_core::id::{CareContextReference, HipId, PatientReference};
use chrono::TimeDelta;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use super::app_records::{ShownLink, known};
use crate::control::fields::{self, KnownHiType};
use crate::control::{About, Asked, Control, Problem};
use crate::services::rules::value;
use crate::shared::Shared;
use crate::world::Link;

const PATH: &str = "/sandbox/links";

pub(super) fn serve(control: Control) -> Control {
    let about = |method, path, name, text| About::new((method, path), ("links", name), text);
    let list = about(Method::GET, PATH, "listLinks", "Every linked care context.");
    let create = about(
        Method::POST,
        PATH,
        "createLinks",
        "Links care contexts at once, without a token and without a callback. The patient's app does \
         not pull them.",
    );
    let delete = about(
        Method::DELETE,
        "/sandbox/links/{linkId}",
        "deleteLink",
        "Deletes a link, so that it can be made again.",
    );
    control
        .serve(list, list_links)
        .serve(create.success(StatusCode::CREATED).refusals(&[404, 409]), create_links)
        .serve(delete.success(StatusCode::NO_CONTENT), delete_link)
}

async fn list_links(asked: Asked) -> Result<Vec<ShownLink>, Problem> {
    Ok(asked.engine.world().links.iter().map(|link| ShownLink::from(&**link)).collect())
}

/// Care contexts of one patient at one HIP.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewLinks {
    /// An ABHA address of the patient's.
    #[schemars(with = "fields::Address")]
    patient: String,
    #[schemars(with = "fields::FacilityId")]
    hip_id: HipId,
    /// The HIP's number for the patient.
    #[schemars(with = "fields::Reference")]
    patient_reference: PatientReference,
    /// The patient's name there; as in the ABHA profile when left out.
    #[serde(default)]
    #[schemars(with = "Option<fields::Display>")]
    patient_display: Option<String>,
    #[schemars(length(min = 1))]
    care_contexts: Vec<NewContext>,
}

/// One care context.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewContext {
    /// The HIP's number for it.
    #[schemars(with = "fields::Reference")]
    reference: CareContextReference,
    /// What the patient sees; the reference when left out.
    #[serde(default)]
    #[schemars(with = "Option<fields::Display>")]
    display: Option<String>,
    /// The kinds of records in it.
    #[schemars(length(min = 1))]
    hi_types: Vec<KnownHiType>,
}

impl NewLinks {
    /// What `link/carecontext` refuses is refused here too: it could not be linked live.
    fn check(&self) -> Result<(), Problem> {
        check_reference("patientReference", self.patient_reference.as_str())?;
        check_display("patientDisplay", self.patient_display.as_deref())?;
        for (at, context) in self.care_contexts.iter().enumerate() {
            let place = |name: &str| format!("careContexts[{at}].{name}");
            check_reference(&place("reference"), context.reference.as_str())?;
            check_display(&place("display"), context.display.as_deref())?;
        }
        Ok(())
    }
}

/// Whether a reference can be linked (gateway.md 8).
pub(super) fn check_reference(field: &str, text: &str) -> Result<(), Problem> {
    if !text.trim().is_empty() && value::reference(text) {
        return Ok(());
    }
    let rule = r"1 to 255 letters, digits, blanks and _ - @ , . ( ) / : \";
    Err(Problem::invalid_field(field, format!("`{field}`: it must have {rule}")))
}

/// Whether patients can be shown this; nothing is as good.
pub(super) fn check_display(field: &str, text: Option<&str>) -> Result<(), Problem> {
    if text.is_none_or(|text| !text.trim().is_empty() && value::display(text)) {
        return Ok(());
    }
    let rule = r#"1 to 255 letters, digits, blanks and _ - @ , . " ' : | ( ) /"#;
    Err(Problem::invalid_field(field, format!("`{field}`: it must have {rule}")))
}

async fn create_links(asked: Asked<(), (), NewLinks>) -> Result<Vec<ShownLink>, Problem> {
    let (engine, new) = (asked.engine, asked.body);
    new.check()?;
    let address = known(&engine, &new.patient)?;
    let now = engine.now();
    let mut world = engine.world();
    if !world.registry.facility(new.hip_id.as_str()).is_some_and(|facility| facility.is_hip()) {
        return Err(Problem::unknown("HIP", new.hip_id.as_str()));
    }
    let name = world.people.by_address(&address).map(|person| person.name()).unwrap_or_default();
    let mut fresh: Vec<Shared<Link>> = Vec::new();
    for context in new.care_contexts {
        for hi_type in context.hi_types {
            let is_same = |link: &Shared<Link>| {
                link.address == address
                    && link.hip == new.hip_id
                    && link.care_context == context.reference
                    && link.hi_type == hi_type.0
            };
            if world.links.iter().chain(&fresh).any(is_same) {
                return Err(Problem::taken("care context", context.reference.as_str()));
            }
            let reference = context.reference.clone();
            fresh.push(Shared::new(Link {
                id: world.next_number(),
                address: address.clone(),
                hip: new.hip_id.clone(),
                patient: new.patient_reference.clone(),
                patient_display: new.patient_display.clone().unwrap_or_else(|| name.clone()),
                display: context.display.clone().unwrap_or_else(|| reference.to_string()),
                care_context: reference,
                hi_type: hi_type.0,
                linked_at: now,
                visible_at: now - TimeDelta::seconds(1),
            }));
        }
    }
    let shown = fresh.iter().map(|link| ShownLink::from(&**link)).collect();
    world.links.append(&mut fresh);
    Ok(shown)
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Which {
    /// The `id` of the link.
    link_id: u64,
}

async fn delete_link(asked: Asked<Which>) -> Result<(), Problem> {
    let mut world = asked.engine.world();
    let before = world.links.len();
    world.links.retain(|link| link.id != asked.path.link_id);
    if world.links.len() < before {
        Ok(())
    } else {
        Err(Problem::unknown("link", asked.path.link_id.to_string()))
    }
}
