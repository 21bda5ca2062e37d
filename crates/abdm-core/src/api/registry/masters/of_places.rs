//! Codes of places, and the lists that have a name of their own.

use serde::{Deserialize, Serialize};

use super::list::MasterList;
use crate::api::registry::rules::{InvalidField, KeepsRules, is_there, keep};
use crate::wire::NoBody;

crate::endpoint! {
    /// The states of the local government directory (LGD).
    pub ListStates {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/lgd/states",
        auth: RegistryBearer,
        request: NoBody,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The districts of a state.
    pub ListDistricts {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/lgd/districts",
        auth: RegistryBearer,
        request: DistrictsOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The sub-districts of a district.
    pub ListSubdistricts {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/lgd/subdistricts",
        auth: RegistryBearer,
        request: SubdistrictsOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// Of what there are lists of codes.
    pub ListMasterTypes {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/get-master-types",
        auth: RegistryBearer,
        request: NoBody,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// One list of codes.
    pub FetchMasterData {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/get-master-data",
        auth: RegistryBearer,
        request: MasterData,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

/// Of which state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DistrictsOf {
    /// Its LGD code.
    pub state_code: u32,
}

impl DistrictsOf {
    /// Of this one.
    #[must_use]
    pub const fn new(state_code: u32) -> Self {
        Self { state_code }
    }
}

impl KeepsRules for DistrictsOf {
    fn check(&self) -> Result<(), InvalidField> {
        keep(self.state_code > 0, "stateCode", "it must be an LGD code")
    }
}

/// Of which district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubdistrictsOf {
    /// Its LGD code.
    pub district_code: u32,
}

impl SubdistrictsOf {
    /// Of this one.
    #[must_use]
    pub const fn new(district_code: u32) -> Self {
        Self { district_code }
    }
}

impl KeepsRules for SubdistrictsOf {
    fn check(&self) -> Result<(), InvalidField> {
        keep(self.district_code > 0, "districtCode", "it must be an LGD code")
    }
}

/// Which list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MasterData {
    /// Its name, from [`ListMasterTypes`].
    #[serde(rename = "type")]
    pub kind: String,
}

impl MasterData {
    /// This one.
    #[must_use]
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into() }
    }
}

impl KeepsRules for MasterData {
    fn check(&self) -> Result<(), InvalidField> {
        keep(is_there(&self.kind), "type", "it must be one of the master types")
    }
}
