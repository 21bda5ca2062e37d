//! Descriptions of objects of ABDM's that stand in the sandbox's own answers as they stand on the
//! wire. The types themselves belong to `abdm-core`.
#![expect(dead_code, reason = "descriptions only: nothing makes or reads these")]

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

/// An object that holds an id and perhaps a name.
#[derive(JsonSchema)]
pub(crate) struct Named {
    id: String,
    name: Option<String>,
}

/// One care context of one patient at a HIP.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(crate) struct CareContext {
    patient_reference: String,
    care_context_reference: String,
}

/// The care contexts of one patient number that hold records of one HI type.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(crate) struct PatientCareContexts {
    reference_number: String,
    display: String,
    care_contexts: Vec<DiscoveredCareContext>,
    hi_type: String,
    count: i64,
}

/// One of them.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct DiscoveredCareContext {
    reference_number: String,
    display: String,
}

/// Who asks.
#[derive(JsonSchema)]
pub(crate) struct Requester {
    name: String,
    identifier: Option<RequesterIdentifier>,
}

#[derive(JsonSchema)]
struct RequesterIdentifier {
    #[schemars(rename = "type")]
    kind: String,
    value: String,
    system: Option<String>,
}

/// For what.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(crate) struct Purpose {
    text: String,
    code: String,
    ref_uri: Option<String>,
}

/// What may be done, over which dates, until when.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(crate) struct Permission {
    access_mode: String,
    date_range: DateRange,
    data_erase_at: Option<DateTime<Utc>>,
    frequency: Option<Frequency>,
}

/// From when to when.
#[derive(JsonSchema)]
struct DateRange {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

/// How often.
#[derive(JsonSchema)]
#[schemars(rename = "GivenFrequency")]
struct Frequency {
    unit: String,
    value: i64,
    repeats: Option<i64>,
}
