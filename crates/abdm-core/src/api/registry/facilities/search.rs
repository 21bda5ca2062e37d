//! `SearchFacilities`.

use serde::{Deserialize, Serialize};

use crate::api::registry::rules::{self, InvalidField, KeepsRules, is_there, keep};
use crate::lenient;
use crate::open_enum;

crate::endpoint! {
    /// Search the facility registry by id, or by ownership, state and name.
    pub SearchFacilities {
        method: POST,
        family: Registry,
        path: "/FacilityManagement/v1.5/facility/search",
        auth: RegistryBearer,
        request: FacilitySearch,
        response: FacilitySearchReply,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

open_enum! {
    /// Who owns a facility.
    pub enum Ownership {
        /// The government.
        Government = "G",
        /// Private.
        Private = "P",
        /// Both.
        PublicPrivatePartnership = "PP",
    }
}

/// The least number of results on a page.
pub(super) const LEAST_RESULTS: u32 = 10;

/// What is searched. Fields that are not used are sent empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FacilitySearch {
    /// `G`, `P` or `PP`.
    pub ownership_code: String,
    /// The LGD code of the state.
    #[serde(rename = "stateLGDCode", with = "lenient::text")]
    pub state_lgd_code: String,
    /// The LGD code of the district.
    #[serde(rename = "districtLGDCode", with = "lenient::text")]
    pub district_lgd_code: String,
    /// The LGD code of the sub-district.
    #[serde(rename = "subDistrictLGDCode", with = "lenient::text")]
    pub sub_district_lgd_code: String,
    /// Six digits.
    #[serde(with = "lenient::text")]
    pub pincode: String,
    /// The name, or a part of it.
    pub facility_name: String,
    /// The HFR id.
    pub facility_id: String,
    /// Which page, from 1.
    pub page: u32,
    /// How many results a page has, at least 10.
    pub results_per_page: u32,
}

impl Default for FacilitySearch {
    fn default() -> Self {
        Self {
            ownership_code: String::new(),
            state_lgd_code: String::new(),
            district_lgd_code: String::new(),
            sub_district_lgd_code: String::new(),
            pincode: String::new(),
            facility_name: String::new(),
            facility_id: String::new(),
            page: 1,
            results_per_page: LEAST_RESULTS,
        }
    }
}

impl FacilitySearch {
    /// The facility with this HFR id.
    #[must_use]
    pub fn by_id(facility_id: impl Into<String>) -> Self {
        Self { facility_id: facility_id.into(), ..Self::default() }
    }

    /// Facilities of a state by name or a part of it. `state` is an LGD code, read at run time
    /// ([`ListStates`](crate::api::registry::ListStates)).
    #[must_use]
    pub fn by_name(
        ownership: &Ownership,
        state: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            ownership_code: ownership.as_str().to_owned(),
            state_lgd_code: state.into(),
            facility_name: name.into(),
            ..Self::default()
        }
    }

    /// Another page, from 1, of so many results, at least 10.
    #[must_use]
    pub const fn page(mut self, page: u32, results: u32) -> Self {
        self.page = page;
        self.results_per_page = results;
        self
    }
}

impl KeepsRules for FacilitySearch {
    fn check(&self) -> Result<(), InvalidField> {
        keep(self.page >= 1, "page", "pages count from 1")?;
        let has_enough = self.results_per_page >= LEAST_RESULTS;
        keep(has_enough, "resultsPerPage", "it must be at least 10")?;
        if is_there(&self.facility_id) {
            return rules::facility_id(&self.facility_id);
        }
        let is_known = Ownership::ALL.iter().any(|own| own.as_str() == self.ownership_code);
        let rule = "without a facility id it must be `G`, `P` or `PP`";
        keep(is_known, "ownershipCode", rule)?;
        let has_state = is_there(&self.state_lgd_code);
        keep(has_state, "stateLGDCode", "it must be there without a facility id")?;
        rules::facility_name(&self.facility_name)
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FacilitySearchReply {
    /// This page of it; nothing when nothing fits.
    #[serde(with = "lenient::list")]
    pub facilities: Vec<Facility>,
    /// The registry's words.
    pub message: Option<String>,
    /// How many there are on all pages.
    #[serde(with = "lenient::integer::option")]
    pub total_facilities: Option<i64>,
    /// How many pages there are.
    #[serde(with = "lenient::integer::option")]
    pub number_of_pages: Option<i64>,
}

/// A facility of the registry. Much of it may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct Facility {
    /// The HFR id. A draft has none.
    pub facility_id: Option<String>,
    pub facility_name: Option<String>,
    pub facility_status: Option<String>,
    pub ownership: Option<String>,
    pub ownership_code: Option<String>,
    pub system_of_medicine: Option<String>,
    pub system_of_medicine_code: Option<String>,
    pub facility_type: Option<String>,
    pub facility_type_code: Option<String>,
    pub state_name: Option<String>,
    #[serde(rename = "stateLGDCode")]
    pub state_lgd_code: Option<String>,
    pub district_name: Option<String>,
    #[serde(rename = "districtLGDCode")]
    pub district_lgd_code: Option<String>,
    pub sub_district_name: Option<String>,
    #[serde(rename = "subDistrictLGDCode")]
    pub sub_district_lgd_code: Option<String>,
    pub village_city_town_name: Option<String>,
    #[serde(rename = "villageCityTownLGDCode")]
    pub village_city_town_lgd_code: Option<String>,
    pub address: Option<String>,
    pub pincode: Option<String>,
    pub latitude: Option<String>,
    pub longitude: Option<String>,
}

impl Facility {
    /// A facility with its id and name.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        let (facility_id, facility_name) = (Some(id.into()), Some(name.into()));
        Self { facility_id, facility_name, ..Self::default() }
    }
}
