//! Facilities that the sandbox plays for the other side.

use abdm_core::api::consent::{DateRange, Named, Permission, Requester};
use abdm_core::id::{CareContextReference, HipId, HiuId, PatientReference};
use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
use abdm_core::wire::parse_json;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hiu_services::api::consent::ConsentTerms;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::app_records::known;
use super::links::{check_display, check_reference};
use crate::control::fields::{self, Dates, KnownHiType};
use crate::control::{About, Asked, Control, Problem};
use crate::engine::Engine;
use crate::played::{Hip, HipHabits, Hiu, HiuHabits, Part, Record};
use crate::shared::Shared;
use crate::world::Link;

/// The records of the last three years are asked for when nothing else is said.
const USUAL_DAYS: i64 = 1095;
/// And kept for a month.
const KEPT_DAYS: i64 = 30;

pub(super) fn serve(control: Control) -> Control {
    let about = |method, path, name, text| About::new((method, path), ("played", name), text);
    let list = about(
        Method::GET,
        "/sandbox/played",
        "listPlayed",
        "The facilities that the sandbox plays, with their habits.",
    );
    let delete = about(
        Method::DELETE,
        "/sandbox/played/{facilityId}",
        "deletePlayed",
        "Plays a facility no more. Its links and consents stay.",
    );
    let play_hip = about(
        Method::POST,
        "/sandbox/played/hips",
        "playHip",
        "Plays a HIP with these habits, for a HIU that is tested without a HIP of its own.",
    );
    let play_hiu = about(
        Method::POST,
        "/sandbox/played/hius",
        "playHiu",
        "Plays a HIU with these habits, for a HIP that is tested without a HIU of its own.",
    );
    let hip_habits = about(
        Method::PUT,
        "/sandbox/played/hips/{facilityId}/habits",
        "setHipHabits",
        "Gives a played HIP other habits. What is left out is as usual.",
    );
    let hiu_habits = about(
        Method::PUT,
        "/sandbox/played/hius/{facilityId}/habits",
        "setHiuHabits",
        "Gives a played HIU other habits. What is left out is as usual.",
    );
    let record = about(
        Method::POST,
        "/sandbox/played/hips/{facilityId}/records",
        "addRecord",
        "Gives a played HIP a record of a patient, and links its care context unless the patient is to \
         find it.",
    );
    let ask = about(
        Method::POST,
        "/sandbox/played/hius/{facilityId}/requests",
        "askForConsent",
        "Lets a played HIU ask a patient for a consent; once it is granted, it asks for the records.",
    );
    let requests = about(
        Method::GET,
        "/sandbox/played/hius/{facilityId}/requests",
        "listAsked",
        "What a played HIU has asked for, and what came of it.",
    );
    let received = about(
        Method::GET,
        "/sandbox/played/hius/{facilityId}/records",
        "listReceived",
        "The records that a played HIU has received, decrypted.",
    );
    control
        .serve(list, list_played)
        .serve(delete.success(StatusCode::NO_CONTENT), delete_played)
        .serve(play_hip.success(StatusCode::CREATED).refusals(&[409]), play_a_hip)
        .serve(play_hiu.success(StatusCode::CREATED).refusals(&[409]), play_a_hiu)
        .serve(hip_habits, set_hip_habits)
        .serve(hiu_habits, set_hiu_habits)
        .serve(record.success(StatusCode::CREATED).refusals(&[409]), add_record)
        .serve(ask.success(StatusCode::ACCEPTED).refusals(&[409]), ask_for_consent)
        .serve(requests, list_asked)
        .serve(received, list_received)
}

/// A played facility: its habits stand under what it is.
#[derive(Serialize, JsonSchema)]
struct PlayedFacility {
    id: String,
    hip: Option<HipHabits>,
    hiu: Option<HiuHabits>,
}

async fn list_played(asked: Asked) -> Result<Vec<PlayedFacility>, Problem> {
    let world = asked.engine.world();
    let shown = world.played.iter().map(|(id, played)| {
        let (hip, hiu) = match &played.part {
            Part::Hip(hip) => (Some(hip.habits.clone()), None),
            Part::Hiu(hiu) => (None, Some(hiu.habits.clone())),
        };
        PlayedFacility { id: id.clone(), hip, hiu }
    });
    Ok(shown.collect())
}

/// Which played facility.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Which {
    #[schemars(with = "fields::Id")]
    facility_id: String,
}

async fn delete_played(asked: Asked<Which>) -> Result<(), Problem> {
    let id = asked.path.facility_id;
    if asked.engine.play_no_more(&id) {
        Ok(())
    } else {
        Err(Problem::unknown("played facility", id))
    }
}

/// A facility to play.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewHip {
    /// What `X-HIP-ID` holds.
    #[schemars(with = "fields::FacilityId")]
    id: String,
    /// What patients see; the id when left out.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    habits: HipHabits,
}

/// The same for a HIU.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewHiu {
    /// What `X-HIU-ID` holds.
    #[schemars(with = "fields::FacilityId")]
    id: String,
    /// What patients see; the id when left out.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    habits: HiuHabits,
}

