//! `FindDuplicateFacilities`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::registry::rules::{self, InvalidField, KeepsRules, is_there, keep};

crate::endpoint! {
    /// Facilities that may be the same as one that is to be registered.
    pub FindDuplicateFacilities {
        method: POST,
        family: Registry,
        path: "/search/address/filter/deduplicate",
        auth: RegistryBearer,
        request: DuplicateSearch,
        response: Vec<Value>,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

/// A facility that is to be registered. Codes are texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct DuplicateSearch {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A code, as in "511".
    pub district: String,
    /// A code.
    pub sub_district: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub village: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geolocation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility_id: Option<String>,
}

impl DuplicateSearch {
    /// What the registry cannot search without: the name, and the codes of district and
    /// sub-district.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        district: impl Into<String>,
        sub_district: impl Into<String>,
    ) -> Self {
        let (district, sub_district) = (district.into(), sub_district.into());
        Self { name: name.into(), district, sub_district, ..Self::default() }
    }
}

impl KeepsRules for DuplicateSearch {
    fn check(&self) -> Result<(), InvalidField> {
        const NEEDED: &str = "it must be there";
        keep(is_there(&self.name), "name", NEEDED)?;
        keep(is_there(&self.district), "district", NEEDED)?;
        keep(is_there(&self.sub_district), "subDistrict", NEEDED)?;
        self.facility_id.as_deref().map_or(Ok(()), rules::facility_id)
    }
}
