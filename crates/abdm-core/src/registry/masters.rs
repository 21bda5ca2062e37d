//! Codes. They are read at run time, never written into a program.

use super::{Registries, RegistryError};
use crate::api::registry::{
    CodedName, DistrictsOf, FacilitySubtypesOf, FacilityTypesOf, FetchMasterData, KeepsRules,
    ListDistricts, ListFacilitySubtypes, ListFacilityTypes, ListHprCategories,
    ListHprSubcategories, ListMasterTypes, ListOwnerSubtypes, ListSpecialities, ListStates,
    ListSubdistricts, MasterData, MasterList, OwnerSubtypesOf, Ownership, SpecialitiesOf,
    SubdistrictsOf,
};
use crate::endpoint::{Endpoint, RegistryBearer};
use crate::headers::StandardHeaders;
use crate::wire::NoBody;

type Codes = Result<Vec<CodedName>, RegistryError>;

/// Codes. Nothing found is an empty list; each call's errors are [`RegistryError`]s.
#[expect(clippy::missing_errors_doc, reason = "they are all the same, and told above")]
impl Registries {
    async fn codes<E>(&self, body: E::Request) -> Codes
    where
        E: Endpoint<
                Auth = RegistryBearer,
                Headers = StandardHeaders,
                Path = (),
                Response = MasterList,
            >,
        E::Request: KeepsRules,
    {
        Ok(self.find::<E>((), body).await?.unwrap_or_default().0)
    }

    /// The states of the local government directory (LGD).
    pub async fn states(&self) -> Codes {
        self.codes::<ListStates>(NoBody).await
    }

    /// The districts of a state.
    pub async fn districts(&self, state_code: u32) -> Codes {
        self.codes::<ListDistricts>(DistrictsOf::new(state_code)).await
    }

    /// The sub-districts of a district.
    pub async fn subdistricts(&self, district_code: u32) -> Codes {
        self.codes::<ListSubdistricts>(SubdistrictsOf::new(district_code)).await
    }

    /// Of what there are lists of codes.
    pub async fn master_types(&self) -> Codes {
        self.codes::<ListMasterTypes>(NoBody).await
    }

    /// One of those lists.
    pub async fn master_data(&self, kind: &str) -> Codes {
        self.codes::<FetchMasterData>(MasterData::new(kind)).await
    }

    /// The types of facilities of an owner and a system of medicine.
    pub async fn facility_types(&self, owner: Ownership, system_of_medicine: &str) -> Codes {
        self.codes::<ListFacilityTypes>(FacilityTypesOf::new(owner, system_of_medicine)).await
    }

    /// The subtypes of a type of facilities.
    pub async fn facility_subtypes(&self, facility_type: &str) -> Codes {
        self.codes::<ListFacilitySubtypes>(FacilitySubtypesOf::new(facility_type)).await
    }

    /// The subtypes of an owner: of a government `C` or `S`, else `P` or `NP`.
    pub async fn owner_subtypes(&self, owner: Ownership, subtype: &str) -> Codes {
        self.codes::<ListOwnerSubtypes>(OwnerSubtypesOf::new(owner, subtype)).await
    }

    /// The specialities of a system of medicine.
    pub async fn specialities(&self, system_of_medicine: &str) -> Codes {
        self.codes::<ListSpecialities>(SpecialitiesOf::new(system_of_medicine)).await
    }

    /// The categories of professionals.
    pub async fn hpr_categories(&self) -> Codes {
        self.codes::<ListHprCategories>(NoBody).await
    }

    /// Their subcategories.
    pub async fn hpr_subcategories(&self) -> Codes {
        self.codes::<ListHprSubcategories>(NoBody).await
    }
}