fn play(
    engine: &std::sync::Arc<Engine>,
    id: &str,
    name: Option<String>,
    part: Part,
) -> Result<(), Problem> {
    fields::check_facility_id("id", id)?;
    Ok(engine.play(id, name.as_deref().unwrap_or(id), part)?)
}

async fn play_a_hip(asked: Asked<(), (), NewHip>) -> Result<PlayedFacility, Problem> {
    let NewHip { id, name, habits } = asked.body;
    play(&asked.engine, &id, name, Part::Hip(Hip::new(habits.clone())))?;
    Ok(PlayedFacility { id, hip: Some(habits), hiu: None })
}

async fn play_a_hiu(asked: Asked<(), (), NewHiu>) -> Result<PlayedFacility, Problem> {
    let NewHiu { id, name, habits } = asked.body;
    play(&asked.engine, &id, name, Part::Hiu(Box::new(Hiu::new(habits.clone()))))?;
    Ok(PlayedFacility { id, hip: None, hiu: Some(habits) })
}

async fn set_hip_habits(asked: Asked<Which, (), HipHabits>) -> Result<HipHabits, Problem> {
    let (id, habits) = (asked.path.facility_id, asked.body);
    let set = asked.engine.with_hip(&id, |hip| hip.habits.clone_from(&habits));
    set.map(|()| habits).ok_or_else(|| Problem::unknown("played HIP", id))
}

async fn set_hiu_habits(asked: Asked<Which, (), HiuHabits>) -> Result<HiuHabits, Problem> {
    let (id, habits) = (asked.path.facility_id, asked.body);
    let set = asked.engine.with_hiu(&id, |hiu| hiu.habits.clone_from(&habits));
    set.map(|()| habits).ok_or_else(|| Problem::unknown("played HIU", id))
}

/// A record for a played HIP.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewRecord {
    /// An ABHA address of the patient's.
    #[schemars(with = "fields::Address")]
    patient: String,
    #[schemars(with = "fields::Reference")]
    care_context_reference: CareContextReference,
    hi_type: KnownHiType,
    /// The HIP's number for the patient; `P-1` when left out.
    #[serde(default)]
    #[schemars(with = "Option<fields::Reference>")]
    patient_reference: Option<PatientReference>,
    /// What the patient sees; the reference when left out.
    #[serde(default)]
    #[schemars(with = "Option<fields::Display>")]
    display: Option<String>,
    /// Whether its care context is linked already. When not, the patient finds it by discovery.
    #[serde(default = "linked")]
    linked: bool,
    /// The document: any JSON. A correct one of the HI type when left out.
    #[serde(default)]
    document: Option<Value>,
}

const fn linked() -> bool {
    true
}

/// The record as it is held.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Held {
    care_context_reference: String,
    /// How many bytes the document has.
    bytes: usize,
}

async fn add_record(asked: Asked<Which, (), NewRecord>) -> Result<Held, Problem> {
    let (engine, id, new) = (asked.engine, asked.path.facility_id, asked.body);
    if engine.hip(&id, |_| ()).is_none() {
        return Err(Problem::unknown("played HIP", id));
    }
    check_reference("careContextReference", new.care_context_reference.as_str())?;
    if let Some(reference) = &new.patient_reference {
        check_reference("patientReference", reference.as_str())?;
    }
    check_display("display", new.display.as_deref())?;
    let address = known(&engine, &new.patient)?;
    let hip_id = HipId::new(&*id).map_err(|_| Problem::unknown("played HIP", &*id))?;
    let patient = match new.patient_reference {
        Some(reference) => reference,
        None => PatientReference::new("P-1").map_err(|e| Problem::invalid(e.to_string()))?,
    };
    let name = engine.world().people.by_address(&address).map(|person| person.name());
    let name = name.unwrap_or_default();
    let (reference, hi_type) = (new.care_context_reference, new.hi_type.0);
    let document = new.document.map(|document| document.to_string().into_bytes());
    let of = (address.clone(), name.as_str());
    let mut record = Record::made_up(of, reference.clone(), hi_type.clone(), document)?;
    record.patient_reference = Some(patient.clone());
    record.display.clone_from(&new.display);
    let bytes = record.document.len();
    let now = engine.now();
    let mut world = engine.world();
    let is_same = |link: &Shared<Link>| {
        link.address == address
            && link.hip == hip_id
            && link.care_context == reference
            && link.hi_type == hi_type
    };
    if world.links.iter().any(is_same) {
        return Err(Problem::taken("care context", reference.as_str()));
    }
    let link = Link {
        id: world.next_number(),
        address,
        hip: hip_id,
        patient,
        patient_display: name,
        care_context: reference.clone(),
        display: new.display.unwrap_or_else(|| reference.to_string()),
        hi_type,
        linked_at: now,
        visible_at: now,
    };
    // It may be played no more by now.
    let Some(Part::Hip(hip)) = world.played.get_mut(&id).map(|played| &mut played.part) else {
        return Err(Problem::unknown("played HIP", id));
    };
    hip.records.push(record);
    if new.linked {
        world.links.push(Shared::new(link));
    }
    Ok(Held { care_context_reference: reference.to_string(), bytes })
}

