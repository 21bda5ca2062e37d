//! The patient's app: what it holds. Links, artefacts, transfers, records.

use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{ConsentStatus, HiType, SessionStatus};
use abdm_core::wire::parse_json;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::app::OfPatient;
use crate::control::{About, Asked, Control, Problem};
use crate::engine::Engine;
use crate::world::{AppRecord, Artefact, Link, Reporter, Transfer};

pub(super) fn serve(control: Control) -> Control {
    let about = |path, name, text| About::new((Method::GET, path), ("app", name), text);
    let links = about(
        "/sandbox/app/{address}/links",
        "listLinksOfPatient",
        "The care contexts that are linked to the address.",
    );
    let artefacts = about(
        "/sandbox/app/{address}/artefacts",
        "listArtefacts",
        "What the patient granted, whatever became of it; those of the app's own pulls included.",
    );
    let transfers = about(
        "/sandbox/app/{address}/transfers",
        "listTransfers",
        "The transfers under the patient's consents, and how they stand.",
    );
    let records = about(
        "/sandbox/app/{address}/records",
        "listAppRecords",
        "The records that the patient's own app has pulled, decrypted.",
    );
    control
        .serve(links, list_links)
        .serve(artefacts, list_artefacts)
        .serve(transfers, list_transfers)
        .serve(records, list_records)
}

/// The address of a path. One that cannot be an address is nobody's.
pub(super) fn patient(text: &str) -> Result<AbhaAddress, Problem> {
    text.parse().map_err(|_| Problem::unknown("patient", text))
}

/// The address, when somebody has it.
pub(super) fn known(engine: &Engine, text: &str) -> Result<AbhaAddress, Problem> {
    let address = patient(text)?;
    let lives_here = engine.world().people.by_address(&address).is_some();
    if lives_here { Ok(address) } else { Err(Problem::unknown("patient", text)) }
}

/// A linked care context.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Link")]
pub(super) struct ShownLink {
    /// The number under which it can be deleted.
    id: u64,
    /// The ABHA address.
    patient: String,
    hip_id: String,
    /// The facility's number for the patient.
    patient_reference: String,
    patient_display: String,
    care_context_reference: String,
    display: String,
    #[schemars(with = "String")]
    hi_type: HiType,
    linked_at: DateTime<Utc>,
}

impl From<&Link> for ShownLink {
    fn from(link: &Link) -> Self {
        Self {
            id: link.id,
            patient: link.address.to_string(),
            hip_id: link.hip.to_string(),
            patient_reference: link.patient.to_string(),
            patient_display: link.patient_display.clone(),
            care_context_reference: link.care_context.to_string(),
            display: link.display.clone(),
            hi_type: link.hi_type.clone(),
            linked_at: link.linked_at,
        }
    }
}

async fn list_links(asked: Asked<OfPatient>) -> Result<Vec<ShownLink>, Problem> {
    let address = known(&asked.engine, &asked.path.address)?;
    Ok(asked.engine.world().links_of(&address).iter().map(ShownLink::from).collect())
}

/// A consent artefact.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Artefact")]
struct ShownArtefact {
    consent_id: String,
    request_id: String,
    #[schemars(with = "String")]
    status: ConsentStatus,
    hip_id: String,
    hiu_id: String,
    /// The code of the purpose.
    purpose: String,
    #[schemars(with = "Vec<String>")]
    hi_types: Vec<HiType>,
    /// The references of the care contexts.
    care_contexts: Vec<String>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    data_erase_at: Option<DateTime<Utc>>,
    /// Whether the HIP has acknowledged the grant.
    acknowledged: bool,
}

