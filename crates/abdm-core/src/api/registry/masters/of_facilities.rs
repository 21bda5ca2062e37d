//! Codes of facilities, owners, specialities and categories of professionals.

use serde::{Deserialize, Serialize};

use super::list::MasterList;
use super::of_one_code;
use crate::api::registry::Ownership;
use crate::api::registry::rules::{InvalidField, KeepsRules, is_there, keep};
use crate::wire::NoBody;

crate::endpoint! {
    /// The types of facilities of an owner and a system of medicine.
    pub ListFacilityTypes {
        method: POST,
        family: Registry,
        path: "/v1.5/facility/fetch-facility-type",
        older_paths: ["/v1.5/facility/fetchfacilitytype"],
        auth: RegistryBearer,
        request: FacilityTypesOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The subtypes of a type of facilities.
    pub ListFacilitySubtypes {
        method: POST,
        family: Registry,
        path: "/v1.5/facility/fetch-facility-Sub-type",
        older_paths: ["/v1.5/facility/fetch-facility-sub-type"],
        auth: RegistryBearer,
        request: FacilitySubtypesOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The subtypes of an owner.
    pub ListOwnerSubtypes {
        method: POST,
        family: Registry,
        path: "/v1.5/facility/get-owner-subtype",
        auth: RegistryBearer,
        request: OwnerSubtypesOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The specialities of a system of medicine.
    pub ListSpecialities {
        method: POST,
        family: Registry,
        path: "/v1.5/facility/get-specialities",
        auth: RegistryBearer,
        request: SpecialitiesOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The categories of professionals.
    pub ListHprCategories {
        method: GET,
        family: Registry,
        path: "/hpid/get/categories",
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
    /// Their subcategories.
    pub ListHprSubcategories {
        method: GET,
        family: Registry,
        path: "/hpid/get/subCategories",
        auth: RegistryBearer,
        request: NoBody,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

/// Of which owner and system of medicine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FacilityTypesOf {
    /// `G` or `P`.
    pub ownership_code: Ownership,
    /// The code of the system of medicine.
    pub system_of_medicine_code: String,
}

impl FacilityTypesOf {
    /// Of these.
    #[must_use]
    pub fn new(ownership_code: Ownership, system_of_medicine_code: impl Into<String>) -> Self {
        Self { ownership_code, system_of_medicine_code: system_of_medicine_code.into() }
    }
}

impl KeepsRules for FacilityTypesOf {
    fn check(&self) -> Result<(), InvalidField> {
        let is_known = matches!(self.ownership_code, Ownership::Government | Ownership::Private);
        keep(is_known, "ownershipCode", "it must be `G` or `P`")?;
        keep(is_there(&self.system_of_medicine_code), "systemOfMedicineCode", super::NEEDED)
    }
}

of_one_code! {
    /// Of which type.
    pub FacilitySubtypesOf { facility_type_code = "facilityTypeCode": String } by impl Into<String>
}

of_one_code! {
    /// Of which system of medicine.
    pub SpecialitiesOf { system_of_medicine_code = "systemOfMedicineCode": String } by impl Into<String>
}

/// Of which owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OwnerSubtypesOf {
    /// `G`, `P` or `PP`.
    pub ownership_code: Ownership,
    /// Of a government: `C` (central) or `S` (state); else `P` (for profit) or `NP` (not for
    /// profit).
    pub owner_subtype_code: String,
}

impl OwnerSubtypesOf {
    /// Of this one.
    #[must_use]
    pub fn new(ownership_code: Ownership, owner_subtype_code: impl Into<String>) -> Self {
        Self { ownership_code, owner_subtype_code: owner_subtype_code.into() }
    }
}

impl KeepsRules for OwnerSubtypesOf {
    fn check(&self) -> Result<(), InvalidField> {
        let (known, rule): (&[&str], _) = match self.ownership_code {
            Ownership::Government => (&["C", "S"], "of a government it must be `C` or `S`"),
            Ownership::Private | Ownership::PublicPrivatePartnership => {
                (&["P", "NP"], "of a private owner it must be `P` or `NP`")
            }
            Ownership::Other(_) => {
                let rule = "it must be `G`, `P` or `PP`";
                return Err(InvalidField { field: "ownershipCode", rule });
            }
        };
        keep(known.contains(&self.owner_subtype_code.as_str()), "ownerSubtypeCode", rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subtypes_of_an_owner_go_with_the_owner() {
        let is_kept = |owner: &str, subtype: &str| {
            OwnerSubtypesOf::new(owner.into(), subtype).check().is_ok()
        };
        assert!(is_kept("G", "C") && is_kept("G", "S") && is_kept("P", "NP") && is_kept("PP", "P"));
        assert!(
            !is_kept("G", "P") && !is_kept("P", "S") && !is_kept("X", "P") && !is_kept("G", "")
        );
        assert!(FacilityTypesOf::new("PP".into(), "M").check().is_err());
        assert!(FacilityTypesOf::new(Ownership::Private, "").check().is_err());
        assert!(FacilityTypesOf::new(Ownership::Private, "M").check().is_ok());
    }
}
