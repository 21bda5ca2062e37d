//! Codes of the registries. They are read at run time, never written into a program.

mod list;
mod of_facilities;
mod of_places;

pub use self::list::{CodedName, MasterList};
pub use self::of_facilities::{
    FacilitySubtypesOf, FacilityTypesOf, ListFacilitySubtypes, ListFacilityTypes,
    ListHprCategories, ListHprSubcategories, ListOwnerSubtypes, ListSpecialities, OwnerSubtypesOf,
    SpecialitiesOf,
};
pub use self::of_places::{
    DistrictsOf, FetchMasterData, ListDistricts, ListMasterTypes, ListStates, ListSubdistricts,
    MasterData, SubdistrictsOf,
};
