//! `SearchFacilityDirectory`.

use serde::{Deserialize, Serialize};

use crate::api::registry::rules::{self, InvalidField, KeepsRules};
use crate::lenient;

crate::endpoint! {
    /// The second search of the registry, whose answers have contact numbers and places.
    pub SearchFacilityDirectory {
        method: POST,
        family: Registry,
        path: "/v1.0/facility/search-facilities",
        auth: RegistryBearer,
        request: DirectorySearch,
        response: DirectoryReply,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

/// What the second search is asked. It repeats id and instant of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DirectorySearch {
    /// An id of its own.
    pub request_id: String,
    /// When it is asked.
    pub timestamp: String,
    /// What is looked for.
    pub facility: DirectoryFilter,
}

impl DirectorySearch {
    /// This filter, asked under this id at this instant.
    #[must_use]
    pub fn new(
        request: crate::id::RequestId,
        at: chrono::DateTime<chrono::Utc>,
        facility: DirectoryFilter,
    ) -> Self {
        let (request_id, timestamp) = (request.to_string(), crate::clock::format_timestamp(at));
        Self { request_id, timestamp, facility }
    }
}

impl KeepsRules for DirectorySearch {
    fn check(&self) -> Result<(), InvalidField> {
        self.facility.facility_name.as_deref().map_or(Ok(()), rules::facility_name)
    }
}

/// What the second search looks for. Nothing of it is marked as needed; states and districts are
/// LGD codes, as texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct DirectoryFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facility_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_of_medicine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facility_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ownership: Option<String>,
}

impl DirectoryFilter {
    /// By name or a part of it.
    #[must_use]
    pub fn by_name(name: impl Into<String>) -> Self {
        Self { facility_name: Some(name.into()), ..Self::default() }
    }
}

/// What the second search found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct DirectoryReply {
    /// The registry's number of the search.
    pub reference_number: Option<String>,
    /// What fits.
    #[serde(with = "lenient::list")]
    pub facilities: Vec<DirectoryFacility>,
}

/// A facility as the second search tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct DirectoryFacility {
    /// The HFR id.
    pub id: Option<String>,
    pub name: Option<String>,
    pub contact_number: Option<String>,
    pub latitude: Option<String>,
    pub longitude: Option<String>,
    pub address: Option<PostalPlace>,
}

/// Where a facility is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct PostalPlace {
    pub address_line1: Option<String>,
    pub address_line2: Option<String>,
    pub city: Option<String>,
    pub district: Option<String>,
    pub state: Option<String>,
    pub pincode: Option<String>,
}
