//! The patient's app: decides as the patient would.

use std::sync::Arc;

use abdm_core::id::{CareContextReference, ConsentId, ConsentRequestId, HipId};
use abdm_core::vocabulary::HiType;
use chrono::{DateTime, Utc};
use hip_services::api::sharing::IssuedToken;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::patient_app::{Approval, ConsentRequestView, Denial};
use crate::control::fields::{self, Dates, HowOften, KnownHiType};
use crate::control::{About, Asked, Control, Problem};
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::phr::PhrApp;
use crate::services::rules::value;

pub(super) fn serve(control: Control) -> Control {
    let about = |method, path, name, text| About::new((method, path), ("app", name), text);
    let pending = about(
        Method::GET,
        "/sandbox/app/{address}/requests",
        "listConsentRequests",
        "The consent requests that wait for the patient's decision, the newest first.",
    );
    let read = about(
        Method::GET,
        "/sandbox/app/{address}/requests/{requestId}",
        "readConsentRequest",
        "One consent request to the patient, whatever became of it.",
    );
    let approve = about(
        Method::POST,
        "/sandbox/app/{address}/requests/{requestId}/approve",
        "approveConsentRequest",
        "Grants: everything that is linked and was asked for, or what is left of it.",
    );
    let deny = about(
        Method::POST,
        "/sandbox/app/{address}/requests/{requestId}/deny",
        "denyConsentRequest",
        "Refuses.",
    );
    let revoke = about(
        Method::POST,
        "/sandbox/app/{address}/revoke",
        "revokeConsents",
        "Takes granted consents back, by the ids of their artefacts.",
    );
    let share = about(
        Method::POST,
        "/sandbox/app/{address}/share",
        "shareProfile",
        "Scans a counter's code and shares the profile: the facility's token.",
    );
    control
        .serve(pending.refusals(&[409]), list_pending)
        .serve(read.refusals(&[409]), read_request)
        .serve(approve.refusals(&[409]), approve_request)
        .serve(deny.success(StatusCode::NO_CONTENT).refusals(&[409]), deny_request)
        .serve(revoke.success(StatusCode::NO_CONTENT).refusals(&[409]), revoke_consents)
        .serve(share.refusals(&[409]), share_profile)
}

/// Whose app.
#[derive(Deserialize, JsonSchema)]
pub(super) struct OfPatient {
    /// An ABHA address of the patient's.
    #[schemars(with = "fields::Address")]
    pub(super) address: String,
}

/// Which consent request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OfRequest {
    /// An ABHA address of the patient's.
    #[schemars(with = "fields::Address")]
    address: String,
    /// The id of the consent request.
    #[schemars(with = "fields::Id")]
    request_id: String,
}

pub(super) fn app(engine: &Arc<Engine>, address: &str) -> Result<PhrApp, Problem> {
    Ok(PhrApp::of(engine, super::app_records::patient(address)?)?)
}

fn request_id(text: &str) -> Result<ConsentRequestId, Problem> {
    ConsentRequestId::new(text).map_err(|_| Problem::unknown("consent request", text))
}

async fn list_pending(asked: Asked<OfPatient>) -> Result<Vec<ConsentRequestView>, Problem> {
    Ok(app(&asked.engine, &asked.path.address)?.pending().await?)
}

async fn read_request(asked: Asked<OfRequest>) -> Result<ConsentRequestView, Problem> {
    let id = request_id(&asked.path.request_id)?;
    known_request(&asked.engine, &asked.path.address, &id)?;
    Ok(app(&asked.engine, &asked.path.address)?.request(&id).await?)
}

/// A request that is not there is told as that, before the consent manager is asked.
fn known_request(engine: &Engine, address: &str, id: &ConsentRequestId) -> Result<(), Problem> {
    let patient = super::app_records::patient(address)?;
    let world = engine.world();
    let request = world.consent_requests.get(id);
    let is_own = request.is_some_and(|request| request.terms.patient.id == patient);
    if is_own { Ok(()) } else { Err(Problem::unknown("consent request", id.as_str())) }
}