impl From<&Artefact> for ShownArtefact {
    fn from(artefact: &Artefact) -> Self {
        let detail = &artefact.detail;
        let contexts = detail.care_contexts.iter();
        Self {
            consent_id: detail.consent_id.to_string(),
            request_id: artefact.request.to_string(),
            status: artefact.status.clone(),
            hip_id: detail.hip.id.to_string(),
            hiu_id: artefact.hiu.to_string(),
            purpose: detail.purpose.code.to_string(),
            hi_types: detail.hi_types.clone(),
            care_contexts: contexts.map(|c| c.care_context_reference.to_string()).collect(),
            from: detail.permission.date_range.from,
            to: detail.permission.date_range.to,
            data_erase_at: detail.erase_at(),
            acknowledged: artefact.acknowledged,
        }
    }
}

async fn list_artefacts(asked: Asked<OfPatient>) -> Result<Vec<ShownArtefact>, Problem> {
    let address = known(&asked.engine, &asked.path.address)?;
    let world = asked.engine.world();
    let own = world.artefacts.values().filter(|artefact| artefact.detail.patient.id == address);
    let mut own: Vec<_> = own.collect();
    own.sort_by_key(|artefact| artefact.detail.created_at);
    Ok(own.into_iter().map(|artefact| ShownArtefact::from(&**artefact)).collect())
}

/// Who reported a transfer's end.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum ReportedBy {
    Hip,
    Hiu,
}

/// A transfer of records.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Transfer")]
struct ShownTransfer {
    transaction_id: String,
    consent_id: String,
    hip_id: String,
    hiu_id: String,
    /// What was reported last.
    #[schemars(with = "String")]
    status: SessionStatus,
    /// Whether the HIP has answered the request.
    answered: bool,
    /// Who has reported.
    reports: Vec<ReportedBy>,
}

fn shown(id: &str, transfer: &Transfer, artefact: &Artefact) -> ShownTransfer {
    let reports = transfer.reports.iter().map(|reporter| match reporter {
        Reporter::Hip => ReportedBy::Hip,
        Reporter::Hiu => ReportedBy::Hiu,
    });
    ShownTransfer {
        transaction_id: id.to_owned(),
        consent_id: transfer.consent.to_string(),
        hip_id: artefact.detail.hip.id.to_string(),
        hiu_id: artefact.hiu.to_string(),
        status: transfer.status.clone(),
        answered: transfer.answered,
        reports: reports.collect(),
    }
}

async fn list_transfers(asked: Asked<OfPatient>) -> Result<Vec<ShownTransfer>, Problem> {
    let address = known(&asked.engine, &asked.path.address)?;
    let world = asked.engine.world();
    let own = world.transfers.iter().filter_map(|(id, transfer)| {
        let artefact = world.artefacts.get(&transfer.consent)?;
        let is_own = artefact.detail.patient.id == address;
        is_own.then(|| shown(id.as_str(), transfer, artefact))
    });
    Ok(own.collect())
}

/// A record that the patient's app received.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AppRecord")]
struct ShownRecord {
    hip_id: String,
    care_context_reference: String,
    transaction_id: String,
    /// The document, when it is JSON; `null` when it is not, or could not be decrypted.
    document: Value,
    /// The document's bytes, when it could be decrypted.
    document_base64: Option<String>,
    /// Why it could not be read, or what is wrong with its checksum, or with it as an NRCES
    /// document. It was taken all the same.
    findings: Vec<String>,
}

impl From<&AppRecord> for ShownRecord {
    fn from(record: &AppRecord) -> Self {
        let bytes = record.document.as_deref();
        Self {
            hip_id: record.hip.to_string(),
            care_context_reference: record.care_context.to_string(),
            transaction_id: record.transaction().to_string(),
            document: bytes.and_then(parse_json).unwrap_or_default(),
            document_base64: bytes.map(|bytes| STANDARD.encode(bytes)),
            findings: record.findings.clone(),
        }
    }
}

async fn list_records(asked: Asked<OfPatient>) -> Result<Vec<ShownRecord>, Problem> {
    let address = known(&asked.engine, &asked.path.address)?;
    let world = asked.engine.world();
    let own = world.app_records.iter().filter(|record| record.address == address);
    Ok(own.map(|record| ShownRecord::from(&**record)).collect())
}
