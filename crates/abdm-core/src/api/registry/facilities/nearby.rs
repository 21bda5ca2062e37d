//! `FindNearbyFacilities`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::search::{LEAST_RESULTS, Ownership};
use crate::api::registry::rules::{self, InvalidField, KeepsRules, keep};
use crate::lenient;

crate::endpoint! {
    /// Facilities around a place, the nearest first. The older path is that of the portal before
    /// the end of September 2026.
    pub FindNearbyFacilities {
        method: POST,
        family: Registry,
        path: "/FacilityManagement/v1.5/facility/bygeoLocation/searchWithinRadiusWithFilter",
        older_paths: [
            "/FacilityManagement/v1.5/facility/bygeoLocation/searchFacilityAndInfrastructureWithinRadiusWithFilter",
        ],
        auth: RegistryBearer,
        request: NearbySearch,
        response: NearbyReply,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

/// A place, and what is looked for around it. All values are texts on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct NearbySearch {
    /// Degrees north, with 1 to 6 decimals.
    pub center_lat: String,
    /// Degrees east, with 1 to 6 decimals.
    pub center_lon: String,
    /// Kilometres.
    pub radius_in_km: String,
    /// How many results, at least 1.
    pub size: String,
    /// How many to leave out, from 0.
    pub from: String,
    /// A list with commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speciality: Option<String>,
    /// A list with commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hospital_speciality_type: Option<String>,
    /// `G`, `P` or `PP`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility_ownership: Option<String>,
    /// `0` or `1`: whether it has software for ABDM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abdm_software: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility_status: Option<String>,
    /// The system of medicine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub som: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctor_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctor_system_of_medicine: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_icu_beds_available: Option<String>,
}

impl NearbySearch {
    /// The first ten within so many kilometres of a place, in degrees north and east.
    #[must_use]
    pub fn around(latitude: f64, longitude: f64, kilometres: u32) -> Self {
        Self {
            center_lat: degrees(latitude),
            center_lon: degrees(longitude),
            radius_in_km: kilometres.to_string(),
            size: LEAST_RESULTS.to_string(),
            from: "0".to_owned(),
            speciality: None,
            hospital_speciality_type: None,
            facility_ownership: None,
            abdm_software: None,
            facility_name: None,
            facility_status: None,
            som: None,
            gender: None,
            doctor_name: None,
            doctor_system_of_medicine: None,
            languages: None,
            is_icu_beds_available: None,
        }
    }
}

/// With one to six decimals.
fn degrees(number: f64) -> String {
    let text = format!("{number:.6}");
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

impl KeepsRules for NearbySearch {
    fn check(&self) -> Result<(), InvalidField> {
        const DEGREES: &str = "it must be degrees with 1 to 6 decimals";
        keep(rules::is_coordinate(&self.center_lat, 90.0), "centerLat", DEGREES)?;
        keep(rules::is_coordinate(&self.center_lon, 180.0), "centerLon", DEGREES)?;
        let radius = self.radius_in_km.parse::<f64>();
        let has_radius = radius.is_ok_and(|radius| radius.is_finite() && radius > 0.0);
        keep(has_radius, "radiusInKm", "it must be a number above 0")?;
        let has_size = self.size.parse::<u32>().is_ok_and(|size| size >= 1);
        keep(has_size, "size", "it must be at least 1")?;
        keep(self.from.parse::<u32>().is_ok(), "from", "it must be a whole number from 0")?;
        let owner = self.facility_ownership.as_deref();
        let is_known =
            owner.is_none_or(|code| Ownership::ALL.iter().any(|own| own.as_str() == code));
        keep(is_known, "facilityOwnership", "it must be `G`, `P` or `PP`")?;
        let software = self.abdm_software.as_deref();
        keep(software.is_none_or(|s| matches!(s, "0" | "1")), "abdmSoftware", "it must be 0 or 1")
    }
}

/// What was found around a place. What an entry holds is not published.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct NearbyReply {
    /// How many there are in all.
    #[serde(with = "lenient::integer::option")]
    pub search_count_total: Option<i64>,
    /// The nearest first, as they came.
    #[serde(with = "lenient::list")]
    pub record_list: Vec<Value>,
}