/// What the patient takes back of a request; nothing when empty. A name that stands in no part of
/// the request narrows it to nothing, which is refused.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Narrowing {
    /// Only records of these types.
    hi_types: Option<Vec<KnownHiType>>,
    /// Only these care contexts, by the references that they were linked under.
    #[schemars(with = "Option<Vec<fields::Id>>")]
    care_contexts: Option<Vec<CareContextReference>>,
    /// Only records of these facilities.
    #[schemars(with = "Option<Vec<fields::FacilityId>>")]
    hips: Option<Vec<HipId>>,
    /// Only records of these dates, within those that were asked for.
    date_range: Option<Dates>,
    /// Everything must be gone by then.
    data_erase_at: Option<DateTime<Utc>>,
    /// How often the records may be fetched.
    frequency: Option<HowOften>,
}

impl Narrowing {
    fn narrow(self, approval: &mut Approval) {
        if let Some(types) = self.hi_types {
            let types: Vec<HiType> = types.into_iter().map(|hi_type| hi_type.0).collect();
            approval.narrow_types(&types);
        }
        if let Some(contexts) = &self.care_contexts {
            approval.narrow_care_contexts(contexts);
        }
        if let Some(hips) = &self.hips {
            approval.narrow_hips(hips);
        }
        if let Some(dates) = self.date_range {
            approval.narrow_dates(dates.into());
        }
        for grant in &mut approval.consents {
            if let Some(erase_at) = self.data_erase_at {
                grant.permission.data_erase_at = Some(erase_at);
            }
            if let Some(often) = self.frequency {
                grant.permission.frequency = Some(often.into());
            }
        }
    }
}

/// The artefacts of a grant: one for each HIP.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Granted {
    #[schemars(with = "Vec<String>")]
    consent_ids: Vec<ConsentId>,
}

async fn approve_request(asked: Asked<OfRequest, (), Narrowing>) -> Result<Granted, Problem> {
    let id = request_id(&asked.path.request_id)?;
    known_request(&asked.engine, &asked.path.address, &id)?;
    let app = app(&asked.engine, &asked.path.address)?;
    let consent_ids = app.approve(&id, |approval| asked.body.narrow(approval)).await?;
    Ok(Granted { consent_ids })
}

/// Why the patient refuses.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// Letters, blanks, dots and commas, and not blanks alone.
    #[schemars(regex(pattern = r"^ *[A-Za-z,.][A-Za-z ,.]*$"))]
    reason: String,
}

async fn deny_request(asked: Asked<OfRequest, (), Reason>) -> Result<(), Problem> {
    if !Denial::new(asked.body.reason.as_str()).is_well_formed() {
        let rule = "`reason`: it must hold letters, blanks, dots and commas, and not blanks alone";
        return Err(Problem::invalid_field("reason", rule));
    }
    let id = request_id(&asked.path.request_id)?;
    known_request(&asked.engine, &asked.path.address, &id)?;
    Ok(app(&asked.engine, &asked.path.address)?.deny(&id, &asked.body.reason).await?)
}

/// Which consents.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Consents {
    /// The ids of the artefacts, not that of the request.
    #[schemars(with = "Vec<fields::Id>", length(min = 1))]
    consents: Vec<ConsentId>,
}

async fn revoke_consents(asked: Asked<OfPatient, (), Consents>) -> Result<(), Problem> {
    Ok(app(&asked.engine, &asked.path.address)?.revoke(asked.body.consents).await?)
}

/// A scanned code.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Scanned {
    #[schemars(with = "fields::FacilityId")]
    pub(super) hip_id: HipId,
    /// 1 to 20 letters and digits; neither the facility's id nor its name.
    #[schemars(length(min = 1, max = 20), regex(pattern = "^[A-Za-z0-9]+$"))]
    pub(super) counter: String,
}

impl Scanned {
    /// Whether it can be a counter's code.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if value::counter(&self.counter) {
            return Ok(());
        }
        let rule = "`counter`: it must have 1 to 20 letters and digits (m2-hip.md 6)";
        Err(Problem::invalid_field("counter", rule))
    }
}

/// The facility's answer.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "IssuedToken")]
struct Issued(
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")] IssuedToken,
);

async fn share_profile(asked: Asked<OfPatient, (), Scanned>) -> Result<Issued, Problem> {
    asked.body.check()?;
    let Scanned { hip_id, counter } = asked.body;
    let app = app(&asked.engine, &asked.path.address)?;
    let shared = app.share_profile(&hip_id, &counter).await;
    shared.map(Issued).map_err(|error: SandboxError| error.into())
}