/// What a played HIU shall ask for.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewRequest {
    /// An ABHA address of the patient's.
    #[schemars(with = "fields::Address")]
    patient: String,
    /// All kinds when left out.
    #[serde(default)]
    #[schemars(length(min = 1))]
    hi_types: Option<Vec<KnownHiType>>,
    /// The records of one HIP only.
    #[serde(default)]
    #[schemars(with = "Option<fields::FacilityId>")]
    hip_id: Option<HipId>,
    /// The records of which dates: of the last three years when left out.
    #[serde(default)]
    date_range: Option<Dates>,
    /// When everything must be gone: after a month when left out.
    #[serde(default)]
    data_erase_at: Option<DateTime<Utc>>,
}

/// How it was asked.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Sent {
    /// The `REQUEST-ID` of the call.
    request_id: String,
}

async fn ask_for_consent(asked: Asked<Which, (), NewRequest>) -> Result<Sent, Problem> {
    let (engine, id, new) = (asked.engine, asked.path.facility_id, asked.body);
    if engine.hiu(&id, |_| ()).is_none() {
        return Err(Problem::unknown("played HIU", id));
    }
    let address = known(&engine, &new.patient)?;
    let now = engine.now();
    let types = new.hi_types.map(|types| types.into_iter().map(|t| t.0).collect::<Vec<HiType>>());
    let types = types.unwrap_or_else(|| HiType::ALL.to_vec());
    let usual = DateRange::new(now - TimeDelta::days(USUAL_DAYS), now);
    let dates = new.date_range.map_or(usual, DateRange::from);
    let erase_at = new.data_erase_at.unwrap_or(now + TimeDelta::days(KEPT_DAYS));
    let mut terms = ConsentTerms::new(
        address,
        HiuId::new(&*id).map_err(|_| Problem::unknown("played HIU", &*id))?,
        PurposeCode::CareManagement,
        Requester::registered("Dr. Played", "REGNO", "MH0000", "https://www.abdm.gov.in"),
        types,
        Permission::new(AccessMode::View, dates, erase_at),
    );
    terms.hip = new.hip_id.map(Named::from);
    let request_id = crate::played::ask(&engine, &id, terms).await?;
    Ok(Sent { request_id: request_id.to_string() })
}

/// What a played HIU has asked for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AskedFor {
    /// The `REQUEST-ID` of the call.
    request_id: String,
    consent_request_id: Option<String>,
    #[schemars(with = "String")]
    status: ConsentStatus,
    /// The artefacts of a grant.
    consent_ids: Vec<String>,
    /// Why the consent or the records were refused.
    problem: Option<String>,
}

async fn list_asked(asked: Asked<Which>) -> Result<Vec<AskedFor>, Problem> {
    let id = asked.path.facility_id;
    let shown = asked.engine.hiu(&id, |hiu| {
        let shown = hiu.requests.iter().map(|request| AskedFor {
            request_id: request.request_id.to_string(),
            consent_request_id: request.consent_request.as_ref().map(ToString::to_string),
            status: request.status.clone(),
            consent_ids: request.consents.iter().map(ToString::to_string).collect(),
            problem: request.problem.clone(),
        });
        shown.collect()
    });
    shown.ok_or_else(|| Problem::unknown("played HIU", id))
}

/// A record that a played HIU has received.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ReceivedRecord {
    consent_id: String,
    transaction_id: String,
    hip_id: String,
    care_context_reference: String,
    /// The number of its page, as it was sent.
    page_number: i64,
    page_count: i64,
    /// The document, when it is JSON.
    document: Value,
    /// The document's bytes.
    document_base64: Option<String>,
    /// Why it cannot be read.
    problem: Option<String>,
    /// What is wrong with its checksum, or with it as an NRCES document. It was taken all the same.
    findings: Vec<String>,
}

async fn list_received(asked: Asked<Which>) -> Result<Vec<ReceivedRecord>, Problem> {
    let id = asked.path.facility_id;
    let shown = asked.engine.hiu(&id, |hiu| {
        let shown = hiu.received.iter().map(|record| {
            let bytes = record.document.as_deref().ok();
            ReceivedRecord {
                consent_id: record.consent.to_string(),
                transaction_id: record.transaction.to_string(),
                hip_id: record.hip.to_string(),
                care_context_reference: record.care_context.to_string(),
                page_number: record.page.0,
                page_count: record.page.1,
                document: bytes.and_then(parse_json).unwrap_or_default(),
                document_base64: bytes.map(|bytes| STANDARD.encode(bytes)),
                problem: record.document.as_ref().err().cloned(),
                findings: record.findings.clone(),
            }
        });
        shown.collect()
    });
    shown.ok_or_else(|| Problem::unknown("played HIU", id))
}
